"""One field saved at a time, merged with what others wrote meanwhile. Nothing acknowledged is ever lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from ecriture.alignement import COMPARAISONS_MAX, Allocation
from ecriture.declaration import declaration_of, objet_of
from ecriture.enregistrement.queries import read_champ, read_champs
from ecriture.enums import ChoixDivergence, SorteRetouche
from ecriture.fusion import Conflit, Fusion, join_texts, merge_text, receive
from ecriture.kinds import Lot
from ecriture.models import Champ, Divergence, Ecrit, Redaction, Retouche
from ecriture.perte import is_long_loss
from label.textes import excedent_de

# What one person adds to one field without leaving it this long, without anybody else, nor any event of the thing
# meanwhile, is one entry of the story; what is taken away begins another (`ecriture.perte`).
SEANCE = timedelta(minutes=30)


@dataclass(frozen=True)
class Enregistrement:
    """What a save came to. `valeur`: what the field now holds; `version`, `revision`: of the field, of the thing.

    `divergence`: the Divergence it left, or None. `by`, `at`: who wrote the field last, and when (aware datetime).
    """

    valeur: object
    version: int
    revision: int
    by: object
    at: datetime
    divergence: Divergence | None = None


def lock(objet, by, section="", *, only_read=False):
    """The thing, held for a write of `section` by this person. `objet`: a thing written, or a queryset that finds one.

    What this section shares with other things is held first, as the declaration says. `only_read`: the same unheld.
    Raises DoesNotExist when it is not theirs to see, PermissionDenied when it is not theirs to write.
    """
    declared = declaration_of(objet)
    rows = objet if isinstance(objet, QuerySet) else declared.model.objects.filter(pk=objet.pk)
    rows = declared.read(rows).select_related("ecrit")
    found = rows.writable_by(by)
    if not only_read:
        found = found.held(*declared.held_first(section))
    found = found.first()
    if found is not None:
        return found
    seen = rows.visible_to(by).get()
    declared.ensure_may_write(seen, by)
    raise PermissionDenied


@transaction.atomic
def save_field(objet, nom, *, valeur, base, ecran, sequence, vu, by, at=None, sorte=SorteRetouche.FRAPPE):
    """Save one field. Returns an Enregistrement.

    `valeur`: what was typed; `base`: what the page showed when typing began, at the version `vu`. `ecran`: a name the
    open page gave itself ("" outside a page), `sequence`: its count of saves of this field. A save received twice, or
    after a later one of the same page, changes nothing. A page that goes on typing before it read the answer to its
    last save is merged from what it sent then. `objet`: as `lock` takes it.
    Raises DoesNotExist, PermissionDenied, ChampInconnu, EcritureFermee, and ValidationError with a sentence on what
    was typed; a value too long is refused without waiting for the lock.
    """
    at = at or timezone.now()
    declared = declaration_of(objet)
    kind = declared.kind(nom)
    trop = excedent_de(valeur)
    locked = lock(objet, by, kind.section, only_read=bool(trop))
    declared.ensure_writable(locked, kind.section, at)
    if trop:
        raise ValidationError(trop)
    champ = _champs(locked, kind.section, [nom], at)[nom]
    courante = kind.read(locked, nom)
    valeur = kind.clean(locked, nom, valeur)
    base = courante if base == courante else _as_held(kind, locked, nom, base)
    given = {"sequence": sequence, "vu": vu, "base": base, "valeur": valeur, "merge": partial(kind.merge, locked, nom)}
    received = receive(courante, champ.version, champ.ecrans if ecran else {}, ecran=ecran, **given)
    if received is None:
        return Enregistrement(courante, champ.version, locked.revision, champ.by, champ.at)
    fusion = _fits(kind, locked, nom, courante, valeur, received[0])
    if ecran:
        champ.ecrans = received[1]
    return _write(locked, [(champ, courante, fusion)], by=by, at=at, sorte=sorte)[nom]


@transaction.atomic
def save_fields(objet, section, values, *, by, at=None):
    """Save several fields of one section, each merged on its own. Returns {nom: Enregistrement} of those that changed.

    `values`: {nom: (base, valeur)}, checked already by a form. All or none. Raises as `save_field`.
    """
    at = at or timezone.now()
    locked = lock(objet, by, section)
    declaration_of(objet).ensure_writable(locked, section, at)
    values = {nom: pair for nom, pair in values.items() if pair[0] != pair[1]}
    return _merge(locked, section, values, read_champs(locked, values), by=by, at=at)


@transaction.atomic
def save_over(objet, section, values, *, familles=None, by, at=None):
    """Write fields of a section over what they hold, {nom: valeur}, as somebody who read it just now.

    `familles`: {famille: all its rows, as dicts that may hold their `cle`}; rows not among them are removed. Returns
    what `save_fields` does.
    """
    at = at or timezone.now()
    locked, declared = lock(objet, by, section), declaration_of(objet)
    declared.ensure_writable(locked, section, at)
    wanted = dict(values)
    for famille, rows in (familles or {}).items():
        wanted |= dict.fromkeys(declared.kinds[famille].noms(locked))
        wanted |= {f"{famille}.{row.pop('cle', None) or uuid4()}": row for row in map(dict, rows)}
    held = read_champs(locked, wanted)
    values = {nom: (held[nom], valeur) for nom, valeur in wanted.items() if held[nom] != valeur}
    return _merge(locked, section, values, held, by=by, at=at)


def stamp(objet, section, *, auteur, at):
    """Count a write of a section made beside its fields (a file joined), by who holds the thing."""
    redaction, _ = Redaction.objects.get_or_create(ecrit=objet.ecrit, section=section, defaults={"at": at})
    Redaction.objects.filter(pk=redaction.pk).update(version=F("version") + 1, by=auteur, at=at)
    Ecrit.objects.filter(pk=objet.ecrit_id).update(at=at, revision=F("revision") + 1)


def _merge(objet, section, values, held, *, by, at):
    """Merge {nom: (base, valeur)} into what the fields hold, {nom: courante}, and write what changes."""
    found, changes = _champs(objet, section, list(values), at), []
    declared, allocation = declaration_of(objet), Allocation(2 * COMPARAISONS_MAX)
    for nom, (base, valeur) in values.items():
        courante, kind = held[nom], declared.kind(nom)
        known = base if base == courante else _as_held(kind, objet, nom, base)
        fusion = kind.merge(objet, nom, known, courante, valeur, allocation)
        fusion = _fits(kind, objet, nom, courante, valeur, fusion)
        if fusion.valeur != courante or fusion.conflits:
            changes.append((found[nom], courante, fusion))
    return _write(objet, changes, by=by, at=at, sorte=SorteRetouche.FRAPPE)


def _champs(objet, section, noms, at):
    """The rows of these fields, {nom: Champ}, not saved yet where nobody wrote; the lock of the thing holds them.

    A field that other things show is written from them too: who wrote it last is read among them all.
    """
    of = declaration_of(objet).same_fields(objet, section)
    rows = list(Champ.objects.filter(of, nom__in=noms).select_related("by", "retouche").order_by("at", "pk"))
    found = {nom: Champ(ecrit=objet.ecrit, nom=nom, section=section, at=at) for nom in noms}
    found |= {champ.nom: champ for champ in rows if champ.ecrit_id == objet.ecrit_id}
    for champ in rows:
        if champ.by_id:
            found[champ.nom].by, found[champ.nom].at = champ.by, champ.at
    return found


def _as_held(kind, objet, nom, base):
    """The base a page sends was once read from here; one that cannot be read counts for nothing typed before."""
    if excedent_de(base):
        return None
    try:
        return kind.clean(objet, nom, base)
    except (ValidationError, AttributeError, TypeError, ValueError):
        return None


def _fits(kind, objet, nom, courante, valeur, fusion):
    """A merge its field cannot hold is a conflict: what it holds and what was typed both stand, none is cut."""
    try:
        held = [
            one if one in (courante, valeur) else kind.clean(objet, nom, one) for one in (fusion.valeur, fusion.autre)
        ]
    except ValidationError:
        return Fusion(courante, valeur, (Conflit(courante, courante, valeur),))
    return Fusion(*held, fusion.conflits)


def _write_values(objet, values, *, by, at):
    """Write cleaned values, {nom: valeur}, each by its kind, then what is left for the row of the thing."""
    declared, lot, kinds = declaration_of(objet), Lot(objet, by, at), []
    for nom, valeur in values.items():
        kinds.append(declared.kind(nom))
        kinds[-1].write(lot, nom, valeur)
    for kind in dict.fromkeys(kinds):
        kind.finish(lot)
    declared.check(objet, lot.columns)
    if lot.columns:
        declared.model.objects.filter(pk=objet.pk).update(**lot.columns)


def _write(objet, changes, *, by, at, sorte):
    """Write merged fields, [(Champ, value before, Fusion)], and tell the story. Returns {nom: Enregistrement}."""
    written = {champ.nom: fusion.valeur for champ, courante, fusion in changes if fusion.valeur != courante}
    _write_values(objet, written, by=by, at=at)
    revision = objet.revision + bool(written)
    told, new, divergences = [], [], {}
    for champ, courante, fusion in changes:
        champ.version += 1
        if fusion.conflits:
            divergences[champ.nom] = _set_aside(champ, fusion, by=by, at=at)
            told.append(_retouche(champ, fusion.valeur, fusion.autre, by=by, at=at, sorte=SorteRetouche.ECARTEE))
        if champ.nom in written:
            retouche = _sitting(champ, courante, fusion.valeur, by=by, at=at, sorte=sorte)
            if retouche is None:
                retouche = _retouche(champ, courante, fusion.valeur, by=by, at=at, sorte=sorte)
                new.append((champ, retouche))
            else:
                retouche.fin, retouche.apres, retouche.version = at, fusion.valeur, champ.version
                retouche.save(update_fields=["fin", "apres", "version", "perte"])
            champ.revision, champ.by, champ.at = revision, by, at
    if told or new:
        Retouche.objects.bulk_create([*(retouche for _, retouche in new), *told])
    for champ, retouche in new:
        champ.retouche = retouche
    if aside := [divergence for divergence in divergences.values() if divergence.pk is None]:
        Divergence.objects.bulk_create(aside)
    if changes:
        _store([champ for champ, _, _ in changes])
    return {
        champ.nom: Enregistrement(
            fusion.valeur, champ.version, revision, champ.by, champ.at, divergences.get(champ.nom)
        )
        for champ, _, fusion in changes
    }


def _set_aside(champ, fusion, *, by, at):
    """The Divergence of a field, not saved yet; or the one that waits already, when this person typed on in a page that
    had not read of it: one choice is asked, with the last that was typed."""
    both = {"autre": champ.by, "at": at, "sien": fusion.valeur, "mien": fusion.autre}
    before, found = fusion.conflits[0].ancien, None
    if before is not None:
        waiting = Divergence.objects.filter(ecrit=champ.ecrit_id, nom=champ.nom, by=by, resolved_at=None)
        found = waiting.filter(mien=before).first()
    if found is None:
        return Divergence(ecrit_id=champ.ecrit_id, section=champ.section, nom=champ.nom, by=by, **both)
    for name, value in both.items():
        setattr(found, name, value)
    found.save(update_fields=[*both])
    return found


def _store(rows):
    """Insert or update these rows in one statement."""
    for champ in rows:
        # Known by its thing and its name: with a key, those already there would go in a statement of their own.
        champ.pk = None
    fields = ["version", "revision", "by", "at", "ecrans", "retouche"]
    Champ.objects.bulk_create(rows, update_conflicts=True, unique_fields=["ecrit", "nom"], update_fields=fields)


def _sitting(champ, courante, valeur, *, by, at, sorte):
    """This person's entry of the story to lengthen, its `perte` counted; None when what stood must stay told."""
    last = champ.retouche
    if sorte != SorteRetouche.FRAPPE or last is None:
        return None
    if (last.by_id, last.sorte, champ.by_id) != (by.pk, sorte, by.pk) or not timedelta(0) <= at - last.fin < SEANCE:
        return None
    last.perte, is_kept = is_long_loss(courante, valeur, last.perte)
    return None if is_kept else last


