"""Writing together: versions, conflicts, the budget grid."""

from datetime import datetime

import pytest
import time_machine
from django.urls import reverse

from ecriture.models import Divergence, Redaction, Retouche
from projects.dossier.section import save_section
from projects.enums import SANS_CHAMPS, Section
from projects.models import Dossier
from tests.factories.contrats import QuartierFactory
from tests.factories.instruction import DemandeComplementFactory
from tests.factories.label import PARIS, QuestionFactory, UserFactory
from tests.factories.projects import (
    DossierFactory,
    MembreFactory,
)

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


@pytest.fixture
def duo():
    """(dossier, porteur, chef): a draft and the two who write it."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(porteur=porteur, chef=chef), porteur, chef


def address(dossier, section):
    return reverse("projects:section_edit", args=[dossier.cle, section])


def shown(client, dossier, section):
    """The fields of the page of a section, as a browser would send them back unchanged."""
    form = client.get(address(dossier, section)).context["form"]
    fields = [
        *form,
        *(bound for name in ("charges", "produits", "indicateurs") for row in _rows(form, name) for bound in row),
    ]
    data = {}
    for bound in fields:
        value = bound.value()
        if value is not None and value is not False:
            data[bound.html_name] = [*value] if isinstance(value, list) else str(value)
    return data


def _rows(form, name):
    formset = getattr(form, name, None)
    return [formset.management_form, *formset] if formset is not None else []


# --- Sections ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("section", [section for section in Section if section not in SANS_CHAMPS])
def test_a_page_sent_back_unchanged_changes_nothing(client, section):
    porteur = UserFactory()
    dossier = DossierFactory(complet=True, porteur=porteur)
    QuestionFactory(edition=dossier.edition)
    before = _everything(dossier)
    client.force_login(porteur)
    response = client.post(address(dossier, section), shown(client, dossier, section))
    assert (response.status_code, response.headers["Location"]) == (302, address(dossier, section))
    assert _everything(dossier) == before
    assert not Retouche.objects.exists()


def _everything(dossier):
    dossier = Dossier.objects.get(pk=dossier.pk)
    ignored = {"_state", "updated_at"}
    return (
        {name: value for name, value in vars(dossier).items() if name not in ignored},
        {name: value for name, value in vars(dossier.structure).items() if name != "_state"},
        list(dossier.quartiers.order_by("pk")),
        list(dossier.communes.order_by("pk")),
        sorted(dossier.budget_lignes.values_list("sens", "compte", "libelle", "montant", "is_obtenu", "is_ept")),
        list(dossier.indicateurs.values_list("libelle", "cible")),
    )


@pytest.mark.django_db
def test_a_save_says_the_hour_and_may_lead_to_the_next_section(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    data = shown(client, dossier, "projet") | {"besoin": "Beaucoup\r\nde vélos", "suivante": "oui"}
    response = client.post(address(dossier, "projet"), data, follow=True)
    assert response.redirect_chain == [(address(dossier, "territoire"), 302)]
    assert "«\u00a0Le projet\u00a0» est enregistré à 14\u00a0h\u00a032." in response.text
    assert Dossier.objects.get().besoin.replace("\r\n", "\n") == "Beaucoup\nde vélos"
    assert "par Awa Diarra" in client.get(address(dossier, "projet")).text


@pytest.mark.django_db
def test_bad_input_is_told_by_the_field_and_kept(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    data = shown(client, dossier, "projet") | {"titre": "x" * 141, "innovation": "À garder"}
    response = client.post(address(dossier, "projet"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["titre"]
    # What was typed and not saved is no base to merge from.
    assert response.context["etat"]["valeurs"]["innovation"] == {"version": 0, "valeur": ""}
    assert "À garder" in response.text
    assert Dossier.objects.get().innovation == ""


@pytest.mark.django_db
def test_two_pages_saved_one_after_the_other_lose_no_word(client, duo):
    dossier, porteur, chef = duo
    save_section(dossier, Section.PROJET, values={"besoin": "Des vélos cassés partout."}, by=porteur)
    client.force_login(porteur)
    mine = shown(client, dossier, "projet") | {
        "besoin": "Des vélos cassés partout, et des trottinettes.",
        "objectifs": "Ceux d’Awa",
        "actions": "Le texte d’Awa",
    }
    theirs = {"besoin": "Trop de vélos cassés partout.", "innovation": "L’ajout de Luc", "actions": "Le texte de Luc"}
    save_section(dossier, Section.PROJET, values=theirs, by=chef)

    response = client.post(address(dossier, "projet"), mine, follow=True)
    assert response.redirect_chain == [(address(dossier, "projet"), 302)]
    saved = Dossier.objects.get()
    assert (saved.besoin, saved.innovation, saved.objectifs, saved.actions) == (
        "Trop de vélos cassés partout, et des trottinettes.",
        "L’ajout de Luc",
        "Ceux d’Awa",
        "Le texte de Luc Le texte d’Awa",
    )


@pytest.mark.django_db
def test_the_same_words_changed_by_two_are_shown_side_by_side_then_chosen(client, duo):
    dossier, porteur, chef = duo
    save_section(dossier, Section.PROJET, values={"besoin": "Un atelier chaque samedi"}, by=porteur)
    client.force_login(porteur)
    mine = shown(client, dossier, "projet") | {"besoin": "Un atelier chaque mardi"}
    save_section(dossier, Section.PROJET, values={"besoin": "Un atelier chaque jeudi"}, by=chef)
    page = client.post(address(dossier, "projet"), mine, follow=True)
    assert "Deux textes pour «\u00a0Besoin et origine\u00a0»" in page.text
    assert "Un atelier chaque jeudi" in page.text and "Un atelier chaque mardi" in page.text
    divergence = Divergence.objects.get()
    assert (divergence.by, divergence.autre, divergence.sien, divergence.mien) == (
        porteur,
        chef,
        "Un atelier chaque jeudi",
        "Un atelier chaque mardi",
    )
    choose = reverse("projects:divergence_resolve", args=[dossier.cle, divergence.pk])
    client.post(choose, {"choix": "deux"})
    assert Dossier.objects.get().besoin == "Un atelier chaque jeudi mardi"
    again = client.post(choose, {"choix": "mien"}, follow=True)
    assert "Quelqu’un a déjà choisi" in again.text
    assert Dossier.objects.get().besoin == "Un atelier chaque jeudi mardi"
    assert list(Retouche.objects.filter(nom="besoin").values_list("by", "sorte", "avant", "apres").order_by("pk")) == [
        (porteur.pk, "frappe", "", "Un atelier chaque samedi"),
        (chef.pk, "frappe", "Un atelier chaque samedi", "Un atelier chaque jeudi"),
        (porteur.pk, "ecartee", "Un atelier chaque jeudi", "Un atelier chaque mardi"),
        (porteur.pk, "choix", "Un atelier chaque jeudi", "Un atelier chaque jeudi mardi"),
    ]


@pytest.mark.django_db
def test_two_budgets_written_at_once_keep_the_lines_of_both(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)
    mine = shown(client, dossier, "budget") | {"montant_demande": "5000", "charges-0-montant": "7000"}
    line = {"sens": "charge", "compte": "64", "libelle": "", "montant": 3_000, "is_obtenu": False}
    save_section(dossier, Section.BUDGET, by=chef, lignes=[line])
    assert client.post(address(dossier, "budget"), mine).status_code == 302
    lignes = dossier.budget_lignes.order_by("sens", "compte")
    assert list(lignes.values_list("compte", "montant", "is_ept")) == [
        ("60", 7_000, False),
        ("64", 3_000, False),
        ("74", 5_000, True),
    ]


@pytest.mark.django_db
def test_indicators_of_both_are_kept(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)
    mine = shown(client, dossier, "evaluation") | {"evaluation": "On comptera."}
    save_section(dossier, Section.EVALUATION, by=chef, indicateurs=[{"libelle": "Vélos", "cible": "200"}])
    assert client.post(address(dossier, "evaluation"), mine).status_code == 302
    assert Dossier.objects.get().evaluation == "On comptera."
    assert list(dossier.indicateurs.values_list("libelle", "cible")) == [("Vélos", "200")]


@pytest.mark.django_db
def test_only_its_authors_write(client, duo):
    dossier, _, _ = duo
    agent = UserFactory(pilote=True)
    client.force_login(agent)
    page = client.get(address(dossier, "projet"))
    assert "Vous pouvez lire et commenter ce dossier" in page.text
    assert 'name="titre"' not in page.text
    posted = client.post(address(dossier, "projet"), {"titre": "Volé"})
    assert posted.status_code == 403
    assert Dossier.objects.get().titre != "Volé"


@pytest.mark.django_db
def test_a_get_creates_no_version(client, duo):
    dossier, porteur, _ = duo
    QuestionFactory(edition=dossier.edition)
    client.force_login(porteur)
    for section in Section:
        assert client.get(address(dossier, section)).status_code == 200
    assert not Redaction.objects.exists()


@pytest.mark.django_db
def test_changing_quartiers_routes_the_draft_to_their_contrat(client, duo):
    dossier, porteur, _ = duo
    elsewhere = QuartierFactory()
    client.force_login(porteur)
    data = shown(client, dossier, "territoire")
    kept = data["quartiers"]
    both = client.post(address(dossier, "territoire"), data | {"quartiers": [*kept, elsewhere.identifiant]})
    assert both.status_code == 302
    assert Dossier.objects.get().contrat == dossier.contrat
    data = shown(client, dossier, "territoire")
    client.post(address(dossier, "territoire"), data | {"quartiers": [elsewhere.identifiant]})
    assert Dossier.objects.get().contrat == elsewhere.contrats.get()


@pytest.mark.django_db
def test_a_complement_reopens_the_asked_sections_only(client):
    porteur = UserFactory()
    demande = DemandeComplementFactory()
    MembreFactory(structure=demande.dossier.structure, user=porteur)
    client.force_login(porteur)
    with time_machine.travel(datetime(2027, 6, 20, 9, 0, tzinfo=PARIS), tick=False):
        client.force_login(porteur)
        assert 'name="montant_demande"' in client.get(address(demande.dossier, "budget")).text
        closed = client.get(address(demande.dossier, "projet")).text
        assert 'name="titre"' not in closed
        assert "n’est pas concernée par le complément demandé" in closed


# --- Budget -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_budget_writes_the_line_of_the_ept_from_the_amount(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    data = shown(client, dossier, "budget") | {
        "montant_demande": "6000",
        "charges-0-montant": "8000",
        "charges-0-libelle": "Outils",
        "produits-1-montant": "2000",
        "produits-1-libelle": "Commune",
        "produits-1-is_obtenu": "on",
    }
    assert client.post(address(dossier, "budget"), data).status_code == 302
    lines = dossier.budget_lignes.order_by("sens", "ordre")
    assert list(lines.values_list("sens", "compte", "libelle", "montant", "is_obtenu", "is_ept")) == [
        ("charge", "60", "Outils", 8_000, False, False),
        ("produit", "74", "EPT Grand-Orly Seine Bièvre", 6_000, False, True),
        ("produit", "74", "Commune", 2_000, True, False),
    ]
    assert "Le budget est équilibré" in client.get(address(dossier, "budget")).text
    data = shown(client, dossier, "budget") | {
        "montant_demande": "7000",
        "charges-0-libelle": "",
        "charges-0-montant": "",
    }
    client.post(address(dossier, "budget"), data)
    assert list(lines.values_list("compte", "montant")) == [("74", 7_000), ("74", 2_000)]
    page = client.get(address(dossier, "budget")).text
    assert "Il manque 9\u202f000\u00a0€ du côté des charges" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("charges-0-montant", "12,50", "écrivez un nombre entier d’euros, sans centimes."),
        ("charges-0-montant", "-5", "Un montant n’est jamais négatif."),
        ("charges-5-montant", "100", "Choisissez le compte de ce montant."),
        ("charges-0-compte", "74", "Sélectionnez un choix valide."),
    ],
)
def test_a_wrong_line_is_told_and_kept(client, duo, field, value, message):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    response = client.post(address(dossier, "budget"), shown(client, dossier, "budget") | {field: value})
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{value}"' in response.text
    assert not dossier.budget_lignes.exists()
