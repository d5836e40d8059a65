"""The silence of the EPT: the day it means rejection, whatever was asked meanwhile."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from projects.silence import Silence, Suspension, silence

PARIS = ZoneInfo("Europe/Paris")


def at(text):
    """An instant of Paris: «04/06/2027 23:59»."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=PARIS)


def asked(du, jusqu_au, fin=None):
    return Suspension(at(du), at(jusqu_au), fin and at(fin))


@pytest.mark.parametrize(
    ("recu", "le"),
    [
        ("04/06/2027 23:59", date(2027, 8, 4)),
        # The day is that of Paris, on either side of midnight and of the change of hour.
        ("05/06/2027 00:00", date(2027, 8, 5)),
        ("28/03/2027 01:59", date(2027, 5, 28)),
        ("28/03/2027 03:00", date(2027, 5, 28)),
        ("31/10/2027 02:30", date(2027, 12, 31)),
        ("01/11/2027 00:30", date(2028, 1, 1)),
        # A month without such a day: its last one.
        ("31/12/2027 12:00", date(2028, 2, 29)),
        ("30/12/2027 12:00", date(2028, 2, 29)),
        ("29/12/2027 12:00", date(2028, 2, 29)),
        ("28/12/2027 12:00", date(2028, 2, 28)),
        ("31/12/2026 12:00", date(2027, 2, 28)),
        ("29/02/2028 12:00", date(2028, 4, 29)),
        ("31/07/2027 12:00", date(2027, 9, 30)),
    ],
)
def test_two_months_from_day_to_day(recu, le):
    assert silence(at(recu)).le == le
    assert silence(at(recu)) == Silence(le, 0)


def test_an_instant_told_in_another_zone_is_a_day_of_paris():
    assert silence(datetime(2027, 6, 4, 22, 30, tzinfo=UTC)).le == date(2027, 8, 5)


