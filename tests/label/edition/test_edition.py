"""The calendar of an édition: its order is kept by the database, its phase follows from its dates alone."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from label.edition.actions import ReglageFige, copy_edition, save_reglage
from label.edition.calendrier import calendrier
from label.enums import Phase
from label.models import Edition
from tests.factories.label import PARIS, CritereFactory, EditionFactory, PieceDemandeeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cloture": datetime(2027, 1, 4, 9, 0, tzinfo=PARIS)}, "La clôture des dépôts doit suivre l’ouverture."),
        ({"fin_instruction": date(2027, 6, 3)}, "L’instruction ne peut pas finir avant la clôture des dépôts."),
        ({"jury_debut": date(2027, 9, 9)}, "Le jury ne peut pas commencer avant la fin de l’instruction."),
        ({"jury_fin": date(2027, 9, 19)}, "Le dernier jour de jury doit suivre le premier."),
        ({"publication_prevue": date(2027, 9, 23)}, "La publication ne peut pas précéder la fin du jury."),
        ({"montant_max": 999}, "Le montant maximal doit dépasser le montant minimal."),
    ],
)
def test_dates_out_of_order_are_refused_in_french_and_by_the_database(changes, message):
    edition = EditionFactory()
    for name, value in changes.items():
        setattr(edition, name, value)
    with pytest.raises(ValidationError) as refused:
        edition.full_clean()
    assert refused.value.messages == [message]
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save()


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (datetime(2027, 1, 4, 8, 59, 59, tzinfo=PARIS), Phase.PREPARATION),
        (datetime(2027, 1, 4, 9, 0, tzinfo=PARIS), Phase.CO_ELABORATION),
        (datetime(2027, 6, 4, 23, 59, tzinfo=PARIS), Phase.CO_ELABORATION),
        (datetime(2027, 6, 5, 0, 0, tzinfo=PARIS), Phase.INSTRUCTION),
        (datetime(2027, 9, 10, 23, 59, tzinfo=PARIS), Phase.INSTRUCTION),
        (datetime(2027, 9, 11, 0, 0, tzinfo=PARIS), Phase.JURY),
        (datetime(2027, 9, 24, 23, 59, tzinfo=PARIS), Phase.JURY),
        (datetime(2027, 9, 25, 0, 0, tzinfo=PARIS), Phase.DECISION),
    ],
)
def test_phase_follows_from_the_dates(now, phase):
    assert EditionFactory.build().phase(now) == phase


def test_phase_is_published_from_the_publication_on():
    at = datetime(2027, 11, 10, 10, 0, tzinfo=PARIS)
    edition = EditionFactory.build(published_at=at)
    assert [edition.phase(at - timedelta(seconds=1)), edition.phase(at)] == [Phase.DECISION, Phase.PUBLIEE]


def test_calendar_says_you_are_here_once():
    etapes = calendrier(EditionFactory.build(), datetime(2027, 7, 1, tzinfo=PARIS))
    assert [etape["etat"] for etape in etapes] == ["done", "current", "todo", "todo", "todo"]


def test_days_left_count_midnights_in_paris():
    edition = EditionFactory.build()
    # 22:30 UTC on 3 June is already 4 June in Paris.
    assert edition.jours_restants(datetime(2027, 6, 4, 0, 30, tzinfo=PARIS)) == 0
    assert edition.jours_restants(datetime(2027, 6, 3, 23, 30, tzinfo=PARIS)) == 1


def test_copy_moves_dates_keeps_paris_hours_and_takes_the_lists():
    source = EditionFactory()
    CritereFactory(edition=source, ordre=1, nom="Innovation", poids=3)
    PieceDemandeeFactory(edition=source, nom="Relevé d’identité bancaire")
    copie = copy_edition(source, annee=2028, by=UserFactory(pilote=True))
    copie = Edition.objects.get(pk=copie.pk)
    assert (copie.titre, copie.cloture, copie.ouverture) == (
        "Label Actions Innovantes 2028",
        datetime(2028, 6, 4, 23, 59, tzinfo=PARIS),
        datetime(2028, 1, 4, 9, 0, tzinfo=PARIS),
    )
    assert list(copie.criteres.values_list("ordre", "nom", "poids")) == [(1, "Innovation", 3)]
    assert list(copie.pieces_demandees.values_list("nom", flat=True)) == ["Relevé d’identité bancaire"]
    assert source.criteres.count() == 1


def test_copy_of_29_february_is_28_february():
    source = EditionFactory(
        annee=2028,
        ouverture=datetime(2028, 2, 29, 9, 0, tzinfo=PARIS),
    )
    copie = copy_edition(source, annee=2029, by=UserFactory(pilote=True))
    assert copie.ouverture == datetime(2029, 2, 28, 9, 0, tzinfo=PARIS)


def test_copy_to_a_year_taken_is_refused():
    source = EditionFactory()
    with pytest.raises(ValidationError):
        copy_edition(source, annee=2027, by=UserFactory(pilote=True))


def test_grid_is_frozen_once_the_edition_opens(client):
    edition = EditionFactory()
    with pytest.raises(ReglageFige):
        save_reglage(edition, "criteres", None, now=edition.ouverture)


def _post_criteres(client, edition, *rows):
    data = {"criteres-TOTAL_FORMS": len(rows), "criteres-INITIAL_FORMS": 0}
    for rank, row in enumerate(rows):
        data |= {f"criteres-{rank}-{name}": value for name, value in row.items()}
    return client.post(f"/editions/{edition.annee}/criteres/", data)


def test_pilote_writes_the_grid_before_the_opening_only(client, time_machine):
    edition = EditionFactory()
    pilote = UserFactory(pilote=True)
    row = {"ordre": 1, "nom": "Innovation", "description": "", "poids": 2, "note_max": 5}
    time_machine.move_to(datetime(2027, 1, 3, tzinfo=PARIS))
    client.force_login(pilote)
    _post_criteres(client, edition, row)
    time_machine.move_to(datetime(2027, 1, 5, tzinfo=PARIS))
    response = _post_criteres(client, edition, row | {"ordre": 2, "nom": "Autre"})
    assert "La grille est figée" in response.text
    assert list(edition.criteres.values_list("nom", flat=True)) == ["Innovation"]


def test_pilote_changes_the_deadline_and_errors_keep_what_was_typed(client):
    edition = EditionFactory()
    client.force_login(UserFactory(pilote=True))
    data = {
        "titre": edition.titre,
        "generation": "2015",
        "ouverture": "2027-01-04T09:00",
        "cloture": "2026-12-01T17:00",
        "fin_instruction": "2027-09-10",
        "jury_debut": "2027-09-20",
        "jury_fin": "2027-09-24",
        "publication_prevue": "2027-11-15",
        "enveloppe": 90000,
        "montant_min": 1000,
        "montant_max": 15000,
        "conservation_annees": 10,
    }
    response = client.post("/editions/2027/modifier/", data)
    assert "La clôture des dépôts doit suivre l’ouverture." in response.text
    assert 'value="2026-12-01T17:00"' in response.text
    client.post("/editions/2027/modifier/", data | {"cloture": "2027-06-11T17:00"})
    edition.refresh_from_db()
    assert edition.cloture == datetime(2027, 6, 11, 17, 0, tzinfo=PARIS)
    assert edition.enveloppe == 90000


def test_the_last_minute_of_the_deposits_is_theirs():
    edition = EditionFactory()
    last, over = edition.cloture + timedelta(seconds=59, microseconds=999_999), edition.cloture + timedelta(minutes=1)
    said = [(edition.is_open(at), edition.phase(at) == Phase.CO_ELABORATION) for at in (last, over)]
    assert said == [(True, True), (False, False)]
