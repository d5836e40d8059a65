"""What the EPT reads of its séances: who answered, what is to announce, and where a hearing may go."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from juries.models import Audition
from juries.oral.actions import confirm_venue, decline_venue, save_besoin
from juries.seance.convocation import publish_convocations
from label.models import Courriel
from projects.enums import Statut
from tests.factories.juries import audition_of, convoked, dossier_of, seance_of
from tests.juries.oral.scene import AVANT, at, sceau, scene

pytestmark = pytest.mark.django_db


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def page(client, name, *args):
    return client.get(reverse(f"juries:{name}", args=args)).text


def badges(html):
    """The answer beside the title of each hearing, in the order of the séance."""
    heads = re.findall(r'<div class="carte-tete"><h2 class="h3">(.*?)</div>', html, re.S)
    return [words(head.partition("</h2>")[2]) for head in heads]


@time_machine.travel(AVANT, tick=False)
def test_the_seance_says_at_its_top_how_many_come(client):
    s = scene()
    others = [audition_of(s.seance) for _ in range(4)]
    for other in others[:2]:
        convoked(other)
    moved = convoked(others[2])
    Audition.objects.filter(pk=moved.pk).update(fin=moved.fin - timedelta(minutes=1))
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    save_besoin(s.dossier, "Une rampe", by=s.membre)
    responsable = others[0].dossier.structure.membres.get().user
    others[0].refresh_from_db()
    s.audition = others[0]
    decline_venue(others[0].dossier, motif="Un train supprimé", sceau=sceau(s), by=responsable)
    client.force_login(s.pilote)

    html = page(client, "seance_detail", s.seance.cle)

    said = words(re.search(r'<p class="seance-comptes">(.*?)</p>', html, re.S)[1])
    assert said == "1 confirmée · 1 empêchée · 1 sans réponse · 1 besoin d’accès"
    assert badges(html) == [
        "Venue confirmée",
        "Ne peut pas venir",
        "Pas encore de réponse",
        "Créneau changé, à annoncer",
        "À convoquer",
    ]
    assert re.findall(r">(Répondre)<", html) == ["Répondre"]
    assert f'href="{reverse("juries:seance_list", args=[2027])}" aria-current="true">Séances' in html
    # The list says it too.
    listed = words(page(client, "seance_list", 2027))
    assert "1 ne peut pas venir 2 à annoncer" in listed


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (at(8, 59), []),
        (at(9), ["hear", "hear", "absence"]),
        (at(9, 20), ["hear", "hear", "absence", "absence"]),
    ],
)
def test_what_cannot_have_happened_yet_is_not_offered(client, now, offered):
    """The second begins at 9 h 20. A séance may run ahead of its timetable; nobody is absent before his hour."""
    with time_machine.travel(AVANT, tick=False):
        s = scene()
        two = audition_of(s.seance)
    with time_machine.travel(now, tick=False):
        client.force_login(s.pilote)
        html = page(client, "seance_detail", s.seance.cle)
    found = [
        act
        for act in ("hear", "absence")
        for audition in (s.audition, two)
        if reverse(f"juries:audition_{act}", args=[audition.cle]) in html
    ]
    assert found == offered


@pytest.mark.parametrize(("now", "is_button"), [(at(16), False), (at(17), True)])
def test_the_lock_stands_first_once_the_seance_is_over(client, now, is_button):
    with time_machine.travel(AVANT, tick=False):
        s = scene()
    with time_machine.travel(now, tick=False):
        client.force_login(s.pilote)
        html = page(client, "seance_detail", s.seance.cle)
    lock = reverse("juries:seance_lock", args=[s.seance.cle])
    assert html.count(lock) == 1
    assert (f'btn-outline-danger" href="{lock}"' in html) == is_button


@time_machine.travel(AVANT, tick=False)
def test_an_audition_moves_to_a_free_hour_chosen_with_what_was_said_in_sight(client):
    s = scene()
    later = seance_of(s.jury, debut=at(14, day=22), heures=2, lieu="Médiathèque de Choisy")
    audition_of(later)
    save_besoin(s.dossier, "Une rampe", by=s.membre)
    decline_venue(s.dossier, motif="Un train supprimé", sceau=sceau(s), by=s.membre)
    client.force_login(s.pilote)
    url = reverse("juries:audition_move", args=[s.audition.cle])

    html = client.get(url).text
    read = words(html)

    assert "Créneau actuel Lundi 20 septembre 2027, de 9 h à 9 h 20 · Salle du conseil, Orly" in read
    assert "Un train supprimé" in read
    assert "Une rampe" in read
    offered = [words(text) for text in re.findall(r'<label[^>]*for="id_creneau_\d+"[^>]*>(.*?)</label>', html, re.S)]
    assert offered == [
        "lundi 20 septembre 2027, 9 h 25 · Salle du conseil, Orly",
        "mercredi 22 septembre 2027, 14 h 25 · Médiathèque de Choisy",
        "Une autre heure, ou une autre séance",
    ]
    choice = f"{later.cle} 14:25"
    assert client.post(url, {"creneau": choice}).status_code == 302
    s.audition.refresh_from_db()
    assert (s.audition.seance, s.audition.debut) == (later, at(14, 25, day=22))
    # Taken meanwhile, the hour is said to be gone; any other one is still typed.
    other = audition_of(s.seance)
    url = reverse("juries:audition_move", args=[other.cle])
    refused = client.post(url, {"creneau": choice})
    assert "Entre-temps, ce créneau a été pris ou n’est plus possible" in unescape(refused.text)
    assert client.post(url, {"creneau": "autre", "seance": s.seance.cle, "heure": "16:00"}).status_code == 302
    other.refresh_from_db()
    assert other.debut == at(16)
    missing = client.post(url, {"creneau": "autre", "seance": s.seance.cle, "heure": ""})
    assert "Ce champ est obligatoire." in missing.text


@time_machine.travel(at(8), tick=False)
def test_the_list_says_which_is_today_and_leads_to_what_is_to_place(client):
    s = scene()
    seance_of(s.jury, debut=at(9, day=22))
    dossier_of(s.jury)
    dossier_of(s.jury)
    client.force_login(s.pilote)
    html = page(client, "seance_list", 2027)
    assert re.findall(r"Lundi 20.*?Aujourd’hui", html.replace("\u00a0", " "), re.S)
    assert html.count("Aujourd’hui") == 1
    act = re.search(r'<section class="carte carte-attente.*?</section>', html, re.S)[0]
    assert words(act) == "2 dossiers admis restent à placer Placer dans la séance du 20 septembre 2027"
    assert f"{reverse('juries:seance_detail', args=[s.seance.cle])}#placer" in act


@time_machine.travel(AVANT, tick=False)
def test_a_seance_without_anything_to_place_does_not_ask_for_it(client):
    s = scene()
    vide = seance_of(s.jury, debut=at(9, day=22))
    client.force_login(s.pilote)
    assert "Aucun dossier admis n’attend d’être placé" in page(client, "seance_detail", vide.cle)
    dossier_of(s.jury, statut=Statut.ADMIS)
    assert "Choisissez un dossier admis" in page(client, "seance_detail", vide.cle)


@time_machine.travel(AVANT, tick=False)
def test_convocations_say_the_former_hour_and_whom_they_reach_by_side(client):
    s = scene()
    publish_convocations(s.seance, by=s.pilote)
    Audition.objects.filter(pk=s.audition.pk).update(debut=at(15), fin=at(15, 20))
    Courriel.objects.all().delete()
    client.force_login(s.pilote)
    html = page(client, "seance_convoke", s.seance.cle)
    assert f"15 h : {s.dossier}, au lieu du 20 septembre 2027 à 9 h" in words(html).replace("\u00a0", " ")
    told = re.search(r'<section[^>]*id="prevenus".*?</section>', html, re.S)[0]
    sides = re.findall(r'<h3 class="h4">(.*?)</h3><ul>(.*?)</ul>', told, re.S)
    assert {side: re.findall(r"<li>(.*?)</li>", noms) for side, noms in sides} == {
        "Pour les structures": ["Awa Diarra"],
        "Chefs de projet": ["Luc Morel"],
        "Jury": [s.juree.get_full_name()],
    }
    done = client.post(reverse("juries:seance_convoke", args=[s.seance.cle]), follow=True)
    assert "3\u00a0messages sont partis." in done.text
    assert Courriel.objects.count() == 3
    again = page(client, "seance_convoke", s.seance.cle)
    assert words(re.search(r"<main.*</main>", again, re.S)[0]).count("prévenu") == 2
    assert timezone.now() == AVANT
