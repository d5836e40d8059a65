"""The kind of field that is a column of the structure, which its other dossiers show and write too."""

from copy import copy

from django.core.exceptions import ValidationError
from django.db.models import TextField
from django.forms import ModelChoiceField

from contrats.models import Commune
from ecriture.declaration import ChampInconnu
from ecriture.kinds import Kind
from label.forms.section import flat
from label.textes import TEXTE_MAX
from projects.champs.table import colonnes_of
from projects.enums import Section, TypeStructure
from projects.models import Structure
from projects.structure.actions import write_structure
from projects.structure.forms import StructureForm

# Read whole rather than word by word.
_ENTIERS = frozenset({"type", "commune", "rna", "siret", "code_postal"})


def _column(nom):
    return Structure._meta.get_field(nom.partition(".")[2])


class ChampsStructure(Kind):
    is_famille = True
    famille = "structure"

    def ensure(self, nom):
        if nom.partition(".")[2] not in StructureForm.Meta.fields:
            raise ChampInconnu(nom)

    def read(self, dossier, nom):
        column = _column(nom)
        held = getattr(dossier.structure, column.attname)
        return str(held) if column.is_relation and held else flat(held)

    def clean(self, dossier, nom, valeur):
        """One field alone; that no other structure bears the same number, the database says at the write."""
        name = _column(nom).name
        form = StructureForm({name: valeur}, instance=copy(dossier.structure))
        form.fields = {name: form.fields[name]}
        if isinstance(form.fields[name], ModelChoiceField):
            return flat(form.fields[name].clean(valeur))
        form.validate_constraints = lambda: None
        if name in form.errors:
            raise ValidationError(list(form.errors[name]))
        return flat(form.cleaned_data[name])

    def is_too_long(self, nom, valeur):
        return isinstance(valeur, str) and len(valeur) > (_column(nom).max_length or TEXTE_MAX)

    def is_prose(self, dossier, nom, part=""):
        return isinstance(_column(nom), TextField)

    def write(self, lot, nom, valeur):
        column = _column(nom)
        # A relation by its key, `clean` having found it.
        held = (int(valeur) if valeur else None) if column.is_relation else valeur
        lot.gathered.setdefault("structure", {})[column.attname] = held

    def finish(self, lot):
        write_structure(lot.objet.structure, values=lot.gathered["structure"], auteur=lot.by)

    def libelle(self, lexique, nom, valeur=None):
        label = str(_column(nom).verbose_name)
        return label[:1].upper() + label[1:]

    def listed(self, dossier):
        noms = [f"structure.{name}" for name in StructureForm.Meta.fields]
        return {nom: self.libelle(None, nom) for nom in noms}

    def ancre(self, nom):
        return f"id_{nom.removeprefix('structure.')}"

    def is_whole(self, lexique, nom):
        return nom.partition(".")[2] in _ENTIERS

    def mots(self, lexique, nom, valeur):
        if valeur in (None, "") or isinstance(valeur, bool):
            return super().mots(lexique, nom, valeur)
        match nom.partition(".")[2]:
            case "type":
                return TypeStructure(valeur).label if valeur in TypeStructure.values else valeur
            case "commune":
                return lexique.known("structure", lambda: names_by(Commune, "pk")).get(str(valeur), "Autre commune")
        return super().mots(lexique, nom, valeur)


def identity_of(structure):
    """What a structure has said of itself besides its name, as [(label, words)], in the order it is asked."""
    kind, told = ChampsStructure(Section.STRUCTURE), []
    for champ in colonnes_of(Section.STRUCTURE)[1:]:
        value = getattr(structure, champ.nom)
        words = str(value or "") if champ.is_relation else kind.mots(None, champ.nom_complet, value)
        told += [(champ.libelle, words)] if words else []
    return told


def names_by(model, code):
    """{code: nom} of every place of this kind."""
    return {str(key): nom for key, nom in model.objects.order_by().values_list(code, "nom")}
