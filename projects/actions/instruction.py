"""Instruction: who follows the dossier, the recevabilité checklist, the note for the jury."""

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from label.lifecycle import TransitionRefused
from label.models import Habilitation, User
from label.templatetags.label_ui import euros, heure
from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Constat, Deport, Dossier, Instruction, Membre

# Statuts in which what the EPT works out may still change.
INSTRUCTION_OUVERTE = frozenset({Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION, Statut.ADMIS})


class NoteStale(ValidationError):
    """Somebody saved the note meanwhile; `instruction` holds what they wrote."""

    def __init__(self, instruction):
        self.instruction = instruction
        who = instruction.updated_by.get_full_name() if instruction.updated_by else "Quelqu’un"
        super().__init__(
            f"{who} a enregistré cette note entre-temps, à {heure(instruction.updated_at)}. Votre texte est resté "
            "dans le formulaire\u00a0: reprenez ce qui manque, puis enregistrez de nouveau."
        )


def ensure_may_instruct(by, dossier):
    """Raise PermissionDenied when `by` may not instruct this dossier."""
    if not by.has_perm("projects.instruct_dossier", dossier):
        raise PermissionDenied


def ensure_open(statut):
    """Raise ValidationError once the instruction is over."""
    if statut not in INSTRUCTION_OUVERTE:
        raise ValidationError(
            f"Entre-temps, la situation a changé\u00a0: le dossier est maintenant "
            f"«\u202f{LIFECYCLE.label_of(statut)}\u202f», son instruction est close.",
            code="stale",
        )


def lock_open(dossier):
    """The dossier's row, held until the end of the transaction, so that a decision and a finding do not cross."""
    locked = Dossier.objects.select_for_update(of=("self",)).select_related("edition").get(pk=dossier.pk)
    ensure_open(locked.statut)
    return locked


def instructeurs():
    """The persons a dossier may be given to: active, holding a role at the EPT today."""
    return User.objects.filter(is_active=True, pk__in=Habilitation.objects.current().values("user")).order_by(
        "nom", "prenom", "email"
    )


@LIFECYCLE.gate("declare_recevable")
def missing_for_recevabilite(dossier):
    """What keeps this dossier from being declared recevable: French sentences, empty when nothing does."""
    constats = {constat.point_id: constat for constat in dossier.constats.all()}
    sentences = []
    for point in dossier.edition.points_recevabilite.all():
        constat = constats.get(point.pk)
        if constat is None:
            sentences.append(f"Point à vérifier\u00a0: {point.libelle}.")
        elif not constat.is_conforme:
            sentences.append(f"Point non conforme\u00a0: {point.libelle} ({constat.motif}).")
    return sentences


@transaction.atomic
def record_constats(dossier, reponses, *, by, at=None):
    """Answer points of the checklist. `reponses`: {point: (is_conforme or None, motif)}; None leaves it unanswered.

    Returns the number of points whose answer changed. Raises PermissionDenied, or ValidationError with one
    message per point that is not conform and does not say why.
    """
    ensure_may_instruct(by, dossier)
    dossier = lock_open(dossier)
    at = at or timezone.now()
    known = {constat.point_id: constat for constat in dossier.constats.all()}
    errors, changed = [], 0
    for point, (is_conforme, typed) in reponses.items():
        motif = "" if is_conforme else typed.strip()
        constat = known.get(point.pk)
        if is_conforme is None:
            if constat:
                constat.delete()
                changed += 1
            continue
        if not is_conforme and not motif:
            errors.append(f"{point.libelle}\u00a0: dites pourquoi ce point n’est pas conforme.")
            continue
        if constat and (constat.is_conforme, constat.motif) == (is_conforme, motif):
            continue
        Constat.objects.update_or_create(
            dossier=dossier, point=point, defaults={"is_conforme": is_conforme, "motif": motif, "by": by, "at": at}
        )
        changed += 1
    if errors:
        raise ValidationError(errors)
    return changed


