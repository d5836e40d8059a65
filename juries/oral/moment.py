"""Which moment of the hearing a dossier lives for each reader, whose turn it is, and its words.

Pure but for the table of words: it reads what the queries found.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from juries.creneau import Creneau
from juries.models import Audition, Venue
from juries.oral import paroles  # noqa: F401
from label.templatetags.label_ui import bornes, heure, jour, jour_semaine, pluriel
from label.vus import seal
from projects.enums import Tour
from projects.fil.paroles import Pour, dire
from projects.models import Dossier

# Who is awaited at each moment; the jury at the others.
_TOURS = {
    "audition_a_annoncer": Tour.EPT,
    "audition_fixee": Tour.PORTEUR,
    "audition_deplacee": Tour.PORTEUR,
    "audition_changee": Tour.PORTEUR,
    "audition_empechee": Tour.EPT,
    "audition_maintenue": Tour.PORTEUR,
    "audition_passee": Tour.EPT,
}


def quand(debut):
    return f"{jour_semaine(debut)} à {heure(debut)}"


@dataclass(frozen=True)
class Situation:
    """The hearing of a dossier at one instant for one reader: its card, its page and what is to do are made from it.

    `audition`: None while nobody placed it; `reponse`: the last answer of the structure, whatever the slot it is about;
    `precedent`: the slot announced before the last one, None when that is the first.
    """

    dossier: Dossier
    reader: Pour
    now: datetime
    audition: Audition | None
    reponse: Venue | None
    precedent: Creneau | None

    @cached_property
    def connu(self):
        """The slot this reader knows, as it is kept; None for nothing yet. The EPT reads it as it stands."""
        if self.audition is None:
            return None
        return self.audition.creneau if self.reader == Pour.EPT else self.audition.annonce

    @cached_property
    def creneau(self):
        return Creneau.read(self.connu) if self.connu else None

    @property
    def sceau(self):
        return seal(self.connu) if self.connu else ""

    @property
    def venue(self):
        """The answer that stands for that slot; None while none does."""
        return self.reponse if self.reponse and self.reponse.is_for(self.connu) else None

    @property
    def is_passee(self):
        return self.creneau is not None and self.creneau.fin <= self.now

    @property
    def is_du_jour(self):
        """Today, and not over."""
        return (
            self.creneau is not None
            and not self.is_passee
            and timezone.localdate(self.creneau.debut) == timezone.localdate(self.now)
        )

    @property
    def is_a_venir(self):
        """At an hour this reader knows, still to come."""
        return self.creneau is not None and not self.is_passee

    @property
    def is_a_annoncer(self):
        """Those concerned do not know the slot as it stands."""
        return self.is_a_venir and not self.audition.is_annoncee and self.reader == Pour.EPT

    @property
    def ancien(self):
        """The slot that this one stands in place of, for those who were told it; None when there is none."""
        return self.audition.annoncee if self.is_a_annoncer else self.precedent

    @property
    def moment(self):
        """The entry in the table of words."""
        if self.creneau is None:
            return "audition_attendue"
        if self.is_passee:
            return "audition_passee"
        if self.is_a_annoncer:
            return "audition_a_annoncer"
        if self.venue and not self.venue.vient:
            return "audition_empechee" if self.venue.is_a_traiter else "audition_maintenue"
        if self.is_du_jour:
            return "audition_jour"
        if self.venue:
            return "audition_confirmee"
        if self.audition.convocation <= 1:
            return "audition_fixee"
        is_same_hour = self.precedent is not None and self.precedent.debut == self.creneau.debut
        return "audition_changee" if is_same_hour else "audition_deplacee"

    @property
    def tour(self):
        """Whose turn it is: that of the structure until it has answered."""
        if self.moment == "audition_jour" and self.venue is None:
            return Tour.PORTEUR
        return _TOURS.get(self.moment, Tour.JURY)

    @property
    def avant(self):
        """What the slot was before, where it changed, in words; "" when it did not."""
        former, now = self.ancien, self.creneau
        if former is None or self.is_passee:
            return ""
        parts = []
        if former.debut != now.debut:
            parts.append(quand(former.debut))
        if (former.lieu, former.visio) != (now.lieu, now.visio):
            parts.append(former.lieu or "en visioconférence")
        if (former.presentation, former.questions) != (now.presentation, now.questions):
            minutes = pluriel(former.presentation, "minute,minutes"), pluriel(former.questions, "minute,minutes")
            parts.append(f"{minutes[0]} de présentation, puis {minutes[1]} de questions")
        return ", ".join(parts)

    @property
    def is_reponse_perdue(self):
        """The structure answered for a former slot, and has to answer again."""
        return self.moment in {"audition_deplacee", "audition_changee"} and self.reponse is not None

    def words(self):
        """What is said then to this reader, a `Dite`."""
        edition = self.dossier.edition
        jury_du, jury_au = bornes(edition.jury_debut, edition.jury_fin)
        valeurs = {
            "titre": str(self.dossier),
            "structure": str(self.dossier.structure),
            "publication": jour(edition.publication_prevue),
            "jury_du": jury_du,
            "jury_au": jury_au,
        }
        if self.creneau:
            valeurs |= {
                "jour": jour_semaine(self.creneau.debut),
                "heure": heure(self.creneau.debut),
                "lieu": self.creneau.lieu or "en visioconférence",
                "presentation": self.creneau.presentation,
                "questions": self.creneau.questions,
            }
        return dire(self.moment, self.reader, valeurs)
