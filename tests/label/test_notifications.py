"""A message is owed once, sent after the act, and lost by nobody's failure."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from label import notifications
from label.courriel.actions import resend_courriel, send_courriel
from label.models import Courriel
from label.models.courriel import Etat
from label.notifications import Notification, notify
from label.tasks import sweep_courriels
from tests.factories.label import EditionFactory, UserFactory


@pytest.fixture
def bonjour(monkeypatch, tmp_path, settings):
    """A notification «bonjour» with two recipients, one of them twice, and one file."""
    (tmp_path / "bonjour.txt").write_text("Bonjour {{ objet.titre }}\n\nVoici l’adresse : {{ site }}/ & <rien>.\n")
    settings.TEMPLATES = [
        {**engine, "DIRS": [tmp_path, *engine["DIRS"]]} if engine["NAME"] == "courriels" else engine
        for engine in settings.TEMPLATES
    ]
    notification = Notification(
        "bonjour",
        "Bonjour",
        "à l’essai",
        "deux personnes",
        recipients=lambda objet, context: ["A@exemple.example", "a@exemple.example", "b@exemple.example"],
        files=lambda objet, context: [("note.txt", "text/plain", b"contenu")],
    )
    monkeypatch.setitem(notifications.registry, "bonjour", notification)
    return EditionFactory()


@pytest.mark.django_db
def test_owed_once_per_recipient_and_occurrence(bonjour):
    first = notify("bonjour", bonjour, occurrence="1")
    again = notify("bonjour", bonjour, occurrence="1")
    other = notify("bonjour", bonjour, occurrence="2")
    assert [len(first), len(again), len(other)] == [2, 0, 2]
    assert list(Courriel.objects.order_by("pk").values_list("destinataire", "sujet", "occurrence", "etat")) == [
        ("a@exemple.example", "Bonjour Label Actions Innovantes 2027", "1", Etat.DU),
        ("b@exemple.example", "Bonjour Label Actions Innovantes 2027", "1", Etat.DU),
        ("a@exemple.example", "Bonjour Label Actions Innovantes 2027", "2", Etat.DU),
        ("b@exemple.example", "Bonjour Label Actions Innovantes 2027", "2", Etat.DU),
    ]


@pytest.mark.django_db
def test_what_another_process_owes_meanwhile_is_left_to_it(bonjour, monkeypatch):
    plan = notifications.registry["bonjour"]

    def recipients(objet, context):
        # Asked between the reading of what is owed and the writing.
        monkeypatch.setitem(notifications.registry, "bonjour", replace(plan, recipients=lambda *args: [first]))
        notify("bonjour", objet, occurrence="1")
        return [first, second]

    first, second = "a@exemple.example", "b@exemple.example"
    monkeypatch.setitem(notifications.registry, "bonjour", replace(plan, recipients=recipients))
    written = notify("bonjour", bonjour, occurrence="1")
    assert [courriel.destinataire for courriel in written] == [second]
    assert list(Courriel.objects.order_by("pk").values_list("destinataire", "fichiers__nom")) == [
        (first, "note.txt"),
        (second, "note.txt"),
    ]


@pytest.mark.django_db
def test_nothing_is_owed_when_the_act_fails(bonjour):
    with pytest.raises(RuntimeError), transaction.atomic():
        notify("bonjour", bonjour)
        raise RuntimeError
    assert Courriel.objects.count() == 0


@pytest.mark.django_db
def test_inactive_people_receive_nothing(bonjour, monkeypatch):
    parti = UserFactory(is_active=False)
    monkeypatch.setitem(
        notifications.registry,
        "bonjour",
        Notification("bonjour", "", "", "", recipients=lambda objet, context: [parti]),
    )
    assert notify("bonjour", bonjour) == []


@pytest.mark.django_db
def test_sent_message_has_two_parts_a_file_and_leaves_once(bonjour, smtp):
    courriel = notify("bonjour", bonjour)[0]
    assert [send_courriel(courriel.pk), send_courriel(courriel.pk)] == [True, False]
    (message,) = smtp.messages
    assert (message["To"], message["Subject"]) == ("a@exemple.example", "Bonjour Label Actions Innovantes 2027")
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert "& <rien>." in plain
    assert "&amp; &lt;rien&gt;." in html
    assert [(part.get_filename(), part.get_content().strip()) for part in message.iter_attachments()] == [
        ("note.txt", "contenu")
    ]
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.essais) == (Etat.ENVOYE, 1)


@pytest.mark.django_db
def test_mail_server_away_costs_time_only(bonjour, smtp):
    courriel = notify("bonjour", bonjour)[0]
    smtp.stop()
    assert send_courriel(courriel.pk) is False
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.essais, courriel.sent_at) == (Etat.DU, 1, None)
    assert courriel.prochain_essai > timezone.now()
    assert send_courriel(courriel.pk) is False, "not before its next try"
    smtp.start()
    Courriel.objects.update(prochain_essai=timezone.now() - timedelta(seconds=1))
    sweep_courriels()
    assert sorted(message["To"] for message in smtp.messages) == ["a@exemple.example", "b@exemple.example"]


@pytest.mark.django_db
def test_worker_that_died_frees_its_message(bonjour, smtp):
    courriel = notify("bonjour", bonjour)[0]
    Courriel.objects.filter(pk=courriel.pk).update(
        etat=Etat.EN_COURS, prochain_essai=timezone.now() - timedelta(seconds=1)
    )
    assert send_courriel(courriel.pk) is True


@pytest.mark.django_db
def test_failed_message_is_tried_again_when_asked(bonjour, smtp):
    courriel = notify("bonjour", bonjour)[0]
    Courriel.objects.filter(pk=courriel.pk).update(etat=Etat.ECHEC, erreur="SMTPRecipientsRefused [550]")
    pilote = UserFactory(pilote=True)
    assert resend_courriel(courriel, by=pilote) is True
    assert resend_courriel(courriel, by=pilote) is False
    assert send_courriel(courriel.pk) is True


@pytest.mark.django_db
def test_sensitive_text_is_erased_once_sent(bonjour, smtp):
    courriel = Courriel.objects.create(
        cle_notification="compte", destinataire="a@exemple.example", sujet="Code", texte="123456", is_sensible=True
    )
    send_courriel(courriel.pk)
    courriel.refresh_from_db()
    assert (courriel.texte, courriel.etat) == ("", Etat.ENVOYE)
    assert "123456" in smtp.messages[0].get_content()


@pytest.mark.django_db(transaction=True)
def test_broker_away_the_act_holds_and_the_message_waits(bonjour, broker, smtp):
    broker.stop()
    notify("bonjour", bonjour)
    assert Courriel.objects.filter(etat=Etat.DU).count() == 2
    sweep_courriels()
    assert len(smtp.messages) == 2


@pytest.mark.django_db(transaction=True)
def test_real_worker_sends_after_commit(bonjour, celery_worker, smtp, wait_until):
    with transaction.atomic():
        notify("bonjour", bonjour)
        assert smtp.messages == []
    wait_until(lambda: Courriel.objects.filter(etat=Etat.ENVOYE).count() == 2)
    assert sorted(message["To"] for message in smtp.messages) == ["a@exemple.example", "b@exemple.example"]
