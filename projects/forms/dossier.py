"""Forms of the dossier: the idea, a move, the list."""

from itertools import groupby

import django_filters
from django import forms

from contrats.models import ContratDeVille, Quartier
from label.forms.robots import AntiRobotMixin
from label.models import Edition
from label.porte.forms import one_address
from projects.actions.adhesion import close_structures
from projects.actions.dossier import PlusieursContrats, route
from projects.actions.structure import find_structure
from projects.enums import LIBELLES_PORTEUR, Statut, TypeStructure
from projects.forms.structure import rna_field, siret_field
from projects.models import Dossier, Structure

AUTRE_STRUCTURE = "nouvelle"


def quartier_choices(generation):
    """The quartiers of a generation grouped by commune, as (commune, [(identifiant, nom)])."""
    rows = [
        (" et ".join(sorted(commune.nom for commune in quartier.communes.all())) or "Autres", quartier)
        for quartier in Quartier.objects.in_generation(generation).prefetch_related("communes")
    ]
    rows.sort(key=lambda row: (row[0], row[1].nom))
    return [
        (place, [(quartier.identifiant, quartier.nom) for _, quartier in group])
        for place, group in groupby(rows, key=lambda row: row[0])
    ]


class QuartiersMixin:
    """Fields `quartiers` and `contrat`: the lead contrat is asked only when the quartiers leave a choice."""

    def set_up_territory(self, edition):
        self.edition = edition
        self.choix_contrat = False
        self.fields["quartiers"].queryset = Quartier.objects.in_generation(edition.generation).prefetch_related(
            "communes"
        )
        self.fields["quartiers"].choices = quartier_choices(edition.generation)
        self.fields["contrat"].queryset = ContratDeVille.objects.in_generation(edition.generation)

    def clean_territory(self, quartiers, contrat):
        """The lead contrat of these quartiers; asks for it (and returns None) when there are several."""
        possible = ContratDeVille.objects.in_generation(self.edition.generation).for_quartiers(quartiers)
        if possible.count() > 1:
            self.choix_contrat = True
            self.fields["contrat"].queryset = possible
        try:
            return route(quartiers, self.edition, contrat)
        except PlusieursContrats as error:
            self.add_error("contrat", error)
            return None


def quartiers_field(**kwargs):
    return forms.ModelMultipleChoiceField(
        Quartier.objects.none(), to_field_name="identifiant", widget=forms.CheckboxSelectMultiple, **kwargs
    )


def contrat_field():
    return forms.ModelChoiceField(
        ContratDeVille.objects.none(),
        label="Contrat de ville qui suivra le projet",
        to_field_name="code",
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="Les chefs de projet des autres contrats pourront lire et commenter.",
    )


class IdeeForm(AntiRobotMixin, QuartiersMixin, forms.Form):
    """An idea in five questions: a title, the need, the idea, the quartiers, who carries it."""

    titre = forms.CharField(label="Un titre pour votre projet", max_length=140)
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
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    autre = forms.BooleanField(label="Non, c’est une autre structure", required=False)
    type = forms.ChoiceField(label="Forme", choices=TypeStructure, required=False)
    rna = rna_field(help_text="W suivi de neuf caractères. Laissez vide si vous ne l’avez pas sous la main.")
    siret = siret_field(help_text="14 chiffres. Facultatif à ce stade.")
    email = forms.EmailField(
        label="Votre adresse électronique",
        help_text="Nous y envoyons un code et un lien\u00a0: ils confirment que l’idée est de vous, et vous l’envoyez.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
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

    def clean(self):
        cleaned = super().clean()
        if "quartiers" in cleaned:
            cleaned["contrat"] = self.clean_territory(cleaned["quartiers"], cleaned.get("contrat"))
        if cleaned.get("structure", AUTRE_STRUCTURE) in self.structures:
            cleaned["structure"] = self.structures[cleaned["structure"]]
            return cleaned
        cleaned["structure"] = self._known_structure(cleaned)
        if cleaned["structure"] is None and not cleaned.get("nom"):
            self.add_error("nom", "Donnez le nom de la structure qui porte le projet.")
        elif cleaned["structure"] is None and not self.existante and not cleaned.get("autre"):
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

    def clean_email(self):
        return one_address(self.cleaned_data["email"])

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


class PassageForm(forms.Form):
    """A move: what the page kept of the dossier (`connu.token_of`), and the reason where one is required."""

    expected = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)
    motif = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, transition, **kwargs):
        super().__init__(*args, **kwargs)
        if transition.motif_requis:
            self.fields["motif"].help_text = "Il sera lu par les personnes concernées et inscrit au journal du dossier."
        else:
            del self.fields["motif"]


