"""Publication: all results of an édition at once, once, as the preview said."""

import re
import threading
from html import unescape
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pypdf import PdfReader

from label.documents import ROOT
from label.models import Courriel, CourrielFichier
from laureats.models import Laureat, Versement
from laureats.publication import lettres
from laureats.publication.actions import PublicationRefusee, publish_results
from laureats.publication.resultats import prepare_publication
from laureats.vote.actions import Choix
from projects.enums import LIBELLES_PORTEUR, Statut
from projects.models import Dossier, Membre, Passage
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import (
    PUBLIE_LE,
    DossierJugeFactory,
    PorteuseFactory,
    ecarte,
    jure,
    jury_clos,
    non_admis,
    propose,
    reserve,
    vote,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilote():
    return UserFactory(pilote=True)


@pytest.fixture
def edition():
    return EditionFactory(enveloppe=50_000)


FORT, DEDANS = "Une équipe très présente.", "Le budget ne nous a pas convaincus."


@pytest.fixture
def annee(edition, pilote):
    """One dossier of each end, their people, a chef de projet and two members of the jury, voted."""
    contrat = ContratFactory()
    chef = UserFactory(email="chef@exemple.example")
    AffectationFactory(user=chef, contrat=contrat)

    def porteuse(nom, *emails):
        return PorteuseFactory(nom=nom, membres=[UserFactory(email=email) for email in emails])

    dossiers = {
        "laureat": propose(
            edition,
            9_000,
            titre="=Le jardin « Ô »",
            contrat=contrat,
            structure=porteuse("Les Semeurs", "a1@exemple.example", "a2@exemple.example"),
        ),
        "refus": reserve(
            edition, titre="En attente", contrat=contrat, structure=porteuse("Réserve", "b@exemple.example")
        ),
        "jury": ecarte(
            edition, "Trop proche d’un autre.", titre="Écarté", structure=porteuse("Jury", "c@exemple.example")
        ),
        "absence": ecarte(
            edition, "Absent.", "record_absence", titre="Absent", structure=porteuse("Absente", "d@exemple.example")
        ),
        "attente": reserve(
            edition,
            2,
            titre="Gardé",
            contrat=contrat,
            structure=porteuse("Patience", "f@exemple.example"),
            dit={"points_forts": FORT, "motif_interne": DEDANS},
        ),
        "admission": non_admis(edition, titre="Hors quartier", structure=porteuse("Ailleurs", "e@exemple.example")),
    }
    dossiers["laureat"].quartiers.set([QuartierFactory(nom="Les Navigateurs", contrats=[contrat])])
    for email in ("jure1@exemple.example", "jure2@exemple.example"):
        jure(edition, UserFactory(email=email))
    vote(
        edition,
        by=pilote,
        decisions=[
            Choix(dossiers["laureat"].pk, "accorde", 9_000),
            Choix(dossiers["refus"].pk, "refuse"),
            Choix(dossiers["attente"].pk, "attente"),
        ],
    )
    return dossiers


def texte(fichier):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(bytes(fichier.contenu))).pages).split())


def test_everything_goes_out_at_once(edition, annee, pilote):
    publish_results(edition, by=pilote, at=PUBLIE_LE)

    edition.refresh_from_db()
    assert edition.published_at == PUBLIE_LE
    assert dict(Dossier.objects.values_list("titre", "statut")) == {
        "=Le jardin « Ô »": Statut.LAUREAT,
        "En attente": Statut.NON_RETENU,
        "Écarté": Statut.NON_RETENU,
        "Absent": Statut.NON_RETENU,
        "Hors quartier": Statut.NON_ADMIS,
        "Gardé": Statut.RESERVE,
    }
    laureat = Laureat.objects.get()
    assert (laureat.nom, laureat.titre, laureat.resume, laureat.montant, laureat.ordre, laureat.objet) == (
        "Les Semeurs",
        "=Le jardin « Ô »",
        "Un résumé à publier.",
        9_000,
        1,
        "Label Actions Innovantes 2027\u00a0: =Le jardin « Ô »",
    )
    assert [quartier.nom for quartier in laureat.quartiers.all()] == ["Les Navigateurs"]
    structure = annee["laureat"].structure
    assert list(laureat.beneficiaires.values_list("nom", "siret", "rna", "part")) == [
        ("Les Semeurs", "", structure.rna, 1)
    ]
    assert list(Versement.objects.values_list("rang", "montant", "etat")) == [(1, 6_300, "prevu"), (2, 2_700, "prevu")]
    moves = Passage.objects.filter(at=PUBLIE_LE).values_list("dossier__titre", "transition", "by")
    assert set(moves) == {
        ("=Le jardin « Ô »", "award", pilote.pk),
        ("En attente", "refuse", pilote.pk),
        ("Gardé", "keep_waiting", pilote.pk),
    }


