"""The fields of a draft by name: read one, check what was typed, write it. Values are JSON, as the screen sends them.

Names: a column of the dossier (`besoin`), of its structure (`structure.ville`), its `quartiers`, `communes` and lead
`contrat`, or one row: `ligne.<uuid>` of the budget, `indicateur.<uuid>`, `question.<pk>`. Texts are str, numbers int
or None, dates «YYYY-MM-DD» or "", boxes bool, lists sorted lists of str, rows dicts, None once removed.
"""

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max

from contrats.models import Commune, ContratDeVille, Quartier
from label.models import Question
from projects import budget
from projects.actions.dossier import PlusieursContrats, route
from projects.actions.question import clean_reponse, read_reponse, write_reponse
from projects.actions.structure import write_structure
from projects.enums import REDACTION, Section, Sens
from projects.forms.structure import StructureForm
from projects.models import BudgetLigne, Dossier, Indicateur, Reponse
from projects.questionnaire import valeur_of

COLONNES = {
    Section.PROJET: ["titre", "resume", "besoin", "innovation", "objectifs", "actions", "partenaires", "participation"],
    Section.TERRITOIRE: ["quartiers", "contrat", "communes", "lieux", "publics", "beneficiaires", "part_qpv"],
    Section.CALENDRIER: ["date_debut", "date_fin", "etapes", "moyens_humains", "moyens_materiels"],
    Section.BUDGET: ["montant_demande"],
    Section.EVALUATION: ["evaluation"],
    Section.ENGAGEMENTS: ["engagement_honneur", "engagement_cer", "engagement_donnees"],
}
_SECTIONS = {nom: section for section, noms in COLONNES.items() for nom in noms}
_FAMILLES = {
    "structure": Section.STRUCTURE,
    "ligne": Section.BUDGET,
    "indicateur": Section.EVALUATION,
    "question": Section.QUESTIONS,
}
_CODES = {"quartiers": "identifiant", "communes": "insee"}
_ROWS = {"ligne": (BudgetLigne, 60), "indicateur": (Indicateur, 20)}


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


def _question(dossier, nom):
    known = dossier.__dict__.setdefault("_questions", {})
    if nom not in known:
        pk = nom.partition(".")[2]
        known[nom] = Question.objects.filter(edition=dossier.edition_id, pk=pk if pk.isdecimal() else 0).first()
    if known[nom] is None:
        raise ChampInconnu(nom)
    return known[nom]


def read(dossier, nom):
    """What the database holds for this field."""
    famille, _, reste = nom.partition(".")
    if famille == "structure":
        return flat(getattr(dossier.structure, reste))
    if famille == "ligne":
        ligne = BudgetLigne.objects.filter(dossier=dossier, cle=_cle(nom)).first()
        if ligne and ligne.is_ept:
            # Written from the amount requested, never by itself.
            raise ChampInconnu(nom)
        return ligne and row_of(ligne)
    if famille == "indicateur":
        found = Indicateur.objects.filter(dossier=dossier, cle=_cle(nom)).first()
        return found and {"libelle": found.libelle, "cible": found.cible}
    if famille == "question":
        return read_reponse(dossier, _question(dossier, nom))
    if nom in _CODES:
        return sorted(getattr(dossier, nom).values_list(_CODES[nom], flat=True))
    if nom == "contrat":
        return dossier.contrat.code if dossier.contrat else ""
    return flat(getattr(dossier, nom))


def read_all(dossier, noms):
    """What the database holds for these fields, {nom: valeur}: the rows of each kind in one query."""
    held = {}
    if any(nom.startswith("ligne.") for nom in noms):
        lignes = list(dossier.budget_lignes.all())
        if {f"ligne.{ligne.cle}" for ligne in lignes if ligne.is_ept} & set(noms):
            raise ChampInconnu("ligne de l’EPT")
        held |= {f"ligne.{ligne.cle}": row_of(ligne) for ligne in lignes}
    if any(nom.startswith("indicateur.") for nom in noms):
        held |= {
            f"indicateur.{row.cle}": {"libelle": row.libelle, "cible": row.cible} for row in dossier.indicateurs.all()
        }
    return {nom: held.get(nom) if nom.partition(".")[0] in _ROWS else read(dossier, nom) for nom in noms}


def row_of(ligne):
    """One line of the budget as the screen sends it."""
    return {name: getattr(ligne, name) for name in ("sens", "compte", "libelle", "montant", "is_obtenu")}


def name_of(section, colonne):
    """The name of a field from its column: those of the first section belong to the structure."""
    return f"structure.{colonne}" if section == Section.STRUCTURE else colonne


