"""A save of the deliberation touches only the lines it wrote; what it cannot write is said, nothing is removed."""

import re
from html import unescape

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from juries.models import Deliberation, Proposition
from projects.enums import Statut
from projects.models import Dossier
from tests.factories.juries import audition_of, heard, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db

URL = "/jury/2027/deliberation/"
REFUS = {"sens": "refus", "montant": "", "rang": "", "motif": "Le besoin est déjà couvert."}


def scene(nombre=3):
    jury = jury_of()
    seance = seance_of(jury)
    jure_of(jury, is_president=True)
    return [heard(audition_of(seance)).dossier for _ in range(nombre)]


def open_page(pilote):
    """(client, what the form of the page holds) for one person who opens the deliberation."""
    client = Client()
    client.force_login(pilote)
    return client, fields_of(client.get(URL).content.decode())


def fields_of(html):
    """{name: value} of every field of the form of the page, as a browser would send it."""
    form = html.partition('id="deliberation"')[2].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found[re.search(r'name="([^"]*)"', tag)[1]] = (re.search(r'value="([^"]*)"', tag) or ("", ""))[1]
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = (re.search(r'value="([^"]*)" selected', inner) or ("", ""))[1]
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = inner.removeprefix("\n")
    del found["csrfmiddlewaretoken"]
    return found


def line(dossier, **values):
    return {f"{dossier.cle}-{name}": value for name, value in values.items()}


def propositions():
    rows = Proposition.objects.values_list("dossier", "sens", "montant", "rang", "motif")
    return {dossier: (sens, montant, rang, motif) for dossier, sens, montant, rang, motif in rows}


def plain(text):
    return " ".join(text.split())


def test_11_two_people_write_different_lines_from_the_same_page():
    premier, second, troisieme = scene()
    nadia, shown_to_nadia = open_page(UserFactory(pilote=True))
    omar, shown_to_omar = open_page(UserFactory(pilote=True))
    mine = line(premier, sens="laureat", montant="7000")
    assert nadia.post(URL, shown_to_nadia | mine | {"synthese": "Débat nourri."}).status_code == 302
    assert omar.post(URL, shown_to_omar | line(second, **REFUS) | {"lieu": "Orly, salle 2"}).status_code == 302
    assert propositions() == {
        premier.pk: ("laureat", 7_000, None, ""),
        second.pk: ("refus", 0, None, "Le besoin est déjà couvert."),
    }
    deliberation = Deliberation.objects.get()
    assert (deliberation.synthese, deliberation.lieu) == ("Débat nourri.", "Orly, salle 2")
    # One of them takes the first rank: the page of the other, opened before, does not stand in the way.
    _, shown = open_page(UserFactory(pilote=True))
    nadia.post(URL, shown | line(troisieme, sens="reserve", montant="3000", rang="1"))
    assert omar.post(URL, shown | line(second, sens="")).status_code == 302
    assert propositions() == {
        premier.pk: ("laureat", 7_000, None, ""),
        troisieme.pk: ("reserve", 3_000, 1, ""),
    }


def test_11_the_same_line_written_by_another_is_said_and_what_was_typed_is_kept():
    premier, second, _ = scene()
    nadia, shown_to_nadia = open_page(UserFactory(pilote=True))
    omar, shown_to_omar = open_page(UserFactory(pilote=True))
    nadia.post(URL, shown_to_nadia | line(premier, sens="laureat", montant="7000") | {"synthese": "Le mot de Nadia."})
    nadia.post(URL, open_page(UserFactory(pilote=True))[1] | line(second, sens="laureat", montant="2000"))
    mine = line(premier, **REFUS) | {"synthese": "Le mot d’Omar."}
    refused = omar.post(URL, shown_to_omar | mine)
    assert refused.status_code == 422
    said = plain(refused.content.decode())
    assert "Entre-temps, quelqu’un d’autre a écrit : « Proposé lauréat », 7 000 €." in said
    assert said.count("Votre saisie est restée ici") >= 2
    assert propositions().get(premier.pk) == ("laureat", 7_000, None, "")
    assert Deliberation.objects.get().synthese == "Le mot de Nadia."
    # What he typed stands on the page, the line he left alone is shown as it now is; saved again, his words hold.
    again = fields_of(refused.content.decode())
    assert {name: again[name] for name in mine} == mine
    assert (again[f"{second.cle}-sens"], again[f"{second.cle}-montant"]) == ("laureat", "2 000")
    assert omar.post(URL, again).status_code == 302
    assert propositions() == {
        premier.pk: ("refus", 0, None, "Le besoin est déjà couvert."),
        second.pk: ("laureat", 2_000, None, ""),
    }
    assert Deliberation.objects.get().synthese == "Le mot d’Omar."


