"""The disk is full: the one that holds the files, the database and its journal, as on a single machine.

A small file system in memory, of its own, is filled to the last byte; needs the right to mount one (root).
"""

import os
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.lieu import prepare
from bench.pannes.gens import JETON, Personne, Visas, say, wait_until
from bench.pannes.table import Ligne

TAILLE = "900m"
ACTES = 12
# A real PDF, with enough after its page to fill what little is left.
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n"
    + b"0" * 1_500_000
    + b"\n%%EOF\n"
)
PAGE_MAX = 10.0


def run(stack: ExitStack):
    """The lines of the table. `stack` undoes what was started."""
    disque = Path(tempfile.mkdtemp(prefix="label-disque-"))
    stack.callback(disque.rmdir)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={TAILLE},mode=0711", "tmpfs", disque]
    if subprocess.run(mount, check=False).returncode:
        return [Ligne("disque plein", "un système de fichiers à remplir", "montage refusé : à lancer sous root", False)]
    stack.callback(subprocess.run, ["umount", "--lazy", disque], check=False)
    tempfile.tempdir = str(disque)
    os.environ |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": "9"}
    web = prepare(stack)
    tempfile.tempdir = None
    import django

    django.setup()
    from django.db import connection

    stack.callback(connection.close_pool)
    web.start()
    visas = Visas(ACTES, web.port)
    # Signed in while the database can still write.
    visas.porteur = Personne(visas.dossiers[-1].responsable, web.port)
    connection.close()
    say("Le disque se remplit")
    bouchon = _fill(disque)
    piece = _join(visas)
    visas.click()
    # The journal of the database has room of its own for a while: writing goes on until it has none.
    while bouchon and _free(disque) > 65_536:
        bouchon += _fill(disque)
    statuts = sorted({str(page.statut) for page in visas.pages})
    slowest = max(page.secondes for page in visas.pages)
    alive = web.postgres.is_running
    say(f"Pages pendant la panne : {', '.join(statuts)} ; PostgreSQL {'debout' if alive else 'arrêté'}")
    kept = _files(web)
    for one in bouchon:
        one.unlink()
    if not web.postgres.is_running:
        web.postgres.start()
    _answers_again(visas)
    during = len([page for page in visas.pages if page.statut == 302])
    lost = len(visas.lost())
    visas.click_again()
    done, doubles = len(visas.done()), _doubles(visas)
    again = _join(visas)
    told = "dite" if "manque de place" in piece.texte else "sans phrase"
    shown, state = ", ".join(statuts), "debout" if alive else "arrêté"
    return [
        Ligne(
            "disque plein : une pièce jointe",
            "une phrase le dit, aucun bout de fichier ne reste",
            f"page {piece.statut}, {told} ; {kept} fichier resté",
            piece.statut is not None and piece.statut < 500 and "manque de place" in piece.texte and kept == 0,
        ),
        Ligne(
            "disque plein : la base écrit",
            "rien de perdu ni à moitié écrit ; ce qui est refusé est dit",
            f"{ACTES} actes : {during} acceptés, {lost} perdu ; pages {shown}, la plus lente {slowest:.1f} s ; "
            f"PostgreSQL {state}",
            lost == 0 and slowest <= PAGE_MAX and set(statuts) <= {"302", "500", "503"},
        ),
        Ligne(
            "disque plein, puis de la place",
            "tout reprend ; les actes refaits une fois",
            f"{done} actes sur {ACTES}, {doubles} en double ; pièce jointe : page {again.statut}, "
            f"{_files(web)} fichier",
            done == ACTES and doubles == 0 and again.statut == 302 and _files(web) == 1,
        ),
    ]


def _free(disque):
    return os.statvfs(disque).f_bavail * os.statvfs(disque).f_frsize


def _fill(disque):
    """Fill to the last page. Returns the files that take the room."""
    bouchon = disque / f"bouchon-{time.monotonic_ns()}"
    with bouchon.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass
    return [bouchon]


def _files(web):
    """How many files, whole or not, stand where files are kept."""
    return sum(path.is_file() for path in (web.log.parent / "fichiers").rglob("*"))


def _join(visas):
    """The person responsible joins one PDF to the last dossier."""
    dossier = visas.dossiers[-1]
    limit = "limite"
    parts = (
        f'--{limit}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{JETON}\r\n'
        f'--{limit}\r\nContent-Disposition: form-data; name="fichier"; filename="statuts.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    body = parts.encode() + PDF + f"\r\n--{limit}--\r\n".encode()
    return visas.porteur.post(
        f"/dossiers/{dossier.cle}/pieces/ajouter/", body=body, content_type=f"multipart/form-data; boundary={limit}"
    )


def _answers_again(visas):
    """The site answers again, and so does this process."""
    from django.db import connection
    from django.db.utils import DatabaseError, InterfaceError

    def ours():
        try:
            connection.close()
            connection.cursor().execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return False
        return True

    wait_until(ours, 60)
    first = visas.chefs[visas.dossiers[0].pk]
    wait_until(lambda: first.get("/tableau/").statut == 200, 60)


def _doubles(visas):
    from django.db.models import Count

    from projects.models import Passage

    rows = Passage.objects.filter(transition="give_visa", dossier__in=[d.pk for d in visas.dossiers])
    return rows.values("dossier").annotate(n=Count("pk")).filter(n__gt=1).count()
