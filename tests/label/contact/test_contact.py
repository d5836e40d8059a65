"""Writing to us: the right person receives it, who is named before; nobody learns an address they did not know."""

import re
import uuid
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from juries.models import Jure
from label.conservation.actions import conserve
from label.conservation.comptes import close_account
from label.contact.actions import send_demande
from label.contact.forms import page_from
from label.contact.registre import offers
from label.forms.robots import start
from label.limites import ACTES
from label.models import Courriel, Demande, Origine
from label.models.courriel import Etat
from projects.deport.actions import declare_deport
from tests.factories.label import UserFactory
from tests.world import PERSONNES, World

pytestmark = pytest.mark.django_db
PAGE = "/contact/"
MOT = "Puis-je changer de titre ?"


@pytest.fixture
def world():
    return World()


def typed(**more):
    return {"depart": start(), "envoi": str(uuid.uuid4()), "texte": MOT, "a": "appel"} | more


def write(user, **more):
    client = Client()
    if user:
        client.force_login(user)
    return client.post(PAGE, typed(**more))


def mails():
    return {
        (one.destinataire, one.repondre_a, one.sujet) for one in Courriel.objects.filter(cle_notification="contact")
    }


def test_a_question_of_a_porteur_goes_to_the_chef_de_projet_of_the_dossier(world):
    user, chef = world.personnes["responsable"], world.personnes["chef"]
    answer = write(user, a=f"dossier.{world.brouillon.cle}")
    assert answer.status_code == 302
    sujet = f"{user.get_full_name()} vous écrit\u00a0: Dossier «\u00a0{world.brouillon}\u00a0»"
    assert mails() == {(chef.email, user.email, sujet)}
    courriel = Courriel.objects.get(cle_notification="contact")
    assert MOT in courriel.texte
    assert reverse("projects:dossier_detail", args=[world.brouillon.cle]) in courriel.texte
    assert "n’était pas connectée" not in courriel.texte
    demande = Demande.objects.get()
    assert (demande.sujet, demande.objet, demande.user, demande.page) == ("dossier", world.brouillon.cle, user, "")


def test_it_goes_to_the_pilotes_while_nobody_is_chef_de_projet(world):
    world.affectation.au = world.hier
    world.affectation.save()
    user = world.personnes["responsable"]
    offre = offers(user)[f"dossier.{world.brouillon.cle}"]
    assert offre.vers.startswith("aux pilotes de l’appel")
    write(user, a=f"dossier.{world.brouillon.cle}")
    assert {one[0] for one in mails()} == {world.personnes["pilote"].email}
    declare_deport(world.personnes["pilote"], world.brouillon, motif="Voisin.")
    write(user, a=f"dossier.{world.brouillon.cle}", texte="Encore.")
    assert {one[0] for one in mails()} == {world.personnes["pilote"].email, project.LABEL_CONTACT_EMAIL}


def test_each_is_offered_their_own_dossiers_and_what_is_for_everybody(world):
    w = world
    own = {d.cle for d in w.structure.dossiers.all()}
    table = {
        nom: {value.partition(".")[2] for value in offers(w.personnes[nom]) if value.startswith("dossier.")}
        for nom in PERSONNES[1:]
    }
    assert {nom: found for nom, found in table.items() if found} == {
        "responsable": own,
        "membre": own,
        "porteur_2": {d.cle for d in w.structure_2.dossiers.all()},
        "inv_lit": {w.brouillon.cle, w.instruit.cle},
        "inv_écrit": {w.brouillon.cle, w.renvoye.cle},
    }
    for nom in PERSONNES[1:]:
        assert list(offers(w.personnes[nom]))[-3:] == ["appel", "technique", "donnees"], nom


def test_a_juror_writes_of_the_jury_to_the_pilotes(world):
    jure = Jure.objects.active().filter(user__isnull=False).first()
    a = f"jury.{jure.jury.edition.annee}"
    assert a in offers(jure.user)
    assert [nom for nom in ("responsable", "inv_lit", "inconnu") if a in offers(world.personnes[nom])] == []
    write(jure.user, a=a)
    assert {one[0] for one in mails()} == {world.personnes["pilote"].email}
    assert f"Le jury {jure.jury.edition.annee}" in Courriel.objects.filter(cle_notification="contact").get().sujet