def test_11_the_proposal_of_a_dossier_that_moved_is_never_removed():
    premier, second, _ = scene()
    pilote = UserFactory(pilote=True)
    client, shown = open_page(pilote)
    client.post(URL, shown | line(premier, sens="laureat", montant="7000"))
    client, shown = open_page(pilote)
    Dossier.objects.filter(pk=premier.pk).update(statut=Statut.PROPOSE)
    assert client.post(URL, shown | line(second, **REFUS)).status_code == 302
    assert propositions().get(premier.pk) == ("laureat", 7_000, None, "")
    refused = client.post(URL, open_page(pilote)[1] | line(premier, sens=""))
    assert refused.status_code == 422
    assert "sa proposition ne se modifie plus ici" in plain(refused.content.decode())
    assert propositions().get(premier.pk) == ("laureat", 7_000, None, "")


def test_11_the_page_of_the_vote_opens_while_a_proposed_dossier_has_no_proposal():
    premier, _, _ = scene()
    Dossier.objects.filter(pk=premier.pk).update(statut=Statut.PROPOSE)
    client = Client()
    client.force_login(UserFactory(pilote=True))
    answer = client.get(reverse("laureats:vote_edit", args=[2027]))
    assert answer.status_code == 200
    assert "La délibération du jury n’est pas close" in plain(answer.content.decode())


def test_11_once_closed_the_database_itself_keeps_the_proposals():
    premier, second, troisieme = scene()
    pilote = UserFactory(pilote=True)
    client, shown = open_page(pilote)
    lines = line(premier, sens="laureat", montant="7000") | line(second, **REFUS) | line(troisieme, **REFUS)
    assert client.post(URL, shown | lines).status_code == 302
    Deliberation.objects.update(closed_at=timezone.now(), closed_by=pilote)
    before = propositions()
    for act in (
        lambda: Proposition.objects.filter(dossier=premier).update(montant=9_000),
        lambda: Proposition.objects.filter(dossier=second).delete(),
    ):
        with pytest.raises(ProgrammingError, match="ses propositions ne changent plus"), transaction.atomic():
            act()
    assert propositions() == before


def summary_of(html):
    """The words of the summary at the head of the page."""
    inner = html.partition('id="erreurs"')[2].partition("</div>")[0]
    return plain(unescape(re.sub(r"<[^>]+>", "", inner)))


def test_11_a_line_that_does_not_hold_is_said_at_the_head_of_the_page():
    premier, _, _ = scene()
    client, shown = open_page(UserFactory(pilote=True))
    refused = client.post(URL, shown | line(premier, sens="laureat", montant=""))
    assert refused.status_code == 422
    said = summary_of(refused.content.decode())
    assert said.startswith('role="alert" tabindex="-1"> Rien n’est enregistré')
    assert f"{premier.numero}, {premier} : Un projet proposé lauréat reçoit un montant." in said


def test_11_what_another_wrote_is_shown_whole_before_it_is_replaced():
    premier, _, _ = scene()
    nadia, shown_to_nadia = open_page(UserFactory(pilote=True))
    omar, shown_to_omar = open_page(UserFactory(pilote=True))
    nadia.post(URL, shown_to_nadia | line(premier, **REFUS))
    refused = omar.post(URL, shown_to_omar | line(premier, sens="laureat", montant="7000"))
    assert (
        f"{premier.numero}, {premier} : Entre-temps, quelqu’un d’autre a écrit : « Non retenu », motif « Le besoin est "
        "déjà couvert. »."
    ) in summary_of(refused.content.decode())


def test_11_saved_after_the_closing_what_was_typed_is_given_back():
    premier, second, troisieme = scene()
    pilote = UserFactory(pilote=True)
    client, shown = open_page(pilote)
    lines = line(premier, sens="laureat", montant="7000") | line(second, **REFUS) | line(troisieme, **REFUS)
    assert client.post(URL, shown | lines).status_code == 302
    client, shown = open_page(pilote)
    Deliberation.objects.update(closed_at=timezone.now(), closed_by=pilote)
    refused = client.post(URL, shown | line(premier, **REFUS))
    assert refused.status_code == 422
    said = summary_of(refused.content.decode())
    assert "La délibération est déjà close : ses propositions ne changent plus." in said
    assert f"{premier.numero}, {premier} : « Non retenu », motif « Le besoin est déjà couvert. »" in said
    assert propositions()[premier.pk] == ("laureat", 7_000, None, "")
