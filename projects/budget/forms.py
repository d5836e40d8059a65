"""The budget of a dossier as a form: lines under each account, and the labels an édition prints."""

from dataclasses import dataclass
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from label.forms.champs import MontantField
from label.forms.section import SectionMixin
from label.nombres import parse_montant
from label.templatetags.label_ui import euros, poids
from projects.budget.controle import controler
from projects.budget.kinds import row_of
from projects.budget.plan import CHARGES, LIBELLE_MAX, LIGNES_MAX, PLAN, PRODUITS, SUBVENTION, comptes_of, totals
from projects.budget.saisie import OCTETS_MAX
from projects.champs.forms import meta_of
from projects.enums import Section, Sens
from projects.models import LibelleCompte

# Lines offered on an empty budget; the others are a button away.
PROPOSES = {Sens.CHARGE: ("60", "61", "62", "64"), Sens.PRODUIT: ("70", "74", "75")}
# Without JavaScript, new lines are these: each chooses its account.
LIGNES_LIBRES = 2


class BudgetLigneForm(forms.Form):
    """One line of the budget; left empty, or without an account, it is dropped. `cle` names it everywhere."""

    cle = forms.UUIDField(required=False, widget=forms.HiddenInput)
    compte = forms.ChoiceField(label="Compte", required=False)
    libelle = forms.CharField(label="Précision", max_length=LIBELLE_MAX, required=False)
    montant = MontantField(label="Montant (€)", required=False)
    is_obtenu = forms.BooleanField(label="Obtenu", required=False)

    def __init__(self, *args, sens, plan, anomalies=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sens, self.plan, self._anomalies = sens, plan, anomalies or {}
        self.fields["compte"].choices = _choices(sens, plan)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("montant") and not cleaned.get("compte") and "compte" not in self.errors:
            self.add_error("compte", "Choisissez le compte de ce montant.")
        return cleaned

    @property
    def nom(self):
        """The name of this line as a field of the dossier; '' for a line that has no key yet."""
        cle = self["cle"].value()
        return f"ligne.{cle}" if cle else ""

    @property
    def compte_saisi(self):
        """The account chosen, or '' when there is none on this side."""
        compte = self["compte"].value()
        return compte if compte in comptes_of(self.sens) else ""

    @property
    def is_subvention(self):
        return (self.sens, self.compte_saisi) == (Sens.PRODUIT, SUBVENTION)

    @property
    def messages(self):
        """What is wrong with this line, as sentences: what was typed, else what the rules say of what is held."""
        if self.is_bound:
            return [message for name in self.errors for message in self.errors[name]]
        return self._anomalies.get(str(self["cle"].value()), [])

    def row(self):
        """The line as a JSON value, or None when it says nothing."""
        data = self.cleaned_data
        if not data.get("compte") or not (data.get("montant") or data.get("libelle")):
            return None
        return {
            "sens": self.sens.value,
            "compte": data["compte"],
            "libelle": data["libelle"],
            "montant": data["montant"] or 0,
            "is_obtenu": data["is_obtenu"] and self.is_subvention,
        }


def _choices(sens, plan):
    comptes = [(compte, plan.intitule(compte)) for compte in comptes_of(sens)]
    cash = len(CHARGES if sens == Sens.CHARGE else PRODUITS)
    numero = 86 if sens == Sens.CHARGE else 87
    return [
        ("", "Choisir"),
        ("Budget", comptes[:cash]),
        (f"Contributions volontaires ({numero})", comptes[cash:]),
    ]


@dataclass(frozen=True)
class Groupe:
    """One account of the grid: its lines, and the EPT's own one (whole euros) under account 74."""

    compte: str
    intitule: str
    formes: list
    ept: int | None = None
    is_subvention: bool = False


@dataclass(frozen=True)
class Cote:
    """One side of the budget: cash accounts, contributions in kind, then the free lines. Totals in whole euros."""

    sens: str
    titre: str
    titre_contributions: str
    groupes: list
    contributions: list
    libres: list
    vide: BudgetLigneForm
    total: int
    total_contributions: int
    formset: object


def _asked(saisi):
    """The amount asked as the box shows it, in whole euros; None when it is none."""
    try:
        return parse_montant(saisi)
    except ValidationError:
        return None


class BudgetForm(SectionMixin, forms.ModelForm):
    """Section 5: the amount asked, then charges and produits; the EPT's own line is written from the amount."""

    rangees = ("ligne.",)

    Meta = meta_of(Section.BUDGET)

    def __init__(self, data=None, *, instance, **kwargs):
        super().__init__(data, instance=instance, **kwargs)
        edition = instance.edition
        self.plan = LibelleCompte.objects.plan(instance.edition_id)
        self.fields["montant_demande"].help_text = (
            f"Entre {euros(edition.montant_min)} et {euros(edition.montant_max)}, en euros entiers. "
            "La ligne de l’EPT, au compte 74, est remplie d’elle-même."
        )
        self.fields["montant_demande"].widget.attrs["data-budget-demande"] = ""
        self.toutes = list(instance.budget_lignes.all())
        self.charges = self._formset(data, Sens.CHARGE)
        self.produits = self._formset(data, Sens.PRODUIT)

    def _formset(self, data, sens):
        most = LIGNES_MAX
        factory = forms.formset_factory(
            BudgetLigneForm, extra=LIGNES_LIBRES, max_num=most, absolute_max=most, validate_max=True
        )
        mine = [ligne for ligne in self.toutes if ligne.sens == sens and not ligne.is_ept]
        initial = [
            {
                "cle": ligne.cle,
                "compte": ligne.compte,
                "libelle": ligne.libelle,
                "montant": ligne.montant or None,
                "is_obtenu": ligne.is_obtenu,
            }
            for ligne in mine
        ] or [{"cle": uuid4(), "compte": compte} for compte in PROPOSES[sens]]
        given = {"sens": sens, "plan": self.plan, "anomalies": self._anomalies()}
        return factory(data, initial=initial, prefix=f"{sens}s", form_kwargs=given)

    def _anomalies(self):
        """What the rules say of each line held, as {cle: [sentence]}."""
        found = {}
        for anomalie in controler(self.toutes, self.instance.montant_demande):
            if anomalie.champ.startswith("lignes."):
                ligne = self.toutes[int(anomalie.champ.split(".")[1])]
                found.setdefault(str(ligne.cle), []).append(anomalie.message)
        return found

    def is_valid(self):
        return all([super().is_valid(), self.charges.is_valid(), self.produits.is_valid()])

    def cotes(self):
        """The grid to show: charges, then produits, as `Cote`s."""
        totaux = totals(self.toutes)
        demande = _asked(self["montant_demande"].value())
        return [
            self._cote(self.charges, Sens.CHARGE, "Charges", totaux.charges, totaux.contributions_charges, None),
            self._cote(
                self.produits, Sens.PRODUIT, "Produits", totaux.produits, totaux.contributions_produits, demande
            ),
        ]

    def _cote(self, formset, sens, titre, total, total_contributions, demande):
        by_account = {}
        for form in formset.forms:
            by_account.setdefault(form.compte_saisi, []).append(form)
        groupes = [
            Groupe(
                compte,
                self.plan.intitule(compte),
                by_account.get(compte, []),
                demande if compte == SUBVENTION else None,
                compte == SUBVENTION,
            )
            for compte in comptes_of(sens)
        ]
        cash = len(CHARGES if sens == Sens.CHARGE else PRODUITS)
        contributions = "Emplois des contributions volontaires (86)"
        if sens == Sens.PRODUIT:
            contributions = "Ressources en contributions volontaires (87)"
        return Cote(
            sens=sens.value,
            titre=titre,
            titre_contributions=contributions,
            groupes=groupes[:cash],
            contributions=groupes[cash:],
            libres=by_account.get("", []),
            vide=formset.empty_form,
            total=total,
            total_contributions=total_contributions,
            formset=formset,
        )

    def formsets(self):
        return [("Ligne des charges", self.charges), ("Ligne des produits", self.produits)]

    def stored_rows(self):
        return {f"ligne.{ligne.cle}": row_of(ligne) for ligne in self.toutes if not ligne.is_ept}

    def rows(self):
        forms = [*self.charges.forms, *self.produits.forms]
        return {f"ligne.{form.cleaned_data.get('cle') or uuid4()}": row for form in forms if (row := form.row())}


class TableurForm(forms.Form):
    """Text pasted from a spreadsheet, or a workbook."""

    texte = forms.CharField(
        label="Coller depuis un tableur",
        required=False,
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "tableur-texte", "spellcheck": "false"}),
        help_text="Numéro de compte, libellé ou financeur, montant : une ligne par dépense ou par recette.",
    )
    fichier = forms.FileField(
        label="Importer un classeur",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        help_text="La grille téléchargée puis remplie, ou toute feuille en trois colonnes, en XLSX, ODS ou CSV. "
        f"{poids(OCTETS_MAX)} au plus.",
    )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("fichier") and not (cleaned.get("texte") or "").strip():
            self.add_error("texte", "Collez vos lignes, ou choisissez un classeur.")
        return cleaned


