"""A section of a dossier written whole, as its columns and rows name it."""

from ecriture.enregistrement.actions import save_over
from label.forms.section import flat
from projects.champs.table import champs_of
from projects.dossier.declaration import DOSSIER


def save_section(dossier, section, *, values=None, lignes=None, indicateurs=None, by, at=None):
    """Write a section over what it holds, as somebody who read it just now. Returns what `save_fields` does.

    `values`: by field name, as the columns hold them (or model rows). `lignes`, `indicateurs`: all of them, as dicts;
    rows not among them are removed, the EPT's own line excepted.
    """
    noms = {champ.nom: champ.nom_complet for champ in champs_of(section)}
    wanted = {noms[name]: flat(value, DOSSIER.kind(noms[name]).code) for name, value in (values or {}).items()}
    familles = {"ligne": lignes, "indicateur": indicateurs}
    given = {famille: rows for famille, rows in familles.items() if rows is not None}
    return save_over(dossier, section, wanted, familles=given, by=by, at=at)
