"""The fields of a draft by name: read one, check what was typed, write it. Values are JSON, as the screen sends them.

Names: a column of the dossier (`besoin`), of its structure (`structure.ville`), its `quartiers`, `communes` and lead
`contrat`, or one row: `ligne.<uuid>` of the budget, `indicateur.<uuid>`, `question.<pk>`. Texts are str, numbers int
or None, dates «YYYY-MM-DD» or "", lists sorted lists of str, rows dicts, None once removed.
"""

import uuid
from copy import copy
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.forms import ModelChoiceField

from contrats.models import Commune, ContratDeVille, Quartier
from label.models import Question
from label.textes import TEXTE_MAX, excedent
from projects.actions.dossier import PlusieursContrats, choose
from projects.actions.question import clean_reponse, write_reponse
from projects.actions.structure import write_structure
from projects.budget.plan import EPT, SUBVENTION
from projects.budget.saisie import clean_ligne
from projects.enums import REDACTION, Section, Sens
from projects.forms.structure import StructureForm
from projects.models import BudgetLigne, Dossier, Indicateur, Reponse, Structure
from projects.questionnaire import valeur_of

COLONNES = {
    Section.PROJET: ["titre", "resume", "besoin", "innovation", "objectifs", "actions", "partenaires", "participation"],
    Section.TERRITOIRE: ["quartiers", "contrat", "communes", "lieux", "publics", "beneficiaires", "part_qpv"],
    Section.CALENDRIER: ["date_debut", "date_fin", "etapes", "moyens_humains", "moyens_materiels"],
    Section.BUDGET: ["montant_demande"],
    Section.EVALUATION: ["evaluation"],
}
_SECTIONS = {nom: section for section, noms in COLONNES.items() for nom in noms}
_FAMILLES = {
    "structure": Section.STRUCTURE,
    "ligne": Section.BUDGET,
    "indicateur": Section.EVALUATION,
    "question": Section.QUESTIONS,
}
_ROWS = {"ligne": (BudgetLigne, 60), "indicateur": (Indicateur, 20)}
_LISTES = {"quartiers", "communes"}


class ChampInconnu(LookupError):
    """No field of a dossier bears this name."""


def section_of(nom):
    """The Section a field belongs to. Raises ChampInconnu."""
    if nom in _SECTIONS:
        return _SECTIONS[nom]
    famille, _, reste = nom.partition(".")
    if famille == "structure" and reste not in StructureForm.Meta.fields:
        raise ChampInconnu(nom)
    if famille in {"ligne", "indicateur"}:
        _cle(nom)
    if famille not in _FAMILLES:
        raise ChampInconnu(nom)
    return _FAMILLES[famille]


def _cle(nom):
    try:
        return uuid.UUID(nom.partition(".")[2])
    except ValueError:
        raise ChampInconnu(nom) from None


# ── What one save reads once: a dossier carries it from the reading to the writing, under the same lock ──


def _kept(dossier, what, find):
    known = dossier.__dict__.setdefault("_lus", {})
    if what not in known:
        known[what] = find()
    return known[what]


def _question(dossier, nom):
    """The Question a field answers, with the Reponse of this dossier as `sienne` (empty when there is none)."""

    def find():
        pk = nom.partition(".")[2]
        asked = Question.objects.filter(edition=dossier.edition_id, pk=pk if pk.isdecimal() else 0)
        own = FilteredRelation("reponses", condition=Q(reponses__dossier=dossier.pk))
        columns = {f"sienne_{name}": F(f"sienne__{name}") for name in ("texte", "nombre", "date", "choix", "piece")}
        question = asked.annotate(sienne=own, **columns).first()
        if question is not None:
            values = {name: getattr(question, f"sienne_{name}") for name in ("nombre", "date")}
            values |= {"texte": question.sienne_texte or "", "choix": question.sienne_choix or []}
            question.sienne = Reponse(question=question, piece_id=question.sienne_piece, **values)
        return question

    question = _kept(dossier, nom, find)
    if question is None:
        raise ChampInconnu(nom)
    return question


