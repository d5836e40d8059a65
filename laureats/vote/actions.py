"""Record what the conseil territorial voted, dossier by dossier, once the jury has closed its deliberation."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from juries.deliberation.actions import empechement
from juries.enums import SensProposition
from juries.models import Deliberation, Proposition
from label.models import Edition
from label.templatetags.label_ui import euros, jour
from laureats.enums import SensDecision
from laureats.models import Decision, Vote
from laureats.vote.motifs import motif_par_defaut
from projects.deport.queries import ensure_not_recused
from projects.enums import Statut
from projects.models import Dossier
from projects.models.dossier import by_numero
from projects.montant import refus_du_montant

# What the vote decides on: the jury proposed it, or kept it in reserve.
A_VOTER = (Statut.PROPOSE, Statut.RESERVE)


class VoteRefuse(ValidationError):
    """The vote cannot be recorded; the messages say why in French. `error_dict` names fields when it is about one."""


@dataclass(frozen=True)
class Choix:
    """What is voted for one dossier. `montant` in whole euros, 0 unless it is granted.

    `motif`: told to the structure; left empty where the jury said why, its words stand (`motif_par_defaut`).
    `motif_interne`: why another amount than the jury's, for the EPT.
    """

    dossier_id: int
    sens: str
    montant: int = 0
    motif: str = ""
    motif_interne: str = ""

    @property
    def is_accorde(self):
        return self.sens == SensDecision.ACCORDE


def dossiers_to_vote(edition):
    """The dossiers the vote bears on, with the proposal the jury closed on: proposed first, then the reserve in its
    order. Empty while the deliberation is open."""
    return (
        Dossier.objects.in_edition(edition)
        .filter(statut__in=A_VOTER, proposition__deliberation__closed_at__isnull=False)
        .select_related("structure", "contrat", "proposition")
        .order_by("statut", F("proposition__rang").asc(nulls_last=True), *by_numero(), "pk")
    )


def choix_du_jury(edition):
    """The decisions that follow the jury to the letter, a list of `Choix`: proposed granted, reserve kept waiting."""
    return [
        Choix(dossier.pk, SensDecision.ACCORDE, dossier.proposition.montant)
        if dossier.statut == Statut.PROPOSE
        else Choix(dossier.pk, SensDecision.ATTENTE)
        for dossier in dossiers_to_vote(edition)
    ]


def obstacles(edition):
    """What stands in the way of recording the vote, as French sentences (empty: it may be recorded)."""
    if edition.is_published:
        return [f"Les résultats ont été publiés le {jour(edition.published_at)}\u00a0: le vote ne se modifie plus."]
    deliberation = Deliberation.objects.filter(jury__edition=edition).first()
    if deliberation is None or not deliberation.is_closed:
        return ["La délibération du jury n’est pas close\u00a0: le vote porte sur ce que le jury propose."]
    return []


@empechement
def _vote_is_recorded(edition):
    """Once voted on, the jury's deliberation is not reopened."""
    if Vote.objects.filter(edition=edition).exists():
        return "Le vote du conseil territorial est enregistré\u00a0: la délibération du jury ne se rouvre plus."
    return ""


def refus_du_vote(dossier, edition, montant, motif_interne):
    """The `Refus` of granting this amount (whole euros) to this dossier, or None."""
    return refus_du_montant(
        montant,
        demande=dossier.montant_demande,
        plafond=edition.montant_max,
        motif_interne=motif_interne,
        jury=montant_du_jury(dossier),
    )


def _check_date(edition, date, today):
    deliberation = Deliberation.objects.get(jury__edition=edition)
    tenue = timezone.localdate(deliberation.tenue_le or deliberation.closed_at)
    if date > today:
        raise VoteRefuse({"date": "Cette date est à venir\u00a0: un vote s’enregistre quand il a eu lieu."})
    if date < tenue:
        raise VoteRefuse({"date": f"Le vote ne peut pas précéder la délibération du jury, le {jour(tenue)}."})


def total_of(decisions):
    """What these `Choix` grant in all, in whole euros."""
    return sum(choix.montant for choix in decisions if choix.is_accorde)


def montant_du_jury(dossier):
    """What the jury said of this dossier, in whole euros; None where it said no amount."""
    return dossier.proposition.montant or None


def motif_compose(sens, dossier, edition, accorde):
    """What the structure is told of this decision when the vote wrote no reason (`motif_par_defaut`)."""
    return motif_par_defaut(
        sens,
        is_reserve=dossier.statut == Statut.RESERVE,
        jury=dossier.proposition.motif,
        demande=dossier.montant_demande,
        accorde=accorde,
        enveloppe=edition.enveloppe,
    )


