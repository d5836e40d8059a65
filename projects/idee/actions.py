"""Ideas that arrive when no édition is announced: kept, read, answered, then turned into dossiers by the next one."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from contrats.generation import generation_of_ideas
from label.balayage import each
from label.droits import ensure_may
from label.models import User
from label.notifications import notify
from projects.dossier.actions import (
    PlusieursContrats,
    edition_for_idee,
    ensure_membre,
    open_dossier,
    reroute,
    route,
    send_idee,
)
from projects.models import IdeeEnAttente, IdeeNonConfirmee
from projects.structure.actions import create_structure


@dataclass(frozen=True)
class HorsEdition:
    """What an idea is routed by while no édition is announced: the quartiers people know today."""

    generation: str


def cadre_for_idee(now):
    """The édition an idea sent at `now` belongs to, or the HorsEdition that stands for the next one."""
    if edition := edition_for_idee(now):
        return edition
    return HorsEdition(generation_of_ideas(now).value)


def lead_contrat(quartiers, edition, wished=None):
    """The contrat that takes the lead when nobody can be asked: the one wished, else that of the most quartiers."""
    try:
        return route(quartiers, edition, wished)
    except PlusieursContrats as error:
        served = [contrat for quartier in quartiers for contrat in quartier.contrats.all()]
        return min(error.contrats, key=lambda contrat: (-served.count(contrat), contrat.nom))


@transaction.atomic
def receive_idee(*, by, at=None, **idea):
    """Confide an idea whatever the season: a Dossier when an édition is announced, else an IdeeEnAttente.

    Takes and raises what `send_idee` does, but for the absence of an édition.
    """
    at = at or timezone.now()
    if edition_for_idee(at) is not None:
        return send_idee(by=by, at=at, **idea)
    return _keep_idee(by=by, at=at, **idea)


def _keep_idee(*, by, titre, besoin, idee, quartiers, structure, nouvelle, contrat, at):
    # One click at a time for one person: a second one finds the idea already there.
    ensure_may(by, "projects.send_idee")
    User.objects.select_for_update().get(pk=by.pk)
    if IdeeEnAttente.objects.waiting().filter(by=by, titre=titre).exists():
        raise ValidationError("Cette idée est déjà envoyée\u202f: elle attend l’ouverture de la prochaine édition.")
    quartiers = list(quartiers)
    contrat = route(quartiers, cadre_for_idee(at), contrat)
    if structure is None:
        structure = create_structure(by=by, **nouvelle)
    ensure_membre(by, structure)
    kept = IdeeEnAttente.objects.create(
        by=by, structure=structure, contrat=contrat, titre=titre, besoin=besoin, actions=idee, created_at=at
    )
    kept.quartiers.set(quartiers)
    notify("idee_gardee", kept)
    notify("idee_gardee_recue", kept)
    return kept


def keep_unconfirmed(*, email, reponses):
    """Keep what a visitor typed until this address is shown: {field: [values]}. Returns the IdeeNonConfirmee."""
    return IdeeNonConfirmee.objects.create(email=email, reponses=reponses)


def drop_unconfirmed(user, *, cles=(), sent=None):
    """Erase what waits of an idea once it is sent, or not wanted any more: every version of it. Returns how many.

    `cles`: the rows it was opened from; `sent`: {titre, idee} as it left. Of what waits under the addresses of `user`,
    a version of it has its title or the text of its idea, or those of another version.
    """
    waiting = list(IdeeNonConfirmee.objects.waiting_for(user))
    gone = {row.pk for row in waiting if row.cle in cles}
    known = _texts(sent or {}).union(*(_texts_of(row) for row in waiting if row.pk in gone))
    more = True
    while more:
        more = [row for row in waiting if row.pk not in gone and _texts_of(row) & known]
        gone |= {row.pk for row in more}
        known = known.union(*map(_texts_of, more))
    return IdeeNonConfirmee.objects.filter(pk__in=gone).delete()[0]


def _texts(answers):
    """What tells an idea from another: {(field, text, spaces and capitals aside)}."""
    texts = {name: " ".join(str(answers.get(name) or "").split()).casefold() for name in ("titre", "idee")}
    return {(name, text) for name, text in texts.items() if text}


def _texts_of(row):
    return _texts({name: (values or [""])[-1] for name, values in row.reponses.items()})


@transaction.atomic
def decline_idee_en_attente(idee, *, by, motif, at=None):
    """Leave the idea without follow-up; its author is told why. Raises PermissionDenied, ValidationError."""
    if not by.has_perm("projects.decline_idee_en_attente", idee):
        raise PermissionDenied
    rows = IdeeEnAttente.objects.waiting().filter(pk=idee.pk)
    if not rows.update(closed_at=at or timezone.now(), closed_by=by, motif=motif):
        raise ValidationError("Entre-temps, la situation a changé\u00a0: cette idée n’attend plus de réponse.")
    idee.refresh_from_db()
    notify("idee_gardee_sans_suite", idee)


def place_idees(now=None):
    """Turn the ideas that wait into dossiers of the édition now announced. Returns how many."""
    now = now or timezone.now()
    edition = edition_for_idee(now)
    if edition is None:
        return 0
    pks = list(IdeeEnAttente.objects.waiting().values_list("pk", flat=True))
    return each(pks, lambda pk: _place(pk, edition, now))


@transaction.atomic
def _place(pk, edition, now):
    idee = (
        IdeeEnAttente.objects.waiting()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("by", "structure", "contrat")
        .filter(pk=pk)
        .first()
    )
    if idee is None:
        return False
    quartiers, _ = reroute(idee.quartiers.select_related("successeur").prefetch_related("contrats"), edition.generation)
    idee.dossier = open_dossier(
        edition=edition,
        structure=idee.structure,
        contrat=lead_contrat(quartiers, edition, idee.contrat),
        quartiers=quartiers,
        auteur=idee.by,
        at=now,
        motif=f"Idée reçue le {timezone.localdate(idee.created_at):%d/%m/%Y}, avant l’annonce de l’édition.",
        titre=idee.titre,
        besoin=idee.besoin,
        actions=idee.actions,
    )
    idee.save(update_fields=["dossier"])
    return True
