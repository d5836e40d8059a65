"""The deposit: once, numbered, frozen, proved; and more time for one dossier."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import BytesIO
from threading import Barrier

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from pypdf import PdfReader

from label.lifecycle import TransitionRefused
from label.models import Courriel, CourrielFichier
from label.models.courriel import Etat
from projects.depot.actions import extend_dossier
from projects.depot.recepisse import produce_recepisse, recepisse_data
from projects.dossier.completude import missing_sentences
from projects.dossier.connu import token_of
from projects.echeance import EcheancePassee
from projects.enums import Statut
from projects.models import Depot, Dossier, Membre, Passage, Prolongation
from projects.silence import silence
from projects.tasks import sweep_recepisses
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import (
    EN_TEMPS,
    PARIS,
    complete_dossier,
    deposit,
    deposited_dossier,
    engaged,
    join_piece,
    responsable_of,
)
from tests.factories.label import EditionFactory, PieceDemandeeFactory, UserFactory
from tests.pages import kept_by


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def kept(depot):
    """The receipt as the storage keeps it."""
    with depot.recepisse.open() as file:
        return file.read()


# --- What a deposit is ------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_deposit_numbers_freezes_and_journals():
    dossier = complete_dossier()
    depot = deposit(dossier, by=dossier.responsable, at=EN_TEMPS)
    dossier.refresh_from_db()
    assert (dossier.statut, dossier.numero) == (Statut.DEPOSE, "LAI-2027-001")
    assert (depot.at, depot.by, depot.rejet_implicite_le) == (EN_TEMPS, dossier.responsable, date(2027, 7, 20))
    line = dossier.passages.get()
    assert (line.transition, line.de, line.vers, line.by, line.at) == (
        "deposit",
        Statut.PRET,
        Statut.DEPOSE,
        dossier.responsable,
        EN_TEMPS,
    )


@pytest.mark.django_db
def test_the_sha256_is_that_of_the_stored_content_files_included():
    edition = EditionFactory()
    statuts = PieceDemandeeFactory(edition=edition, nom="Statuts signés")
    dossier = complete_dossier(edition=edition, titre="L’été à Ivry : « œuvre » n° 1")
    piece = join_piece(dossier, statuts)
    depot = Depot.objects.get(pk=deposit(dossier, by=dossier.responsable, at=EN_TEMPS).pk)
    written = json.dumps(depot.contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert hashlib.sha256(written).hexdigest() == depot.sha256
    assert depot.contenu["numero"] == "LAI-2027-001"
    assert depot.contenu["depose_le"] == "2027-05-20T14:32:00+02:00"
    assert depot.contenu["sections"]["projet"]["titre"] == "L’été à Ivry : « œuvre » n° 1"
    assert [f["sha256"] for f in depot.contenu["sections"]["pieces"]["fichiers"]] == [piece.sha256]
    assert [ligne["montant"] for ligne in depot.contenu["sections"]["budget"]["lignes"]] == [8000, 2000, 8000, 2000]


@pytest.mark.django_db
def test_what_was_received_cannot_be_altered():
    depot = deposited_dossier().depose
    with pytest.raises(DatabaseError), transaction.atomic():
        Depot.objects.filter(pk=depot.pk).update(sha256="0" * 64)
    depot.refresh_from_db()
    assert depot.sha256 != "0" * 64


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (datetime(2027, 6, 4, 23, 59, tzinfo=PARIS), date(2027, 8, 4)),
        (datetime(2027, 12, 31, 12, 0, tzinfo=PARIS), date(2028, 2, 29)),
        (datetime(2026, 12, 30, 12, 0, tzinfo=PARIS), date(2027, 2, 28)),
        (datetime(2027, 11, 1, 0, 30, tzinfo=PARIS), date(2028, 1, 1)),
    ],
)
def test_silence_means_rejection_two_months_later(received, expected):
    assert silence(received).le == expected


# --- Who, when, what is missing ---------------------------------------------------------------


@pytest.mark.django_db
def test_only_a_responsable_deposits():
    dossier = complete_dossier()
    member = UserFactory()
    Membre.objects.create(structure=dossier.structure, user=member)
    chef = AffectationFactory(contrat=dossier.contrat).user
    for person in (member, chef, UserFactory(pilote=True)):
        with pytest.raises(PermissionDenied):
            deposit(dossier, by=person, at=EN_TEMPS)
    assert not Depot.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("second", [0, 59])
def test_the_last_minute_is_in_time_to_its_last_second(second):
    dossier = complete_dossier()
    at = datetime(2027, 6, 4, 23, 59, second, 999999, tzinfo=PARIS)
    deposit(dossier, by=dossier.responsable, at=at)
    assert Dossier.objects.get().statut == Statut.DEPOSE


@pytest.mark.django_db
def test_one_second_later_is_too_late():
    dossier = complete_dossier()
    with pytest.raises(EcheancePassee) as refused:
        deposit(dossier, by=dossier.responsable, at=datetime(2027, 6, 5, 0, 0, 0, tzinfo=PARIS))
    assert "jusqu’au 4\u00a0juin\u00a02027 à 23\u00a0h\u00a059, heure de Paris" in refused.value.messages[0]
    assert (Dossier.objects.get().statut, Dossier.objects.get().numero) == (Statut.PRET, "")


@pytest.mark.django_db
def test_an_incomplete_dossier_is_refused_with_what_is_missing_and_uses_no_number():
    edition = EditionFactory()
    PieceDemandeeFactory(edition=edition, nom="Statuts")
    dossier = complete_dossier(edition=edition, innovation="")
    with pytest.raises(TransitionRefused) as refused:
        deposit(dossier, by=dossier.responsable, at=EN_TEMPS)
    assert refused.value.messages == missing_sentences(dossier)
    assert [words in " ".join(refused.value.messages) for words in ("innovant", "Statuts")] == [True, True]
    edition.pieces_demandees.all().delete()
    assert deposited_dossier(edition=edition).numero == "LAI-2027-001"


@pytest.mark.django_db
def test_without_a_visa_where_the_edition_asks_for_none():
    dossier = complete_dossier(edition=EditionFactory(visa_requis=False), statut=Statut.CO_ELABORATION)
    deposit(dossier, by=dossier.responsable, at=EN_TEMPS)
    assert Passage.objects.get().transition == "deposit_sans_visa"


@pytest.mark.django_db
def test_the_visa_is_awaited_where_the_edition_asks_for_it():
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    with pytest.raises(TransitionRefused, match="visa du chef de projet"):
        deposit(dossier, by=dossier.responsable, at=EN_TEMPS)


@pytest.mark.django_db
def test_a_stale_page_is_refused_with_what_happened():
    dossier = complete_dossier()
    seen = token_of(dossier, dossier.responsable)
    Dossier.objects.filter(pk=dossier.pk).update(statut=Statut.CO_ELABORATION)
    with pytest.raises(TransitionRefused, match="Écriture à deux"):
        deposit(dossier, by=dossier.responsable, at=EN_TEMPS, token=seen)


# --- At the same moment -----------------------------------------------------------------------


def _together(calls):
    """Run the calls at the same instant, each on its own connection; their results or exceptions, in order."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(10)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_two_clicks_make_one_deposit_and_one_clear_refusal():
    dossier = complete_dossier()
    seen = token_of(dossier, dossier.responsable)
    click = lambda: deposit(dossier, by=dossier.responsable, at=EN_TEMPS, token=seen)  # noqa: E731
    results = _together([click, click])
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [TransitionRefused]
    assert "Le dossier est maintenant «\u202fDéposé, reçu par l’EPT\u202f»" in refused[0].messages[0]
    assert [d.sha256 for d in Depot.objects.all()] == [r.sha256 for r in results if isinstance(r, Depot)]
    assert Dossier.objects.get().numero == "LAI-2027-001"


