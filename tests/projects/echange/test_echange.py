"""Plain messages about a dossier: who writes to whom, who reads, once each, kept whole and never changed."""

import re
from html import unescape
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from instruction.models import Instruction
from label.limites import TropVite
from label.models import Courriel, Habilitation, User
from projects.deport.actions import declare_deport
from projects.echange.actions import send_echange
from projects.echange.cercles import cercle_of, people_of
from projects.enums import LIBELLES_PORTEUR, Cercle, MotCommence, Statut
from projects.models import Dossier, Echange, Membre
from tests.factories.contrats import AffectationFactory
from tests.factories.label import UserFactory
from tests.factories.projects import APRES_DEPOT, DossierFactory, MembreFactory
from tests.projects.echange.scene import scene

pytestmark = pytest.mark.django_db
S, C, E = Cercle.STRUCTURE, Cercle.CHEFS, Cercle.SERVICE
STRUCTURE = {"responsable", "membre", "ecrit", "chef_membre", "agent_membre"}
SERVICE = {"instructeur", "pilote"}


def page_of(dossier):
    return reverse("projects:echange_list", args=[dossier.cle])


def fields_of(page):
    return dict(re.findall(r'<input type="hidden" name="(envoi|vus)" value="([^"]*)"', page.text))


def post(client, dossier, page=None, **fields):
    page = page or client.get(page_of(dossier))
    return client.post(page_of(dossier), fields_of(page) | {"texte": "Bonjour.", "vers": ["chefs"]} | fields)


def read_by(echange, people):
    return {nom for nom, user in people.items() if Echange.objects.visible_to(user).filter(pk=echange.pk)}


# --- Who writes to whom, and who reads -----------------------------------------------------------


def test_each_role_and_each_direction():
    """{author: {to: (who reads, who gets a mail)}}; what is not there is refused."""
    w = scene()
    everybody = STRUCTURE | {"chef"} | SERVICE
    from_structure = {
        (C,): (STRUCTURE | {"chef"}, {"chef"}),
        (E,): (STRUCTURE | SERVICE, SERVICE),
        (C, E): (everybody, {"chef"} | SERVICE),
    }
    expected = dict.fromkeys(STRUCTURE, from_structure) | {
        "chef": {
            (S,): (STRUCTURE | {"chef"}, STRUCTURE),
            (E,): ({"chef"} | SERVICE, SERVICE),
            (S, E): (everybody, STRUCTURE | SERVICE),
        },
    }
    for nom in SERVICE:
        others = SERVICE - {nom}
        assert others
        expected[nom] = {
            (S,): (STRUCTURE | SERVICE, STRUCTURE),
            (C,): ({"chef"} | SERVICE, {"chef"}),
            (S, C): (everybody, STRUCTURE | {"chef"}),
        }
    found = {}
    for nom in w.qui:
        for vers in ((S,), (C,), (E,), (S, C), (S, E), (C, E)):
            Courriel.objects.all().delete()
            try:
                with transaction.atomic():
                    echange = w.send(nom, vers)
            except (PermissionDenied, ValidationError):
                continue
            if tuple(echange.vers) != vers:
                # One's own circle is nobody to write to.
                continue
            mailed = Courriel.objects.values_list("user", flat=True)
            assert len(mailed) == len(set(mailed))
            found.setdefault(nom, {})[vers] = (
                read_by(echange, w.qui),
                set(w.names(User.objects.filter(pk__in=mailed))),
            )
    assert found == expected


