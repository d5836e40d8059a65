"""How many files a dossier takes; a disk without room; what is said of it beside the field, with and without script."""

import resource
import threading
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from label.enums import SorteQuestion
from label.limites import TropVite
from projects.enums import Section
from projects.models import Dossier, Piece, Reponse
from projects.piece.actions import add_piece, remove_piece, restore_piece
from projects.piece.limites import Tenu, held_by
from projects.piece.reponse import join_reponse
from tests.factories.label import PARIS, PieceDemandeeFactory, QuestionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.pdf import PDF, pdf

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
LONG = pdf(b"0" * 300_000)
SANS_PLACE = "par manque de place de notre côté. Gardez-le et réessayez dans quelques minutes"


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


@pytest.fixture
def dossier(db):
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    dossier.porteur = porteur
    return dossier


@pytest.fixture
def full_disk():
    """No file of this process may grow beyond 100 kB: the system refuses the rest, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def file(words=b"Devis", name=None):
    return SimpleUploadedFile(name or f"{words.decode()[:40]}.pdf", pdf(words))


def add(dossier, words, **options):
    return add_piece(dossier, fichier=file(words), by=dossier.porteur, **options)


def code(call, *args, **options):
    with pytest.raises(ValidationError) as refusal:
        call(*args, **options)
    return getattr(refusal.value, "code", None), " ".join(refusal.value.messages).replace("\u00a0", " ")


def kept(settings):
    root = Path(settings.MEDIA_ROOT)
    return sorted(path.stat().st_size for path in root.rglob("*") if path.is_file()) if root.exists() else []


# --- Counted ----------------------------------------------------------------------------------------


def test_a_dossier_takes_so_many_free_files_and_no_more(dossier, settings):
    settings.PIECES_LIBRES_MAX = 2
    first, _ = add(dossier, b"un"), add(dossier, b"deux")
    told = (
        "trop_de_fichiers",
        "Les « Autres pièces » de ce dossier comptent déjà 2 fichiers, et pas plus. Retirez-en un, ou réunissez "
        "plusieurs documents en un seul PDF, puis joignez celui-ci.",
    )
    assert code(add, dossier, b"trois") == told
    # The same file again is not one more; a piece asked and the answer to a question are not free.
    assert add(dossier, b"un").pk == first.pk
    add(dossier, b"statuts", demandee=PieceDemandeeFactory(edition=dossier.edition))
    question = QuestionFactory(edition=dossier.edition, sorte=SorteQuestion.FICHIER)
    join_reponse(dossier, question, fichier=file(b"plan"), by=dossier.porteur)
    assert held_by(dossier).libres == 2
    # One taken out makes room for one; put back, it is counted as any other.
    remove_piece(first, by=dossier.porteur)
    add(dossier, b"trois")
    assert code(restore_piece, first, by=dossier.porteur) == told
    assert dossier.pieces.filter(remplacee_at=None).count() == 4


def test_free_files_weigh_so_much_in_all(dossier, settings):
    weight = len(pdf(b"un"))
    settings.POIDS_LIBRES_MAX = 2 * weight
    first = add(dossier, b"un")
    add(dossier, b"de")
    assert code(add, dossier, b"x") == (
        "trop_lourd",
        "Avec ce fichier, les « Autres pièces » pèseraient 1,5 Ko\u202f; la limite est de 1 Ko. Retirez "
        "un fichier, ou allégez celui-ci (photo réduite, PDF compressé).",
    )
    assert held_by(dossier) == Tenu(2, 2 * weight, 2 * weight)
    remove_piece(first, by=dossier.porteur)
    add(dossier, b"x")


def test_a_dossier_weighs_so_much_former_versions_included(dossier, settings):
    demandee = PieceDemandeeFactory(edition=dossier.edition)
    weight = len(pdf(b"v1"))
    settings.POIDS_DOSSIER_MAX = 2 * weight
    old, _ = add(dossier, b"v1", demandee=demandee), add(dossier, b"v2", demandee=demandee)
    kind, said = code(add, dossier, b"v3", demandee=demandee)
    assert (kind, said) == (
        "dossier_plein",
        "Les fichiers de ce dossier, versions précédentes comprises, pèsent déjà 1 Ko, et la limite est "
        "de 1 Ko. Allégez celui-ci, ou écrivez à l’équipe du label.",
    )
    # Put back on the same bytes, a former one weighs nothing more.
    restore_piece(old, by=dossier.porteur)
    assert held_by(dossier) == Tenu(0, 0, 2 * weight)


def test_a_person_joins_so_many_files_a_day_wherever_they_are(dossier, settings):
    other = DossierFactory(porteur=dossier.porteur)
    settings.PIECES_LIBRES_MAX = 1_000
    for rank in range(150):
        add(dossier, b"a%d" % rank)
        add_piece(other, fichier=file(b"b%d" % rank), by=dossier.porteur)
    with pytest.raises(TropVite, match="Beaucoup de fichiers ont été joints aujourd’hui"):
        add(dossier, b"de trop")
    assert Piece.objects.filter(by=dossier.porteur).count() == 300
    # The same person may again the next day.
    with time_machine.travel(EN_TEMPS.replace(day=12), tick=False):
        add(dossier, b"le surlendemain")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_pass_the_limit_together(dossier, settings):
    settings.PIECES_LIBRES_MAX = 3
    add(dossier, b"un")
    start, said = threading.Barrier(6), []

    def send(rank):
        try:
            start.wait(20)
            add(dossier, b"ensemble %d" % rank)
            said.append("joint")
        except ValidationError as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(rank,)) for rank in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (sorted(said), held_by(dossier).libres) == (["joint"] * 2 + ["trop_de_fichiers"] * 4, 3)
    assert len(kept(settings)) == 3


# --- Said beside the field -----------------------------------------------------------------------------


def test_a_refusal_stands_beside_its_field_with_and_without_script(client, dossier, settings):
    settings.PIECES_LIBRES_MAX = 1
    add(dossier, b"un")
    client.force_login(dossier.porteur)
    link = reverse("projects:piece_add", args=[dossier.cle])
    answer = client.post(link, {"fichier": file(b"deux")}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["etat"]) == (422, "refuse")
    phrase = answer.json()["phrase"]
    assert phrase.startswith(
        "«\u00a0deux.pdf\u00a0» n’est pas joint. Les «\u00a0Autres pièces\u00a0» de ce dossier comptent déjà 1"
    )
    page = client.post(link, {"fichier": file(b"deux")})
    assert (page.status_code, page.context["refuses"]) == (422, [phrase])
    card = page.text.partition('id="carte-libre"')[2].partition("</section>")[0]
    assert f'<div class="invalid-feedback d-block" id="erreur-libre"><p>{phrase}</p>' in card
    # How many there may be is said before.
    assert "1\u00a0au plus, 100\u00a0Mo en tout." in card.replace(" au plus", "\u00a0au plus")


def test_the_answer_to_a_question_is_refused_beside_the_question(client, dossier):
    plan = QuestionFactory(edition=dossier.edition, sorte=SorteQuestion.FICHIER, intitule="Un plan")
    photo = QuestionFactory(edition=dossier.edition, sorte=SorteQuestion.FICHIER, intitule="Une photo")
    client.force_login(dossier.porteur)
    link = reverse("projects:reponse_join", args=[dossier.cle, plan.pk])
    name = f"question_{plan.pk}"
    for sent, phrase in (
        ({name: SimpleUploadedFile("plan.gdoc", b'{"doc_id":"1a"}')}, "C’est un raccourci vers un document Google"),
        ({name: SimpleUploadedFile("plan.pdf", PDF[:200])}, "Ce PDF ne s’ouvre pas"),
        ({}, "Choisissez d’abord un fichier."),
    ):
        page = client.post(link, sent)
        error = page.text.partition(f'id="erreur-{name}"')[2].partition("</div>")[0]
        assert (page.status_code, phrase in error) == (422, True)
        field = page.text.partition(f'id="id_{name}"')[0].rpartition("<input")[2]
        whole = field + page.text.partition(f'id="id_{name}"')[2].partition(">")[0]
        assert ('aria-invalid="true"' in whole, f'aria-describedby="erreur-{name}' in whole) == (True, True)
        assert f"erreur-question_{photo.pk}" not in page.text
    assert not Reponse.objects.exists()


# --- A disk without room ---------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_disk_without_room_where_files_wait_is_said_and_costs_that_file_alone(
    accept, dossier, settings, tmp_path, full_disk
):
    """The folder where a large file waits is full: what came with it is read, and the small one is joined."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    client = Client(raise_request_exception=False)
    client.force_login(dossier.porteur)
    files = [SimpleUploadedFile("grand.pdf", LONG), SimpleUploadedFile("petit.pdf", PDF)]
    link = reverse("projects:piece_add", args=[dossier.cle])
    answer = client.post(link, {"fichier": files}, headers={"Accept": accept})
    said = answer.json()["phrase"] if accept == "application/json" else " ".join(answer.context["refuses"])
    assert (answer.status_code, SANS_PLACE in said, "grand.pdf" in said, "petit.pdf" in said) == (
        422,
        True,
        True,
        False,
    )
    assert list(dossier.pieces.values_list("nom", flat=True)) == ["petit.pdf"]
    assert (kept(settings), list(tmp_path.glob("*.upload*"))) == ([len(PDF)], [])