@pytest.mark.django_db(transaction=True)
def test_ten_deposits_at_once_take_ten_consecutive_numbers():
    edition = EditionFactory()
    ready = [complete_dossier(edition=edition) for _ in range(10)]
    results = _together([lambda d=d: deposit(d, by=d.responsable, at=EN_TEMPS) for d in ready])
    assert [type(result) for result in results] == [Depot] * 10
    assert sorted(Dossier.objects.values_list("numero", flat=True)) == [f"LAI-2027-{n:03d}" for n in range(1, 11)]


@pytest.mark.django_db
def test_after_999_the_number_takes_a_fourth_digit():
    complete_dossier(numero="LAI-2027-999", statut=Statut.DEPOSE)
    assert deposited_dossier().numero == "LAI-2027-1000"
    assert deposited_dossier().numero == "LAI-2027-1001"


# --- The receipt and the messages -------------------------------------------------------------


@pytest.mark.django_db
def test_the_receipt_says_all_the_law_asks(django_capture_on_commit_callbacks, settings):
    edition = EditionFactory()
    statuts = PieceDemandeeFactory(edition=edition, nom="Statuts signés")
    dossier = complete_dossier(edition=edition, titre="Le jardin qui parle")
    piece = join_piece(dossier, statuts)
    with django_capture_on_commit_callbacks(execute=True):
        deposit(dossier, by=dossier.responsable, at=EN_TEMPS)
    depot = Depot.objects.get()
    text = text_of(kept(depot))
    required = [
        "LAI-2027-001",
        "Le jardin qui parle",
        dossier.structure.nom,
        f"RNA {dossier.structure.rna}",
        "20 mai 2027 à 14 h 32",
        dossier.responsable.get_full_name(),
        "8 000 €",
        "(Ivry-sur-Seine)",
        settings.LABEL_SERVICE,
        settings.LABEL_ADRESSE,
        settings.LABEL_CONTACT_EMAIL,
        settings.LABEL_CONTACT_TELEPHONE,
        "réputée rejetée le 20 juillet 2027",
        "L231-4",
        "deux mois",
        "recours gracieux",
        settings.LABEL_TRIBUNAL,
        "Statuts signés",
    ]
    plain = text.replace("\u202f", " ").replace("\u00a0", " ")
    assert [words for words in required if words not in plain] == []
    solid = "".join(sign for sign in text if sign in "0123456789abcdef")
    assert [digest for digest in (depot.sha256, piece.sha256) if digest not in solid] == []


