"""The deliberation: proposals against the envelope, then the minutes, closed once."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from juries.classement.queries import ranking
from juries.declaration.actions import pin_recusals
from juries.deliberation.proces_verbal import digest, minutes
from juries.enums import Acte, SensProposition
from juries.models import Audition, Deliberation, Mention, Proposition
from juries.quorum import quorums
from label.documents import render_pdf
from label.droits import ensure_may
from label.lifecycle import TransitionRefused
from label.templatetags.label_ui import euros
from label.vus import GARDEE, entre_temps, is_crossed
from projects.deport.queries import ensure_not_recused
from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier
from projects.models.dossier import by_numero
from projects.montant import refus_du_montant

MOVES = {SensProposition.LAUREAT: "propose", SensProposition.RESERVE: "reserve", SensProposition.REFUS: "set_aside"}
# What is said of one dossier, and of the whole debate.
TEXTES = ("points_forts", "motif_interne", "motif")
LINE = ("sens", "montant", "rang", *TEXTES)
DEBATES = ("tenue_le", "lieu", "synthese")
# An upper floor may forbid to reopen (a vote is recorded): function(edition) -> French sentence, or "".
_empechements: list = []


def empechement(function):
    """Register a function(edition) -> str that says in French why the deliberation can no longer be reopened."""
    _empechements.append(function)
    return function


def open_deliberation(jury):
    """The deliberation of the jury, made once, dated from its last séance."""
    return Deliberation.objects.get_or_create(jury=jury, defaults=last_sitting(jury))[0]


def last_sitting(jury):
    """When and where the last séance ended: where a deliberation starts from."""
    last = jury.seances.order_by("-fin").first()
    return {"tenue_le": last.fin, "lieu": last.lieu or "en visioconférence"} if last else {}


def auditions_to_decide(jury, among=None):
    """The auditions whose dossier was heard, placed by `ranking`, best first; `among`: a queryset (all of them)."""
    among = (Audition.objects.all() if among is None else among).classees().filter(seance__jury=jury)
    ranked = ranking(
        among.select_related("dossier__structure", "dossier__instruction", "dossier__proposition", "seance")
    )
    return [audition for audition in ranked if not audition.is_to_come]


def _locked(deliberation):
    locked = (
        Deliberation.objects.select_for_update(of=("self",)).select_related("jury__edition").get(pk=deliberation.pk)
    )
    if locked.is_closed:
        raise TransitionRefused("La délibération est déjà close : ses propositions ne changent plus.")
    return locked


class PropositionsChanged(ValidationError):
    """Nothing was written: some of it is no longer what the page showed.

    `lines`: {dossier pk: French sentence that says what stands there now}; `fields`: the same by name of field.
    """

    def __init__(self, lines, fields):
        self.lines, self.fields = lines, fields
        super().__init__("Entre-temps, quelqu’un d’autre a modifié une partie de ce que vous avez saisi.", code="stale")


def line_of(proposition):
    """A proposal as `save_propositions` takes it; None for a dossier without one."""
    return {name: getattr(proposition, name) for name in LINE} if proposition else None


@transaction.atomic
def save_propositions(deliberation, lines, *, by, vues=None, vus=None, **fields):
    """Write the proposals and the fields given, and no other; they may exceed the envelope until the closing.

    lines: {dossier pk: dict(sens, montant (whole euros), rang, and those of TEXTES, empty when left out)}, or None to
    leave a dossier undecided again. fields: those of DEBATES. `vues`, `vus`: the `seal` of each line and of each field
    as the page showed it (None: not compared). Raises PermissionDenied when `by` is recused from a dossier of the
    édition, TransitionRefused when closed or when a dossier no longer awaits its proposal, PropositionsChanged when
    somebody wrote the same meanwhile, ValidationError on a line that does not hold.
    """
    ensure_may(by, "juries.deliberate", deliberation)
    locked = _locked(deliberation)
    ensure_not_recused(by, locked.jury.edition)
    lines = {pk: line and line | {name: line.get(name, "").strip() for name in TEXTES} for pk, line in lines.items()}
    _ensure_awaited(locked, lines)
    _ensure_within(locked.jury.edition, lines)
    former = dict.fromkeys(lines)
    rows = Proposition.objects.filter(deliberation=locked, dossier__in=lines)
    former |= {proposition.dossier_id: line_of(proposition) for proposition in rows}
    current = {name: getattr(locked, name) for name in fields}
    lines_changed, fields_changed = _moved(former, lines, vues), _moved(current, fields, vus)
    if lines_changed or fields_changed:
        raise PropositionsChanged(
            {pk: entre_temps(words_of(former[pk])) for pk in lines_changed},
            dict.fromkeys(fields_changed, f"Entre-temps, quelqu’un d’autre a modifié cette partie. {GARDEE}"),
        )
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*fields])
    changed = {pk: line for pk, line in lines.items() if line != former[pk]}
    # Removed first: two dossiers may exchange their ranks.
    rows.filter(dossier__in=changed).delete()
    for pk, line in sorted(changed.items()):
        if line:
            proposition = Proposition(deliberation=locked, dossier_id=pk, **line)
            proposition.full_clean()
            proposition.save()
    return locked


def _moved(current, wanted, seen):
    """The keys that stand otherwise than the page showed, and otherwise than what is wanted."""
    return [key for key, value in wanted.items() if is_crossed((seen or {}).get(key), value, current[key])]


def words_of(line):
    """A proposal in a few words."""
    if line is None:
        return "à décider"
    rang = f", rang {line['rang']}" if line["rang"] else ""
    montant = f", {euros(line['montant'])}" if line["montant"] else ""
    named = (("points_forts", "points forts"), ("motif_interne", "motif interne"), ("motif", "motif"))
    textes = "".join(f", {words} «\u202f{line[name]}\u202f»" for name, words in named if line[name])
    return f"«\u202f{SensProposition(line['sens']).label}\u202f»{rang}{montant}{textes}"


def _ensure_awaited(deliberation, lines):
    """Raise TransitionRefused when a dossier of `lines` is not one the jury heard and has still to decide."""
    others = Dossier.objects.filter(pk__in=lines).exclude(
        edition=deliberation.jury.edition_id, statut=Statut.AUDITIONNE
    )
    refused = [
        f"Entre-temps, «\u202f{dossier}\u202f» est passé à «\u202f{dossier.get_statut_display()}\u202f»\u00a0: sa "
        "proposition ne se modifie plus ici."
        for dossier in others.order_by("pk")
    ]
    if refused:
        raise TransitionRefused(refused)


def _ensure_within(edition, lines):
    """Raise ValidationError on an amount above the édition's ceiling, or above the demand without a reason inside."""
    amounts = {pk: line for pk, line in lines.items() if line and line["montant"]}
    for dossier in Dossier.objects.filter(pk__in=amounts).order_by("pk").only("titre", "montant_demande"):
        line = amounts[dossier.pk]
        refus = refus_du_montant(
            line["montant"],
            demande=dossier.montant_demande,
            plafond=edition.montant_max,
            motif_interne=line["motif_interne"],
        )
        if refus:
            raise ValidationError(f"«\u202f{dossier}\u202f»\u00a0: {refus.phrase}")