@transaction.atomic
def assign_instructeur(dossiers, *, instructeur, by):
    """Give these dossiers (an iterable) to `instructeur` (None: to nobody). Returns how many changed hands.

    Raises PermissionDenied when one of them is not `by`'s to instruct, ValidationError when the person chosen
    holds no role at the EPT, belongs to the structure or is recused.
    """
    dossiers = list(dossiers)
    for dossier in dossiers:
        ensure_may_instruct(by, dossier)
        ensure_open(dossier.statut)
    if instructeur is not None:
        if not instructeur.is_instructeur:
            raise ValidationError(f"{instructeur} n’instruit pas les dossiers de l’EPT.")
        if Deport.objects.current().filter(user=instructeur, dossier__in=dossiers).exists():
            raise ValidationError(
                f"{instructeur} ne peut pas instruire ces dossiers\u00a0: confiez-les à quelqu’un d’autre."
            )
        own = Membre.objects.current().filter(user=instructeur).values_list("structure_id", flat=True)
        concerned = [d.numero for d in dossiers if d.structure_id in set(own)]
        if concerned:
            raise ValidationError(
                f"{instructeur} appartient à la structure de\u00a0{', '.join(concerned)}\u00a0: confiez ce dossier à "
                "quelqu’un d’autre."
            )
    pks = [dossier.pk for dossier in dossiers]
    with pghistory.context(user=by.pk):
        Instruction.objects.bulk_create([Instruction(dossier_id=pk) for pk in pks], ignore_conflicts=True)
        rows = Instruction.objects.filter(dossier__in=pks)
        rows = rows.exclude(instructeur=instructeur) if instructeur else rows.exclude(instructeur=None)
        return rows.update(instructeur=instructeur)


@transaction.atomic
def save_note(dossier, *, note_synthese, montant_propose, version, by, at=None):
    """Write the note for the jury and the proposed amount (whole euros or None), against the `version` shown.

    Returns the `Instruction`, one version later. Raises PermissionDenied, NoteStale when somebody saved meanwhile,
    ValidationError on an amount above what is asked or above the édition's ceiling.
    """
    ensure_may_instruct(by, dossier)
    dossier = lock_open(dossier)
    ceiling = dossier.edition.montant_max
    if montant_propose is not None:
        if dossier.montant_demande is not None and montant_propose > dossier.montant_demande:
            raise ValidationError(
                {"montant_propose": f"La structure demande {euros(dossier.montant_demande)}\u00a0: proposez moins."}
            )
        if montant_propose > ceiling:
            raise ValidationError({"montant_propose": f"Le plafond de l’édition est de {euros(ceiling)} par projet."})
    instruction, _ = Instruction.objects.get_or_create(dossier=dossier)
    with pghistory.context(user=by.pk):
        updated = Instruction.objects.filter(pk=instruction.pk, version=version).update(
            note_synthese=note_synthese.strip(),
            montant_propose=montant_propose,
            version=F("version") + 1,
            updated_at=at or timezone.now(),
            updated_by=by,
        )
    current = Instruction.objects.select_related("updated_by").get(pk=instruction.pk)
    if not updated:
        raise NoteStale(current)
    return current


# Decisions made from the page of instruction; what comes after the hearing is taken back on the jury's side.
DECISIONS = frozenset(
    {
        "declare_recevable",
        "declare_irrecevable",
        "admit",
        "refuse_admission",
        "undo_irrecevable",
        "undo_recevable",
        "undo_admission",
    }
)


@transaction.atomic
def decide(dossier, name, *, by, motif="", motif_interne="", token=None, at=None):
    """Make one of the DECISIONS. `token`: what the page kept of the dossier. Returns the journal line.

    `motif` is told to the structure, unless the move keeps its reason inside; `motif_interne` is never.

    Raises PermissionDenied, or TransitionRefused: stale page, missing reason, checklist not answered, results
    published (nothing is taken back afterwards).
    """
    if name not in DECISIONS:
        raise ValueError(f"{name} is not decided here")
    if LIFECYCLE[name].is_retour and dossier.edition.is_published:
        raise TransitionRefused("Les résultats de cette édition sont publiés\u00a0: rien ne peut plus être repris.")
    trace = {"motif_interne": motif_interne}
    return LIFECYCLE.apply(dossier, name, by=by, motif=motif, at=at or timezone.now(), token=token, trace=trace)