def test_who_is_a_chef_and_more_stands_in_the_circle_of_the_chefs_alone():
    """An agent, or a guest who writes: one circle per person, here, in the list of the readers and in what is read."""
    w = scene()
    agent, invite = UserFactory(nom="agent_chef", instructeur=True), w.qui["ecrit"]
    w.qui["agent_chef"] = agent
    for user in (agent, invite):
        AffectationFactory(user=user, contrat=w.dossier.contrat)
    people = people_of(w.dossier)
    for user in (agent, invite):
        again = User.objects.get(pk=user.pk)
        assert cercle_of(again, w.dossier) == C
        assert [cercle for cercle, found in people.items() if user in found] == [C]
    sent = {
        "service": w.send("responsable", [E]),
        "chefs": w.send("pilote", [C]),
        "structure": w.send("pilote", [S]),
    }
    qui = {nom: User.objects.get(pk=user.pk) for nom, user in w.qui.items()}
    assert {nom: sorted(read_by(one, qui) & {"agent_chef", "ecrit"}) for nom, one in sent.items()} == {
        "service": [],
        "chefs": ["agent_chef", "ecrit"],
        "structure": [],
    }
    # Where nobody says the contrat, who instructs reads as before.
    Dossier.objects.filter(pk=w.dossier.pk).update(contrat=None)
    assert "agent_chef" in read_by(sent["service"], qui)


def test_between_chef_and_service_nothing_is_seen_by_the_structure(client):
    w = scene()
    w.send("chef", [E], "Leur trésorerie m’inquiète.")
    w.send("instructeur", [C], "Merci, je regarde.")
    for nom in (*STRUCTURE, "commente", "voisin", "agent_recuse", "chef_recuse", "passant"):
        client.force_login(w.qui[nom])
        for name in ("echange_list", "dossier_detail", "dossier_read", "personne_list"):
            page = client.get(reverse(f"projects:{name}", args=[w.dossier.cle]))
            assert "trésorerie" not in page.text and "je regarde" not in page.text, (nom, name)
    client.force_login(w.qui["pilote"])
    assert "Leur trésorerie m’inquiète." in client.get(page_of(w.dossier)).text


def test_who_opens_the_page(client):
    w = scene()
    answers = {}
    for nom, user in w.qui.items():
        client.force_login(user)
        answers.setdefault(client.get(page_of(w.dossier)).status_code, set()).add(nom)
        told = client.get(reverse("projects:dossier_detail", args=[w.dossier.cle]))
        has_link = told.status_code == 200 and page_of(w.dossier) in told.text
        assert has_link == (client.get(page_of(w.dossier)).status_code == 200)
    assert answers == {
        200: STRUCTURE | SERVICE | {"chef"},
        403: {"commente", "voisin", "chef_recuse"},
        404: {"passant", "agent_recuse"},
    }


def test_a_recused_agent_reads_none_from_the_moment_on(client):
    w = scene()
    own = w.send("instructeur", [S], "Un mot à moi.")
    other = w.send("responsable", [E])
    assert {own, other} <= set(Echange.objects.visible_to(w.qui["instructeur"]))
    declare_deport(w.qui["instructeur"], w.dossier, motif="Ma sœur la préside.")
    again = User.objects.get(pk=w.qui["instructeur"].pk)
    assert list(Echange.objects.visible_to(again)) == []
    assert w.qui["instructeur"] not in people_of(w.dossier)[E]


def test_who_leaves_the_structure_reads_no_more_and_who_follows_reads_all():
    w = scene()
    w.send("membre", [C], "Entre nous.")
    Membre.objects.filter(user=w.qui["membre"]).delete()
    heir = UserFactory()
    MembreFactory(structure=w.dossier.structure, user=heir)
    assert list(Echange.objects.visible_to(User.objects.get(pk=w.qui["membre"].pk))) == []
    assert [one.texte for one in Echange.objects.visible_to(heir)] == ["Entre nous."]


def test_the_service_is_told_through_whoever_follows_the_dossier(client):
    w = scene(en_instruction=True)
    Instruction.objects.create(dossier=w.dossier, instructeur=w.qui["instructeur"])
    w.send("responsable", [E])
    assert list(Courriel.objects.values_list("destinataire", flat=True)) == [w.qui["instructeur"].email]
    client.force_login(w.qui["responsable"])
    page = unescape(client.get(page_of(w.dossier)).text)
    assert "Camille instructeur, Camille pilote" in page
    assert "Le courriel part vers Camille instructeur, qui suit le dossier" in page
    Habilitation.objects.filter(user=w.qui["instructeur"]).delete()
    Courriel.objects.all().delete()
    w.send("responsable", [E])
    assert list(Courriel.objects.values_list("destinataire", flat=True)) == [w.qui["pilote"].email]


