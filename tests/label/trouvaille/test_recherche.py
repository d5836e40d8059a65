"""One search for signed-in people: each finds what they may read, and nothing of what they may not know."""

import random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from juries.models import Audition
from label.journaux import discreet
from label.recherche import is_within, matches
from label.trouvaille.registre import MAX, Sorte, search
from projects.dossier.connu import libelle_for, statut_for
from projects.enums import CONNUS, LIBELLES_PORTEUR, Statut
from projects.models import Dossier, IdeeEnAttente, Membre, Structure
from projects.trouvailles import numeros
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory, StructureFactory
from tests.world import PERSONNES, World

pytestmark = pytest.mark.django_db
PAGE = "/recherche/"


def found(user, text):
    """{sorte: [addresses]} of what this person finds."""
    return {groupe.sorte: [une.adresse for une in groupe.trouvailles] for groupe in search(user, text)}


def pages(*dossiers):
    return {reverse("projects:dossier_detail", args=[dossier.cle]) for dossier in dossiers}


@pytest.fixture
def world():
    return World()


def test_each_finds_the_dossiers_they_may_read_and_no_other(world):
    w = world
    own = [w.idee, w.brouillon, w.pret, w.depose, w.renvoye, w.instruit, w.caduc, w.admis]
    # The dossiers of the world are all called «Le jardin qui parle»; laureates made apart, otherwise.
    theirs = [w.brouillon_2, w.instruit_2, w.auditionne]
    table = {
        "inconnu": [],
        "responsable": own,
        "membre": own,
        "ex_membre": [],
        "chef": own,
        "ex_chef": [],
        "ex_pilote": [],
        "préside": [],
        "juré": [],
        "récusé": [],
        "juré_2": [],
        "ex_juré": [],
        "inv_lit": [w.brouillon, w.instruit],
        "inv_écrit": [w.brouillon, w.renvoye],
    }
    for nom, dossiers in table.items():
        answer = set(found(w.personnes[nom], "jardin").get(Sorte.DOSSIER, []))
        assert answer & pages(*own, *theirs) == pages(*dossiers), nom
    for nom in ("porteur_2", "chef_2"):
        answer = set(found(w.personnes[nom], "jardin")[Sorte.DOSSIER])
        assert answer & pages(*own) == set(), nom
        assert answer >= pages(*theirs), nom
    for nom in PERSONNES[1:]:
        user, visible = w.personnes[nom], Dossier.objects.visible_to(w.personnes[nom])
        answer = set(found(user, "jardin").get(Sorte.DOSSIER, []))
        assert answer <= pages(*visible), nom


def test_a_juror_finds_the_hearings_he_declared_free_and_the_recused_finds_nothing(world):
    w = world
    heard = {
        nom: set(found(w.personnes[nom], "jardin").get(Sorte.AUDITION, []))
        for nom in ("préside", "juré", "récusé", "juré_2", "ex_juré", "pilote", "instruct", "responsable")
    }
    one, two = (reverse("juries:audition_detail", args=[a.cle]) for a in (w.audition, w.audition_2))
    three = reverse("juries:audition_detail", args=[w.audition_jury_2.cle])
    assert heard == {
        "préside": {one, two},
        "juré": {one, two},
        "récusé": {two},
        "juré_2": {three},
        "ex_juré": set(),
        "pilote": set(),
        "instruct": set(),
        "responsable": set(),
    }
    assert found(w.personnes["récusé"], w.admis.numero) == {}
    assert found(w.personnes["récusé"], w.admis.titre) == {}


def test_a_recused_agent_does_not_find_the_dossier_nor_the_structure_it_alone_made_known(world):
    from projects.deport.actions import declare_deport

    agent = world.personnes["instruct"]
    lone = DossierFactory(edition=world.ouverte, structure=StructureFactory(nom="Seule au monde"), titre="Le phare")
    assert found(agent, "phare").keys() == {Sorte.DOSSIER}
    assert found(agent, "seule monde").keys() == {Sorte.DOSSIER, Sorte.STRUCTURE}
    declare_deport(agent, lone, motif="Voisin.")
    agent = type(agent).objects.get(pk=agent.pk)
    assert found(agent, "phare") == {}
    assert found(agent, "seule monde") == {}


