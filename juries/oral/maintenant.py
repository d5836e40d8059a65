"""The card «Maintenant» of a dossier that waits to be heard: the appointment, whose turn it is, what may be done.

Outside the EPT all of it is made of what was announced; the EPT reads the slot as it stands.
"""

from django.urls import reverse

from juries.oral.queries import colleges_of, situations
from label.templatetags.label_ui import dans
from label.vus import seal
from projects.dossier.connu import known_statut
from projects.enums import Statut, Tour
from projects.fil.paroles import Pour
from projects.fil.registre import Carte, Geste, RendezVous


def cartes_de_l_oral(dossiers, user, now):
    """{pk: the card of each dossier admitted} as this person may know it, in a constant number of queries."""
    admitted = [
        one for one in dossiers if known_statut(one, user) == Statut.ADMIS and user.has_perm("juries.view_oral", one)
    ]
    found = situations(admitted, user, now)
    juries = {one.audition.seance.jury_id for one in found.values() if one.creneau}
    colleges = {jury: colleges_of(jury) for jury in juries}
    return {
        pk: carte_de(one, user, colleges[one.audition.seance.jury_id] if one.creneau else [])
        for pk, one in found.items()
    }


def carte_de(situation, user, colleges):
    """The `Carte` of a `Situation` of this person; `colleges`: the names of those that sit."""
    dite, venue = situation.words(), situation.venue
    gestes = _of_ept(situation, user) if situation.reader == Pour.EPT else _of_structure(situation, user)
    a_vous = bool(gestes) and _is_theirs(situation, user)
    return Carte(
        ordre=50,
        moment=situation.moment,
        titre=dite.titre,
        tour="À vous" if a_vous else _TOURS.get(situation.tour, situation.tour.label),
        a_vous=a_vous,
        libelle="Heure passée" if situation.is_passee else "",
        paroles=dite.paragraphes,
        # Written to the structure and to its chef de projet: it may quote what keeps somebody away.
        dit=(("La réponse de l’EPT", venue.reponse),)
        if venue and venue.reponse and situation.reader != Pour.INVITE
        else (),
        gestes=tuple(gestes),
        rendez_vous=situation.creneau and _appointment(situation, colleges),
        remplace=True,
    )


# Whose turn it is, where `Tour` says it to who has it.
_TOURS = {Tour.PORTEUR: "À la structure"}


def _is_theirs(situation, user):
    if situation.tour == Tour.EPT:
        return situation.reader == Pour.EPT and user.is_pilote
    return situation.tour == Tour.PORTEUR and situation.reader == Pour.PORTEUR


def _appointment(situation, colleges):
    creneau = situation.creneau
    return RendezVous(
        creneau.debut,
        creneau.fin,
        note=_note(situation),
        avant=situation.avant,
        avis=_AVIS[situation.reader == Pour.PORTEUR] if situation.is_reponse_perdue else "",
        lieu=creneau.lieu,
        visio=creneau.visio,
        acces=_acces(situation),
        presentation=creneau.presentation,
        questions=creneau.questions,
        avec=", ".join(colleges),
        agenda=_agenda(situation),
    )


_AVIS = {
    True: "Votre réponse d’avant ne compte plus.",
    False: "La réponse d’avant ne compte plus.",
}


def _note(situation):
    """How far the appointment is, and that it is still to be confirmed."""
    if not situation.is_a_venir:
        return ""
    return dans(situation.creneau.debut) + (", à confirmer" if situation.tour == Tour.PORTEUR else "")


def _acces(situation):
    if situation.reader == Pour.PORTEUR and situation.is_du_jour and situation.creneau.lieu:
        return "Venez un quart d’heure avant."
    return ""


def _agenda(situation):
    """The address of the file for calendars: while it is to come, and as it was announced."""
    if not situation.is_a_venir or situation.is_a_annoncer:
        return ""
    return reverse("juries:oral_ics", args=[situation.dossier.cle])


def _of_structure(situation, user):
    """What may be done outside the EPT: nothing once the hour is over."""
    dossier, venue = situation.dossier, situation.venue
    if situation.is_passee:
        return []
    prepare = Geste("Préparer votre audition", reverse("juries:oral_detail", args=[dossier.cle]), "mic")
    if not user.has_perm("juries.answer_convocation", dossier):
        words = "Aider à préparer l’audition" if user.has_perm("juries.prepare_oral", dossier) else "Voir l’audition"
        return [Geste(words, prepare.adresse, "mic")]
    if situation.creneau is None:
        return [prepare]
    # With the answer read: a colleague's, given meanwhile, is not undone by this button.
    vu = seal(venue.pk) if venue else ""
    adresse = reverse("juries:venue_confirm", args=[dossier.cle, situation.sceau], query={"vu": vu})
    decline = Geste("Je ne peux pas venir", reverse("juries:venue_decline", args=[dossier.cle]), attend=True)
    if venue and venue.vient:
        return [prepare, decline]
    if situation.moment == "audition_empechee":
        return [Geste("Je peux venir finalement", adresse, "check-circle", post=True, attend=True), prepare]
    return [Geste("Confirmer ma venue", adresse, "check-circle", post=True), decline, prepare]


def _of_ept(situation, user):
    dossier, audition = situation.dossier, situation.audition
    read = Geste("Voir la préparation", reverse("juries:oral_detail", args=[dossier.cle]), "mic", attend=True)
    if audition is None:
        # Admitted, and placed by nobody yet.
        place = Geste("Placer l’audition", reverse("juries:jury_home"), "calendar-event")
        return [place, read] if user.has_perm("juries.schedule") else [read]
    sitting = Geste("Ouvrir la séance", reverse("juries:seance_detail", args=[audition.seance.cle]), "calendar-event")
    if situation.moment == "audition_empechee" and user.has_perm("juries.schedule", audition):
        settle = Geste("Répondre à l’empêchement", reverse("juries:venue_keep", args=[audition.cle]), "chat-dots")
        return [settle, sitting, read]
    return [sitting, read]
