"""One field saved at a time, merged with what others wrote meanwhile. Nothing acknowledged is ever lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from label.textes import excedent_de
from projects import champs
from projects.actions.elaboration import ensure_may_write, ensure_writable
from projects.alignement import COMPARAISONS_MAX, Allocation
from projects.enums import ChoixDivergence, Section, SorteRetouche
from projects.fusion import Conflit, Fusion, join_texts, merge_text, merge_value, receive
from projects.models import Champ, Divergence, Dossier, Retouche

# What one person does to one field without leaving it this long, and without anybody else, is one entry of the story.
SEANCE = timedelta(minutes=30)


@dataclass(frozen=True)
class Enregistrement:
    """What a save came to. `valeur`: what the field now holds; `version`, `revision`: of the field, of the dossier.

    `divergence`: the Divergence it left, or None. `by`, `at`: who wrote the field last, and when (aware datetime).
    """

    valeur: object
    version: int
    revision: int
    by: object
    at: datetime
    divergence: Divergence | None = None


def lock(dossier, by, section="", *, only_read=False):
    """The dossier, locked for a write of `section` by this person. `dossier`: a Dossier, or the key of one unread.

    The first section is its structure's, which other dossiers write too: the structure is locked with it.
    `only_read`: the same without a lock.
    Raises Dossier.DoesNotExist when it is not theirs to see, PermissionDenied when it is not theirs to write.
    """
    lookup = {"cle": dossier} if isinstance(dossier, str) else {"pk": dossier.pk}
    rows = Dossier.objects.filter(**lookup).select_related("edition", "structure", "contrat").with_echeance()
    found = rows.writable_by(by)
    if not only_read:
        found = found.held(structure=section == Section.STRUCTURE)
    found = found.first()
    if found is not None:
        return found
    seen = rows.visible_to(by).get()
    ensure_may_write(seen, by)
    raise PermissionDenied


@transaction.atomic
def save_field(dossier, nom, *, valeur, base, ecran, sequence, vu, by, at=None, sorte=SorteRetouche.FRAPPE):
    """Save one field. Returns an Enregistrement.

    `valeur`: what was typed; `base`: what the page showed when typing began, at the version `vu`. `ecran`: a name the
    open page gave itself ("" outside a page), `sequence`: its count of saves of this field. A save received twice, or
    after a later one of the same page, changes nothing. A page that goes on typing before it read the answer to its
    last save is merged from what it sent then.
    Raises Dossier.DoesNotExist, PermissionDenied, champs.ChampInconnu, EcritureFermee, EcheancePassee, and
    ValidationError with a sentence on what was typed; a value too long is refused without waiting for the lock.
    """
    at = at or timezone.now()
    section = champs.section_of(nom)
    trop = excedent_de(valeur)
    locked = lock(dossier, by, section, only_read=bool(trop))
    ensure_writable(locked, section, at)
    if trop:
        raise ValidationError(trop)
    champ = _champs(locked, section, [nom], at)[nom]
    courante = champs.read(locked, nom)
    valeur = champs.clean(locked, nom, valeur)
    base = courante if base == courante else _as_held(locked, nom, base)
    given = {"sequence": sequence, "vu": vu, "base": base, "valeur": valeur}
    received = receive(courante, champ.version, champ.ecrans if ecran else {}, ecran=ecran, **given)
    if received is None:
        return Enregistrement(courante, champ.version, locked.revision, champ.by, champ.at)
    fusion = _fits(nom, courante, valeur, received[0])
    if ecran:
        champ.ecrans = received[1]
    return _write(locked, [(champ, courante, fusion)], by=by, at=at, sorte=sorte)[nom]


@transaction.atomic
def save_fields(dossier, section, values, *, by, at=None):
    """Save several fields of one section, each merged on its own. Returns {nom: Enregistrement} of those that changed.

    `values`: {nom: (base, valeur)}, checked already by a form. All or none. Raises as `save_field`.
    """
    at = at or timezone.now()
    locked = lock(dossier, by, section)
    ensure_writable(locked, section, at)
    values = {nom: pair for nom, pair in values.items() if pair[0] != pair[1]}
    return _merge(locked, section, values, champs.read_all(locked, values), by=by, at=at)


@transaction.atomic
def save_section(dossier, section, *, values=None, lignes=None, indicateurs=None, by, at=None):
    """Write a section over what it holds, as somebody who read it just now. Returns what `save_fields` does.

    `values`: by field name, as the columns hold them (or model rows). `lignes`, `indicateurs`: all of them, as dicts;
    rows not among them are removed, the EPT's own line excepted.
    """
    at = at or timezone.now()
    locked = lock(dossier, by, section)
    ensure_writable(locked, section, at)
    wanted = {champs.name_of(section, name): champs.flat(value) for name, value in (values or {}).items()}
    for famille, rows in (("ligne", lignes), ("indicateur", indicateurs)):
        if rows is not None:
            wanted |= dict.fromkeys(champs.rows(locked, famille))
            wanted |= {f"{famille}.{row.pop('cle', None) or uuid4()}": row for row in map(dict, rows)}
    held = champs.read_all(locked, wanted)
    values = {nom: (held[nom], valeur) for nom, valeur in wanted.items() if held[nom] != valeur}
    return _merge(locked, section, values, held, by=by, at=at)


def _merge(dossier, section, values, held, *, by, at):
    """Merge {nom: (base, valeur)} into what the fields hold, {nom: courante}, and write what changes."""
    found, changes = _champs(dossier, section, list(values), at), []
    allocation = Allocation(2 * COMPARAISONS_MAX)
    for nom, (base, valeur) in values.items():
        courante = held[nom]
        # Longer than any field, it was never read here.
        known = None if excedent_de(base) else base
        fusion = _fits(nom, courante, valeur, merge_value(known, courante, valeur, allocation))
        if fusion.valeur != courante or fusion.conflits:
            changes.append((found[nom], courante, fusion))
    return _write(dossier, changes, by=by, at=at, sorte=SorteRetouche.FRAPPE)


def _champs(dossier, section, noms, at):
    """The rows of these fields, {nom: Champ}, not saved yet where nobody wrote; the lock of the dossier holds them.

    A field of the structure is written from its other dossiers too: who wrote it last is read among them all.
    """
    of = {"dossier__structure": dossier.structure_id} if section == Section.STRUCTURE else {"dossier": dossier}
    rows = list(Champ.objects.filter(nom__in=noms, **of).select_related("by", "retouche").order_by("at", "pk"))
    found = {nom: Champ(dossier=dossier, nom=nom, section=section, at=at) for nom in noms}
    found |= {champ.nom: champ for champ in rows if champ.dossier_id == dossier.pk}
    for champ in rows:
        if champ.by_id:
            found[champ.nom].by, found[champ.nom].at = champ.by, champ.at
    return found


def _as_held(dossier, nom, base):
    """The base a page sends was once read from here; one that cannot be read counts for nothing typed before."""
    if excedent_de(base):
        return None
    try:
        return champs.clean(dossier, nom, base)
    except (ValidationError, AttributeError, TypeError):
        return None


def _fits(nom, courante, valeur, fusion):
    """A merge too long for its field is a conflict: what it holds and what was typed both stand, none is cut."""
    if not any(champs.is_too_long(nom, merged) for merged in (fusion.valeur, fusion.autre)):
        return fusion
    return Fusion(courante, valeur, (Conflit(courante, courante, valeur),))


def _write(dossier, changes, *, by, at, sorte):
    """Write merged fields, [(Champ, value before, Fusion)], and tell the story. Returns {nom: Enregistrement}."""
    written = {champ.nom: fusion.valeur for champ, courante, fusion in changes if fusion.valeur != courante}
    columns = champs.write(dossier, written, by=by, at=at)
    if columns:
        Dossier.objects.filter(pk=dossier.pk).update(**columns)
    revision = dossier.revision + bool(written)
    told, new, divergences = [], [], {}
    for champ, courante, fusion in changes:
        champ.version += 1
        if fusion.conflits:
            divergences[champ.nom] = Divergence(
                dossier=dossier,
                section=champ.section,
                nom=champ.nom,
                by=by,
                autre=champ.by,
                at=at,
                sien=fusion.valeur,
                mien=fusion.autre,
            )
            told.append(_retouche(champ, fusion.valeur, fusion.autre, by=by, at=at, sorte=SorteRetouche.ECARTEE))
        if champ.nom in written:
            retouche = _sitting(champ, by=by, at=at, sorte=sorte)
            if retouche is None:
                retouche = _retouche(champ, courante, fusion.valeur, by=by, at=at, sorte=sorte)
                new.append((champ, retouche))
            else:
                retouche.fin, retouche.apres, retouche.version = at, fusion.valeur, champ.version
                retouche.save(update_fields=["fin", "apres", "version"])
            champ.revision, champ.by, champ.at = revision, by, at
    if told or new:
        Retouche.objects.bulk_create([*(retouche for _, retouche in new), *told])
    for champ, retouche in new:
        champ.retouche = retouche
    if divergences:
        Divergence.objects.bulk_create(divergences.values())
    if changes:
        _store([champ for champ, _, _ in changes])
    return {
        champ.nom: Enregistrement(
            fusion.valeur, champ.version, revision, champ.by, champ.at, divergences.get(champ.nom)
        )
        for champ, _, fusion in changes
    }


def _store(rows):
    """Insert or update these rows in one statement."""
    for champ in rows:
        # Known by its dossier and its name: with a key, those already there would go in a statement of their own.
        champ.pk = None
    fields = ["version", "revision", "by", "at", "ecrans", "retouche"]
    Champ.objects.bulk_create(rows, update_conflicts=True, unique_fields=["dossier", "nom"], update_fields=fields)


def _sitting(champ, *, by, at, sorte):
    """This person's entry of the story to lengthen, when nobody else wrote since; or None."""
    last = champ.retouche
    if sorte != SorteRetouche.FRAPPE or last is None:
        return None
    if (last.by_id, last.sorte, champ.by_id) != (by.pk, sorte, by.pk) or not timedelta(0) <= at - last.fin < SEANCE:
        return None
    return last