def test_a_folder_that_is_gone_is_said_too(dossier, settings, tmp_path):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "disparu")
    client = Client(raise_request_exception=False)
    client.force_login(dossier.porteur)
    answer = client.post(reverse("projects:piece_add", args=[dossier.cle]), {"fichier": file()})
    assert (answer.status_code, SANS_PLACE in answer.text) == (422, True)


def test_a_large_file_with_a_very_long_ending_is_received(client, dossier, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    client.force_login(dossier.porteur)
    sent = SimpleUploadedFile("statuts." + "é" * 230, PDF)
    assert client.post(reverse("projects:piece_add", args=[dossier.cle]), {"fichier": sent}).status_code == 302
    assert dossier.pieces.get().nom == "statuts." + "é" * 112 + ".pdf"


def test_files_stop_before_the_disk_is_full_and_texts_go_on(client, dossier, settings):
    piece = add(dossier, b"avant")
    settings.PLACE_RESERVEE = 10**18
    client.force_login(dossier.porteur)
    answer = client.post(
        reverse("projects:piece_add", args=[dossier.cle]), {"fichier": file()}, headers={"Accept": "application/json"}
    )
    assert (answer.status_code, SANS_PLACE in answer.json()["phrase"]) == (422, True)
    assert (list(dossier.pieces.all()), len(kept(settings))) == ([piece], 1)
    assert_saved(client, dossier)


def test_with_a_full_disk_the_other_fields_go_on_saving(client, dossier, settings, full_disk):
    client.force_login(dossier.porteur)
    link = reverse("projects:piece_add", args=[dossier.cle])
    assert client.post(link, {"fichier": SimpleUploadedFile("grand.pdf", LONG)}).status_code == 422
    assert (kept(settings), Piece.objects.count()) == ([], 0)
    assert_saved(client, dossier)


def assert_saved(client, dossier):
    page = client.get(reverse("projects:section_edit", args=[dossier.cle, Section.PROJET]))
    assert page.status_code == 200
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"besoin": "Ce texte est gardé"}
    assert client.post(reverse("projects:section_edit", args=[dossier.cle, Section.PROJET]), data).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).besoin == "Ce texte est gardé"
