"""The demonstration started elsewhere: a fresh clone, by the README, as an ordinary user; each ends in service or in
one French sentence.

Needs root, for an account of its own (`useradd`) and small disks (`mount`). What is cloned is what is committed.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from bench.pannes.table import Ligne
from demo.embedded import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
COMPTE = "label-essai"
# A first start downloads and installs packages, then migrates.
ATTENTE = 240
MIO = 1024**2
# Nobody answers there: what needs a network finds none.
SANS_RESEAU = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
# How this machine reaches the registry of packages; a login shell would drop it.
RESEAU = re.compile(r"(PIP|UV|SSL|CURL|REQUESTS)_\w+|\w+_PROXY|\w+_proxy")
# Words of programs, of make and of Python, that nobody should have to read.
ANGLAIS = re.compile(r"Traceback|Error:|error:|No such file|denied|in use|No space", re.IGNORECASE)


def run(stack: ExitStack):
    """The lines of the table. `stack` undoes what was started."""
    if os.geteuid() != 0:
        return [Ligne("ailleurs", "un compte ordinaire, de petits disques", "à lancer sous root", tenu=False)]
    essai = Essai(stack)
    return [
        essai.serves("compte ordinaire, chemin avec espaces et accents, umask 077", umask="077"),
        essai.serves("sans HOME", home=None),
        essai.serves("HOME en lecture seule", home="/proc"),
        essai.says("PORT déjà pris", "est déjà pris", port=essai.taken()),
        essai.says("PORT=80", "est réservé à l’administrateur", port="80"),
        essai.says("PORT=abc", "n’est pas un numéro de port", port="abc"),
        essai.says(
            "ni Python 3.13 ni réseau", "Il faut Python 3.13", path="/usr/bin:/bin", env=SANS_RESEAU, fresh=True
        ),
        essai.says("Python 3.13, sans réseau", "https://pypi.org", env=SANS_RESEAU, fresh=True),
        essai.says("200 Mo de disque", "plus assez de place", disque="200m"),
        essai.says("installée, 200 Mo de disque pour les données", "Il reste", donnees="200m"),
        essai.says_when_full("le disque se remplit pendant le service", "plus de place sur le disque", donnees="450m"),
    ]


class Essai:
    """An account of its own, a Python 3.13 it can read, and a clone in a folder whose name is not plain."""

    def __init__(self, stack):
        self.stack = stack
        self.lieu = Path(tempfile.mkdtemp(prefix="label-ailleurs-"))
        self.lieu.chmod(0o755)
        stack.callback(shutil.rmtree, self.lieu, ignore_errors=True)
        subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", COMPTE], check=True)
        stack.callback(subprocess.run, ["userdel", "--remove", COMPTE], check=False, stderr=subprocess.DEVNULL)
        self.compte = pwd.getpwnam(COMPTE)
        base = Path(sys.base_prefix)
        without = shutil.ignore_patterns("test", "__pycache__", "*.a")
        shutil.copytree(base, self.lieu / "python", symlinks=True, ignore=without)
        self.clone = self._clone(self.lieu / "l’été à Orly, édition 2")

    def taken(self):
        """A port somebody listens on."""
        server = self.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        return str(server.getsockname()[1])

    def serves(self, panne, **how):
        """The home answers, from a first start; everything is stopped then."""
        port = str(free_port())
        started = time.monotonic()
        process = self._start(self.clone, port=port, **how)
        try:
            answered = self._wait(process, lambda: _status(port) == 200)
        finally:
            said = self._end(process)
        shutil.rmtree(self.clone / ".demo", ignore_errors=True)
        seconds = time.monotonic() - started
        mesure = f"l’accueil répond en {seconds:.0f} s" if answered else f"pas de réponse ; {_last(said)}"
        return Ligne(panne, "en service", mesure, tenu=answered)

    def says(self, panne, phrase, *, port=None, fresh=False, disque=None, donnees=None, **how):
        """It stops by itself, with a status of its own and one French sentence that holds `phrase`."""
        folder, how["env"] = self.clone, dict(how.get("env", {}))
        with ExitStack() as ici:
            if fresh or disque:
                folder = self._clone(self._disk(ici, disque) / "copie neuve") if disque else self._clone_apart(ici)
            if donnees:
                how["env"]["LABEL_DEMO_DIR"] = str(self._disk(ici, donnees) / "données")
            process = self._start(folder, port=port or str(free_port()), **how)
            self._wait(process, lambda: False)
            said = self._end(process)
        return _verdict(panne, phrase, process.returncode, said)

    def says_when_full(self, panne, phrase, *, donnees):
        """It serves, its disk fills, somebody asks for a page that writes: it stops with the sentence."""
        port = str(free_port())
        with ExitStack() as ici:
            disque = self._disk(ici, donnees)
            process = self._start(self.clone, port=port, env={"LABEL_DEMO_DIR": str(disque / "données")})
            self._wait(process, lambda: _status(port) == 200)
            with (disque / "bouchon").open("wb", buffering=0) as bouchon:
                self._wait(process, lambda: not _write(bouchon) and _status(port) is None)
            said = self._end(process)
        return _verdict(panne, phrase, process.returncode, said)

    def _disk(self, ici, size):
        place = Path(tempfile.mkdtemp(prefix="disque-", dir=self.lieu))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", place], check=True)
        ici.callback(subprocess.run, ["umount", "--lazy", place], check=False)
        os.chown(place, self.compte.pw_uid, self.compte.pw_gid)
        return place

    def _clone_apart(self, ici):
        folder = Path(tempfile.mkdtemp(prefix="neuf-", dir=self.lieu))
        folder.chmod(0o755)
        ici.callback(shutil.rmtree, folder, ignore_errors=True)
        return self._clone(folder / "copie neuve")

    def _clone(self, folder):
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", folder], check=True)
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, self.compte.pw_uid, self.compte.pw_gid, follow_symlinks=False)
        return folder

    def _start(self, folder, *, port, home=Ellipsis, path=None, umask="022", env=()):
        kept = {name: value for name, value in os.environ.items() if RESEAU.fullmatch(name)}
        words = kept | {"PATH": path or f"{self.lieu}/python/bin:/usr/bin:/bin", "PORT": port} | dict(env)
        # A Python that was moved finds its library by name.
        words["LD_LIBRARY_PATH"] = f"{self.lieu}/python/lib"
        if home is not None:
            words["HOME"] = self.compte.pw_dir if home is Ellipsis else home
        journal = self.lieu / f"{time.monotonic_ns()}.log"
        command = ["setpriv", f"--reuid={COMPTE}", f"--regid={COMPTE}", "--init-groups"]
        command += ["bash", "-c", f"umask {umask}; exec make demo"]
        with journal.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=words, stdout=output, stderr=output, start_new_session=True
            )
        process.journal = journal
        return process

    @staticmethod
    def _wait(process, is_done):
        """Wait until `is_done()` or until it stops; say which: True when done."""
        deadline = time.monotonic() + ATTENTE
        while process.poll() is None and time.monotonic() < deadline:
            if is_done():
                return True
            time.sleep(0.5)
        return False

    @staticmethod
    def _end(process):
        """Stop it as Ctrl-C does; its words."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return process.journal.read_text(errors="replace")


def _status(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as response:
            return response.status
    except OSError:
        return None


def _write(file):
    """Write until there is no room; whether any was written."""
    try:
        file.write(b"\0" * MIO)
    except OSError:
        return False
    return True


def _sentences(said):
    """What it says at its end, without what make adds."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("make: ***")]
    return [line for line in lines if not line.endswith("…")]


def _last(said):
    return (_sentences(said) or ["rien"])[-1]


def _verdict(panne, phrase, status, said):
    sentences = _sentences(said)
    is_kept = len(sentences) == 1 and phrase in sentences[0] and not ANGLAIS.search(said.partition("make: ***")[0])
    mesure = f"code {status} ; {_last(said)}" if is_kept else f"code {status} ; {' / '.join(sentences[-3:])}"
    return Ligne(panne, "une phrase française", mesure, tenu=bool(status) and is_kept)
