"""Forms of the timetable: a séance, a slot, who sat."""

from datetime import datetime

from django import forms
from django.utils import timezone

from juries.models import Seance
from label.dates import jury_of
from label.forms.champs import JourField
from label.templatetags.label_ui import heure, jour_semaine
from label.vus import VusMixin


def _in_paris(jour, heure):
    return timezone.make_aware(datetime.combine(jour, heure))


def _time(**attrs):
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", **attrs})


class SeanceForm(VusMixin, forms.ModelForm):
    jour = JourField(label="Jour")
    heure_debut = forms.TimeField(label="Début", widget=_time())
    heure_fin = forms.TimeField(label="Fin", widget=_time())

    class Meta:
        model = Seance
        fields = [
            "jour",
            "heure_debut",
            "heure_fin",
            "lieu",
            "visio",
            "duree_presentation",
            "duree_questions",
            "duree_pause",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["jour"].bornes = jury_of(self.instance.jury.edition)
        if self.instance.pk:
            debut, fin = timezone.localtime(self.instance.debut), timezone.localtime(self.instance.fin)
            self.initial |= {"jour": debut.date(), "heure_debut": debut.time(), "heure_fin": fin.time()}
        self.fields["lieu"].help_text = "Salle et adresse. À défaut, donnez un lien de visioconférence."
        self.fields["visio"].assume_scheme = "https"

    def clean(self):
        data = self.cleaned_data
        jour, debut, fin = data.get("jour"), data.get("heure_debut"), data.get("heure_fin")
        if debut and fin and fin <= debut:
            self.add_error("heure_fin", "La séance doit finir après son début.")
        elif jour and debut and fin:
            self.instance.debut, self.instance.fin = _in_paris(jour, debut), _in_paris(jour, fin)
        if not data.get("lieu") and not data.get("visio") and "visio" not in self.errors:
            self.add_error("lieu", "Indiquez un lieu ou un lien de visioconférence.")
        return data

    def _post_clean(self):
        # The constraints on the hours are said above, beside the fields a person typed in.
        self.instance = forms.models.construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)


class PlacementForm(forms.Form):
    """Which dossier, at what hour."""

    dossier = forms.ModelChoiceField(
        label="Dossier", queryset=None, to_field_name="cle", empty_label="Choisir un dossier"
    )
    heure = forms.TimeField(label="Heure", widget=_time())

    def __init__(self, *args, seance, dossiers, **kwargs):
        super().__init__(*args, **kwargs)
        self.seance = seance
        self.fields["dossier"].queryset = dossiers
        self.fields["dossier"].label_from_instance = lambda dossier: (
            f"{dossier.numero} · {dossier} ({dossier.structure})"
        )

    @property
    def debut(self):
        return _in_paris(timezone.localdate(self.seance.debut), self.cleaned_data["heure"])


class MoveForm(forms.Form):
    """One of the free hours, or any other of any séance that is open."""

    AUTRE = "autre"

    creneau = forms.ChoiceField(
        label="Nouveau créneau",
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": "Entre-temps, ce créneau a été pris ou n’est plus possible\u00a0: choisissez-en un autre."
        },
    )
    seance = forms.ModelChoiceField(
        label="Séance", queryset=None, to_field_name="cle", empty_label=None, required=False
    )
    heure = forms.TimeField(label="Heure", widget=_time(), required=False)

    def __init__(self, *args, audition, libres, **kwargs):
        """`libres`: the `Libre`s to choose among first."""
        super().__init__(*args, **kwargs)
        self.libres = {libre.cle: libre for libre in libres}
        self.fields["creneau"].choices = [
            *((cle, str(libre)) for cle, libre in self.libres.items()),
            (self.AUTRE, "Une autre heure, ou une autre séance"),
        ]
        self.initial["creneau"] = next(iter(self.libres), self.AUTRE)
        if not self.libres:
            self.fields["creneau"].widget = forms.HiddenInput()
        seances = audition.seance.jury.seances
        # Its own stays in the list, over or not: it is where the audition is.
        self.fields["seance"].queryset = seances.ouvertes(timezone.now()) | seances.filter(pk=audition.seance_id)
        self.fields["seance"].label_from_instance = lambda seance: (
            f"{jour_semaine(seance.debut)}, {heure(seance.debut)} à {heure(seance.fin)} · "
            f"{seance.lieu or 'visioconférence'}"
        )
        self.initial |= {"seance": audition.seance, "heure": timezone.localtime(audition.debut).time()}

    @property
    def _libre(self):
        """The free hour chosen, None for any other."""
        return self.libres.get(self.cleaned_data.get("creneau"))

    def clean(self):
        data = self.cleaned_data
        if "creneau" not in self.errors and self._libre is None:
            for name in ("seance", "heure"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return data

    @property
    def vers(self):
        """The séance it moves to."""
        return self._libre.seance if self._libre else self.cleaned_data["seance"]

    @property
    def debut(self):
        if self._libre:
            return self._libre.debut
        return _in_paris(timezone.localdate(self.cleaned_data["seance"].debut), self.cleaned_data["heure"])

    def beside(self, *, is_seance):
        """The field a refusal is written beside: that of the séance or of the hour, or the choice both came from."""
        return "creneau" if self._libre else "seance" if is_seance else "heure"


class PresenceForm(forms.Form):
    presents = forms.ModelMultipleChoiceField(
        label="Membres présents",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="cle",
    )
    # The members ticked when the page was shown, between spaces: what is ticked or unticked since is what is written.
    vus = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, jures, presents):
        super().__init__(data, initial={"presents": presents, "vus": " ".join(presents)})
        self.jures = jures
        self.fields["presents"].queryset = jures
        self.fields["presents"].label_from_instance = lambda jure: f"{jure.nom} · {jure.get_college_display()}"

    def clean_presents(self):
        """Primary keys."""
        return {jure.pk for jure in self.cleaned_data["presents"]}

    def clean_vus(self):
        """Primary keys, or None when the page did not say."""
        shown = self.cleaned_data["vus"].split()
        return {jure.pk for jure in self.jures if jure.cle in shown} if "vus" in self.data else None
