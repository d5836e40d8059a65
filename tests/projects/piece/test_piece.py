"""Files of a dossier: joined, replaced without loss, held back by the antivirus, given by ranges to those who may."""

import hashlib
import json
import threading
import uuid
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecriture.models import Redaction
from label.antivirus import AntivirusAbsent, scan
from label.enums import Analyse
from label.models import Courriel
from projects.enums import Section
from projects.models import Dossier, Piece
from projects.piece.actions import QUARANTAINE, add_piece, remove_piece, restore_piece
from projects.tasks import scan_piece as scan_piece_task
from tests.clamd import EICAR
from tests.factories.label import PARIS, PieceDemandeeFactory, UserFactory
from tests.factories.projects import DossierFactory, PieceFactory
from tests.label.fichiers.test_fichiers import DOCX, image
from tests.label.test_celery import waiting
from tests.pdf import PDF

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


@pytest.fixture
def duo(db):
    """(dossier, porteur, chef): a draft and the two who write it."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(porteur=porteur, chef=chef), porteur, chef


def file(content=PDF, name="statuts.pdf"):
    return SimpleUploadedFile(name, content, "application/octet-stream")


def post(client, user, dossier, content=PDF, name="statuts.pdf", **data):
    """The JSON answer to one file sent by the script of the page."""
    client.force_login(user)
    data |= {"fichier": file(content, name)}
    response = client.post(
        reverse("projects:piece_add", args=[dossier.cle]), data, headers={"Accept": "application/json"}
    )
    return response.status_code, json.loads(response.content)


def in_place(dossier):
    return list(dossier.pieces.filter(remplacee_at=None).values_list("nom", flat=True))


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def status_of(client, link):
    """The status of an answer read to its end."""
    response = client.get(link)
    body(response)
    return response.status_code


# --- Joined, replaced, put back ---------------------------------------------------------------


def test_a_file_replaces_another_which_is_kept_with_who_and_when(client, duo):
    dossier, porteur, chef = duo
    demandee = PieceDemandeeFactory(edition=dossier.edition)
    add = reverse("projects:piece_add", args=[dossier.cle])
    client.force_login(porteur)
    client.post(add, {"demandee": demandee.pk, "fichier": file()})
    client.force_login(chef)
    client.post(add, {"demandee": demandee.pk, "fichier": file(PDF + b"\nv2", "Statuts signés.PDF")})
    old, new = Piece.objects.order_by("pk")
    assert (old.by, old.remplacee_at, old.remplacee_by) == (porteur, EN_TEMPS, chef)
    assert (new.by, new.remplacee_at, new.nom, new.taille) == (chef, None, "Statuts signés.pdf", len(PDF) + 3)
    assert new.sha256 == hashlib.sha256(PDF + b"\nv2").hexdigest()
    with old.fichier.open() as kept:
        assert kept.read() == PDF
    assert "tatuts" not in new.fichier.name
    assert Redaction.objects.get(section=Section.PIECES).version == 2
    page = client.get(reverse("projects:section_edit", args=[dossier.cle, "pieces"])).text
    told = "Joint le 10 mars 2027 à 14 h 32 par Awa Diarra · mis de côté le 10 mars 2027 à 14 h 32 par Luc Fontanel"
    assert told in " ".join(page.replace("\u00a0", " ").split())


def test_a_former_file_is_put_back_and_the_other_kept(client, duo):
    dossier, porteur, chef = duo
    demandee = PieceDemandeeFactory(edition=dossier.edition)
    old = add_piece(dossier, fichier=file(name="a.pdf"), by=porteur, demandee=demandee)
    new = add_piece(dossier, fichier=file(PDF + b"\n", "b.pdf"), by=porteur, demandee=demandee)
    client.force_login(chef)
    client.post(reverse("projects:piece_restore", args=[dossier.cle, old.cle]))
    back = Piece.objects.get(remplacee_at=None)
    assert (back.nom, back.by, back.reprise_de, back.sha256) == ("a.pdf", chef, old, old.sha256)
    new.refresh_from_db()
    assert (new.remplacee_at, new.remplacee_by) == (EN_TEMPS, chef)
    assert body(client.get(reverse("projects:piece_download", args=[back.cle]))) == PDF
    with pytest.raises(ValidationError, match="déjà en place"):
        restore_piece(old, by=porteur)
    remove_piece(back, by=porteur)
    assert (in_place(dossier), dossier.pieces.count()) == ([], 3)
    client.force_login(UserFactory())
    assert client.post(reverse("projects:piece_restore", args=[dossier.cle, new.cle])).status_code == 404


def test_a_piece_of_another_edition_is_not_answered_here(duo):
    dossier, porteur, _ = duo
    with pytest.raises(ValidationError, match="n’est pas demandée par l’édition"):
        add_piece(dossier, fichier=file(), by=porteur, demandee=PieceDemandeeFactory(edition__annee=2028))


def test_two_people_at_once_both_kept_one_in_place_the_second_is_told(client, duo):
    dossier, porteur, chef = duo
    demandee = PieceDemandeeFactory(edition=dossier.edition)
    seen_empty = {"demandee": demandee.pk, "vu": ""}
    assert post(client, porteur, dossier, **seen_empty)[1]["etat"] == "joint"
    status, answer = post(client, chef, dossier, PDF + b"\n", "les miens.pdf", **seen_empty)
    assert (status, answer["etat"]) == (200, "garde")
    assert answer["phrase"].replace("\u00a0", " ") == (
        "Awa Diarra a joint « statuts.pdf » à 14 h 32, avant vous. Les deux fichiers sont gardés : le sien reste en "
        "place, « les miens.pdf » est dans les versions précédentes, d’où vous pouvez le remettre."
    )
    assert "arrivé en même temps qu’un autre, gardé de côté" in answer["carte"]
    assert in_place(dossier) == ["statuts.pdf"]
    mine = dossier.pieces.get(nom="les miens.pdf")
    assert (mine.remplacee_at, mine.remplacee_by) == (EN_TEMPS, None)
    # The same bytes twice are one file, and who saw what is in place replaces it.
    assert post(client, chef, dossier, **seen_empty)[1]["etat"] == "joint"
    seen = dossier.pieces.get(remplacee_at=None).cle
    assert post(client, chef, dossier, PDF + b"\n2", "c.pdf", demandee=demandee.pk, vu=seen)[1]["etat"] == "joint"
    assert (in_place(dossier), dossier.pieces.count()) == (["c.pdf"], 3)


@pytest.mark.django_db(transaction=True)
def test_two_threads_leave_one_file_in_place(duo):
    dossier, porteur, chef = duo
    demandee = PieceDemandeeFactory(edition=dossier.edition)
    start = threading.Barrier(2)

    def send(user, content):
        try:
            start.wait(10)
            add_piece(dossier, fichier=file(content), by=user, demandee=demandee, vu="")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=args) for args in ((porteur, PDF), (chef, PDF + b"\n"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert dossier.pieces.count() == 2
    assert dossier.pieces.filter(remplacee_at=None).count() == 1


def test_the_base_holds_one_file_in_place_and_none_infected(duo):
    dossier, _, _ = duo
    demandee = PieceDemandeeFactory(edition=dossier.edition)
    PieceFactory(dossier=dossier, demandee=demandee)
    with pytest.raises(IntegrityError, match="piece_une_en_place"), transaction.atomic():
        PieceFactory(dossier=dossier, demandee=demandee)
    with pytest.raises(IntegrityError, match="piece_infectee_ecartee"), transaction.atomic():
        PieceFactory(dossier=dossier, analyse=Analyse.INFECTE)


def test_a_file_received_twice_is_joined_once(client, duo):
    dossier, porteur, _ = duo
    envoi = str(uuid.uuid4())
    for _ in range(2):
        status, answer = post(client, porteur, dossier, name="devis.pdf", envoi=envoi)
        assert (status, answer["etat"]) == (200, "joint")
    assert answer["phrase"].replace("\u00a0", " ") == "« devis.pdf » est joint au dossier, à 14 h 32."
    assert in_place(dossier) == ["devis.pdf"]


# --- Refused ----------------------------------------------------------------------------------


def test_without_script_several_files_are_judged_each_on_its_own(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    add = reverse("projects:piece_add", args=[dossier.cle])
    files = [file(name="devis.pdf"), file(b"", "vide.pdf"), file(b"<svg/>", "dessin.png")]
    response = client.post(add, {"fichier": files})
    assert response.status_code == 422
    assert response.context["refuses"] == [
        "«\u00a0vide.pdf\u00a0» n’est pas joint. Ce fichier est vide (0 octet). "
        "Ouvrez-le pour vérifier son contenu, puis joignez-le de nouveau.",
        "«\u00a0dessin.png\u00a0» n’est pas joint. "
        "Une image SVG peut contenir un programme\u00a0: envoyez-la en PNG ou en PDF. "
        "Ce fichier n’est pas d’un format accepté (PDF, PNG, JPEG, DOCX, XLSX, ODT ou ODS).",
    ]
    # By the field, and at the top of the page.
    assert 'aria-describedby="erreur-libre pieces-limites" aria-invalid="true"' in response.text
    assert in_place(dossier) == ["devis.pdf"]
    nothing = client.post(add, {})
    assert (nothing.status_code, nothing.context["refuses"]) == (422, ["Choisissez un fichier."])
    demandee = PieceDemandeeFactory(edition=dossier.edition)
    two = client.post(add, {"fichier": [file(), file(PDF + b"\n")], "demandee": demandee.pk})
    assert "Un seul fichier pour cette pièce" in two.context["refuses"][0]
    assert in_place(dossier) == ["devis.pdf"]


def test_the_script_reads_the_refusal(client, duo, settings):
    dossier, porteur, _ = duo
    settings.TAILLE_MAX_PIECE = len(PDF)
    status, answer = post(client, porteur, dossier, PDF + b"trop")
    assert (status, answer["etat"]) == (422, "refuse")
    assert (
        f"Ce fichier pèse {len(PDF) + 4}\u00a0octets\u202f; la limite est de {len(PDF)}\u00a0octets."
        in answer["phrase"]
    )
    page = client.get(reverse("projects:section_edit", args=[dossier.cle, "pieces"])).text
    assert f"DOCX, XLSX, ODT ou ODS. {len(PDF)}\u00a0octets au plus par fichier." in page
    assert not Piece.objects.exists()


@pytest.mark.parametrize("typed", [rb"../../../etc/passwd.pdf", rb"C:\\Windows\\passwd.pdf", rb"/etc/passwd.pdf"])
def test_a_path_in_the_name_leaves_its_last_part_only(client, duo, settings, typed):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    content = (
        b'--B\r\nContent-Disposition: form-data; name="fichier"; filename="' + typed + b'"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + PDF + b"\r\n--B--\r\n"
    )
    client.post(
        reverse("projects:piece_add", args=[dossier.cle]), content, content_type="multipart/form-data; boundary=B"
    )
    piece = Piece.objects.get()
    assert piece.nom == "passwd.pdf"
    assert [path.parent for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == [
        settings.MEDIA_ROOT / "pieces" / dossier.cle
    ]


# --- Given ------------------------------------------------------------------------------------


def test_what_belongs_to_others_does_not_exist(client, duo):
    dossier, porteur, _ = duo
    piece = add_piece(dossier, fichier=file(image(), "photo.jpg"), by=porteur)
    old = add_piece(dossier, fichier=file(), by=porteur)
    remove_piece(old, by=porteur)
    links = [
        reverse("projects:piece_download", args=[piece.cle]),
        reverse("projects:piece_thumbnail", args=[piece.cle]),
        reverse("projects:piece_download", args=[old.cle]),
    ]
    for user, expected in (
        (UserFactory(), 404),
        (DossierFactory(porteur=UserFactory()).created_by, 404),
        (porteur, 200),
    ):
        client.force_login(user)
        assert [status_of(client, link) for link in links] == [expected] * 3


def test_a_file_may_do_nothing_in_the_browser(client, duo):
    dossier, porteur, _ = duo
    piece = PieceFactory(dossier=dossier, nom="Statuts signés.pdf")
    link = reverse("projects:piece_download", args=[piece.cle])
    client.force_login(porteur)
    response = client.get(link)
    assert body(response) == b"%PDF-1.7\n%%EOF"
    assert {name: response.headers[name] for name in ("Content-Type", "Content-Length", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "Content-Length": "14",
        "Cache-Control": "private, no-store",
    }
    assert response.headers["Content-Disposition"] == ("attachment; filename*=utf-8''Statuts%20sign%C3%A9s.pdf")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; sandbox"
    )
    shown = client.get(link, {"voir": "1"})
    assert body(shown) == b"%PDF-1.7\n%%EOF"
    assert shown.headers["Content-Disposition"].startswith("inline; ")
    document = PieceFactory(dossier=dossier, type_mime=DOCX, nom='a"b.docx')
    answer = client.get(reverse("projects:piece_download", args=[document.cle]), {"voir": "1"})
    assert body(answer) == b"%PDF-1.7\n%%EOF"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a\\"b.docx"'
    document.fichier.storage.delete(document.fichier.name)
    assert client.get(reverse("projects:piece_download", args=[document.cle])).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status", "received", "content_range"),
    [
        ({"Range": "bytes=0-3"}, 206, b"%PDF", "bytes 0-3/14"),
        ({"Range": "bytes=9-"}, 206, b"%%EOF", "bytes 9-13/14"),
        ({"Range": "bytes=-3"}, 206, b"EOF", "bytes 11-13/14"),
        ({"Range": "bytes=-100"}, 206, b"%PDF-1.7\n%%EOF", "bytes 0-13/14"),
        ({"Range": "bytes=13-999"}, 206, b"F", "bytes 13-13/14"),
        ({"Range": "bytes=14-"}, 416, b"", "bytes */14"),
        ({"Range": "bytes=-0"}, 416, b"", "bytes */14"),
        ({"Range": "bytes=5-2"}, 200, b"%PDF-1.7\n%%EOF", None),
        ({"Range": "bytes=0-1,4-5"}, 200, b"%PDF-1.7\n%%EOF", None),
        ({"Range": "lines=1-2"}, 200, b"%PDF-1.7\n%%EOF", None),
        ({"Range": "bytes=-"}, 200, b"%PDF-1.7\n%%EOF", None),
        ({"Range": "bytes=0-3", "If-Range": f'"{"0" * 64}"'}, 206, b"%PDF", "bytes 0-3/14"),
        ({"Range": "bytes=0-3", "If-Range": '"autre"'}, 200, b"%PDF-1.7\n%%EOF", None),
        ({"Range": "bytes=0-3", "If-Range": "Wed, 21 Oct 2026 07:28:00 GMT"}, 200, b"%PDF-1.7\n%%EOF", None),
        ({"If-None-Match": f'"{"0" * 64}"'}, 304, b"", None),
        ({"If-Match": '"autre"'}, 412, b"", None),
    ],
)
def test_a_file_is_given_by_ranges(client, duo, headers, status, received, content_range):
    dossier, porteur, _ = duo
    link = reverse("projects:piece_download", args=[PieceFactory(dossier=dossier).cle])
    client.force_login(porteur)
    response = client.get(link, headers=headers)
    got = body(response)
    assert (response.status_code, got, response.headers.get("Content-Range")) == (status, received, content_range)
    assert response.headers["Accept-Ranges"] == "bytes"
    if status in (200, 206):
        assert response.headers["Content-Length"] == str(len(received))
        assert response.headers["Content-Disposition"] == 'attachment; filename="statuts.pdf"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    head = client.head(link, headers={"Range": "bytes=0-3"})
    assert (head.status_code, head.headers["Content-Length"]) == (200, "14")


def test_a_thumbnail_is_shown_and_its_absence_breaks_nothing(client, duo):
    dossier, porteur, _ = duo
    photo = add_piece(dossier, fichier=file(image(size=(900, 300)), "photo.jpeg"), by=porteur)
    add_piece(dossier, fichier=file(), by=porteur)
    client.force_login(porteur)
    page = reverse("projects:section_edit", args=[dossier.cle, "pieces"])
    link = reverse("projects:piece_thumbnail", args=[photo.cle])
    assert client.get(page).text.count("/miniature/") == 1
    response = client.get(link)
    assert (body(response)[:3], response.headers["Content-Type"]) == (b"\xff\xd8\xff", "image/jpeg")
    assert response.headers["Content-Disposition"] == 'inline; filename="miniature.jpg"'
    photo.miniature.storage.delete(photo.miniature.name)
    assert client.get(link).status_code == 404
    Piece.objects.update(miniature="")
    assert client.get(link).status_code == 404
    assert client.get(page).text.count("/miniature/") == 0


def test_the_page_costs_the_same_with_one_file_and_twenty(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    page = reverse("projects:section_edit", args=[dossier.cle, "pieces"])

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    PieceFactory(dossier=dossier, by=porteur)
    PieceFactory(dossier=dossier, by=porteur, remplacee_at=EN_TEMPS, remplacee_by=porteur)
    first = cost()
    for _ in range(10):
        PieceFactory(dossier=dossier)
        PieceFactory(dossier=dossier, remplacee_at=EN_TEMPS, remplacee_by=UserFactory())
    assert cost() == first


# --- The antivirus ----------------------------------------------------------------------------


def states():
    return list(Piece.objects.order_by("pk").values_list("nom", "analyse", "remplacee_at"))


def test_a_file_waits_for_the_antivirus_then_opens(client, duo, clamd, broker, django_capture_on_commit_callbacks):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    with django_capture_on_commit_callbacks(execute=True):
        piece = add_piece(dossier, fichier=file(image(), "photo.jpg"), by=porteur)
    assert waiting("celery") == [("projects.tasks.scan_piece", f"({piece.pk},)")]
    assert states() == [("photo.jpg", Analyse.EN_ATTENTE, None)]
    links = [reverse(f"projects:{name}", args=[piece.cle]) for name in ("piece_download", "piece_thumbnail")]
    page = reverse("projects:section_edit", args=[dossier.cle, "pieces"])
    held = client.get(links[0])
    assert (held.status_code, client.get(links[1]).status_code) == (403, 404)
    assert "Ce fichier est en cours de vérification" in held.text
    assert ["En cours de vérification" in client.get(page).text, f'href="{links[0]}"' in client.get(page).text] == [
        True,
        False,
    ]
    scan_piece_task(piece.pk)
    assert clamd.lengths == [piece.taille]
    assert states() == [("photo.jpg", Analyse.SAIN, None)]
    assert [status_of(client, link) for link in links] == [200, 200]


def test_an_infected_file_leaves_the_dossier_and_its_depositor_is_told(client, duo, clamd):
    dossier, porteur, chef = duo
    demandee = PieceDemandeeFactory(edition=dossier.edition, nom="Derniers comptes")
    piece = add_piece(dossier, fichier=file(PDF + EICAR, "comptes.pdf"), by=porteur, demandee=demandee)
    assert QUARANTAINE.sweep() == 1
    piece.refresh_from_db()
    assert (piece.analyse, piece.menace, piece.analyse_at) == (Analyse.INFECTE, "Eicar-Test-Signature", EN_TEMPS)
    assert in_place(dossier) == []
    for user in (porteur, chef):
        client.force_login(user)
        refused = client.get(reverse("projects:piece_download", args=[piece.cle]))
        assert (refused.status_code, EICAR in refused.content) == (403, False)
        assert "Ce fichier a été écarté" in refused.text
    with pytest.raises(ValidationError, match="L’antivirus a écarté ce fichier"):
        restore_piece(piece, by=porteur)
    courriel = Courriel.objects.get(cle_notification="piece_ecartee")
    assert (courriel.destinataire, courriel.sujet) == (porteur.email, "Un fichier n’a pas été gardé\u00a0: comptes.pdf")
    assert "Derniers comptes" in courriel.texte
    assert (
        "personne ne peut l’ouvrir" in client.get(reverse("projects:section_edit", args=[dossier.cle, "pieces"])).text
    )
    assert mail.outbox == []


def test_an_antivirus_that_is_away_costs_time_only(client, duo, clamd, settings, django_capture_on_commit_callbacks):
    dossier, porteur, _ = duo
    server = clamd.url
    settings.CLAMAV_URL = "tcp://127.0.0.1:9"
    with django_capture_on_commit_callbacks(execute=True):
        assert post(client, porteur, dossier)[1]["etat"] == "joint"
    piece = Piece.objects.get()
    scan_piece_task(piece.pk)
    assert QUARANTAINE.sweep() == 0
    assert states() == [("statuts.pdf", Analyse.EN_ATTENTE, None)]
    settings.CLAMAV_URL = server
    # One it cannot read, or that is lost, keeps nobody else waiting; what came before the antivirus is read too.
    Piece.objects.update(created_at=EN_TEMPS + timedelta(minutes=1))
    add_piece(dossier, fichier=file(PDF + b"trop", "lourd.pdf"), by=porteur)
    PieceFactory(dossier=dossier, nom="avant.pdf")
    lost = PieceFactory(dossier=dossier, nom="perdu.pdf")
    lost.fichier.storage.delete(lost.fichier.name)
    assert QUARANTAINE.sweep() == 2
    assert states() == [
        ("statuts.pdf", Analyse.SAIN, None),
        ("lourd.pdf", Analyse.EN_ATTENTE, None),
        ("avant.pdf", Analyse.SAIN, None),
        ("perdu.pdf", Analyse.NON_VERIFIE, None),
    ]
    assert QUARANTAINE.sweep() == 0
    with pytest.raises(AntivirusAbsent, match="size limit"):
        scan(file(b"trop"))


def test_without_antivirus_files_open_at_once(client, duo):
    dossier, porteur, _ = duo
    piece = add_piece(dossier, fichier=file(), by=porteur)
    assert states() == [("statuts.pdf", Analyse.NON_VERIFIE, None)]
    assert QUARANTAINE.sweep() == 0
    client.force_login(porteur)
    assert status_of(client, reverse("projects:piece_download", args=[piece.cle])) == 200


def is_somebody_stopped():
    with connection.cursor() as cursor:
        # Within a transaction what was seen first is seen again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_the_antivirus_waits_for_who_is_removing_the_file(duo, clamd, broker, wait_until):
    """Its author holds the dossier, then the file; the answer of the antivirus takes them in the same order."""
    dossier, porteur, *_ = duo
    piece = add_piece(dossier, fichier=file(PDF + EICAR, "comptes.pdf"), by=porteur)
    answers = []

    def ask():
        try:
            answers.append(QUARANTAINE.scan(piece.pk))
        finally:
            connection.close()

    with transaction.atomic():
        Dossier.objects.held().get(pk=dossier.pk)
        antivirus = threading.Thread(target=ask)
        antivirus.start()
        wait_until(is_somebody_stopped)
        remove_piece(Piece.objects.get(pk=piece.pk), by=porteur)
    antivirus.join(10)
    piece.refresh_from_db()
    assert (answers, piece.analyse, piece.remplacee_by) == ([Analyse.INFECTE], Analyse.INFECTE, porteur)
