"""What the hearing tells of a dossier: its lines in the story, its card «Maintenant», what is to do for each.

Outside the EPT all of it is made of what was announced; the EPT reads the slot as it stands.
"""

from django.urls import reverse
from django.utils import timezone

from juries.creneau import Creneau
from juries.enums import Cote, EtatRepetition, SorteConvocation
from juries.models import Audition, Convocation, Repetition, Support, Venue
from juries.oral.moment import moment_of, words_of
from juries.oral.queries import colleges_of, sides_of, to_settle
from label.templatetags.label_ui import heure, jour_semaine
from label.vus import seal
from projects.dossier.connu import known_statut
from projects.enums import Statut, Tour
from projects.fil.paroles import Pour, pour
from projects.fil.registre import AFaire, Carte, Geste, Ligne, RendezVous, Sorte
from projects.models import Dossier
from projects.rules import is_a_chef, is_a_membre

_CONVOCATIONS = {
    SorteConvocation.ENVOYEE: "Convocation à l’audition\u00a0: {quand}",
    SorteConvocation.DEPLACEE: "Audition changée\u00a0: {quand}",
    SorteConvocation.ANNULEE: "Audition annulée\u00a0: elle était prévue {quand}",
}
# What was answered to a date. One replaced or past was answered only when it had been accepted.
_REPETITIONS = {
    EtatRepetition.ACCEPTEE: "Répétition fixée\u00a0: {quand}",
    EtatRepetition.REMPLACEE: "Répétition fixée\u00a0: {quand}",
    EtatRepetition.PASSEE: "Répétition fixée\u00a0: {quand}",
    EtatRepetition.ANNULEE: "Répétition annulée\u00a0: {quand}",
}


def _quand(debut):
    return f"{jour_semaine(debut)} à {heure(debut)}"


# --- The story ---------------------------------------------------------------------------------------


def lignes_de_l_oral(dossier, user):
    """What was announced, answered, joined and agreed; nothing of it for who does not read the oral."""
    if not user.has_perm("juries.view_oral", dossier):
        return []
    found = [
        Ligne(
            at=one.at,
            sorte=Sorte.ORAL,
            texte=_CONVOCATIONS[SorteConvocation(one.sorte)].format(quand=_quand(Creneau.read(one.creneau).debut)),
            qui="L’EPT",
            corps=Creneau.read(one.creneau).lieu if one.sorte != SorteConvocation.ANNULEE else "",
        )
        for one in Convocation.objects.filter(dossier=dossier)
    ]
    return [*found, *_answers(dossier), *_joined(dossier), *_rehearsals(dossier, user)]


def _answers(dossier):
    for venue in Venue.objects.filter(dossier=dossier).select_related("by", "maintenue_by"):
        quand, who = _quand(Creneau.read(venue.creneau).debut), venue.by.get_full_name()
        texte = f"Venue confirmée\u00a0: {quand}" if venue.vient else f"La structure ne peut pas venir\u00a0: {quand}"
        yield Ligne(at=venue.at, sorte=Sorte.ORAL, texte=texte, qui=who)
        if venue.maintenue_at:
            yield Ligne(
                at=venue.maintenue_at,
                sorte=Sorte.ORAL,
                texte=f"Audition maintenue\u00a0: {quand}",
                qui="L’EPT",
                corps=venue.reponse,
            )


def _joined(dossier):
    for support in Support.objects.filter(dossier=dossier, remplacee_at=None).select_related("by"):
        texte = f"Support joint pour le jury\u00a0: {support.nom}"
        yield Ligne(at=support.created_at, sorte=Sorte.ORAL, texte=texte, qui=support.by.get_full_name())


def _rehearsals(dossier, user):
    """Between the structure and its chef de projet; the EPT reads them too."""
    if not (user.is_agent or sides_of(user, dossier)):
        return
    for one in Repetition.objects.filter(dossier=dossier).select_related("by", "repondu_by"):
        quand = _quand(one.debut)
        texte = f"Répétition proposée\u00a0: {quand}"
        yield Ligne(at=one.at, sorte=Sorte.ORAL, texte=texte, qui=one.by.get_full_name(), corps=one.mot)
        if one.repondu_at:
            texte = _REPETITIONS[EtatRepetition(one.etat)].format(quand=quand)
            yield Ligne(at=one.repondu_at, sorte=Sorte.ORAL, texte=texte, qui=one.repondu_by.get_full_name())


