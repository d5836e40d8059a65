"""After a complement: each answer is a version with its receipt; no text is shown above the fingerprint of another."""

import hashlib
import json
import re
import time
from datetime import date, datetime, timedelta
from io import BytesIO
from threading import Thread

import openpyxl
import pytest
import time_machine
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from instruction.avis.actions import answer_avis, ask_avis
from instruction.complement.actions import answer_complement, extend_complement
from instruction.decision.actions import decide
from instruction.enums import SensAvis
from label.exports import get_export
from label.lifecycle import TransitionRefused
from label.models import Courriel, CourrielFichier
from projects.depot.recepisse import recepisse_data
from projects.depot.silence_lu import silence_of
from projects.dossier.actions import move_dossier
from projects.enums import Droit, Statut
from projects.models import DelaiImparti, Depot, Dossier, Partage, Passage
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import EN_TEMPS, PARIS, deposited_dossier, join_piece
from tests.factories.instruction import APRES, ECHEANCE, ask
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db
AVANT, APRES_TEXTE, ENCORE = "Le bailleur.", "La régie de quartier.", "La maison des voisins."
# Deposited on 20 May: two months. Asked on 9 June.
DEUX_MOIS = date(2027, 7, 20)
REPONSE = datetime(2027, 6, 15, 8, 30, tzinfo=PARIS)


def write(dossier, text):
    Dossier.objects.filter(pk=dossier.pk).update(partenaires=text)


def complete(dossier, by, text=APRES_TEXTE, *, asked=APRES, answered=REPONSE):
    """Ask, let the structure write, answer. Returns the version made."""
    ask(dossier, by, at=asked, echeance=max(ECHEANCE, answered))
    write(dossier, text)
    answer_complement(dossier, reponse="C’est fait.", by=dossier.responsable, at=answered)
    return dossier.versions.order_by("rang").last()


def plain(text):
    return " ".join(re.sub("[\u00a0\u202f]", " ", text).split())


def words(response):
    return plain(re.sub(r"<[^>]+>", " ", response.text))