def _retouche(champ, avant, apres, *, by, at, sorte):
    return Retouche(
        ecrit_id=champ.ecrit_id,
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
def resolve_divergence(divergence, choix, *, by, at=None, objet=None):
    """Choose between two texts, or join them; what is not kept stays in the history. Returns an Enregistrement.

    `objet`: from which the choice is made, for a field another thing left open. What others wrote since elsewhere in
    the field stays. Raises as `save_field`; ValidationError when it was resolved meanwhile.
    """
    at = at or timezone.now()
    objet = lock(objet or objet_of(divergence.ecrit), by, divergence.section)
    divergence = Divergence.objects.select_for_update(of=("self",)).get(pk=divergence.pk)
    if divergence.resolved_at:
        raise ValidationError("Quelqu’un a déjà choisi entre ces deux textes.")
    nom, sien, mien = divergence.nom, divergence.sien, divergence.mien
    kind = declaration_of(objet).kind(nom)
    courante = kind.read(objet, nom)
    wanted = {ChoixDivergence.SIEN: courante, ChoixDivergence.MIEN: kind.merge(objet, nom, sien, courante, mien).autre}
    if kind.is_too_long(nom, wanted[ChoixDivergence.MIEN]):
        # With what was written since it no longer fits: the text as it was typed.
        wanted[ChoixDivergence.MIEN] = mien
    if kind.is_prose(objet, nom) and isinstance(sien, str) and isinstance(mien, str):
        wanted[ChoixDivergence.DEUX] = merge_text(sien, courante, join_texts(sien, mien)).autre
    if choix not in wanted:
        raise ValidationError("Choisissez l’un des deux.")
    if choix == ChoixDivergence.DEUX and kind.is_too_long(nom, wanted[choix]):
        trop = excedent_de(wanted[choix]) or "Les deux ensemble sont trop longs pour ce champ."
        raise ValidationError(f"{trop} Gardez l’un des deux, et reprenez de l’autre ce qui manque.")
    divergence.resolved_at, divergence.resolved_by, divergence.choix = at, by, choix
    divergence.save(update_fields=["resolved_at", "resolved_by", "choix"])
    return put(objet, nom, wanted[choix], over=courante, by=by, at=at, sorte=SorteRetouche.CHOIX)


@transaction.atomic
def restore_version(retouche, cote, *, by, at=None, objet=None):
    """Put a value of the story back in its field: what it held before this entry (`avant`) or after it (`apres`).

    What stood there goes into the story. Returns an Enregistrement; raises as `save_field`.
    """
    objet = lock(objet or objet_of(retouche.ecrit), by, retouche.section)
    held = read_champ(objet, retouche.nom)
    valeur = getattr(retouche, cote)
    return put(objet, retouche.nom, valeur, over=held, by=by, at=at, sorte=SorteRetouche.RESTAURATION)


def put(objet, nom, valeur, *, over, by, at, sorte):
    """Save a field from nobody's page, over what it was just read to hold. Returns an Enregistrement."""
    given = {"ecran": "", "sequence": 0, "vu": 0}
    return save_field(objet, nom, valeur=valeur, base=over, **given, by=by, at=at, sorte=sorte)
