"""The pages the law asks for: complete, in their official form, and one click away from any other page."""

import re

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse

from label.mentions import ACCESSIBILITE, silence_words
from label.models import Courriel
from projects.silence import DELAI
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db

PAGES = ("conditions", "mentions_legales", "donnees_personnelles", "accessibilite")
DIT = {
    "LABEL_ATTRIBUANT_NOM": "EPT d’essai",
    "LABEL_ADRESSE": "11 avenue Henri-Farman, 94310 Orly",
    "LABEL_CONTACT_TELEPHONE": "01 00 00 00 00",
    "LABEL_CONTACT_EMAIL": "label@exemple.fr",
    "LABEL_DIRECTEUR_PUBLICATION": "Camille Durand, présidente",
    "LABEL_HEBERGEUR_NOM": "Hébergeur Exemple",
    "LABEL_HEBERGEUR_ADRESSE": "1 rue du Port, 59000 Lille",
    "LABEL_HEBERGEUR_TELEPHONE": "03 00 00 00 00",
}


def text_of(client, page):
    """The page as it is read, and the titles of its parts."""
    html = client.get(reverse(f"label:{page}")).text
    main = re.search(r"<main.*?</main>", html, re.DOTALL)[0]
    titles = re.findall(r"<h2[^>]*>(.*?)</h2>", main)
    plain = re.sub(r"<[^>]+>", " ", main).replace("&nbsp;", " ").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", plain), titles


def pairs_of(client):
    html = client.get(reverse("label:mentions_legales")).text
    return re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)


def test_the_legal_notice_names_publisher_director_and_host(client, settings):
    for name, value in DIT.items():
        setattr(settings, name, value)
    settings.LABEL_ATTRIBUANT_SIRET = "20005801400016"
    assert [value for _, value in pairs_of(client)] == [
        *list(DIT.values())[:5],
        "20005801400016",
        *list(DIT.values())[5:],
    ]
    assert [title for title, _ in pairs_of(client)] == [
        *("Éditeur", "Adresse", "Téléphone", "Courriel", "Directeur de la publication", "SIRET"),
        *("Hébergeur", "Adresse", "Téléphone"),
    ]


def test_what_a_place_does_not_say_is_seen_to_be_missing(client, settings):
    settings.LABEL_HEBERGEUR_NOM = ""
    assert dict(pairs_of(client))["Hébergeur"] == "à compléter"


def test_a_demonstration_does_not_pass_for_the_place_it_names(client, settings):
    assert "Ceci est une démonstration" not in text_of(client, "mentions_legales")[0]
    settings.DEMO = True
    assert "Ceci est une démonstration" in text_of(client, "mentions_legales")[0]


def test_the_accessibility_statement_has_the_official_form(client, settings):
    text, titles = text_of(client, "accessibilite")
    assert titles == [
        "État de conformité",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
    ]
    for words in (
        "article 47 de la loi n° 2005-102 du 11 février 2005",
        "est non conforme avec le référentiel général d’amélioration de l’accessibilité (RGAA), version 4.1",
        "aucun audit de conformité n’a encore été conduit",
        "Non-conformités",
        "Dérogations pour charge disproportionnée",
        "Contenus non soumis à l’obligation d’accessibilité",
        "Technologies utilisées",
        "Environnement de test",
        "Outils utilisés pour l’évaluation",
        "Pages vérifiées",
        "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07",
        settings.LABEL_CONTACT_EMAIL,
        settings.SITE_URL,
    ):
        assert words in text, words


def test_an_audit_is_said_once_there_is_one(client, monkeypatch):
    assert "aucun audit de conformité n’a encore été conduit." in text_of(client, "accessibilite")[0]
    monkeypatch.setattr("label.pages.views.AUDIT", "par Atelier Libre le 3 mars 2027")
    text = text_of(client, "accessibilite")[0]
    assert "audit de conformité conduit par Atelier Libre le 3 mars 2027." in text
    assert "aucun audit" not in text and "Faute d’audit" not in text


def test_the_plan_of_accessibility_is_linked_once_it_is_there(client, settings):
    assert "n’est pas encore publié" in text_of(client, "accessibilite")[0]
    settings.LABEL_SCHEMA_ACCESSIBILITE = "https://ept.example/schema.pdf"
    assert 'href="https://ept.example/schema.pdf"' in client.get(reverse("label:accessibilite")).text


