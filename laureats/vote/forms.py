"""The vote as it is typed: the délibération, then one line per project."""

from django import forms
from django.utils.functional import cached_property

from label.dates import procedure_of
from label.forms.champs import JourField, MontantField
from laureats.models import Vote
from laureats.vote.actions import Choix, montant_du_jury, motif_par_defaut, refus_du_vote
from projects.enums import TONS, Statut

ACCORDE, REFUSE = "accorde", "refuse"


class DossierVoteForm(forms.Form):
    """What is voted for one dossier."""

    sens = forms.ChoiceField(
        label="Décision", choices=[(ACCORDE, "Accordé"), (REFUSE, "Non retenu")], widget=forms.RadioSelect
    )
    montant = MontantField(label="Montant accordé (€)", required=False, min_value=1, max_value=10_000_000)
    motif = forms.CharField(
        label="Motif, si le projet n’est pas retenu ou reçoit un autre montant",
        required=False,
        max_length=1500,
        strip=True,
        help_text="Celui d’un refus est écrit dans la lettre envoyée à la structure. Celui d’un montant reste avec le "
        "vote\u202f: l’EPT le lit.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, dossier, edition, decision=None, accorde=0, **kwargs):
        """`accorde`: what the vote recorded grants in all, in whole euros."""
        self.dossier, self.edition = dossier, edition
        self.is_reserve = dossier.statut == Statut.RESERVE
        self.ton = TONS[dossier.statut]
        self.propose = montant_du_jury(dossier)
        initial = {
            "sens": REFUSE if self.is_reserve else ACCORDE,
            "montant": self.propose,
            "motif": "",
        }
        if decision is not None:
            initial = {
                "sens": ACCORDE if decision.is_accorde else REFUSE,
                "montant": decision.montant or None,
                # What was written for want of a reason follows the vote as it changes: it is not the person's own.
                "motif": "" if decision.motif == motif_par_defaut(dossier, edition, accorde) else decision.motif,
            }
        super().__init__(*args, prefix=dossier.cle, initial=initial, **kwargs)
        if self.is_reserve:
            self.fields["motif"].help_text += (
                " Laissé vide, la lettre d’un refus dit le rang du projet sur la liste d’attente, ce qui restait de "
                "l’enveloppe et le montant demandé."
            )

    def clean(self):
        data = super().clean()
        if data.get("sens") == ACCORDE and not data.get("montant") and "montant" not in self.errors:
            self.add_error("montant", "Indiquez le montant accordé.")
        if data.get("sens") == ACCORDE and data.get("montant"):
            refus = refus_du_vote(self.dossier, self.edition, data["montant"], data.get("motif") or "")
            if refus:
                self.add_error(refus.champ, refus.phrase)
        if data.get("sens") == REFUSE and not data.get("motif") and not self.is_reserve:
            self.add_error("motif", "Dites pourquoi le projet n’est pas retenu.")
        return data

    @property
    def choix(self):
        accorde = self.cleaned_data["sens"] == ACCORDE
        return Choix(
            self.dossier.pk,
            accorde,
            self.cleaned_data["montant"] if accorde else 0,
            self.cleaned_data["motif"],
        )


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
    def lignes_en_erreur(self):
        return [ligne for ligne in self.lignes if ligne.errors]
