"""What is sent with the files of a dossier."""

from django import forms

from label.fichiers.formats import ATTRIBUT_ACCEPT


class FichiersInput(forms.FileInput):
    allow_multiple_selected = True


class FichiersField(forms.FileField):
    """One file or several; cleaned as a list. What is in them is judged by `label.fichiers.inspection`."""

    def clean(self, data, initial=None):
        return [super(FichiersField, self).clean(one, initial) for one in data or [None]]


class PieceForm(forms.Form):
    """Files for one of the pieces asked, or free ones. `vu`: the key of the file the page showed in place."""

    demandee = forms.ModelChoiceField(
        queryset=None,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Cette pièce n’est plus demandée\u00a0: rechargez la page."},
    )
    vu = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    envoi = forms.UUIDField(required=False, widget=forms.HiddenInput)
    fichier = FichiersField(
        label="Fichier",
        allow_empty_file=True,
        widget=FichiersInput(attrs={"accept": ATTRIBUT_ACCEPT}),
        error_messages={
            "required": "Choisissez un fichier.",
            "invalid": "Aucun fichier n’a été reçu. Choisissez-le de nouveau.",
            "missing": "Aucun fichier n’a été reçu. Choisissez-le de nouveau.",
        },
    )

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["demandee"].queryset = edition.pieces_demandees.all()

    def clean(self):
        cleaned = super().clean()
        files = cleaned.get("fichier", [])
        if len(files) > 1 and cleaned.get("demandee"):
            self.add_error("fichier", "Un seul fichier pour cette pièce\u00a0: joignez le reste plus bas.")
        return cleaned

    def phrases(self):
        """What is wrong, as a list of sentences."""
        return [phrase for phrases in self.errors.values() for phrase in phrases]