def rows(dossier, famille):
    """The names of the rows of a dossier, `ligne.…` (the EPT's own line excepted) or `indicateur.…`."""
    related = dossier.indicateurs if famille == "indicateur" else dossier.budget_lignes.filter(is_ept=False)
    return [f"{famille}.{cle}" for cle in related.values_list("cle", flat=True)]


def is_too_long(nom, valeur):
    """True for a text longer than its column."""
    if nom not in _SECTIONS or not isinstance(valeur, str):
        return False
    longest = getattr(Dossier._meta.get_field(nom), "max_length", None)
    return longest is not None and len(valeur) > longest


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
        row = None if valeur is None else budget.clean_ligne(valeur)
        return row if row and (row["montant"] or row["libelle"]) else None
    if famille == "indicateur":
        return None if valeur is None else _clean_indicateur(valeur)
    if famille == "question":
        question = _question(dossier, nom)
        return valeur_of(question, Reponse(question=question, **clean_reponse(question, valeur)))
    if nom in _CODES:
        if not isinstance(valeur, list) or not all(isinstance(code, str) for code in valeur):
            raise ValidationError("Cette liste n’a pas pu être lue.")
        return sorted(set(valeur))
    if nom == "contrat":
        return str(valeur or "")
    return _clean_column(Dossier._meta.get_field(nom), valeur)


def _clean_column(column, valeur):
    if isinstance(column, models.BooleanField):
        return bool(valeur)
    if isinstance(column, models.CharField | models.TextField):
        text = str(valeur or "").replace("\r\n", "\n").replace("\x00", "")
        if column.max_length and len(text) > column.max_length:
            trop = len(text) - column.max_length
            raise ValidationError(f"{column.max_length} caractères au plus\u00a0: {trop} de trop.")
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
    form = StructureForm(instance=structure)
    data = {key: form.get_initial_for_field(form.fields[key], key) for key in form.fields}
    form = StructureForm({**data, name: valeur}, instance=type(structure).objects.get(pk=structure.pk))
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
            structure[reste] = _held(type(dossier.structure)._meta.get_field(reste), valeur)
        elif famille in _ROWS:
            _write_row(*_ROWS[famille], dossier, nom, valeur)
        elif famille == "question":
            write_reponse(dossier, _question(dossier, nom), valeur, by=by, at=at)
        elif nom == "quartiers":
            columns |= _write_quartiers(dossier, valeur)
        elif nom == "communes":
            dossier.communes.set(Commune.objects.filter(insee__in=valeur))
        elif nom == "contrat":
            columns |= _write_contrat(dossier, valeur)
        else:
            columns[nom] = valeur
    if structure:
        write_structure(dossier.structure, values=structure, by=by, at=at)
    if "montant_demande" in columns:
        _write_ept(dossier, columns["montant_demande"])
    _check_dates(dossier, columns)
    return columns


def _held(column, valeur):
    return column.related_model.objects.filter(pk=valeur or None).first() if column.is_relation else valeur


def _write_row(model, most, dossier, nom, valeur):
    rows = model.objects.filter(dossier=dossier)
    if valeur is None:
        rows.filter(cle=_cle(nom)).delete()
        return
    if rows.filter(cle=_cle(nom)).update(**valeur):
        return
    last = rows.aggregate(ordre=Max("ordre"), nombre=models.Count("pk"))
    if last["nombre"] >= most:
        raise ValidationError(f"{most} lignes au plus.")
    model.objects.create(dossier=dossier, cle=_cle(nom), ordre=(last["ordre"] or 0) + 1, **valeur)


def _write_ept(dossier, montant):
    """The EPT's own line follows the amount requested."""
    if not montant:
        dossier.budget_lignes.filter(is_ept=True).delete()
        return
    dossier.budget_lignes.update_or_create(
        is_ept=True,
        defaults={"montant": montant},
        create_defaults={
            "sens": Sens.PRODUIT,
            "compte": budget.SUBVENTION,
            "libelle": budget.EPT,
            "montant": montant,
        },
    )


def _write_quartiers(dossier, codes):
    quartiers = list(Quartier.objects.in_generation(dossier.edition.generation).filter(identifiant__in=codes))
    dossier.quartiers.set(quartiers)
    if dossier.statut not in REDACTION or not quartiers:
        return {}
    try:
        return {"contrat": route(quartiers, dossier.edition, dossier.contrat)}
    except PlusieursContrats:
        # The choice between them is the next question on the page; until then the dossier keeps its chef de projet.
        return {}


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