# --- The card ------------------------------------------------------------------------------------------


def cartes_de_l_oral(dossiers, user, now):
    """{pk: the card of each dossier admitted} as this person may know it, in a constant number of queries."""
    admitted = [
        one for one in dossiers if known_statut(one, user) == Statut.ADMIS and user.has_perm("juries.view_oral", one)
    ]
    keys = [one.pk for one in admitted]
    auditions = {one.dossier_id: one for one in Audition.objects.filter(dossier__in=keys).select_related("seance")}
    venues = {one.dossier_id: one for one in Venue.objects.filter(dossier__in=keys).order_by("at", "pk")}
    juries = {one.seance.jury_id for one in auditions.values()}
    colleges = {jury: colleges_of(jury) for jury in juries}
    return {one.pk: _card(one, user, now, auditions.get(one.pk), venues.get(one.pk), colleges) for one in admitted}


def _card(dossier, user, now, audition, venue, colleges):
    reader = pour(dossier, user)
    is_inside = reader == Pour.EPT
    said = audition and (audition.creneau if is_inside else audition.annonce)
    creneau = Creneau.read(said) if said else None
    if venue and venue.creneau != said:
        venue = None
    if is_inside and creneau and not audition.is_annoncee and creneau.fin > now:
        moment = "audition_a_annoncer"
    else:
        moment = moment_of(
            creneau,
            venue,
            is_deplacee=audition is not None and audition.convocation > 1,
            is_du_jour=creneau is not None and timezone.localdate(creneau.debut) == timezone.localdate(now),
            is_passee=creneau is not None and creneau.fin <= now,
        )
    dite = words_of(moment, reader, dossier, creneau)
    gestes = (
        _of_ept(dossier, user, audition, moment) if is_inside else _of_structure(dossier, user, said, venue, moment)
    )
    a_vous = bool(gestes) and _awaits(reader, user, moment)
    return Carte(
        ordre=50,
        moment=moment,
        titre=dite.titre,
        tour="À vous" if a_vous else _tour(moment),
        a_vous=a_vous,
        paroles=dite.paragraphes,
        dit=(("La réponse de l’EPT", venue.reponse),) if venue and venue.reponse else (),
        gestes=tuple(gestes),
        rendez_vous=creneau and _appointment(dossier, audition, creneau, colleges, is_known=bool(audition.annonce)),
        remplace=True,
        depuis=venue.at if venue else audition.convoked_at if audition and said else None,
    )


def _appointment(dossier, audition, creneau, colleges, *, is_known):
    return RendezVous(
        creneau.debut,
        creneau.fin,
        lieu=creneau.lieu,
        visio=creneau.visio,
        presentation=creneau.presentation,
        questions=creneau.questions,
        avec=", ".join(colleges[audition.seance.jury_id]),
        agenda=reverse("juries:oral_ics", args=[dossier.cle]) if is_known else "",
    )


# What the structure is asked to answer.
_A_REPONDRE = frozenset({"audition_fixee", "audition_deplacee"})
# Who may still say that it comes, or does not.
_OUVERTES = _A_REPONDRE | {"audition_confirmee", "audition_empechee", "audition_maintenue", "audition_jour"}


def _awaits(reader, user, moment):
    if reader == Pour.EPT:
        return user.is_pilote and moment in {"audition_empechee", "audition_a_annoncer"}
    return reader == Pour.PORTEUR and moment in _A_REPONDRE | {"audition_maintenue"}


def _tour(moment):
    if moment in {"audition_empechee", "audition_a_annoncer"}:
        return Tour.EPT.label
    return "À la structure" if moment in _A_REPONDRE else Tour.JURY.label