def test_structures_and_people_are_those_one_works_with(world):
    w = world
    ateliers, relais = (reverse("projects:structure_detail", args=[s.cle]) for s in (w.structure, w.structure_2))

    def structures(nom):
        return {*found(w.personnes[nom], "ateliers").get(Sorte.STRUCTURE, [])} | {
            *found(w.personnes[nom], "relais").get(Sorte.STRUCTURE, [])
        }

    assert {nom: structures(nom) for nom in PERSONNES[1:] if structures(nom)} == {
        "responsable": {ateliers},
        "membre": {ateliers},
        "chef": {ateliers},
        "porteur_2": {relais},
        "chef_2": {relais},
        "instruct": {ateliers, relais},
        "pilote": {ateliers, relais},
    }

    def people(nom):
        groupes = {groupe.sorte: groupe for groupe in search(w.personnes[nom], "camille lenoir")}
        return {une.titre for une in groupes[Sorte.PERSONNE].trouvailles} if Sorte.PERSONNE in groupes else set()

    names = {nom: user and user.get_full_name() for nom, user in w.personnes.items()}
    own = {names[nom] for nom in ("responsable", "membre", "inv_lit", "inv_écrit", "chef")}
    assert people("responsable") == people("membre") == people("chef") == own
    assert people("porteur_2") == {names["porteur_2"], names["chef_2"]}
    assert people("inconnu") == people("juré") == people("ex_membre") == people("ex_chef") == set()
    assert people("pilote") >= own | {names["porteur_2"], names["chef_2"], names["instruct"], names["pilote"]}
    assert names["ex_membre"] not in people("pilote")


def test_an_address_finds_nobody_outside_the_ept(world):
    p = world.personnes
    address = p["membre"].email
    assert found(p["responsable"], address) == {}
    assert found(p["chef"], address.split("@")[0]) == {}
    assert Sorte.PERSONNE in found(p["pilote"], address)
    answer = Client()
    answer.force_login(p["responsable"])
    page = answer.get(PAGE, {"q": "lenoir"}).content.decode()
    assert p["membre"].get_full_name() in page
    assert p["membre"].email not in page


def test_only_published_laureates_are_found_by_anybody(world):
    for nom in PERSONNES[1:]:
        answer = {
            page for text in ("jardin", "lauréat") for page in found(world.personnes[nom], text).get("laureat", [])
        }
        assert world.laureat_cache.get_absolute_url() not in answer, nom
    assert world.laureat.get_absolute_url() in found(world.personnes["inconnu"], "jardin partagé")[Sorte.LAUREAT]


def test_an_idea_that_waits_is_found_by_who_may_read_it(world):
    IdeeEnAttente.objects.filter(pk=world.idee_gardee.pk).update(titre="L’horloge de l’été")
    here = reverse("projects:idee_detail", args=[world.idee_gardee.cle])
    asked = {nom for nom in PERSONNES[1:] if here in found(world.personnes[nom], "HORLOGE").get(Sorte.IDEE, [])}
    assert asked == {"responsable", "membre", "chef", "instruct", "pilote"}


# --- Secrecy -------------------------------------------------------------------------------------


def test_nothing_of_a_secret_statut_is_found_shown_or_sorted_by(world):
    """Every statut, under the same title: outside the EPT each reads as what it seems, in an order it does not make."""
    rangs = list(range(500, 500 + len(Statut)))
    random.shuffle(rangs)
    made = {}
    for statut, rang in zip(Statut, rangs, strict=True):
        dossier = world.in_statut(statut)
        Dossier.objects.filter(pk=dossier.pk).update(titre="Zanzibar")
        if dossier.numero:
            dossier.numero = f"LAI-{world.ouverte.annee}-{rang}"
            Dossier.objects.filter(pk=dossier.pk).update(numero=dossier.numero)
        made[statut] = dossier
    numbered = [made[s] for s in sorted(made, key=lambda s: made[s].numero) if made[s].numero]
    for nom in ("responsable", "membre", "chef"):
        user = world.personnes[nom]
        (groupe,) = search(user, "zanzibar")
        by_page = {une.adresse: une for une in groupe.trouvailles}
        words = {
            statut: by_page[reverse("projects:dossier_detail", args=[made[statut].cle])].etiquette for statut in made
        }
        tones = {statut: by_page[reverse("projects:dossier_detail", args=[made[statut].cle])].ton for statut in made}
        for secret, known in CONNUS.items():
            assert (words[secret], tones[secret]) == (words[known], tones[known]), (nom, secret)
        order = [une.mots.split(" · ")[0] for une in groupe.trouvailles]
        assert [numero for numero in order if numero.startswith("LAI-")] == [d.numero for d in numbered]
        for statut in CONNUS:
            for mot in (Statut(statut).label, LIBELLES_PORTEUR[statut]):
                assert Sorte.DOSSIER not in found(user, mot), (nom, mot)
    (groupe,) = search(world.personnes["pilote"], "zanzibar")
    assert {une.etiquette for une in groupe.trouvailles} >= {Statut(secret).label for secret in CONNUS}