class DossierFilter(django_filters.FilterSet):
    """Filters of the list; `agent` reads the real statuts, the others what they may know."""

    ETAPES = {
        "idee": ("Idées", [Statut.IDEE]),
        "ecriture": ("En écriture", [Statut.CO_ELABORATION, Statut.PRET]),
        "instruction": ("Déposés, en instruction", [Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION]),
        "jury": ("Devant le jury", [Statut.ADMIS, Statut.AUDITIONNE, Statut.PROPOSE, Statut.RESERVE]),
        "laureat": ("Lauréats", [Statut.LAUREAT]),
        "termine": (
            "Terminés sans label",
            [
                Statut.IRRECEVABLE,
                Statut.NON_ADMIS,
                Statut.NON_RETENU,
                Statut.RETIRE,
                Statut.ABANDONNE,
                Statut.SANS_SUITE,
                Statut.CADUC,
            ],
        ),
    }

    q = django_filters.CharFilter(label="Numéro, titre ou résumé", method="filter_text")
    edition = django_filters.ModelChoiceFilter(
        label="Édition",
        queryset=Edition.objects.filter(is_historique=False),
        to_field_name="annee",
        empty_label="Toutes",
    )
    etape = django_filters.ChoiceFilter(
        label="Étape",
        method="filter_step",
        choices=[(key, label) for key, (label, _) in ETAPES.items()],
        empty_label="Toutes",
    )
    statut = django_filters.ChoiceFilter(label="Statut", field_name="statut_lu", choices=Statut, empty_label="Tous")
    quartier = django_filters.ModelChoiceFilter(
        label="Quartier",
        field_name="quartiers",
        queryset=Quartier.objects.all(),
        to_field_name="identifiant",
        empty_label="Tous",
    )
    structure = django_filters.ModelChoiceFilter(
        label="Structure", queryset=Structure.objects.none(), to_field_name="cle", empty_label="Toutes"
    )
    a_risque = django_filters.ChoiceFilter(
        label="Échéance",
        method="filter_risk",
        choices=[("oui", "À déposer dans les 15 jours")],
        empty_label="Toutes",
    )

    class Meta:
        model = Dossier
        fields = []

    def __init__(self, data, queryset, *, user):
        super().__init__(data, queryset)
        mine = Dossier.objects.visible_to(user)
        self.filters["structure"].queryset = Structure.objects.filter(dossiers__in=mine).distinct()
        self.filters["quartier"].queryset = Quartier.objects.filter(dossiers__in=mine).distinct()
        if not user.is_agent:
            words = LIBELLES_PORTEUR if not user.has_perm("projects.export_dossier") else None
            hidden = {Statut.PROPOSE, Statut.RESERVE}
            choices = [(s.value, words[s] if words else s.label) for s in Statut if s not in hidden]
            self.filters["statut"].extra["choices"] = choices

    def filter_text(self, queryset, name, value):
        return queryset.matching(value)

    def filter_step(self, queryset, name, value):
        return queryset.filter(statut_lu__in=self.ETAPES[value][1])

    def filter_risk(self, queryset, name, value):
        return queryset.at_risk()