def _of_structure(dossier, user, said, venue, moment):
    prepare = Geste("Préparer votre audition", reverse("juries:oral_detail", args=[dossier.cle]), "mic")
    may_answer = user.has_perm("juries.answer_convocation", dossier)
    if not may_answer:
        words = "Aider à préparer l’audition" if user.has_perm("juries.prepare_oral", dossier) else "Voir l’audition"
        return [Geste(words, prepare.adresse, "mic")]
    if not said or moment not in _OUVERTES:
        return [prepare]
    confirm = Geste(
        "Confirmer ma venue", reverse("juries:venue_confirm", args=[dossier.cle, seal(said)]), "check-circle", post=True
    )
    decline = Geste("Je ne peux pas venir", reverse("juries:venue_decline", args=[dossier.cle]), attend=True)
    if venue and venue.vient:
        return [prepare, decline]
    if moment == "audition_empechee":
        return [Geste("Je peux venir finalement", confirm.adresse, "check-circle", post=True, attend=True), prepare]
    return [confirm, decline, prepare]


def _of_ept(dossier, user, audition, moment):
    read = Geste("Voir la préparation", reverse("juries:oral_detail", args=[dossier.cle]), "mic", attend=True)
    if audition is None:
        # Admitted, and placed by nobody yet.
        place = Geste("Placer l’audition", reverse("juries:jury_home"), "calendar-event")
        return [place, read] if user.has_perm("juries.schedule") else [read]
    sitting = Geste("Ouvrir la séance", reverse("juries:seance_detail", args=[audition.seance.cle]), "calendar-event")
    if moment == "audition_empechee" and user.has_perm("juries.schedule", audition):
        settle = Geste("Répondre à l’empêchement", reverse("juries:venue_keep", args=[audition.cle]), "chat-dots")
        return [settle, sitting, read]
    return [sitting, read]


# --- What is to do -----------------------------------------------------------------------------------


def a_faire_de_l_oral(user, now):
    """What the hearings ask of this person, as a list of `AFaire`."""
    if not user.is_authenticated:
        return []
    admitted = Dossier.objects.visible_to(user).filter(statut=Statut.ADMIS)
    mine = list(admitted.of_member(user)) if is_a_membre.test(user) else []
    followed = admitted.of_chef(user) if is_a_chef.test(user) else []
    return [*_to_answer(mine, now), *_to_rehearse(mine, followed, now), *_to_settle(user)]


def _to_answer(mine, now):
    """`mine`: the dossiers admitted of the person's structures."""
    rows = Audition.objects.filter(dossier__in=mine, annonce__isnull=False).select_related("dossier")
    answered = {one.dossier_id: one for one in Venue.objects.filter(dossier__in=mine).order_by("at", "pk")}
    for audition in rows:
        creneau, venue = audition.annoncee, answered.get(audition.dossier_id)
        stands = venue is not None and venue.creneau == audition.annonce
        if creneau.fin <= now or (stands and (venue.vient or venue.is_a_traiter)):
            continue
        yield AFaire(
            texte=f"Confirmer votre venue devant le jury, {_quand(creneau.debut)}",
            objet=str(audition.dossier),
            adresse=reverse("projects:dossier_detail", args=[audition.dossier.cle]),
            depuis=audition.convoked_at,
            avant=creneau.debut,
        )


def _to_rehearse(mine, followed, now):
    """A date the other side proposes: the chef de projet of `mine`, the structure of those `followed`."""
    waiting = Repetition.objects.filter(etat=EtatRepetition.PROPOSEE, fin__gt=now).select_related("dossier")
    for one in (
        *waiting.filter(cote=Cote.CHEF, dossier__in=mine),
        *waiting.filter(cote=Cote.STRUCTURE, dossier__in=followed),
    ):
        yield AFaire(
            texte=f"Répondre à la date proposée pour répéter, {_quand(one.debut)}",
            objet=str(one.dossier),
            adresse=reverse("juries:oral_detail", args=[one.dossier.cle]),
            depuis=one.at,
            avant=one.debut,
        )


def _to_settle(user):
    for audition, venue in to_settle(user):
        yield AFaire(
            texte="Répondre à la structure, qui ne peut pas venir à son audition",
            objet=f"{audition.dossier} ({audition.dossier.structure})",
            adresse=reverse("juries:venue_keep", args=[audition.cle]),
            depuis=venue.at,
            avant=audition.debut,
        )
