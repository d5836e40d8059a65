"""What the suite runs on, started before Django reads a setting: nothing needs to be installed or running.

One PostgreSQL for the whole run (pytest-django gives each xdist worker its own database), one Valkey
and one mail server for each process. A DATABASE_URL given from outside is used instead of ours.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from demo.courriel import Smtp
from demo.postgres import Postgres
from demo.valkey import Valkey
from tests.schema import fill_template

stack = ExitStack()
atexit.register(stack.close)
# A run that is told to end (`timeout`, CI) leaves nothing behind either.
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def _folder() -> Path:
    """A folder for this run, in memory when there is room, removed at its end; the database's account may cross it.

    A test database is five hundred files, made and emptied a hundred times: a disk makes each of them wait.
    """
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix="label-tests-", dir=memory if has_room else None))
    folder.chmod(0o711)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


# What the whole run writes, with a margin, in bytes.
ROOM = 4 * 1024**3
folder = _folder()
if "DATABASE_URL" not in os.environ:
    # xdist workers inherit the controller's environment, hence its PostgreSQL.
    os.environ["DATABASE_URL"] = stack.enter_context(Postgres(folder / "postgres", fast=True))
    os.environ["LABEL_TEST_SERVER"] = "embedded"
    is_controller = True
else:
    is_controller = False
# A server of ours is thrown away whole: its databases need not be dropped one by one.
is_ours = os.environ.get("LABEL_TEST_SERVER") == "embedded"

# Static files are found in their sources; WhiteNoise still wants this folder to be there.
(folder / "static").mkdir()

broker = Valkey(folder / "valkey")
mail_server = Smtp()
os.environ |= {
    "BROKER_URL": stack.enter_context(broker),
    "SECRET_KEY": "une-cle-pour-les-essais-longue-de-plus-de-cinquante-caracteres",
    "DEMO": "false",
    "DEBUG": "false",
    "HTTPS": "false",
    "STATIC_PLAIN": "true",
    "DATABASE_POOLED": "false",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "STATIC_ROOT": str(folder / "static"),
    "MEDIA_ROOT": str(folder / "fichiers"),
    "BEAT_SCHEDULE_FILE": str(folder / "celerybeat-schedule"),
    "SITE_URL": "http://testserver",
    # Playwright's synchronous API runs an event loop in the test's own thread; the ORM is called beside it.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    **mail_server.start(),
}
stack.callback(mail_server.stop)

if is_controller:
    fill_template(os.environ["DATABASE_URL"])