def test_each_person_gets_one_message(edition, annee, pilote):
    publication = publish_results(edition, by=pilote, at=PUBLIE_LE)

    sent = set(Courriel.objects.values_list("cle_notification", "destinataire"))
    assert sent == {
        ("resultat_laureat", "a1@exemple.example"),
        ("resultat_laureat", "a2@exemple.example"),
        ("resultat_refus", "b@exemple.example"),
        ("resultat_refus", "c@exemple.example"),
        ("resultat_refus", "d@exemple.example"),
        ("resultat_refus", "e@exemple.example"),
        ("resultat_attente", "f@exemple.example"),
        ("resultats_chef", "chef@exemple.example"),
        ("resultats_jury", "jure1@exemple.example"),
        ("resultats_jury", "jure2@exemple.example"),
    }
    assert Courriel.objects.count() == len(sent) == publication.nombre_messages


def test_the_messages_say_what_was_decided(edition, annee, pilote):
    publish_results(edition, by=pilote, at=PUBLIE_LE)

    bonne = Courriel.objects.get(destinataire="a1@exemple.example")
    assert bonne.sujet == "Votre projet «\u00a0=Le jardin « Ô »\u00a0» est lauréat"
    assert "La subvention accordée est de 9\u202f000\u00a0€." in bonne.texte
    assert "Acompte de 70\u00a0%\u00a0: 6\u202f300\u00a0€" in bonne.texte
    refus = Courriel.objects.get(destinataire="e@exemple.example")
    assert "Ce qui a été relevé\u00a0: Le projet n’est pas dans un quartier prioritaire." in refus.texte
    chef = Courriel.objects.get(destinataire="chef@exemple.example").texte
    assert "- =Le jardin « Ô » (Les Semeurs)\u00a0: 9\u202f000\u00a0€" in chef
    assert "Sur la liste d’attente\u00a0:\n- Gardé (Patience)" in chef
    assert "1\u00a0projet non retenu" not in chef
    assert chef.partition("dont les porteurs")[2].partition("Tous les lauréats")[0].strip().splitlines() == [
        "auront besoin de vous\u00a0:",
        "- En attente (Réserve)",
    ]
    assert "Écarté" not in chef
    juré = Courriel.objects.get(destinataire="jure1@exemple.example").texte
    assert "1\u00a0projet reçoit le label, 1\u00a0autre reste sur la liste d’attente." in juré
    assert "jardin" not in juré


