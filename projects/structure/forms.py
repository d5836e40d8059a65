"""Forms of the structure: who it is, whom it invites, who asks to join it."""

import json
from copy import copy

from django import forms
from django.forms.models import model_to_dict
from django.urls import reverse_lazy
from django.utils.html import format_html

from label.adresses import AdressesField
from label.entree import read_json
from projects.champs.forms import meta_of
from projects.enums import Section
from projects.models import Structure
from projects.structure.identifiants import (
    normaliser_rna,
    normaliser_siret,
    sans_blancs,
    valider_code_postal,
    valider_rna,
    valider_siret,
)


class Identifiant(forms.CharField):
    """A number typed with or without blanks, stored without, checked at once."""

    def __init__(self, *, normalise, validate, **kwargs):
        super().__init__(required=False, max_length=40, **kwargs)
        self.normalise, self.validate_number = normalise, validate

    def clean(self, value):
        value = self.normalise(super().clean(value))
        if value:
            self.validate_number(value)
        return value


class VerifiedInput(forms.TextInput):
    """A box whose number is looked at when one leaves it; what is found is read out under it."""

    def __init__(self, attrs=None):
        asked = {"autocomplete": "off", "data-verifier": reverse_lazy("projects:structure_check")}
        super().__init__(asked | (attrs or {}))

    def render(self, name, value, attrs=None, renderer=None):
        box = super().render(name, value, attrs, renderer)
        return format_html('{}<div class="verif-numero" role="status"></div>', box)


def siret_field(**kwargs):
    return Identifiant(
        normalise=normaliser_siret,
        validate=valider_siret,
        label="Numéro SIRET",
        widget=VerifiedInput(attrs={"inputmode": "numeric"}),
        **kwargs,
    )


def rna_field(**kwargs):
    return Identifiant(
        normalise=normaliser_rna,
        validate=valider_rna,
        label="Numéro RNA",
        widget=VerifiedInput(),
        **kwargs,
    )


class StructureForm(forms.ModelForm):
    code_postal = Identifiant(
        normalise=sans_blancs,
        validate=valider_code_postal,
        label="Code postal",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    siret = siret_field(help_text="14 chiffres. Il sera indispensable au moment du versement.")
    rna = rna_field(help_text="W suivi de neuf caractères, pour une association déclarée.")

    Meta = meta_of(Section.STRUCTURE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].empty_label = "Hors du territoire"


class StructurePageForm(StructureForm):
    """The identity on its own page: it carries what it showed, so that nothing others wrote since is undone."""

    vus = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, instance):
        super().__init__(data, instance=copy(instance))
        self.fields["vus"].initial = json.dumps(model_to_dict(instance, fields=self.Meta.fields), ensure_ascii=False)

    def clean_vus(self):
        try:
            return read_json(self.cleaned_data["vus"] or "{}")
        except ValueError:
            return {}

    def look_again(self):
        """The form as typed, over what the structure holds now: sent again, it is a choice made knowingly."""
        held = model_to_dict(Structure.objects.get(pk=self.instance.pk), fields=self.Meta.fields)
        shown, self.data = self.cleaned_data["vus"], self.data.copy()
        for name, value in self.cleaned_data.items():
            if name in held and getattr(value, "pk", value) == shown.get(name):
                # Left alone: it shows what others wrote since.
                self.data[name] = "" if held[name] is None else str(held[name])
        self.data["vus"] = json.dumps(held, ensure_ascii=False)


class InvitationForm(forms.Form):
    email = AdressesField(
        label="Adresse électronique",
        help_text="Une ou plusieurs adresses, collées telles quelles depuis votre messagerie. Chaque personne recevra "
        "un lien\u00a0: elle seule, avec son adresse, pourra l’accepter.",
    )
    is_responsable = forms.BooleanField(
        label="Responsable : présidence ou personne mandatée, qui peut déposer le dossier", required=False
    )


class AdhesionForm(forms.Form):
    message = forms.CharField(
        label="Un mot pour les responsables",
        help_text="Qui êtes-vous dans la structure ? Facultatif.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecisionAdhesionForm(forms.Form):
    """The answer to a request: yes or no, and a word the person will read."""

    accepted = forms.TypedChoiceField(
        label="Votre réponse",
        choices=[("oui", "Accueillir cette personne dans la structure"), ("non", "Décliner")],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
    )
    mot = forms.CharField(
        label="Un mot pour elle",
        help_text="Il sera dans le courriel qu’elle reçoit. Indispensable si vous déclinez.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_responsable = forms.BooleanField(
        label="Comme responsable : présidence ou personne mandatée, qui peut déposer le dossier", required=False
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("accepted") is False and not cleaned.get("mot", "").strip():
            self.add_error("mot", "Dites en un mot pourquoi vous déclinez.")
        return cleaned
