"""Forms of the preparation of an oral: who presents, what each needs, files, an answer, a date to rehearse."""

from django import forms
from django.utils import timezone

from juries.models import Besoin, Oral, Repetition, Venue
from label.dates import Bornes
from label.fichiers.formats import ATTRIBUT_ACCEPT
from label.forms.champs import DateHeureField
from label.vus import VusMixin
from projects.piece.forms import FichiersField, FichiersInput

DUREES = (20, 30, 45, 60, 90, 120)


class PresentationForm(VusMixin, forms.ModelForm):
    class Meta:
        model = Oral
        fields = ["orateurs", "remplacant"]


class BesoinForm(forms.ModelForm):
    """What this person needs; emptied, nothing is kept."""

    class Meta:
        model = Besoin
        fields = ["texte"]
        widgets = {"texte": forms.Textarea(attrs={"rows": 3, "data-max": str(Besoin.TEXTE_MAX)})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["texte"].required = False
        self.fields["texte"].help_text = (
            "Par exemple\u00a0: une place pour un fauteuil, une boucle magnétique, un horaire de train, un écran pour "
            "vos images. Lu par l’EPT qui organise et par vous, par personne d’autre\u00a0; effacé après l’audition."
        )


class SupportForm(forms.Form):
    """Files for the jury. `remplace`: the key of the one they stand in place of."""

    remplace = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
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

    def clean(self):
        cleaned = super().clean()
        if len(cleaned.get("fichier", [])) > 1 and cleaned.get("remplace"):
            self.add_error("fichier", "Un seul fichier remplace celui-ci\u00a0: joignez les autres à part.")
        return cleaned


class EmpechementForm(forms.Form):
    """Why the structure cannot come, for the slot its page showed."""

    sceau = forms.CharField(max_length=64, widget=forms.HiddenInput)
    motif = forms.CharField(
        label="Ce qui vous empêche de venir",
        max_length=Venue.MOTIF_MAX,
        widget=forms.Textarea(attrs={"rows": 4, "data-max": str(Venue.MOTIF_MAX)}),
        help_text="Dites aussi quand vous pourriez venir. Lu par l’EPT qui organise et par votre structure, jamais par "
        "le jury\u00a0; effacé après l’audition.",
        error_messages={"required": "Dites en quelques mots ce qui vous empêche de venir."},
    )


class MaintienForm(forms.Form):
    """Why the slot stays, in answer to the reason its page showed (`vu`, a seal)."""

    vu = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reponse = forms.CharField(
        label="Votre réponse à la structure",
        max_length=Venue.MOTIF_MAX,
        widget=forms.Textarea(attrs={"rows": 4, "data-max": str(Venue.MOTIF_MAX)}),
        help_text="Envoyée par courriel à ses membres et au chef de projet\u00a0: pourquoi le créneau ne bouge pas, ce "
        "qui reste possible (une autre personne, la visioconférence).",
        error_messages={"required": "Dites à la structure pourquoi le créneau ne bouge pas."},
    )

    def values(self):
        """The arguments of `keep_slot`, once the form is valid."""
        return {"reponse": self.cleaned_data["reponse"], "vu": self.cleaned_data["vu"] or None}


class RepetitionForm(forms.ModelForm):
    """A date to rehearse. `vu`: the key of the rehearsal the page showed, "" for none."""

    debut = DateHeureField(label="Jour et heure", help_text="Heure de Paris.")
    duree = forms.TypedChoiceField(
        label="Durée", choices=[(minutes, f"{minutes} minutes") for minutes in DUREES], coerce=int, initial=45
    )
    vu = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    class Meta:
        model = Repetition
        fields = ["debut", "duree", "lieu", "visio", "mot"]
        widgets = {"mot": forms.Textarea(attrs={"rows": 3, "data-max": "1000"})}

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        premier = min(timezone.localdate(edition.ouverture), timezone.localdate())
        self.fields["debut"].bornes = Bornes(
            premier, edition.publication_prevue, edition.annee, f"l’édition {edition.annee}"
        )
        self.fields["lieu"].help_text = "À défaut, donnez un lien de visioconférence."
        self.fields["visio"].assume_scheme = "https"
        self.fields["mot"].help_text = "Ce que vous travaillerez ensemble, ce qu’il faut apporter."

    def clean(self):
        data = self.cleaned_data
        if not data.get("lieu") and not data.get("visio") and "visio" not in self.errors:
            self.add_error("lieu", "Indiquez un lieu ou un lien de visioconférence.")
        return data

    def _post_clean(self):
        # The action makes the line, and says beside which field it refuses a date.
        pass

    def values(self):
        """What `propose_repetition` takes."""
        names = ("debut", "duree", "lieu", "visio", "mot", "vu")
        return {name: self.cleaned_data[name] for name in names}
