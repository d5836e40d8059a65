"""The idea: a few lines, sent by anybody; and the answer that declines one."""

from django import forms

from label.adresses import AdresseField
from label.forms.robots import AntiRobotMixin
from projects.champs.table import champ
from projects.dossier.forms import AUTRE_STRUCTURE, QuartiersMixin, contrat_field, quartiers_field
from projects.enums import TypeStructure
from projects.models import Structure
from projects.structure.actions import find_structure
from projects.structure.adhesion import close_structures
from projects.structure.forms import rna_field, siret_field

SANS_NOM = "Donnez le nom de la structure qui porte le projet."


class IdeeForm(AntiRobotMixin, QuartiersMixin, forms.Form):
    """An idea in five questions: a title, the need, the idea, the quartiers, who carries it."""

    titre = forms.CharField(label="Un titre pour votre projet", max_length=champ("titre").limite)
    besoin = forms.CharField(
        label="Le besoin",
        help_text="Qu’avez-vous constaté dans le quartier ? Qui est concerné ?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    idee = forms.CharField(
        label="Votre idée",
        help_text="Que voulez-vous faire, et qu’est-ce qui serait nouveau ? Quelques lignes suffisent.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    quartiers = quartiers_field(
        label="Quartiers prioritaires où agirait le projet",
        error_messages={"required": "Choisissez au moins un quartier prioritaire."},
    )
    contrat = contrat_field()
    structure = forms.ChoiceField(label="Qui porte le projet\u202f?", widget=forms.RadioSelect, required=False)
    nom = forms.CharField(
        label="Nom de la structure",
        max_length=champ("structure.nom").limite,
        required=False,
        error_messages={"required": SANS_NOM},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    autre = forms.BooleanField(label="Non, c’est une autre structure", required=False)
    type = forms.ChoiceField(label="Forme", choices=TypeStructure, required=False)
    rna = rna_field(help_text="W suivi de neuf caractères. Laissez vide si vous ne l’avez pas sous la main.")
    siret = siret_field(help_text="14 chiffres. Facultatif à ce stade.")
    email = AdresseField(
        label="Votre adresse électronique",
        help_text="Nous y envoyons un code et un lien\u00a0: ils confirment que l’idée est de vous, et vous l’envoyez.",
        autocomplete="email",
    )
    field_order = ("titre", "besoin", "idee", "quartiers", "contrat", "structure", "nom", "autre", "type")

    def __init__(self, *args, edition, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.existante = None
        self.proches = []
        self.set_up_territory(edition)
        if user.is_authenticated:
            del self.fields["email"]
        self.structures = {structure.cle: structure for structure in Structure.objects.of_member(user)}
        if self.structures:
            choices = [(cle, structure.nom) for cle, structure in self.structures.items()]
            self.fields["structure"].choices = [*choices, (AUTRE_STRUCTURE, "Une autre structure")]
            self.fields["structure"].required = True
            self.fields["structure"].initial = choices[0][0]
        else:
            del self.fields["structure"]
            # Marked as asked; a number already known answers it too.
            self.fields["nom"].required = True

    def clean(self):
        cleaned = super().clean()
        if "quartiers" in cleaned:
            cleaned["contrat"] = self.clean_territory(cleaned["quartiers"], cleaned.get("contrat"))
        if cleaned.get("structure", AUTRE_STRUCTURE) in self.structures:
            cleaned["structure"] = self.structures[cleaned["structure"]]
            return cleaned
        cleaned["structure"] = self._known_structure(cleaned)
        if cleaned["structure"] is not None:
            self.errors.pop("nom", None)
        elif not cleaned.get("nom"):
            if "nom" not in self.errors:
                self.add_error("nom", SANS_NOM)
        elif not self.existante and not cleaned.get("autre"):
            self._ask_about_close_ones(cleaned)
        return cleaned

    def _known_structure(self, cleaned):
        """The structure known under the numbers typed: taken when it is one's own, else to be joined."""
        for name in ("siret", "rna"):
            found = find_structure(**{name: cleaned.get(name) or ""})
            if found is None:
                continue
            if found.cle in self.structures:
                return found
            self.existante = found
            self.add_error(name, f"« {found.nom} » est déjà inscrite avec ce numéro : demandez à la rejoindre.")
            break
        return None

    def _ask_about_close_ones(self, cleaned):
        """A close name in the communes of the quartiers: say whether it is the same before making another."""
        places = {commune.nom for quartier in cleaned.get("quartiers", ()) for commune in quartier.communes.all()}
        self.proches = close_structures(cleaned["nom"], places)
        if self.proches:
            self.add_error("nom", "Une structure au nom proche est déjà inscrite ici : est-ce la vôtre ?")

    def can_wait(self):
        """True when a visitor's answers may be kept: which structure it is gets settled once inside."""
        later = {"nom", "rna", "siret"} if self.proches or self.existante else set()
        return self.is_bound and not set(self.errors) - later

    def for_action(self):
        """The arguments of `receive_idee`, once the form is valid."""
        data = self.cleaned_data
        nouvelle = None
        if data["structure"] is None:
            nouvelle = {"nom": data["nom"], "type": data["type"] or TypeStructure.ASSOCIATION}
            nouvelle |= {"rna": data["rna"], "siret": data["siret"]}
        return {
            "titre": data["titre"],
            "besoin": data["besoin"],
            "idee": data["idee"],
            "quartiers": data["quartiers"],
            "contrat": data["contrat"],
            "structure": data["structure"],
            "nouvelle": nouvelle,
        }


class SansSuiteForm(forms.Form):
    """A word to the author of an idea that will not go further."""

    motif = forms.CharField(
        label="Pourquoi cette idée n’ira pas plus loin",
        help_text="L’auteur de l’idée lira ce mot, par courriel.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
