"""Asking for a complement, giving more time, answering."""

from django import forms
from django.utils import timezone

from instruction.complement.actions import DELAI
from label.dates import procedure_of
from label.forms.champs import DateHeureField
from projects.enums import Section
from projects.question.questionnaire import sections_of


class ComplementForm(forms.Form):
    message = forms.CharField(
        label="Ce qui est demandé",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Envoyé tel quel au porteur\u00a0: dites ce qui manque et ce que vous attendez.",
    )
    sections = forms.MultipleChoiceField(
        label="Parties à rouvrir",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Elles seules pourront être modifiées. Aucune\u00a0: le porteur répond par écrit seulement.",
    )
    echeance = DateHeureField(label="Réponse attendue avant le", help_text="Heure de Paris.")
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, dossier, **kwargs):
        super().__init__(*args, **kwargs)
        asked = [section for section in sections_of(dossier) if section != Section.ENGAGEMENTS]
        self.fields["sections"].choices = [(section.value, section.label) for section in asked]
        self.fields["echeance"].bornes = procedure_of(dossier.edition)
        soon = timezone.localtime(timezone.now() + DELAI).replace(hour=23, minute=59, second=0, microsecond=0)
        self.fields["echeance"].initial = soon


class DelaiComplementForm(forms.Form):
    echeance = DateHeureField(label="Nouvelle date limite", help_text="Heure de Paris.")
    motif = forms.CharField(label="Motif", max_length=500, help_text="Le porteur le lit dans le message envoyé.")

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["echeance"].bornes = procedure_of(edition)


class ReponseForm(forms.Form):
    reponse = forms.CharField(
        label="Votre réponse",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Dites en quelques mots ce que vous avez complété. L’EPT voit aussi chaque changement du dossier.",
    )
