"""An idea that is sent is sent: neither it nor an earlier version of it is offered again."""

import pytest
from django.test import Client

from projects.models import Dossier
from tests.factories.label import UserFactory
from tests.reparations.test_03_idee import CODE, IDEE, code_of, in_time, link_of, mail_to, typed, waiting

__all__ = ["in_time"]

AWA = "awa@exemple.example"


def enter(client, email=AWA):
    """Give the code of the last mail, and a name; returns the page shown then."""
    page = client.post(CODE, {"code": code_of(mail_to(email))}, follow=True)
    suite = page.context["suite"]
    return client.post("/compte/nom/", {"prenom": "Awa", "nom": "Diarra", "next": suite}, follow=True)


def send(client, answers, **more):
    """Send the idea from inside."""
    return client.post(IDEE, {name: value for name, value in answers.items() if name != "email"} | more)


def offered(client):
    """The title the page of ideas offers to this person, or None."""
    return client.get(IDEE).context["form"]["titre"].value()


@pytest.mark.django_db
def test_03_sent_from_the_page_itself_it_is_not_offered_again(client, in_time):
    """The form is sent as it stands, without the key of the link: the browser that wrote it had its draft."""
    idea = typed(AWA)
    client.post(IDEE, idea)
    enter(client)
    send(client, idea)
    assert Dossier.objects.get().titre == idea["titre"]
    assert (waiting(), offered(client)) == (0, None)


@pytest.mark.django_db
def test_03_asked_twice_and_sent_once_it_is_not_offered_again(client, in_time):
    """Two codes asked, from a telephone then from a computer, for the same idea."""
    idea = typed(AWA)
    client.post(IDEE, idea)
    other = Client()
    other.post(IDEE, idea | {"titre": " La halle  aux réparations", "besoin": "Autrement dit."})
    assert waiting() == 2
    shown = enter(other)
    send(other, idea, attente=shown.context["attente"].cle)
    assert Dossier.objects.count() == 1
    assert (waiting(), offered(other)) == (0, None)
    assert offered(Client()) is None


@pytest.mark.django_db
def test_03_a_corrected_version_makes_the_older_ones_go(client, in_time):
    """The title corrected, then the text, then all of it once inside."""
    idea = typed(AWA)
    client.post(IDEE, idea)
    corrected = idea | {"titre": "La halle aux réparations du quartier"}
    client.post(IDEE, corrected)
    again = corrected | {"idee": "Réparer ensemble, chaque samedi.", "besoin": "Rien ne se répare ici."}
    client.post(IDEE, again)
    assert waiting() == 3
    shown = enter(client)
    last = again | {"titre": "L’atelier du samedi", "idee": "Un atelier.", "besoin": "Un besoin."}
    send(client, last, attente=shown.context["attente"].cle)
    assert Dossier.objects.get().titre == "L’atelier du samedi"
    assert (waiting(), offered(client)) == (0, None)


@pytest.mark.django_db
def test_03_another_idea_still_waits(client, in_time):
    """Another idea of the same person, the same idea of somebody else: untouched."""
    idea = typed(AWA)
    jardin = idea | {"titre": "Un jardin partagé", "idee": "Cultiver ensemble.", "besoin": idea["besoin"]}
    Client().post(IDEE, jardin)
    Client().post(IDEE, idea | {"email": "zoe@exemple.example"})
    client.post(IDEE, idea)
    assert waiting() == 3
    shown = enter(client)
    send(client, idea, attente=shown.context["attente"].cle)
    assert (waiting(), offered(client)) == (2, "Un jardin partagé")
    zoe = Client()
    zoe.force_login(UserFactory(email="zoe@exemple.example"))
    assert offered(zoe) == idea["titre"]


@pytest.mark.django_db
def test_03_erased_its_older_versions_go_too(client, in_time):
    idea = typed(AWA)
    client.post(IDEE, idea)
    client.post(IDEE, idea | {"besoin": "Dit mieux."})
    shown = enter(client)
    client.post(IDEE, {"attente": shown.context["attente"].cle, "effacer": "1"})
    assert (waiting(), Dossier.objects.count(), offered(client)) == (0, 0, None)


@pytest.mark.django_db
def test_03_the_link_of_an_idea_already_sent_opens_an_empty_page(client, in_time):
    idea = typed(AWA)
    client.post(IDEE, idea)
    link = link_of(mail_to(AWA))
    client.post(IDEE, idea)
    shown = enter(client)
    send(client, idea, attente=shown.context["attente"].cle)
    page = client.post(link, follow=True)
    assert page.status_code in {200, 410}
    assert offered(client) is None
