"""The antivirus, when there is one: `CLAMAV_URL` names a ClamAV daemon (clamd) that reads files sent to it."""

import re
import socket
from io import BytesIO
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PORT = 3310
# Seconds without a word from the daemon; it reads a whole file before it answers.
SILENCE_MAX = 60
# Bytes sent at a time, and of the longest answer.
PART = 64 * 1024
REPONSE_MAX = 4096
REPONSE = re.compile(r"[^:]+: (?:OK|(?P<menace>.+ )?FOUND)")


class AntivirusAbsent(Exception):
    """Nobody can say what this file is: the daemon does not answer, or could not read it. To be asked again."""


def is_configured() -> bool:
    return bool(settings.CLAMAV_URL)


def _connect() -> socket.socket:
    address = urlsplit(settings.CLAMAV_URL)
    if address.scheme == "unix" and address.path:
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(SILENCE_MAX)
        try:
            link.connect(address.path)
        except OSError:
            link.close()
            raise
        return link
    if address.scheme == "tcp" and address.hostname:
        return socket.create_connection((address.hostname, address.port or PORT), timeout=SILENCE_MAX)
    raise ImproperlyConfigured("CLAMAV_URL s’écrit tcp://hôte:3310 ou unix:///chemin/clamd.sock.")


def _ask(file: IO[bytes]) -> str:
    """The line clamd answers to INSTREAM: parts, each after its length in four bytes, then a length of zero."""
    with _connect() as link:
        try:
            link.sendall(b"nINSTREAM\n")
            while part := file.read(PART):
                link.sendall(len(part).to_bytes(4) + part)
            link.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            # Beyond its size limit it answers and listens no more: what it said is still to be read.
            pass
        with link.makefile("rb") as answer:
            line = answer.readline(REPONSE_MAX)
    if not line.endswith(b"\n"):
        raise AntivirusAbsent(f"answer cut short: {line!r}")
    return line.decode(errors="replace").strip()


def scan(file: IO[bytes]) -> str:
    """The name of the threat found in an open binary file read from its start, "" when it is clean.

    Raises AntivirusAbsent.
    """
    file.seek(0)
    try:
        line = _ask(file)
    except OSError as error:
        raise AntivirusAbsent(f"{type(error).__name__}: {error}") from error
    answer = REPONSE.fullmatch(line)
    if answer is None:
        raise AntivirusAbsent(f"answer not understood: {line}")
    if line.endswith("FOUND"):
        return (answer["menace"] or "?").strip()
    return ""


def is_reachable() -> bool:
    """True when the daemon answers; then a file that got no answer is at fault itself."""
    try:
        scan(BytesIO())
    except AntivirusAbsent:
        return False
    return True
