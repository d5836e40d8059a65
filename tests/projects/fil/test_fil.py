"""The story of a dossier: who reads what, in which order, on how many pages; and what a floor above adds to it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from projects.dossier.declaration import DOSSIER
from projects.enums import Statut
from projects.fil import registre
from projects.fil.recit import DERNIERES, journees
from projects.fil.registre import AFaire, Carte, Ligne, Sorte, histoire
from projects.models import Passage
from tests.factories.depot import EN_TEMPS
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return DossierFactory(porteur=UserFactory(prenom="Awa"), chef=UserFactory(prenom="Luc"))


def porteur_of(dossier):
    return dossier.structure.membres.get().user


def move(dossier, at, transition="ask_visa", **fields):
    fields = {"de": Statut.CO_ELABORATION, "vers": Statut.CO_ELABORATION} | fields
    return Passage.objects.create(dossier=dossier, transition=transition, at=at, **fields)


def test_it_is_told_by_day_the_latest_first(dossier):
    for hours in (0, 1, 30):
        move(dossier, EN_TEMPS + timedelta(hours=hours))
    told = journees(histoire(dossier, porteur_of(dossier)))
    assert [(one.jour.day - EN_TEMPS.day, len(one.lignes)) for one in told] == [(1, 1), (0, 2)]
    times = [ligne.at for one in told for ligne in one.lignes]
    assert times == sorted(times, reverse=True)


def test_each_reads_what_is_theirs(dossier):
    """What the instruction wrote for itself stays there; what is decided is told by nobody before the publication."""
    pilote = UserFactory(pilote=True)
    move(
        dossier,
        EN_TEMPS,
        "declare_recevable",
        de=Statut.DEPOSE,
        vers=Statut.EN_INSTRUCTION,
        motif_interne="Entre nous.",
    )
    move(dossier, EN_TEMPS + timedelta(days=1), "propose", de=Statut.AUDITIONNE, vers=Statut.PROPOSE, motif="Bien.")
    mine = histoire(dossier, porteur_of(dossier))
    assert [(ligne.texte, ligne.corps, ligne.interne) for ligne in mine] == [("Dossier déclaré recevable", "", "")]
    assert [(ligne.texte, ligne.corps, ligne.interne) for ligne in histoire(dossier, pilote)] == [
        ("Proposé par le jury", "Bien.", ""),
        ("Dossier déclaré recevable", "", "Entre nous."),
    ]


def test_outside_the_ept_its_decisions_are_signed_by_it_and_told_from_the_publication():
    """«Lauréat Hélène Roussel» would read as if she had won; what the jury decided in September was not known then."""
    porteur, chef, pilote = UserFactory(), UserFactory(), UserFactory(pilote=True, prenom="Hélène")
    dossier = DossierFactory(statut=Statut.NON_RETENU, porteur=porteur, chef=chef)
    published = EN_TEMPS + timedelta(days=30)
    moves = (
        ("deposit", Statut.PRET, Statut.DEPOSE, porteur),
        ("declare_recevable", Statut.DEPOSE, Statut.EN_INSTRUCTION, pilote),
        ("hear", Statut.ADMIS, Statut.AUDITIONNE, pilote),
        ("set_aside", Statut.AUDITIONNE, Statut.NON_RETENU, pilote),
    )
    for days, (name, de, vers, by) in enumerate(moves):
        move(dossier, EN_TEMPS + timedelta(days=days), name, de=de, vers=vers, by=by)
    type(dossier.edition).objects.update(published_at=published)
    dossier.refresh_from_db()

    def told(user):
        return [(ligne.texte, ligne.qui, (ligne.at - EN_TEMPS).days) for ligne in histoire(dossier, user)]

    assert (
        told(porteur)
        == told(chef)
        == [
            ("Le projet n’est pas retenu", "L’EPT", 30),
            ("L’audition est passée\u00a0: le jury délibère", "L’EPT", 2),
            ("Dossier déclaré recevable", "L’EPT", 1),
            ("Dossier déposé", porteur.get_full_name(), 0),
        ]
    )
    name = pilote.get_full_name()
    assert told(pilote) == [
        ("Non retenu", name, 3),
        ("Auditionné", name, 2),
        ("Dossier déclaré recevable", name, 1),
        ("Dossier déposé", porteur.get_full_name(), 0),
    ]
    # Whoever came before the publication finds it among what is new.
    news = DOSSIER.nouvelles(dossier, porteur, EN_TEMPS + timedelta(days=20), None)
    assert [(one.quoi, one.qui, one.quand, one.url) for one in news] == [
        (
            "Le projet n’est pas retenu",
            "L’EPT",
            published,
            reverse("projects:dossier_detail", args=[dossier.cle]) + "#fil",
        )
    ]


def test_the_page_shows_the_last_lines_and_leads_to_the_others(dossier, client):
    for minutes in range(DERNIERES + 40):
        move(dossier, EN_TEMPS + timedelta(minutes=minutes))
    client.force_login(porteur_of(dossier))
    page = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
    assert sum(len(one.lignes) for one in page.context["journees"]) == DERNIERES
    whole = reverse("projects:fil", args=[dossier.cle])
    assert f'href="{whole}"' in page.text and "40\u00a0lignes plus anciennes" in page.text
    first, second = (client.get(whole, {"page": n}) for n in (1, 2))
    assert [sum(len(one.lignes) for one in read.context["journees"]) for read in (first, second)] == [50, 10]
    client.force_login(UserFactory())
    assert client.get(whole).status_code == 404


MOTS = "Une convention attend votre signature"


@pytest.fixture
def another_floor():
    """A floor above, that registers what it knows as each does in its `AppConfig.ready`; gone after the test."""
    answers = [
        (registre.lignes, lambda dossier, user: [Ligne(EN_TEMPS, Sorte.SUITES, "Convention envoyée", "Luc", MOTS)]),
        (
            registre.cartes,
            lambda dossiers, user, now: {
                one.pk: Carte(1, "convention", MOTS, "À vous", True, ("Elle est jointe.",)) for one in dossiers
            },
        ),
        (registre.a_faire, lambda user, now: [AFaire("Signer la convention", "La halle", "/ailleurs/", EN_TEMPS)]),
    ]
    for relais, answer in answers:
        relais.register(answer)
    yield
    for relais, answer in answers:
        relais.forget(answer)


@pytest.mark.usefixtures("another_floor")
def test_what_a_floor_above_registers_shows_without_the_lower_ones_knowing(dossier, client):
    client.force_login(porteur_of(dossier))
    page = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
    assert page.context["carte"].titre == MOTS
    assert f'<h2 id="maintenant">{MOTS}</h2>' in page.text
    assert "Convention envoyée" in page.text
    dashboard = client.get(reverse("label:tableau")).text
    assert 'href="/ailleurs/">Signer la convention</a>' in dashboard
    # The card is the same there.
    assert f"<p>{MOTS}</p>" in dashboard
    assert "Signer la convention" in client.get(reverse("projects:a_faire_list")).text