@pytest.mark.django_db
def test_the_receipt_comes_from_what_was_frozen_not_from_what_changed_since():
    dossier = deposited_dossier()
    before = recepisse_data(dossier.depose)
    dossier.structure.nom = "Autre nom"
    dossier.structure.save()
    Dossier.objects.filter(pk=dossier.pk).update(titre="Autre titre")
    assert recepisse_data(Depot.objects.get()) == before


@pytest.mark.django_db
def test_the_structure_gets_the_receipt_and_the_chef_the_news(django_capture_on_commit_callbacks):
    dossier = complete_dossier()
    member = UserFactory(email="tresoriere@exemple.example")
    Membre.objects.create(structure=dossier.structure, user=member)
    Membre.objects.create(structure=dossier.structure, user=UserFactory(), du=date(2020, 1, 1), au=date(2020, 2, 1))
    chef = AffectationFactory(contrat=dossier.contrat).user
    with django_capture_on_commit_callbacks(execute=True):
        deposit(dossier, by=dossier.responsable, at=EN_TEMPS)
    sent = {(c.cle_notification, c.destinataire) for c in Courriel.objects.all()}
    assert sent == {
        ("depot_recu", dossier.responsable.email),
        ("depot_recu", "tresoriere@exemple.example"),
        ("depot_chef", chef.email),
    }
    joined = CourrielFichier.objects.filter(courriel__cle_notification="depot_recu")
    assert {(f.courriel.destinataire, f.nom) for f in joined} == {
        (dossier.responsable.email, "accuse-de-reception-LAI-2027-001.pdf"),
        ("tresoriere@exemple.example", "accuse-de-reception-LAI-2027-001.pdf"),
    }
    assert {bytes(f.contenu) for f in joined} == {kept(Depot.objects.get())}
    letter = Courriel.objects.get(destinataire=dossier.responsable.email)
    assert letter.sujet == "Dossier LAI-2027-001\u00a0: nous avons bien reçu votre projet"
    assert "20\u00a0mai\u00a02027 à 14\u00a0h\u00a032" in letter.texte
    assert "20\u00a0juillet\u00a02027" in letter.texte
    assert Courriel.objects.filter(prochain_essai__gt=letter.created_at + timedelta(seconds=60)).count() == 0


