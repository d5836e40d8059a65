"""The deliberation as a form: one line per dossier heard, and the words of the debate."""

from django import forms

from juries.deliberation import actions
from juries.enums import SensProposition
from juries.models import Deliberation
from label.dates import jury_of
from label.forms.champs import DateHeureField, EntierField, MontantField
from label.templatetags.label_ui import nombre
from label.vus import seal
from projects.montant import refus_du_montant


class DeliberationForm(forms.ModelForm):
    class Meta:
        model = Deliberation
        fields = ["tenue_le", "lieu", "synthese"]
        widgets = {"synthese": forms.Textarea(attrs={"rows": 4})}
        field_classes = {"tenue_le": DateHeureField}

    def __init__(self, data=None, *, instance):
        super().__init__(data, instance=instance)
        self.fields["tenue_le"].bornes = jury_of(instance.jury.edition)
        # Read before the form writes in its instance.
        self.vus = {name: seal(getattr(instance, name)) for name in self.fields}

    def _vu(self, name):
        return self.data.get(f"vu-{name}")

    @property
    def vus_saisis(self):
        """{name: seal of what the person's page showed}, where it said so."""
        return {name: self._vu(name) for name in self.fields}

    @property
    def changed(self):
        """What the person wrote: the fields that are no longer as the page showed them."""
        return {name: value for name, value in self.cleaned_data.items() if self._vu(name) != seal(value)}

    def show(self, instance):
        """After a refusal: what the person left alone is shown as it stands now."""
        self.vus = {name: seal(getattr(instance, name)) for name in self.fields}
        self.data = self.data.copy()
        for name in self.cleaned_data.keys() - self.changed.keys():
            self.data[name] = getattr(instance, name)


class PropositionForm(forms.Form):
    """What is proposed for one dossier. Errors stand beside what was typed."""

    sens = forms.ChoiceField(label="Proposition", choices=[("", "À décider"), *SensProposition.choices], required=False)
    montant = MontantField(label="Montant (€)", required=False)
    rang = EntierField(label="Rang d’attente", required=False, min_value=1, max_value=999)
    points_forts = forms.CharField(label="Points forts", required=False, max_length=2000)
    motif = forms.CharField(label="Motif communiqué", required=False, max_length=2000)
    motif_interne = forms.CharField(label="Motif interne", required=False, max_length=2000)

    # What is written of a proposal, and of none.
    A_DECIDER = ("montant", "rang", *actions.TEXTES)

    # Named where an error of theirs is told far from them.
    textes = actions.TEXTES

    def __init__(self, *args, audition, plafond, **kwargs):
        """`plafond`: what the édition gives one project at most, in whole euros."""
        self.audition, self.plafond = audition, plafond
        self.dossier = audition.dossier
        self.proposition = proposition = getattr(self.dossier, "proposition", None)
        initial = {"montant": self._conseille()}
        if proposition:
            initial = {
                "sens": proposition.sens,
                "montant": proposition.montant or None,
                "rang": proposition.rang,
                **{name: getattr(proposition, name) for name in actions.TEXTES},
            }
        super().__init__(*args, prefix=self.dossier.cle, initial=initial, **kwargs)
        self.empreinte = seal(actions.line_of(proposition))
        # What the boxes show before anybody types: an amount to start from is nobody's word.
        self.servis = " ".join(seal(initial.get(name)) for name in self.A_DECIDER)

    @property
    def vue(self):
        """The seal of the line as the person's page showed it; undecided where it did not say."""
        return self.data.get(self.add_prefix("vue")) or seal(None)

    @property
    def is_touched(self):
        """The person wrote in this line. One that does not hold was written in: what stands is valid."""
        return self.is_bound and (not self.is_valid() or seal(self.line()) != self.vue)

    @property
    def montant_montre(self):
        """The amount as the pages of the house write it; what is typed and cannot be read stays as typed."""
        value = self["montant"].value()
        return nombre(value) if isinstance(value, int) else value or ""

    @property
    def words(self):
        """What was typed on this line, in a few words."""
        return actions.words_of(self.line())

    @property
    def rang_prevu(self):
        """The rank this dossier will have on the waiting list, or None."""
        if self.is_touched:
            return (self.line() or {}).get("rang")
        return getattr(getattr(self.dossier, "proposition", None), "rang", None)

    def _conseille(self):
        """The amount to start from: the EPT's own proposal, else what was asked."""
        instruction = getattr(self.dossier, "instruction", None)
        return (instruction.montant_propose if instruction else None) or self.dossier.montant_demande

    def clean(self):
        data = self.cleaned_data
        sens = data.get("sens")
        if sens == SensProposition.LAUREAT and not data.get("montant") and "montant" not in self.errors:
            self.add_error("montant", "Un projet proposé lauréat reçoit un montant.")
        if sens == SensProposition.RESERVE and not data.get("rang") and "rang" not in self.errors:
            self.add_error("rang", "Un projet en liste d’attente porte un rang.")
        if sens and sens != SensProposition.REFUS and data.get("montant"):
            refus = refus_du_montant(
                data["montant"],
                demande=self.dossier.montant_demande,
                plafond=self.plafond,
                motif_interne=data.get("motif_interne", ""),
            )
            if refus:
                self.add_error(refus.champ, refus.phrase)
        if sens == "":
            for name in self._typed():
                self.add_error(name, "Choisissez une proposition, ou videz ce champ.")
        return data

    def _typed(self):
        """The fields that hold something else than what the page showed there."""
        servis = (self.data.get(self.add_prefix("servis")) or self.servis).split()
        fields = zip(self.A_DECIDER, servis, strict=False)
        return [name for name, vu in fields if self.cleaned_data.get(name) and seal(self.cleaned_data[name]) != vu]

    def line(self):
        """The proposal as `save_propositions` wants it, or None while undecided."""
        data = self.cleaned_data
        sens = data["sens"]
        if not sens:
            return None
        return {
            "sens": sens,
            "montant": 0 if sens == SensProposition.REFUS else data["montant"] or 0,
            "rang": data["rang"] if sens == SensProposition.RESERVE else None,
            **{name: data[name].strip() for name in actions.TEXTES},
        }


def check_ranks(forms_):
    """Put an error on each line written in that takes a rank of the waiting list held by another. True when none does.

    A line left alone counts as it stands, whatever an old page shows of it.
    """
    seen = {}
    for form in forms_:
        if rang := form.rang_prevu:
            seen.setdefault(rang, []).append(form)
    doubles = [form for group in seen.values() if len(group) > 1 for form in group if form.is_touched]
    for form in doubles:
        form.add_error("rang", "Deux projets ne peuvent pas porter le même rang.")
    return not doubles
