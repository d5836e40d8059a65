"""What the hearing tells of a dossier in its story, and what it asks of each. Its card is in `maintenant`.

Outside the EPT all of it is made of what was announced.
"""

from django.urls import reverse

from juries.creneau import Creneau
from juries.enums import Cote, EtatRepetition, SorteConvocation
from juries.models import Convocation, Repetition, Support, Venue
from juries.oral.moment import quand
from juries.oral.queries import sides_of, situations, to_settle
from label.templatetags.label_ui import heure
from projects.enums import Statut, Tour
from projects.fil.paroles import Pour, pour
from projects.fil.registre import AFaire, Ligne, Sorte
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


# --- The story ---------------------------------------------------------------------------------------


def lignes_de_l_oral(dossier, user):
    """What was announced, answered, joined and agreed; nothing of it for who does not read the oral."""
    if not user.has_perm("juries.view_oral", dossier):
        return []
    found = [
        Ligne(
            at=one.at,
            sorte=Sorte.ORAL,
            texte=_CONVOCATIONS[SorteConvocation(one.sorte)].format(quand=quand(Creneau.read(one.creneau).debut)),
            qui="L’EPT",
            corps=Creneau.read(one.creneau).lieu if one.sorte != SorteConvocation.ANNULEE else "",
        )
        for one in Convocation.objects.filter(dossier=dossier)
    ]
    return [*found, *_answers(dossier, user), *_joined(dossier), *_rehearsals(dossier, user)]


def _answers(dossier, user):
    # Written to the structure and to its chef de projet: it may quote what keeps somebody away.
    reads = pour(dossier, user) != Pour.INVITE
    for venue in Venue.objects.filter(dossier=dossier).select_related("by", "maintenue_by"):
        when, who = quand(Creneau.read(venue.creneau).debut), venue.by.get_full_name()
        texte = f"Venue confirmée\u00a0: {when}" if venue.vient else f"La structure ne peut pas venir\u00a0: {when}"
        yield Ligne(at=venue.at, sorte=Sorte.ORAL, texte=texte, qui=who)
        if venue.maintenue_at:
            yield Ligne(
                at=venue.maintenue_at,
                sorte=Sorte.ORAL,
                texte=f"Audition maintenue\u00a0: {when}",
                qui="L’EPT",
                corps=venue.reponse if reads else "",
            )


def _joined(dossier):
    for support in Support.objects.filter(dossier=dossier).select_related("by", "remplacee_by"):
        texte = f"Support joint pour le jury\u00a0: {support.nom}"
        yield Ligne(at=support.created_at, sorte=Sorte.ORAL, texte=texte, qui=support.by.get_full_name())
        if support.remplacee_at:
            who = support.remplacee_by.get_full_name() if support.remplacee_by else "L’antivirus"
            texte = f"Support retiré\u00a0: {support.nom}"
            yield Ligne(at=support.remplacee_at, sorte=Sorte.ORAL, texte=texte, qui=who)


def _rehearsals(dossier, user):
    """Between the structure and its chef de projet; the EPT reads them too."""
    if not (user.is_agent or sides_of(user, dossier)):
        return
    for one in Repetition.objects.filter(dossier=dossier).select_related("by", "repondu_by"):
        when = quand(one.debut)
        texte = f"Répétition proposée\u00a0: {when}"
        yield Ligne(at=one.at, sorte=Sorte.ORAL, texte=texte, qui=one.by.get_full_name(), corps=one.mot)
        if one.repondu_at:
            texte = _REPETITIONS[EtatRepetition(one.etat)].format(quand=when)
            yield Ligne(at=one.repondu_at, sorte=Sorte.ORAL, texte=texte, qui=one.repondu_by.get_full_name())


# --- What is to do -----------------------------------------------------------------------------------


def a_faire_de_l_oral(user, now):
    """What the hearings ask of this person, as a list of `AFaire`."""
    if not user.is_authenticated:
        return []
    admitted = Dossier.objects.visible_to(user).filter(statut=Statut.ADMIS)
    mine = list(admitted.of_member(user)) if is_a_membre.test(user) else []
    followed = admitted.of_chef(user) if is_a_chef.test(user) else []
    return [*_to_come(mine, user, now), *_to_rehearse(mine, followed, now), *_to_settle(user)]


def _to_come(mine, user, now):
    """The convocations to answer, and the hearings of the day. `mine`: the dossiers of the person's structures."""
    for one in situations(mine, user, now).values():
        is_awaited = one.is_a_venir and one.tour == Tour.PORTEUR
        if one.moment == "audition_jour":
            texte = f"Vous passez devant le jury aujourd’hui à {heure(one.creneau.debut)}"
            texte += "\u00a0: confirmez votre venue" if is_awaited else ""
        elif is_awaited:
            texte = f"Confirmer votre venue devant le jury, {quand(one.creneau.debut)}"
        else:
            continue
        yield AFaire(
            texte=texte,
            objet=str(one.dossier),
            adresse=reverse("projects:dossier_detail", args=[one.dossier.cle]),
            depuis=one.audition.convoked_at if is_awaited else None,
            avant=one.creneau.fin if one.is_du_jour else one.creneau.debut,
        )


def _to_rehearse(mine, followed, now):
    """A date the other side proposes: the chef de projet of `mine`, the structure of those `followed`."""
    waiting = Repetition.objects.filter(etat=EtatRepetition.PROPOSEE, fin__gt=now).select_related("dossier")
    for one in (
        *waiting.filter(cote=Cote.CHEF, dossier__in=mine),
        *waiting.filter(cote=Cote.STRUCTURE, dossier__in=followed),
    ):
        yield AFaire(
            texte=f"Répondre à la date proposée pour répéter, {quand(one.debut)}",
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