@pytest.mark.django_db
def test_a_receipt_that_cannot_be_made_loses_neither_deposit_nor_message(
    django_capture_on_commit_callbacks, settings, tmp_path, caplog
):
    blocked = tmp_path / "pas-un-dossier"
    blocked.write_text("")
    settings.MEDIA_ROOT = blocked
    dossier = complete_dossier()
    with django_capture_on_commit_callbacks(execute=True):
        deposit(dossier, by=dossier.responsable, at=EN_TEMPS)
    depot = Depot.objects.get()
    assert (depot.dossier.statut, bool(depot.recepisse)) == (Statut.DEPOSE, False)
    letter = Courriel.objects.get(cle_notification="depot_recu")
    assert (letter.etat, letter.fichiers.count()) == (Etat.DU, 0)
    assert "not made at once" in caplog.text
    settings.MEDIA_ROOT = tmp_path / "fichiers"
    sweep_recepisses()
    depot.refresh_from_db()
    assert text_of(kept(depot)).count("LAI-2027-001") > 0
    assert letter.fichiers.get().nom == "accuse-de-reception-LAI-2027-001.pdf"


@pytest.mark.django_db
def test_a_receipt_is_made_once():
    depot = deposited_dossier().depose
    produce_recepisse(depot.pk)
    name = Depot.objects.get().recepisse.name
    produce_recepisse(depot.pk)
    assert Depot.objects.get().recepisse.name == name


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_deposit_holds_and_the_page_answers(broker, client):
    dossier = complete_dossier()
    broker.stop()
    with time_machine.travel(EN_TEMPS, tick=True):
        client.force_login(dossier.responsable)
        url = reverse("projects:depot_create", args=[dossier.cle])
        response = client.post(url, engaged(dossier) | {"expected": kept_by(client.get(url))})
    assert response.headers["Location"] == reverse("projects:depot_detail", args=[dossier.cle])
    depot = Depot.objects.get()
    assert depot.dossier.statut == Statut.DEPOSE
    assert kept(depot).startswith(b"%PDF-")
    assert Courriel.objects.filter(cle_notification="depot_recu", etat=Etat.DU).count() == 1


# --- Pages ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_lists_what_is_missing_and_offers_no_button(client):
    dossier = complete_dossier(innovation="")
    with time_machine.travel(EN_TEMPS):
        client.force_login(dossier.responsable)
        page = client.get(reverse("projects:depot_create", args=[dossier.cle])).content.decode()
    assert "Dites ce que le projet a d’innovant." in page
    assert 'name="expected"' not in page


@pytest.mark.django_db
def test_who_may_not_deposit_reads_who_can(client):
    dossier = complete_dossier()
    chef = AffectationFactory(contrat=dossier.contrat).user
    with time_machine.travel(EN_TEMPS):
        client.force_login(chef)
        page = client.get(reverse("projects:depot_create", args=[dossier.cle])).content.decode()
        refused = client.post(
            reverse("projects:depot_create", args=[dossier.cle]), engaged(dossier) | {"expected": "pret"}
        )
    assert f"<strong>{dossier.responsable.get_full_name()}</strong>" in page
    assert 'name="expected"' not in page
    assert refused.status_code == 403


