"""Reading the reference files of the territory into the database, as often as one likes.

Each file is one transaction. A line that cannot be taken is refused with its reason and the others go on; what
staff edited since the last import is kept (see `Imported.importe`).
"""

import csv
import io
import re
from dataclasses import dataclass, field

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from contrats.models import CODE_INSEE, CODE_QPV, Commune, ContratDeVille, Quartier
from label.classeurs import delimiter_of
from label.enums import Generation
from label.recherche import fold
from label.textes import une_ligne

LIBELLE_A_COMPLETER = "Libellé à compléter par l’EPT"
_TO_MANY = {"communes": "insee", "contrats": "code"}
_BLANK = {str: "", list: [], bool: False}
_HORS_TERRITOIRE = re.compile(r"\s*\((?:et )?([^()]*?),? hors EPT\)")


class Refused(Exception):
    """A line, or a whole file, that cannot be taken; the message says why in French."""


@dataclass
class Report:
    """What one file did. `refused`: (line, reason); `kept`: (line, name, field, value kept, value of the file)."""

    fichier: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    to_complete: int = 0
    kept: list[tuple[int, str, str, object, object]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    @property
    def kept_rows(self):
        return len({line for line, *_ in self.kept})


def import_folder(folder):
    """Import the four files of a folder, in the order of their references: a list of `Report`.

    `folder` is a `pathlib.Path`. A file that is missing or unreadable is reported as refused, the others are read.
    """
    steps = [
        ("communes.csv", {"insee", "nom", "departement"}, import_commune, Commune.objects.all()),
        (
            "contrats_de_ville.csv",
            {"code", "nom", "generation", "departement", "communes_membres"},
            import_contrat,
            ContratDeVille.objects.all(),
        ),
        (
            "qpv_2024.csv",
            {"code", "nom", "insee", "contrat_2024"},
            import_quartier_2024,
            Quartier.objects.in_generation(Generation.G2024),
        ),
        (
            "qpv_2015.csv",
            {"code", "nom", "insee", "contrat_2015"},
            import_quartier_2015,
            Quartier.objects.in_generation(Generation.G2015),
        ),
    ]
    return [import_file(folder / name, columns, take, known) for name, columns, take, known in steps]


def import_file(path, columns, take, known):
    """Read one CSV file, `take(row, line, report)` being called on each line and returning the object it wrote."""
    report = Report(path.name)
    seen = {}
    with pghistory.context(source="import_referentiel", fichier=path.name), transaction.atomic():
        try:
            for line, row in _rows(path, columns):
                try:
                    if None in row:
                        raise Refused("la ligne compte plus de valeurs que l’en-tête de colonnes")
                    if None in row.values():
                        raise Refused("la ligne compte moins de valeurs que l’en-tête de colonnes")
                    take({name: _typography(value) for name, value in row.items()}, line, report, seen)
                except Refused as refusal:
                    report.refused.append((line, str(refusal)))
        except Refused as refusal:
            report.refused.append((1, str(refusal)))
        # A refused line may speak of a row that is not found here: nothing is said gone then.
        if not report.refused:
            report.absent = [str(row) for row in known.exclude(pk__in=seen) if row.importe]
    return report


def _rows(path, columns):
    """(line number, row) of a CSV file, `,` or `;`; a value in several lines counts from its first line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Refused("le fichier est absent du dossier") from None
    except UnicodeDecodeError:
        raise Refused("le fichier n’est pas en UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    missing = columns - set(reader.fieldnames or [])
    if missing:
        raise Refused(f"il manque la colonne {' et la colonne '.join(f'« {name} »' for name in sorted(missing))}")
    line = reader.line_num + 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _typography(text):
    return une_ligne(text.replace("'", "’"))


def import_commune(row, line, report, seen):
    insee = _required(row, "insee")
    if not CODE_INSEE.regex.match(insee):
        raise Refused(f"« {insee} » n’est pas un code Insee de commune")
    values = {
        "nom": _required(row, "nom"),
        "departement": _required(row, "departement"),
        "codes_postaux": row.get("codes_postaux", "").split(),
        "siren": row.get("siren", ""),
        "population": _integer(row, "population_municipale"),
        "superficie_km2": _decimal(row, "superficie_km2"),
        **_position(row, "lat_interieur" if row.get("lat_interieur") else "lat"),
    }
    commune = Commune.objects.filter(insee=insee).first() or Commune(insee=insee)
    _write(commune, values, line, report, seen)


def import_contrat(row, line, report, seen):
    code, generation = _required(row, "code"), _required(row, "generation")[:4]
    if generation not in Generation.values:
        raise Refused(f"« {row['generation']} » n’est pas une génération connue")
    outside = _HORS_TERRITOIRE.findall(row["communes_membres"])
    names = _HORS_TERRITOIRE.sub("", row["communes_membres"]).split(" ; ")
    values = {
        "nom": _required(row, "nom"),
        "generation": generation,
        "departement": _required(row, "departement"),
        "hors_territoire": ", ".join(outside),
        "population_qpv": _integer(row, "population_qpv"),
        "source": row.get("source", ""),
        "remarque": row.get("remarque", ""),
        "is_verifie": row.get("verified") == "yes",
        "communes": _communes_named(names),
    }
    # What the source counts without naming it becomes that many rows to complete.
    unnamed = (_integer(row, "nb_qpv") or 0) - (_integer(row, "qpv_nommes") or 0)
    contrat = ContratDeVille.objects.filter(code=code).first() or ContratDeVille(code=code)
    _write(contrat, values, line, report, seen)
    for rank in range(1, unnamed + 1):
        quartier, created = Quartier.objects.get_or_create(
            identifiant=f"{generation}-a-completer-{slugify(code)}-{rank}",
            defaults={
                "nom": f"{LIBELLE_A_COMPLETER} (n°\u00a0{rank})",
                "generation": generation,
                "libelle_a_completer": True,
            },
        )
        if created:
            quartier.contrats.add(contrat)
            report.to_complete += 1


def import_quartier_2024(row, line, report, seen):
    code = _code(row["code"])
    if not code:
        raise Refused("le code officiel manque")
    values = {
        "code": code,
        "nom": _required(row, "nom"),
        "generation": Generation.G2024.value,
        "hors_territoire": re.sub(r"\s*\(\d+\)", "", row.get("communes_hors_ept", "")),
        "population": _integer(row, "population"),
        "superficie_ha": _decimal(row, "surface_ha"),
        "source": row.get("source", ""),
        "is_verifie": row.get("verified") == "yes",
        **_position(row, "lat"),
        "communes": _existing(Commune, "insee", row["insee"], "commune"),
        "contrats": _existing(ContratDeVille, "code", row["contrat_2024"], "contrat de ville"),
    }
    _write_quartier(values, f"2024-{slugify(code)}", line, report, seen)


def import_quartier_2015(row, line, report, seen):
    code, name, insee = _code(row["code"]), _required(row, "nom"), row["insee"].split()
    communes = _existing(Commune, "insee", row["insee"], "commune")
    after = _code(row.get("code_2024", ""))
    successor = Quartier.objects.in_generation(Generation.G2024).filter(code=after).first() if after else None
    if after and successor is None:
        raise Refused(f"quartier de 2024 inconnu : {after}")
    # No point was published for 2015: the successor's when there is one, else the middle of the first commune.
    place = successor or Commune.objects.filter(insee__in=insee[:1]).first()
    values = {
        "code": code,
        "nom": name,
        "generation": Generation.G2015.value,
        "source": row.get("source", ""),
        "remarque": row.get("base", ""),
        "is_verifie": row.get("verified") == "yes",
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "successeur": successor.identifiant if successor else None,
        "communes": communes,
        "contrats": _existing(ContratDeVille, "code", row["contrat_2015"], "contrat de ville"),
    }
    _write_quartier(values, f"2015-{slugify(name)}-{'-'.join(insee)}", line, report, seen)


def _write_quartier(values, identifiant, line, report, seen):
    same_generation = Quartier.objects.in_generation(values["generation"])
    # The official code names a quartier better than its spelling, which may have been corrected since.
    by_code = same_generation.filter(code=values["code"]).first() if values["code"] else None
    quartier = by_code or same_generation.filter(identifiant=identifiant).first()
    if quartier is None:
        quartier = Quartier(identifiant=identifiant[:120])
    _write(quartier, values, line, report, seen)


def _write(row, values, line, report, seen):
    """Merge the values of a line into a row, save it when something moved, and count it in the report."""
    if row.pk in seen:
        raise Refused(f"même objet qu’à la ligne {seen[row.pk]}")
    is_new = row.pk is None
    moved, kept = [], []
    for name, value in values.items():
        present = None if is_new else _present(row, name)
        last = row.importe.get(name, _BLANK.get(type(value)))
        if is_new or (present == last and present != value):
            moved.append(name)
        elif present not in (last, value):
            kept.append((line, str(row), row._meta.get_field(name).verbose_name, present, value))
    for name in moved:
        if name == "successeur":
            row.successeur = Quartier.objects.filter(identifiant=values[name]).first()
        elif name not in _TO_MANY:
            setattr(row, name, values[name])
    if is_new or moved or row.importe != values:
        row.importe = values
        try:
            # The fields alone: the row was searched by what makes it unique, and its position was read whole.
            row.clean_fields()
        except ValidationError as error:
            raise Refused(_first_reason(row, error)) from None
        row.save()
        for name in set(moved) & set(_TO_MANY):
            related = row._meta.get_field(name).related_model
            getattr(row, name).set(related.objects.filter(**{f"{_TO_MANY[name]}__in": values[name]}))
    seen[row.pk] = line
    report.kept += kept
    if is_new:
        report.created += 1
    elif not kept:
        report.updated += bool(moved)
        report.unchanged += not moved


def _present(row, name):
    """The value of the database, as it would be written in `importe`."""
    if name in _TO_MANY:
        return sorted(getattr(row, name).values_list(_TO_MANY[name], flat=True))
    if name == "successeur":
        return row.successeur.identifiant if row.successeur else None
    return getattr(row, name)


def _first_reason(row, error):
    name, messages = next(iter(error.message_dict.items()))
    return f"{row._meta.get_field(name).verbose_name} : {messages[0]}"


def _required(row, column):
    if not row[column]:
        raise Refused(f"la colonne « {column} » est vide")
    return row[column]


def _code(text):
    if text and not CODE_QPV.regex.match(text):
        raise Refused(f"« {text} » n’est pas un code de quartier prioritaire")
    return text


def _integer(row, column):
    text = re.sub(r"\s", "", row.get(column, ""))
    if text and not text.isdecimal():
        raise Refused(f"colonne « {column} » : « {row[column]} » n’est pas un nombre entier")
    return int(text) if text else None


def _decimal(row, column):
    text = row.get(column, "").replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise Refused(f"colonne « {column} » : « {row[column]} » n’est pas un nombre") from None


def _position(row, lat_column):
    lat, lon = _decimal(row, lat_column), _decimal(row, lat_column.replace("lat", "lon"))
    if (lat is None) != (lon is None):
        raise Refused("la position est incomplète : il faut la latitude et la longitude")
    return {"lat": lat, "lon": lon}


def _existing(model, key, text, noun):
    """The codes of a cell, sorted, once each is known to the database."""
    codes = sorted(text.split())
    if not codes:
        raise Refused(f"aucun code de {noun}")
    known = set(model.objects.filter(**{f"{key}__in": codes}).values_list(key, flat=True))
    if unknown := [code for code in codes if code not in known]:
        raise Refused(f"{noun} : code inconnu {', '.join(unknown)}")
    return codes


def _communes_named(names):
    # By the name of the file first: staff may have renamed the commune since.
    communes = Commune.objects.values_list("insee", "nom", "importe__nom")
    by_fold = {fold(name): insee for insee, *names in communes for name in names if name}
    if unknown := [name for name in names if fold(name) not in by_fold]:
        raise Refused(f"commune inconnue : {', '.join(unknown)}")
    return sorted(by_fold[fold(name)] for name in names)
