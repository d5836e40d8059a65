"""Number 10: a mail that cannot be built or sent is a visible failure and stops no other.

Acts go through HTTP; mails through a real SMTP dialogue with a server that misbehaves as told.
"""

import email
import email.policy
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from label.models import Courriel
from label.models.courriel import Etat
from label.tasks import sweep_courriels
from projects.enums import Statut
from projects.models import Membre
from tests.conftest import MAILERS
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import complete_dossier
from tests.factories.label import EditionFactory, UserFactory
from tests.smtp_scripte import CUT, SILENT, Script, ServeurScripte

pytestmark = pytest.mark.django_db

GROUPE = ("awa@exemple.example", "bela@exemple.example", "carl@exemple.example")
LINE_ENDS = ("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e")


@pytest.fixture
def serveur(settings):
    """The scripted server, which the application of this process sends to."""
    with ServeurScripte() as scripte:
        settings.MAILERS = {
            "default": MAILERS["default"]
            | {"OPTIONS": MAILERS["default"]["OPTIONS"] | {"port": scripte.port, "timeout": 2}}
        }
        yield scripte


@pytest.fixture
def dossier(db):
    """Complete, waiting for its visa today, of a structure with three members; `dossier.chef` may give it."""
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
    dossier = complete_dossier(edition=edition, statut=Statut.CO_ELABORATION)
    dossier.chef = AffectationFactory(contrat=dossier.contrat, user=UserFactory(email="chef@ville.example")).user
    for adresse in GROUPE:
        Membre.objects.create(structure=dossier.structure, user=UserFactory(email=adresse))
    # The person who leads the structure is none of the three.
    Membre.objects.filter(user=dossier.responsable).update(au=day)
    type(dossier.responsable).objects.filter(pk=dossier.responsable.pk).update(is_active=False)
    return dossier


def give_visa(client, dossier):
    """The chef de projet gives the visa by the page's button: each member is owed a mail that bears the title."""
    client.force_login(dossier.chef)
    page = reverse("projects:dossier_transition", args=[dossier.cle, "give_visa"])
    form = client.get(page)
    expected = form.text.partition('name="expected" value="')[2].partition('"')[0]
    answer = client.post(page, {"expected": expected})
    dossier.refresh_from_db()
    assert (answer.status_code, dossier.statut) == (302, Statut.PRET)


def again():
    """The wait before the next try is over."""
    Courriel.objects.exclude(etat__in=[Etat.ENVOYE, Etat.ECHEC]).update(prochain_essai=timezone.now())
    sweep_courriels()


def states():
    return dict(Courriel.objects.values_list("destinataire", "etat"))


def subject_of(received):
    """The subject, its no-break spaces as plain ones."""
    subject = email.message_from_string(received, policy=email.policy.default)["Subject"]
    return subject.replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def pilote(client):
    """A function that reads a page of the outbox as the pilote: `pilote()` the failures, `pilote(courriel)` one."""
    person = UserFactory(pilote=True)

    def read(courriel=None):
        client.force_login(person)
        if courriel is None:
            return client.get(reverse("label:courriel_list"), {"etat": Etat.ECHEC}).text
        return client.get(reverse("label:courriel_detail", args=[courriel.pk])).text

    return read


# --- What cannot be written -------------------------------------------------------------------


@pytest.mark.parametrize("sign", LINE_ENDS, ids=ascii)
def test_10_a_title_with_a_hidden_line_end_leaves_with_a_space_instead(sign, client, dossier, serveur):
    type(dossier).objects.filter(pk=dossier.pk).update(titre=f"Le jardin{sign}qui parle")
    give_visa(client, dossier)
    sweep_courriels()
    assert states() == dict.fromkeys(GROUPE, Etat.ENVOYE)
    assert {subject_of(text) for _, text in serveur.recus} == {"Visa donné : « Le jardin qui parle » peut être déposé"}


