"""Forms of the door: an address, a code, a name; the second factor, tried so many times and no more."""

import unicodedata

from allauth.account.forms import AddEmailForm as AllauthAddEmailForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from django import forms

from label.limites import spend, spend_tiers


def one_address(value):
    """An address as it is kept: without capitals. Raises ValidationError for letters no mail server here can carry."""
    local, _, domain = value.strip().rpartition("@")
    try:
        # One spelling for one mailbox: limits count by address.
        domain = unicodedata.normalize("NFKC", domain).encode("idna").decode()
    except UnicodeError:
        raise forms.ValidationError("Après le «\u202f@\u202f», ce nom de domaine n’existe pas.") from None
    # Django's own check takes «İ» and «ı» for an i, and lets quotes stand around a name.
    if not local.isascii() or '"' in local:
        raise forms.ValidationError(
            "Avant le «\u202f@\u202f», cette adresse porte une lettre accentuée ou d’un autre alphabet, ou des "
            "guillemets\u00a0: vérifiez-la."
        )
    return f"{local}@{domain}".lower()


class AdresseForm(forms.Form):
    email = forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    def clean_email(self):
        return one_address(self.cleaned_data["email"])


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
    def clean_email(self):
        email = super().clean_email()
        spend_tiers(self.user, email)
        return email
