"""One part of the place is taken away, people go on clicking, it comes back: what was lost, doubled, refused.

Everything is real: gunicorn, two workers, beat, Valkey, PostgreSQL with its durability, a mail server on a socket.
"""

import os
import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from bench.lieu import prepare
from bench.pannes.gens import Personne, Visas, programs, say, wait_until
from bench.pannes.table import Ligne
from tests.smtp_scripte import SILENT, Script, ServeurScripte

ACTES = 12
# What a page may take while something is away (seconds).
PAGE_MAX = 6.0


def run(stack: ExitStack):
    """The lines of the table. `stack` undoes what was started."""
    serveur = ServeurScripte().start()
    stack.callback(serveur.stop)
    os.environ |= {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(serveur.port),
        "EMAIL_HOST_USER": "",
        "EMAIL_TIMEOUT": "5",
        "SWEEP_SECONDS": "2",
    }
    web = prepare(stack)
    import django

    django.setup()
    from django.db import connection

    stack.callback(connection.close_pool)
    place = Place(web, serveur, *programs(web.log.parent))
    web.start()
    for program in (place.worker, place.codes, place.beat):
        stack.callback(program.stop)
        program.start()
    return [panne(place) for panne in PANNES]


class Place:
    """What can be taken away."""

    def __init__(self, web, serveur, worker, codes, beat):
        self.web, self.serveur, self.worker, self.codes, self.beat = web, serveur, worker, codes, beat


def _line(place, nom, demande, visas, *, refused=(), erreurs=0, page_max=PAGE_MAX):
    """Wait for the mails, then count. `refused`: addresses whose mail must be in failure; `erreurs`: pages in error
    that this breakdown excuses; `page_max`: what the slowest may take (seconds)."""
    from label.models import Courriel
    from label.models.courriel import Etat

    owed = Courriel.objects.filter(cle_notification="visa_donne", destinataire__in=visas.adresses)
    wait_until(lambda: owed.exclude(etat__in=[Etat.ENVOYE, Etat.ECHEC]).count() == 0 and owed.count() == ACTES, 150)
    received = visas.received(place.serveur)
    expected = [address for address in visas.adresses if address not in refused]
    lost = [address for address in expected if not received[address]]
    doubled = [address for address in expected if received[address] > 1]
    failures = set(owed.filter(etat=Etat.ECHEC).values_list("destinataire", flat=True))
    missing = len(visas.lost()) + ACTES - len(visas.done())
    errors = sum(page.statut != 302 for page in visas.pages)
    slowest = max(page.secondes for page in visas.pages)
    for page in [page for page in visas.pages if page.statut != 302][:2]:
        say(f"{page.statut} {' '.join(page.texte.split())[:200]}")
    mesure = (
        f"{ACTES} actes : {missing} perdu ; courriels : {len(lost)} perdu, {len(doubled)} en double, "
        f"{len(failures)} en échec visible ; {errors} page en erreur ; la plus lente {slowest:.1f} s"
    )
    held = not (missing or lost or doubled) and failures == set(refused) and errors <= erreurs and slowest <= page_max
    say(f"{nom} : {mesure}")
    return Ligne(nom, demande, mesure, held)


def worker_killed(place):
    """While it holds two messages that the server leaves without an answer."""
    from django.utils import timezone

    from label.models import Courriel
    from label.models.courriel import Etat

    visas = Visas(ACTES, place.web.port)
    place.serveur.script = Script(accueil=SILENT)
    visas.click()
    wait_until(lambda: Courriel.objects.filter(etat=Etat.EN_COURS).exists(), 10)
    place.worker.process.send_signal(signal.SIGKILL)
    place.worker.stop()
    place.serveur.script = Script()
    # Five minutes go by: the hold of a dead worker ends.
    Courriel.objects.filter(etat=Etat.EN_COURS).update(prochain_essai=timezone.now())
    place.worker.start()
    return _line(place, "worker tué pendant qu’il envoie", "rien de perdu, rien en double, pages intactes", visas)


def broker_away(place):
    visas = Visas(ACTES, place.web.port)
    place.web.broker.stop()
    visas.click()
    place.web.broker.start()
    return _line(place, "file d’attente (Valkey) absente", "rien de perdu, rien en double, pages intactes", visas)