def _rows(dossier, famille):
    """{cle: row} of every row of this kind, in order."""
    model, _ = _ROWS[famille]
    return _kept(dossier, famille, lambda: {row.cle: row for row in model.objects.filter(dossier=dossier)})


def _communes(dossier):
    """{insee: (pk, ticked)} of every commune."""
    linked = Dossier.communes.through.objects.filter(dossier=dossier.pk, commune=OuterRef("pk"))
    rows = Commune.objects.annotate(coche=Exists(linked)).order_by().values_list("insee", "pk", "coche")
    return _kept(dossier, "communes", lambda: {insee: (pk, coche) for insee, pk, coche in rows})


def _quartiers(dossier):
    """{identifiant: (pk, ticked, {pk of its contrats})} of the quartiers of the édition's generation, and of those
    ticked: one of another generation has no contrat."""
    generation = dossier.edition.generation

    def find():
        linked = Dossier.quartiers.through.objects.filter(dossier=dossier.pk, quartier=OuterRef("pk"))
        rows = Quartier.objects.annotate(coche=Exists(linked)).filter(Q(generation=generation) | Q(coche=True))
        columns = ("identifiant", "pk", "coche", "generation", "contrats__pk", "contrats__generation")
        found = {}
        for code, pk, coche, own, contrat, its in rows.order_by().values_list(*columns):
            contrats = found.setdefault(code, (pk, coche, set()))[2]
            if own == its == generation:
                contrats.add(contrat)
        return found

    return _kept(dossier, "quartiers", find)


def read(dossier, nom):
    """What the database holds for this field."""
    famille, _, reste = nom.partition(".")
    if famille == "structure":
        column = type(dossier.structure)._meta.get_field(reste)
        held = getattr(dossier.structure, column.attname)
        return str(held) if column.is_relation and held else flat(held)
    if famille == "ligne":
        ligne = _rows(dossier, famille).get(_cle(nom))
        if ligne and ligne.is_ept:
            # Written from the amount requested, never by itself.
            raise ChampInconnu(nom)
        return ligne and row_of(ligne)
    if famille == "indicateur":
        found = _rows(dossier, famille).get(_cle(nom))
        return found and {"libelle": found.libelle, "cible": found.cible}
    if famille == "question":
        question = _question(dossier, nom)
        return valeur_of(question, question.sienne)
    if nom in _LISTES:
        known = _communes(dossier) if nom == "communes" else _quartiers(dossier)
        return sorted(code for code, one in known.items() if one[1])
    if nom == "contrat":
        return dossier.contrat.code if dossier.contrat else ""
    return flat(getattr(dossier, nom))


def read_all(dossier, noms):
    """What the database holds for these fields, {nom: valeur}: the rows of each kind in one query."""
    return {nom: read(dossier, nom) for nom in noms}


def row_of(ligne):
    """One line of the budget as the screen sends it."""
    return {name: getattr(ligne, name) for name in ("sens", "compte", "libelle", "montant", "is_obtenu")}


def name_of(section, colonne):
    """The name of a field from its column: those of the first section belong to the structure."""
    return f"structure.{colonne}" if section == Section.STRUCTURE else colonne


def rows(dossier, famille):
    """The names of the rows of a dossier, `ligne.…` (the EPT's own line excepted) or `indicateur.…`."""
    return [f"{famille}.{cle}" for cle, row in _rows(dossier, famille).items() if not getattr(row, "is_ept", False)]


def is_too_long(nom, valeur):
    """True for a text longer than its field holds."""
    famille, _, reste = nom.partition(".")
    if not isinstance(valeur, str):
        return False
    if famille == "structure":
        column = Structure._meta.get_field(reste)
    elif nom in _SECTIONS:
        column = Dossier._meta.get_field(nom)
    else:
        return bool(excedent(valeur))
    return len(valeur) > (column.max_length or TEXTE_MAX)


