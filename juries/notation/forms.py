"""The ballot as a form: one question per criterion, each step with its words."""

from django import forms

from juries.notation.actions import SANS_AVIS


class BulletinForm(forms.Form):
    """Radio buttons per criterion (`critere_<pk>`) and the comment; what is not answered is left alone."""

    commentaire = forms.CharField(
        label="Commentaire",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Écrit pour être lu : il peut être communiqué au porteur.",
    )

    def __init__(self, *args, criteres, disabled=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteres = criteres
        for critere in criteres:
            steps = [
                (str(valeur), f"{valeur}\u00a0·\u00a0{mot}" if mot else str(valeur)) for valeur, mot in critere.echelons
            ]
            self.fields[f"critere_{critere.pk}"] = forms.ChoiceField(
                label=critere.nom,
                help_text=critere.description,
                choices=[*steps, (SANS_AVIS, "Sans avis")],
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"critere_{critere.pk}"].poids = critere.poids
        if disabled:
            for field in self.fields.values():
                field.disabled = True

    @staticmethod
    def initial_of(bulletin, notes):
        """The initial values of the form from a ballot (or None) and its notes."""
        initial = {f"critere_{note.critere_id}": SANS_AVIS if note.sans_avis else str(note.valeur) for note in notes}
        return initial | {"commentaire": bulletin.commentaire if bulletin else ""}

    def questions(self):
        return [self[f"critere_{critere.pk}"] for critere in self.criteres]

    def notes(self):
        """{criterion pk: whole number or SANS_AVIS}, for the criteria answered."""
        found = {}
        for critere in self.criteres:
            if answer := self.cleaned_data.get(f"critere_{critere.pk}"):
                found[critere.pk] = answer if answer == SANS_AVIS else int(answer)
        return found


class CorrectionForm(BulletinForm):
    motif = forms.CharField(
        label="Motif de la correction",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="Inscrit au registre du jury, que lisent les agents de l’EPT.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["commentaire"]
        self.order_fields([name for name in self.fields if name != "motif"] + ["motif"])
