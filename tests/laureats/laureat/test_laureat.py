"""The public laureates, the past ones told honestly, what staff corrects."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from contrats.carte.queries import project_counts
from label.accueil import context as home_context
from label.models import Edition
from laureats.laureat.actions import precise_edition, record_convention
from laureats.laureat.historique import SOURCE, load_historique
from laureats.models import Laureat
from tests.factories.contrats import CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import LaureatFactory, PorteuseFactory, propose, vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilote():
    return UserFactory(pilote=True)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- History -----------------------------------------------------------------------------------


def totals():
    return {annee: Laureat.objects.filter(edition__annee=annee).count() for annee in (2018, 2019)}


def test_the_history_holds_exactly_what_the_source_says():
    contrat = ContratFactory()
    commune = CommuneFactory(insee="91027", nom="Athis-Mons")
    quartier = QuartierFactory(nom="Le Noyer Renard", communes=[commune], contrats=[contrat])

    assert load_historique() == 27

    assert totals() == {2018: 13, 2019: 14}
    named = Laureat.objects.filter(is_a_completer=False)
    assert list(named.values_list("nom", "titre", "edition_incertaine", "edition__annee")) == [
        (
            "Association EMA",
            "Plateforme numérique de découverte des équipements proches du quartier Noyer Renard, "
            "menée avec les habitants",
            True,
            2019,
        ),
        ("Association Cultures du Cœur 94", "L’expo bavarde\u00a0: l’envers du décor", True, 2019),
    ]
    ema = named.get(nom="Association EMA")
    assert (ema.commune, list(ema.quartiers.all()), ema.contrat) == (commune, [quartier], contrat)
    assert (
        Laureat.objects.get(edition__annee=2018, ordre=3).nom_affiche == "lauréat 2018 n°\u00a03\u00a0: nom à compléter"
    )
    assert set(Laureat.objects.values_list("source", flat=True)) == {SOURCE}
    assert set(Edition.objects.values_list("annee", "is_historique")) == {(2018, True), (2019, True)}


def test_loading_again_adds_nothing_and_keeps_what_staff_wrote(pilote):
    load_historique()
    Laureat.objects.filter(edition__annee=2018, ordre=3).update(nom="Retrouvée", is_a_completer=False)
    Laureat.objects.filter(nom="Association EMA").update(titre="Titre corrigé")
    Edition.objects.filter(annee=2018).update(titre="Première édition")

    assert load_historique() == 0

    assert totals() == {2018: 13, 2019: 14}
    assert Laureat.objects.filter(nom="Retrouvée").exists()
    assert Laureat.objects.get(nom="Association EMA").titre == "Titre corrigé"
    assert Edition.objects.get(annee=2018).titre == "Première édition"


def test_a_past_laureate_moved_to_its_edition_leaves_both_totals_true(pilote):
    load_historique()
    ema = Laureat.objects.get(nom="Association EMA")

    precise_edition(ema, Edition.objects.get(annee=2018), by=pilote)

    assert totals() == {2018: 13, 2019: 14}
    ema.refresh_from_db()
    assert (ema.edition.annee, ema.ordre, ema.edition_incertaine) == (2018, 1, False)
    assert (
        Laureat.objects.get(edition__annee=2019, ordre=1).nom_affiche == "lauréat 2019 n°\u00a01\u00a0: nom à compléter"
    )
    assert load_historique() == 0
    with pytest.raises(PermissionDenied):
        precise_edition(ema, ema.edition, by=UserFactory(instructeur=True))


def test_the_pages_tell_the_past_honestly_and_show_no_invented_date(client):
    load_historique()

    page = text_of(client.get(reverse("laureats:laureat_list")))
    ema = Laureat.objects.get(nom="Association EMA")
    detail = text_of(client.get(ema.get_absolute_url()))

    assert "27 lauréats" in page
    assert page.count("nom à compléter") == 25
    assert page.count("édition 2018 ou 2019, à préciser") == 2
    assert "compté ici dans l’édition 2019" in detail
    assert SOURCE in detail
    for shown in (page, detail):
        assert "décembre" not in shown


def test_staff_completes_a_past_laureate_on_screen(client, pilote):
    load_historique()
    inconnu = Laureat.objects.get(edition__annee=2018, ordre=3)
    client.force_login(pilote)
    url = reverse("laureats:laureat_edit", args=[inconnu.cle])

    form = client.get(url).context["form"]
    response = client.post(url, {"nom": "Les Retrouvés", "titre": "Archive", "source": "Archives de l’EPT"})

    assert form["nom"].value() == ""
    assert response.headers["Location"] == inconnu.get_absolute_url()
    inconnu.refresh_from_db()
    assert (inconnu.nom_affiche, inconnu.is_a_completer, inconnu.source) == (
        "Les Retrouvés",
        False,
        "Archives de l’EPT",
    )


# --- The public pages --------------------------------------------------------------------------


def test_the_public_filters(client):
    navigateurs = QuartierFactory(nom="Les Navigateurs")
    contrat = navigateurs.contrats.get()
    un = LaureatFactory(
        edition=EditionFactory(annee=2026, published_at="2026-10-01T10:00+02:00"), titre="Été aux jardins"
    )
    un.quartiers.set([navigateurs])
    un.contrat = contrat
    un.save()
    LaureatFactory(titre="La radio des halls")

    def titles(**query):
        page = client.get(reverse("laureats:laureat_list"), query).context["page_obj"]
        return [laureat.titre for laureat in page]

    assert titles() == ["La radio des halls", "Été aux jardins"]
    assert titles(edition=2026) == ["Été aux jardins"]
    assert titles(q="ete JARDIN") == ["Été aux jardins"]
    assert titles(contrat=contrat.code) == ["Été aux jardins"]
    assert titles(quartier=navigateurs.identifiant) == ["Été aux jardins"]
    assert titles(q="absent") == []


def test_no_natural_person_is_named_in_public(client):
    laureat = LaureatFactory(
        dossier__structure=PorteuseFactory(
            nom="Les Semeurs",
            representant_nom="Awa Traoré",
            membres=[UserFactory(prenom="Idriss", nom="Benali", email="idriss@exemple.example")],
        )
    )

    for url in (reverse("laureats:laureat_list"), laureat.get_absolute_url(), "/"):
        page = client.get(url).content.decode()
        assert "Les Semeurs" in page
        for private in ("Awa", "Traoré", "Idriss", "Benali", "idriss@"):
            assert private not in page
    csv = b"".join(client.get(reverse("laureats:laureat_list"), {"format": "csv"}).streaming_content).decode()
    assert "Les Semeurs" in csv
    assert "Awa" not in csv


def test_what_is_not_published_does_not_exist(client):
    caché = LaureatFactory(edition=EditionFactory())

    assert client.get(caché.get_absolute_url()).status_code == 404
    client.force_login(UserFactory())
    assert client.get(caché.get_absolute_url()).status_code == 404
    assert client.get(reverse("laureats:laureat_edit", args=[caché.cle])).status_code == 404


def test_who_may_edit(client):
    laureat = LaureatFactory()
    url = reverse("laureats:laureat_edit", args=[laureat.cle])

    for user, status in ((UserFactory(), 403), (UserFactory(instructeur=True), 403), (UserFactory(pilote=True), 200)):
        client.force_login(user)
        assert client.get(url).status_code == status


def test_the_list_costs_the_same_for_one_and_for_thirty(client, django_assert_num_queries):
    edition = EditionFactory(published_at="2027-10-12T09:30+02:00")
    for wanted in (1, 30):
        while Laureat.objects.count() < wanted:
            laureat = LaureatFactory(edition=edition)
            laureat.quartiers.set([QuartierFactory()])
        with django_assert_num_queries(7):
            client.get(reverse("laureats:laureat_list"))


def test_the_home_shows_the_latest_and_the_figures():
    load_historique()
    quartier = QuartierFactory(nom="Les Navigateurs")
    laureat = LaureatFactory(titre="Un jardin", nom="Les Semeurs", montant=8_000)
    laureat.quartiers.set([quartier])
    LaureatFactory(edition=EditionFactory(annee=2030), titre="Pas encore public")

    shown = home_context()

    assert shown["laureats"][0] == {
        "titre": "Un jardin",
        "structure": "Les Semeurs",
        "quartier": "Les Navigateurs",
        "annee": 2027,
        "url": laureat.get_absolute_url(),
    }
    assert [row["annee"] for row in shown["laureats"]] == [2027, "2018 ou 2019", "2018 ou 2019"]
    assert shown["chiffres"] == [
        {"label": "projets lauréats", "valeur": "28"},
        {"label": "éditions", "valeur": "3"},
        {"label": "quartiers servis", "valeur": "1"},
        {"label": "accordés aux projets connus", "valeur": "8\u202f000\u00a0€"},
    ]


def test_the_map_counts_published_laureates(django_assert_num_queries):
    un, deux = QuartierFactory(), QuartierFactory()
    for _ in range(2):
        LaureatFactory().quartiers.set([un])
    LaureatFactory(edition=EditionFactory(annee=2030)).quartiers.set([un, deux])

    from laureats.accueil import laureats_by_quartier

    with django_assert_num_queries(1):
        assert laureats_by_quartier([un.pk, deux.pk]) == {un.pk: 2}
    assert project_counts([un.pk, deux.pk])[un.pk] >= 2


# --- Convention --------------------------------------------------------------------------------


def test_the_convention_the_object_and_the_siret(client, pilote):
    laureat = LaureatFactory(titre="Un jardin")
    client.force_login(pilote)
    url = reverse("laureats:laureat_edit", args=[laureat.cle])

    response = client.post(
        url, {"objet": "Jardin partagé", "convention_signee_le": "2026-01-15", "siret": "38047555800058"}
    )

    assert response.headers["Location"] == reverse("laureats:suivi_detail", args=[laureat.cle])
    laureat.refresh_from_db()
    assert (laureat.objet, laureat.convention_signee_le) == ("Jardin partagé", date(2026, 1, 15))
    assert laureat.beneficiaires.get().siret == "38047555800058"
    assert laureat.events.count() == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"objet": "=SOMME(A1)"}, "un tableur y verrait une formule"),
        ({"siret": "67895644300011"}, "Ce numéro SIRET n’existe pas"),
        ({"convention_signee_le": "2099-01-01"}, "Cette date est à venir."),
        ({"objet": ""}, "Ce champ est obligatoire."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, pilote, data, message):
    laureat = LaureatFactory()
    client.force_login(pilote)
    typed = {"objet": "Jardin", "convention_signee_le": "", "siret": ""} | data

    response = client.post(reverse("laureats:laureat_edit", args=[laureat.cle]), typed)

    assert response.status_code == 422
    assert message in text_of(response)
    before = laureat.objet
    laureat.refresh_from_db()
    assert (laureat.objet, laureat.convention_signee_le) == (before, None)


def test_a_convention_does_not_precede_the_vote(pilote):
    edition = EditionFactory()
    dossier = propose(edition)
    vote(edition, by=pilote)
    laureat = LaureatFactory(edition=edition, dossier=dossier)

    with pytest.raises(ValidationError, match="ne peut pas précéder le vote"):
        record_convention(laureat, signee_le=date(2027, 10, 4), objet="Jardin", by=pilote, today=date(2027, 12, 1))
