"""Taking the official contours (GeoJSON, WGS84) of communes, quartiers and contrats, for the map to draw them."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from contrats.carte.geometrie import rings, simplify
from contrats.models import CODE_INSEE, CODE_QPV, Commune, ContratDeVille, Quartier
from label.entree import read_json

# The names under which official files carry the code of a feature; lower case, tried in this order.
_CODES = ("code_qp", "code_qpv", "codeqp", "code_cv", "code", "insee", "insee_com", "code_insee", "codgeo")
# About five metres: far under what a map 700 units wide can show.
_TOLERANCE = 0.00005


class ContourError(Exception):
    """A feature that cannot be drawn; the message says why in French."""


@dataclass
class ContourReport:
    """What one GeoJSON file did. `refused`: (rank of the feature from 1, reason); `ignored`: unknown codes."""

    fichier: str
    updated: int = 0
    unchanged: int = 0
    ignored: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def import_contours(path):
    """Store the contours of one GeoJSON file and say what was done: a `ContourReport`.

    The file may be national: features whose code belongs to no row here are counted as ignored.
    """
    report = ContourReport(Path(path).name)
    try:
        features = read_json(Path(path).read_bytes())["features"]
    except (OSError, ValueError, KeyError, TypeError):
        report.refused.append((1, "le fichier est illisible ou n’est pas un GeoJSON de type FeatureCollection"))
        return report
    for rank, feature in enumerate(features, start=1):
        try:
            rows = _rows(feature)
            geometry = _geometry(feature) if rows else None
        except ContourError as error:
            report.refused.append((rank, str(error)))
            continue
        moved = [row for row in rows if row.contour != geometry]
        for row in moved:
            row.contour = geometry
            row.save(update_fields=["contour"])
        if not rows:
            report.ignored += 1
        elif moved:
            report.updated += 1
        else:
            report.unchanged += 1
    return report


def _rows(feature):
    properties = {name.lower(): value for name, value in (feature.get("properties") or {}).items()}
    code = next((properties[name] for name in _CODES if isinstance(properties.get(name), str)), "")
    if not code:
        raise ContourError("aucun code Insee, de quartier ou de contrat dans les propriétés")
    if CODE_QPV.regex.match(code):
        return list(Quartier.objects.filter(code=code))
    if CODE_INSEE.regex.match(code):
        return list(Commune.objects.filter(insee=code))
    return list(ContratDeVille.objects.filter(code=code))


def _geometry(feature):
    """The geometry as a MultiPolygon, simplified, five decimals (one metre)."""
    geometry = feature.get("geometry") or {}
    if geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise ContourError("la géométrie n’est ni un polygone ni un multipolygone")
    try:
        outlines = rings(geometry)
        is_geographic = all(-180 <= lon <= 180 and -90 <= lat <= 90 for outline in outlines for lon, lat in outline)
    except (KeyError, IndexError, TypeError, ValueError):
        raise ContourError("les coordonnées sont mal formées") from None
    if not is_geographic:
        raise ContourError("les coordonnées ne sont pas des degrés (WGS84)")
    kept = [simplify(outline, _TOLERANCE) for outline in outlines]
    return {
        "type": "MultiPolygon",
        "coordinates": [[[[round(lon, 5), round(lat, 5)] for lon, lat in outline]] for outline in kept],
    }