def test_the_letters_state_the_remedies_and_the_step_at_which_each_stopped(edition, annee, pilote):
    publish_results(edition, by=pilote, at=PUBLIE_LE)

    found = {fichier.courriel.destinataire: fichier for fichier in CourrielFichier.objects.select_related("courriel")}
    assert set(found) == {f"{name}@exemple.example" for name in ("a1", "a2", "b", "c", "d", "e", "f")}
    for fichier in found.values():
        page = texte(fichier)
        assert "dans un délai de deux mois" in page
        assert "tribunal administratif de Melun" in page
        assert "délibération n° 2027-118 du 5 octobre 2027" in page
        assert "12 octobre 2027" in page
    attribution = texte(found["a1@exemple.example"])
    assert "une subvention de : 9 000 €" in attribution
    assert "Awa Traoré, présidente" in attribution
    dit = {
        "b": "le conseil territorial n’a pas retenu votre projet",
        "c": "Le jury vous a entendu et n’a pas proposé votre projet",
        "d": "n’a pas pu être présenté au jury",
        "e": "n’a pas été admis à l’audition",
        "f": "il est inscrit sur la liste d’attente arrêtée par le conseil territorial",
    }
    for name, phrase in dit.items():
        assert phrase in texte(found[f"{name}@exemple.example"])
    assert "Trop proche d’un autre." in texte(found["c@exemple.example"])


def test_the_preview_is_the_publication(client, edition, annee, pilote, time_machine):
    time_machine.move_to(PUBLIE_LE)
    client.force_login(pilote)
    url = reverse("laureats:publication_preview", args=[edition.annee])

    page = client.get(url).content.decode()
    previews = {}
    for dossier in annee.values():
        shown = client.get(reverse("laureats:publication_message", args=[edition.annee, dossier.cle]))
        for user in shown.context["destinataires"]:
            previews[user.email] = unescape(re.search(r"<h1>(.*)</h1>", shown.content.decode())[1])
    pdf = client.get(reverse("laureats:publication_lettre", args=[edition.annee, annee["laureat"].cle])).content
    assert (Courriel.objects.count(), Laureat.objects.count()) == (0, 0)
    empreinte = re.search(r'name="empreinte" value="(\w{64})"', page)[1]
    response = client.post(reverse("laureats:publication_publish", args=[edition.annee]), {"empreinte": empreinte})

    assert response.headers["Location"] == url
    assert previews == dict(
        Courriel.objects.filter(cle_notification__startswith="resultat_").values_list("destinataire", "sujet")
    )
    for email in Courriel.objects.values_list("destinataire", flat=True):
        assert email in page
    sent = CourrielFichier.objects.get(courriel__destinataire="a1@exemple.example")
    assert bytes(sent.contenu) == pdf


def test_the_other_messages_are_previewed_too(client, edition, annee, pilote):
    client.force_login(pilote)
    chef = next(iter(prepare_publication(edition).chefs))

    of_chef = client.get(reverse("laureats:publication_message", args=[edition.annee, chef.cle])).context
    of_jury = client.get(reverse("laureats:publication_message", args=[edition.annee, "jury"])).context
    publish_results(edition, by=pilote, at=PUBLIE_LE)

    assert of_chef["texte"] == Courriel.objects.get(cle_notification="resultats_chef").texte
    assert {user.email for user in of_jury["destinataires"]} == {"jure1@exemple.example", "jure2@exemple.example"}
    assert client.get(reverse("laureats:publication_message", args=[edition.annee, "inconnu"])).status_code == 404


def test_once_only(client, edition, annee, pilote):
    publish_results(edition, by=pilote, at=PUBLIE_LE)
    before = Courriel.objects.count()

    with pytest.raises(PublicationRefusee, match="ont déjà été publiés"):
        publish_results(edition, by=pilote)
    client.force_login(pilote)
    response = client.post(
        reverse("laureats:publication_publish", args=[edition.annee]), {"empreinte": "x"}, follow=True
    )

    assert "ont déjà été publiés" in response.content.decode()
    assert (Courriel.objects.count(), Laureat.objects.count()) == (before, 1)
    edition.refresh_from_db()
    assert edition.published_at == PUBLIE_LE


def _correct_vote(annee, pilote):
    edition = annee["laureat"].edition
    vote(
        edition,
        by=pilote,
        decisions=[
            Choix(annee["laureat"].pk, "accorde", 8_999, motif_interne="Voté ainsi."),
            Choix(annee["refus"].pk, "refuse", motif="Non."),
            Choix(annee["attente"].pk, "attente"),
        ],
    )


