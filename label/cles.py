"""Secrets that leave by mail: drawn, derived and recognised here and nowhere else (decision 0029).

The key of a link is computed from `SECRET_KEY` and from a seed the database keeps; the database knows besides its
SHA-256, by which it is found. Whoever reads the database opens nothing, a reminder carries the same link as the first
message, and a `SECRET_KEY` replaced keeps links alive as long as the former one is in `SECRET_KEY_FALLBACKS`.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Signs of a key: 32 bytes in URL-safe base 64.
LONGUEUR = 43


def draw_graine() -> str:
    """A seed, 22 signs: no secret by itself."""
    return secrets.token_urlsafe(16)


def draw_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**6):06}"


def jetons_of(usage: str, graine: str) -> Iterator[str]:
    """The keys of a link, 43 signs each: under today's `SECRET_KEY` first, then under each former one still kept."""
    for secret in _secrets():
        digest = salted_hmac(f"label.liens.{usage}", graine, secret=secret, algorithm="sha256").digest()
        yield urlsafe_b64encode(digest).decode().rstrip("=")


def empreinte_of(jeton: str) -> str:
    """What the database keeps of a key: its SHA-256, in hexadecimal."""
    return hashlib.sha256(jeton.encode(errors="backslashreplace")).hexdigest()


def keyed_digest(usage: str, value: str) -> str:
    """A digest of something too short to be hidden by a hash alone, in hexadecimal."""
    return salted_hmac(usage, value, algorithm="sha256").hexdigest()


def is_digest(usage: str, value: str, kept: str) -> bool:
    """Whether `kept` is a `keyed_digest` of `value`, under today's `SECRET_KEY` or a former one still kept."""
    digests = [salted_hmac(usage, value, secret=secret, algorithm="sha256").hexdigest() for secret in _secrets()]
    same = [constant_time_compare(digest, kept) for digest in digests]
    return any(same)


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
