"""The vote as it is typed: the délibération, then one line per project."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from label.dates import procedure_of
from label.forms.champs import JourField, MontantField
from label.nombres import parse_montant
from laureats.enums import SensDecision
from laureats.models import Vote
from laureats.vote.actions import Choix, montant_du_jury, motif_compose, refus_du_vote
from projects.enums import TONS, Statut

ACCORDE, ATTENTE, REFUSE = SensDecision


class DossierVoteForm(forms.Form):
    """What is voted for one dossier."""

    sens = forms.ChoiceField(label="Décision", choices=SensDecision, widget=forms.RadioSelect)
    montant = MontantField(label="Montant accordé (€)", required=False, min_value=1, max_value=10_000_000)
    motif = forms.CharField(
        label="Motif communiqué", required=False, max_length=1500, widget=forms.Textarea(attrs={"rows": 2})
    )
    motif_interne = forms.CharField(
        label="Motif interne",
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, dossier, edition, decision=None, accorde=0, **kwargs):
        """`accorde`: what the vote recorded grants in all, in whole euros."""
        self.dossier, self.edition = dossier, edition
        self.is_reserve = dossier.statut == Statut.RESERVE
        self.ton = TONS[dossier.statut]
        self.propose = montant_du_jury(dossier)
        self.sens_du_jury = ATTENTE if self.is_reserve else ACCORDE
        initial = {"sens": self.sens_du_jury, "montant": self.propose}
        if decision is not None:
            initial = {
                "sens": decision.sens,
                "montant": decision.montant or None,
                "motif_interne": decision.motif_interne,
                # What was written for want of a reason follows the vote as it changes: it is not the person's own.
                "motif": ""
                if decision.motif == motif_compose(decision.sens, dossier, edition, accorde)
                else decision.motif,
            }
        super().__init__(*args, prefix=dossier.cle, initial=initial, **kwargs)
        if not self.is_reserve:
            self.fields["sens"].choices = [choice for choice in SensDecision.choices if choice[0] != ATTENTE]

    def clean(self):
        data = super().clean()
        if data.get("sens") == ACCORDE and not data.get("montant") and "montant" not in self.errors:
            self.add_error("montant", "Indiquez le montant accordé.")
        if data.get("sens") == ACCORDE and data.get("montant"):
            refus = refus_du_vote(self.dossier, self.edition, data["montant"], data.get("motif_interne") or "")
            if refus:
                self.add_error(refus.champ, refus.phrase)
        if data.get("sens") in {ATTENTE, REFUSE} and not data.get("motif") and not self._composed(data["sens"]):
            self.add_error("motif", "Dites pourquoi le projet n’est pas lauréat.")
        return data

    def _composed(self, sens):
        """What the letter would say of this decision without a reason of its own."""
        return motif_compose(sens, self.dossier, self.edition, 0)

    @property
    def accorde(self):
        """What is granted as the form stands, in whole euros; 0 where it cannot be read."""
        if self["sens"].value() != ACCORDE:
            return 0
        try:
            return parse_montant(self["montant"].value()) or 0
        except ValidationError:
            return 0

    @property
    def is_autre(self):
        """Something stands here that is not the jury's, or is to be mended: the reasons are open."""
        sens = self["sens"].value()
        is_other = sens != self.sens_du_jury or (sens == ACCORDE and self.accorde != self.propose)
        return bool(is_other or self.errors or self["motif"].value() or self["motif_interne"].value())

    @property
    def choix(self):
        data = self.cleaned_data
        montant = data["montant"] if data["sens"] == ACCORDE else 0
        return Choix(self.dossier.pk, data["sens"], montant, data["motif"], data["motif_interne"])


class VoteForm(forms.ModelForm):
    """The délibération and, in `lignes`, one `DossierVoteForm` per dossier; valid when all are."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Vote
        fields = ["organe", "date", "numero", "url"]
        field_classes = {"date": JourField}
        help_texts = {"url": "Si elle est en ligne\u202f; elle est montrée sur la page publique de chaque lauréat."}

    def __init__(self, data=None, *, dossiers, edition, instance=None):
        super().__init__(data, instance=instance, initial={"version": instance.version if instance else 0})
        self.fields["date"].bornes = procedure_of(edition)
        decisions = {decision.dossier_id: decision for decision in instance.decisions.all()} if instance else {}
        accorde = sum(decision.montant for decision in decisions.values())
        self.lignes = [
            DossierVoteForm(data, dossier=d, edition=edition, decision=decisions.get(d.pk), accorde=accorde)
            for d in dossiers
        ]

    def _post_clean(self):
        """The action validates and writes the model: here only what was typed is checked."""

    def is_valid(self):
        return all([super().is_valid(), *[ligne.is_valid() for ligne in self.lignes]])

    @cached_property
    def choix(self):
        return [ligne.choix for ligne in self.lignes]

    @property
    def total(self):
        """What is granted in all as the form stands, in whole euros."""
        return sum(ligne.accorde for ligne in self.lignes)

    @property
    def lignes_en_erreur(self):
        return [ligne for ligne in self.lignes if ligne.errors]