def test_without_a_chef_the_service_alone_is_offered(client):
    porteur, agent = UserFactory(), UserFactory(pilote=True, nom="Petit")
    dossier = DossierFactory(porteur=porteur, contrat=None, quartiers=[])
    client.force_login(porteur)
    page = client.get(page_of(dossier)).text
    assert re.findall(r'name="vers"[^>]*value="(\w+)"[^>]*?(checked)?>', page) == [("service", "checked")]
    with pytest.raises(ValidationError, match="Personne ne lirait"):
        send_echange(dossier, by=porteur, vers=[C], texte="Bonjour.", envoi=uuid4())
    assert post(client, dossier, vers=["chefs"]).status_code == 422
    assert post(client, dossier, vers=["service"]).status_code == 302
    assert list(Courriel.objects.values_list("destinataire", flat=True)) == [agent.email]


# --- The page says who reads, the mail goes to each alone ------------------------------------------


def test_the_page_names_who_will_read_and_a_mail_leaves_for_each(client):
    w = scene()
    client.force_login(w.qui["chef"])
    page = client.get(page_of(w.dossier))
    text = unescape(page.text)
    assert "Aucun message pour l’instant." in text
    names = re.findall(r'id="lecteurs-(\w+)">.*?Qui le lira : ([^<]*)</p>', text, re.DOTALL)
    said = {cercle: {name.split()[-1] for name in people.split(", ")} for cercle, people in names}
    assert said == {"structure": STRUCTURE, "service": SERVICE}
    done = post(client, w.dossier, page, vers=["structure"], texte="Venez mardi à 14 h.", follow=True)
    echange = Echange.objects.get()
    assert done.url == f"{page_of(w.dossier)}#message-{echange.pk}"
    assert (echange.de, echange.vers, echange.texte) == (C, [S], "Venez mardi à 14 h.")
    mails = Courriel.objects.all()
    assert {mail.destinataire for mail in mails} == {w.qui[nom].email for nom in STRUCTURE}
    for mail in mails:
        assert mail.sujet == "Camille chef vous écrit à propos de « La halle »"
        assert "Camille chef, chef de projet du contrat de ville, vous écrit" in mail.texte
        assert "Venez mardi à 14 h." in mail.texte
        assert f"http://testserver{page_of(w.dossier)}\n" in mail.texte
        assert mail.repondre_a == w.qui["chef"].email
        others = {user.email for user in w.qui.values()} - {w.qui["chef"].email, mail.destinataire}
        assert not any(address in mail.texte for address in others)
    shown = unescape(client.get(page_of(w.dossier)).text)
    assert "Du chef de projet à la structure" in shown
    assert "<strong>Camille chef</strong>" in shown


def test_somebody_who_comes_in_between_is_said_before_they_read(client):
    w = scene()
    client.force_login(w.qui["chef"])
    page = client.get(page_of(w.dossier))
    late = UserFactory(nom="Arrivée")
    MembreFactory(structure=w.dossier.structure, user=late)
    refused = post(client, w.dossier, page, vers=["structure"], texte="Entre nous.")
    assert refused.status_code == 422
    assert "Les personnes qui liraient ce message ont changé" in refused.text
    assert ("Camille Arrivée" in refused.text, "Entre nous." in refused.text) == (True, True)
    assert (Echange.objects.count(), Courriel.objects.count()) == (0, 0)
    assert post(client, w.dossier, refused, vers=["structure"], texte="Entre nous.").status_code == 302
    # Of another circle, it changes nothing.
    page = client.get(page_of(w.dossier))
    MembreFactory(structure=w.dossier.structure)
    assert post(client, w.dossier, page, vers=["service"]).status_code == 302


