"""How a failed try is judged: every stage of the dialogue × everything a server or smtplib may answer."""

import itertools
import smtplib

import pytest

from label.courriel.remise import Echec, Suite, judge
from label.enums import BEFORE_THE_MESSAGE, Stade

DIALOGUE = [stade for stade in Stade if stade != Stade.PREPARATION]
CODES = (250, 251, 354, 421, 432, 450, 451, 452, 454, 500, 501, 502, 503, 504, 521, 530, 534, 535, 538, 541, 550, 551)
CODES += (552, 553, 554, 555, 556, 571)


def refusal(stade, code):
    """The exception smtplib raises for this answer at this stage."""
    match stade:
        case Stade.CONNEXION:
            return smtplib.SMTPConnectError(code, b"non")
        case Stade.IDENTIFICATION:
            return smtplib.SMTPAuthenticationError(code, b"non")
        case Stade.EXPEDITEUR:
            return smtplib.SMTPSenderRefused(code, b"non", "label@exemple.example")
        case Stade.DESTINATAIRE:
            return smtplib.SMTPRecipientsRefused({"a@exemple.example": (code, b"non")})
    return smtplib.SMTPDataError(code, b"non")


def expected(stade, code):
    """The rule, written a second time as the issue says it."""
    if code in (530, 534, 535, 538):
        return Stade.IDENTIFICATION, Suite.SERVEUR
    if code == 421:
        return Stade.CONNEXION, Suite.SERVEUR
    if stade in (Stade.CONNEXION, Stade.IDENTIFICATION):
        return stade, Suite.SERVEUR
    if stade == Stade.EXPEDITEUR:
        return stade, Suite.FINAL if code == 552 else Suite.SERVEUR
    if code >= 500:
        return stade, Suite.FINAL
    if code < 400 and stade == Stade.REMISE:
        return stade, Suite.DOUTE
    return stade, Suite.ATTENTE


@pytest.mark.parametrize(("stade", "code"), list(itertools.product(DIALOGUE, CODES)))
def test_the_stage_decides_what_is_final(stade, code):
    echec = judge(stade, refusal(stade, code))
    assert (echec.stade, echec.suite, echec.code, echec.detail) == (*expected(stade, code), code, f"{code} non")


GONE = [
    ConnectionRefusedError(111, "refused"),
    ConnectionResetError(104, "reset"),
    TimeoutError("timed out"),
    OSError("[Errno -2] Name or service not known"),
    smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
    smtplib.SMTPException("No suitable authentication method found."),
    smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."),
    smtplib.SMTPResponseException(500, "Line too long."),
]


@pytest.mark.parametrize(("stade", "error"), list(itertools.product(DIALOGUE, GONE)), ids=repr)
def test_silence_and_cuts_wait_and_leave_a_doubt_only_after_the_text(stade, error):
    suite = {Stade.REMISE: Suite.DOUTE, Stade.DESTINATAIRE: Suite.ATTENTE, Stade.CONTENU: Suite.ATTENTE}
    echec = judge(stade, error)
    assert (echec.stade, echec.suite, echec.code) == (stade, suite.get(stade, Suite.SERVEUR), None)


def test_no_answer_at_all_is_no_code():
    echec = judge(Stade.REMISE, smtplib.SMTPDataError(-1, b"\xff garbage"))
    assert echec == Echec(Stade.REMISE, Suite.DOUTE, None, "\N{REPLACEMENT CHARACTER} garbage")


@pytest.mark.parametrize("error", [ValueError("prohibited newline"), UnicodeEncodeError("ascii", "é", 0, 1, "no")])
@pytest.mark.parametrize("stade", list(Stade))
def test_what_cannot_be_written_is_the_message_s_own_except_before_it(stade, error):
    suite = Suite.SERVEUR if stade in BEFORE_THE_MESSAGE else Suite.FINAL
    assert (judge(stade, error).stade, judge(stade, error).suite) == (stade, suite)


def test_a_greeting_that_fails_is_told_by_its_exception():
    assert judge(Stade.PREPARATION, smtplib.SMTPHeloError(554, b"non")) == Echec(
        Stade.CONNEXION, Suite.SERVEUR, 554, "554 non"
    )