class LibellesForm(forms.Form):
    """Number and label of each account; a label left empty takes its default again."""

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.comptes = [compte for sens in Sens for compte in comptes_of(sens)]
        for compte in self.comptes:
            titre = PLAN.intitule(compte)
            self.fields[f"numero_{compte}"] = forms.RegexField(
                r"\d{2,4}",
                label=f"Numéro : {titre}",
                required=False,
                initial=plan.numero(compte),
                error_messages={"invalid": "Deux à quatre chiffres."},
                widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric", "size": 6}),
            )
            self.fields[f"libelle_{compte}"] = forms.CharField(
                label=f"Libellé : {titre}",
                required=False,
                max_length=LIBELLE_MAX,
                initial=plan.libelle(compte),
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )

    def clean(self):
        cleaned = super().clean()
        numeros = {}
        for compte in self.comptes:
            numero = cleaned.get(f"numero_{compte}")
            if numero and numeros.setdefault(numero, compte) != compte:
                self.add_error(f"numero_{compte}", f"Le numéro {numero} est déjà celui d’un autre compte.")
        return cleaned

    def rows(self):
        """[{defaut, numero, libelle}] to show, in the order of the grid."""
        return [
            {
                "defaut": PLAN.intitule(compte),
                "numero": self[f"numero_{compte}"],
                "libelle": self[f"libelle_{compte}"],
            }
            for compte in self.comptes
        ]

    def changes(self):
        """{compte: (numero, libelle)}, the form being valid."""
        return {
            compte: (
                self.cleaned_data[f"numero_{compte}"] or PLAN.numero(compte),
                self.cleaned_data[f"libelle_{compte}"] or PLAN.libelle(compte),
            )
            for compte in self.comptes
        }