def test_who_is_signed_in_may_send_at_once_what_was_just_refused(world, settings):
    settings.IDEE_SECONDES_MIN = 3
    user = world.personnes["responsable"]
    assert write(user, a="").status_code == 422
    assert write(user, a="appel").status_code == 302
    visitor = write(None, a="appel", nom="Awa Diarra", email="awa@mail.example")
    assert "plus vite qu’on ne peut écrire" in visitor.text


def test_the_dossier_of_another_is_refused_and_nothing_leaves(world):
    user = world.personnes["responsable"]
    answer = write(user, a=f"dossier.{world.brouillon_2.cle}")
    assert answer.status_code == 422
    assert MOT in answer.text
    assert "Ce choix n’est plus dans la liste" in answer.text
    with pytest.raises(PermissionDenied):
        send_demande(
            a=f"dossier.{world.brouillon_2.cle}", texte=MOT, nom="x", email=user.email, par=user, envoi=uuid.uuid4()
        )
    assert not Demande.objects.exists()
    assert mails() == set()


@pytest.mark.parametrize(
    ("a", "to"), [("appel", "service"), ("technique", "service"), ("donnees", "donnees@exemple.example")]
)
def test_what_is_for_everybody_goes_to_the_service_or_to_the_address_of_personal_data(a, to, settings):
    settings.LABEL_DONNEES_EMAIL = "donnees@exemple.example"
    user = UserFactory()
    write(user, a=a)
    ((address, answers_to, _),) = mails()
    assert address == (project.LABEL_CONTACT_EMAIL if to == "service" else to)
    assert answers_to == user.email


def test_a_visitor_gives_a_name_and_an_address_and_is_said_unchecked():
    answer = write(None, nom="Awa Diarra", email="Awa@Mail.example")
    assert answer.status_code == 302
    ((_, answers_to, sujet),) = mails()
    assert (answers_to, sujet) == (
        "awa@mail.example",
        "Awa Diarra vous écrit\u00a0: Une question sur l’appel à projets",
    )
    assert "n’était pas connectée" in Courriel.objects.get(cle_notification="contact").texte
    assert Demande.objects.get().user is None


def test_a_visitor_is_offered_no_dossier_and_told_to_sign_in(client):
    page = client.get(PAGE).text
    assert "dossier." not in page
    assert "Connectez-vous" in page


def test_the_page_says_who_will_read_and_shows_no_address_of_theirs(world):
    client = Client()
    client.force_login(world.personnes["responsable"])
    page = client.get(PAGE).text
    assert f"à {world.personnes['chef'].get_full_name()}, chef de projet" in page
    assert project.LABEL_SERVICE in page
    shown = set(re.findall(r"[\w.+-]+@[\w.-]+", page))
    assert shown == {world.personnes["responsable"].email}


