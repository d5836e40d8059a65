"""Forms of the jury: its rules, its members, their declarations."""

from django import forms

from juries.models import Jure, Jury
from label.adresses import AdresseField
from label.vus import VusMixin


class JuryForm(VusMixin, forms.ModelForm):
    class Meta:
        model = Jury
        fields = ["quorum", "minimum_par_college", "regle_departage"]


class JureForm(forms.ModelForm):
    email = AdresseField(label="Adresse électronique")

    class Meta:
        model = Jure
        fields = ["nom", "email", "qualite", "college", "is_president"]
        widgets = {"college": forms.RadioSelect}

    def __init__(self, *args, jury=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["college"].choices = [choice for choice in self.fields["college"].choices if choice[0]]
        if jury:
            self.instance.jury = jury

    def _get_validation_exclusions(self):
        # The jury is given by the address of the page; its constraints are checked here, beside the fields.
        return super()._get_validation_exclusions() - {"jury"}


class JureEditForm(VusMixin, JureForm):
    email = None

    class Meta(JureForm.Meta):
        fields = ["nom", "qualite", "college", "is_president"]

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"removed_at", "email"}
