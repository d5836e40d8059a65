"""«Trouver mon chef de projet»: from a place to a person, or to what to do."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from contrats.models import ContratDeVille, Quartier
from contrats.orientation.queries import orient
from label.enums import Generation
from label.recherche import close_to, fold
from projects.dossier.forms import quartier_choices
from tests.factories.contrats import AffectationFactory, CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import EditionFactory, UserFactory

G2015, G2024 = Generation.G2015, Generation.G2024


def text_of(response):
    """The words of the main part of a page, tags dropped."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Villejuif", "Villejuif"),
        ("  VILLEJUIF ", "Villejuif"),
        ("hay les roses", "L’Haÿ-les-Roses"),
        ("L'Hay", "L’Haÿ-les-Roses"),
        ("kremlin bicetre", "Le Kremlin-Bicêtre"),
        ("St Georges", "Villeneuve-Saint-Georges"),
        ("noyer renard", "Le Noyer Renard"),
        ("qp094009", "Ivry Port"),
        ("94200", "Ivry-sur-Seine"),
        ("94 200", "Ivry-sur-Seine"),
        ("94076", "Villejuif"),
        ("91550", "Paray-Vieille-Poste"),
        ("94390", "Paray-Vieille-Poste"),
        ("orly", "Orly"),
        ("seine amont", "Seine-Amont"),
        ("Val de Bièvre", "Val de Bièvre"),
    ],
)
def test_a_place_is_found_however_it_is_typed(territoire, typed, place):
    assert str(orient(G2015, text=typed).place) == place


def test_a_name_shared_by_several_places_offers_them_all(territoire):
    answer = orient(G2015, text="villeneuve")
    assert (answer.place, {str(place) for place in answer.choices}) == (
        None,
        {"Villeneuve-le-Roi", "Villeneuve-Saint-Georges"},
    )


@pytest.mark.parametrize(
    ("typed", "suggestion"), [("Vitri", "Vitry-sur-Seine"), ("Arceuil", "Arcueil"), ("Vilejuif", "Villejuif")]
)
def test_a_misspelt_place_is_suggested(territoire, typed, suggestion):
    answer = orient(G2015, text=typed)
    assert (answer.place, answer.choices) == (None, [])
    assert suggestion in answer.suggestions


def test_a_place_from_elsewhere_suggests_nothing(territoire):
    answer = orient(G2015, text="Marseille")
    assert (answer.asked, answer.place, answer.choices, answer.suggestions) == ("Marseille", None, [], [])


def test_each_generation_answers_with_its_own_contrats(territoire):
    assert [[c.code for c in orient(g, text="Villejuif").contrats] for g in (G2015, G2024)] == [["CV355"], ["CN09402M"]]


def test_fold_and_close_to():
    assert fold("  L’Haÿ-les-Roses (94) ") == "l hay les roses 94"
    assert close_to("arceuil", ["Arcueil", "Cachan"]) == ["Arcueil"]


