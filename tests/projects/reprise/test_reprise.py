"""What was given once is not asked again: a dossier copied from an earlier édition, pieces still valid."""

import hashlib
from datetime import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse

from label.models import Courriel
from projects.dossier.actions import PlusieursContrats
from projects.enums import Section, Statut
from projects.models import Dossier, Piece
from projects.reprise.actions import copy_dossier, edition_for_copy, reprises_for, take_up_piece
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.label import PARIS, EditionFactory, PieceDemandeeFactory, UserFactory
from tests.factories.projects import DossierFactory, MembreFactory, StructureFactory
from tests.pdf import PDF

EN_2028 = datetime(2028, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def a_year_later():
    with time_machine.travel(EN_2028, tick=False):
        yield


@pytest.fixture
def passee():
    return EditionFactory(annee=2027)


@pytest.fixture
def ouverte():
    return EditionFactory(annee=2028, generation="2024")


def heir_of(dossier, contrats=None):
    """The quartier of 2024 that follows the one of this dossier."""
    contrats = contrats or [ContratFactory(generation="2024")]
    heir = QuartierFactory(generation="2024", contrats=contrats)
    dossier.quartiers.update(successeur=heir)
    return heir


# --- A dossier --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_dossier_of_the_past_opens_an_idea_that_holds_its_text(client, passee, ouverte):
    porteur, chef = UserFactory(), UserFactory()
    old = DossierFactory(edition=passee, porteur=porteur, non_retenu=True, complet=True)
    old.budget_lignes.filter(compte="75").update(is_obtenu=True)
    perdu = QuartierFactory(nom="Le Port")
    heir = heir_of(old)
    old.quartiers.add(perdu)
    AffectationFactory(user=chef, contrat=heir.contrats.get())
    client.force_login(porteur)
    page = reverse("projects:dossier_copy", args=[old.cle])
    assert page in client.get(reverse("projects:dossier_detail", args=[old.cle])).text
    shown = client.get(page).text
    assert heir.nom in shown
    assert "Le Port, qui n’a pas d’équivalent" in shown
    assert Dossier.objects.count() == 1
    sent = client.post(page)
    copy = old.copies.get()
    assert sent.headers["Location"] == reverse("projects:dossier_copied", args=[copy.cle])
    assert "Le Port, qui n’a pas d’équivalent" in client.get(sent.headers["Location"]).text
    assert (copy.statut, copy.edition, copy.structure, copy.numero) == (Statut.IDEE, ouverte, old.structure, "")
    assert (copy.titre, copy.besoin, copy.evaluation) == (old.titre, old.besoin, old.evaluation)
    assert (copy.montant_demande, copy.part_qpv) == (old.montant_demande, old.part_qpv)
    assert copy.date_debut is None
    assert (list(copy.quartiers.all()), copy.contrat) == ([heir], heir.contrats.get())
    assert list(copy.communes.all()) == list(old.communes.all())

    def grid(dossier):
        return list(dossier.budget_lignes.values_list("sens", "compte", "libelle", "montant", "is_ept"))

    assert grid(copy) == grid(old)
    assert not copy.budget_lignes.filter(is_obtenu=True).exists()
    assert not set(copy.budget_lignes.values_list("cle")) & set(old.budget_lignes.values_list("cle"))
    assert list(copy.indicateurs.values_list("libelle", "cible")) == list(
        old.indicateurs.values_list("libelle", "cible")
    )
    assert set(copy.ecrit.redactions.values_list("section", flat=True)) == set(Section.values)
    assert "édition 2027" in copy.passages.get().motif
    assert sorted(Courriel.objects.values_list("cle_notification", "destinataire")) == [
        ("idee_envoyee", porteur.email),
        ("idee_recue", chef.email),
    ]
    old.refresh_from_db()
    assert old.statut == Statut.NON_RETENU

    assert "déjà repris" in client.get(page).text
    client.post(page)
    assert old.copies.count() == 1
    Dossier.objects.filter(pk=copy.pk).delete()
    client.post(page)
    assert old.copies.count() == 1


@pytest.mark.django_db
def test_only_its_structure_copies_a_dossier_and_only_towards_a_later_edition(client, passee, ouverte):
    chef, porteur = UserFactory(), UserFactory()
    old = DossierFactory(edition=passee, porteur=porteur, chef=chef, laureat=True)
    draft = DossierFactory(edition=ouverte, structure=old.structure)
    page = reverse("projects:dossier_copy", args=[old.cle])
    client.force_login(chef)
    assert client.get(page).status_code == 403
    client.force_login(UserFactory())
    assert client.get(page).status_code == 404
    client.force_login(porteur)
    assert client.get(reverse("projects:dossier_copy", args=[draft.cle])).status_code == 404
    with pytest.raises(PermissionDenied):
        copy_dossier(old, ouverte, by=chef)
    with pytest.raises(ValidationError):
        copy_dossier(draft, ouverte, by=porteur)
    assert edition_for_copy(old, ouverte.cloture.replace(year=2029)) is None


@pytest.mark.django_db
def test_several_contrats_leave_the_choice_to_the_person(client, passee, ouverte):
    porteur = UserFactory()
    old = DossierFactory(edition=passee, porteur=porteur, retire=True)
    contrats = ContratFactory.create_batch(2, generation="2024")
    heir_of(old, contrats)
    with pytest.raises(PlusieursContrats):
        copy_dossier(old, ouverte, by=porteur)
    client.force_login(porteur)
    page = reverse("projects:dossier_copy", args=[old.cle])
    client.post(page)
    assert not old.copies.exists()
    client.post(page, {"contrat": contrats[1].code})
    assert old.copies.get().contrat == contrats[1]


# --- Pieces -----------------------------------------------------------------------------------


def joined(dossier, demandee, at, **fields):
    piece = Piece(
        dossier=dossier,
        demandee=demandee,
        nom="statuts.pdf",
        type_mime="application/pdf",
        taille=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        by=dossier.created_by,
        created_at=at,
        **fields,
    )
    piece.fichier.save("statuts.pdf", ContentFile(PDF), save=False)
    piece.save()
    return piece


@pytest.fixture
def pieces(passee, ouverte):
    """A person whose structure gave its statutes on 3 March 2027, asked again in 2028: (person, draft, file)."""
    porteur = UserFactory()
    structure = StructureFactory(responsable=porteur)
    old = DossierFactory(edition=passee, structure=structure, laureat=True)
    draft = DossierFactory(edition=ouverte, structure=structure)
    before = PieceDemandeeFactory(edition=passee, nom="Statuts")
    PieceDemandeeFactory(edition=ouverte, nom="STATUTS", validite_mois=24)
    return porteur, draft, joined(old, before, datetime(2027, 3, 3, 10, 0, tzinfo=PARIS))


@pytest.mark.django_db
def test_a_piece_still_valid_is_taken_up_in_one_click(client, pieces):
    porteur, draft, source = pieces
    client.force_login(porteur)
    page = reverse("projects:section_edit", args=[draft.cle, Section.PIECES])
    assert "Reprendre «\u00a0STATUTS\u00a0» joint le 3\u00a0mars\u00a02027" in client.get(page).text
    address = reverse("projects:piece_take_up", args=[draft.cle])
    assert client.post(address, {"piece": source.cle}).headers["Location"] == page
    taken = draft.pieces.get()
    assert (taken.nom, taken.sha256, taken.reprise_de, taken.by) == (source.nom, source.sha256, source, porteur)
    assert taken.demandee == draft.edition.pieces_demandees.get()
    assert taken.fichier.name != source.fichier.name
    with taken.fichier.open("rb") as content:
        assert content.read() == PDF
    assert "Reprendre «" not in client.get(page).text
    client.post(address, {"piece": source.cle})
    assert draft.pieces.count() == 1
    source.refresh_from_db()
    assert source.remplacee_at is None


@pytest.mark.django_db
def test_the_age_of_a_piece_counts_from_the_day_it_was_first_joined(pieces):
    porteur, draft, source = pieces
    assert [offer.jusqu_au for offer in reprises_for(draft, porteur)] == [datetime(2029, 3, 3, 10, 0, tzinfo=PARIS)]
    taken = take_up_piece(draft, source, by=porteur)
    later = DossierFactory(edition=EditionFactory(annee=2029), structure=draft.structure)
    PieceDemandeeFactory(edition=later.edition, nom="Statuts", validite_mois=24)
    [offer] = reprises_for(later, porteur)
    assert (offer.piece, offer.origine) == (taken, source.created_at)
    assert reprises_for(later, porteur, datetime(2029, 3, 4, 10, 0, tzinfo=PARIS)) == []


@pytest.mark.django_db
def test_what_is_not_offered(client, pieces, ouverte):
    porteur, draft, source = pieces
    asked = ouverte.pieces_demandees.get()
    chef = UserFactory()
    AffectationFactory(user=chef, contrat=draft.contrat)
    assert reprises_for(draft, chef) == []
    client.force_login(chef)
    assert client.post(reverse("projects:piece_take_up", args=[draft.cle]), {"piece": source.cle}).status_code == 404
    for column, value in (("validite_mois", None), ("types_structure", ["entreprise"]), ("nom", "Comptes")):
        kept = getattr(asked, column)
        type(asked).objects.filter(pk=asked.pk).update(**{column: value})
        assert reprises_for(Dossier.objects.get(pk=draft.pk), porteur) == []
        type(asked).objects.filter(pk=asked.pk).update(**{column: kept})
    Piece.objects.update(sha256="0" * 64)
    with pytest.raises(ValidationError, match="ne se lit plus"):
        take_up_piece(draft, source, by=porteur)
    Piece.objects.update(remplacee_at=EN_2028)
    with pytest.raises(ValidationError, match="ne peut plus être reprise"):
        take_up_piece(draft, source, by=porteur)
    assert draft.pieces.count() == 0


@pytest.mark.django_db
def test_a_new_member_takes_up_what_was_there_before(pieces):
    _, draft, source = pieces
    nina = UserFactory()
    MembreFactory(structure=draft.structure, user=nina)
    assert [offer.piece for offer in reprises_for(draft, nina)] == [source]
