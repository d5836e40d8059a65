"""Asking partners for their opinion, and giving it."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from instruction.enums import SensAvis
from instruction.models import Avis
from label.adresses import read_addresses, refusals
from label.dates import procedure_of
from label.forms.champs import JourField

NOM_MAX = 120
EN_TROIS = "écrivez «\u202fnom\u202f; organisme\u202f; adresse électronique\u202f»."


class AvisForm(forms.Form):
    """Several partners at once, one a line."""

    partenaires = forms.CharField(
        label="Partenaires",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Un par ligne\u00a0: nom\u202f; organisme\u202f; adresse électronique. L’organisme est facultatif. "
        "Ou des adresses collées telles quelles depuis votre messagerie.",
    )
    question = forms.CharField(
        label="Votre question",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultatif\u00a0: ce sur quoi l’avis vous serait le plus utile.",
    )
    echeance = JourField(label="Avis attendu jusqu’au")

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["echeance"].bornes = procedure_of(edition)
        self.fields["echeance"].initial = timezone.localdate() + Avis.DELAI

    def clean_partenaires(self):
        """A list of (nom, organisme, email)."""
        found, errors, seen = [], [], set()
        for rang, line in enumerate(self.cleaned_data["partenaires"].split("\n"), 1):
            try:
                asked = _partners(line)
            except ValidationError as error:
                errors += [f"Ligne {rang}\u00a0: {said}" for said in error.messages]
                continue
            for nom, organisme, email in asked:
                if email in seen:
                    errors.append(f"Ligne {rang}\u00a0: {email} figure deux fois.")
                seen.add(email)
                found.append((nom, organisme, email))
        if errors:
            raise ValidationError(errors)
        return found


def _partners(line):
    """[(nom, organisme, email)] of one line: «nom ; organisme ; adresse», or addresses as a mail program gives them.

    Who has no name is called by the address. Raises ValidationError.
    """
    parts = [part for part in map(str.strip, re.split(r"[;\t]", line)) if part]
    *words, last = parts or [""]
    if words and not any("@" in word for word in words):
        read, (nom, *organisme) = read_addresses(last), words
        if len(read.adresses) != 1 or read.illisibles or len(organisme) > 1:
            raise ValidationError(EN_TROIS)
        asked = [(nom, "".join(organisme), read.adresses[0][1])]
    else:
        read = read_addresses(line)
        if read.illisibles:
            raise ValidationError(refusals(read) if read.adresses or "@" in line else EN_TROIS)
        asked = [(nom or email, "", email) for nom, email in read.adresses]
    if any(len(word) > NOM_MAX for nom, organisme, _ in asked for word in (nom, organisme)):
        raise ValidationError(f"Un nom ou un organisme compte {NOM_MAX} caractères au plus.")
    return asked


class RenduAvisForm(forms.Form):
    """What a partner answers."""

    sens = forms.ChoiceField(label="Votre avis", choices=SensAvis, widget=forms.RadioSelect)
    texte = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Nécessaire pour un avis réservé ou défavorable. L’EPT et le jury peuvent le lire.",
    )

    def clean(self):
        cleaned = super().clean()
        needs = cleaned.get("sens") in (SensAvis.RESERVE, SensAvis.DEFAVORABLE)
        if needs and not cleaned.get("texte", "").strip():
            self.add_error("texte", "Dites en quelques mots ce qui motive cet avis.")
        return cleaned
