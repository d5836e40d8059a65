"""Calendar files read back as two libraries that share nothing read them: what each says of every event, in UTC."""

from datetime import UTC
from types import SimpleNamespace

import icalendar
import vobject


def read_agenda(contenu):
    """`contenu`: the bytes of an .ics. Returns its method and events, `.method` and `.events`, the same for both.

    Each event: `uid`, `sequence`, `status`, `debut` and `fin` (in UTC), `summary`, `location`.
    """
    one, other = _by_icalendar(contenu), _by_vobject(contenu)
    assert one == other
    method, events = one
    names = ("uid", "sequence", "status", "debut", "fin", "summary", "location")
    return SimpleNamespace(
        method=method, events=[SimpleNamespace(**dict(zip(names, event, strict=True))) for event in events]
    )


def _by_icalendar(contenu):
    """It knows Europe/Paris by itself."""
    read = icalendar.Calendar.from_ical(contenu)
    return str(read["METHOD"]), [
        (
            str(event["UID"]),
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
            event["DTSTART"].dt.astimezone(UTC),
            event["DTEND"].dt.astimezone(UTC),
            str(event["SUMMARY"]),
            str(event["LOCATION"]),
        )
        for event in read.walk("VEVENT")
    ]


def _by_vobject(contenu):
    """It believes the VTIMEZONE of the file, as most programs do."""
    read = vobject.readOne(contenu.decode())
    return read.method.value, [
        (
            event.uid.value,
            int(event.sequence.value),
            event.status.value,
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.summary.value,
            event.location.value,
        )
        for event in read.vevent_list
    ]
