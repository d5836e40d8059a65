"""Hand one message to the mail server, and judge a failure by the stage it came at.

What happens before the recipient is named is about us or about the server: it says nothing of the message, which
waits. From the recipient on, a refusal (5xx) is about this message alone and is final. Source: RFC 5321, 4.2.1 and
4.3.2; RFC 4954, 6 for the codes of authentication.
"""

import email.message
import email.policy
import smtplib
from dataclasses import dataclass
from enum import Enum
from functools import partial

from django.core import mail
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from label.enums import BEFORE_THE_MESSAGE, Stade


class Suite(Enum):
    """What a failure asks for."""

    # This message alone is refused for good.
    FINAL = "final"
    # This message alone waits, for a time.
    ATTENTE = "attente"
    # The server, or our account on it: every message waits, none is given up.
    SERVEUR = "serveur"
    # The whole text was handed over and the answer never came: it may have arrived.
    DOUTE = "doute"


@dataclass(frozen=True)
class Echec:
    """One failed try. `code`: the server's answer (421, 550…), or None when there was none; `detail`: its words."""

    stade: Stade
    suite: Suite
    code: int | None = None
    detail: str = ""


# «Authentication required, failed, too weak»: about our account, at whatever stage the server says so.
AUTHENTICATION = frozenset({530, 534, 535, 538})
# «Service not available, closing»: the server goes away, whatever it was asked.
CLOSING = 421
TOO_BIG = 552
# The server waits for the text: from here on its silence leaves a doubt.
GO_AHEAD = 354
# These say by themselves where the dialogue stood.
_STADES = {
    smtplib.SMTPConnectError: Stade.CONNEXION,
    smtplib.SMTPHeloError: Stade.CONNEXION,
    smtplib.SMTPAuthenticationError: Stade.IDENTIFICATION,
    smtplib.SMTPSenderRefused: Stade.EXPEDITEUR,
    smtplib.SMTPRecipientsRefused: Stade.DESTINATAIRE,
}


def judge(stade, error):
    """The `Echec` that `error`, raised when the dialogue had reached `stade`, stands for. Pure."""
    code, detail = _answer(error)
    stade = _STADES.get(type(error), stade)
    if code in AUTHENTICATION:
        stade = Stade.IDENTIFICATION
    elif code == CLOSING:
        stade = Stade.CONNEXION
    return Echec(stade, _suite(stade, error, code), code, detail)


def _answer(error):
    """(code or None, words) of the server."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # One address per message.
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        code, words = None, str(error) or type(error).__name__
    if isinstance(words, bytes):
        words = words.decode(errors="replace")
    # smtplib says -1 for what is no answer, and this very class for a line without end.
    if type(error) is smtplib.SMTPResponseException or (code and code < 0):
        code = None
    return code, " ".join(f"{code or ''} {words}".split())


def _suite(stade, error, code):
    is_refusal = code is not None and 500 <= code < 600
    if stade in BEFORE_THE_MESSAGE:
        # The limit of size is told with the sender's address, before the text is handed over.
        return Suite.FINAL if stade is Stade.EXPEDITEUR and code == TOO_BIG else Suite.SERVEUR
    if is_refusal or not isinstance(error, (smtplib.SMTPException, OSError)):
        return Suite.FINAL
    is_put_off = code is not None and 400 <= code < 500
    return Suite.DOUTE if stade is Stade.REMISE and not is_put_off else Suite.ATTENTE


def part_of(nom, type_mime, contenu):
    """The file (bytes) as a part of a message, byte for byte, with every parameter of its type: `method`, `charset`…

    Raises ValueError when the type cannot be read.
    """
    part = email.message.MIMEPart(policy=email.policy.SMTP)
    part["Content-Type"] = type_mime
    params = dict(part["Content-Type"].params)
    maintype, _, subtype = part["Content-Type"].content_type.partition("/")
    part.set_content(contenu, maintype, subtype, disposition="attachment", filename=nom, params=params)
    return part


def deliver(message):
    """Send one `EmailMessage`, alone, to its one address. Returns None when the server took it, else the `Echec`.

    Raises nothing: whatever goes wrong is judged.
    """
    try:
        _written(message.from_email)
    except ValueError as error:
        return judge(Stade.EXPEDITEUR, error)
    try:
        message.message(policy=email.policy.SMTP).as_bytes()
        for address in message.recipients():
            _written(address)
    except Exception as error:  # a header that cannot be written, a text without encoding: this message's own
        return Echec(Stade.PREPARATION, Suite.FINAL, detail=f"{type(error).__name__}\u00a0: {error}")
    try:
        courrier = mail.mailers.default
    except Exception as error:  # a wrong setting: nobody's message
        return judge(Stade.CONNEXION, error)
    try:
        courrier.open()
        courrier.stade = Stade.PREPARATION
        courrier.send_messages([message])
    except Exception as error:  # from a name without address to a text refused: the stage says whose matter it is
        return judge(courrier.stade, error)
    finally:
        _close(courrier)
    return None


def _written(address):
    """The address as a command carries it. Raises ValueError (UnicodeError is one) when none does."""
    # Reads nothing of its backend.
    return SmtpBackend.prep_address(None, address)


def _close(courrier):
    """Say goodbye; what goes wrong here takes nothing away from what was accepted."""
    try:
        courrier.close()
    except (smtplib.SMTPException, OSError):
        pass


class Dialogue(smtplib.SMTP):
    """A client that says on `journal.stade` how far it came."""

    def __init__(self, *args, journal, **kwargs):
        self.journal = journal
        super().__init__(*args, **kwargs)

    def ehlo(self, name=""):
        self.journal.stade = Stade.CONNEXION
        return super().ehlo(name)

    def login(self, *args, **kwargs):
        self.ehlo_or_helo_if_needed()
        self.journal.stade = Stade.IDENTIFICATION
        return super().login(*args, **kwargs)

    def mail(self, *args, **kwargs):
        self.journal.stade = Stade.EXPEDITEUR
        return super().mail(*args, **kwargs)

    def rcpt(self, *args, **kwargs):
        self.journal.stade = Stade.DESTINATAIRE
        return super().rcpt(*args, **kwargs)

    def data(self, msg):
        self.journal.stade = Stade.CONTENU
        return super().data(msg)

    def getreply(self):
        code, words = super().getreply()
        if self.journal.stade == Stade.CONTENU and code == GO_AHEAD:
            self.journal.stade = Stade.REMISE
        return code, words


class EmailBackend(SmtpBackend):
    """Django's own, whose dialogue can be followed."""

    stade = Stade.CONNEXION

    @property
    def connection_class(self):
        return partial(Dialogue, journal=self)

    def open(self):
        self.stade = Stade.CONNEXION
        return super().open()