@pytest.mark.parametrize(
    "adresse",
    [
        "awa@" + "é" * 60 + ".example",
        "awa@" + "ß" * 63 + ".example",
        "awa@exem\u2028ple.example",
        "é" * 60 + "@exemple.example",
    ],
    ids=ascii,
)
def test_10_an_address_that_cannot_be_written_fails_alone_and_is_told(adresse, client, dossier, serveur, pilote):
    type(dossier.chef).objects.filter(email=GROUPE[0]).update(email=adresse)
    give_visa(client, dossier)
    # First in the queue: whatever it raises is before the others.
    Courriel.objects.filter(destinataire=adresse).update(prochain_essai=timezone.now() - timedelta(hours=1))
    try:
        sweep_courriels()
    except Exception as error:  # on the old code: the others were never tried
        pytest.fail(f"one address stopped the sweep: {error!r}")
    assert states() == {adresse: Etat.ECHEC, GROUPE[1]: Etat.ENVOYE, GROUPE[2]: Etat.ENVOYE}
    assert sorted(address for address, _ in serveur.recus) == [GROUPE[1], GROUPE[2]]
    failed = Courriel.objects.get(etat=Etat.ECHEC)
    assert reverse("label:courriel_detail", args=[failed.pk]) in pilote()
    assert "ne peut pas être écrit" in pilote(failed)
    # The address is corrected on the account: sent again, to the new one.
    type(dossier.chef).objects.filter(pk=failed.user_id).update(email="awa@exemple.example")
    client.post(reverse("label:courriel_resend", args=[failed.pk]))
    sweep_courriels()
    assert states() == dict.fromkeys(GROUPE, Etat.ENVOYE)


@pytest.fixture
def broken(settings, tmp_path):
    """`broken(text)`: the text of «visa_donne» is this one until `broken(None)`."""
    whole, folder = settings.TEMPLATES, tmp_path / "courriels"
    folder.mkdir()

    def change(text):
        if text is None:
            settings.TEMPLATES = whole
            return
        (folder / "visa_donne.txt").write_text(text)
        settings.TEMPLATES = [
            {**engine, "DIRS": [folder, *engine["DIRS"]]} if engine["NAME"] == "courriels" else engine
            for engine in whole
        ]

    return change


FAILING = {
    "syntax": "Visa\n\n{% if %}",
    "filter": "Visa\n\n{{ objet.pk|date:5|add:objet|jour_heure }}{% url 'nulle:part' %}",
    "only for one": "Visa\n\n{% if 'bela' in destinataire.email %}{% url 'nulle:part' %}{% endif %}Bonjour",
}


@pytest.mark.unmade_messages
@pytest.mark.parametrize("text", FAILING.values(), ids=FAILING)
def test_10_a_text_that_fails_does_not_fail_the_act(text, client, dossier, serveur, pilote, broken):
    broken(text)
    client.raise_request_exception = False
    give_visa(client, dossier)
    sweep_courriels()
    failing = {GROUPE[1]} if "bela" in text else set(GROUPE)
    assert states() == {one: Etat.ECHEC if one in failing else Etat.ENVOYE for one in GROUPE}
    assert {address for address, _ in serveur.recus} == set(GROUPE) - failing
    for failed in Courriel.objects.filter(etat=Etat.ECHEC):
        assert reverse("label:courriel_detail", args=[failed.pk]) in pilote()
        client.post(reverse("label:courriel_resend", args=[failed.pk]))
        failed.refresh_from_db()
        assert failed.etat == Etat.ECHEC, "not mended yet"
    broken(None)
    for failed in Courriel.objects.filter(etat=Etat.ECHEC):
        client.post(reverse("label:courriel_resend", args=[failed.pk]))
    sweep_courriels()
    assert states() == dict.fromkeys(GROUPE, Etat.ENVOYE)
    assert Counter(address for address, _ in serveur.recus) == dict.fromkeys(GROUPE, 1)
    assert all(dossier.titre in subject_of(text) for _, text in serveur.recus if "bela" in _ or len(failing) == 3)