def _retouche(champ, avant, apres, *, by, at, sorte):
    return Retouche(
        dossier_id=champ.dossier_id,
        section=champ.section,
        nom=champ.nom,
        by=by,
        debut=at,
        fin=at,
        sorte=sorte,
        avant=avant,
        apres=apres,
        version=champ.version,
    )


@transaction.atomic
def resolve_divergence(divergence, choix, *, by, at=None, dossier=None):
    """Choose between two texts, or join them; what is not kept stays in the history. Returns an Enregistrement.

    `dossier`: from which the choice is made, for a field of the structure another of its dossiers left open. What
    others wrote since elsewhere in the field stays. Raises as `save_field`; ValidationError when it was resolved
    meanwhile.
    """
    at = at or timezone.now()
    dossier = lock(dossier or divergence.dossier, by, divergence.section)
    divergence = Divergence.objects.select_for_update(of=("self",)).get(pk=divergence.pk)
    if divergence.resolved_at:
        raise ValidationError("Quelqu’un a déjà choisi entre ces deux textes.")
    nom, sien, mien = divergence.nom, divergence.sien, divergence.mien
    courante = champs.read(dossier, nom)
    wanted = {ChoixDivergence.SIEN: courante, ChoixDivergence.MIEN: merge_value(sien, courante, mien).autre}
    if champs.is_too_long(nom, wanted[ChoixDivergence.MIEN]):
        # With what was written since it no longer fits: the text as it was typed.
        wanted[ChoixDivergence.MIEN] = mien
    if isinstance(sien, str) and isinstance(mien, str):
        wanted[ChoixDivergence.DEUX] = merge_text(sien, courante, join_texts(sien, mien)).autre
    if choix not in wanted:
        raise ValidationError("Choisissez l’un des deux.")
    if choix == ChoixDivergence.DEUX and champs.is_too_long(nom, wanted[choix]):
        trop = excedent_de(wanted[choix]) or "Les deux ensemble sont trop longs pour ce champ."
        raise ValidationError(f"{trop} Gardez l’un des deux, et reprenez de l’autre ce qui manque.")
    divergence.resolved_at, divergence.resolved_by, divergence.choix = at, by, choix
    divergence.save(update_fields=["resolved_at", "resolved_by", "choix"])
    return save_field(
        dossier,
        nom,
        valeur=wanted[choix],
        base=courante,
        ecran="",
        sequence=0,
        vu=0,
        by=by,
        at=at,
        sorte=SorteRetouche.CHOIX,
    )
