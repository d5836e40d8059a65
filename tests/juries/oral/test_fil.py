"""What the hearing tells: the card of a dossier admitted, its lines, what is to do for each."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from juries.oral.actions import confirm_venue, decline_venue, keep_slot
from juries.oral.maintenant import cartes_de_l_oral
from juries.oral.repetitions import accept_repetition, propose_repetition
from juries.seance.actions import hear, move_audition, remove_audition
from juries.seance.convocation import publish_convocations
from label.models import User
from projects.dossier.completude import prefetch_completude
from projects.fil.paroles import Pour, table
from projects.fil.recit import debut_du_fil
from projects.fil.registre import cartes_du_moment, ce_qui_attend, histoire
from projects.models import Dossier
from projects.pages.dossier import fresh
from tests.factories.juries import audition_of, convoked, dossier_of, jury_of
from tests.factories.label import UserFactory
from tests.juries.oral.scene import AVANT, at, sceau, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def s():
    with time_machine.travel(AVANT, tick=False):
        yield scene()


def card(s, user):
    return cartes_du_moment([fresh(s.dossier)], user, timezone.now())[s.dossier.pk][0]


def told(s, user):
    """(moment, first act) of the card of this person."""
    carte = card(s, user)
    return carte.moment, carte.gestes[0].mots if carte.gestes else ""


def to_do(user):
    return [one.texte for one in ce_qui_attend(user, timezone.now())]


def test_the_card_follows_the_appointment(s):
    people = ("membre", "chef", "invite", "pilote")
    cartes = {who: card(s, getattr(s, who)) for who in people}
    assert {carte.moment for carte in cartes.values()} == {"audition_fixee"}
    for who, carte in cartes.items():
        rdv = carte.rendez_vous
        assert (rdv.debut, rdv.fin, rdv.lieu) == (at(9), at(9, 20), "Salle du conseil, Orly"), who
        assert (rdv.presentation, rdv.questions, rdv.avec) == (10, 10, "Experts"), who
        assert rdv.agenda == f"/dossiers/{s.dossier.cle}/oral/audition.ics"
    assert [(one.mots, one.post) for one in cartes["membre"].gestes] == [
        ("Confirmer ma venue", True),
        ("Je ne peux pas venir", False),
        ("Préparer votre audition", False),
    ]
    assert (cartes["membre"].tour, cartes["membre"].a_vous) == ("À vous", True)
    assert {who: (cartes[who].a_vous, cartes[who].gestes[0].mots) for who in people[1:]} == {
        "chef": (False, "Aider à préparer l’audition"),
        "invite": (False, "Voir l’audition"),
        "pilote": (False, "Ouvrir la séance"),
    }

    decline_venue(s.dossier, motif="Secret médical", sceau=sceau(s), by=s.membre)
    assert told(s, s.membre) == ("audition_empechee", "Je peux venir finalement")
    assert told(s, s.pilote) == ("audition_empechee", "Répondre à l’empêchement")
    assert card(s, s.pilote).a_vous
    keep_slot(s.audition, reponse="Venez à deux.", by=s.pilote)
    carte = card(s, s.membre)
    assert (carte.moment, carte.dit) == ("audition_maintenue", (("La réponse de l’EPT", "Venez à deux."),))
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    assert told(s, s.membre) == ("audition_confirmee", "Préparer votre audition")
    move_audition(s.audition, s.seance, at(11), by=s.pilote)
    assert told(s, s.membre)[0] == "audition_confirmee"
    assert told(s, s.pilote)[0] == "audition_a_annoncer"
    publish_convocations(s.seance, by=s.pilote)
    assert told(s, s.membre) == ("audition_deplacee", "Confirmer ma venue")
    with time_machine.travel(at(7), tick=False):
        assert told(s, s.membre)[0] == "audition_jour"
    with time_machine.travel(at(11, 20), tick=False):
        assert told(s, s.membre)[0] == "audition_passee"
        hear(s.audition, by=s.pilote)
        assert told(s, s.membre)[0] == "auditionne"


def test_the_story_tells_what_was_announced_answered_and_agreed(s):
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    live = propose_repetition(s.dossier, debut=at(18, day=14), duree=45, lieu="Ici", visio="", mot="", by=s.chef)
    accept_repetition(s.dossier, vu=live.cle, by=s.membre)
    lines = {ligne.texte: ligne.qui for ligne in histoire(fresh(s.dossier), s.membre)}
    mine = {
        "Convocation à l’audition\u00a0: lundi 20\u00a0septembre\u00a02027 à 9\u00a0h": "L’EPT",
        "Venue confirmée\u00a0: lundi 20\u00a0septembre\u00a02027 à 9\u00a0h": "Awa Diarra",
        "Répétition proposée\u00a0: mardi 14\u00a0septembre\u00a02027 à 18\u00a0h": "Luc Morel",
        "Répétition fixée\u00a0: mardi 14\u00a0septembre\u00a02027 à 18\u00a0h": "Awa Diarra",
    }
    assert lines == mine
    # A guest reads the hearing; the rehearsal is between the two who make it.
    guest = {ligne.texte for ligne in histoire(fresh(s.dossier), s.invite)}
    assert guest == {texte for texte in mine if "Répétition" not in texte}
    remove_audition(s.audition, by=s.pilote)
    assert "Audition annulée\u00a0: elle était prévue lundi 20\u00a0septembre\u00a02027 à 9\u00a0h" in {
        ligne.texte for ligne in histoire(fresh(s.dossier), s.membre)
    }


def test_a_date_accepted_then_replaced_stays_in_the_story_of_each_page(s, client):
    first = propose_repetition(s.dossier, debut=at(18, day=14), duree=45, lieu="Ici", visio="", mot="", by=s.chef)
    accept_repetition(s.dossier, vu=first.cle, by=s.membre)
    again = {"duree": 45, "lieu": "Ici", "visio": "", "mot": ""}
    propose_repetition(s.dossier, debut=at(8, day=15), by=s.membre, vu=first.cle, **again)
    told = [ligne.texte for ligne in histoire(fresh(s.dossier), s.chef) if "Répétition" in ligne.texte]
    assert sorted(told) == [
        "Répétition fixée\u00a0: mardi 14\u00a0septembre\u00a02027 à 18\u00a0h",
        "Répétition proposée\u00a0: mardi 14\u00a0septembre\u00a02027 à 18\u00a0h",
        "Répétition proposée\u00a0: mercredi 15\u00a0septembre\u00a02027 à 8\u00a0h",
    ]
    names = ("projects:dossier_detail", "projects:fil", "juries:oral_detail")
    urls = [reverse(name, args=[s.dossier.cle]) for name in names]
    for user in (s.membre, s.chef, s.pilote):
        client.force_login(user)
        assert [client.get(url).status_code for url in urls] == [200, 200, 200]
    # What the page of the instruction shows of it.
    assert len(debut_du_fil(fresh(s.dossier), s.pilote)["journees"]) > 0


def test_what_is_to_do_for_each(s):
    assert to_do(s.membre) == ["Confirmer votre venue devant le jury, lundi 20\u00a0septembre\u00a02027 à 9\u00a0h"]
    assert (to_do(s.chef), to_do(s.pilote), to_do(s.juree), to_do(s.recusee)) == ([], [], [], [])
    live = propose_repetition(s.dossier, debut=at(18, day=14), duree=45, lieu="Ici", visio="", mot="", by=s.chef)
    asked = "Répondre à la date proposée pour répéter, {}"
    assert asked.format("mardi 14\u00a0septembre\u00a02027 à 18\u00a0h") in to_do(s.membre)
    propose_repetition(s.dossier, debut=at(8, day=15), duree=45, lieu="Ici", visio="", mot="", by=s.membre, vu=live.cle)
    assert to_do(s.chef) == [asked.format("mercredi 15\u00a0septembre\u00a02027 à 8\u00a0h")]
    decline_venue(s.dossier, motif="Non", sceau=sceau(s), by=s.membre)
    assert to_do(s.membre) == []
    assert to_do(s.pilote) == ["Répondre à la structure, qui ne peut pas venir à son audition"]


def turns(client, s):
    """{who: the turn as the card says it} once the path says the same; and what is to do for the structure."""
    said = {}
    for who in ("membre", "chef", "invite", "pilote"):
        client.force_login(User.objects.get(pk=getattr(s, who).pk))
        page = client.get(reverse("projects:dossier_detail", args=[s.dossier.cle]))
        [step] = [step for step in page.context["frise"] if step["state"] == "current"]
        said[who] = page.context["carte"].tour
        assert step["tour"] == said[who], who
    return [*said.values(), [one.split(",")[0] for one in to_do(s.membre)]]


def test_whose_turn_it_is_is_one_thing_on_the_card_on_the_path_and_in_what_is_to_do(s, client):
    asked = ["Confirmer votre venue devant le jury"]
    to_the_structure = ["À vous", "À la structure", "À la structure", "À la structure", asked]
    to_the_jury = ["Au jury"] * 4 + [[]]
    to_the_ept = ["À l’EPT"] * 3 + ["À vous", []]
    today = "Vous passez devant le jury aujourd’hui à 11\u00a0h"
    assert turns(client, s) == to_the_structure
    decline_venue(s.dossier, motif="Non", sceau=sceau(s), by=s.membre)
    assert turns(client, s) == to_the_ept
    keep_slot(s.audition, reponse="Venez à deux.", by=s.pilote)
    assert turns(client, s) == to_the_structure
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    assert turns(client, s) == to_the_jury
    move_audition(s.audition, s.seance, at(11), by=s.pilote)
    assert turns(client, s) == ["Au jury", "Au jury", "Au jury", "À vous", []]
    publish_convocations(s.seance, by=s.pilote)
    assert turns(client, s) == to_the_structure
    with time_machine.travel(at(7), tick=False):
        assert turns(client, s) == [*to_the_structure[:-1], [f"{today}\u00a0: confirmez votre venue"]]
        confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
        assert turns(client, s) == [*to_the_jury[:-1], [today]]
    with time_machine.travel(at(11, 20), tick=False):
        assert turns(client, s) == to_the_ept


def test_once_the_hour_is_over_nothing_is_offered_and_the_ept_is_awaited(s, client):
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    with time_machine.travel(at(9, 20), tick=False):
        for who in ("membre", "chef", "invite"):
            client.force_login(User.objects.get(pk=getattr(s, who).pk))
            page = client.get(reverse("projects:dossier_detail", args=[s.dossier.cle]))
            carte = page.context["carte"]
            assert (carte.gestes, carte.rendez_vous.agenda, carte.rendez_vous.note) == ((), "", "")
            assert carte.paroles[0].endswith("L’EPT inscrit d’abord qui a été entendu, puis le jury délibère.")
            assert page.context["libelle"] == "Heure passée"
            oral = client.get(reverse("juries:oral_detail", args=[s.dossier.cle])).text
            main = oral.split("<main")[1].split("</main>")[0]
            assert [words for words in ("<form", ".ics", "Préparer", "Joindre") if words in main] == []
            assert "audition est passée" in main
        # No form is shown that could only be refused.
        client.force_login(s.membre)
        answer = client.get(reverse("juries:venue_decline", args=[s.dossier.cle]), follow=True)
        assert "Cette audition est passée\u00a0: elle était prévue le 20\u00a0septembre" in answer.text
        assert 'name="motif"' not in answer.text
        assert [geste.mots for geste in card(s, s.pilote).gestes] == ["Ouvrir la séance", "Voir la préparation"]


def test_the_day_itself_says_when_to_come_unless_it_is_held_at_a_distance(s):
    [early] = [card(s, s.membre).rendez_vous]
    assert (early.note, early.acces) == ("dans 10\u00a0jours, à confirmer", "")
    with time_machine.travel(at(7), tick=False):
        rdv = card(s, s.membre).rendez_vous
        assert (rdv.note, rdv.acces) == ("aujourd’hui, à confirmer", "Venez un quart d’heure avant.")
        # To the structure alone.
        assert card(s, s.chef).rendez_vous.acces == ""
    s.seance.lieu, s.seance.visio = "", "https://visio.example/jury"
    s.seance.save()
    s.audition.refresh_from_db()
    convoked(s.audition)
    with time_machine.travel(at(7), tick=False):
        assert card(s, s.membre).rendez_vous.acces == ""
    assert (card(s, s.membre).moment, card(s, s.membre).rendez_vous.avant) == (
        "audition_changee",
        "Salle du conseil, Orly",
    )


def test_a_hearing_moved_says_what_it_was_and_that_the_former_answer_is_lost(s, client):
    before = "lundi 20\u00a0septembre\u00a02027 à 9\u00a0h"
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    move_audition(s.audition, s.seance, at(11), by=s.pilote)
    # Moved, not announced: the EPT reads on both pages what is planned, and what the structure knows.
    client.force_login(s.pilote)
    oral = client.get(reverse("juries:oral_detail", args=[s.dossier.cle])).text
    carte = card(s, s.pilote)
    assert (carte.titre, carte.rendez_vous.debut, carte.rendez_vous.avant) == (
        "L’audition est à annoncer",
        at(11),
        before,
    )
    assert carte.titre in oral and "de 11\u00a0h à 11\u00a0h\u00a020" in oral
    assert "Venue confirmée par" not in oral and "La structure a confirmé" not in oral
    publish_convocations(s.seance, by=s.pilote)
    carte = card(s, s.membre)
    assert (carte.titre, carte.rendez_vous.avant) == ("Votre audition est déplacée", before)
    order = [
        "Votre audition est déplacée",
        f"Avant\u00a0: {before}",
        "Votre réponse d’avant ne compte plus",
        "Confirmer ma venue",
    ]
    for name in ("projects:dossier_detail", "juries:oral_detail"):
        client.force_login(s.membre)
        text = client.get(reverse(name, args=[s.dossier.cle])).text.split("<main")[1]
        found = [text.index(words) for words in order]
        assert found == sorted(found), name
    assert card(s, s.chef).rendez_vous.avis == "La réponse d’avant ne compte plus."


@pytest.mark.parametrize("is_convoked", [True, False])
def test_the_page_of_the_oral_speaks_to_who_reads_it(is_convoked, client):
    with time_machine.travel(AVANT, tick=False):
        s = scene(is_convoked=is_convoked)
        own = ("Vos supports", "vos mots", "vous la recevrez par courriel", "Vous présentez")
        said = {}
        for who in ("membre", "chef", "invite", "pilote"):
            client.force_login(getattr(s, who))
            text = client.get(reverse("juries:oral_detail", args=[s.dossier.cle])).text
            said[who] = [words for words in own if words in text.split("<main")[1]]
        assert said == {"membre": list(own), "chef": [], "invite": [], "pilote": []}


def test_every_moment_has_its_words_for_each_reader_who_lives_it():
    moments = ("fixee", "deplacee", "changee", "jour", "passee", "confirmee", "empechee", "maintenue", "attendue")
    assert {(f"audition_{moment}", reader) for moment in moments for reader in Pour} <= table.keys()


@time_machine.travel(AVANT, tick=False)
def test_the_cards_are_read_in_a_constant_number_of_queries():
    one = scene()
    costs = []
    for _ in range(2):
        # The rights are read once for a person.
        membre = User.objects.get(pk=one.membre.pk)
        mine = Dossier.objects.filter(structure=one.dossier.structure)
        dossiers = list(prefetch_completude(mine))
        with CaptureQueriesContext(connection) as seen:
            cartes = cartes_de_l_oral(dossiers, membre, timezone.now())
        costs.append(len(seen))
        assert len(cartes) == len(dossiers)
        for _ in range(5):
            dossier = dossier_of(one.jury, structure=one.dossier.structure, contrat=one.dossier.contrat)
            convoked(audition_of(one.seance, dossier))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("role", ["pilote", "instructeur"])
def test_a_dossier_admitted_and_placed_by_nobody_is_read_by_the_ept(client, role):
    dossier = dossier_of(jury_of())
    client.force_login(UserFactory(**{role: True}))
    page = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
    assert page.status_code == 200
    assert page.context["carte"].moment == "audition_attendue"
    acts = [geste.mots for geste in page.context["carte"].gestes]
    assert acts == (["Placer l’audition", "Voir la préparation"] if role == "pilote" else ["Voir la préparation"])
    for geste in page.context["carte"].gestes:
        assert client.get(geste.adresse, follow=True).status_code == 200