def flat(value):
    """A value of a column, or the rows of a relation, as JSON holds it."""
    if isinstance(value, Quartier):
        return value.identifiant
    if isinstance(value, ContratDeVille):
        return value.code
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted(item.insee if isinstance(item, Commune) else flat(item) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value.pk) if isinstance(value, models.Model) else value


def clean(dossier, nom, valeur):
    """What was typed as the field can hold it; a text keeps its blanks. Raises ValidationError, in French."""
    famille, _, reste = nom.partition(".")
    if famille == "structure":
        return _clean_structure(dossier.structure, reste, valeur)
    if famille == "ligne":
        row = None if valeur is None else clean_ligne(valeur)
        return row if row and (row["montant"] or row["libelle"]) else None
    if famille == "indicateur":
        return None if valeur is None else _clean_indicateur(valeur)
    if famille == "question":
        question = _question(dossier, nom)
        return valeur_of(question, Reponse(question=question, **clean_reponse(question, valeur)))
    if nom in _LISTES:
        if not isinstance(valeur, list) or not all(isinstance(code, str) for code in valeur):
            raise ValidationError("Cette liste n’a pas pu être lue.")
        return sorted(set(valeur))
    if nom == "contrat":
        return str(valeur or "")
    return _clean_column(Dossier._meta.get_field(nom), valeur)


def _clean_column(column, valeur):
    if isinstance(column, models.CharField | models.TextField):
        text = str(valeur or "").replace("\r\n", "\n").replace("\x00", "")
        if said := excedent(text, column.max_length or TEXTE_MAX):
            raise ValidationError(said)
        return text
    if isinstance(valeur, str):
        valeur = "".join(valeur.split()) or None
    if isinstance(column, models.DateField):
        return flat(column.clean(valeur, None)) if valeur else None
    if valeur is None:
        return None
    try:
        number = column.to_python(valeur)
    except ValidationError:
        raise ValidationError("Un nombre entier, en chiffres.") from None
    column.run_validators(number)
    if number < 0:
        raise ValidationError("Un nombre positif ou nul.")
    return number


def _clean_structure(structure, name, valeur):
    """One field alone; that no other structure bears the same number, the database says at the write."""
    form = StructureForm({name: valeur}, instance=copy(structure))
    form.fields = {name: form.fields[name]}
    if isinstance(form.fields[name], ModelChoiceField):
        return flat(form.fields[name].clean(valeur))
    form.validate_constraints = lambda: None
    if name in form.errors:
        raise ValidationError(list(form.errors[name]))
    return flat(form.cleaned_data[name])


def _clean_indicateur(valeur):
    row = {name: str(valeur.get(name) or "").strip() for name in ("libelle", "cible")}
    for name, libelle in (("libelle", "L’indicateur"), ("cible", "La cible")):
        longest = Indicateur._meta.get_field(name).max_length
        if len(row[name]) > longest:
            raise ValidationError(f"{libelle} compte {longest} caractères au plus.")
    return row if any(row.values()) else None


def write(dossier, values, *, by, at):
    """Write cleaned values, {nom: valeur}. Returns the columns of the dossier left to update, as a dict.

    Raises ValidationError: dates out of order, too many rows, a contrat that does not follow the quartiers.
    """
    structure, columns = {}, {}
    for nom, valeur in values.items():
        famille, _, reste = nom.partition(".")
        if famille == "structure":
            structure |= _held(type(dossier.structure)._meta.get_field(reste), valeur)
        elif famille in _ROWS:
            _write_row(dossier, nom, valeur)
        elif famille == "question":
            write_reponse(dossier, _question(dossier, nom), valeur, by=by, at=at)
        elif nom == "quartiers":
            _write_quartiers(dossier, valeur)
        elif nom == "communes":
            _link(dossier, nom, _communes(dossier), set(valeur))
        elif nom == "contrat":
            columns |= _write_contrat(dossier, valeur)
        else:
            columns[nom] = valeur
    if structure:
        write_structure(dossier.structure, values=structure, by=by)
    if "montant_demande" in columns:
        _write_ept(dossier, columns["montant_demande"])
    _check_dates(dossier, columns)
    return columns


