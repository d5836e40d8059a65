"""The box of a comment: what it is about, who reads it, who is called."""

from django import forms

from ecriture.declaration import declaration_of
from ecriture.discussion.queries import champs_of
from ecriture.enums import Visibilite
from ecriture.models import Commentaire


class CommentaireForm(forms.ModelForm):
    """`lecteurs`: the readers of the thing; `can_hide`: whether the author may speak to agents alone."""

    champ = forms.ChoiceField(
        label="À propos de",
        required=False,
        error_messages={"invalid_choice": "Ce champ n’existe pas, ou plus, dans cette partie."},
    )
    mentions = forms.MultipleChoiceField(
        label="Attirer l’attention de",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    parent = forms.ModelChoiceField(Commentaire.objects.none(), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Commentaire
        fields = ["texte", "visibilite"]
        widgets = {
            "texte": forms.Textarea(attrs={"rows": 3, "data-mentions": ""}),
            "visibilite": forms.RadioSelect,
        }

    field_order = ["champ", "texte", "visibilite", "mentions", "parent"]

    def __init__(self, *args, objet, section, user, lecteurs, can_hide, champ="", **kwargs):
        super().__init__(*args, prefix="c", **kwargs)
        self.lecteurs = {lecteur.user.cle: lecteur.user for lecteur in lecteurs if lecteur.user != user}
        self.fields["parent"].queryset = Commentaire.objects.visible_to(user, objet).filter(section=section)
        self.fields["mentions"].choices = [(cle, person.get_full_name()) for cle, person in self.lecteurs.items()]
        declared = declaration_of(objet)
        self.fields["mentions"].error_messages["invalid_choice"] = (
            f"Une des personnes choisies ne lit pas {declared.ce}\u00a0: retirez son nom."
        )
        self.fields["visibilite"].choices = list(declared.lecteurs.items())
        champs = champs_of(objet, section)
        self.fields["champ"].choices = [("", "Toute cette partie"), *champs.items()]
        if champ in champs:
            self.initial["champ"] = champ
        if not champs:
            del self.fields["champ"]
        self.fields["visibilite"].required = False
        if not can_hide:
            del self.fields["visibilite"]

    def clean_visibilite(self):
        return self.cleaned_data["visibilite"] or Visibilite.CO_AUTEURS

    def for_action(self):
        """The arguments of `add_comment`."""
        data = self.cleaned_data
        return {
            "texte": data["texte"],
            "parent": data["parent"],
            "champ": data.get("champ", ""),
            "mentions": [self.lecteurs[cle] for cle in data["mentions"]],
            "visibilite": data.get("visibilite") or Visibilite.CO_AUTEURS,
        }