@pytest.mark.django_db
def test_a_second_click_is_told_what_happened(client):
    dossier = complete_dossier()
    url = reverse("projects:depot_create", args=[dossier.cle])
    with time_machine.travel(EN_TEMPS):
        client.force_login(dossier.responsable)
        seen = engaged(dossier) | {"expected": kept_by(client.get(url))}
        client.post(url, seen)
        again = client.post(url, seen)
        page = client.get(url)
    assert again.status_code == 409
    assert "Le dossier est maintenant «\u202fDéposé, reçu par l’EPT\u202f»" in again.content.decode()
    assert page.headers["Location"] == reverse("projects:depot_detail", args=[dossier.cle])


@pytest.mark.django_db
def test_the_receipt_is_downloaded_by_those_who_see_the_dossier_only(client):
    dossier = deposited_dossier()
    url = reverse("projects:recepisse", args=[dossier.cle])
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.force_login(dossier.responsable)
    before_it_is_kept = client.get(url).content
    produce_recepisse(dossier.depose.pk)
    kept = client.get(url)
    assert kept.headers["Content-Type"] == "application/pdf"
    assert kept.content == before_it_is_kept


# --- More time --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_extension_reopens_a_dossier_closed_at_the_deadline():
    dossier = complete_dossier(statut=Statut.CADUC)
    pilote = UserFactory(pilote=True)
    after = datetime(2027, 6, 6, 9, 0, tzinfo=PARIS)
    until = datetime(2027, 6, 10, 23, 59, tzinfo=PARIS)
    extend_dossier(dossier, jusqu_au=until, motif="Panne du site", by=pilote, at=after)
    dossier.refresh_from_db()
    assert dossier.statut == Statut.CO_ELABORATION
    assert list(Prolongation.objects.values_list("jusqu_au", "motif", "by")) == [(until, "Panne du site", pilote.pk)]
    line = dossier.passages.get()
    assert (line.transition, line.motif, line.by) == ("revive", "Panne du site", pilote)
    letter = Courriel.objects.get(cle_notification="prolongation")
    assert letter.destinataire == dossier.responsable.email
    assert "10\u00a0juin\u00a02027 à 23\u00a0h\u00a059" in letter.texte


@pytest.mark.django_db
def test_with_an_extension_the_deposit_is_in_time_to_the_second():
    dossier = complete_dossier()
    until = datetime(2027, 6, 10, 12, 0, tzinfo=PARIS)
    after = datetime(2027, 6, 6, 9, 0, tzinfo=PARIS)
    extend_dossier(dossier, jusqu_au=until, motif="Panne", by=UserFactory(pilote=True), at=after)
    with pytest.raises(EcheancePassee):
        deposit(dossier, by=dossier.responsable, at=until + timedelta(seconds=60))
    deposit(dossier, by=dossier.responsable, at=until + timedelta(seconds=59))
    assert Dossier.objects.get().statut == Statut.DEPOSE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("until", "motif", "message"),
    [
        (datetime(2027, 6, 5, 9, 0, tzinfo=PARIS), "Panne", "Cette date est passée"),
        (datetime(2027, 6, 10, 9, 0, tzinfo=PARIS), " ", "motif"),
    ],
)
def test_an_extension_needs_a_date_to_come_and_a_reason(until, motif, message):
    dossier = complete_dossier()
    now = datetime(2027, 6, 6, 9, 0, tzinfo=PARIS)
    with pytest.raises(ValidationError) as refused:
        extend_dossier(dossier, jusqu_au=until, motif=motif, by=UserFactory(pilote=True), at=now)
    assert message in str(refused.value)
    assert not Prolongation.objects.exists()


@pytest.mark.django_db
def test_only_the_pilote_gives_more_time(client):
    dossier = complete_dossier()
    chef = AffectationFactory(contrat=dossier.contrat).user
    instructeur = UserFactory(instructeur=True)
    for person in (chef, instructeur, responsable_of(dossier.structure)):
        client.force_login(person)
        assert client.get(reverse("projects:prolongation_create", args=[dossier.cle])).status_code == 403
