"""The deliberation as a form: one line per dossier heard, and the words of the debate."""

from django import forms

from juries.enums import Sens
from juries.models import Deliberation


class DeliberationForm(forms.ModelForm):
    class Meta:
        model = Deliberation
        fields = ["tenue_le", "lieu", "synthese"]
        widgets = {
            "tenue_le": forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
            "synthese": forms.Textarea(attrs={"rows": 4}),
        }


class PropositionForm(forms.Form):
    """What is proposed for one dossier. Errors stand beside what was typed."""

    sens = forms.ChoiceField(label="Proposition", choices=[("", "À décider"), *Sens.choices], required=False)
    montant = forms.IntegerField(
        label="Montant (€)",
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    rang = forms.IntegerField(label="Rang d’attente", required=False, min_value=1, max_value=999)
    motif = forms.CharField(label="Motif", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, audition, **kwargs):
        self.audition = audition
        self.dossier = audition.dossier
        proposition = getattr(self.dossier, "proposition", None)
        initial = {"montant": self._conseille()}
        if proposition:
            initial = {
                "sens": proposition.sens,
                "montant": proposition.montant or None,
                "rang": proposition.rang,
                "motif": proposition.motif,
            }
        super().__init__(*args, prefix=self.dossier.cle, initial=initial, **kwargs)

    def _conseille(self):
        """The amount to start from: the EPT's own proposal, else what was asked."""
        instruction = getattr(self.dossier, "instruction", None)
        return (instruction.montant_propose if instruction else None) or self.dossier.montant_demande

    def clean(self):
        data = self.cleaned_data
        sens = data.get("sens")
        if sens == Sens.LAUREAT and not data.get("montant") and "montant" not in self.errors:
            self.add_error("montant", "Un projet proposé lauréat reçoit un montant.")
        if sens == Sens.RESERVE and not data.get("rang") and "rang" not in self.errors:
            self.add_error("rang", "Un projet en liste d’attente porte un rang.")
        if sens == Sens.REFUS and not data.get("motif", "").strip():
            self.add_error("motif", "Dites pourquoi ce projet n’est pas retenu.")
        return data

    def line(self):
        """The proposal as `save_propositions` wants it, or None while undecided."""
        data = self.cleaned_data
        sens = data["sens"]
        if not sens:
            return None
        return {
            "sens": sens,
            "montant": 0 if sens == Sens.REFUS else data["montant"] or 0,
            "rang": data["rang"] if sens == Sens.RESERVE else None,
            "motif": data["motif"].strip(),
        }


def check_ranks(forms_):
    """Put an error on each line of the waiting list that takes a rank already given. True when ranks are distinct."""
    seen = {}
    for form in forms_:
        if form.cleaned_data.get("sens") == Sens.RESERVE and (rang := form.cleaned_data.get("rang")):
            seen.setdefault(rang, []).append(form)
    doubles = [form for group in seen.values() if len(group) > 1 for form in group]
    for form in doubles:
        form.add_error("rang", "Deux projets ne peuvent pas porter le même rang.")
    return not doubles