def _held(column, valeur):
    """{attribute: value}; a relation by its key, `clean` having found it."""
    return {column.attname: (int(valeur) if valeur else None) if column.is_relation else valeur}


def _write_row(dossier, nom, valeur):
    famille, cle = nom.partition(".")[0], _cle(nom)
    (model, most), rows = _ROWS[famille], _rows(dossier, famille)
    row = rows.get(cle)
    if valeur is None:
        if row is not None:
            model.objects.filter(pk=rows.pop(cle).pk).delete()
    elif row is not None:
        model.objects.filter(pk=row.pk).update(**valeur)
    elif len(rows) >= most:
        raise ValidationError(f"{most} lignes au plus.")
    else:
        ordre = max((other.ordre for other in rows.values()), default=0) + 1
        rows[cle] = model.objects.create(dossier=dossier, cle=cle, ordre=ordre, **valeur)


def _write_ept(dossier, montant):
    """The EPT's own line follows the amount requested."""
    own = dossier.budget_lignes.filter(is_ept=True)
    if not montant:
        own.delete()
    elif not dossier.montant_demande or not own.update(montant=montant):
        line = {"sens": Sens.PRODUIT, "compte": SUBVENTION, "libelle": EPT, "montant": montant}
        try:
            with transaction.atomic():
                dossier.budget_lignes.create(is_ept=True, **line)
        except IntegrityError:
            own.update(montant=montant)


def _link(dossier, relation, known, wanted, *, contrat=None):
    """Tick these codes of a list and no other, in one statement that may also give the dossier to another contrat.

    `known`: {code: (pk, ticked, …)}; `contrat`: (primary key or None,), or None to leave it.
    """
    gone = [pk for code, (pk, coche, *_) in known.items() if coche and code not in wanted]
    new = [pk for code, (pk, coche, *_) in known.items() if not coche and code in wanted]
    if not gone and not new and contrat is None:
        return
    field = Dossier._meta.get_field(relation)
    table, column = field.m2m_db_table(), field.m2m_reverse_name()
    statement = (
        f"WITH gone AS (DELETE FROM {table} WHERE dossier_id = %s AND {column} = ANY(%s)), "
        f"new AS (INSERT INTO {table} (dossier_id, {column}) SELECT %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING) "
    )
    params = [dossier.pk, gone, dossier.pk, new]
    if contrat is None:
        statement += "SELECT 1"
    else:
        statement += "UPDATE projects_dossier SET contrat_id = %s WHERE id = %s"
        params += [*contrat, dossier.pk]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _write_quartiers(dossier, codes):
    known = _quartiers(dossier)
    wanted, contrat = set(codes) & known.keys(), None
    if dossier.statut in REDACTION and wanted:
        try:
            chosen = choose(sorted(set().union(*(known[code][2] for code in wanted))), dossier.contrat_id)
            contrat = None if chosen == dossier.contrat_id else (chosen,)
        except PlusieursContrats:
            # The choice between them is the next question on the page; the dossier keeps its chef de projet.
            pass
    _link(dossier, "quartiers", known, wanted, contrat=contrat)


def _write_contrat(dossier, code):
    possible = ContratDeVille.objects.in_generation(dossier.edition.generation).for_quartiers(dossier.quartiers.all())
    contrat = possible.filter(code=code).first()
    if contrat is None or dossier.statut not in REDACTION:
        raise ValidationError("Ce contrat de ville ne suit pas les quartiers choisis.")
    return {"contrat": contrat}


def _check_dates(dossier, columns):
    if not {"date_debut", "date_fin"} & columns.keys():
        return
    debut, fin = (columns.get(name, flat(getattr(dossier, name))) for name in ("date_debut", "date_fin"))
    if debut and fin and fin < debut:
        raise ValidationError("La fin de l’action doit suivre son début.")