@pytest.mark.parametrize("statut", list(Statut))
def test_in_every_statut_it_is_written_and_says_nothing_of_it(client, statut):
    w = scene(statut=statut)
    client.force_login(w.qui["responsable"])
    page = client.get(page_of(w.dossier))
    assert post(client, w.dossier, page, vers=["chefs", "service"]).status_code == 302
    echange, mail = Echange.objects.get(), Courriel.objects.filter(user=w.qui["chef"]).get()
    names = {Statut(s).label for s in Statut} | set(LIBELLES_PORTEUR.values())
    for text in (unescape(client.get(page_of(w.dossier)).text), mail.texte, mail.sujet):
        body = text.partition("<main")[2] or text
        assert {name for name in names if name in body} == set()
    assert (echange.de, Dossier.objects.get().statut) == (S, statut)
    assert (statut in APRES_DEPOT) == bool(Dossier.objects.get().numero)


# --- Once each ------------------------------------------------------------------------------------


def test_sent_twice_from_one_page_it_is_written_once_and_written_otherwise_it_is_another(client):
    w = scene()
    client.force_login(w.qui["responsable"])
    page = client.get(page_of(w.dossier))
    first, second = (post(client, w.dossier, page) for _ in range(2))
    assert (first.status_code, second.status_code, first.url) == (302, 302, second.url)
    assert (Echange.objects.count(), Courriel.objects.count()) == (1, 1)
    # The back button: the same page, other words. Nothing typed is lost.
    for _ in range(2):
        post(client, w.dossier, page, texte="Bonjour, et merci.")
    assert list(Echange.objects.values_list("texte", flat=True)) == ["Bonjour.", "Bonjour, et merci."]
    assert Courriel.objects.count() == 2
    # The page of somebody else, sent by another: theirs.
    client.force_login(w.qui["membre"])
    post(client, w.dossier, page)
    assert Echange.objects.filter(by=w.qui["membre"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_instant_leave_one_message():
    w = scene()
    barrier, kept, envoi = Barrier(4), [], uuid4()

    def click():
        barrier.wait()
        try:
            kept.append(w.send("responsable", [C, E], envoi=envoi).pk)
        finally:
            connection.close()

    threads = [Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == [Echange.objects.get().pk] * 4
    assert Courriel.objects.count() == 3


def test_too_many_are_refused_and_nothing_typed_is_lost(client):
    w = scene()
    for n in range(20):
        w.send("responsable", [C], f"Message {n}")
    with pytest.raises(TropVite):
        w.send("responsable", [C], "Encore")
    w.send("membre", [C], "Un autre écrit encore")
    client.force_login(w.qui["responsable"])
    refused = post(client, w.dossier, texte="Celui de trop")
    assert refused.status_code == 422
    assert "Beaucoup de messages sont partis en peu de temps" in refused.text
    assert ">\nCelui de trop</textarea>" in refused.text
    assert Echange.objects.count() == 21
    for n in range(40):
        w.send("instructeur", [S], f"Message {n}")


# --- What is typed --------------------------------------------------------------------------------


def test_hostile_text_is_kept_as_text(client):
    w = scene()
    client.force_login(w.qui["responsable"])
    typed = "<img src=x onerror=alert(1)> {{ settings.SECRET_KEY }} {% load x %}\x00 \u202etxet\u202c & «é»"
    assert post(client, w.dossier, texte=typed).status_code == 302
    kept = Echange.objects.get().texte
    assert kept == "<img src=x onerror=alert(1)> {{ settings.SECRET_KEY }} {% load x %} txet & «é»"
    page = client.get(page_of(w.dossier)).text
    assert ("<img src=x" in page, "&lt;img src=x" in page) == (False, True)
    mail = Courriel.objects.get()
    assert (kept in mail.texte, "<img src=x" in mail.html) == (True, False)
    arabic = "مرحبا بكم في المشروع"
    post(client, w.dossier, texte=arabic)
    assert Echange.objects.last().texte == arabic


@pytest.mark.parametrize(
    ("typed", "said"),
    [("a" * 100_000, "95000 de trop"), ("", "Ce champ est obligatoire"), ("\x00 \u200b", "Ce champ est obligatoire")],
    ids=["long", "empty", "unseen"],
)
def test_what_cannot_be_sent_is_said_by_the_field_and_kept(client, typed, said):
    w = scene()
    client.force_login(w.qui["responsable"])
    refused = post(client, w.dossier, texte=typed)
    assert refused.status_code == 422
    assert said in refused.text.replace("\u202f", "").replace(" ", " ").replace(" de", " de")
    assert len(typed) < 10 or typed in refused.text
    assert Echange.objects.count() == 0
    nobody = post(client, w.dossier, vers=[], texte="À qui ?")
    assert ("Choisissez à qui vous écrivez." in nobody.text, "À qui ?" in unescape(nobody.text)) == (True, True)


def test_a_form_made_by_hand_is_refused_politely(client):
    w = scene()
    client.force_login(w.qui["responsable"])
    for fields in ({"envoi": "x"}, {"vers": ["structure"]}, {"vers": ["jury"]}, {"vus": "?" * 300}, {"vus": "a.b-c"}):
        assert post(client, w.dossier, **fields).status_code == 422, fields
    assert Echange.objects.count() == 0


# --- Kept -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [lambda rows: rows.update(texte="Autre"), lambda rows: rows.update(vers=["service"]), lambda rows: rows.delete()],
)
def test_a_message_is_neither_changed_nor_erased(act):
    w = scene()
    w.send("responsable", [C])
    with pytest.raises(DatabaseError), transaction.atomic():
        act(Echange.objects.all())
    assert Echange.objects.get().texte == "Bonjour."


def test_the_outbox_of_the_ept_does_not_show_what_the_ept_does_not_read(client):
    w = scene()
    apart = w.send("responsable", [C], "Entre la structure et son chef.")
    theirs = w.send("responsable", [E], "Au service.")
    pilote = w.qui["pilote"]
    shown = set(Courriel.objects.visible_to(pilote).values_list("object_id", flat=True))
    assert shown == {theirs.pk}
    assert Courriel.objects.filter(object_id=apart.pk).count() == 1
    client.force_login(pilote)
    assert "Entre la structure" not in client.get(reverse("label:courriel_list")).text
    assert list(Courriel.objects.visible_to(w.qui["agent_recuse"])) == []


def test_the_page_costs_the_same_with_one_message_and_forty(client, django_assert_num_queries):
    w = scene()
    client.force_login(w.qui["chef"])
    w.send("responsable", [C], "Un.")
    client.get(page_of(w.dossier))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(w.dossier))
    Echange.objects.bulk_create(
        Echange(dossier=w.dossier, by=w.qui["membre"], de=S, vers=[C], texte=f"Mot {n}", empreinte=str(n))
        for n in range(40)
    )
    with CaptureQueriesContext(connection) as many:
        page = client.get(page_of(w.dossier))
    assert page.text.count('class="propos"') == 41
    assert len(many) == len(few)


def test_a_long_story_is_read_page_by_page_the_last_words_first(client):
    w = scene()
    Echange.objects.bulk_create(
        Echange(dossier=w.dossier, by=w.qui["membre"], de=S, vers=[C], texte=f"Mot {n}.", empreinte=str(n))
        for n in range(60)
    )
    client.force_login(w.qui["chef"])
    said = re.findall(r"<p>(Mot \d+\.)</p>", client.get(page_of(w.dossier)).text)
    assert said == [f"Mot {n}." for n in range(10, 60)]
    assert "<p>Mot 9.</p>" in client.get(page_of(w.dossier) + "?page=2").text


# --- What a card begins to write -----------------------------------------------------------------


def test_a_link_may_begin_the_words_and_what_is_typed_stays(client):
    w = scene()
    client.force_login(w.qui["membre"])
    page = page_of(w.dossier)

    def written(answer):
        return unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", answer.text, re.DOTALL)[1])

    begun = {"mot": MotCommence.RENDEZ_VOUS.value}
    assert written(client.get(page, begun)) == MotCommence.RENDEZ_VOUS.label
    assert [written(client.get(page, {"mot": mot})) for mot in ("", "autre", "\0", "RENDEZ_VOUS")] == [""] * 4
    refused = client.post(f"{page}?mot=rendez-vous", {"texte": "Mardi, si possible.", "vers": []})
    assert (refused.status_code, written(refused)) == (422, "Mardi, si possible.")
