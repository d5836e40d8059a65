"""Addresses as they are pasted from a mail program, wherever addresses are asked."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from instruction.avis.forms import AvisForm
from juries.models import Jure
from label.adresses import AdresseField, AdressesField, read_addresses
from label.models import User
from label.models.porte import CodeConnexion
from projects.models import Invitation, Partage
from tests.factories.contrats import ContratFactory
from tests.factories.juries import jury_of
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory

OUTLOOK = (Path(__file__).parent.parent / "cases" / "partenaires-outlook.txt").read_text()
JEAN, MARIE = ("Jean Durand", "jean@bailleur.example"), ("Marie Petit", "marie@bailleur.example")


@pytest.mark.parametrize(
    ("texte", "adresses"),
    [
        (OUTLOOK, [JEAN, MARIE]),
        ("jean@bailleur.example", [("", JEAN[1])]),
        (" Jean@Bailleur.EXAMPLE. ", [("", JEAN[1])]),
        ("jean@bailleur.example;\n", [("", JEAN[1])]),
        ("<jean@bailleur.example>", [("", JEAN[1])]),
        ("mailto:jean@bailleur.example?subject=Bonjour", [("", JEAN[1])]),
        ("jean@bailleur.example<mailto:jean@bailleur.example>", [("", JEAN[1])]),
        ("Jean Durand <mailto:jean@bailleur.example>", [JEAN]),
        ("Jean Durand <jean@bailleur.example>, marie@bailleur.example", [JEAN, ("", MARIE[1])]),
        (
            '"Durand, Jean" <jean@bailleur.example>, "Petit; Marie" <marie@bailleur.example>;',
            [("Durand, Jean", JEAN[1]), ("Petit; Marie", MARIE[1])],
        ),
        (
            "Durand, Jean <jean@bailleur.example>; Petit, Marie <marie@bailleur.example>",
            [("Durand, Jean", JEAN[1]), ("Petit, Marie", MARIE[1])],
        ),
        ("jean@bailleur.example\tmarie@bailleur.example", [("", JEAN[1]), ("", MARIE[1])]),
        ("jean@bailleur.example marie@bailleur.example", [("", JEAN[1]), ("", MARIE[1])]),
        ("jean@bailleur.example\nJEAN@bailleur.example\n", [("", JEAN[1])]),
        ("- jean@bailleur.example\n• marie@bailleur.example", [("", JEAN[1]), ("", MARIE[1])]),
        ("Jean Durand (Bailleur) <jean@bailleur.example>", [("Jean Durand (Bailleur)", JEAN[1])]),
        ("'jean@bailleur.example'", [("", JEAN[1])]),
        ("«\u00a0jean@bailleur.example\u00a0»", [("", JEAN[1])]),
        ("Zoé <zoe@été.example>", [("Zoé", "zoe@xn--t-9fab.example")]),
        ("", []),
        (" ;, \n", []),
    ],
)
def test_what_is_pasted_is_read(texte, adresses):
    lecture = read_addresses(texte)
    assert (lecture.adresses, lecture.illisibles) == (adresses, [])


def test_what_is_no_address_is_named_and_the_rest_is_read():
    lecture = read_addresses("jean@bailleur.example; marie@; Paul Roux, zoé@x.example\nLe maire, Ivry <ivry@>")
    assert lecture.adresses == [("", JEAN[1])]
    assert lecture.illisibles == ["marie@", "Paul Roux", "zoé@x.example", "Le maire", "Ivry <ivry@>"]


@given(st.text(st.sampled_from('ab@.<>",; \n\té:'), max_size=40))
def test_nothing_pasted_falls_nor_disappears(texte):
    lecture = read_addresses(texte)
    assert all(adresse.count("@") == 1 and adresse == adresse.lower() for _, adresse in lecture.adresses)
    if "a" in texte and not lecture.adresses:
        assert lecture.illisibles


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (OUTLOOK, "Une seule adresse ici\u00a0: vous en avez donné 2 (jean@bailleur.example, marie@bailleur.example)."),
        ("jean", "«\u00a0jean\u00a0» n’est pas une adresse électronique."),
        ("jean@", "«\u00a0jean@\u00a0» n’est pas une adresse électronique."),
        ("…", "«\u00a0…\u00a0» n’est pas une adresse électronique."),
    ],
)
def test_where_one_is_asked_what_is_wrong_is_said(typed, said):
    with pytest.raises(ValidationError) as refused:
        AdresseField().clean(typed)
    assert refused.value.messages == [said]


def test_where_several_are_asked_each_that_is_none_is_said():
    with pytest.raises(ValidationError) as refused:
        AdressesField().clean(f"{OUTLOOK}; paul, zoe@")
    assert refused.value.messages == [
        "«\u00a0paul\u00a0» n’est pas une adresse électronique.",
        "«\u00a0zoe@\u00a0» n’est pas une adresse électronique.",
    ]
    assert AdressesField().clean(OUTLOOK) == [JEAN[1], MARIE[1]]


@pytest.mark.django_db
def test_partners_are_pasted_from_a_mail_program():
    edition = EditionFactory()
    form = AvisForm({"partenaires": OUTLOOK, "echeance": "2027-06-24"}, edition=edition)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["partenaires"] == [(JEAN[0], "", JEAN[1]), (MARIE[0], "", MARIE[1])]
    mixed = AvisForm(
        {"partenaires": f"Paul ; Valophis ; <p@x.example>\n{OUTLOOK}\nz@x.example, t@", "echeance": "2027-06-24"},
        edition=edition,
    )
    assert mixed.errors == {"partenaires": ["Ligne 3\u00a0: «\u00a0t@\u00a0» n’est pas une adresse électronique."]}
    assert mixed["partenaires"].value().endswith("t@")


@pytest.mark.django_db
def test_one_enters_with_an_address_pasted_with_its_name(client):
    UserFactory(email=JEAN[1])
    answer = client.post(reverse("account_login"), {"email": "Jean Durand <Jean@bailleur.example>;"})
    assert answer.status_code == 302
    assert list(CodeConnexion.objects.values_list("email", flat=True)) == [JEAN[1]]


@pytest.mark.django_db
def test_co_authors_are_invited_together_and_those_refused_stay_typed(client):
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    client.force_login(porteur)
    url = reverse("projects:partage_create", args=[dossier.cle])
    answer = client.post(url, {"email": OUTLOOK + "; " + porteur.email, "droit": "lecture"})
    assert sorted(Partage.objects.values_list("email", flat=True)) == [JEAN[1], MARIE[1]]
    assert answer.context["form"]["email"].value() == porteur.email
    assert [message.startswith(porteur.email) for message in answer.context["form"].errors["email"]] == [True]
    assert client.post(url, {"email": "x@y.example, pas une", "droit": "lecture"}).context["form"].errors == {
        "email": ["«\u00a0pas une\u00a0» n’est pas une adresse électronique."]
    }
    assert Partage.objects.count() == 2


@pytest.mark.django_db
def test_members_are_invited_together(client):
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    client.force_login(porteur)
    url = reverse("projects:structure_invite", args=[dossier.structure.cle])
    assert client.post(url, {"email": OUTLOOK}).status_code == 302
    assert sorted(Invitation.objects.values_list("email", flat=True)) == [JEAN[1], MARIE[1]]


@pytest.mark.django_db
def test_a_juror_has_one_address_pasted_with_its_name(client):
    client.force_login(UserFactory(pilote=True))
    jury = jury_of()
    url = reverse("juries:jure_create", args=[jury.edition.annee])
    typed = {"nom": "Jean Durand", "qualite": "Élu", "college": "elus"}
    several = client.post(url, typed | {"email": OUTLOOK})
    assert several.context["form"].errors["email"][0].startswith("Une seule adresse ici")
    client.post(url, typed | {"email": "Jean Durand <jean@bailleur.example>"})
    assert list(Jure.objects.values_list("email", flat=True)) == [JEAN[1]]


@pytest.mark.django_db
def test_a_chef_de_projet_is_named_by_a_pasted_address(client):
    client.force_login(UserFactory(pilote=True))
    EditionFactory()
    contrat = ContratFactory()
    typed = {"contrat": contrat.pk, "prenom": "Jean", "nom": "Durand", "du": "2027-01-04"}
    client.post(reverse("contrats:affectation_create"), typed | {"email": "Jean <JEAN@bailleur.example>,"})
    assert User.objects.filter(email=JEAN[1]).exists()
