"""A member of the jury on the day: what is today first, what nobody came to, what opens once the ballots are given."""

import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from juries.seance.actions import lock_seance, record_absence
from juries.tableau import jure as panneau
from tests.factories.juries import (
    audition_of,
    convoked,
    final_ballot,
    free,
    heard,
    jure_of,
    jury_of,
    present,
    seance_of,
)
from tests.factories.label import UserFactory
from tests.juries.oral.scene import at

pytestmark = pytest.mark.django_db


def announced(*args, **fields):
    """An audition its juror was convoked to: before, he reads no hour."""
    return convoked(audition_of(*args, **fields))


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main(client, name, *args):
    html = client.get(reverse(f"juries:{name}", args=args)).text
    return re.search(r"<main.*</main>", html, re.S)[0]


@time_machine.travel(at(10), tick=False)
def test_today_comes_first_then_what_is_to_come_and_the_past_is_folded(client):
    jury = jury_of()
    jure = jure_of(jury)
    for day in (18, 20, 22):
        free(jure, announced(seance_of(jury, debut=at(9, day=day))))
    client.force_login(jure.user)
    html = main(client, "audition_list", 2027)
    titles = [words(title) for title in re.findall(r"<h2[^>]*>(.*?)</h2>", html)]
    assert titles == ["Aujourd’hui, lundi 20 septembre 2027", "Mercredi 22 septembre 2027", "Samedi 18 septembre 2027"]
    folded = re.search(
        r'<details class="pli">\s*<summary><span>Séances passées</span></summary>(.*)</details>', html, re.S
    )
    assert [words(title) for title in re.findall(r"<h2[^>]*>(.*?)</h2>", folded[1])] == ["Samedi 18 septembre 2027"]


@pytest.mark.parametrize("is_locked", [False, True])
def test_nobody_is_invited_to_score_who_did_not_come(client, is_locked):
    jury, pilote = jury_of(), UserFactory(pilote=True)
    seance = seance_of(jury)
    jure = jure_of(jury)
    absente, venue = announced(seance), announced(seance)
    free(jure, absente, venue)
    with time_machine.travel(at(12), tick=False):
        client.force_login(jure.user)
        record_absence(absente, motif="Personne n’est venu.", by=pilote)
        if is_locked:
            lock_seance(seance, by=pilote)
        listed = main(client, "audition_list", 2027)
        detail = main(client, "audition_detail", absente.cle)
        ballot = main(client, "notation", absente.cle)
        cahier = main(client, "cahier", seance.cle)
        other = main(client, "audition_detail", venue.cle)
    notation = reverse("juries:notation", args=[absente.cle])
    assert [notation in html for html in (listed, detail, cahier)] == [False, False, False]
    said = ["Personne ne s’est présenté" in html for html in (listed, detail, ballot, cahier, other)]
    assert said == [True, True, True, True, False]
    assert 'name="final"' not in ballot
    # Who was heard is scored as before.
    assert reverse("juries:notation", args=[venue.cle]) in other


@pytest.mark.parametrize(("now", "primary"), [(at(8), "enregistrer"), (at(9), "final")])
def test_what_is_done_next_is_the_first_button(client, now, primary):
    jury = jury_of()
    jure = jure_of(jury)
    audition = announced(seance_of(jury))
    free(jure, audition)
    with time_machine.travel(now, tick=False):
        client.force_login(jure.user)
        html = main(client, "notation", audition.cle)
    assert re.findall(r'class="btn btn-primary" name="(\w+)"', html) == [primary]
    assert "Lundi 20 septembre 2027, 9 h · Salle du conseil, Orly" in words(html)
    # The dot is never left alone at the end of a line.
    assert "0\u00a0·\u00a0" in html


def test_the_deliberation_says_to_its_president_what_it_waits_for(client):
    jury = jury_of(quorum=1)
    seance = seance_of(jury)
    president, membre = jure_of(jury, is_president=True), jure_of(jury)
    auditions = [announced(seance, titre=f"Projet secret {n}") for n in range(3)]
    free(president, *auditions)
    free(membre, *auditions)
    present(seance, president, membre)
    for audition in auditions:
        heard(audition)
        final_ballot(audition, membre, 5, 5)
    url = reverse("juries:deliberation_edit", args=[2027])
    client.force_login(president.user)
    said = []
    for audition in auditions:
        answer = client.get(url)
        assert (answer.status_code, "Projet secret" in answer.text) == (403, False)
        assert client.post(url, {}).status_code == 403
        said.append(re.search(r"La délibération s’ouvre [^<]*", answer.text)[0].replace("\u00a0", " "))
        assert reverse("juries:audition_list", args=[2027]) in answer.text
        final_ballot(audition, president, 3, 3)
    assert said == [
        "La délibération s’ouvre une fois vos 3 bulletins rendus.",
        "La délibération s’ouvre une fois vos 2 bulletins rendus.",
        "La délibération s’ouvre une fois votre bulletin rendu.",
    ]
    assert client.get(url).status_code == 200
    # To another member it is no page at all to wait for.
    client.force_login(membre.user)
    assert "s’ouvre une fois" not in client.get(url).text


@time_machine.travel(at(8), tick=False)
def test_a_member_of_whom_nothing_is_expected_is_told_when_the_jury_sits(client, rf):
    jury = jury_of()
    jure = jure_of(jury)
    client.force_login(jure.user)
    assert "Vous n’avez rien à déclarer pour l’instant" in main(client, "declaration_edit", 2027)
    assert "Rien n’est attendu de vous" in main(client, "audition_list", 2027)
    seance_of(jury)
    request = rf.get("/")
    request.user = jure.user
    assert panneau(request)["seance"] == jury.seances.get()
    shown = words(client.get(reverse("label:tableau")).text)
    assert "Prochaine séance du jury : lundi 20 septembre 2027, 9 h, Salle du conseil, Orly." in shown