def obstacles(deliberation):
    """What stands in the way of the closing, as French sentences; empty when it may be closed."""
    jury = deliberation.jury
    found = []
    waiting = Dossier.objects.filter(edition=jury.edition_id, statut=Statut.ADMIS).count()
    if waiting:
        found.append(f"Dossiers admis dont l’audition n’est ni faite ni notée en absence : {waiting}.")
    heard = Dossier.objects.filter(edition=jury.edition_id, statut=Statut.AUDITIONNE)
    if not heard.exists() and not waiting:
        found.append("Aucun dossier auditionné n’attend de proposition.")
    undecided = heard.filter(proposition__isnull=True).order_by(*by_numero())
    if numeros := list(undecided.values_list("numero", flat=True)):
        found.append(f"Dossiers auditionnés sans proposition\u00a0: {', '.join(numeros)}.")
    muets = Proposition.objects.filter(dossier__in=heard).unexplained().order_by(*by_numero("dossier__"))
    if numeros := list(muets.values_list("dossier__numero", flat=True)):
        found.append(f"Projets non retenus ou en liste d’attente sans motif communiqué\u00a0: {', '.join(numeros)}.")
    total = total_of(deliberation)
    if total > jury.edition.enveloppe:
        found.append(f"Les propositions dépassent l’enveloppe de {total - jury.edition.enveloppe} €.")
    auditions = list(Audition.objects.filter(dossier__in=heard).select_related("dossier"))
    found_quorums = quorums(jury, auditions)
    for audition in auditions:
        quorum = found_quorums[audition.pk]
        if not quorum.is_atteint:
            found.append(f"Quorum non atteint pour {audition.dossier.numero} : {', '.join(quorum.manques)}.")
    if deliberation.tenue_le is None:
        found.append("Indiquez quand le jury s’est réuni.")
    if not jury.jures.active().filter(is_president=True).exists():
        found.append("Désignez la présidence du jury.")
    return found


