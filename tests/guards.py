"""Rules that hold during every test, whatever it is about."""

import re
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent

_WRITE = re.compile(
    r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|MERGE\s+INTO)\s+(?:ONLY\s+)?"?(\w+)',
    re.IGNORECASE,
)
# Being signed in, and the steps of a sign-in, are not what a page shows.
_NOT_OURS = re.compile(r"django_session|account_\w+|mfa_\w+")


class WroteOnGet(AssertionError):
    """A GET or HEAD request changed the database."""


def _refuse_writes(execute, sql, params, many, context):
    written = _WRITE.match(sql)
    if written and not _NOT_OURS.fullmatch(written[1]):
        raise WroteOnGet(sql)
    return execute(sql, params, many, context)


# The requests being answered, by whatever thread.
under_way = set()


def wait_for_quiet(seconds=10):
    """Wait until no request is being answered: one that outlives its test would write in the next one's database."""
    deadline = time.monotonic() + seconds
    while under_way and time.monotonic() < deadline:
        time.sleep(0.01)


def get_never_writes(get_response):
    """Middleware of the suite: a GET that writes fails, in the test client as in a browser."""

    def middleware(request):
        with ExitStack() as stack:
            under_way.add(key := object())
            stack.callback(under_way.discard, key)
            if request.method in ("GET", "HEAD"):
                stack.enter_context(connection.execute_wrapper(_refuse_writes))
            return get_response(request)

    return middleware


class UnknownVariable(AssertionError):
    """One of our templates names a variable its view did not give."""


class StringIfInvalid(str):
    """`string_if_invalid` that fails in our own templates and stays empty in other people's.

    Django asks `"%s" in it`, then `it % name`; the nodes being rendered are on the stack.
    """

    __slots__ = ()

    def __new__(cls):
        return super().__new__(cls, "%s")

    def __mod__(self, name):
        frame = sys._getframe(1)
        while frame is not None:
            origin = getattr(frame.f_locals.get("self"), "origin", None)
            if origin is not None:
                path = Path(origin.name)
                if path.is_relative_to(ROOT) and ".venv" not in path.parts:
                    raise UnknownVariable(f"{{{{ {name} }}}} in {path.relative_to(ROOT)}")
                return ""
            frame = frame.f_back
        return ""


def entered_with_second_factor(force_login):
    """`Client.force_login` whose session says what an agent's does once inside; `second_factor=False` to be without."""

    def entered(client, user, backend=None, *, second_factor=True):
        force_login(client, user, backend)
        if second_factor:
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()

    return entered