def _new_member(annee, pilote):
    Membre.objects.create(structure=annee["refus"].structure, user=UserFactory())


def _new_title(annee, pilote):
    Dossier.objects.filter(pk=annee["laureat"].pk).update(titre="Autre titre")


def _undo(annee, pilote):
    from django.utils import timezone

    from projects.lifecycle import LIFECYCLE

    LIFECYCLE.apply(annee["laureat"], "undo_deliberation", by=pilote, motif="Erreur", at=timezone.now())


@pytest.mark.parametrize("change", [_correct_vote, _new_member, _new_title, _undo])
def test_what_moved_since_the_preview_stops_it(edition, annee, pilote, change):
    seen = prepare_publication(edition).empreinte()

    change(annee, pilote)

    with pytest.raises(PublicationRefusee):
        publish_results(edition, by=pilote, expected=seen)
    edition.refresh_from_db()
    assert not edition.is_published
    assert (Courriel.objects.count(), Laureat.objects.count()) == (0, 0)


def test_a_letter_that_cannot_be_made_stops_all_before_anything_is_written(
    edition, annee, pilote, tmp_path, monkeypatch
):
    monkeypatch.setattr(lettres, "MODELE_LETTRE", "laureats/absente.typ")
    assert not (ROOT / lettres.MODELE_LETTRE).exists()

    with pytest.raises(PublicationRefusee, match="Rien n’a été publié"):
        publish_results(edition, by=pilote)

    edition.refresh_from_db()
    assert not edition.is_published
    assert set(Dossier.objects.values_list("statut", flat=True)) == {
        Statut.PROPOSE,
        Statut.RESERVE,
        Statut.NON_RETENU,
        Statut.NON_ADMIS,
    }
    assert (Courriel.objects.count(), Laureat.objects.count(), Versement.objects.count()) == (0, 0, 0)


def test_it_waits_for_the_vote_and_for_every_audition(edition, pilote):
    jury_clos(edition)
    with pytest.raises(PublicationRefusee, match="Le vote n’est pas enregistré"):
        publish_results(edition, by=pilote)

    vote(edition, by=pilote)
    DossierJugeFactory(edition=edition, statut=Statut.AUDITIONNE)
    with pytest.raises(PublicationRefusee, match="attend encore le jury"):
        publish_results(edition, by=pilote)


def test_it_warns_of_those_nobody_will_tell(edition, pilote):
    propose(edition, titre="Seul", structure=PorteuseFactory(membres=[]))
    DossierJugeFactory(edition=edition, statut=Statut.EN_INSTRUCTION)
    vote(edition, by=pilote)

    assert prepare_publication(edition).avertissements == [
        "1\u00a0dossier déposé n’est pas au bout de l’instruction\u00a0: rien ne leur sera dit.",
        "Personne ne recevra le message de «\u202fSeul\u202f»\u00a0: la structure n’a plus de membre.",
    ]


def test_only_the_pilote_publishes(edition, annee):
    for user in (UserFactory(), UserFactory(instructeur=True)):
        with pytest.raises(PermissionDenied):
            publish_results(edition, by=user)
    edition.refresh_from_db()
    assert not edition.is_published


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_publish_once(pilote):
    edition = EditionFactory(enveloppe=50_000)
    for _ in range(5):
        propose(edition)
    vote(edition, by=pilote)
    seen = prepare_publication(edition).empreinte()
    start = threading.Barrier(2)
    outcomes = []

    def click():
        start.wait()
        try:
            publish_results(edition, by=pilote, expected=seen)
        except PublicationRefusee as error:
            outcomes.append(error.messages[0])
        else:
            outcomes.append("done")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("done") == 1
    assert any("ont déjà été publiés" in outcome for outcome in outcomes)
    assert (Laureat.objects.count(), Courriel.objects.filter(cle_notification="resultat_laureat").count()) == (5, 5)