def paper(response):
    assert response.headers["Content-Type"] == "application/pdf"
    return plain(" ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages))


def address(name, dossier, *args, version=None):
    return reverse(name, args=[dossier.cle, *args]) + (f"?version={version}" if version else "")


@pytest.fixture
def dossier():
    return deposited_dossier(titre="Le jardin qui parle")


def admit(dossier):
    """A jury hears what was admitted."""
    for statut in (Statut.EN_INSTRUCTION, Statut.ADMIS):
        Dossier.objects.filter(pk=dossier.pk).update(statut=statut)


# --- A version ------------------------------------------------------------------------------------


def test_an_answer_freezes_the_next_version(dossier, instructeur):
    first = Depot.objects.get()
    made = complete(dossier, instructeur)
    kept = json.dumps(made.contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert (made.rang, made.at, made.by) == (2, REPONSE, dossier.responsable)
    assert made.sha256 == hashlib.sha256(kept).hexdigest() != first.sha256
    assert made.contenu["complement"] == {"demande": "Précisez les partenaires.", "reponse": "C’est fait."}
    assert made.contenu["version"] == 2
    assert [v.contenu["sections"]["projet"]["partenaires"] for v in (first, made)] == [AVANT, APRES_TEXTE]
    assert made.contenu["sections"]["engagements"] == first.contenu["sections"]["engagements"]
    assert Depot.objects.get(rang=1).contenu == first.contenu
    assert (
        complete(
            dossier, instructeur, ENCORE, asked=REPONSE + timedelta(days=1), answered=REPONSE + timedelta(days=3)
        ).rang
        == 3
    )


@pytest.mark.parametrize("field", ["rang", "contenu", "sha256", "at", "rejet_implicite_le"])
def test_a_version_is_never_altered_nor_erased(dossier, instructeur, field):
    made = complete(dossier, instructeur)
    value = {"rang": 7, "contenu": {}, "sha256": "0" * 64, "at": APRES, "rejet_implicite_le": date(2028, 1, 1)}[field]
    with pytest.raises(DatabaseError), transaction.atomic():
        Depot.objects.filter(pk=made.pk).update(**{field: value})
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()
    assert Depot.objects.count() == 2


def test_the_time_given_is_never_altered_nor_erased(dossier, instructeur):
    ask(dossier, instructeur)
    with pytest.raises(DatabaseError), transaction.atomic():
        DelaiImparti.objects.update(jusqu_au=ECHEANCE + timedelta(days=30))
    with pytest.raises(DatabaseError), transaction.atomic():
        DelaiImparti.objects.all().delete()
    assert list(DelaiImparti.objects.values_list("du", "jusqu_au")) == [(APRES, ECHEANCE)]


# --- Its receipt ----------------------------------------------------------------------------------


def test_each_version_has_its_own_receipt(dossier, instructeur, sign_in, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = complete(dossier, instructeur)
    made.refresh_from_db()
    first = Depot.objects.get(rang=1)
    client = sign_in(dossier.responsable)
    one, two = (paper(client.get(address("projects:recepisse_version", dossier, rang))) for rang in (1, 2))
    assert one == paper(client.get(address("projects:recepisse", dossier)))
    assert [(v.sha256 in one.replace(" ", ""), v.sha256 in two.replace(" ", "")) for v in (first, made)] == [
        (True, False),
        (False, True),
    ]
    for expected in (
        "ACCUSÉ DE RÉCEPTION D’UN COMPLÉMENT",
        "bien arrivée le 15 juin 2027 à 8 h 30",
        "Précisez les partenaires.",
        "C’est fait.",
        f"Complétée par {dossier.responsable.get_full_name()}",
        "réputée rejetée le 26 juillet 2027",
    ):
        assert plain(expected) in two
    assert "réputée rejetée le 20 juillet 2027" in one
    assert [plain("La date ci-dessus recule").lower() in text.lower() for text in (one, two)] == [True, True]
    assert made.recepisse.name.rsplit("/")[-1].startswith(f"accuse-de-reception-{dossier.numero}-version-2")
    assert client.get(address("projects:recepisse_version", dossier, 3)).status_code == 404
    letter = Courriel.objects.get(cle_notification="complement_envoye")
    assert letter.destinataire == dossier.responsable.email
    assert "réputée rejetée le 26 juillet 2027" in plain(letter.texte)
    joined = CourrielFichier.objects.get(courriel=letter)
    with made.recepisse.open() as kept:
        name = f"accuse-de-reception-{dossier.numero}-version-2.pdf"
        assert (joined.nom, bytes(joined.contenu)) == (name, kept.read())


def test_a_receipt_is_made_again_the_same(dossier, instructeur):
    made = complete(dossier, instructeur)
    before = recepisse_data(made)
    write(dossier, ENCORE)
    ask(dossier, instructeur, at=REPONSE + timedelta(days=2), echeance=ECHEANCE)
    assert recepisse_data(Depot.objects.get(rang=2)) == before


# --- Which text each reader has before his eyes ---------------------------------------------------


class Lecteurs:
    """Everybody who reads a deposited dossier, and where."""

    def __init__(self, dossier, instructeur):
        jury = jury_of(edition=dossier.edition)
        jure, audition = jure_of(jury), audition_of(seance_of(jury), dossier)
        free(jure, audition)
        chef = AffectationFactory(contrat=dossier.contrat).user
        mail = [("Paule Renaud", "Val Bailleur", "paule@bailleur.example")]
        avis = ask_avis(dossier, partenaires=mail, by=instructeur, at=APRES)[0]
        read, pdf = address("projects:dossier_read", dossier), address("projects:dossier_pdf", dossier)
        invite = UserFactory()
        Partage.objects.create(
            dossier=dossier,
            email=invite.email,
            user=invite,
            droit=Droit.LECTURE,
            by=dossier.responsable,
            jeton_sha256="0" * 64,
            accepted_at=EN_TEMPS,
            expire_at=EN_TEMPS + timedelta(days=30),
        )
        self.pages = {
            "chef": (chef, read),
            "chef, pdf": (chef, pdf),
            "invité": (invite, read),
            "invité, pdf": (invite, pdf),
            "agent": (instructeur, read),
            "agent, pdf": (instructeur, pdf),
            "partenaire": (None, reverse("instruction:avis_answer", args=[avis.jeton])),
            "juré": (jure.user, reverse("juries:audition_detail", args=[audition.cle])),
            "juré, cahier": (jure.user, reverse("juries:cahier", args=[audition.seance.cle])),
            "juré, cahier pdf": (jure.user, reverse("juries:cahier_pdf", args=[audition.seance.cle])),
        }

    def read(self, client, name):
        user, url = self.pages[name]
        client.logout()
        if user:
            client.force_login(user)
        response = client.get(url)
        assert response.status_code == 200
        return paper(response) if "pdf" in name else words(response)


def test_while_it_is_completed_all_read_the_version_received_and_are_told(client, dossier, instructeur):
    with time_machine.travel(APRES + timedelta(days=1)):
        lecteurs = Lecteurs(dossier, instructeur)
        ask(dossier, instructeur)
        write(dossier, APRES_TEXTE)
        said = "Version 1, reçue le 20 mai 2027 à 14 h 32"
        shown = {name: lecteurs.read(client, name) for name in lecteurs.pages}
    # Who writes it too reads what is being written, told as such.
    ecrivent = ["chef", "chef, pdf"]
    # The booklet of a jury holds what waits to be heard, and not what is being completed.
    booklets = ["juré, cahier", "juré, cahier pdf"]
    assert [name for name, text in shown.items() if said not in text] == [*ecrivent, *booklets]
    assert [name for name in booklets if "Le jardin qui parle" in shown[name]] == []
    assert [name for name, text in shown.items() if APRES_TEXTE in text] == ecrivent
    assert [name for name, text in shown.items() if "Version de travail, non déposée" in text] == ecrivent
    digest = Depot.objects.get().sha256
    printed = [name for name, text in shown.items() if digest in text.replace(" ", "")]
    assert printed == ["invité, pdf", "agent, pdf"]


def test_once_completed_all_read_the_new_version(client, dossier, instructeur):
    with time_machine.travel(APRES + timedelta(days=1)):
        lecteurs = Lecteurs(dossier, instructeur)
        complete(dossier, instructeur)
        admit(dossier)
        shown = {name: lecteurs.read(client, name) for name in lecteurs.pages}
    said = "Version 2, reçue le 15 juin 2027 à 8 h 30"
    assert [name for name, text in shown.items() if said not in text] == []
    assert [name for name, text in shown.items() if APRES_TEXTE not in text] == ["juré, cahier"]
    assert [name for name, text in shown.items() if AVANT in text] == []


def test_the_paper_prints_one_version_under_its_own_fingerprint(dossier, instructeur, sign_in):
    first = Depot.objects.get()
    second = complete(dossier, instructeur)
    ask(dossier, instructeur, at=REPONSE + timedelta(days=1))
    write(dossier, ENCORE)
    client = sign_in(dossier.responsable)
    texts, digests = (AVANT, APRES_TEXTE, ENCORE), (first.sha256, second.sha256)
    printed = {
        version: paper(client.get(address("projects:dossier_pdf", dossier, version=version)))
        for version in (None, 1, 2, "travail")
    }
    found = {
        version: ([text in page for text in texts], [digest in page.replace(" ", "") for digest in digests])
        for version, page in printed.items()
    }
    nothing = [False, False]
    assert found == {
        # Who writes it reads first what he writes.
        None: ([False, False, True], nothing),
        1: ([True, False, False], [True, False]),
        2: ([False, True, False], [False, True]),
        "travail": ([False, False, True], nothing),
    }
    assert ["Version de travail, non déposée" in page for page in printed.values()] == [True, False, False, True]
    assert ["Empreinte SHA-256" in page for page in printed.values()] == [False, True, True, False]


@pytest.mark.parametrize("version", ["0", "2", "9999", "12345", "-1", "un", "²", "travail"])
def test_a_version_that_is_not_is_404(dossier, sign_in, version):
    client = sign_in(dossier.responsable)
    for page in ("projects:dossier_read", "projects:dossier_pdf"):
        assert client.get(address(page, dossier, version=version)).status_code == 404


def test_old_versions_stay_readable_to_who_reads_the_dossier_and_to_nobody_else(dossier, instructeur, sign_in, pilote):
    complete(dossier, instructeur)
    stranger = AffectationFactory().user
    for page in ("projects:dossier_read", "projects:dossier_pdf"):
        url = address(page, dossier, version=1)
        assert [sign_in(user).get(url).status_code for user in (dossier.responsable, instructeur, stranger)] == [
            200,
            200,
            404,
        ]
    page = sign_in(dossier.responsable).get(address("projects:dossier_read", dossier, version=1))
    assert (AVANT in words(page), APRES_TEXTE in words(page)) == (True, False)
    assert f'href="{address("projects:dossier_read", dossier, version=2)}"' in page.text


def test_an_opinion_says_when_it_was_given_and_on_which_version(client, dossier, instructeur):
    """Its author had not read what completed the dossier since."""
    jury = jury_of(edition=dossier.edition)
    jure, audition = jure_of(jury), audition_of(seance_of(jury), dossier)
    free(jure, audition)
    mails = [("Paule Renaud", "Val Bailleur", "paule@bailleur.example"), ("Ali Benz", "", "ali@exemple.example")]
    first, second = ask_avis(dossier, partenaires=mails, by=instructeur, at=APRES)
    answer_avis(first, sens=SensAvis.DEFAVORABLE, texte="Pas de partenaire.", at=APRES + timedelta(hours=1))
    complete(dossier, instructeur, asked=APRES + timedelta(hours=2))
    answer_avis(second, sens=SensAvis.FAVORABLE, texte="", at=REPONSE + timedelta(days=1))
    admit(dossier)
    with time_machine.travel(REPONSE + timedelta(days=2)):
        shown = []
        for user, url in (
            (instructeur, address("instruction:instruction_detail", dossier)),
            (jure.user, reverse("juries:audition_detail", args=[audition.cle])),
            (jure.user, reverse("juries:cahier_pdf", args=[audition.seance.cle])),
        ):
            client.force_login(user)
            page = client.get(url)
            shown.append(paper(page) if url.endswith(".pdf") else words(page))
    for text in shown:
        assert re.search(r"Paule Renaud.{0,60}Rendu le 9 juin 2027, sur la version 1 Pas de partenaire", text)
        assert re.search(r"Ali Benz.{0,40}Rendu le 16 juin 2027, sur la version 2", text)


def test_the_jury_opens_the_files_of_the_version_it_reads(client, dossier, instructeur):
    piece = join_piece(dossier, nom="avant.pdf")
    jury = jury_of(edition=dossier.edition)
    jure, audition = jure_of(jury), audition_of(seance_of(jury), dossier)
    free(jure, audition)
    with time_machine.travel(APRES):
        complete(dossier, instructeur)
        dossier.pieces.filter(pk=piece.pk).update(remplacee_at=REPONSE)
        later = join_piece(dossier, nom="après.pdf")
        client.force_login(jure.user)
        doors = [reverse("juries:piece_download", args=[audition.cle, one.cle]) for one in (piece, later)]
        found = [client.get(door) for door in doors]
        assert [answer.status_code for answer in found] == [200, 404]
        found[0].close()


def test_the_work_page_shows_what_moved_with_the_new_version(dossier, instructeur, sign_in):
    complete(dossier, instructeur)
    page = sign_in(instructeur).get(address("instruction:instruction_detail", dossier))
    text = words(page)
    for expected in ("Version 2, reçue le 15 juin 2027", "1 champ modifié depuis le dépôt", AVANT, APRES_TEXTE):
        assert expected in text
    assert [version.sha256 in text for version in Depot.objects.all()] == [True, True]
    ask(dossier, instructeur, at=REPONSE + timedelta(days=1))
    write(dossier, ENCORE)
    text = words(sign_in(instructeur).get(address("instruction:instruction_detail", dossier)))
    assert "1 champ modifié depuis la version 2, en cours d’écriture" in text
    assert "En cours d’écriture, non déposé" in text


def test_the_page_of_the_answer_shows_what_is_written_beside_the_version_received(dossier, instructeur, sign_in):
    ask(dossier, instructeur)
    page = address("instruction:complement_answer", dossier)
    assert "Rien n’a changé depuis le dépôt." in words(sign_in(dossier.responsable).get(page))
    write(dossier, APRES_TEXTE)
    text = words(sign_in(dossier.responsable).get(page))
    order = ("Ce qui a changé depuis le dépôt", "Au dépôt", AVANT, "En cours d’écriture, non déposé", APRES_TEXTE)
    assert sorted(order, key=text.index) == list(order)
    answer_complement(dossier, reponse="C’est fait.", by=dossier.responsable, at=REPONSE)
    ask(dossier, instructeur, at=REPONSE + timedelta(days=1))
    write(dossier, ENCORE)
    text = words(sign_in(dossier.responsable).get(page))
    order = ("Ce qui a changé depuis la version 2", "Version 2", APRES_TEXTE, "En cours d’écriture, non déposé", ENCORE)
    assert all(one in text for one in order)


def test_the_proof_of_deposit_lists_each_version(dossier, instructeur, sign_in):
    complete(dossier, instructeur)
    page = sign_in(dossier.responsable).get(address("projects:depot_detail", dossier))
    found = [version.sha256 in page.text for version in Depot.objects.all()]
    links = [address("projects:recepisse", dossier), address("projects:recepisse_version", dossier, 2)]
    assert (found, [f'href="{link}"' in page.text for link in links]) == ([True, True], [True, True])


# --- One date everywhere --------------------------------------------------------------------------


def dates(client, dossier, instructeur, now):
    """The date of implicit rejection as each place gives it at `now`."""
    said = re.compile(r"(?:réputée rejetée (?:le|depuis le)|rejet implicite le) (\d+(?:er)? \w+ 2027)")
    with time_machine.travel(now):
        places = {}
        for name, user, url in (
            ("preuve", dossier.responsable, address("projects:depot_detail", dossier)),
            ("instruction", instructeur, address("instruction:instruction_detail", dossier)),
            ("file", instructeur, reverse("instruction:instruction_list")),
        ):
            client.force_login(user)
            places[name] = said.findall(words(client.get(url)))
        if dossier.complements.exists():
            client.force_login(dossier.responsable)
            places["réponse"] = said.findall(words(client.get(address("instruction:complement_answer", dossier))))
        client.force_login(instructeur)
        answer = client.get(reverse("instruction:instruction_list") + "?format=xlsx")
        heading, line = openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
        places["export"] = [line[heading.index("Rejet implicite le")].date()]
    places["calculée"] = [silence_of(dossier).le]
    return places


def same(places, day):
    mois = {7: "juillet", 8: "août"}[day.month]
    shown = f"{day.day}{'er' if day.day == 1 else ''} {mois} {day.year}"
    return {name: [day] if name in ("export", "calculée") else [shown] for name in places}


def test_the_date_is_the_same_everywhere_at_each_moment(client, dossier, instructeur, pilote):
    now = APRES + timedelta(hours=1)
    places = dates(client, dossier, instructeur, now)
    assert places == same(places, DEUX_MOIS)
    # Asked: as if answered on its last day, sixteen days later.
    demande = ask(dossier, instructeur)
    places = dates(client, dossier, instructeur, now)
    assert places == same(places, DEUX_MOIS + timedelta(days=16)) and len(places) == 6
    letter = plain(Courriel.objects.get(cle_notification="complement_demande").texte)
    assert "suspendu depuis le 9 juin 2027 à 14 h 32" in letter
    assert "jusqu’au 25 juin 2027 à 23 h 59" in letter
    assert "réputée rejetée le 5 août 2027" in letter
    # More time, given in time: to the new date.
    extend_complement(
        demande, echeance=ECHEANCE + timedelta(days=5), motif="Congés.", by=pilote, at=APRES + timedelta(days=2)
    )
    places = dates(client, dossier, instructeur, APRES + timedelta(days=2))
    assert places == same(places, DEUX_MOIS + timedelta(days=21))
    letter = plain(Courriel.objects.filter(cle_notification="complement_demande").latest("pk").texte)
    assert "suspendu depuis le 9 juin 2027 à 14 h 32" in letter
    assert "jusqu’au 30 juin 2027 à 23 h 59" in letter
    assert "réputée rejetée le 10 août 2027" in letter
    # Answered: six days.
    answer_complement(dossier, reponse="Voici.", by=dossier.responsable, at=REPONSE)
    places = dates(client, dossier, instructeur, REPONSE + timedelta(hours=1))
    assert places | {"réponse": []} == same(places, DEUX_MOIS + timedelta(days=6)) | {"réponse": []}
    letter = plain(Courriel.objects.get(cle_notification="complement_envoye").texte)
    assert "réputée rejetée le 26 juillet 2027" in letter


def test_more_time_given_once_late_suspends_from_then_only(dossier, instructeur, pilote):
    demande = ask(dossier, instructeur)
    late = ECHEANCE + timedelta(days=5)
    extend_complement(demande, echeance=late + timedelta(days=10), motif="Congés.", by=pilote, at=late)
    assert silence_of(dossier).le == DEUX_MOIS + timedelta(days=26)
    letter = plain(Courriel.objects.filter(cle_notification="complement_demande").latest("pk").texte)
    assert "suspendu depuis le 30 juin 2027 à 23 h 59" in letter
    answer_complement(dossier, reponse="Voici.", by=dossier.responsable, at=late + timedelta(days=1))
    assert silence_of(dossier).le == DEUX_MOIS + timedelta(days=17)


def test_asked_once_silence_has_spoken_it_suspends_nothing_and_says_so(client, dossier, instructeur):
    late = datetime(2027, 7, 21, 9, 0, tzinfo=PARIS)
    ask(dossier, instructeur, at=late, echeance=late + timedelta(days=15))
    assert silence_of(dossier).le == DEUX_MOIS
    letter = plain(Courriel.objects.get(cle_notification="complement_demande").texte)
    assert "réputée rejetée depuis le 20 juillet 2027, et ce complément n’y change rien" in letter
    places = dates(client, dossier, instructeur, late + timedelta(hours=1))
    assert places == same(places, DEUX_MOIS)


@pytest.mark.parametrize("ended", ["retiré", "irrecevable", "repris"])
def test_what_ends_the_waiting_ends_the_suspension(dossier, instructeur, pilote, ended):
    ask(dossier, instructeur)
    if ended == "retiré":
        move_dossier(dossier, "withdraw", by=dossier.responsable, motif="Nous renonçons.", at=REPONSE)
    else:
        decide(dossier, "declare_irrecevable", by=instructeur, motif="Hors territoire.", at=REPONSE)
    if ended == "repris":
        dossier.refresh_from_db()
        decide(dossier, "undo_irrecevable", by=pilote, motif="Reçu par la poste.", at=REPONSE + timedelta(days=4))
    assert silence_of(dossier).le == DEUX_MOIS + timedelta(days=6)
    assert (Depot.objects.count(), Dossier.objects.get().statut) == (
        1,
        {"retiré": Statut.RETIRE, "irrecevable": Statut.IRRECEVABLE, "repris": Statut.DEPOSE}[ended],
    )


def test_a_dossier_withdrawn_while_completed_prints_what_was_received(dossier, instructeur, sign_in):
    ask(dossier, instructeur)
    write(dossier, APRES_TEXTE)
    move_dossier(dossier, "withdraw", by=dossier.responsable, motif="Nous renonçons.", at=REPONSE)
    printed = paper(sign_in(dossier.responsable).get(address("projects:dossier_pdf", dossier)))
    assert (AVANT in printed, APRES_TEXTE in printed) == (True, False)
    assert Depot.objects.get().sha256 in printed.replace(" ", "")


# --- Exports --------------------------------------------------------------------------------------


def test_the_export_says_which_version_it_shows(dossier, instructeur):
    def shown():
        table = get_export("instruction").build(dossier.edition, instructeur)
        getters, (row,) = table.records()
        return dict(zip([column.heading for column in table.columns], [get(row) for get in getters], strict=True))

    complete(dossier, instructeur)
    assert (shown()["Version"], shown()["Rejet implicite le"]) == ("Version 2", DEUX_MOIS + timedelta(days=6))
    ask(dossier, instructeur, at=REPONSE + timedelta(days=1))
    assert shown()["Version"] == "Version de travail, après la version 2"


# --- Both, or neither -----------------------------------------------------------------------------


def answering(dossier, told):
    try:
        answer_complement(dossier, reponse="Voici.", by=dossier.responsable, at=REPONSE)
    except TransitionRefused:
        told.append("refusée")
    except (OperationalError, InterfaceError):
        told.append("coupée")
    else:
        told.append("reçue")
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_cut_in_the_middle_of_its_version_an_answer_is_not_given_and_may_be_given_again(dossier, instructeur):
    demande = ask(dossier, instructeur)
    before = Courriel.objects.count()
    told = []
    thread = Thread(target=answering, args=(dossier, told))
    with transaction.atomic():
        # The answer is written, its journal too, and the version waits.
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE projects_depot IN SHARE MODE")
        thread.start()
        cut, until = [], time.monotonic() + 30
        while not cut and time.monotonic() < until:
            time.sleep(0.05)
            # Within a transaction, what others do is read once unless forgotten.
            query("SELECT pg_stat_clear_snapshot()")
            cut = query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND query LIKE '%INSERT INTO \"projects_depot\"%' AND datname = current_database()"
            )
    thread.join()
    demande.refresh_from_db()
    assert (told, demande.answered_at, Dossier.objects.get().statut) == (["coupée"], None, Statut.A_COMPLETER)
    assert (Depot.objects.count(), Passage.objects.filter(de=Statut.A_COMPLETER).count()) == (1, 0)
    assert Courriel.objects.count() == before
    answer_complement(dossier, reponse="Voici.", by=dossier.responsable, at=REPONSE)
    assert (Depot.objects.count(), Dossier.objects.get().statut) == (2, Statut.DEPOSE)


def query(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_make_one_version(dossier, instructeur):
    ask(dossier, instructeur)
    told = []
    threads = [Thread(target=answering, args=(dossier, told)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["refusée", "reçue"]
    assert list(Depot.objects.order_by("rang").values_list("rang", flat=True)) == [1, 2]


def test_the_journal_and_the_version_say_the_same_instant(dossier, instructeur):
    made = complete(dossier, instructeur)
    line = Passage.objects.get(transition="answer_complement_depose")
    assert (line.at, line.by) == (made.at, made.by)
    assert Depot.objects.get(rang=1).at == EN_TEMPS
