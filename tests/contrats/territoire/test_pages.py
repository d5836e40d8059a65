"""The pages of the territory: the map, a contrat, and the reference data in the pilote's hands."""

import csv
import json
import re
from datetime import date, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.utils import timezone

from contrats.carte import geometrie, queries
from contrats.models import Affectation, Commune, ContratDeVille, Quartier
from label.enums import Generation
from tests.contrats.conftest import import_referentiel
from tests.factories.contrats import AffectationFactory, CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db

STAFF = [
    "/referentiel/quartiers/",
    "/referentiel/contrats/",
    "/referentiel/chefs-de-projet/",
    "/referentiel/chefs-de-projet/nouveau/",
]


def links(response, css_class):
    """Addresses and spoken names of the links of one class of the map, in order."""
    found = re.findall(rf'<a class="{css_class}[^"]*" href="([^"]*)" aria-label="([^"]*)"', response.content.decode())
    return [(href.replace("&amp;", "&"), label) for href, label in found]


class TestCarte:
    def test_every_placed_quartier_is_a_named_link_and_every_quartier_a_line(self, client, territoire, monkeypatch):
        quartiers = Quartier.objects.in_generation(Generation.G2015)
        busy = quartiers.get(nom="Gagarine")
        monkeypatch.setattr(queries, "_counts", [lambda keys: {busy.pk: 3}])
        response = client.get("/territoire/?generation=2015")
        expected = [
            (
                f"/chef-de-projet/?quartier={quartier.identifiant}&generation=2015",
                f"{quartier.nom}, {3 if quartier == busy else 0}\u00a0{'projets' if quartier == busy else 'projet'}",
            )
            for quartier in quartiers
            if quartier.position
        ]
        assert links(response, "disque") == expected
        assert len(links(response, "zone")) == Commune.objects.count()
        table = response.content.decode().split('id="tableau-quartiers"')[1]
        rows = re.findall(r"<tr>\s*<th scope=\"row\"><a [^>]*>([^<]*)</a>", table)
        assert rows == [quartier.nom for quartier in quartiers]

    def test_the_page_holds_no_inline_style_nor_script(self, client, territoire):
        main = client.get("/territoire/").content.decode().split("<main", 1)[1].split("</main>")[0]
        assert re.findall(r"style=|<script|\son\w+=", main) == []

    def test_each_quartier_is_drawn_in_a_cell_of_its_own_commune(self, client, territoire):
        drawing = client.get("/territoire/?generation=2024").context["carte"]
        cells = {zone.commune.pk: _points(zone.d) for zone in drawing.zones}
        astray = [
            disc.quartier.nom
            for disc in drawing.discs
            if not any(
                geometrie.contains(cells[commune.pk], (disc.x, disc.y)) for commune in disc.quartier.communes.all()
            )
        ]
        assert astray == []

    def test_imported_contours_replace_the_scheme(self, client, folder, tmp_path):
        import_referentiel("--dossier", str(folder.path))
        assert client.get("/territoire/").context["carte"].is_schematic is True
        square = [[2.3, 48.7], [2.4, 48.7], [2.4, 48.8], [2.3, 48.8], [2.3, 48.7]]
        features = [
            {
                "properties": {"insee": insee},
                "geometry": {"type": "Polygon", "coordinates": [[[x + shift, y] for x, y in square]]},
            }
            for insee, shift in (("94041", 0), ("94076", 0.1))
        ]
        path = tmp_path / "c.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        import_referentiel("--dossier", str(folder.path), "--contours", str(path))
        drawing = client.get("/territoire/").context["carte"]
        assert drawing.is_schematic is False
        corners = {zone.commune.insee: _points(zone.d) for zone in drawing.zones}
        assert [len(points) for points in corners.values()] == [5, 5]
        # The second square touches the first on its right.
        assert max(x for x, _ in corners["94041"]) == min(x for x, _ in corners["94076"])

    def test_an_empty_territory_says_so(self, client):
        assert "Le territoire n’est pas encore chargé" in client.get("/territoire/").content.decode()

    def test_the_list_leaves_as_seen(self, client, territoire):
        response = client.get("/territoire/?generation=2024&format=csv")
        lines = list(csv.DictReader(StringIO(b"".join(response).decode("utf-8-sig")), delimiter=";"))
        seen = Quartier.objects.in_generation(Generation.G2024)
        assert [line["Libellé"] for line in lines] == [quartier.nom for quartier in seen]
        assert sum(int(line["Habitants"]) for line in lines) == 127_389
        assert client.get("/territoire/?format=exe").status_code == 404

    @pytest.mark.parametrize("number", [1, 35])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, number):
        QuartierFactory.create_batch(number)
        # Édition (two when there is none), contrats, holdings, their communes, quartiers, their communes, their
        # contrats, communes, and the number of projects of each quartier.
        with django_assert_num_queries(10):
            client.get("/territoire/")