def test_what_is_shown_of_a_dossier_is_what_its_page_says(world):
    for nom in ("responsable", "chef", "chef_lié", "inv_lit", "pilote"):
        user = world.personnes[nom]
        (groupe,) = [g for g in search(user, world.instruit.numero) if g.sorte == Sorte.DOSSIER]
        assert groupe.trouvailles[0].etiquette == libelle_for(statut_for(world.instruit, user), world.instruit, user)


# --- Numbers, words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("LAI-2027-031", ["LAI-2027-031"]),
        ("lai 2027 31", ["LAI-2027-031"]),
        ("lai2027031", ["LAI-2027-031"]),
        ("2027-031", ["LAI-2027-031"]),
        ("  2027 –  31 ", ["LAI-2027-031"]),
        ("31", ["LAI-2026-031", "LAI-2027-031"]),
        ("n° 031", ["LAI-2026-031", "LAI-2027-031"]),
        ("1000", ["LAI-2026-1000", "LAI-2027-1000"]),
        ("31 jardins", []),
        ("jardin", []),
        ("", []),
    ],
)
def test_a_number_is_read_as_people_write_it(typed, numbers):
    EditionFactory(annee=2026)
    EditionFactory(annee=2027)
    assert sorted(numeros(typed)) == numbers


def test_the_number_asked_for_comes_first():
    edition, agent = EditionFactory(annee=2027), UserFactory(pilote=True)
    for rang in range(30):
        DossierFactory(
            edition=edition, titre=f"31 jardins, {rang:02d}", numero=f"LAI-2027-{rang + 100}", statut="depose"
        )
    asked = DossierFactory(edition=edition, titre="Zébulon", numero="LAI-2027-031", statut="depose")
    here = reverse("projects:dossier_detail", args=[asked.cle])
    for typed in ("31", "031", "2027-31", "LAI-2027-031"):
        assert found(agent, typed)[Sorte.DOSSIER][0] == here, typed


def test_the_beginning_of_a_number_gives_them_in_order():
    edition, agent = EditionFactory(annee=2027), UserFactory(pilote=True)
    for rang, titre in ((3, "Alpha"), (1, "Gamma"), (2, "Beta")):
        DossierFactory(edition=edition, titre=titre, numero=f"LAI-2027-01{rang}", statut="depose")
    titles = {reverse("projects:dossier_detail", args=[d.cle]): d.titre for d in Dossier.objects.all()}
    assert [titles[one] for one in found(agent, "LAI-2027-01")[Sorte.DOSSIER]] == ["Gamma", "Beta", "Alpha"]


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("aw", True),
        ("diarra awa", True),
        ("DIARRA", True),
        ("st ger", True),
        ("saint", True),
        ("iarra", False),
        ("awa dupont", False),
        ("d!", False),
        ("!", False),
        ("", False),
    ],
)
def test_a_name_at_hand_is_read_as_a_name_in_the_database(typed, is_found):
    """«d!»: a word that ends there; «st» opens as «saint»."""
    name = "Awa Diarra-Saint-Germain"
    assert is_within(typed, name) == is_found
    IdeeEnAttente.objects.create(by=UserFactory(), structure=StructureFactory(), titre=name, besoin="x", actions="y")
    assert IdeeEnAttente.objects.filter(matches(typed)).exists() == is_found


def test_accents_capitals_and_spaces_do_not_count():
    edition, agent = EditionFactory(annee=2027), UserFactory(pilote=True)
    dossier = DossierFactory(edition=edition, titre="L’Été à L’Haÿ", structure__nom="Cœur d’Île")
    for typed in ("ete l hay", "  ÉTÉ\u00a0\u202f  l’haÿ ", "coeur  ile ete", "été hay"):
        assert found(agent, typed)[Sorte.DOSSIER] == [*pages(dossier)], typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Ce qui se cherche"),
        ("   ", "Ce qui se cherche"),
        ("é", "Une lettre seule trouverait presque tout"),
        ("«\u202f!?\u202f»", "Des signes seuls ne se cherchent pas"),
        ("x" * 10_000, "C’est trop long pour une recherche"),
        ("jar\0din", "Rien ne répond à cette recherche"),
        ("'\"; DROP TABLE projects_dossier; --", "Rien ne répond à cette recherche"),
        ("%_\\", "Des signes seuls ne se cherchent pas"),
        ("<script>alert(1)</script>", "Rien ne répond à cette recherche"),
        ("9", "Rien ne répond à cette recherche"),
        ("'a':* | 'b'", "Rien ne répond à cette recherche"),
    ],
)
def test_whatever_is_typed_is_answered_clearly(client, typed, said):
    client.force_login(UserFactory())
    answer = client.get(PAGE, {"q": typed})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "<script>alert" not in page


