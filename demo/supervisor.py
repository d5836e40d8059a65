"""The demonstration on one machine: `make demo`, and the same services for development.

python -m demo.supervisor demo                whole application on 127.0.0.1:$PORT, until Ctrl-C
python -m demo.supervisor services            PostgreSQL, Valkey and mail catcher only, until Ctrl-C
python -m demo.supervisor run COMMAND …       one command with these services
python -m demo.supervisor reset               empty the demonstration

Everything it keeps stands in $LABEL_DEMO_DIR (`.demo` by default). This module reads no Django
setting: what needs them is done by `demo.base`, in processes that this one gives their environment.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from demo import place, ports
from demo.courriel import Smtp
from demo.embedded import EmbeddedError, Service
from demo.postgres import Postgres
from demo.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("LABEL_DEMO_DIR") or ROOT / ".demo").absolute()
ENVIRONMENT = FOLDER / "environnement.json"
JOURNAUX = FOLDER / "journaux"
# Names the migrations of the database that is migrated and filled: a second start then asks it nothing.
READY = FOLDER / "pret"


class Stop(BaseException):
    """Somebody asked the demonstration to stop."""


def main() -> int:
    """Run the verb of the command line; return the exit status."""
    verb, *rest = sys.argv[1:] or ["demo"]
    verbs = {"demo": demo, "services": services, "run": run, "reset": reset}
    if verb not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        return verbs[verb](rest)
    except EmbeddedError as error:
        # The end of a journal may hold why.
        print(f"\n{place.said_in(str(error), FOLDER) or error}", file=sys.stderr)
        return 1
    except OSError as error:
        if not (said := place.said_of(error, FOLDER)):
            raise
        print(f"\n{said}", file=sys.stderr)
        return 1
    except Stop:
        return 0


def _stop(number, frame) -> None:
    # Once: what follows is the orderly stop, which a second Ctrl-C must not cut short.
    for known in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(known, signal.SIG_IGN)
    raise Stop


class Program(Service):
    """One process of the application itself: web, worker or beat."""

    def __init__(self, name: str, command: list) -> None:
        super().__init__()
        self.name, self.command, self.log = name, command, JOURNAUX / f"{name}.log"

    def start(self, env: dict) -> None:
        """Start the process with the environment `env`."""
        self.spawn([sys.executable, "-m", *self.command], log=self.log, cwd=ROOT, env=env)


def _lock():
    """Hold the folder for this process, or return None when another one holds it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Others may cross this folder (the database's account does), not list it; what is private in it is closed.
    FOLDER.chmod(0o711)
    lock = (FOLDER / "verrou").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _hold(stack: ExitStack) -> None:
    """Hold the folder until `stack` closes; raise EmbeddedError when another process holds it."""
    lock = _lock()
    if lock is None:
        raise EmbeddedError("La démonstration tourne déjà dans ce dossier : arrêtez-la d’abord (Ctrl-C).")
    stack.enter_context(lock)


def _refuse_old_data() -> None:
    """Raise EmbeddedError when the database was made by migrations that are no longer; touch nothing of it.

    A server that starts writes in its folder: the one that is asked is a copy's.
    """
    kept = Postgres(FOLDER / "postgres")
    if not kept.has_data:
        return
    with tempfile.TemporaryDirectory(prefix="label-") as scratch:
        # The account of the database crosses it.
        Path(scratch).chmod(0o711)
        copy = kept.copy_to(Path(scratch, "postgres"))
        with copy as url:
            _run_verb(
                "verify",
                os.environ | {"DATABASE_URL": url, "SECRET_KEY": "verification", "DEMO": "true"},
                "Les données de la démonstration viennent d’une version précédente de l’application, que celle-ci "
                "ne sait pas reprendre : lancez « make demo-reset », qui les efface, puis « make demo ».",
            )


def _secret_key() -> str:
    """The demonstration's own random key, kept so that people stay signed in after a restart."""
    path = FOLDER / "cle-secrete"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _start_services(stack: ExitStack, port: int, started: list[Service] | None = None) -> dict[str, str]:
    """Start what the application needs, in the folder this process holds; return the variables that lead to it.

    `started`: receives the services, for whoever watches over them.
    """
    JOURNAUX.mkdir(mode=0o700, exist_ok=True)
    postgres, valkey = Postgres(FOLDER / "postgres"), Valkey(FOLDER / "valkey")
    if started is not None:
        started += [postgres, valkey]
    database_url = stack.enter_context(postgres)
    if postgres.is_new:
        READY.unlink(missing_ok=True)
    variables = {
        "DATABASE_URL": database_url,
        "BROKER_URL": stack.enter_context(valkey),
        "SECRET_KEY": _secret_key(),
        "DEMO": "true",
        "DEBUG": "false",
        "HTTPS": "false",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "MEDIA_ROOT": str(FOLDER / "fichiers"),
        "STATIC_ROOT": str(FOLDER / "static"),
        "STATIC_PLAIN": "true",
        "BEAT_SCHEDULE_FILE": str(FOLDER / "celerybeat-schedule"),
        "SWEEP_SECONDS": "10",
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_TLS": "false",
    }
    smtp = Smtp(FOLDER / "courriels")
    variables |= smtp.start()
    stack.callback(smtp.stop)
    (FOLDER / "fichiers").mkdir(mode=0o700, exist_ok=True)
    # Empty: the demonstration serves static files from their sources.
    (FOLDER / "static").mkdir(exist_ok=True)
    ENVIRONMENT.touch(mode=0o600)
    ENVIRONMENT.write_text(json.dumps(variables))
    stack.callback(ENVIRONMENT.unlink, missing_ok=True)
    return variables


def demo(_rest: list[str]) -> int:
    """Run the whole application until somebody stops it or one of its processes ends."""
    number = ports.to_open()
    with ExitStack() as stack:
        _hold(stack)
        is_ready = READY.exists() and READY.read_text() == _fingerprint()
        if not is_ready:
            _refuse_old_data()
            place.ensure_room(FOLDER)
        print("Démarrage de PostgreSQL et de Valkey…", flush=True)
        brought: list[Service] = []
        env = os.environ | _start_services(stack, number, brought)
        # A database made by this start knows nothing yet, whatever was written of the one before.
        is_ready = is_ready and READY.exists()
        if not is_ready:
            _run_verb("prepare", env, "La préparation de la base a échoué (message ci-dessus).")
        print("Démarrage de l’application…", flush=True)
        # preload: one import of the application for both web processes.
        web = ["gunicorn", "label.wsgi", "--bind", f"127.0.0.1:{number}", "--workers", 2, "--threads", 4, "--preload"]
        web += ["--logger-class", "label.journaux_http.Acces"]
        web += ["--no-control-socket", "--graceful-timeout", 5]
        worker = ["celery", "-A", "label", "worker", "--pool", "threads", "--concurrency", 2]
        worker += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        programs = [
            Program("web", web),
            Program("worker", worker),
            Program("beat", ["celery", "-A", "label", "beat", "--pidfile", "", "--loglevel", "INFO"]),
        ]
        stack.callback(_stop_together, programs)
        programs[0].start(env)
        programs[0].wait_until(lambda: _answers(env["SITE_URL"]), log=programs[0].log, seconds=60)
        # The first page waits neither for the fictional year nor for the background work.
        if not is_ready:
            _run_verb("seed", env, "Les données fictives n’ont pas pu être créées (message ci-dessus).")
            READY.write_text(_fingerprint())
        for program in programs[1:]:
            program.start(env)
        _present(env["SITE_URL"])
        # Without its database the application answers errors for ever: a service that ends, ends everything too.
        running = [*brought, *programs]
        while all(one.is_running for one in running):
            time.sleep(0.5)
        ended = next(one for one in running if not one.is_running)
        why = place.full(FOLDER) or f"Son journal : {ended.log}"
        raise EmbeddedError(f"« {ended.name} » s’est arrêté ; tout s’arrête. {why}")


def _fingerprint() -> str:
    """What the migrations of every floor are, as one digest."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _run_verb(verb: str, env: dict, failure: str) -> None:
    """Run a verb of `demo.base` in a process of its own, with Django set up by `env`; raise EmbeddedError(failure)."""
    command = [sys.executable, "-m", "demo.base", verb]
    done = subprocess.run(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode:
        if said := place.said_in(done.stderr, FOLDER):
            raise EmbeddedError(said)
        print(done.stderr, end="", file=sys.stderr)
        raise EmbeddedError(failure)
    # Kept until then: of a failure for want of room, one sentence says all. What is no failure is said too.
    print(done.stderr, end="", file=sys.stderr)


def _stop_together(programs: list[Program]) -> None:
    """Ask every program to end, then wait for each."""
    for program in programs:
        if program.is_running:
            program.process.send_signal(program.stop_signal)
    for program in programs:
        program.stop()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/", timeout=20) as response:
            return response.status == 200
    except urllib.error.HTTPError as error:
        raise EmbeddedError(f"L’accueil répond {error.code}. Voyez le journal {JOURNAUX / 'web.log'}") from error
    except OSError:
        return False


def _present(url: str) -> None:
    from label.demonstration.comptes import COMPTES  # the names of the product, once its settings are in place

    print(f"\nLabel Actions Innovantes (démonstration, données fictives) : {url}\n")
    print("Comptes, à choisir sur la page « Se connecter en tant que » :")
    for compte in COMPTES:
        print(f"  {compte.email:<28} {compte.prenom} {compte.nom}, {compte.role} : {compte.ce_qu_on_voit}")
    print(f"\nLes courriels envoyés sont gardés dans {FOLDER / 'courriels'}")
    print("Ctrl-C arrête tout ; les données restent (make demo-reset les efface).", flush=True)


def services(_rest: list[str]) -> int:
    """Print the variables that lead to the services; start them, and wait, unless they already run."""
    with ExitStack() as stack:
        running = _running()
        variables = running or _start_alone(stack)
        print("\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items()), flush=True)
        while not running:
            signal.pause()
    return 0


def _start_alone(stack: ExitStack) -> dict[str, str]:
    _hold(stack)
    return _start_services(stack, ports.asked())


def run(command: list[str]) -> int:
    """Run one command with the services: those of a running demonstration, or its own for that time."""
    with ExitStack() as stack:
        variables = _running() or _start_alone(stack)
        return subprocess.run(command, env=os.environ | variables, check=False).returncode


def _running() -> dict[str, str] | None:
    """The variables of the services another process runs here, if any."""
    lock = _lock()
    if lock is None:
        for _ in range(100):
            if ENVIRONMENT.exists() and (text := ENVIRONMENT.read_text()):
                return json.loads(text)
            time.sleep(0.1)
        raise EmbeddedError("La démonstration démarre ou s’arrête : réessayez dans un instant.")
    lock.close()
    return None


def reset(_rest: list[str]) -> int:
    """Delete everything the demonstration keeps."""
    lock = _lock()
    if lock is None:
        raise EmbeddedError("La démonstration tourne : arrêtez-la avant de l’effacer.")
    with lock:
        Postgres(FOLDER / "postgres").erase()
        shutil.rmtree(FOLDER)
    print("Démonstration effacée.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