def total_of(deliberation):
    """Sum of the amounts proposed to laureates, in whole euros."""
    return sum(deliberation.propositions.filter(sens=SensProposition.LAUREAT).values_list("montant", flat=True))


@transaction.atomic
def close_deliberation(deliberation, *, by):
    """Close: every dossier moves, the minutes are frozen. Once.

    Raises PermissionDenied when `by` is recused from a dossier of the édition; TransitionRefused: closed already, or
    what `obstacles` says.
    """
    ensure_may(by, "juries.deliberate", deliberation)
    locked = _locked(deliberation)
    pin_recusals(locked.jury)
    ensure_not_recused(by, locked.jury.edition)
    missing = obstacles(locked)
    if missing:
        raise TransitionRefused(missing)
    now = timezone.now()
    locked.jury.seances.filter(locked_at__isnull=True).update(locked_at=now)
    for proposition in locked.propositions.select_related("dossier").order_by("pk"):
        LIFECYCLE.apply(
            proposition.dossier,
            MOVES[proposition.sens],
            by=by,
            at=now,
            motif=proposition.motif,
            trace={"motif_interne": proposition.motif_interne},
            expected=Statut.AUDITIONNE,
        )
    locked.closed_at, locked.closed_by = now, by
    data = minutes(locked)
    pdf = render_pdf("juries/proces_verbal.typ", data | {"empreinte": digest(data)}, timestamp=now)
    locked.proces_verbal_sha256 = digest(pdf)
    locked.proces_verbal.save(f"proces-verbal-{locked.jury.edition.annee}.pdf", ContentFile(pdf), save=False)
    locked.save()
    return locked


@transaction.atomic
def undo_deliberation(deliberation, *, motif, by):
    """Take the closing back, with a reason, until the vote; the former minutes stay in the register.

    Raises PermissionDenied when `by` is recused from a dossier of the édition; TransitionRefused: not closed, results
    published, or an upper floor forbids it.
    """
    ensure_may(by, "juries.deliberate", deliberation)
    locked = (
        Deliberation.objects.select_for_update(of=("self",)).select_related("jury__edition").get(pk=deliberation.pk)
    )
    ensure_not_recused(by, locked.jury.edition)
    if not motif.strip():
        raise TransitionRefused("Indiquez le motif de cette réouverture.")
    if not locked.is_closed:
        raise TransitionRefused("La délibération est déjà ouverte.")
    edition = locked.jury.edition
    reasons = [reason for function in _empechements if (reason := function(edition))]
    if edition.is_published:
        reasons.append("Les résultats sont publiés : la délibération ne se rouvre plus.")
    if reasons:
        raise TransitionRefused(reasons)
    now = timezone.now()
    for proposition in locked.propositions.select_related("dossier").order_by("pk"):
        LIFECYCLE.apply(proposition.dossier, "undo_deliberation", by=by, at=now, motif=motif)
    Mention.objects.create(
        jury=locked.jury,
        acte=Acte.REPRISE,
        objet="Délibération rouverte",
        motif=motif.strip(),
        detail={"proces_verbal": locked.proces_verbal.name, "sha256": locked.proces_verbal_sha256},
        by=by,
        at=now,
    )
    locked.closed_at = locked.closed_by = None
    locked.proces_verbal, locked.proces_verbal_sha256 = "", ""
    locked.save()
    return locked
