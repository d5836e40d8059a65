"""What follows the award: payments move step by step, lists are exported as seen."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction
from django.urls import reverse

from label.lifecycle import TransitionRefused
from laureats.models import PassageVersement, Versement
from laureats.versement.actions import move_versement
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.laureats import LaureatFactory, propose, vote

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 12, 1, 10, 0, tzinfo=PARIS)


@pytest.fixture
def pilote():
    return UserFactory(pilote=True)


@pytest.fixture
def laureat():
    return LaureatFactory(montant=10_000, beneficiaires=[{"nom": "Radio", "siret": "38047555800058"}])


def states(laureat):
    return list(laureat.versements.values_list("rang", "etat", "paid_on"))


def test_asked_ordered_paid_each_in_the_journal(laureat, pilote):
    acompte = laureat.versements.get(rang=1)

    for name in ("ask", "order"):
        move_versement(acompte, name, by=pilote, at=NOW)
    move_versement(acompte, "pay", by=pilote, at=NOW, paid_on=date(2027, 12, 1))

    assert states(laureat) == [(1, "paye", date(2027, 12, 1)), (2, "prevu", None)]
    assert list(PassageVersement.objects.values_list("versement__rang", "de", "vers", "by", "at")) == [
        (1, "prevu", "demande", pilote.pk, NOW),
        (1, "demande", "ordonne", pilote.pk, NOW),
        (1, "ordonne", "paye", pilote.pk, NOW),
    ]


def test_a_step_is_taken_back_with_a_reason(laureat, pilote):
    acompte = laureat.versements.get(rang=1)
    for name in ("ask", "order", "pay"):
        move_versement(acompte, name, by=pilote, at=NOW)

    with pytest.raises(TransitionRefused, match="motif"):
        move_versement(acompte, "undo_pay", by=pilote, at=NOW)
    move_versement(acompte, "undo_pay", by=pilote, at=NOW, motif="Rejet bancaire")

    assert states(laureat) == [(1, "ordonne", None), (2, "prevu", None)]
    assert PassageVersement.objects.last().motif == "Rejet bancaire"


def test_nothing_is_asked_before_its_papers(pilote):
    laureat = LaureatFactory(montant=23_001)
    acompte, solde = laureat.versements.all()

    with pytest.raises(TransitionRefused) as refusal:
        move_versement(acompte, "ask", by=pilote, at=NOW)
    assert refusal.value.messages == [
        "La convention n’est pas signée\u00a0: indiquez d’abord sa date de signature.",
        "Le SIRET du bénéficiaire manque\u00a0: sans lui le comptable public ne peut pas payer.",
    ]

    laureat.convention_signee_le = date(2027, 11, 1)
    laureat.save()
    laureat.beneficiaires.update(siret="38047555800058")
    with pytest.raises(TransitionRefused, match="Le versement précédent n’est pas encore payé"):
        move_versement(Versement.objects.get(pk=solde.pk), "ask", by=pilote, at=NOW)
    move_versement(Versement.objects.get(pk=acompte.pk), "ask", by=pilote, at=NOW)
    assert [etat for _, etat, _ in states(laureat)] == ["demande", "prevu"]


def test_a_second_click_and_a_wrong_date_are_refused(laureat, pilote):
    acompte = laureat.versements.get(rang=1)
    move_versement(acompte, "ask", by=pilote, at=NOW, expected="prevu")

    with pytest.raises(TransitionRefused, match="la situation a changé"):
        move_versement(acompte, "ask", by=pilote, at=NOW, expected="prevu")
    move_versement(acompte, "order", by=pilote, at=NOW)
    for paid_on, message in ((date(2027, 12, 2), "à venir"), (date(2027, 11, 30), "ne peut pas précéder")):
        with pytest.raises(TransitionRefused, match=message):
            move_versement(acompte, "pay", by=pilote, at=NOW, paid_on=paid_on)
    assert states(laureat)[0] == (1, "ordonne", None)


def test_only_the_pilote_and_the_database_refuses_what_goes_around(laureat):
    acompte = laureat.versements.get(rang=1)

    with pytest.raises(PermissionDenied):
        move_versement(acompte, "ask", by=UserFactory(instructeur=True), at=NOW)
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        Versement.objects.filter(pk=acompte.pk).update(etat="ordonne")


def test_the_move_is_made_from_a_page_that_asks(client, laureat, pilote):
    client.force_login(pilote)
    url = reverse("laureats:versement_move", args=[laureat.cle, 1, "ask"])

    assert "Demander le versement" in client.get(url).content.decode()
    assert states(laureat)[0] == (1, "prevu", None)
    response = client.post(url, {"etat": "prevu"})
    assert response.headers["Location"] == reverse("laureats:suivi_detail", args=[laureat.cle])
    assert states(laureat)[0] == (1, "demande", None)
    again = client.post(url, {"etat": "prevu"})
    assert again.status_code == 422
    assert "la situation a changé" in again.content.decode()
    assert client.get(reverse("laureats:versement_move", args=[laureat.cle, 1, "fly"])).status_code == 404


def test_states_stay_apart_on_the_page(client, pilote):
    edition = EditionFactory()
    dossier = propose(edition, 9_000)
    vote(edition, by=pilote)
    laureat = LaureatFactory(edition=edition, dossier=dossier, montant=8_000)
    client.force_login(UserFactory(instructeur=True))

    steps = client.get(reverse("laureats:suivi_detail", args=[laureat.cle])).context["etapes"]

    assert [(step["label"], step["state"]) for step in steps] == [
        ("Proposé par le jury", "done"),
        ("Voté", "done"),
        ("Notifié", "done"),
        ("Convention facultative", "done"),
        ("Versé", "current"),
        ("Justifié", "todo"),
    ]
    assert steps[0]["text"] == "9\u202f000\u00a0€"


def test_the_list_is_exported_as_seen(client, pilote):
    a_signer = LaureatFactory(montant=25_000, titre="À signer")
    LaureatFactory(montant=8_000, titre="Petite")
    client.force_login(pilote)

    def rows(name, **query):
        content = client.get(reverse(f"laureats:{name}"), query | {"format": "xlsx"}).content
        return list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows(min_row=2, values_only=True))

    assert [row[5] for row in rows("suivi", convention="a_signer")] == ["À signer"]
    assert [row[5] for row in rows("suivi", convention="facultative")] == ["Petite"]
    assert {(row[5], row[6], row[8]) for row in rows("versement_list", etat="prevu")} == {
        ("Acompte de 70\u00a0%", 17_500, "Prévu"),
        ("Solde", 7_500, "Prévu"),
        ("Acompte de 70\u00a0%", 5_600, "Prévu"),
        ("Solde", 2_400, "Prévu"),
    }
    assert rows("versement_list", etat="paye") == []
    assert a_signer.is_convention_requise


@pytest.mark.parametrize(("name", "queries"), [("suivi", 12), ("versement_list", 10)])
def test_the_lists_cost_the_same_for_one_and_for_thirty(client, pilote, django_assert_num_queries, name, queries):
    edition = EditionFactory(published_at="2027-10-12T09:30+02:00")
    client.force_login(pilote)
    for wanted in (1, 30):
        while edition.laureats.count() < wanted:
            LaureatFactory(edition=edition)
        with django_assert_num_queries(queries):
            client.get(reverse(f"laureats:{name}"))


@pytest.mark.parametrize("name", ["suivi", "versement_list"])
def test_only_the_ept_follows(client, name):
    url = reverse(f"laureats:{name}")
    for user, status in ((UserFactory(), 403), (UserFactory(instructeur=True), 200)):
        client.force_login(user)
        assert client.get(url).status_code == status


def test_the_dashboard_says_what_waits(client, pilote):
    edition = EditionFactory()
    propose(edition)
    client.force_login(pilote)

    assert "Vote 2027 à enregistrer" in client.get(reverse("label:tableau")).content.decode()
    vote(edition, by=pilote)
    assert "Publication 2027 à préparer" in client.get(reverse("label:tableau")).content.decode()
