"""The deadline holds on every write, to the second, on the server's clock."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ecriture.discussion.actions import add_comment
from label.models import Courriel
from projects.depot.rappels import close_drafts, due_step, send_deadline_messages
from projects.dossier.actions import move_dossier
from projects.dossier.section import save_section
from projects.dossier.visa import ask_visa
from projects.echeance import EcheancePassee, deadline_of, is_caduc, is_past
from projects.enums import Section, Statut
from projects.models import Dossier, Passage, Piece, Prolongation
from projects.piece.actions import add_piece, remove_piece
from projects.redaction import EcritureFermee
from tests.factories.instruction import DemandeComplementFactory
from tests.factories.label import PARIS, EditionFactory, PieceDemandeeFactory, UserFactory
from tests.factories.projects import (
    DossierFactory,
    MembreFactory,
    PieceFactory,
    ProlongationFactory,
)
from tests.pdf import PDF

# The édition closes on 4 June 2027 at 23 h 59 in Paris, in summer time: 21:59 UTC.
JUSTE_AVANT = datetime(2027, 6, 4, 21, 59, 59, tzinfo=UTC)
JUSTE_APRES = datetime(2027, 6, 4, 22, 0, 0, tzinfo=UTC)
CLOTURE = JUSTE_APRES + timedelta(minutes=5)


def pdf():
    return SimpleUploadedFile("statuts.pdf", PDF)


def write_section(dossier, user, at):
    values = {"titre": "Un titre", "resume": "", "besoin": "", "innovation": ""}
    save_section(dossier, Section.PROJET, values=values, by=user, at=at)


WRITES = {
    "section": write_section,
    "piece": lambda dossier, user, at: add_piece(dossier, fichier=pdf(), by=user, at=at),
    "piece_remove": lambda dossier, user, at: remove_piece(PieceFactory(dossier=dossier), by=user, at=at),
    "ask_visa": lambda dossier, user, at: ask_visa(dossier, by=user, at=at),
    "abandon": lambda dossier, user, at: move_dossier(dossier, "abandon", by=user, at=at),
}


def test_the_deadline_lasts_the_whole_minute_shown():
    deadline = datetime(2027, 6, 4, 23, 59, tzinfo=PARIS)
    assert [is_past(deadline, now) for now in (JUSTE_AVANT, JUSTE_APRES)] == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES)
def test_every_write_is_taken_until_the_last_second(write):
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    WRITES[write](dossier, porteur, JUSTE_AVANT)


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES)
def test_every_write_is_refused_one_second_later(write):
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    with pytest.raises(EcheancePassee) as refused:
        WRITES[write](dossier, porteur, JUSTE_APRES)
    assert "4\u00a0juin\u00a02027 à 23\u00a0h\u00a059" in refused.value.messages[0]
    dossier.refresh_from_db()
    assert (dossier.statut, dossier.titre) != (Statut.ABANDONNE, "Un titre")
    assert not Piece.objects.exclude(remplacee_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["accept_idee", "decline_idee", "give_visa", "reopen"])
def test_the_chef_decides_nothing_after_the_deadline(name):
    chef = UserFactory()
    statut = {"give_visa": Statut.CO_ELABORATION, "reopen": Statut.PRET}.get(name, Statut.IDEE)
    dossier = DossierFactory(complet=True, statut=statut, chef=chef)
    with pytest.raises(EcheancePassee):
        move_dossier(dossier, name, by=chef, motif="Un motif", at=JUSTE_APRES)
    assert Dossier.objects.get().statut == statut


@pytest.mark.django_db
def test_comments_stay_possible_after_the_deadline():
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    commentaire = add_comment(dossier, Section.PROJET, by=porteur, texte="Dommage.", at=JUSTE_APRES)
    assert commentaire.created_at == JUSTE_APRES


@pytest.mark.django_db
def test_an_extension_moves_the_deadline_of_one_dossier():
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    other = DossierFactory(structure=dossier.structure)
    ProlongationFactory(dossier=dossier)
    own = datetime(2027, 6, 10, 23, 59, tzinfo=PARIS)
    assert (deadline_of(dossier), deadline_of(other)) == (own, dossier.edition.cloture)
    write_section(dossier, porteur, own + timedelta(seconds=59))
    with pytest.raises(EcheancePassee):
        save_section(dossier, Section.CALENDRIER, values={}, by=porteur, at=own + timedelta(seconds=60))
    with pytest.raises(EcheancePassee):
        write_section(other, porteur, JUSTE_APRES)


@pytest.mark.django_db
def test_a_complement_has_its_own_date_and_its_own_sections():
    porteur = UserFactory()
    demande = DemandeComplementFactory()
    dossier = demande.dossier
    MembreFactory(structure=dossier.structure, user=porteur)
    last = demande.echeance + timedelta(seconds=59)
    save_section(dossier, Section.BUDGET, values={"montant_demande": 5_000}, by=porteur, at=last, lignes=[])
    with pytest.raises(EcritureFermee):
        write_section(dossier, porteur, last)
    with pytest.raises(EcheancePassee):
        save_section(dossier, Section.BUDGET, values={}, by=porteur, at=last + timedelta(seconds=1))
    dossier.refresh_from_db()
    assert dossier.montant_demande == 5_000


@pytest.mark.django_db
def test_a_deposited_dossier_is_written_by_nobody():
    porteur = UserFactory()
    dossier = DossierFactory(depose=True, porteur=porteur)
    with pytest.raises(EcritureFermee):
        write_section(dossier, porteur, JUSTE_AVANT)


# --- Correct even if beat never ran -----------------------------------------------------------


@pytest.mark.django_db
def test_without_beat_a_late_draft_reads_as_not_deposited(client):
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    with time_machine.travel(JUSTE_APRES, tick=False):
        assert is_caduc(dossier)
        client.force_login(porteur)
        page = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text
        assert "Non déposé à temps" in page
        assert reverse("projects:dossier_visa", args=[dossier.cle]) not in page
        row = Dossier.objects.read_by(porteur).get()
        assert (row.statut, row.statut_lu) == (Statut.CO_ELABORATION, Statut.CADUC)
        response = client.get(reverse("projects:section_edit", args=[dossier.cle, "projet"]))
        assert "<textarea" not in response.text.partition("commentaires")[0]


@pytest.mark.django_db
def test_close_drafts_records_the_late_ones_once():
    porteur = UserFactory()
    late = DossierFactory(porteur=porteur)
    late_idea = DossierFactory(idee=True)
    extended = DossierFactory()
    ProlongationFactory(dossier=extended)
    deposited = DossierFactory(depose=True)
    assert close_drafts(JUSTE_APRES) == 0
    # A deposit clicked in time may wait for its turn until then.
    assert close_drafts(CLOTURE - timedelta(seconds=1)) == 0
    assert close_drafts(CLOTURE) == 2
    assert close_drafts(CLOTURE + timedelta(minutes=5)) == 0
    statuts = dict(Dossier.objects.values_list("pk", "statut"))
    assert statuts == {
        late.pk: Statut.CADUC,
        late_idea.pk: Statut.CADUC,
        extended.pk: Statut.CO_ELABORATION,
        deposited.pk: Statut.DEPOSE,
    }
    assert list(Passage.objects.filter(dossier=late).values_list("transition", "by", "at")) == [
        ("expire", None, CLOTURE)
    ]
    assert list(Courriel.objects.values_list("cle_notification", "destinataire")) == [("caduc", porteur.email)]


# --- Deadline messages ------------------------------------------------------------------------


def test_the_step_reached():
    assert {days: due_step(days) for days in (31, 30, 29, 15, 8, 7, 3, 2, 1, 0, -1)} == {
        31: None,
        30: 30,
        29: 30,
        15: 15,
        8: 15,
        7: 7,
        3: 7,
        2: 2,
        1: 1,
        0: 1,
        -1: None,
    }


def paris(month, day, hour=9):
    return datetime(2027, month, day, hour, 10, tzinfo=PARIS)


@pytest.mark.django_db
def test_each_step_is_told_once_with_what_is_missing():
    porteur, membre = UserFactory(), UserFactory()
    demandee = PieceDemandeeFactory(edition=EditionFactory(), nom="Statuts signés")
    dossier = DossierFactory(complet=True, porteur=porteur)
    MembreFactory(structure=dossier.structure, user=membre)
    for day in ((5, 4), (5, 5), (5, 5), (5, 20), (5, 28), (6, 2), (6, 3), (6, 4)):
        send_deadline_messages(paris(*day))
    rows = Courriel.objects.filter(destinataire=membre.email).order_by("pk")
    assert list(rows.values_list("occurrence", flat=True)) == [
        "J-30:2027-06-04",
        "J-15:2027-06-04",
        "J-7:2027-06-04",
        "J-2:2027-06-04",
        "J-1:2027-06-04",
    ]
    assert Courriel.objects.filter(destinataire=porteur.email).count() == 5
    first = rows[0]
    assert first.sujet == f"Plus que 30 jours pour déposer «\u00a0{dossier}\u00a0»"
    assert f"- Joignez la pièce « {demandee.nom} »." in first.texte.replace("\u202f", " ")
    assert "4\u00a0juin\u00a02027 à 23\u00a0h\u00a059" in first.texte


@pytest.mark.django_db
def test_a_day_of_beat_missed_sends_the_nearest_step_only():
    dossier = DossierFactory(porteur=UserFactory())
    send_deadline_messages(paris(5, 31))
    assert list(Courriel.objects.values_list("occurrence", flat=True)) == ["J-7:2027-06-04"]
    assert "4 jours" in Courriel.objects.get().sujet
    assert dossier.structure.nom


@pytest.mark.django_db
def test_nobody_is_written_to_at_night_nor_when_nothing_is_expected():
    user = UserFactory()
    DossierFactory(porteur=user)
    assert send_deadline_messages(paris(5, 5, hour=7)) == 0
    Dossier.objects.all().delete()
    for trait in ("idee", "depose", "abandonne"):
        DossierFactory(**{trait: True}, porteur=user)
    assert send_deadline_messages(paris(5, 5)) == 0


@pytest.mark.django_db
def test_a_draft_opened_after_the_day_of_a_step_is_not_told_of_it():
    DossierFactory(porteur=UserFactory(), created_at=paris(5, 10))
    assert send_deadline_messages(paris(5, 11)) == 0
    assert send_deadline_messages(paris(5, 20)) == 1


@pytest.mark.django_db
def test_an_extension_starts_the_steps_again():
    dossier = DossierFactory(porteur=UserFactory())
    send_deadline_messages(paris(6, 3))
    Prolongation.objects.create(dossier=dossier, jusqu_au=paris(6, 20, 23), motif="Panne", by=UserFactory())
    send_deadline_messages(paris(6, 5))
    assert list(Courriel.objects.order_by("pk").values_list("occurrence", flat=True)) == [
        "J-1:2027-06-04",
        "J-15:2027-06-20",
    ]
