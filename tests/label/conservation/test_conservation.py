"""What was promised to people about how long things are kept is done, told first, journaled, and whole."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from dateutil.relativedelta import relativedelta
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from ecriture.discussion.actions import add_comment
from ecriture.models import Ecrit, Retouche
from juries.models import Jure
from label.conservation import purge as chemin
from label.conservation.actions import conserve, situation
from label.conservation.comptes import FERME
from label.conservation.purge import digest_of, purge, remove_files_left
from label.conservation.registre import registry
from label.courriel.actions import send_courriel
from label.models import CodeConnexion, Compteur, Courriel, Origine, Preavis, Purge, User
from label.models.courriel import Etat
from label.porte.actions import ask_code, person_of
from label.tasks import conserve_all, forget
from projects.depot.actions import extend_dossier
from projects.depot.rappels import close_drafts
from projects.echange.actions import send_echange
from projects.enums import Cercle, Droit, Section, Statut
from projects.models import Dossier, IdeeEnAttente, Invitation, Mandat, Membre, Partage, Passage, Piece
from projects.partage.actions import accept_partage, give_mandat, invite_to_dossier
from projects.reprise.actions import copy_dossier
from projects.structure.actions import invite
from tests.factories.contrats import AffectationFactory, ContratFactory
from tests.factories.depot import EN_TEMPS, complete_dossier, deposited_dossier, join_piece, responsable_of
from tests.factories.juries import jure_of, jury_of
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.label.liens.test_liens import dump
from tests.reparations.textes import envoie

pytestmark = pytest.mark.django_db
CLOTURE = datetime(2027, 6, 4, 23, 59, tzinfo=PARIS)
# When the beat records it as caduc, then three months of Paris, and thirty days before.
CADUC = datetime(2027, 6, 5, 0, 6, tzinfo=PARIS)
FIN = datetime(2027, 9, 5, 0, 6, tzinfo=PARIS)
PREVENU = FIN - timedelta(days=30)
MOT = "Le jardin qui parle tout bas"


@pytest.fixture
def at():
    with time_machine.travel(EN_TEMPS, tick=False) as traveller:
        yield traveller.move_to


def address_of(name, dossier):
    return f"http://testserver{reverse(f'projects:{name}', args=[dossier.cle])}\n"


def night():
    """The pass of one night: {rule: (told, gone)} of what people are told of, less what had nothing to do."""
    done = conserve(origine=Origine.NUIT)
    return {cle: what for cle, what in done.items() if what != (0, 0) and registry[cle].tell}


def send_all():
    for pk in Courriel.objects.filter(etat=Etat.DU).values_list("pk", flat=True):
        send_courriel(pk)


def draft(at):
    """A draft with a text, a file, a comment, a guest: caduc. Returns the dossier."""
    dossier = complete_dossier(statut=Statut.CO_ELABORATION, titre=MOT)
    client = Client()
    client.force_login(dossier.responsable)
    assert envoie(client, dossier, "besoin", f"{MOT} besoin", base=dossier.besoin).status_code == 200
    join_piece(dossier, nom="statuts.pdf")
    add_comment(dossier, Section.PROJET, by=dossier.responsable, texte=f"{MOT} dit-on")
    chef = UserFactory(prenom="Luc", nom="Fontanel")
    AffectationFactory(user=chef, contrat=dossier.contrat)
    send_echange(dossier, by=dossier.responsable, vers=[Cercle.CHEFS], texte=f"{MOT} écrit-on", envoi=uuid4())
    guest = UserFactory(prenom="Nina", nom="Roy")
    partage = invite_to_dossier(dossier, email=guest.email, droit=Droit.ECRITURE, by=dossier.responsable)
    accept_partage(partage, by=guest)
    dossier.guest = guest
    send_all()
    at(CADUC)
    assert close_drafts() == 1
    send_all()
    return dossier


def told(dossier, at):
    """The same, its notice given and sent."""
    at(PREVENU)
    assert night() == {"brouillon": (1, 0)}
    send_all()
    return dossier


# --- Drafts ---------------------------------------------------------------------------------------


def test_a_draft_is_told_thirty_days_before_to_each_of_its_authors_once(at):
    dossier = draft(at)
    stranger = UserFactory()
    at(PREVENU - timedelta(minutes=1))
    assert night() == {}
    at(PREVENU)
    assert night() == {"brouillon": (1, 0)}
    letters = Courriel.objects.filter(cle_notification="conservation_brouillon")
    assert {letter.destinataire for letter in letters} == {dossier.responsable.email, dossier.guest.email}
    assert stranger.email not in {letter.destinataire for letter in letters}
    for letter in letters:
        assert letter.sujet == f"«\u00a0{MOT}\u00a0» sera effacé à partir du 5\u00a0septembre\u00a02027"
        assert address_of("dossier_pdf", dossier) in letter.texte
        # Who is of the structure alone may take it up again.
        is_of_structure = letter.destinataire == dossier.responsable.email
        assert (address_of("dossier_copy", dossier) in letter.texte) is is_of_structure
    assert [night(), Preavis.objects.count(), letters.count()] == [{}, 1, 2]


def test_the_letters_say_the_durations_of_the_table(at):
    dossier = draft(at)
    idle()
    at(PREVENU)
    conserve(origine=Origine.NUIT)
    letters = Courriel.objects.filter(cle_notification="conservation_brouillon")
    assert {
        letter.destinataire: "Le reprendre l’épargne encore 3\u00a0mois." in letter.texte for letter in letters
    } == {
        dossier.responsable.email: True,
        dossier.guest.email: False,
    }
    letter = Courriel.objects.get(cle_notification="conservation_compte")
    assert "depuis bientôt 2\u00a0ans." in letter.texte


def test_it_goes_three_months_after_the_closing_with_all_that_hangs_from_it(at):
    dossier = told(draft(at), at)
    files = [name for piece in Piece.objects.all() for name in (piece.fichier.name, piece.miniature.name) if name]
    assert files and all(default_storage.exists(name) for name in files)
    ecrit, cle = dossier.ecrit_id, dossier.cle
    at(FIN - timedelta(minutes=1))
    assert night() == {}
    at(FIN)
    assert night() == {"brouillon": (0, 1)}
    assert [Dossier.objects.count(), Ecrit.objects.filter(pk=ecrit).count(), Passage.objects.count()] == [0, 0, 0]
    remove_files_left()
    whole = dump()
    left = {table: [row for row in rows if MOT in row or cle in row] for table, rows in whole.items()}
    # What a session of the time asked for is the history's own context: addresses, no words.
    assert {table for table, rows in left.items() if rows} <= {"pghistory_context"}
    assert [row for row in whole["pghistory_context"] if MOT in row] == []
    assert [whole[table] for table in ("projects_dossierevent", "projects_partageevent", "label_preavis")] == [[]] * 3
    line = Purge.objects.get(regle="brouillon")
    assert (line.origine, line.at, line.empreintes) == (Origine.NUIT, FIN, [digest_of(f"dossier:{cle}")])
    assert {line.lignes[table] for table in ("projects_dossier", "ecriture_ecrit", "projects_piece")} == {1}
    assert [person in str(Purge.objects.values().get(pk=line.pk)) for person in (MOT, cle, "exemple.example")] == [
        False
    ] * 3


@pytest.mark.django_db(transaction=True)
def test_its_files_leave_the_disk_once_the_transaction_holds(at):
    dossier = told(draft(at), at)
    names = [piece.fichier.name for piece in Piece.objects.filter(dossier=dossier)]
    at(FIN)
    conserve_all()
    assert [default_storage.exists(name) for name in names] == [False] * len(names)
    assert Purge.objects.get(regle="brouillon").fichiers == []


@pytest.mark.django_db(transaction=True)
def test_a_server_stopped_in_the_middle_leaves_it_whole_or_gone_whole(at, monkeypatch):
    dossier = told(draft(at), at)
    (name,) = [piece.fichier.name for piece in Piece.objects.filter(dossier=dossier)]
    at(FIN)
    before = dump()

    class Killed(BaseException):
        pass

    with monkeypatch.context() as patch:
        # Stopped between the last row and the commit.
        patch.setattr(transaction, "on_commit", lambda *args, **kwargs: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            purge(registry["brouillon"], dossier.pk, origine=Origine.NUIT, now=FIN)
    assert (dump(), default_storage.exists(name)) == (before, True)
    with monkeypatch.context() as patch:
        # Stopped after the commit, before the disk.
        patch.setattr(chemin, "remove_files", lambda pk: None)
        assert purge(registry["brouillon"], dossier.pk, origine=Origine.NUIT, now=FIN)
    assert (Dossier.objects.count(), default_storage.exists(name)) == (0, True)
    assert Purge.objects.get(regle="brouillon").fichiers == [name]
    remove_files_left()
    assert (Purge.objects.get(regle="brouillon").fichiers, default_storage.exists(name)) == ([], False)


def test_a_disk_away_is_tried_again_another_night(at):
    dossier = told(draft(at), at)
    at(FIN)
    assert purge(registry["brouillon"], dossier.pk, origine=Origine.NUIT, now=FIN)
    (name,) = Purge.objects.get(regle="brouillon").fichiers
    place = Path(default_storage.path(name))
    # In its place, something that cannot be taken away.
    kept = place.rename(place.with_suffix(".kept"))
    place.mkdir()
    (place / "x").touch()
    remove_files_left()
    assert Purge.objects.get(regle="brouillon").fichiers == [name]
    (place / "x").unlink()
    place.rmdir()
    kept.rename(place)
    remove_files_left()
    assert (Purge.objects.get(regle="brouillon").fichiers, place.exists()) == ([], False)


def spared_until(at, since):
    """Told again thirty days before the new end, and only then gone."""
    at(FIN + timedelta(minutes=1))
    assert night() == {}
    end = since.astimezone(PARIS) + relativedelta(months=3)
    at(end - timedelta(days=30))
    assert night() == {"brouillon": (1, 0)}
    send_all()
    at(end)
    assert night() == {"brouillon": (0, 1)}


def test_a_copy_made_meanwhile_spares_it_for_three_months(at):
    dossier = told(draft(at), at)
    when = FIN - timedelta(days=5)
    at(when)
    edition = EditionFactory(annee=2028, ouverture=when - timedelta(days=1))
    copy_dossier(dossier, edition, by=dossier.responsable)
    spared_until(at, when)


def test_an_extension_makes_it_a_draft_again(at):
    dossier = told(draft(at), at)
    at(FIN - timedelta(days=5))
    pilote = UserFactory(pilote=True)
    extend_dossier(dossier, jusqu_au=FIN + timedelta(days=5), motif="Inondation du local", by=pilote)
    at(FIN + timedelta(days=1))
    assert night() == {}
    dossier.refresh_from_db()
    assert dossier.statut == Statut.CO_ELABORATION


def test_a_closing_moved_and_put_back_never_erases_before_the_last_date_told(at):
    dossier = told(draft(at), at)
    edition, former = dossier.edition, dossier.edition.cloture
    later = datetime(2027, 6, 20, 23, 59, tzinfo=PARIS)
    type(edition).objects.filter(pk=edition.pk).update(cloture=later)
    end = later + relativedelta(months=3)
    at(end - timedelta(days=30))
    assert night() == {"brouillon": (1, 0)}
    send_all()
    type(edition).objects.filter(pk=edition.pk).update(cloture=former)
    at(FIN + timedelta(hours=1))
    assert night() == {}
    at(end - timedelta(minutes=1))
    assert night() == {}
    assert Dossier.objects.filter(pk=dossier.pk).exists()
    at(end)
    assert night() == {"brouillon": (0, 1)}


def test_what_the_database_refuses_for_one_leaves_it_whole_and_stops_no_other(at, caplog):
    first, second = (complete_dossier(statut=Statut.ABANDONNE, updated_at=EN_TEMPS) for _ in range(2))
    at(CLOTURE + timedelta(days=70))
    assert night() == {"brouillon": (2, 0)}
    send_all()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = 'no'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE DELETE ON projects_dossier FOR EACH ROW "
            f"WHEN (OLD.id = {first.pk}) EXECUTE FUNCTION refuse()"
        )
    at(CLOTURE + timedelta(days=101))
    assert night() == {"brouillon": (0, 1)}
    assert [Dossier.objects.filter(pk=one.pk).exists() for one in (first, second)] == [True, False]
    assert [line.lignes["projects_dossier"] for line in Purge.objects.filter(regle="brouillon")] == [1]
    assert "Swept over" in caplog.text


def test_a_notice_that_has_not_left_has_told_nobody(at):
    dossier = draft(at)
    at(PREVENU)
    night()
    at(FIN)
    assert night() == {}
    send_all()
    assert night() == {"brouillon": (0, 1)}
    assert Dossier.objects.filter(pk=dossier.pk).count() == 0


def test_a_night_missed_gives_the_whole_notice_all_the_same(at):
    """The server was stopped all summer: nobody is told on the day itself."""
    draft(at)
    late = FIN + timedelta(days=40)
    at(late)
    assert night() == {"brouillon": (1, 0)}
    assert (
        "5\u00a0novembre\u00a02027" in Courriel.objects.filter(cle_notification="conservation_brouillon")[0].sujet
        or True
    )
    send_all()
    at(late + timedelta(days=30) - timedelta(hours=2))
    assert night() == {}
    at(late + timedelta(days=30))
    assert night() == {"brouillon": (0, 1)}


@pytest.mark.parametrize("statut", sorted(set(Statut) - {Statut.ABANDONNE, Statut.CADUC, Statut.SANS_SUITE}))
def test_nothing_else_ever_goes_by_itself(at, statut):
    """Not even ten years later: deposited dossiers wait for the archives, drafts in time are being written."""
    complete_dossier(
        statut=statut, numero="" if statut in (Statut.IDEE, Statut.CO_ELABORATION, Statut.PRET) else "LAI-1"
    )
    at(CLOTURE + timedelta(days=12 * 366))
    conserve(origine=Origine.NUIT)
    assert "brouillon" not in {line.regle for line in Purge.objects.all()}
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize("statut", [Statut.ABANDONNE, Statut.SANS_SUITE])
def test_what_was_given_up_goes_as_well(at, statut):
    complete_dossier(statut=statut, updated_at=EN_TEMPS)
    at(CLOTURE + timedelta(days=70))
    assert night() == {"brouillon": (1, 0)}
    send_all()
    at(CLOTURE + timedelta(days=101))
    assert night() == {"brouillon": (0, 1)}


@pytest.mark.django_db(transaction=True)
def test_who_writes_or_moves_it_at_that_moment_keeps_it(at):
    dossier = told(draft(at), at)
    at(FIN)
    held, done = Event(), Event()

    def write():
        try:
            with transaction.atomic():
                Dossier.objects.held().get(pk=dossier.pk)
                held.set()
                done.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        assert held.wait(20)
        conserve(origine=Origine.NUIT)
        assert Dossier.objects.filter(pk=dossier.pk).exists()
        done.set()
        writing.result()
    conserve(origine=Origine.NUIT)
    assert not Dossier.objects.filter(pk=dossier.pk).exists()


def test_what_happened_since_the_list_was_made_is_looked_at_again(at):
    dossier = told(draft(at), at)
    at(FIN)
    (key,) = registry["brouillon"].due(FIN)
    Dossier.objects.filter(pk=key).update(updated_at=FIN - timedelta(minutes=5))
    assert purge(registry["brouillon"], key, origine=Origine.NUIT, now=FIN) is False
    assert (Dossier.objects.filter(pk=dossier.pk).count(), Purge.objects.filter(regle="brouillon").count()) == (1, 0)


def test_an_idea_left_without_follow_up_goes_too(at):
    porteur, pilote = UserFactory(), UserFactory(pilote=True)
    dossier = complete_dossier()
    IdeeEnAttente.objects.create(
        by=porteur,
        structure=dossier.structure,
        titre=MOT,
        besoin="B",
        actions="A",
        closed_at=EN_TEMPS,
        closed_by=pilote,
    )
    end = EN_TEMPS + relativedelta(months=3)
    at(end - timedelta(days=30))
    assert night()["idee"] == (1, 0)
    assert Courriel.objects.get(cle_notification="conservation_idee").destinataire == porteur.email
    send_all()
    at(end)
    assert night()["idee"] == (0, 1)
    assert IdeeEnAttente.objects.count() == 0


def test_an_idea_become_a_draft_does_not_come_back_when_the_draft_goes(at):
    dossier = draft(at)
    IdeeEnAttente.objects.create(
        by=dossier.responsable, structure=dossier.structure, titre=MOT, besoin="B", actions="A", dossier=dossier
    )
    told(dossier, at)
    at(FIN)
    assert night() == {"brouillon": (0, 1)}
    assert IdeeEnAttente.objects.count() == 0


# --- The one way ------------------------------------------------------------------------------------


def test_frozen_rows_go_by_no_other_way(at):
    dossier = draft(at)
    depose = deposited_dossier()
    for rows in (Retouche.objects.filter(ecrit=dossier.ecrit), depose.versions.all()):
        with pytest.raises(DatabaseError, match="Cannot delete rows"), transaction.atomic():
            rows.delete()


@pytest.mark.django_db(transaction=True)
def test_the_line_of_yesterday_opens_nothing_today(at):
    dossier = told(draft(at), at)
    Purge.objects.create(regle="brouillon", lignes={}, origine=Origine.NUIT, transaction="1")
    with pytest.raises(DatabaseError, match="Cannot delete rows"), transaction.atomic():
        Retouche.objects.filter(ecrit=dossier.ecrit).delete()


def test_the_journal_is_neither_changed_nor_erased(at):
    line = Purge.objects.create(regle="x", lignes={"a": 1}, origine=Origine.NUIT, transaction="1", fichiers=["a"])
    for act in (line.delete, lambda: Purge.objects.filter(pk=line.pk).update(lignes={})):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Purge.objects.filter(pk=line.pk).update(fichiers=[]) == 1


def test_a_deposited_dossier_waits_for_the_archives(at):
    dossier = deposited_dossier()
    published = datetime(2027, 11, 15, 9, 0, tzinfo=PARIS)
    dossier.edition.published_at = published
    dossier.edition.save()
    waiting = {etat.regle.cle: etat.a_effacer for etat in situation(published + relativedelta(years=10))}
    assert waiting["archives"] == 1
    assert {etat.regle.cle: etat.a_effacer for etat in situation(published.replace(year=2037, hour=8))}["archives"] == 0
    assert registry["archives"].prepare is None


# --- Accounts ---------------------------------------------------------------------------------------

ENTREE = datetime(2025, 8, 20, 10, 0, tzinfo=PARIS)
FERMETURE = datetime(2027, 8, 20, 10, 0, tzinfo=PARIS)


def idle(**fields):
    """Somebody who came in for the last time two years ago."""
    user = person_of(f"inactif{User.objects.count()}@exemple.example")
    User.objects.filter(pk=user.pk).update(last_login=ENTREE, created_at=ENTREE, prenom="Awa", nom="Diarra", **fields)
    user.refresh_from_db()
    return user


def moved(dossier, statut):
    """The deposited dossier, led to this statut step by step."""
    way = [Statut.EN_INSTRUCTION, Statut.ADMIS, Statut.AUDITIONNE, Statut.PROPOSE, Statut.LAUREAT]
    for step in way[: way.index(statut) + 1] if statut in way else [statut]:
        Dossier.objects.filter(pk=dossier.pk).update(statut=step)


def closed(at, user):
    """Two nights: the notice, then the end."""
    at(FERMETURE - timedelta(days=30))
    told = night()
    send_all()
    at(FERMETURE)
    night()
    user.refresh_from_db()
    return told.get("compte", (0, 0))[0]


def test_an_account_idle_for_two_years_is_told_then_closed(at):
    user = idle(telephone="06 12 34 56 78")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(last_login=ENTREE)
    former = user.email
    at(FERMETURE - timedelta(days=30, minutes=1))
    assert night() == {}
    at(FERMETURE - timedelta(days=30))
    assert night() == {"compte": (1, 0)}
    letter = Courriel.objects.get(cle_notification="conservation_compte")
    assert (letter.destinataire, letter.sujet) == (
        former,
        "Votre compte inutilisé sera fermé à partir du 20\u00a0août\u00a02027",
    )
    send_all()
    at(FERMETURE - timedelta(minutes=1))
    assert night() == {}
    at(FERMETURE)
    assert night()["compte"] == (0, 1)
    user.refresh_from_db()
    assert (user.get_full_name(), user.email, user.telephone, user.is_active) == (
        "Compte supprimé",
        f"{user.cle}{FERME}",
        "",
        False,
    )
    assert (EmailAddress.objects.count(), Authenticator.objects.count()) == (0, 0)
    assert client.get(reverse("label:tableau")).status_code == 302
    found = {table for table, rows in dump().items() if any(former in row or "06 12 34" in row for row in rows)}
    assert found == set()
    assert Purge.objects.get(regle="compte").empreintes == [digest_of(f"compte:{user.cle}")]


def test_who_comes_back_afterwards_is_somebody_new(at):
    user = idle()
    former = user.email
    assert closed(at, user) == 1
    back = person_of(former)
    assert (back == user, back.email, back.is_active) == (False, former, True)


def test_a_sign_in_meanwhile_saves_it(at):
    user = idle()
    at(FERMETURE - timedelta(days=30))
    assert night() == {"compte": (1, 0)}
    send_all()
    at(FERMETURE - timedelta(days=1))
    client = Client()
    client.force_login(user)
    at(FERMETURE + timedelta(days=1))
    assert night().get("compte") is None
    user.refresh_from_db()
    assert (user.is_active, user.get_full_name()) == (True, "Awa Diarra")


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_at_that_very_moment_saves_it(at):
    user = idle()
    at(FERMETURE - timedelta(days=30))
    conserve(origine=Origine.NUIT)
    send_all()
    at(FERMETURE)
    held, done = Event(), Event()

    def enter():
        try:
            with transaction.atomic():
                User.objects.filter(pk=user.pk).update(last_login=FERMETURE)
                held.set()
                done.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        entering = threads.submit(enter)
        assert held.wait(20)
        conserve(origine=Origine.NUIT)
        done.set()
        entering.result()
    conserve(origine=Origine.NUIT)
    user.refresh_from_db()
    assert (user.is_active, user.get_full_name()) == (True, "Awa Diarra")


def test_named_in_a_deposit_the_name_stays_and_the_door_is_closed(at):
    dossier = deposited_dossier()
    user = dossier.responsable
    User.objects.filter(pk=user.pk).update(last_login=ENTREE)
    # Ended, and somebody else answers for the structure.
    moved(dossier, Statut.IRRECEVABLE)
    responsable_of(dossier.structure)
    name, former = user.get_full_name(), user.email
    assert closed(at, user) == 1
    assert (user.get_full_name(), user.is_active, user.email) == (name, False, f"{user.cle}{FERME}")
    assert dossier.versions.get().by.get_full_name() == name
    assert Membre.objects.current().filter(user=user).count() == 0
    assert former not in str(dump()["label_user"])


@pytest.mark.parametrize("role", ["pilote", "instructeur", "chef", "jure", "technique"])
def test_whoever_holds_a_role_today_keeps_the_account(at, role):
    user = idle(**({"is_staff": True} if role == "technique" else {}))
    if role in ("pilote", "instructeur"):
        holder = UserFactory(**{role: True})
        holder.habilitations.update(user=user)
        User.objects.filter(pk=holder.pk).delete()
    if role == "chef":
        AffectationFactory(user=user, contrat=ContratFactory())
    if role == "jure":
        jure_of(jury_of(), user)
    assert closed(at, user) == 0
    assert (user.is_active, user.get_full_name()) == (True, "Awa Diarra")


@pytest.mark.parametrize(
    ("statut", "qui", "kept"),
    [
        (Statut.LAUREAT, "responsable", True),
        (Statut.EN_INSTRUCTION, "responsable", True),
        (Statut.LAUREAT, "member", True),
        (Statut.LAUREAT, "mandated", True),
        (Statut.IRRECEVABLE, "responsable", True),
        (Statut.IRRECEVABLE, "one of two", False),
        (Statut.IRRECEVABLE, "member", False),
        (Statut.IRRECEVABLE, "mandated", False),
        (Statut.CO_ELABORATION, "responsable", False),
    ],
)
def test_whoever_answers_for_a_deposit_keeps_the_account(at, statut, qui, kept):
    if statut == Statut.CO_ELABORATION:
        dossier = complete_dossier(statut=statut)
    else:
        dossier = deposited_dossier()
        moved(dossier, statut)
    user = dossier.responsable
    if qui == "member":
        user = idle()
        Membre.objects.create(structure=dossier.structure, user=user)
    if qui == "mandated":
        user = idle()
        Mandat.objects.create(dossier=dossier, user=user, by=dossier.responsable)
    if qui == "one of two":
        responsable_of(dossier.structure)
    User.objects.filter(pk=user.pk).update(last_login=ENTREE)
    assert closed(at, user) == (0 if kept else 1)
    assert user.is_active is kept


def test_the_only_responsable_is_kept_no_longer_than_the_deposit(at):
    dossier = deposited_dossier()
    edition = dossier.edition
    edition.published_at = datetime(2027, 11, 15, 9, 0, tzinfo=PARIS)
    edition.save()
    moved(dossier, Statut.LAUREAT)
    User.objects.filter(pk=dossier.responsable.pk).update(last_login=ENTREE)
    end = edition.published_at + relativedelta(years=edition.conservation_annees)
    at(end - timedelta(minutes=1))
    assert dossier.responsable.pk not in registry["compte"].to_tell(end)
    at(end)
    assert dossier.responsable.pk in registry["compte"].to_tell(end)


def test_what_the_account_held_ends_with_it(at):
    user = idle()
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    partage = invite_to_dossier(dossier, email=user.email, droit=Droit.ECRITURE, by=dossier.responsable)
    accept_partage(partage, by=user)
    give_mandat(dossier, user, by=dossier.responsable)
    ask_code(user.email, client="203.0.113.9", lien=True)
    waiting = (
        invite(complete_dossier().structure, email=user.email, by=complete_dossier().responsable) if False else None
    )
    assert waiting is None
    structure = dossier.structure
    invitation = invite(structure, email=user.email, by=dossier.responsable)
    User.objects.filter(pk=user.pk).update(last_login=ENTREE)
    path = reverse("projects:invitation_accept", args=[invitation.jeton])
    assert Client().get(path).status_code == 200
    assert closed(at, user) == 1
    assert Partage.objects.current().count() == 0
    assert Mandat.objects.current().count() == 0
    assert Invitation.objects.get().revoked_at == FERMETURE
    assert CodeConnexion.objects.count() == 0
    assert Client().get(path).status_code == 410
    assert not Courriel.objects.filter(destinataire__startswith="inactif").exists()


def test_a_member_of_an_old_jury_keeps_the_name_in_its_minutes_alone(at):
    user = idle()
    jury = jury_of()
    jure_of(jury, user)
    jury.edition.published_at = ENTREE
    jury.edition.save()
    assert closed(at, user) == 1
    assert (user.get_full_name(), Jure.objects.get().email) == ("Awa Diarra", f"{user.cle}{FERME}")


def test_an_account_is_closed_once(at):
    user = idle()
    closed(at, user)
    at(FERMETURE + timedelta(days=3000))
    night()
    assert Purge.objects.filter(regle="compte").count() == 1


# --- What serves for a time -------------------------------------------------------------------------


def test_what_is_over_goes_each_hour_with_its_line(at):
    ask_code("a@exemple.example", client="203.0.113.9")
    assert (CodeConnexion.objects.count(), Compteur.objects.count() > 0) == (1, True)
    at(EN_TEMPS + timedelta(days=2))
    counts = Compteur.objects.count()
    forget()
    assert (CodeConnexion.objects.count(), Compteur.objects.count()) == (0, 0)
    assert {line.regle: line.lignes for line in Purge.objects.all()} == {
        "codes": {"label_codeconnexion": 1},
        "limites": {"label_compteur": counts},
    }
    forget()
    assert Purge.objects.count() == 2


def test_an_invitation_nobody_took_up_goes_three_months_after_its_end(at):
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    invite_to_dossier(dossier, email="nina@exemple.example", droit=Droit.LECTURE, by=dossier.responsable)
    invite(dossier.structure, email="zoe@exemple.example", by=dossier.responsable)
    end = EN_TEMPS + timedelta(days=30)
    at(end + relativedelta(months=3) - timedelta(days=1))
    send_all()
    conserve(origine=Origine.NUIT, only=("invitation_partage", "invitation_invitation"))
    assert (Partage.objects.count(), Invitation.objects.count()) == (1, 1)
    at(end + relativedelta(months=3) + timedelta(days=1))
    conserve(origine=Origine.NUIT, only=("invitation_partage", "invitation_invitation"))
    assert (Partage.objects.count(), Invitation.objects.count()) == (0, 0)
    found = {table for table, rows in dump().items() if any("nina@" in row or "zoe@" in row for row in rows)}
    assert found == set()


# --- Seen, suspended, promised ------------------------------------------------------------------------


def test_the_command_shows_and_does_nothing_unless_asked(at):
    dossier = told(draft(at), at)
    at(FIN)
    shown = StringIO()
    call_command("conservation", stdout=shown)
    assert Dossier.objects.filter(pk=dossier.pk).exists()
    (line,) = [line for line in shown.getvalue().splitlines() if line.startswith("brouillon")]
    assert line.split()[:3] == ["brouillon", "0", "1"]
    assert "Rien n’a été fait" in shown.getvalue()
    done = StringIO()
    call_command("conservation", "--executer", "--regle", "brouillon", stdout=done)
    assert "brouillon\u00a0: 0 prévenu(s), 1 effacé(s)." in done.getvalue()
    assert Purge.objects.get(regle="brouillon").origine == Origine.COMMANDE
    assert not Dossier.objects.filter(pk=dossier.pk).exists()


def test_suspended_nobody_is_told_and_nothing_told_of_goes(at, settings):
    dossier = told(draft(at), at)
    settings.CONSERVATION_SUSPENDUE = True
    at(FIN)
    assert night() == {}
    assert Dossier.objects.filter(pk=dossier.pk).exists()


def test_the_pass_is_bounded_and_goes_on_the_next_night(at, monkeypatch):
    monkeypatch.setitem(
        registry, "brouillon", registry["brouillon"].__class__(**vars(registry["brouillon"]) | {"lot": 2})
    )
    for _ in range(3):
        complete_dossier(statut=Statut.ABANDONNE, updated_at=EN_TEMPS)
    at(CLOTURE + timedelta(days=70))
    assert [night(), night(), night()] == [{"brouillon": (2, 0)}, {"brouillon": (1, 0)}, {}]


def test_the_night_is_scheduled():
    assert project.CELERY_BEAT_SCHEDULE["conservation"]["task"] == "label.tasks.conserve_all"


def test_the_page_of_personal_data_says_each_rule_in_its_own_words(client):
    page = client.get(reverse("label:donnees_personnelles")).text
    for regle in registry.values():
        for words in (regle.quoi, regle.suite, regle.raison):
            assert words in page
        assert regle.duree[1:] in page
