"""Asking partners for their opinion, and giving it."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from instruction.enums import SensAvis
from instruction.models import Avis

_LIGNE = re.compile(r"^(?P<nom>[^<]+)<(?P<email>[^>]+)>$")


class AvisForm(forms.Form):
    """Several partners at once, one a line."""

    partenaires = forms.CharField(
        label="Partenaires",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Un par ligne\u00a0: nom\u202f; organisme\u202f; adresse électronique. L’organisme est facultatif.",
    )
    question = forms.CharField(
        label="Votre question",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultatif\u00a0: ce sur quoi l’avis vous serait le plus utile.",
    )
    echeance = forms.DateField(
        label="Avis attendu jusqu’au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["echeance"].initial = timezone.localdate() + Avis.DELAI

    def clean_partenaires(self):
        """A list of (nom, organisme, email)."""
        found, errors, seen = [], [], set()
        for rang, line in enumerate(self.cleaned_data["partenaires"].splitlines(), 1):
            if not line.strip():
                continue
            mailbox = _LIGNE.match(line.strip())
            parts = [mailbox["nom"], mailbox["email"]] if mailbox else re.split(r"[;\t]", line)
            parts = [part.strip() for part in parts if part.strip()]
            try:
                nom, *organisme, email = parts
                validate_email(email)
                if len(organisme) > 1 or len(nom) > 120 or len("".join(organisme)) > 120:
                    raise ValueError
            except (ValueError, ValidationError):
                errors.append(
                    f"Ligne {rang}\u00a0: écrivez «\u202fnom\u202f; organisme\u202f; adresse électronique\u202f»."
                )
                continue
            if email.lower() in seen:
                errors.append(f"Ligne {rang}\u00a0: {email} figure deux fois.")
                continue
            seen.add(email.lower())
            found.append((nom, "".join(organisme), email.lower()))
        if errors:
            raise ValidationError(errors)
        return found


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
