"""A deposit while something is dead: it holds, the page answers, each mail leaves once when things are back."""

import shutil
import socket
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from label import documents
from label.models import Courriel
from label.models.courriel import Etat
from label.tasks import sweep_courriels
from projects.enums import Statut
from projects.models import Depot, Passage
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import complete_dossier
from tests.factories.label import EditionFactory, UserFactory
from tests.parcours.pages import attached, confirm, confirm_engagements, download, follow, pdf_text, plain, says, words

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dossier(transactional_db):
    """Ready to be deposited today, in a contrat that has its chef de projet."""
    now = timezone.now()
    day = timezone.localdate(now) + timedelta(days=60)
    edition = EditionFactory(
        annee=now.year,
        ouverture=now - timedelta(days=30),
        cloture=now + timedelta(days=9),
        fin_instruction=day,
        jury_debut=day,
        jury_fin=day,
        publication_prevue=day,
    )
    dossier = complete_dossier(edition=edition)
    dossier.chef = AffectationFactory(contrat=dossier.contrat, user=UserFactory(email="chef@ville.example")).user
    return dossier


def click_deposit(new_page, dossier):
    """Deposit in the browser; the answer comes in less than five seconds with the number. Returns the page."""
    page = new_page(dossier.responsable)
    page.goto(f"/dossiers/{dossier.cle}/deposer/")
    confirm_engagements(page)
    clicked = time.monotonic()
    confirm(page, "Déposer le dossier")
    page.wait_for_url("**/depot/")
    assert time.monotonic() - clicked < 5
    dossier.refresh_from_db()
    assert (dossier.statut, dossier.numero) == (Statut.DEPOSE, f"LAI-{dossier.edition.annee}-001")
    depot = Depot.objects.get(dossier=dossier)
    assert Passage.objects.get(dossier=dossier).arrivee == depot.at
    says(page, f"Votre dossier est déposé sous le numéro {dossier.numero}.")
    assert depot.sha256 in words(page)
    return page


def everything_left_once(smtp, wait_until, dossier):
    """Both mails have come, once each, the receipt joined; nothing more comes however often the sweep passes."""
    wait_until(lambda: not Courriel.objects.exclude(etat=Etat.ENVOYE).exists())
    sweep_courriels()
    received = Counter((mail["To"], plain(mail["Subject"])) for mail in smtp.messages)
    assert received == {
        (dossier.responsable.email, f"Dossier {dossier.numero} : nous avons bien reçu votre projet"): 1,
        (dossier.chef.email, f"Dossier {dossier.numero} déposé : {dossier.titre}"): 1,
    }
    (mail,) = (mail for mail in smtp.messages if mail["To"] == dossier.responsable.email)
    ((name, receipt),) = attached(mail).items()
    assert name == f"accuse-de-reception-{dossier.numero}.pdf"
    depot = Depot.objects.get(dossier=dossier)
    assert depot.sha256 in pdf_text(receipt).replace(" ", "")
    with depot.recepisse.open("rb") as kept:
        assert kept.read() == receipt


def the_wait_is_over():
    """A message refused, or held by a worker that died, is tried again after a moment: that moment has passed."""
    Courriel.objects.exclude(etat=Etat.ENVOYE).update(prochain_essai=timezone.now())


@pytest.mark.parametrize("dead", [("worker",), ("broker",), ("smtp",), ("worker", "broker", "smtp")], ids="+".join)
def test_a_deposit_holds_and_its_mails_leave_once(dead, new_page, dossier, smtp, broker, celery_processes, wait_until):
    worker = celery_processes.start_worker()
    if "worker" in dead:
        celery_processes.kill(worker)
    if "broker" in dead:
        broker.stop()
    if "smtp" in dead:
        smtp.stop()
    click_deposit(new_page, dossier)
    if dead == ("smtp",):
        refused = Courriel.objects.filter(etat=Etat.DU, essais=1).exclude(erreur="")
        # The first refused says that the server is away; the other may wait its turn untried.
        wait_until(lambda: refused.count() >= 1, 8)
    assert smtp.messages == []
    assert set(Courriel.objects.values_list("etat", flat=True)) == {Etat.DU}
    if "smtp" in dead:
        smtp.start()
        the_wait_is_over()
    if "broker" in dead:
        broker.start()
    if "worker" in dead:
        celery_processes.start_worker()
    if dead != ("worker",):
        celery_processes.start_beat()
    everything_left_once(smtp, wait_until, dossier)


def test_a_worker_killed_while_it_sends_loses_nothing(new_page, dossier, smtp, celery_processes, wait_until):
    worker = celery_processes.start_worker()
    smtp.stop()
    with socket.create_server(("127.0.0.1", smtp.port)):
        # Somebody listens and never answers: the worker holds its messages in hand.
        click_deposit(new_page, dossier)
        wait_until(lambda: Courriel.objects.filter(etat=Etat.EN_COURS).count() == 2)
        celery_processes.kill(worker)
    smtp.start()
    the_wait_is_over()
    celery_processes.start_worker()
    celery_processes.start_beat()
    everything_left_once(smtp, wait_until, dossier)


@pytest.mark.parametrize("damage", ["template_cut_short", "folder_gone"])
def test_without_typst_the_deposit_holds_and_the_receipt_comes_later(
    damage, new_page, dossier, smtp, celery_processes, wait_until, monkeypatch, tmp_path
):
    broken, whole = tmp_path / "documents", documents.ROOT
    if damage == "template_cut_short":
        shutil.copytree(whole, broken)
        template = broken / "projects" / "recepisse.typ"
        template.write_text(template.read_text()[:2_000])
    monkeypatch.setattr(documents, "ROOT", broken)
    page = click_deposit(new_page, dossier)
    assert Depot.objects.get().recepisse == ""
    follow(page, "Télécharger l’accusé de réception")
    says(page, "L’accusé de réception n’a pas pu être fabriqué. Votre dépôt, lui, est bien enregistré.")
    assert smtp.messages == []
    monkeypatch.setattr(documents, "ROOT", whole)
    # The worker's own process reads the templates as they are now.
    celery_processes.start_worker()
    everything_left_once(smtp, wait_until, dossier)
    page.reload()
    receipt = download(page, lambda: follow(page, "Télécharger l’accusé de réception"))
    expect(page.locator(".message-error")).to_have_count(0)
    assert dossier.numero in pdf_text(receipt)