@pytest.mark.django_db
class TestPage:
    def test_a_commune_gives_the_person_in_post_and_the_quartiers(self, client):
        chef = UserFactory(prenom="Inès", nom="Haddad", email="ines@ville.example", telephone="01 46 70 15 71")
        commune = CommuneFactory(nom="Orly")
        contrat = ContratFactory(nom="Contrat d’Orly", communes=[commune])
        QuartierFactory(nom="Quartier Est", communes=[commune], contrats=[contrat])
        AffectationFactory(user=chef, contrat=contrat)
        response = client.get("/chef-de-projet/", {"q": "orly", "generation": "2015"})
        # The contrat's name holds the word too, but the commune bears exactly that name.
        page = text_of(response)
        for words in ("Contrat d’Orly", "Inès Haddad", "ines@ville.example", "01 46 70 15 71", "Quartier Est"):
            assert words in page
        assert 'href="tel:0146701571"' in response.content.decode()

    def test_who_has_left_or_is_not_there_yet_is_not_named(self, client, settings):
        settings.LABEL_CONTACT_EMAIL = "label@ept.example"
        today = timezone.localdate()
        commune = CommuneFactory(nom="Thiais")
        contrat = ContratFactory(communes=[commune])
        gone = AffectationFactory(contrat=contrat, au=today - timedelta(days=1)).user
        coming = AffectationFactory(contrat=contrat, du=today + timedelta(days=1)).user
        page = text_of(client.get("/chef-de-projet/", {"commune": commune.insee}))
        assert (gone.email in page, coming.email in page) == (False, False)
        assert "Aucun chef de projet n’est en poste aujourd’hui" in page
        assert "label@ept.example" in page

    def test_a_quartier_over_two_contrats_names_both_and_both_chefs(self, client, territoire):
        polognes = Quartier.objects.get(generation=G2015, nom__startswith="Polognes")
        chefs = [AffectationFactory(contrat=contrat).user for contrat in polognes.contrats.all()]
        page = text_of(client.get("/chef-de-projet/", {"quartier": polognes.identifiant}))
        assert "Ce lieu relève de 2 contrats de ville" in page
        assert [chef.email in page for chef in chefs] == [True, True]

    def test_a_commune_without_quartier_but_with_a_contrat_is_told_so(self, client, territoire):
        chef = AffectationFactory(contrat=ContratDeVille.objects.get(code="CV355")).user
        page = text_of(client.get("/chef-de-projet/", {"q": "fresnes"}))
        assert "Aucun quartier prioritaire 2015–2023 dans cette commune" in page
        assert chef.email in page

    @pytest.mark.parametrize("name", ["Rungis", "Ablon-sur-Seine"])
    def test_a_commune_without_contrat_is_told_what_to_do(self, client, territoire, settings, name):
        settings.LABEL_CONTACT_EMAIL = "label@ept.example"
        page = text_of(client.get("/chef-de-projet/", {"q": name}))
        assert "Cette commune n’a pas de contrat de ville" in page
        assert "label@ept.example" in page

    @pytest.mark.parametrize(
        "asked",
        [
            {"q": "Marseille"},
            {"commune": "13055"},
            {"quartier": "absent"},
            {"q": "<script>alert"},
            {"q": "Mar\x00seille"},
        ],
    )
    def test_an_unknown_place_says_what_to_do(self, client, territoire, settings, asked):
        settings.LABEL_CONTACT_EMAIL = "label@ept.example"
        response = client.get("/chef-de-projet/", asked)
        assert response.status_code == 200
        assert "Nous ne connaissons pas" in text_of(response)
        assert "label@ept.example" in text_of(response)
        assert b"<script>alert" not in response.content

    def test_a_place_to_complete_says_so(self, client, territoire):
        unnamed = Quartier.objects.filter(libelle_a_completer=True).first()
        page = text_of(client.get("/chef-de-projet/", {"quartier": unnamed.identifiant}))
        assert "Libellé à compléter par l’EPT" in page
        assert "Val de Bièvre" in page

    def test_the_edition_names_the_generation_and_the_address_may_change_it(self, client, territoire):
        EditionFactory(annee=2020, generation=G2024)
        contrats = {
            asked: [c.code for c in client.get("/chef-de-projet/?q=Villejuif" + asked).context["answer"].contrats]
            for asked in ("", "&generation=2015", "&generation=1789")
        }
        assert contrats == {"": ["CN09402M"], "&generation=2015": ["CV355"], "&generation=1789": ["CN09402M"]}

    @pytest.mark.parametrize("number", [1, 35])
    def test_queries_do_not_grow_with_the_territory(self, client, django_assert_num_queries, number):
        commune = CommuneFactory(nom="Grande")
        for contrat in ContratFactory.create_batch(number, communes=[commune]):
            AffectationFactory.create_batch(2, contrat=contrat)
            QuartierFactory(communes=[commune], contrats=[contrat])
        # Édition (two when there is none), commune, contrats, holdings, quartiers, their communes, and the lists of
        # choice: communes, quartiers, their communes. Last, the generation ideas name today.
        with django_assert_num_queries(11):
            client.get("/chef-de-projet/", {"commune": commune.insee})


# --- From a place to an idea ---------------------------------------------------------------------


def buttons(response):
    """Where «Proposer mon idée» leads, each time."""
    return re.findall(r'href="([^"]*)">Proposer mon idée', response.content.decode().replace("&amp;", "&"))


def ticked(client, address):
    """The quartiers ticked by the form an address opens."""
    return re.findall(r'name="quartiers" value="([^"]+)"[^>]*checked', client.get(address).content.decode())


def test_an_idea_starts_from_a_quartier_of_the_other_generation_by_what_it_is_in_this_one(client, territoire):
    EditionFactory(generation=G2015)
    heir = Quartier.objects.in_generation(G2024).filter(predecesseurs__libelle_a_completer=False).first()
    before = list(heir.predecesseurs.all())
    page = client.get("/chef-de-projet/", {"quartier": heir.identifiant, "generation": "2024"})
    noms = ", ".join(f"«\u00a0{quartier.nom}\u00a0»" for quartier in before)
    assert f"dans les quartiers 2015–2023, où ce lieu est {noms}." in text_of(page).replace("&nbsp;", "\u00a0")
    assert ticked(client, buttons(page)[0]) == [quartier.identifiant for quartier in before]


def test_no_idea_is_offered_from_a_place_its_form_does_not_hold(client, territoire):
    EditionFactory(generation=G2015)
    new = Quartier.objects.in_generation(G2024).filter(predecesseurs=None).first()
    unnamed = Quartier.objects.filter(libelle_a_completer=True).first()
    contrat = ContratDeVille.objects.in_generation(G2024).first()
    for address, said in (
        (f"/chef-de-projet/?quartier={new.identifiant}&generation=2024", "dont celui-ci ne fait pas partie"),
        (f"/chef-de-projet/?quartier={unnamed.identifiant}&generation=2015", "ne peut pas être choisi dans une idée"),
        ("/chef-de-projet/?q=Villejuif&generation=2024", "Les idées se proposent aujourd’hui dans les quartiers 2015"),
        (f"/contrats/{contrat.code}/", "Les idées se proposent aujourd’hui dans les quartiers 2015–2023"),
    ):
        page = client.get(address)
        assert (page.status_code, buttons(page), said in text_of(page)) == (200, [], True), address
    form = client.get("/idee/").content.decode()
    assert ("Libellé à compléter" in form, form.count('name="quartiers"')) == (False, 29)


def test_quartiers_follow_the_dictionary_whatever_their_accents(client, territoire):
    groups = quartier_choices(Quartier.objects.in_generation(G2024).prefetch_related("communes"))
    lists = [[place for place, _ in groups], *([nom for _, nom in group] for _, group in groups)]
    assert [sorted(noms, key=fold) for noms in lists] == lists
    rows = [quartier.nom for quartier in client.get("/territoire/?generation=2015").context["quartiers"]]
    assert rows == sorted(rows, key=fold)