def smtp_says(nom, script):
    def panne(place):
        visas = Visas(ACTES, place.web.port)
        place.serveur.script = script
        visas.click()
        time.sleep(8)
        place.serveur.script = Script()
        return _line(place, f"serveur de courriel : {nom}", "aucun courriel fini, tous partis au retour", visas)

    return panne


def one_refused(place):
    visas = Visas(ACTES, place.web.port)
    refused = visas.adresses[ACTES // 2]
    place.serveur.script = Script(rcpt={refused: "550 5.1.1 unknown", "*": "250 ok"})
    visas.click()
    line = _line(
        place,
        "serveur de courriel : un destinataire refusé (550)",
        "lui seul en échec visible, les autres partis",
        visas,
        refused=[refused],
    )
    place.serveur.script = Script()
    return line


def code_behind_a_queue(place):
    """A code asked for while every dialogue of the other mails hangs at the text."""
    from tests.factories.label import UserFactory

    visas = Visas(ACTES, place.web.port)
    user = UserFactory()
    place.serveur.script = Script(rcpt={user.email: "250 ok", "*": SILENT})
    visas.click()
    visitor = Personne(user, place.web.port)
    visitor.cookie = visitor.cookie.partition("; ")[2]
    start = time.monotonic()
    page = visitor.post("/compte/login/", {"email": user.email})
    came = wait_until(lambda: any(address == user.email for address, _ in place.serveur.recus), 30)
    seconds = time.monotonic() - start
    place.serveur.script = Script()
    line = _line(place, "les autres courriels muets", "", visas)
    return Ligne(
        "un code demandé derrière des courriels que le serveur laisse sans réponse",
        "arrivé en moins de 5 s ; les autres ensuite",
        f"page {page.statut}, code arrivé en {seconds:.1f} s ; {line.mesure}",
        came and seconds < 5 and line.tenu,
    )


def database_away(place):
    """Stopped outright, clicks meanwhile, started again: each is told an error at once, and clicks again."""
    visas = Visas(ACTES, place.web.port)
    visas.click(visas.dossiers[:4])
    place.web.postgres.process.send_signal(signal.SIGQUIT)
    place.web.postgres.stop()
    visas.click(visas.dossiers[4:])
    said = [page.statut for page in visas.pages[4:]]
    place.web.postgres.start()
    _reconnect()
    visas.click_again()
    codes = ", ".join(str(code) for code in sorted(set(map(str, said))))
    return _line(
        place,
        f"base de données arrêtée net (pages {codes} pendant la panne)",
        "aucun acte à moitié fait ; une erreur dite aussitôt, l’acte refait au retour",
        visas,
        erreurs=ACTES - 4,
    )


def _reconnect():
    """This process's own connections died with the server."""
    from django.db import connection
    from django.db.utils import DatabaseError, InterfaceError

    def answers():
        try:
            connection.close()
            connection.cursor().execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return False
        return True

    wait_until(answers, 30)


def web_killed(place):
    """Both processes of gunicorn killed outright, twice, while somebody clicks."""
    visas = Visas(ACTES, place.web.port)
    master = place.web.process.pid

    def kill():
        for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split():
            os.kill(int(pid), signal.SIGKILL)

    for rank, dossier in enumerate(visas.dossiers):
        if rank in (3, 8):
            threading.Timer(0.03, kill).start()
        visas.click([dossier])
    visas.click_again()
    return _line(
        place,
        "processus web tués pendant les clics, deux fois",
        "aucun acte perdu, à moitié fait ou fait deux fois",
        visas,
        erreurs=4,
        page_max=30.0,
    )


PANNES = (
    worker_killed,
    broker_away,
    smtp_says("451 au destinataire", Script(rcpt="451 4.7.1 later")),
    smtp_says("421 à l’accueil", Script(accueil="421 4.3.2 busy")),
    smtp_says("554 à l’accueil", Script(accueil="554 5.3.2 no")),
    smtp_says("530 à l’expéditeur", Script(mail="530 5.7.0 Authentication required")),
    smtp_says("muet à l’accueil", Script(accueil=SILENT)),
    one_refused,
    code_behind_a_queue,
    web_killed,
    database_away,
)
