"""Forms of the shared draft: one per section, all with the version they were read at.

A section form also carries `base`, what its fields held when the page was shown. When somebody saved meanwhile,
`reconcile` sorts three cases: a field touched here alone stays, a field touched there alone takes the new text, and a
field typed differently on both sides is shown twice, what was typed here kept in its box.
"""

import json
from copy import copy
from dataclasses import dataclass

from django import forms
from django.db.models import Model, QuerySet

from contrats.models import Commune
from projects import budget
from projects.enums import Section, Sens
from projects.fichiers import ATTRIBUT_ACCEPT
from projects.forms.dossier import QuartiersMixin, contrat_field, quartiers_field
from projects.forms.structure import StructureForm
from projects.models import Dossier


@dataclass(frozen=True)
class Conflit:
    """One field written by two people: what the other one saved, as a list of texts."""

    champ: str
    libelle: str
    sien: list


def _flat(value):
    """A value as JSON can hold it and compare it: text with plain line ends, sorted keys of related rows."""
    if value is None:
        return ""
    if isinstance(value, QuerySet | list | tuple):
        return sorted(str(item) for item in value)
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, bool):
        return "oui" if value else ""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


class SectionMixin:
    """What every section form adds to its ModelForm: version, base, comparison."""

    # Fields that are not columns of the instance.
    absents = ()

    def add_version(self, redaction_version):
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=redaction_version)
        self.fields["base"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=json.dumps(self.stored(), ensure_ascii=False)
        )

    @property
    def contenu(self):
        return [name for name in self.fields if name not in {"version", "base", *self.absents}]

    def stored(self):
        """What the database holds, as {field: flat value}."""
        state = {}
        for name in self.contenu:
            value = getattr(self.instance, name)
            state[name] = _flat(value.all() if hasattr(value, "all") else value)
        return state

    def typed(self):
        """What was typed, as {field: flat value}; the form is valid."""
        return {name: _flat(self.cleaned_data.get(name)) for name in self.contenu}

    def values(self):
        """The argument `values` of `save_section`."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "base"}}

    def extra(self):
        """The other arguments of `save_section`."""
        return {}

    def label_of(self, name):
        return str(self.fields[name].label or name).capitalize()

    def reconcile(self, fresh, redaction):
        """The form to show after a refusal: (form, list of Conflit).

        `fresh`: function(data) -> a form of the same section on what the database holds now (data None: unbound).
        """
        current = fresh(None)
        theirs, mine = current.stored(), self.typed()
        try:
            base = json.loads(self.cleaned_data.get("base") or "{}")
        except ValueError:
            base = {}
        data, conflicts = self.data.copy(), []
        for name, value in theirs.items():
            if value in (mine[name], base.get(name)):
                continue
            if mine[name] == base.get(name):
                current.adopt(name, data)
            else:
                shown = value if isinstance(value, list) else [value]
                conflicts.append(Conflit(name, self.label_of(name), [line for line in shown if line]))
        data["version"] = str(redaction.version)
        data["base"] = json.dumps(theirs, ensure_ascii=False)
        return fresh(data), conflicts

    def adopt(self, name, data):
        """Put in the posted `data` what this unbound form shows for `name`."""
        field = self.fields[name]
        value = field.prepare_value(self.get_initial_for_field(field, name))
        if isinstance(value, list | tuple | QuerySet):
            data.setlist(name, [str(item) for item in value])
        elif isinstance(field, forms.BooleanField):
            data.pop(name, None)
            if value:
                data[name] = "on"
        else:
            data[name] = field.widget.format_value(value) or ""


class SectionStructureForm(SectionMixin, StructureForm):
    """Section 1: the structure itself, shared by its dossiers."""


def _grow(rows):
    return forms.Textarea(attrs={"rows": rows})


class ProjetForm(SectionMixin, forms.ModelForm):
    class Meta:
        model = Dossier
        fields = ["titre", "resume", "besoin", "innovation", "objectifs", "actions", "partenaires", "participation"]
        widgets = {
            "resume": forms.Textarea(attrs={"rows": 4, "data-max": "300"}),
            "besoin": _grow(7),
            "innovation": _grow(7),
            "objectifs": _grow(5),
            "actions": _grow(8),
            "partenaires": _grow(4),
            "participation": _grow(5),
        }


class TerritoireForm(SectionMixin, QuartiersMixin, forms.ModelForm):
    quartiers = quartiers_field(label="Quartiers prioritaires servis", required=False)
    contrat = contrat_field()
    communes = forms.ModelMultipleChoiceField(
        Commune.objects.all(),
        label="Communes",
        to_field_name="insee",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    absents = ("contrat",)

    class Meta:
        model = Dossier
        fields = ["quartiers", "communes", "lieux", "publics", "beneficiaires", "part_qpv"]
        widgets = {"publics": _grow(5)}

    field_order = ["quartiers", "contrat", "communes", "lieux", "publics", "beneficiaires", "part_qpv"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.set_up_territory(self.instance.edition)
        self.fields["contrat"].initial = self.instance.contrat and self.instance.contrat.code
        if not self.is_bound and self.instance.quartiers.exists():
            possible = self.fields["contrat"].queryset.for_quartiers(self.instance.quartiers.all())
            self.choix_contrat = possible.count() > 1
            self.fields["contrat"].queryset = possible

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("quartiers"):
            wished = cleaned.get("contrat") or self.instance.contrat
            cleaned["contrat"] = self.clean_territory(cleaned["quartiers"], wished)
        return cleaned


class _DateInput(forms.DateInput):
    def __init__(self):
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class CalendrierForm(SectionMixin, forms.ModelForm):
    class Meta:
        model = Dossier
        fields = ["date_debut", "date_fin", "etapes", "moyens_humains", "moyens_materiels"]
        widgets = {
            "date_debut": _DateInput(),
            "date_fin": _DateInput(),
            "etapes": _grow(5),
            "moyens_humains": _grow(4),
            "moyens_materiels": _grow(4),
        }


def _accounts(cash, contributions, numero):
    return [
        ("", "Choisir"),
        ("Budget", [(compte, _account(compte, libelle)) for compte, libelle in cash.items()]),
        (f"Contributions volontaires ({numero})", [(c, _account(c, libelle)) for c, libelle in contributions.items()]),
    ]


def _account(compte, libelle):
    return f"{budget.PLAN.numero(compte)} {libelle}".strip()


COMPTES = {
    Sens.CHARGE: _accounts(budget.CHARGES, budget.CONTRIBUTIONS_CHARGES, 86),
    Sens.PRODUIT: _accounts(budget.PRODUITS, budget.CONTRIBUTIONS_PRODUITS, 87),
}
# Lines offered on an empty budget; the others are a choice away.
PROPOSES = {Sens.CHARGE: ("60", "61", "62", "64"), Sens.PRODUIT: ("70", "74", "75")}
LIGNES_VIDES = 2
LIGNES_MAX = 60


class LigneForm(forms.Form):
    """One line of the budget; left empty, or without an amount, it is dropped."""

    compte = forms.ChoiceField(label="Compte", required=False)
    libelle = forms.CharField(label="Précision", max_length=120, required=False)
    montant = forms.IntegerField(
        label="Montant (€)",
        required=False,
        min_value=0,
        max_value=100_000_000,
        localize=False,
        widget=forms.NumberInput(attrs={"step": "1", "inputmode": "numeric"}),
        error_messages={"invalid": "Un nombre entier d’euros, sans centimes."},
    )
    is_obtenu = forms.BooleanField(label="Obtenu", required=False)

    def __init__(self, *args, sens, **kwargs):
        super().__init__(*args, **kwargs)
        self.sens = sens
        self.fields["compte"].choices = COMPTES[sens]
        if sens == Sens.CHARGE:
            del self.fields["is_obtenu"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("montant") and not cleaned.get("compte") and "compte" not in self.errors:
            self.add_error("compte", "Choisissez le compte de ce montant.")
        return cleaned

    def line(self):
        """The line as a dict for `save_section`, or None when it says nothing."""
        data = self.cleaned_data
        if not data.get("compte") or not (data.get("montant") or data.get("libelle")):
            return None
        return {
            "sens": self.sens,
            "compte": data["compte"],
            "libelle": data.get("libelle", ""),
            "montant": data.get("montant") or 0,
            "is_obtenu": data.get("is_obtenu", False),
        }


class BudgetForm(SectionMixin, forms.ModelForm):
    """Section 5: the amount asked, then charges and produits; the EPT's own line is written from the amount."""

    class Meta:
        model = Dossier
        fields = ["montant_demande"]

    def __init__(self, data=None, *, instance, **kwargs):
        super().__init__(data, instance=instance, **kwargs)
        edition = instance.edition
        self.fields["montant_demande"].help_text = (
            f"Entre {budget.euros(edition.montant_min)} et {budget.euros(edition.montant_max)}, en euros entiers. "
            "La ligne de l’EPT, au compte 74, est remplie d’elle-même."
        )
        self.fields["montant_demande"].widget.attrs |= {"step": "1", "inputmode": "numeric", "data-budget-demande": ""}
        lignes = [ligne for ligne in instance.budget_lignes.all() if not ligne.is_ept]
        self.charges = self._formset(data, Sens.CHARGE, lignes)
        self.produits = self._formset(data, Sens.PRODUIT, lignes)

    def _formset(self, data, sens, lignes):
        factory = forms.formset_factory(
            LigneForm, extra=LIGNES_VIDES, max_num=LIGNES_MAX, absolute_max=LIGNES_MAX, validate_max=True
        )
        mine = [ligne for ligne in lignes if ligne.sens == sens]
        initial = [
            {
                "compte": ligne.compte,
                "libelle": ligne.libelle,
                "montant": ligne.montant or None,
                "is_obtenu": ligne.is_obtenu,
            }
            for ligne in mine
        ] or [{"compte": compte} for compte in PROPOSES[sens]]
        return factory(data, initial=initial, prefix=f"{sens}s", form_kwargs={"sens": sens})

    def is_valid(self):
        return all([super().is_valid(), self.charges.is_valid(), self.produits.is_valid()])

    def lignes(self):
        """Every line typed, the EPT's one first among the produits."""
        typed = {
            formset: [line for form in formset.forms if (line := form.line())]
            for formset in (self.charges, self.produits)
        }
        ept = []
        if montant := self.cleaned_data.get("montant_demande"):
            ept = [
                {
                    "sens": Sens.PRODUIT,
                    "compte": budget.SUBVENTION,
                    "libelle": budget.EPT,
                    "montant": montant,
                    "is_obtenu": False,
                    "is_ept": True,
                }
            ]
        return [*typed[self.charges], *ept, *typed[self.produits]]

    def extra(self):
        return {"lignes": self.lignes()}

    def stored(self):
        lignes = [ligne for ligne in self.instance.budget_lignes.all() if not ligne.is_ept]
        return super().stored() | {"lignes": sorted(_line_text(vars(ligne)) for ligne in lignes)}

    def typed(self):
        lignes = [ligne for ligne in self.lignes() if not ligne.get("is_ept")]
        return super().typed() | {"lignes": sorted(map(_line_text, lignes))}

    def label_of(self, name):
        return "Lignes du budget" if name == "lignes" else super().label_of(name)

    def adopt(self, name, data):
        if name != "lignes":
            super().adopt(name, data)
            return
        for formset in (self.charges, self.produits):
            _adopt_formset(formset, data)