def test_the_terms_of_use_say_how_to_come_in_what_is_deposited_when_and_what_is_proof(client):
    text, titles = text_of(client, "conditions")
    assert titles == [
        "Le service",
        "S’identifier",
        "Ce que l’on dépose",
        "L’heure du dépôt",
        "L’accusé de réception",
        "Ce qui fait foi",
        "Les messages",
        "La sécurité",
        "Vos données",
        "Nous joindre",
        "Les sources",
    ]
    cited = set(re.findall(r"[LR]\d{3}-[\d-]+\d|\b[LR]\d{3}-\d+", text))
    assert cited == {"L112-9", "L112-8", "R112-9-1", "L112-11", "R112-5", "R112-11-1", "L231-4", "L114-5"}
    assert "ordonnance n° 2005-1516 du 8 décembre 2005, article 9" in text
    assert "deux mois sans réponse valent refus" in text
    # The same delay as the one that is counted.
    assert (silence_words(), DELAI) == ("deux mois", relativedelta(months=2))
    for page in ("donnees_personnelles", "accessibilite", "mentions_legales"):
        assert f'href="{reverse(f"label:{page}")}"' in client.get(reverse("label:conditions")).text


def test_the_map_is_credited_for_what_it_shows(client):
    text = text_of(client, "conditions")[0]
    assert "La carte les dessine autour de leur centre ou, une fois chargées, dans leurs limites officielles" in text


def test_the_cookies_listed_are_those_a_browser_receives_each_for_as_long(client):
    porteur = UserFactory()
    received = {}
    for response in (
        client.get(reverse("account_login")),
        client.post(reverse("account_login"), {"email": porteur.email}),
        client.post("/compte/code/", {"code": re.search(r"^\d{6}$", Courriel.objects.get().texte, re.MULTILINE)[0]}),
    ):
        received |= {nom: morsel["max-age"] for nom, morsel in response.cookies.items()}
    page = client.get(reverse("label:donnees_personnelles")).text
    listed = dict(re.findall(r'<th scope="row"><code>(\w+)</code>.*?<td data-label="Gardé">(.*?)</td>', page))
    assert listed == {
        "csrftoken": "un an",
        "sessionid": "14\u00a0jours",
        "navigateur": "un an",
        "messages": "le temps de la lire",
    }
    assert received.keys() - listed.keys() == set()
    days = {nom: round(int(age) / 86400) for nom, age in received.items() if age}
    assert (days["csrftoken"], days["sessionid"], days["navigateur"]) == (364, 14, 365)
    assert "Deux seulement" not in page


def test_the_act_and_the_homologation_are_said_once_they_are_there(client, settings):
    assert "pas encore prononcée" in text_of(client, "conditions")[0]
    settings.LABEL_HOMOLOGATION = "décision du 4 janvier 2027, valable trois ans"
    settings.LABEL_ACTE_TELESERVICE = "la décision n° 2027-12 du 4 janvier 2027"
    text = text_of(client, "conditions")[0]
    assert "décision du 4 janvier 2027, valable trois ans" in text
    assert "Il a été ouvert par la décision n° 2027-12 du 4 janvier 2027." in text


@pytest.mark.parametrize(
    ("path", "signed_in"),
    [
        *(("/", False), ("/compte/login/", False), ("/laureats/", False), ("/nulle-part/", False)),
        *(("/avis/" + "x" * 43 + "/", False), ("/tableau/", True), ("/instruction/", True), ("/compte/2fa/", True)),
    ],
)
def test_every_footer_leads_to_them(client, path, signed_in):
    """Pages, refusals (404, 403), dead links, the account: they all stand on the same base."""
    if signed_in:
        client.force_login(UserFactory())
    response = client.get(path)
    assert response.status_code in (200, 403, 404)
    footer = re.search(r"<footer.*?</footer>", response.text, re.DOTALL)[0]
    led = re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', footer)
    assert [one for one in led if one[0] in {reverse(f"label:{page}") for page in PAGES}] == [
        ("/conditions/", "Conditions d’utilisation"),
        ("/mentions-legales/", "Mentions légales"),
        ("/donnees-personnelles/", "Données personnelles"),
        ("/accessibilite/", f"Accessibilité&nbsp;: {ACCESSIBILITE}"),
    ]