# --- The stage decides ------------------------------------------------------------------------

OURS = {
    "greeting 554": Script(accueil="554 5.3.2 no"),
    "greeting 421": Script(accueil="421 4.3.2 busy"),
    "greeting cut": Script(accueil=CUT),
    "greeting silent": Script(accueil=SILENT),
    "ehlo 554": Script(ehlo="554 no"),
    "sender 530": Script(mail="530 5.7.0 Authentication required"),
    "sender 553": Script(mail="553 5.7.1 not yours"),
    "sender 451": Script(mail="451 4.3.0 later"),
    "sender cut": Script(mail=CUT),
    "recipient 530": Script(rcpt="530 5.7.0 Authentication required"),
    "recipient 421": Script(rcpt="421 4.3.2 closing"),
}


@pytest.mark.parametrize("script", OURS.values(), ids=OURS)
def test_10_what_is_about_us_ends_no_mail(script, client, dossier, serveur, pilote):
    serveur.script = script
    give_visa(client, dossier)
    for _ in range(4):
        again()
    assert states() == dict.fromkeys(GROUPE, Etat.DU)
    # One asks for all: the others wait their turn without a try.
    assert serveur.dialogues == 4
    health = client.get("/sante/").json()
    assert (health["statut"], health["courriels"]) == ("degrade", "retenus")
    assert "Le serveur de courriel ne prend plus nos messages" in pilote()
    assert "Le serveur de courriel ne prend plus nos messages" in client.get(reverse("label:tableau")).text
    serveur.script = Script()
    again()
    assert states() == dict.fromkeys(GROUPE, Etat.ENVOYE)
    assert Counter(address for address, _ in serveur.recus) == dict.fromkeys(GROUPE, 1)
    assert client.get("/sante/").json()["courriels"] == "ok"


def test_10_a_login_refused_ends_no_mail(client, dossier, serveur, settings):
    options = settings.MAILERS["default"]["OPTIONS"] | {"username": "label", "password": "perdu"}
    settings.MAILERS = {"default": settings.MAILERS["default"] | {"OPTIONS": options}}
    serveur.script = Script(auth="535 5.7.8 bad credentials")
    give_visa(client, dossier)
    again()
    again()
    assert states() == dict.fromkeys(GROUPE, Etat.DU)
    serveur.script = Script(auth="235 welcome")
    again()
    assert Counter(address for address, _ in serveur.recus) == dict.fromkeys(GROUPE, 1)


THEIRS = {
    "recipient 550": Script(rcpt={GROUPE[1]: "550 5.1.1 unknown", "*": "250 ok"}),
    "recipient 554": Script(rcpt={GROUPE[1]: "554 5.7.1 no", "*": "250 ok"}),
}


@pytest.mark.parametrize("script", THEIRS.values(), ids=THEIRS)
def test_10_one_recipient_refused_stops_no_other(script, client, dossier, serveur, pilote):
    serveur.script = script
    give_visa(client, dossier)
    sweep_courriels()
    assert states() == {GROUPE[0]: Etat.ENVOYE, GROUPE[1]: Etat.ECHEC, GROUPE[2]: Etat.ENVOYE}
    failed = Courriel.objects.get(etat=Etat.ECHEC)
    page = pilote(failed)
    assert "Le serveur de courriel refuse l’adresse du destinataire." in page
    assert script.rcpt[GROUPE[1]] in page
    assert "Envoyer de nouveau" in page
    assert "message n’a pas pu partir" in client.get(reverse("label:tableau")).text
    assert client.get("/sante/").json()["courriels_en_echec"] == 1
    # Seen to otherwise: nothing is expected of the pilote any more.
    client.post(reverse("label:courriel_dismiss", args=[failed.pk]))
    assert states()[GROUPE[1]] == Etat.ANNULE
    assert "n’a pas pu partir" not in client.get(reverse("label:tableau")).text