def test_the_page_reads_only_is_not_listed_and_asks_who_is_there(client):
    assert client.get(PAGE, {"q": "jardin"}).headers["Location"].startswith(reverse("account_login"))
    client.force_login(UserFactory())
    assert client.post(PAGE, {"q": "jardin"}).status_code == 405
    answer = client.get(PAGE, {"q": "jardin"})
    assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()
    assert client.head(PAGE, {"q": "jardin"}).status_code == 200
    assert discreet('"GET /recherche/?q=awa+ndiaye HTTP/1.1" 200') == '"GET /recherche/ HTTP/1.1" 200'


def test_every_signed_in_page_has_the_box_and_no_other(client):
    assert 'action="/recherche/"' not in client.get("/").content.decode()
    client.force_login(UserFactory())
    for page in ("/", "/tableau/", "/absente/"):
        assert client.get(page).content.decode().count('action="/recherche/"') == 1, page


# --- Many --------------------------------------------------------------------------------------------


def test_twenty_are_shown_and_the_list_shows_them_all(client):
    edition, agent = EditionFactory(annee=2027), UserFactory(pilote=True)
    DossierFactory.create_batch(MAX + 3, edition=edition, titre="Zanzibar")
    StructureFactory.create_batch(MAX + 1, nom="Zanzibar")
    client.force_login(agent)
    dossiers, structures = search(agent, "zanzibar")
    assert (len(dossiers.trouvailles), dossiers.reste, dossiers.tous) == (MAX, True, "/dossiers/?q=zanzibar")
    assert (len(structures.trouvailles), structures.reste, structures.tous) == (MAX, True, "")
    page = client.get(PAGE, {"q": "zanzibar"}).content.decode()
    assert 'href="/dossiers/?q=zanzibar"' in page
    assert "D’autres répondent aussi" in page
    assert client.get(dossiers.tous).context["page_obj"].paginator.count == MAX + 3


@pytest.mark.parametrize("who", ["pilote", "responsable"])
def test_the_number_of_queries_does_not_follow_the_number_of_answers(who):
    edition = EditionFactory(annee=2027)
    structure = StructureFactory(nom="Zanzibar")
    user = UserFactory(pilote=True) if who == "pilote" else UserFactory(nom="Zanzibar")
    if who == "responsable":
        Membre.objects.create(structure=structure, user=user, is_responsable=True)

    def asked():
        client = Client()
        client.force_login(user)
        client.get(PAGE, {"q": "zanzibar"})
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE, {"q": "zanzibar"})
        return len(queries)

    DossierFactory(edition=edition, structure=structure, titre="Zanzibar")
    few = asked()
    for rang in range(15):
        DossierFactory(edition=edition, structure=structure, titre=f"Zanzibar {rang}")
        Membre.objects.create(structure=structure, user=UserFactory(nom="Zanzibar"))
        other = Structure.objects.create(nom=f"Zanzibar {rang}")
        Membre.objects.create(structure=other, user=user)
    assert asked() == few


def test_a_juror_reads_no_private_address_in_a_title(world):
    audition = Audition.objects.heard_by(world.personnes["juré"]).select_related("dossier").first()
    Dossier.objects.filter(pk=audition.dossier_id).update(titre="Jardin de awa@chez-elle.example")
    titres = [one.titre for groupe in search(world.personnes["juré"], "jardin") for one in groupe.trouvailles]
    assert titres and not any("chez-elle" in titre for titre in titres)


def test_a_juror_guesses_nothing_masked_letter_by_letter(world):
    audition = Audition.objects.heard_by(world.personnes["juré"]).select_related("dossier").first()
    Dossier.objects.filter(pk=audition.dossier_id).update(
        titre="Le jardin, appelez le 06 12 34 56 78", resume="Écrire à awa.diarra@chez-elle.example pour venir."
    )
    here = reverse("juries:audition_detail", args=[audition.cle])

    def is_found(text):
        return here in found(world.personnes["juré"], text).get(Sorte.AUDITION, [])

    asked = ("06", "0612", "12", "061234", "awa", "diarra", "chez", "elle")
    assert {text: is_found(text) for text in asked} == dict.fromkeys(asked, False)
    assert [is_found(text) for text in ("jardin", "appelez", "venir", audition.dossier.numero)] == [True] * 4