def _line_text(ligne):
    obtained = " (obtenu)" if ligne["is_obtenu"] else ""
    label = f" – {ligne['libelle']}" if ligne["libelle"] else ""
    account = _account(ligne["compte"], budget.PLAN.libelle(ligne["compte"]))
    return f"{account}{label}\u00a0: {budget.euros(ligne['montant'])}{obtained}"


def _adopt_formset(formset, data):
    """Replace in `data` the rows of a formset by what it shows unbound."""
    for key in [key for key in data if key.startswith(f"{formset.prefix}-")]:
        data.pop(key)
    for bound in formset.management_form:
        data[bound.html_name] = str(bound.value())
    for form in formset.forms:
        for bound in form:
            value = bound.value()
            if isinstance(bound.field, forms.BooleanField):
                if value:
                    data[bound.html_name] = "on"
            else:
                data[bound.html_name] = "" if value is None else str(value)


class IndicateurForm(forms.Form):
    libelle = forms.CharField(label="Indicateur", max_length=160, required=False)
    cible = forms.CharField(label="Cible", max_length=80, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("libelle") and not cleaned.get("cible"):
            self.add_error("cible", "Donnez la valeur visée.")
        if cleaned.get("cible") and not cleaned.get("libelle"):
            self.add_error("libelle", "Dites ce que vous mesurerez.")
        return cleaned


class EvaluationForm(SectionMixin, forms.ModelForm):
    class Meta:
        model = Dossier
        fields = ["evaluation"]
        widgets = {"evaluation": _grow(6)}

    def __init__(self, data=None, *, instance, **kwargs):
        super().__init__(data, instance=instance, **kwargs)
        initial = [{"libelle": row.libelle, "cible": row.cible} for row in instance.indicateurs.all()]
        factory = forms.formset_factory(
            IndicateurForm, extra=1 if initial else 3, max_num=20, absolute_max=20, validate_max=True
        )
        self.indicateurs = factory(data, initial=initial, prefix="indicateurs")

    def is_valid(self):
        return all([super().is_valid(), self.indicateurs.is_valid()])

    def rows(self):
        return [
            {"libelle": form.cleaned_data["libelle"], "cible": form.cleaned_data["cible"]}
            for form in self.indicateurs.forms
            if form.cleaned_data.get("libelle")
        ]

    def extra(self):
        return {"indicateurs": self.rows()}

    def stored(self):
        return super().stored() | {
            "indicateurs": [f"{r.libelle}\u00a0: {r.cible}" for r in self.instance.indicateurs.all()]
        }

    def typed(self):
        return super().typed() | {"indicateurs": [f"{row['libelle']}\u00a0: {row['cible']}" for row in self.rows()]}

    def label_of(self, name):
        return "Indicateurs" if name == "indicateurs" else super().label_of(name)

    def adopt(self, name, data):
        if name == "indicateurs":
            _adopt_formset(self.indicateurs, data)
        else:
            super().adopt(name, data)


class EngagementsForm(SectionMixin, forms.ModelForm):
    class Meta:
        model = Dossier
        fields = ["engagement_honneur", "engagement_cer", "engagement_donnees"]

    def __init__(self, *args, **kwargs):
        from projects.actions.completude import SIGNATAIRES_CER

        super().__init__(*args, **kwargs)
        if self.instance.structure.type not in SIGNATAIRES_CER:
            del self.fields["engagement_cer"]


FORMS = {
    Section.STRUCTURE: SectionStructureForm,
    Section.PROJET: ProjetForm,
    Section.TERRITOIRE: TerritoireForm,
    Section.CALENDRIER: CalendrierForm,
    Section.BUDGET: BudgetForm,
    Section.EVALUATION: EvaluationForm,
    Section.ENGAGEMENTS: EngagementsForm,
}


def section_form(dossier, section, version, data=None):
    """The form of a section (every one but the files), on its data or on what was posted."""
    # A copy: checking a form writes what was typed on its instance, and the page shows the dossier beside it.
    instance = copy(dossier.structure if section == Section.STRUCTURE else dossier)
    form = FORMS[section](data, instance=instance)
    form.add_version(version)
    return form


class PieceForm(forms.Form):
    """One file, for one of the pieces asked or free."""

    demandee = forms.ModelChoiceField(queryset=None, required=False, widget=forms.HiddenInput)
    fichier = forms.FileField(
        label="Fichier",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ATTRIBUT_ACCEPT}),
        error_messages={"required": "Choisissez un fichier."},
    )

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["demandee"].queryset = edition.pieces_demandees.all()
