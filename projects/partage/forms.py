"""Forms of the people of a dossier, and of the responsibility of a structure."""

from django import forms

from label.adresses import AdressesField
from projects.enums import Droit
from projects.models import Membre

DROITS = [(droit.value, droit.label.capitalize()) for droit in Droit]
AIDE_DROIT = "Lire, c’est lire tout le dossier, son budget et ses pièces jointes compris."


class DroitForm(forms.Form):
    droit = forms.ChoiceField(
        label="Ce que la personne pourra faire", choices=DROITS, widget=forms.RadioSelect, help_text=AIDE_DROIT
    )


class PartageForm(DroitForm):
    email = AdressesField(
        label="Adresse électronique",
        help_text="Une ou plusieurs adresses, collées telles quelles depuis votre messagerie. Chaque personne recevra "
        "un lien\u00a0: elle seule, avec son adresse, pourra l’accepter.",
    )
    droit = forms.ChoiceField(
        label="Ce que la personne pourra faire",
        choices=DROITS,
        initial=Droit.COMMENTAIRE,
        widget=forms.RadioSelect,
        help_text=AIDE_DROIT,
    )
    field_order = ["email", "droit"]


class _Personne(forms.ModelChoiceField):
    def label_from_instance(self, membre):
        return membre.user.get_full_name() or membre.user.email


class TransmissionForm(forms.Form):
    """`sortant` is asked of the pilote only, `motif` too: a responsable hands over their own responsibility."""

    sortant = _Personne(Membre.objects.none(), label="Qui passe la main", empty_label=None, widget=forms.RadioSelect)
    entrant = _Personne(
        Membre.objects.none(), label="Qui devient responsable", empty_label=None, widget=forms.RadioSelect
    )
    depart = forms.BooleanField(label="La personne qui passe la main quitte aussi la structure", required=False)
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Gardé dans l’historique, et envoyé aux deux personnes.",
    )

    def __init__(self, *args, membres, mien=None, **kwargs):
        """`membres`: the current Membres, a queryset; `mien`: that of who hands over, None for the pilote."""
        super().__init__(*args, **kwargs)
        self.mien = mien
        if mien is not None:
            del self.fields["sortant"], self.fields["motif"]
            self.fields["depart"].label = "Je quitte aussi la structure"
            self.fields["entrant"].queryset = membres.exclude(pk=mien.pk)
            return
        responsables = membres.filter(is_responsable=True)
        self.fields["entrant"].queryset = membres
        if responsables:
            self.fields["sortant"].queryset = responsables
        else:
            del self.fields["sortant"], self.fields["depart"]

    def for_action(self):
        """The keyword arguments of `hand_over`."""
        return {"sortant": self.mien, **self.cleaned_data}
