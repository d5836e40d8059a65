"""Days as people type them: read as they meant, refused when they are not plausible, the probable one named."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from label import dates
from label.dates import Bornes, parse_jour, parse_moment
from label.forms.champs import DateHeureField, JourField
from label.templatetags.label_ui import jour, jour_semaine
from tests.factories.label import PARIS

EDITION = SimpleNamespace(
    annee=2027, ouverture=datetime(2027, 1, 4, 9, 0, tzinfo=PARIS), publication_prevue=date(2027, 11, 15)
)


@pytest.mark.parametrize(
    "texte",
    [
        *("2027-09-15", "2027-9-15", "15/09/2027", "15/9/27", "15-09-2027", "15.09.2027", "15 09 2027"),
        *("15 septembre 2027", "15 sept. 2027", "15 SEPT 2027", "mercredi 15 septembre 2027", "Mercredi, 15 sep 27"),
        *("mer. 15 sept. 2027", "mer 15 sept 2027", "mer., 15 sept. 2027", "le 15 septembre 2027", "15 sept., 2027"),
        *("Le mercredi 15 septembre 2027", "le 15/09/2027", "mercredi 15/09/2027", "2027/09/15", "2027.9.15"),
        *("15/09/2027 00:00:00", "15/09/2027 0:00", "2027-09-15 00:00:00", "2027-09-15T00:00:00.000"),
        *("15\u00a0septembre\u00a02027", " 15/09/2027\u202f", "\u200b2027-09-15", "１５/０９/２０２７"),
    ],
)
def test_a_day_is_read_in_the_usual_french_writings(texte):
    assert parse_jour(texte) == date(2027, 9, 15)


@pytest.mark.parametrize(
    ("texte", "found"),
    [
        ("1er mars 2027", date(2027, 3, 1)),
        ("1 er août 2027", date(2027, 8, 1)),
        ("2 fev 2027", date(2027, 2, 2)),
        ("25 décembre 2027", date(2027, 12, 25)),
        ("25 de\u0301cembre 2027", date(2027, 12, 25)),
        ("1er aou\u0302t 2027", date(2027, 8, 1)),
        ("15/09/0027", date(27, 9, 15)),
        ("", None),
        ("\u00a0", None),
    ],
)
def test_other_days(texte, found):
    assert parse_jour(texte) == found


@pytest.mark.parametrize(
    "texte",
    [
        *("hier", "juin 2027", "15 jui 2027", "31/02/2027", "2027-13-01", "15/09", "2027", "15/09/202", "15/09/20277"),
        *("09/15/2027", "15 septembre", "demain à 14 h", "0000-01-01", "15//09/2027"),
        # Superscripts, and digits that are not of here.
        *("15 ²²² 2027", "15 ١٢٣ 2027", "²²/09/2027", "1 ①②③ 2027"),
        # An hour that is not midnight would be lost; a separator is the same all along; no day is named so.
        *("15/09/2027 14:30", "15/09/2027 00:00:00 00:00", "2027/09-15", "lendi 15 septembre 2027", "le", "mer."),
    ],
)
def test_what_is_no_day_is_said(texte):
    with pytest.raises(ValidationError) as refus:
        parse_jour(texte)
    assert refus.value.messages == [dates.ILLISIBLE]


@pytest.mark.parametrize(
    ("texte", "said"),
    [
        ("mardi 15 septembre 2027", "Le 15\u00a0septembre\u00a02027 est un mercredi, pas un mardi"),
        ("le sam. 15/09/2027", "Le 15\u00a0septembre\u00a02027 est un mercredi, pas un samedi"),
    ],
)
def test_a_day_of_the_week_that_is_not_that_of_the_date_is_said(texte, said):
    for parse, typed in ((parse_jour, texte), (parse_moment, f"{texte} à 14 h")):
        with pytest.raises(ValidationError) as refus:
            parse(typed)
        assert refus.value.messages == [f"{said}\u00a0: vérifiez cette date."]


jours = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(jours)
def test_what_the_product_writes_it_reads(day):
    assert {parse_jour(text) for text in (day.isoformat(), f"{day:%d/%m/%Y}", jour(day), jour_semaine(day))} == {day}


@given(st.text(max_size=24) | st.text("0123456789/.- éûabcdefjmnoprstuv", max_size=16))
def test_any_text_is_a_day_or_a_sentence(texte):
    for parse in (parse_jour, parse_moment):
        try:
            parse(texte)
        except ValidationError as error:
            assert all(error.messages)


@pytest.mark.parametrize(
    "texte",
    [
        *("2027-09-15T14:30", "2027-09-15T14:30:00", "15/09/2027 14:30", "15/09/2027 14h30", "15 sept. 2027 à 14 h 30"),
        *("15 sept. 2027, 14:30", "15/09/2027, 14:30", "15/09/2027, 14 h 30", "mer. 15 sept. 2027, 14:30"),
        *("le mercredi 15 septembre 2027 à 14 h 30", "2027/09/15 14:30:00"),
    ],
)
def test_a_moment_is_read_too(texte):
    assert parse_moment(texte) == datetime(2027, 9, 15, 14, 30)


@pytest.mark.parametrize("texte", ["15/09/2027", "14:30", "15/09/2027 25:00", "15/09/2027 14:75", "demain 14:30"])
def test_what_is_no_moment_is_said(texte):
    with pytest.raises(ValidationError):
        parse_moment(texte)


@pytest.mark.parametrize(
    ("typed", "probable"),
    [
        (date(27, 9, 15), date(2027, 9, 15)),
        (date(1, 1, 1), date(2027, 1, 1)),
        (date(9999, 12, 31), date(2027, 12, 31)),
        (date(2072, 9, 15), date(2027, 9, 15)),
        (date(2017, 5, 5), date(2027, 5, 5)),
        (date(1027, 5, 5), date(2027, 5, 5)),
        # There is no 29 February 2027.
        (date(2024, 2, 29), date(2028, 2, 29)),
    ],
)
@pytest.mark.parametrize("bornes", [dates.procedure_of, dates.action_of])
def test_a_day_out_of_an_edition_is_refused_and_the_probable_one_is_named(bornes, typed, probable):
    with pytest.raises(ValidationError) as refus:
        bornes(EDITION).ensure(typed)
    assert refus.value.messages[0].endswith(f"Vouliez-vous dire le {jour(probable)}\u202f?")
    bornes(EDITION).ensure(probable)


def test_the_refusal_says_the_bounds():
    with pytest.raises(ValidationError) as refus:
        dates.jury_of(EDITION).ensure(date(2026, 9, 21))
    assert refus.value.messages == [
        "Le 21\u00a0septembre\u00a02026 est hors de l’édition 2027\u00a0: du 4\u00a0janvier\u00a02027 au "
        "31\u00a0décembre\u00a02027. Vouliez-vous dire le 21\u00a0septembre\u00a02027\u202f?"
    ]


@given(st.dates(), st.sampled_from([dates.procedure_of, dates.action_of, dates.jury_of]))
def test_any_day_is_within_bounds_or_refused(day, bornes):
    found = bornes(EDITION)
    try:
        found.ensure(day)
    except ValidationError:
        assert not found.debut <= day <= found.fin
        probable = found.probable(day)
        assert probable is None or (
            found.debut <= probable <= found.fin and (probable.month, probable.day) == (day.month, day.day)
        )
    else:
        assert found.debut <= day <= found.fin


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(27, 3, 1), "Vouliez-vous dire le 1er\u00a0mars\u00a02027\u202f?"),
        (date(9999, 3, 1), "Cette date est à venir. Vouliez-vous dire le 1er\u00a0mars\u00a02027\u202f?"),
        (date(2028, 3, 2), "Cette date est à venir. Vouliez-vous dire le 2\u00a0mars\u00a02027\u202f?"),
    ],
)
@time_machine.travel(datetime(2028, 3, 1, 12, 0, tzinfo=PARIS), tick=False)
def test_what_is_said_done_is_not_to_come(day, said):
    with pytest.raises(ValidationError) as refus:
        dates.suite_of(EDITION).ensure(day)
    assert refus.value.messages[0].endswith(said)
    dates.suite_of(EDITION).ensure(date(2028, 3, 1))


def test_no_box_takes_a_year_that_cannot_be():
    for typed in ("0027-09-15", "0001-01-01", "9999-12-31"):
        with pytest.raises(ValidationError, match="n’est pas possible ici"):
            JourField().clean(typed)
        with pytest.raises(ValidationError, match="n’est pas possible ici"):
            DateHeureField().clean(f"{typed}T23:59")
    assert JourField(required=False).clean("") is None
    assert JourField().clean("15 sept. 2027") == date(2027, 9, 15)
    assert DateHeureField().clean("15/09/2027 14 h 30") == datetime(2027, 9, 15, 14, 30, tzinfo=PARIS)
    # What was typed stays in the box.
    assert 'value="0027-09-15"' in JourField().widget.render("d", "0027-09-15")
    narrow = Bornes(date(2027, 9, 1), date(2027, 9, 30), 2027)
    for day in (narrow.debut, narrow.fin):
        assert JourField(bornes=narrow).clean(day.isoformat()) == day
    with pytest.raises(ValidationError):
        JourField(bornes=narrow).clean((narrow.fin + timedelta(days=1)).isoformat())
