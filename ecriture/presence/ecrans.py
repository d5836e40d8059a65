"""Who has a thing open, in which tab, on which section, in which field: a convenience kept in Valkey a few seconds.

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
# In one place: each open tab under this and the name it gave itself, and beside them how often it was stirred.
_ECRAN, _REMUE = "e:", "remue"


@cache
def _client():
    # Celery and redis-py name a Unix socket differently.
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3)


def _key(objet):
    return f"presence:{objet.ecrit_id}"


def announce(objet, *, ecran, page, user, section, champ):
    """In this tab (`ecran`) the page `page` is open on `section`, its writer in the field `champ` ('' in none).

    A tab has one page: the one it opens next takes the place of the one before.
    """
    row = json.dumps([user.pk, section, champ, time.time(), page])
    with convenience("presence"), suppress(RedisError), _client().pipeline() as pipe:
        pipe.hset(_key(objet), _ECRAN + ecran, row)
        pipe.expire(_key(objet), DUREE)
        pipe.execute()


def leave(objet, *, ecran, page):
    """This page is closed: nothing is open in its tab any more, unless another page has already taken its place."""
    with convenience("presence"), suppress(RedisError):
        row = _client().hget(_key(objet), _ECRAN + ecran)
        if row and json.loads(row)[4] == page:
            _client().hdel(_key(objet), _ECRAN + ecran)


def stir(objet):
    """Something was said of it that no field holds: the open pages read again what follows from it."""
    with convenience("presence"), suppress(RedisError), _client().pipeline() as pipe:
        pipe.hincrby(_key(objet), _REMUE, 1)
        pipe.expire(_key(objet), DUREE)
        pipe.execute()


def who(objet, *, but=""):
    """The other open tabs, without the tab `but`, and what changes each time it is stirred: a sorted list of (user pk,
    section, champ), and a word; ([], "") without Valkey.
    """
    with convenience("presence"), suppress(RedisError):
        rows = {ecran.decode(): row for ecran, row in _client().hgetall(_key(objet)).items()}
        remue, oldest = rows.pop(_REMUE, b"").decode(), time.time() - DUREE
        found = [json.loads(row) for ecran, row in rows.items() if ecran != _ECRAN + but]
        return sorted({(pk, section, champ) for pk, section, champ, at, _ in found if at > oldest}), remue
    return [], ""