def _check_decisions(edition, decisions, dossiers):
    """Every dossier decided, once; each decision whole; the sum within the envelope. Raises VoteRefuse."""
    asked = [choix.dossier_id for choix in decisions]
    if len(set(asked)) != len(asked) or set(asked) != set(dossiers):
        raise VoteRefuse(
            "Entre-temps, la liste des projets proposés par le jury a changé. Rechargez la page pour la voir."
        )
    for choix in decisions:
        dossier = dossiers[choix.dossier_id]
        if choix.is_accorde and choix.montant <= 0:
            raise VoteRefuse(f"Indiquez le montant accordé à «\u202f{dossier}\u202f».")
        if choix.sens == SensDecision.ATTENTE and dossier.statut != Statut.RESERVE:
            raise VoteRefuse(f"Le jury n’a pas placé «\u202f{dossier}\u202f» sur la liste d’attente.")
        if not choix.is_accorde and not (choix.motif.strip() or motif_compose(choix.sens, dossier, edition, 0)):
            raise VoteRefuse(f"Dites pourquoi «\u202f{dossier}\u202f» n’est pas lauréat.")
        if choix.is_accorde and (refus := refus_du_vote(dossier, edition, choix.montant, choix.motif_interne)):
            raise VoteRefuse(f"«\u202f{dossier}\u202f»\u00a0: {refus.phrase}")
    total = total_of(decisions)
    if total > edition.enveloppe:
        raise VoteRefuse(
            f"Les montants accordés font {euros(total)}\u00a0: c’est {euros(total - edition.enveloppe)} de plus que "
            f"l’enveloppe, qui est de {euros(edition.enveloppe)}."
        )


@transaction.atomic
def record_vote(edition, *, organe, date, numero, url="", decisions, by, at=None, expected=None):
    """Record, or correct until publication, the délibération and its decisions. Returns the `Vote`.

    `organe`: a value of `Organe`; `date`: day of the vote; `numero`: of the délibération; `decisions`: one `Choix`
    per dossier of `dossiers_to_vote`. `at`: aware datetime of the record (now). `expected`: the `version` of the vote
    the person saw, 0 when there was none. Nothing moves yet: proposé ≠ voté ≠ publié.
    Raises PermissionDenied, or VoteRefuse with French messages.
    """
    if not by.has_perm("laureats.record_vote"):
        raise PermissionDenied
    ensure_not_recused(by, edition)
    at = at or timezone.now()
    # Publication takes the same row first: neither can slip under the other.
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    list(Deliberation.objects.select_for_update(of=("self",)).filter(jury__edition=edition))
    if blocked := obstacles(edition):
        raise VoteRefuse(blocked)
    vote = Vote.objects.filter(edition=edition).first()
    if expected is not None and expected != (vote.version if vote else 0):
        raise VoteRefuse(
            "Entre-temps, quelqu’un d’autre a enregistré ce vote. Rechargez la page pour voir ce qui y est écrit.",
            code="stale",
        )
    _check_date(edition, date, timezone.localdate(at))
    if not numero.strip():
        raise VoteRefuse({"numero": "Indiquez le numéro de la délibération."})
    decisions = list(decisions)
    dossiers = {dossier.pk: dossier for dossier in dossiers_to_vote(edition)}
    _check_decisions(edition, decisions, dossiers)
    if vote is None:
        vote = Vote(edition=edition, created_at=at)
    else:
        vote.version += 1
    vote.organe, vote.date, vote.numero, vote.url, vote.by = organe, date, numero.strip(), url, by
    vote.full_clean()
    vote.save()
    vote.decisions.exclude(dossier__in=dossiers).delete()
    accorde = total_of(decisions)
    for choix in decisions:
        Decision.objects.update_or_create(
            dossier_id=choix.dossier_id,
            defaults={
                "vote": vote,
                "sens": choix.sens,
                "montant": choix.montant if choix.is_accorde else 0,
                "motif_interne": choix.motif_interne.strip(),
                "motif": choix.motif.strip() or motif_compose(choix.sens, dossiers[choix.dossier_id], edition, accorde),
            },
        )
    return vote


def proposed_total(edition):
    """What the jury proposes in all, in whole euros."""
    return sum(
        Proposition.objects.filter(dossier__edition=edition, sens=SensProposition.LAUREAT).values_list(
            "montant", flat=True
        )
    )


def with_vote(editions):
    """The same éditions, each with `.vote_connu` (or None) and `.jury_clos_le` (aware datetime, or None)."""
    for edition in editions:
        edition.vote_connu = getattr(edition, "vote", None)
        deliberation = getattr(getattr(edition, "jury", None), "deliberation", None)
        edition.jury_clos_le = deliberation.closed_at if deliberation else None
    return editions
