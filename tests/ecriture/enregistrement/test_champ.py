"""Fields saved one by one: merge, duplicates, the story, presence; any interleaving of writers loses no word."""

import json
import os
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from ecriture.enregistrement.actions import save_field
from ecriture.enregistrement.queries import read_champ
from ecriture.models import Champ, Divergence, Redaction, Retouche
from label.enums import SorteQuestion
from projects.dossier.section import save_section
from projects.enums import Droit, Section, Statut
from projects.models import Dossier, Partage
from tests.ecriture.ecritures import BASE, ecritures, play
from tests.factories.contrats import CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import PARIS, QuestionFactory, UserFactory
from tests.factories.projects import DossierFactory

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as traveller:
        yield traveller


@pytest.fixture
def duo():
    """(dossier, porteur, chef): a draft and the two who write it."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(porteur=porteur, chef=chef), porteur, chef


def send(client, dossier, nom, valeur, *, base="", vu=0, ecran="e1", sequence=1):
    data = {"ecran": ecran, "sequence": sequence, "vu": vu, "base": base, "valeur": valeur}
    address = reverse("projects:champ_save", args=[dossier.cle, nom])
    return client.post(address, json.dumps(data), content_type="application/json")


@pytest.mark.django_db
def test_a_field_is_saved_and_says_when(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    answer = send(client, dossier, "besoin", "Des vélos ")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "valeur": "Des vélos ",
            "version": 1,
            "revision": 1,
            "heure": "14\u00a0h\u00a032",
            "par": "Awa Diarra",
            "divergence": None,
        },
    )
    dossier.refresh_from_db()
    assert (dossier.besoin, dossier.revision, dossier.updated_at) == ("Des vélos ", 1, EN_TEMPS)
    assert Redaction.objects.values_list("section", "version", "by", "at").get() == (
        "projet",
        1,
        porteur.pk,
        EN_TEMPS,
    )


LIGNE = {"sens": "charge", "compte": "60", "libelle": "", "montant": 10, "is_obtenu": False}
# One field of each kind: what it holds first, what is written, what is written over it, and the queries of each.
SORTES = {
    "besoin": ("", "Un", "Un deux", 7, 7),
    "beneficiaires": (None, 3, 4, 7, 7),
    "date_debut": (None, "2027-05-01", "2027-06-01", 7, 7),
    "montant_demande": (None, 4000, 5000, 8, 8),
    "quartiers": ([], ["Q1"], ["Q2", "Q3"], 8, 8),
    "communes": ([], ["94081"], ["94041", "94054"], 8, 8),
    "contrat": ("C1", "C2", "C1", 8, 8),
    "structure.ville": ("Vitry-sur-Seine", "Ivry", "Thiais", 7, 7),
    "structure.siret": ("", "73282932000074", "35600000000048", 7, 7),
    "structure.commune": ("", "94041", "94054", 8, 8),
    "ligne.6c1a1f0e-5d8b-4a53-9a51-3b6f7b0c9d11": (None, LIGNE, LIGNE | {"montant": 20}, 8, 8),
    "indicateur.b2f0c4de-1111-4c2a-8f0e-0d5a4c3b2a19": (
        None,
        {"libelle": "a", "cible": "b"},
        {"libelle": "a", "cible": "c"},
        8,
        8,
    ),
    "question.texte_long": ("", "Oui", "Non", 8, 8),
    "question.nombre": (None, 4, 5, 8, 8),
    "question.choix": ("", "Oui", "Non", 8, 8),
}


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["porteur", "chef"])
@pytest.mark.parametrize("nom", SORTES, ids=lambda nom: nom.partition("-")[0])
def test_a_save_costs_eight_queries_at_most(client, duo, who, nom):
    dossier, porteur, chef = duo
    base, *values, premiere, seconde = SORTES[nom]
    found = {code: CommuneFactory(insee=code).pk for code in ("94081", "94041", "94054")}
    if nom in ("quartiers", "contrat"):
        autre = ContratFactory(code="C2")
        type(dossier.contrat).objects.filter(pk=dossier.contrat_id).update(code="C1")
        dossier.quartiers.clear()
        for code, contrats in (("Q1", [autre]), ("Q2", [dossier.contrat]), ("Q3", [dossier.contrat])):
            QuartierFactory(identifiant=code, contrats=contrats)
        if nom == "contrat":
            dossier.quartiers.set(QuartierFactory.create_batch(2, contrats=[dossier.contrat, autre]))
    if nom == "structure.commune":
        values = [str(found[code]) for code in values]
    if nom.startswith("question."):
        sorte = SorteQuestion(nom.partition(".")[2])
        options = ["Oui", "Non"] if sorte == SorteQuestion.CHOIX else []
        nom = f"question.{QuestionFactory(edition=dossier.edition, sorte=sorte, options=options).pk}"
    client.force_login({"porteur": porteur, "chef": chef}[who])
    for sequence, (valeur, count) in enumerate(zip(values, (premiere, seconde), strict=True), start=1):
        if nom in ("quartiers", "contrat") and sequence == 2:
            # The first write gave the dossier to another contrat: its structure goes on.
            client.force_login(porteur)
        with CaptureQueriesContext(connection) as queries:
            answer = send(client, dossier, nom, valeur, base=base, vu=sequence - 1, sequence=sequence)
        assert (answer.status_code, answer.json().get("divergence")) == (200, None), answer.content.decode()
        held = answer.json()["valeur"]
        assert (str(held) if nom == "structure.commune" else held) == valeur
        assert read_champ(Dossier.objects.get(), nom) == held
        real = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(real) == count, "\n".join(real)
        base = held


@pytest.mark.django_db
def test_a_save_received_twice_or_late_changes_nothing(duo):
    dossier, porteur, _ = duo
    given = {"base": "", "ecran": "e1", "vu": 0, "by": porteur}
    save_field(dossier, "besoin", valeur="Un", sequence=1, **given)
    save_field(dossier, "besoin", valeur="Un deux", sequence=2, **given)
    for valeur, sequence in (("Un deux", 2), ("Un", 1)):
        again = save_field(dossier, "besoin", valeur=valeur, sequence=sequence, **given)
        assert (again.valeur, again.version) == ("Un deux", 2)
    assert Dossier.objects.get().besoin == "Un deux"
    assert Champ.objects.get().version == 2


@pytest.mark.django_db
def test_a_page_that_types_on_before_its_answer_came_repeats_nothing(duo):
    dossier, porteur, chef = duo
    mine = {"base": "", "ecran": "e1", "vu": 0, "by": porteur}
    save_field(dossier, "besoin", valeur="alpha", sequence=1, **mine)
    save_field(dossier, "besoin", valeur="beta", base="", ecran="e2", sequence=1, vu=0, by=chef)
    last = save_field(dossier, "besoin", valeur="alpha gamma", sequence=2, **mine)
    assert last.valeur == "alpha beta gamma"
    assert not Divergence.objects.exists()


@pytest.mark.django_db
def test_one_sitting_of_one_person_is_one_entry(duo, in_time):
    dossier, porteur, chef = duo
    texts = ["Un", "Un deux", "Un deux trois"]
    for sequence, text in enumerate(texts, 1):
        save_field(dossier, "besoin", valeur=text, base="", ecran="e1", sequence=sequence, vu=0, by=porteur)
        in_time.shift(timedelta(minutes=10))
    save_field(dossier, "besoin", valeur="Un deux trois !", base=texts[-1], ecran="e2", sequence=1, vu=3, by=chef)
    in_time.shift(timedelta(minutes=31))
    save_field(dossier, "besoin", valeur="Oui", base="Un deux trois !", ecran="e3", sequence=1, vu=4, by=chef)
    assert list(Retouche.objects.values_list("by", "avant", "apres", "version").order_by("pk")) == [
        (porteur.pk, "", "Un deux trois", 3),
        (chef.pk, "Un deux trois", "Un deux trois !", 4),
        (chef.pk, "Un deux trois !", "Oui", 5),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_story_cannot_be_rewritten(duo):
    dossier, porteur, _ = duo
    save_section(dossier, Section.PROJET, values={"besoin": "Un"}, by=porteur)
    for forbidden in (
        lambda: Retouche.objects.update(avant="Autre chose"),
        lambda: Retouche.objects.update(by=UserFactory()),
        lambda: Retouche.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError):
            forbidden()
    assert Retouche.objects.values_list("avant", "apres").get() == ("", "Un")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nom", "typed", "held"),
    [
        ("beneficiaires", "1 200", 1200),
        ("beneficiaires", "", None),
        ("part_qpv", "85", 85),
        ("date_debut", "2027-09-01", "2027-09-01"),
        ("date_debut", "", None),
        ("titre", "Le\x00 titre", "Le titre"),
        ("structure.ville", "Vitry", "Vitry"),
        ("structure.benevoles", "14", 14),
        ("montant_demande", "8000", 8000),
    ],
)
def test_each_kind_of_field_is_read_back_as_it_was_written(duo, nom, typed, held):
    dossier, porteur, _ = duo
    before = read_champ(dossier, nom)
    assert save_field(dossier, nom, valeur=typed, base=before, ecran="e", sequence=1, vu=0, by=porteur).valeur == held
    assert read_champ(Dossier.objects.get(), nom) == held


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nom", "typed", "sentence"),
    [
        ("beneficiaires", "beaucoup", "Un nombre entier, en chiffres."),
        ("beneficiaires", "-3", "supérieure ou égale à 0"),
        ("part_qpv", "120", "va de 0 à 100"),
        ("titre", "x" * 141, "140\u00a0caractères au plus\u00a0: 1 de trop."),
        ("date_debut", "hier", "Cette date n’existe pas"),
        ("structure.siret", "123", "14"),
    ],
)
def test_what_cannot_be_held_is_said_and_changes_nothing(client, duo, nom, typed, sentence):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    before = read_champ(Dossier.objects.get(), nom)
    answer = send(client, dossier, nom, typed, base=before)
    assert answer.status_code == 422
    assert sentence in answer.json()["erreur"]
    assert read_champ(Dossier.objects.get(), nom) == before


@pytest.mark.django_db
def test_the_end_cannot_come_before_the_beginning(duo):
    dossier, porteur, _ = duo
    save_section(dossier, Section.CALENDRIER, values={"date_debut": "2027-09-01"}, by=porteur)
    with pytest.raises(ValidationError, match="La fin de l’action doit suivre son début"):
        save_field(dossier, "date_fin", valeur="2027-08-01", base=None, ecran="e", sequence=1, vu=0, by=porteur)
    assert Dossier.objects.get().date_fin is None


@pytest.mark.django_db
def test_rows_boxes_and_lists_are_merged_too(duo):
    dossier, porteur, chef = duo
    other = QuartierFactory(contrats=[dossier.contrat])
    here = read_champ(dossier, "quartiers")
    save_field(
        dossier, "quartiers", valeur=[*here, other.identifiant], base=here, ecran="a", sequence=1, vu=0, by=porteur
    )
    last = save_field(dossier, "quartiers", valeur=[], base=here, ecran="b", sequence=1, vu=0, by=chef)
    assert last.valeur == [other.identifiant]
    nom = f"ligne.{uuid4()}"
    row = {"sens": "charge", "compte": "60", "libelle": "Bois", "montant": 10, "is_obtenu": False}
    save_field(dossier, nom, valeur=row, base=None, ecran="a", sequence=1, vu=0, by=porteur)
    save_field(dossier, nom, valeur=row | {"montant": 30}, base=row, ecran="a", sequence=2, vu=1, by=porteur)
    kept = save_field(dossier, nom, valeur=None, base=row, ecran="b", sequence=1, vu=1, by=chef)
    assert kept.valeur == row | {"montant": 30}
    assert save_field(dossier, nom, valeur=None, base=kept.valeur, ecran="b", sequence=2, vu=3, by=chef).valeur is None
    assert not dossier.budget_lignes.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "nom",
    [
        "inconnu",
        "statut",
        "numero",
        "structure.id",
        "ligne.1",
        "question.999",
        "question.01",
        f"question.{'0' * 200}4",
        "revision",
        "ligne.{7a0d4d5e-3d3b-4b1e-9a57-0d9f2f6f2b11}",
        "ligne.7A0D4D5E-3D3B-4B1E-9A57-0D9F2F6F2B11",
        f"ligne.{'-' * 300}7a0d4d5e-3d3b-4b1e-9a57-0d9f2f6f2b11",
    ],
)
def test_only_fields_of_the_form_can_be_written(client, duo, nom):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    assert send(client, dossier, nom, "x").status_code == 404


@pytest.mark.django_db
def test_the_line_of_the_ept_follows_the_amount_alone(client, duo):
    dossier, porteur, _ = duo
    save_section(dossier, Section.BUDGET, values={"montant_demande": 8000}, by=porteur)
    ept = dossier.budget_lignes.get(is_ept=True)
    client.force_login(porteur)
    forged = {"sens": "produit", "compte": "74", "libelle": "Autre", "montant": 1, "is_obtenu": True}
    for valeur in (forged, None):
        assert send(client, dossier, f"ligne.{ept.cle}", valeur, base=None).status_code == 404
    assert dossier.budget_lignes.values_list("montant", "is_ept").get() == (8000, True)


@pytest.mark.django_db
def test_who_does_not_write_is_refused_and_who_does_not_see_finds_nothing(client, duo):
    dossier, _, _ = duo
    client.force_login(UserFactory(pilote=True))
    assert send(client, dossier, "besoin", "x").status_code == 403
    client.force_login(UserFactory())
    assert send(client, dossier, "besoin", "x").status_code == 404
    assert client.get(reverse("projects:vie", args=[dossier.cle])).status_code == 404
    with pytest.raises(PermissionDenied):
        save_section(dossier, Section.PROJET, values={"besoin": "x"}, by=UserFactory(pilote=True))


@pytest.mark.django_db
def test_after_the_deadline_or_the_deposit_nothing_is_written(client, duo, in_time):
    dossier, porteur, _ = duo
    in_time.move_to(dossier.edition.cloture + timedelta(minutes=2))
    client.force_login(porteur)
    late = send(client, dossier, "besoin", "x")
    assert (late.status_code, late.json()["ferme"]) == (409, True)
    assert "La date limite est passée" in late.json()["erreur"]
    in_time.move_to(EN_TEMPS)
    Dossier.objects.filter(pk=DossierFactory(admis=True, structure=dossier.structure).pk)
    deposited = Dossier.objects.exclude(pk=dossier.pk).get()
    assert deposited.statut == Statut.ADMIS
    closed = send(client, deposited, "besoin", "x")
    assert (closed.status_code, closed.json()["ferme"]) == (409, True)


@pytest.mark.django_db
def test_writable_by_says_what_the_rules_say(duo):
    dossier, porteur, chef = duo
    guests = {droit: UserFactory() for droit in Droit}
    agent = UserFactory(pilote=True)
    for user, droit in [*((user, droit) for droit, user in guests.items()), (agent, Droit.ECRITURE)]:
        Partage.objects.create(
            dossier=dossier,
            email=user.email,
            user=user,
            droit=droit,
            jeton_sha256=user.cle,
            by=porteur,
            created_at=EN_TEMPS,
            expire_at=EN_TEMPS + Partage.DELAI,
            accepted_at=EN_TEMPS,
        )
    found = {
        user.pk
        for user in (porteur, chef, agent, *guests.values(), UserFactory(), UserFactory(instructeur=True))
        if Dossier.objects.writable_by(user).filter(pk=dossier.pk).exists()
    }
    assert found == {porteur.pk, chef.pk, guests[Droit.ECRITURE].pk}
    for user in (porteur, chef, agent, *guests.values()):
        assert user.has_perm("projects.change_dossier", dossier) == (user.pk in found)


@pytest.mark.django_db
def test_others_see_who_is_there_and_what_was_written(client, duo, broker):
    dossier, porteur, chef = duo
    address = reverse("projects:vie", args=[dossier.cle])
    client.force_login(chef)
    here = {"ecran": "chef", "section": "projet", "champ": "besoin"}
    assert client.post(address, json.dumps(here), content_type="application/json").status_code == 204
    send(client, dossier, "besoin", "De Luc", ecran="chef")
    client.force_login(porteur)
    first = client.get(f"{address}?depuis=0&ecran=moi")
    assert first.json() == {
        "revision": 1,
        "remue": "",
        "presents": [
            {
                "nom": "Luc Fontanel",
                "initiales": "LF",
                "moi": False,
                "section": "projet",
                "partie": "Le projet",
                "champ": "besoin",
            }
        ],
        "champs": [
            {
                "nom": "besoin",
                "section": "projet",
                "version": 1,
                "valeur": "De Luc",
                "par": "Luc Fontanel",
                "heure": "14\u00a0h\u00a032",
            }
        ],
    }
    same = client.get(f"{address}?depuis=1&ecran=moi", headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    broker.stop()
    alone = client.get(f"{address}?depuis=1&ecran=moi", headers={"If-None-Match": first["ETag"]})
    assert (alone.status_code, alone.json()["presents"]) == (200, [])
    assert send(client, dossier, "besoin", "De Luc et d’Awa", base="De Luc", vu=1, ecran="moi").status_code == 200


# --- Any writing, by anybody, over any network: the pure rules a thousand times in test_fusion, here the real ones ---

# `ENTRELACEMENTS=1000 make test ARGS="-k no_word_is_lost"` plays as many on the real action and database.
ENTRELACEMENTS = int(os.environ.get("ENTRELACEMENTS", "15"))


@pytest.mark.django_db
@settings(max_examples=ENTRELACEMENTS, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ecriture=ecritures)
def test_whatever_the_order_and_the_network_no_word_is_lost(duo, ecriture):
    dossier, porteur, chef = duo
    writers, steps = ecriture
    Divergence.objects.all().delete()
    Champ.objects.filter(ecrit=dossier.ecrit).delete()
    Dossier.objects.filter(pk=dossier.pk).update(besoin=BASE)
    first = Retouche.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def save(page, message):
        answer = save_field(dossier, "besoin", by=(porteur, chef)[page % 2], **message)
        return answer.valeur, answer.version

    final, pages, added, removed = play(save, writers, steps)
    assert {page.texte for page in pages} == {final} == {Dossier.objects.get(pk=dossier.pk).besoin}
    aside = Retouche.objects.filter(pk__gt=first, sorte="ecartee").values_list("apres", flat=True)
    assert added - removed - set(final.split()) <= {word for text in aside for word in text.split()}


@pytest.mark.django_db
def test_the_other_dossiers_of_a_structure_show_who_wrote_it(client, duo):
    dossier, porteur, chef = duo
    autre = DossierFactory(structure=dossier.structure)
    Redaction.objects.create(ecrit=autre.ecrit, section=Section.STRUCTURE, by=chef)
    client.force_login(porteur)
    assert send(client, dossier, "structure.ville", "Thiais", base=dossier.structure.ville).status_code == 200
    found = Redaction.objects.filter(section=Section.STRUCTURE).values_list("ecrit__dossier", "version", "by")
    assert set(found) == {(dossier.pk, 1, porteur.pk), (autre.pk, 1, porteur.pk)}


@pytest.mark.django_db
def test_a_number_another_structure_bears_is_said_beside_the_field(client, duo):
    dossier, porteur, _ = duo
    DossierFactory(structure__siret="73282932000074")
    client.force_login(porteur)
    answer = send(client, dossier, "structure.siret", "732 829 320 00074")
    assert (answer.status_code, answer.json()) == (
        422,
        {"erreur": "Une structure porte déjà ce numéro SIRET\u00a0: demandez à la rejoindre."},
    )
    dossier.structure.refresh_from_db()
    assert (dossier.structure.siret, Retouche.objects.count()) == ("", 0)
