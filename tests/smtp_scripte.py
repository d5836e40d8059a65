"""A mail server that answers as it is told, on raw sockets: what a real one does on its bad days."""

import socket
import threading
from dataclasses import dataclass, field

CUT = "(cut)"
SILENT = "(silent)"


@dataclass
class Script:
    """What is answered at each step: a line («550 no»), CUT (close without a word) or SILENT (never a word).

    `rcpt`: one answer for all, or a dict by address with "*" for the others. `fin`: after the text and its final dot.
    """

    accueil: str = "220 pret"
    ehlo: str = "250 pret"
    auth: str = ""
    mail: str = "250 ok"
    rcpt: str | dict = "250 ok"
    data: str = "354 allez-y"
    fin: str = "250 recu"
    # A text whose answer never came was kept all the same.
    garde_sans_reponse: bool = True


@dataclass
class ServeurScripte:
    """Listens on 127.0.0.1:`port` (0: a free one). `recus`: the (address, text) accepted, or kept without an answer.

    `script` may be changed while it runs. `dialogues`: how many connections came.
    """

    port: int = 0
    script: Script = field(default_factory=Script)
    recus: list = field(default_factory=list)
    dialogues: int = 0

    def start(self):
        self._listening = socket.create_server(("127.0.0.1", self.port), backlog=200)
        self.port = self._listening.getsockname()[1]
        self._open, self._over = set(), threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def stop(self):
        self._over.set()
        # Wakes the thread that accepts, which `close` alone does not.
        try:
            self._listening.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listening.close()
        for one in list(self._open):
            _close(one)

    __enter__ = start

    def __exit__(self, *error):
        self.stop()

    def _listen(self):
        while not self._over.is_set():
            try:
                one, _ = self._listening.accept()
            except OSError:
                return
            self.dialogues += 1
            self._open.add(one)
            threading.Thread(target=self._talk, args=(one,), daemon=True).start()

    def _talk(self, one):
        try:
            with one.makefile("rb") as lines:
                self._dialogue(one, lines)
        except OSError:
            pass
        finally:
            self._open.discard(one)
            _close(one)

    def _say(self, one, answer):
        """Answer; False when the dialogue is over."""
        if answer == SILENT:
            self._over.wait(120)
            return False
        if answer == CUT:
            return False
        one.sendall(answer.encode() + b"\r\n")
        return not answer.startswith("421")

    def _dialogue(self, one, lines):
        script = self.script
        if not self._say(one, script.accueil) or script.accueil.startswith("5"):
            return
        address = ""
        for line in lines:
            verb = line[:4].upper().decode(errors="replace").strip()
            if verb in ("EHLO", "HELO"):
                auth = "250-AUTH PLAIN LOGIN\r\n" if script.auth and script.ehlo.startswith("250") else ""
                answer = f"250-scripte\r\n{auth}{script.ehlo}" if script.ehlo.startswith("250") else script.ehlo
            elif verb == "AUTH":
                answer = script.auth
            elif verb == "MAIL":
                answer = script.mail
            elif verb == "RCPT":
                address = line.decode(errors="replace").partition("<")[2].partition(">")[0]
                rcpt = script.rcpt
                answer = rcpt if isinstance(rcpt, str) else rcpt.get(address, rcpt["*"])
            elif verb == "DATA":
                if not self._say(one, script.data):
                    return
                if not script.data.startswith("354"):
                    continue
                text = b"".join(iter(lines.readline, b".\r\n"))
                if script.fin.startswith("250") or (script.fin in (CUT, SILENT) and script.garde_sans_reponse):
                    self.recus.append((address, text.decode(errors="replace")))
                answer = script.fin
            elif verb == "QUIT":
                self._say(one, "221 au revoir")
                return
            else:
                answer = "250 ok"
            if not self._say(one, answer):
                return


def _close(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    one.close()