@pytest.mark.parametrize("script", [Script(data="554 no"), Script(fin="552 too big"), Script(fin="550 spam")], ids=str)
def test_10_a_content_refused_is_final(script, client, dossier, serveur):
    serveur.script = script
    give_visa(client, dossier)
    sweep_courriels()
    assert states() == dict.fromkeys(GROUPE, Etat.ECHEC)
    assert serveur.recus == []


LATER = {
    "recipient 451": Script(rcpt={GROUPE[1]: "451 4.7.1 greylisted", "*": "250 ok"}),
    "recipient 452": Script(rcpt={GROUPE[1]: "452 4.2.2 full", "*": "250 ok"}),
}


@pytest.mark.parametrize("script", LATER.values(), ids=LATER)
def test_10_a_recipient_put_off_waits_alone_then_is_given_up(script, client, dossier, serveur, pilote):
    serveur.script = script
    give_visa(client, dossier)
    again()
    again()
    waiting = Courriel.objects.get(destinataire=GROUPE[1])
    assert states() == {GROUPE[0]: Etat.ENVOYE, GROUPE[1]: Etat.DU, GROUPE[2]: Etat.ENVOYE}
    assert timezone.now() < waiting.prochain_essai
    Courriel.objects.filter(pk=waiting.pk).update(limite=timezone.now())
    again()
    waiting.refresh_from_db()
    assert waiting.etat == Etat.ECHEC
    assert "refuse l’adresse du destinataire" in pilote(waiting)


@pytest.mark.parametrize("fin", [CUT, SILENT])
def test_10_a_text_without_answer_makes_one_double_at_most(fin, client, dossier, serveur, pilote):
    Membre.objects.exclude(user__email=GROUPE[0]).delete()
    give_visa(client, dossier)
    serveur.script = Script(fin=fin)
    for _ in range(4):
        again()
    (courriel,) = Courriel.objects.all()
    assert [address for address, _ in serveur.recus] == [GROUPE[0]] * 2
    # The receiving side knows the second for the first: the same Message-ID.
    assert len({email.message_from_string(text)["Message-ID"] for _, text in serveur.recus}) == 1
    # Absence replies leave it alone (RFC 3834).
    assert {email.message_from_string(text)["Auto-Submitted"] for _, text in serveur.recus} == {"auto-generated"}
    assert courriel.etat == Etat.ECHEC
    assert "il est peut-être arrivé" in pilote(courriel)


# --- Sign-in codes ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_10_a_code_does_not_wait_behind_five_hundred_mails(client, dossier, smtp, celery_processes, wait_until):
    """The server takes every dialogue and never answers the text: each mail holds its worker for its whole delay."""
    slow = {"EMAIL_TIMEOUT": "3"}
    smtp.stop()
    with ServeurScripte(port=smtp.port) as serveur:
        code = "code@exemple.example"
        serveur.script = Script(rcpt={code: "250 ok", "*": SILENT})
        celery_processes.start_worker("celery", **slow)
        celery_processes.start_worker("codes", **slow)
        give_visa(client, dossier)
        model = Courriel.objects.first()
        rows = [
            Courriel(cle_notification="essai", destinataire=f"p{n}@exemple.example", sujet="Un mot", texte="Bonjour.")
            for n in range(500)
        ]
        from label.notifications import enqueue_on_commit

        enqueue_on_commit(Courriel.objects.bulk_create(rows))
        wait_until(lambda: Courriel.objects.filter(etat=Etat.EN_COURS).exists())
        assert model.etat == Etat.DU
        UserFactory(email=code)
        client.logout()
        asked = time.monotonic()
        client.post(reverse("account_login"), {"email": code})
        wait_until(lambda: [address for address, _ in serveur.recus] == [code], 10)
        assert time.monotonic() - asked < 10
        assert Courriel.objects.filter(etat=Etat.DU).count() > 400, "the others are still behind"
    connection.close()
