"""A word to the people of several dossiers at once."""

from django import forms

from projects.models import Message


class MessageForm(forms.ModelForm):
    """What is written to the porteurs; `envoi` and `vus` say which preview was read before sending."""

    envoi = forms.UUIDField(required=False, widget=forms.HiddenInput)
    vus = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    class Meta:
        model = Message
        fields = ["sujet", "texte"]
        widgets = {"texte": forms.Textarea(attrs={"rows": 10, "data-max": "5000"})}