def _points(d):
    return [tuple(map(float, pair.split())) for pair in d.strip("MZ").split("L")]


class TestContrat:
    def test_a_contrat_is_public_and_names_who_is_in_post(self, client):
        contrat = ContratFactory(code="CV917", nom="Orly", contact_email="contrat@orly.example")
        chef = AffectationFactory(contrat=contrat).user
        QuartierFactory(nom="Quartier Est", contrats=[contrat])
        page = client.get("/contrats/CV917/").content.decode()
        for words in ("Orly", chef.email, "contrat@orly.example", "Quartier Est"):
            assert words in page

    def test_an_unknown_contrat_does_not_exist(self, client):
        assert client.get("/contrats/CV000/").status_code == 404

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, number):
        contrat = ContratFactory()
        QuartierFactory.create_batch(number, contrats=[contrat])
        AffectationFactory.create_batch(number, contrat=contrat)
        # Among them, the generation ideas name today: a contrat of another one offers none.
        with django_assert_num_queries(6):
            client.get(f"/contrats/{contrat.code}/")


class TestStaff:
    @pytest.mark.parametrize("url", STAFF)
    def test_only_a_pilote_enters(self, client, url):
        assert client.get(url).status_code == 302
        client.force_login(UserFactory(instructeur=True), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(url).status_code == 403
        client.force_login(UserFactory(pilote=True), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(url).status_code == 200

    def test_completing_a_quartier_names_it_and_the_next_import_keeps_it(self, pilote_client, territoire):
        unnamed = Quartier.objects.filter(libelle_a_completer=True).first()
        url = f"/referentiel/quartiers/{unnamed.identifiant}/"
        commune = Commune.objects.get(nom="Chevilly-Larue")
        contrat = ContratDeVille.objects.get(code="CV355")
        response = pilote_client.post(
            url, {"nom": "Lallier", "code": "qp094011", "communes": [commune.pk], "contrats": [contrat.pk]}
        )
        assert response["Location"] == "/referentiel/quartiers/"
        import_referentiel()
        unnamed.refresh_from_db()
        assert (unnamed.nom, unnamed.code, unnamed.libelle_a_completer) == ("Lallier", "QP094011", False)
        assert list(unnamed.communes.all()) == [commune]
        assert list(Quartier.pgh_event_model.objects.filter(pgh_obj=unnamed).values_list("nom", flat=True)) == [
            "Libellé à compléter par l’EPT (n°\u00a01)",
            "Lallier",
        ]

    def test_a_wrong_code_is_said_beside_the_field_and_the_rest_is_kept(self, pilote_client):
        quartier = QuartierFactory()
        response = pilote_client.post(
            f"/referentiel/quartiers/{quartier.identifiant}/", {"nom": "Un nom tapé", "code": "94"}
        )
        form = response.context["form"]
        assert form.errors == {
            "code": ["Un code officiel s’écrit QP ou QN, cinq chiffres, puis un chiffre ou une lettre."]
        }
        assert "Un nom tapé" in response.content.decode()
        quartier.refresh_from_db()
        assert quartier.nom != "Un nom tapé"

    def test_the_contact_of_a_contrat_is_published_once_given(self, pilote_client, client):
        ContratFactory(code="CV919", nom="Thiais")
        pilote_client.post("/referentiel/contrats/CV919/", {"nom": "Thiais", "contact_email": "contrat@thiais.example"})
        client.logout()
        assert "contrat@thiais.example" in client.get("/contrats/CV919/").content.decode()

    def test_naming_then_ending_a_chef(self, pilote_client):
        contrat = ContratFactory()
        form = {
            "contrat": contrat.pk, "email": "marc@ville.example", "prenom": "Marc", "nom": "Oliveira",
            "du": "2026-01-05",
        }  # fmt: skip
        pilote_client.post("/referentiel/chefs-de-projet/nouveau/?generation=2015", form)
        (affectation,) = Affectation.objects.all()
        assert (str(affectation.user), affectation.contrat, affectation.du, affectation.au) == (
            "Marc Oliveira",
            contrat,
            date(2026, 1, 5),
            None,
        )
        again = pilote_client.post("/referentiel/chefs-de-projet/nouveau/?generation=2015", form)
        assert again.context["form"].non_field_errors() == [
            "Cette personne est déjà chef de projet de ce contrat à ces dates."
        ]
        url = f"/referentiel/chefs-de-projet/{affectation.cle}/fin/"
        wrong = pilote_client.post(url, {"au": "2025-01-01"})
        assert wrong.context["form"].errors == {"au": ["La date de fin doit suivre la date de début."]}
        pilote_client.post(url, {"au": "2026-06-30"})
        affectation.refresh_from_db()
        assert affectation.au == date(2026, 6, 30)

    def test_filters_of_the_quartiers(self, pilote_client, territoire):
        def found(query):
            return pilote_client.get(f"/referentiel/quartiers/?{query}").context["page_obj"].paginator.count

        quartiers = Quartier.objects.all()
        assert [
            found(q) for q in ("", "generation=2024", "q=peri schuman", "etat=libelle", "commune=94041&generation=2015")
        ] == [
            quartiers.count(),
            quartiers.in_generation("2024").count(),
            2,
            quartiers.filter(libelle_a_completer=True).count(),
            quartiers.filter(generation="2015", communes__insee="94041").count(),
        ]
        page = pilote_client.get("/referentiel/quartiers/?q=introuvable").content.decode()
        assert "Aucun quartier ne répond à ces critères" in page

    def test_filters_of_the_holdings(self, pilote_client):
        today = timezone.localdate()
        here = AffectationFactory()
        gone = AffectationFactory(au=today - timedelta(days=1))
        coming = AffectationFactory(du=today + timedelta(days=1))
        assert {
            period: set(pilote_client.get(f"/referentiel/chefs-de-projet/?quand={period}").context["page_obj"])
            for period in ("", "en_poste", "terminee", "a_venir")
        } == {"": {here, gone, coming}, "en_poste": {here}, "terminee": {gone}, "a_venir": {coming}}

    def test_the_lists_leave_as_sheets(self, pilote_client):
        held = AffectationFactory(au=date(2030, 6, 30))
        QuartierFactory(nom="=1+1", contrats=[held.contrat], communes=[])
        book = openpyxl.load_workbook(BytesIO(pilote_client.get("/referentiel/quartiers/?format=xlsx").content))
        rows = list(book.active.values)
        assert rows[0][:3] == ("Génération", "Code officiel", "Libellé")
        assert rows[1][2] == "=1+1"
        assert book.active["C2"].data_type == "s"
        holdings = b"".join(pilote_client.get("/referentiel/chefs-de-projet/?format=csv")).decode("utf-8-sig")
        assert list(csv.reader(StringIO(holdings), delimiter=";"))[1] == [
            held.contrat.nom, held.user.nom, held.user.prenom, held.user.email, "", "01/01/2020", "30/06/2030",
        ]  # fmt: skip
        contrats = pilote_client.get("/referentiel/contrats/?format=ods")
        assert contrats["Content-Disposition"].startswith('attachment; filename="contrats-de-ville.ods"')

    @pytest.mark.parametrize("number", [1, 35])
    @pytest.mark.parametrize(
        ("url", "queries"),
        [("/referentiel/quartiers/", 9), ("/referentiel/contrats/", 6), ("/referentiel/chefs-de-projet/", 6)],
    )
    def test_queries_do_not_grow(self, pilote_client, django_assert_num_queries, url, queries, number):
        for contrat in ContratFactory.create_batch(number, communes=[CommuneFactory()]):
            QuartierFactory(contrats=[contrat])
            AffectationFactory(contrat=contrat)
        with django_assert_num_queries(queries):
            pilote_client.get(url)
