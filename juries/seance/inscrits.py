"""What the calendars of the members hold: read back from the files they were sent, kept as they left."""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar

from juries.agenda import Evenement, key_of
from label.models import CourrielFichier

# The messages that put a hearing in the calendar of a member, or take it away.
_MESSAGES = ("convocation_jury", "convocation_annulee")


@dataclass(frozen=True)
class Inscrit:
    """A hearing as the last file a member was sent tells it. `seance`: the key of the séance it was told with;
    `is_annule`: that file took it away."""

    cle: str
    seance: str
    sequence: int
    debut: datetime
    fin: datetime
    lieu: str
    is_annule: bool

    def annulation(self):
        """The `Evenement` that takes it away from the calendar of who may know nothing of the dossier any more."""
        return Evenement(
            "audition",
            self.cle,
            self.sequence + 1,
            self.debut,
            self.fin,
            titre="Audition retirée de votre agenda",
            detail="",
            lieu=self.lieu,
        )


def inscrits(users):
    """{user pk: {key of the audition: its `Inscrit`}} of these primary keys; one query."""
    files = CourrielFichier.objects.filter(courriel__cle_notification__in=_MESSAGES, courriel__user__in=users)
    found = {user: {} for user in users}
    rows = files.order_by("courriel_id", "pk").values_list("courriel__user", "courriel__occurrence", "contenu")
    for user, occurrence, contenu in rows:
        agenda = Calendar.from_ical(bytes(contenu))
        for event in agenda.walk("VEVENT"):
            one = Inscrit(
                cle=key_of(str(event["UID"])),
                # «<séance>-<rank>-<digest>»
                seance=occurrence.partition("-")[0],
                sequence=event["SEQUENCE"],
                debut=event["DTSTART"].dt,
                fin=event["DTEND"].dt,
                lieu=str(event["LOCATION"]),
                is_annule=str(agenda["METHOD"]) == "CANCEL",
            )
            found[user][one.cle] = one
    return found
