"""Forms of the door: an address, a code, a name; the second factor, tried so many times and no more."""

from allauth.account.forms import AddEmailForm as AllauthAddEmailForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from django import forms

from label.adresses import AdresseField
from label.limites import spend, spend_tiers


class AdresseForm(forms.Form):
    email = AdresseField(label="Adresse électronique", autocomplete="email")


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code à six chiffres",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "champ-code"}),
    )


class NomForm(forms.Form):
    """Asked once, after the first entry: a name to be called by."""

    prenom = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    nom = forms.CharField(label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))


class CompteMixin:
    """Counts each try of a second factor, right or wrong, before it is looked at."""

    def clean_code(self):
        spend("second_facteur", personne=self.user.pk)
        return super().clean_code()


class AuthenticateForm(CompteMixin, AllauthAuthenticateForm):
    pass


class ReauthenticateForm(CompteMixin, AllauthReauthenticateForm):
    pass


class ActivateTOTPForm(CompteMixin, AllauthActivateTOTPForm):
    pass


class AddEmailForm(AllauthAddEmailForm):
    email = AdresseField(label="Adresse électronique", autocomplete="email")

    def clean_email(self):
        email = super().clean_email()
        spend_tiers(self.user, email)
        return email
