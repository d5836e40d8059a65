"""The antivirus, when there is one: `CLAMAV_URL` names a ClamAV daemon (clamd) that reads files sent to it."""

from io import BytesIO
from urllib.parse import urlsplit

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PORT = 3310
# Seconds without a word from the daemon; it reads a whole file before it answers.
DELAI = 60


class AntivirusAbsent(Exception):
    """Nobody can say what this file is: the daemon does not answer, or could not read it. To be asked again."""


def is_configured():
    return bool(settings.CLAMAV_URL)


def _client():
    address = urlsplit(settings.CLAMAV_URL)
    if address.scheme == "unix" and address.path:
        return ClamdUnixSocket(path=address.path, timeout=DELAI)
    if address.scheme == "tcp" and address.hostname:
        return ClamdNetworkSocket(host=address.hostname, port=address.port or PORT, timeout=DELAI)
    raise ImproperlyConfigured("CLAMAV_URL s’écrit tcp://hôte:3310 ou unix:///chemin/clamd.sock.")


def scan(file):
    """The name of the threat found in an open binary file read from its start, "" when it is clean.

    Raises AntivirusAbsent.
    """
    file.seek(0)
    try:
        answers = _client().instream(file)
    except (ClamdError, OSError, UnicodeDecodeError) as error:
        raise AntivirusAbsent(f"{type(error).__name__}: {error}") from error
    status, threat = next(iter(answers.values()), ("", ""))
    if status == "FOUND":
        return threat or "?"
    if status == "OK":
        return ""
    raise AntivirusAbsent(f"answer not understood: {answers}")


def is_reachable():
    """True when the daemon answers; then a file that got no answer is at fault itself."""
    try:
        scan(BytesIO())
    except AntivirusAbsent:
        return False
    return True
