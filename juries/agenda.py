"""Calendar files: the one place that makes an .ics (RFC 5545, RFC 5546), whatever is put in it.

An event keeps its `uid` for life; each version of it has a higher `sequence`, and the calendars of people follow.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from juries.creneau import Creneau
from projects.dossier.contenu import without_private

PARIS = ZoneInfo("Europe/Paris")
ICS = "text/calendar; charset=utf-8"
# The hour of Paris by its rule, that every program applies: a list of dates is read only in part by many of them, and
# ends. What it says is true since 1996 (directive 2000/84/CE).
_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Evenement:
    """One event. `sorte`, `cle`: what makes its identity; `debut`, `fin`: aware; `visio`: a link or "".

    `is_provisoire`: proposed, not agreed yet.
    """

    sorte: str
    cle: str
    sequence: int
    debut: datetime
    fin: datetime
    titre: str
    detail: str
    lieu: str = ""
    visio: str = ""
    is_provisoire: bool = False

    @property
    def uid(self):
        """The same for every version, in every calendar."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
        return f"{self.sorte}-{self.cle}@{domain}"

    def written(self, *, cancelled):
        event = Event()
        event.add("uid", self.uid)
        event.add("dtstamp", timezone.now().astimezone(UTC))
        event.add("sequence", self.sequence)
        event.add("dtstart", _written(self.debut))
        event.add("dtend", _written(self.fin))
        event.add("summary", self.titre)
        event.add("location", self.lieu or self.visio)
        if self.visio:
            event.add("url", self.visio)
        event.add("description", self.detail)
        event.add("status", "CANCELLED" if cancelled else "TENTATIVE" if self.is_provisoire else "CONFIRMED")
        organizer = vCalAddress(f"mailto:{settings.LABEL_CONTACT_EMAIL}")
        organizer.params["cn"] = vText(settings.LABEL_ATTRIBUANT_NOM)
        event.add("organizer", organizer)
        return event


def key_of(uid):
    """The `cle` an event of this identity was made with."""
    return uid.partition("-")[2].partition("@")[0]


def _written(moment):
    """The hour of Paris; in UTC the hour that comes twice in the autumn, which the file could not tell apart."""
    local = moment.astimezone(PARIS)
    is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if is_twice else local


def method_of(*, cancelled):
    return "CANCEL" if cancelled else "PUBLISH"


def joined(nom, evenements, *, cancelled=False):
    """The same file as a message joins it, (name, MIME type, bytes): its method is in its type (RFC 6047, 2.4)."""
    return nom, f"{ICS}; method={method_of(cancelled=cancelled)}", calendar(evenements, cancelled=cancelled)


def calendar(evenements, *, cancelled=False):
    """The file (bytes) of these `Evenement`s, hours in Europe/Paris. Raises ValueError when there is none of them."""
    evenements = list(evenements)
    if not evenements:
        raise ValueError("An empty calendar is no file: some programs erase what they hold.")
    agenda = Calendar()
    agenda.add("prodid", "-//Label Actions Innovantes//FR")
    agenda.add("version", "2.0")
    agenda.add("method", method_of(cancelled=cancelled))
    agenda.add_component(Timezone.from_ical(_ZONE))
    for evenement in evenements:
        agenda.add_component(evenement.written(cancelled=cancelled))
    return agenda.to_ical()


def hearing(audition, *, sequence=None):
    """The hearing of an audition as an `Evenement`, as it was announced; its present slot while it never was.

    Its version (`sequence`) is the number of the convocation, unless another is given. An agenda is shown to others
    than its owner: nothing private stands in the title.
    """
    creneau = audition.annoncee or Creneau.read(audition.creneau)
    return Evenement(
        "audition",
        audition.cle,
        audition.convocation if sequence is None else sequence,
        creneau.debut,
        creneau.fin,
        titre=f"Audition : {without_private(str(audition.dossier))}",
        detail=creneau.minutes,
        lieu=creneau.lieu,
        visio=creneau.visio,
    )