RECU = "04/06/2027 10:00"
CASES = {
    "answered before its date": ([asked("09/06/2027 14:00", "25/06/2027 23:59", "15/06/2027 08:00")], 6),
    "answered on its last minute": ([asked("09/06/2027 14:00", "25/06/2027 23:59", "25/06/2027 23:59")], 16),
    "answered in the seconds of its last minute": (
        [Suspension(at("09/06/2027 14:00"), at("25/06/2027 23:59"), at("25/06/2027 23:59") + timedelta(seconds=59))],
        16,
    ),
    "over, after its date": ([asked("09/06/2027 14:00", "25/06/2027 23:59", "30/06/2027 09:00")], 16),
    "not over: as if on its date": ([asked("09/06/2027 14:00", "25/06/2027 23:59")], 16),
    "answered the same day": ([asked("09/06/2027 09:00", "25/06/2027 23:59", "09/06/2027 18:00")], 0),
    "asked on the day of receipt": ([asked("04/06/2027 18:00", "25/06/2027 23:59", "06/06/2027 09:00")], 2),
    "answered past midnight": ([asked("09/06/2027 23:58", "25/06/2027 23:59", "10/06/2027 00:01")], 1),
    "two, one after the other": (
        [
            asked("09/06/2027 14:00", "25/06/2027 23:59", "15/06/2027 08:00"),
            asked("01/07/2027 14:00", "10/07/2027 23:59", "03/07/2027 08:00"),
        ],
        8,
    ),
    "two that touch": (
        [
            asked("09/06/2027 14:00", "25/06/2027 23:59", "15/06/2027 08:00"),
            asked("15/06/2027 09:00", "25/06/2027 23:59", "20/06/2027 08:00"),
        ],
        11,
    ),
    "two that overlap": (
        [
            asked("09/06/2027 14:00", "20/06/2027 23:59"),
            asked("15/06/2027 09:00", "25/06/2027 23:59"),
        ],
        16,
    ),
    "one inside another": (
        [
            asked("09/06/2027 14:00", "25/06/2027 23:59"),
            asked("15/06/2027 09:00", "18/06/2027 23:59", "17/06/2027 09:00"),
        ],
        16,
    ),
    "more time given in time": (
        [
            asked("09/06/2027 14:00", "25/06/2027 23:59", "28/06/2027 10:00"),
            asked("20/06/2027 09:00", "30/06/2027 23:59", "28/06/2027 10:00"),
        ],
        19,
    ),
    "more time given once late: it ran between": (
        [
            asked("09/06/2027 14:00", "25/06/2027 23:59", "05/07/2027 10:00"),
            asked("30/06/2027 09:00", "10/07/2027 23:59", "05/07/2027 10:00"),
        ],
        21,
    ),
    "asked on the last day": ([asked("04/08/2027 23:00", "20/08/2027 23:59", "10/08/2027 09:00")], 6),
    "asked the day after: it has spoken": ([asked("05/08/2027 00:00", "20/08/2027 23:59", "10/08/2027 09:00")], 0),
    "asked in what another gave": (
        [
            asked("30/07/2027 10:00", "20/08/2027 23:59", "09/08/2027 09:00"),
            asked("14/08/2027 10:00", "30/08/2027 23:59", "15/08/2027 09:00"),
        ],
        11,
    ),
    "asked the day after what another gave": (
        [
            asked("30/07/2027 10:00", "20/08/2027 23:59", "09/08/2027 09:00"),
            asked("15/08/2027 10:00", "30/08/2027 23:59", "16/08/2027 09:00"),
        ],
        10,
    ),
    "across the change of hour": ([asked("24/07/2027 10:00", "02/11/2027 00:30", "01/11/2027 23:30")], 100),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("turned", [False, True])
def test_it_moves_back_by_the_days_of_suspension(case, turned):
    suspensions, jours = CASES[case]
    found = silence(at(RECU), suspensions[::-1] if turned else suspensions)
    assert (found.le, found.jours) == (date(2027, 8, 4) + timedelta(days=jours), jours)


def test_its_last_day_is_whole():
    found = silence(at(RECU))
    assert [found.est_venu(date(2027, 8, day)) for day in (3, 4, 5)] == [False, False, True]


def test_the_suspension_in_course_counts_the_time_added():
    first = asked("09/06/2027 14:00", "25/06/2027 23:59", "28/06/2027 10:00")
    added = asked("20/06/2027 09:00", "30/06/2027 23:59", "28/06/2027 10:00")
    found = silence(at(RECU), [first, added])
    moments = ("09/06/2027 13:59", "09/06/2027 14:00", "21/06/2027 00:00", "26/06/2027 00:00", "28/06/2027 10:00")
    course = [found.suspension_at(at(moment)) for moment in moments]
    assert course == [
        None,
        Suspension(at("09/06/2027 14:00"), at("25/06/2027 23:59")),
        Suspension(at("09/06/2027 14:00"), at("28/06/2027 10:00")),
        Suspension(at("09/06/2027 14:00"), at("28/06/2027 10:00")),
        None,
    ]


def test_time_added_again_keeps_the_first_beginning_and_a_gap_starts_anew():
    first = asked("09/06/2027 14:00", "25/06/2027 23:59")
    again = asked("25/06/2027 23:59", "10/07/2027 23:59")
    twice = asked("08/07/2027 09:00", "20/07/2027 23:59")
    late = asked("22/07/2027 09:00", "30/07/2027 23:59")
    found = silence(at(RECU), [first, again, twice, late])
    moments = ("26/06/2027 12:00", "15/07/2027 12:00", "21/07/2027 12:00", "23/07/2027 12:00")
    assert [found.suspension_at(at(moment)) for moment in moments] == [
        Suspension(at("09/06/2027 14:00"), at("10/07/2027 23:59")),
        Suspension(at("09/06/2027 14:00"), at("20/07/2027 23:59")),
        None,
        Suspension(at("22/07/2027 09:00"), at("30/07/2027 23:59")),
    ]


def test_none_is_in_course_once_silence_has_spoken():
    late = asked("05/08/2027 10:00", "20/08/2027 23:59")
    assert silence(at(RECU), [late]).suspension_at(at("06/08/2027 10:00")) is None


MINUTES = st.integers(0, 200 * 24 * 60)


@st.composite
def histories(draw):
    recu = at("01/11/2027 00:00") + timedelta(minutes=draw(MINUTES))
    suspensions = []
    for _ in range(draw(st.integers(0, 5))):
        du = recu + timedelta(minutes=draw(MINUTES))
        jusqu_au = du + timedelta(minutes=1 + draw(MINUTES))
        fin = draw(st.none() | MINUTES.map(lambda minutes, du=du: du + timedelta(minutes=minutes)))
        suspensions.append(Suspension(du, jusqu_au, fin))
    return recu, suspensions


def day(moment):
    return moment.astimezone(PARIS).date()


@given(histories())
def test_any_history_counts_each_day_once(history):
    """Day by day: those of the requests made while the delay ran, as sets."""
    recu, suspensions = history
    base = day(recu) + relativedelta(months=2)
    le, days = base, None
    while days is None or le != base + timedelta(days=len(days)):
        if days is not None:
            le = base + timedelta(days=len(days))
        heard = [one for one in suspensions if day(one.du) <= le]
        days = {
            day(one.du) + timedelta(days=n)
            for one in heard
            for n in range((day(min(one.jusqu_au, one.fin or one.jusqu_au)) - day(one.du)).days)
        }
    assert (silence(recu, suspensions).le, silence(recu, suspensions).jours) == (le, len(days))
