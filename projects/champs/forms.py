"""The `Meta` of the form of a section, from the field table: labels, help and limits come with the columns."""

from collections.abc import Collection, Iterable, Iterator

from django import forms

from label.forms.champs import EntierField, JourField, MontantField, PourcentField
from projects.champs.entree import Champ, Sorte
from projects.champs.table import colonnes_of
from projects.enums import Section

# What reads what people type, where it is not a text.
_BOITES = {
    Sorte.NOMBRE: EntierField,
    Sorte.POURCENTAGE: PourcentField,
    Sorte.EUROS: MontantField,
    Sorte.DATE: JourField,
}


def _widgets(champs: Iterable[Champ]) -> Iterator[tuple[str, forms.Textarea]]:
    for champ in champs:
        if champ.sorte == Sorte.TEXTE:
            yield champ.nom, forms.Textarea(attrs={"rows": champ.hauteur})


def meta_of(section: Section, *, sauf: Collection[str] = ()) -> type:
    """The `Meta` of a ModelForm that asks the fields of a section; `sauf`: those asked otherwise."""
    champs = [champ for champ in colonnes_of(section) if champ.nom not in sauf]
    members = {
        "model": champs[0].modele,
        "fields": [champ.nom for champ in champs],
        "widgets": dict(_widgets(champs)),
        "field_classes": {champ.nom: _BOITES[champ.sorte] for champ in champs if champ.sorte in _BOITES},
    }
    return type("Meta", (), members)