def test_a_difficulty_says_the_page_one_came_from_and_no_key_ever_does(world):
    invitation = reverse("projects:partage_accept", args=[world.partage_ouvert.jeton])
    assert page_from("/dossiers/") == "/dossiers/"
    code = reverse("account_link", args=["x" * 43])
    for path in (
        invitation,
        code,
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "/nulle/part/",
        "dossiers/",
        "",
        "/" * 300,
    ):
        assert page_from(path) == "", path
    user = world.personnes["responsable"]
    write(user, a="technique", page="/dossiers/")
    assert f"{project.SITE_URL}/dossiers/" in Courriel.objects.get(cle_notification="contact").texte
    write(user, a="technique", page=invitation)
    write(user, a="appel", page="/tableau/")
    assert list(Demande.objects.order_by("pk").values_list("page", flat=True)) == ["/dossiers/", "", ""]
    client = Client()
    client.force_login(user)
    assert 'href="/contact/?de=%2Fdossiers%2F"' in client.get("/dossiers/").text
    assert 'href="/contact/"' in client.get(invitation).text
    assert world.partage_ouvert.jeton not in client.get(PAGE, {"de": invitation}).text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"a": ""}, "Dites de quoi il s’agit"),
        ({"texte": "  "}, "Écrivez votre message"),
        ({"texte": "x" * 5001}, "5"),
        ({"email": "awa"}, "adresse électronique"),
        ({"nom": ""}, "Donnez votre nom"),
        ({"site_web": "http://robot.example"}, "Une case qui devait rester vide"),
        ({"depart": "faux"}, "ouverte depuis trop longtemps"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(more, said):
    answer = write(None, **({"nom": "Awa Diarra", "email": "awa@mail.example"} | more))
    assert answer.status_code == 422
    assert said in answer.text
    if "nom" not in more:
        assert "Awa Diarra" in answer.text
    if "texte" not in more:
        assert MOT in answer.text
    assert not Demande.objects.exists()


def test_a_second_click_sends_nothing_more(world):
    user, envoi = world.personnes["responsable"], str(uuid.uuid4())
    for _ in range(2):
        assert write(user, envoi=envoi).status_code == 302
    assert Demande.objects.count() == Courriel.objects.filter(cle_notification="contact").count() == 1


def test_other_words_from_a_page_gone_back_to_are_another_message(world):
    user, envoi = world.personnes["responsable"], str(uuid.uuid4())
    for said in ({"texte": "Première question."}, {"texte": "Une autre."}, {"texte": "Une autre.", "a": "donnees"}):
        assert write(user, envoi=envoi, **said).status_code == 302
    # The same tab, and somebody else entered meanwhile.
    write(world.personnes["pilote"], envoi=envoi, texte="Une autre.")
    assert list(Demande.objects.order_by("pk").values_list("texte", "sujet")) == [
        ("Première question.", "appel"),
        ("Une autre.", "appel"),
        ("Une autre.", "donnees"),
        ("Une autre.", "appel"),
    ]
    assert Courriel.objects.filter(cle_notification="contact").count() == 4


def test_too_many_are_refused_with_what_was_written_kept():
    user = UserFactory()
    most = ACTES["contact"].axes["personne"][0].nombre
    for _ in range(most):
        assert write(user).status_code == 302
    answer = write(user)
    assert answer.status_code == 429
    assert MOT in answer.text
    assert "Beaucoup de messages" in answer.text
    assert Demande.objects.count() == most


def test_a_name_makes_no_header_of_its_own():
    write(None, nom="Awa\r\nBcc: tous@mail.example", email="awa@mail.example")
    courriel = Courriel.objects.get(cle_notification="contact")
    assert "\n" not in courriel.sujet
    assert "\r" not in courriel.sujet


# --- Kept, then erased -----------------------------------------------------------------------------


def test_it_is_erased_with_its_mail_after_six_months():
    write(UserFactory())
    write(UserFactory())
    old, recent = Demande.objects.order_by("pk")
    Demande.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=190))
    assert conserve(origine=Origine.NUIT, only=["demande"]) == {"demande": (0, 1)}
    assert list(Demande.objects.all()) == [recent]
    assert [one.object_id for one in Courriel.objects.filter(cle_notification="contact")] == [recent.pk]


def test_it_goes_with_the_account_that_wrote_it():
    user = UserFactory()
    write(user)
    write(None, nom="Awa", email=user.email)
    close_account(user)
    assert not Demande.objects.exists()
    assert not Courriel.objects.filter(cle_notification="contact").exists()


def test_the_page_of_personal_data_says_how_long(client):
    assert "Message écrit depuis la page" in client.get("/donnees-personnelles/").text


def test_a_pilote_reads_in_the_outbox_what_was_written_to_the_service_alone(world, settings):
    settings.LABEL_DONNEES_EMAIL = "donnees@exemple.example"
    user, pilote = world.personnes["responsable"], world.personnes["pilote"]
    for a in ("appel", "donnees", f"dossier.{world.brouillon.cle}"):
        write(user, a=a)
    assert len(mails()) == 3
    seen = Courriel.objects.visible_to(pilote).filter(cle_notification="contact")
    assert [one.destinataire for one in seen] == [project.LABEL_CONTACT_EMAIL]
    # What could not leave is for the pilote to see to.
    Courriel.objects.filter(destinataire="donnees@exemple.example").update(etat=Etat.ECHEC)
    assert {one.destinataire for one in seen.all()} == {project.LABEL_CONTACT_EMAIL, "donnees@exemple.example"}


def test_a_person_without_a_name_is_called_by_an_address_of_any_length():
    user = UserFactory(prenom="", nom="", email=f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example")
    assert write(user).status_code == 302
    assert Demande.objects.get().nom == user.email[:170]