def test_the_preview_costs_the_same_for_one_dossier_and_for_thirty(edition, pilote, client, django_assert_num_queries):
    client.force_login(pilote)
    url = reverse("laureats:publication_preview", args=[edition.annee])
    for wanted in (1, 30):
        while edition.dossiers.count() < wanted:
            propose(
                edition,
                1_000,
                contrat=edition.dossiers.first().contrat if edition.dossiers.exists() else ContratFactory(),
            )
        vote(edition, by=pilote)
        with django_assert_num_queries(14):
            assert client.get(url).status_code == 200


# --- What the porteur sees, before and after ----------------------------------------------------

SECRET = "Motif que personne ne doit lire"
TU = {"points_forts": SECRET, "motif_interne": SECRET, "motif": SECRET}


def _addresses(patterns, prefix=""):
    """(namespace:name, parameters) of every page of our floors."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _addresses(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{prefix}{pattern.name}", set(pattern.pattern.regex.groupindex)


def pages_of(client, dossier):
    """{address: text} of every page a GET opens on this dossier, or without parameter, for who is signed in."""
    found = {}
    for name, parameters in _addresses(get_resolver().url_patterns):
        if name.partition(":")[0] not in (
            "label",
            "contrats",
            "ecriture",
            "projects",
            "instruction",
            "juries",
            "laureats",
        ):
            continue
        if parameters - {"cle"}:
            continue
        url = reverse(name, kwargs=dict.fromkeys(parameters, dossier.cle))
        response = client.get(url)
        if response.status_code == 200 and not response.streaming and "text/html" in response.headers["Content-Type"]:
            # The choices of a filter are the same for everybody.
            page = re.sub(r"<select.*?</select>", "", response.content.decode(), flags=re.S)
            found[name] = re.sub(r"\s+", " ", page)
    return found


def test_the_porteur_learns_nothing_before_publication_and_all_after(client, pilote, edition):
    porteur = UserFactory()
    structure = PorteuseFactory(membres=[porteur])
    dossiers = [
        propose(edition, 4_321, TU, titre="Alpha", structure=structure),
        reserve(edition, 1, 4_321, TU, titre="Bêta", structure=structure),
        ecarte(edition, SECRET, titre="Gamma", structure=structure),
        non_admis(edition, SECRET, titre="Delta", structure=structure),
        reserve(edition, 2, 4_321, TU, titre="Epsilon", structure=structure),
    ]
    vote(
        edition,
        by=pilote,
        numero="SECRET-118",
        decisions=[
            Choix(dossiers[0].pk, "accorde", 4_321, motif=SECRET, motif_interne=SECRET),
            Choix(dossiers[1].pk, "refuse", motif=SECRET),
            Choix(dossiers[4].pk, "attente", motif=SECRET, motif_interne=SECRET),
        ],
    )
    client.force_login(porteur)
    hidden = [
        SECRET,
        "4\u202f321",
        "4321",
        "SECRET-118",
        "Proposé par le jury",
        "Liste d’attente",
        "Non retenu",
        "Non admis à l’audition",
        "est lauréat",
        "etiquette-refus",
    ]

    for dossier in dossiers:
        pages = pages_of(client, dossier)
        assert "label:tableau" in pages
        for name, page in pages.items():
            assert [word for word in hidden if word in page] == [], (name, dossier.titre)

    # Asking for one statut after the other tells no more: those the jury heard stay together.
    for statut in Statut.values:
        page = client.get(reverse("projects:dossier_list"), {"statut": statut}).content.decode()
        assert len({titre in page for titre in ("Alpha", "Bêta", "Gamma", "Epsilon")}) == 1

    publish_results(edition, by=pilote)

    assert "Votre projet est lauréat" in client.get(reverse("label:tableau")).content.decode()
    for dossier in dossiers:
        dossier.refresh_from_db()
        dossier.edition.refresh_from_db()
    assert [LIBELLES_PORTEUR[dossier.statut_connu] for dossier in dossiers] == [
        "Lauréat",
        "Non retenu",
        "Non retenu",
        "Non retenu pour l’audition",
        "Sur la liste d’attente",
    ]
