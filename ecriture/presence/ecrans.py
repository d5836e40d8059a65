"""Who has a thing open, on which section, in which field: a convenience kept in Valkey for a few seconds.

Without Valkey nobody is seen, and everything else works: its absence is silence, any other fault a line in the log.
Nothing is written in the database, no name is kept: only the primary keys of people.
"""

import json
import time
from contextlib import suppress
from functools import cache

from django.conf import settings
from redis import Redis, RedisError

from label.commodite import convenience

# An open page says again that it is there every ten seconds.
DUREE = 25


@cache
def _client():
    # Celery and redis-py name a Unix socket differently.
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3)


def _key(objet):
    return f"presence:{objet.ecrit_id}"


def announce(objet, *, ecran, user, section, champ):
    """This page is open on `section`, its writer in the field `champ` ('' in none)."""
    row = json.dumps([user.pk, section, champ, time.time()])
    with convenience("presence"), suppress(RedisError), _client().pipeline() as pipe:
        pipe.hset(_key(objet), ecran, row)
        pipe.expire(_key(objet), DUREE)
        pipe.execute()


def leave(objet, *, ecran):
    """This page is closed."""
    with convenience("presence"), suppress(RedisError):
        _client().hdel(_key(objet), ecran)


def who(objet, *, but=""):
    """The other open pages: sorted list of (user pk, section, champ), without the page `but`; [] without Valkey."""
    with convenience("presence"), suppress(RedisError):
        rows = _client().hgetall(_key(objet))
        oldest = time.time() - DUREE
        found = [json.loads(row) for ecran, row in rows.items() if ecran.decode() != but]
        return sorted({(pk, section, champ) for pk, section, champ, at in found if at > oldest})
    return []
