"""Fixtures of the whole suite. Services first: `tests.surroundings` sets what the settings read."""

from tests import surroundings  # isort: skip

import gc
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings

# In the environment only for this moment: pytest-django would load the settings of an xdist worker, which
# inherits it, before `tests.surroundings` has said where that worker's own services are.
os.environ["DJANGO_SETTINGS_MODULE"] = "label.settings"
# A thing written that only the tests know (tests/ecriture).
settings.INSTALLED_APPS.append("tests.carnet")
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]

from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, TransactionTestCase  # noqa: E402

from tests.clamd import Clamd  # noqa: E402
from tests.guards import StringIfInvalid, entered_with_second_factor, wait_for_quiet  # noqa: E402
from tests.schema import empty_tables  # noqa: E402

# `force_login` is having entered as people do: agents with their second factor.
Client.force_login = entered_with_second_factor(Client.force_login)
settings.MIDDLEWARE = ["tests.guards.get_never_writes", *settings.MIDDLEWARE]
for engine in settings.TEMPLATES:
    engine["OPTIONS"]["string_if_invalid"] = StringIfInvalid()
# The browsers of the tests write faster than people.
settings.IDEE_SECONDES_MIN = 0
# Hashing slowly is for production.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files are served by the live server; each test client would list them all again.
settings.WHITENOISE_USE_FINDERS = False
if surroundings.is_ours:
    TransactionTestCase._fixture_teardown = empty_tables
# What is imported stays: looking through it for garbage again and again is a twentieth of the whole run.
gc.freeze()
gc.set_threshold(50_000, 20, 50)

ROOT = Path(__file__).resolve().parent.parent
# Kept before Django's test environment replaces them by mails in memory.
MAILERS = settings.MAILERS


# How long an example takes says nothing of whether it holds.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


# Whole minutes of browser and of seeding: begun first, so that no worker waits alone for the last of them.
LONG = (
    "test_01_secrets.py",
    "test_access.py",
    "test_accessibilite.py",
    "test_annee.py",
    "test_11_demonstration.py",
    "test_coelaboration.py",
    "test_langue.py",
    "parcours",
)


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item):
    """What takes place in a browser is marked so: `make check` leaves it."""
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker("navigateur")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The long tests first, each group in the random order of the run."""

    def rank(item):
        return next((place for place, name in enumerate(LONG) if name in item.nodeid), len(LONG))

    items.sort(key=rank)


@pytest.fixture(scope="session")
def django_db_keepdb():
    return surroundings.is_ours


@pytest.fixture(autouse=True)
def private_files(tmp_path, settings):
    """Each test has its own folder of deposited files."""
    settings.MEDIA_ROOT = tmp_path / "fichiers"


class Unmade(logging.Handler):
    """Keeps what is logged of messages that could not be made."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        self.records.append(self.format(record))


@pytest.fixture(autouse=True)
def every_message_is_made(request):
    """A message that cannot be made never fails the act that owes it: so it fails the test.

    Unless the test is about that (`@pytest.mark.unmade_messages`).
    """
    logger, unmade = logging.getLogger("label.notifications"), Unmade()
    logger.addHandler(unmade)
    yield
    logger.removeHandler(unmade)
    if not request.node.get_closest_marker("unmade_messages"):
        assert unmade.records == []


@pytest.fixture
def smtp(settings):
    """The real SMTP server the application sends to; `.messages` is what it received in this test.

    Without this fixture Django keeps mails in `django.core.mail.outbox`. `.stop()` and `.start()`
    make the server go away and come back on the same port.
    """
    settings.MAILERS = MAILERS
    server = surroundings.mail_server
    server.messages.clear()
    yield server
    if not server.is_running:
        server.start()
    server.messages.clear()


@pytest.fixture
def broker():
    """The real Valkey the application queues in: `.stop()`, `.start()`, emptied before and after the test."""
    server = surroundings.broker
    server.flush()
    yield server
    if not server.is_running:
        server.start()
    server.flush()


@pytest.fixture
def clamd(settings):
    """An antivirus that answers: `.url`, `.lengths` of what it was sent."""
    server = Clamd()
    settings.CLAMAV_URL = server.url
    yield server
    server.shutdown()
    server.server_close()


class CeleryProcesses:
    """Real Celery processes on the database of the running test (needs `transactional_db`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen] = []

    def start_worker(self, queues: str = "celery,codes", **variables: str) -> subprocess.Popen:
        """Start a worker of these queues, with `variables` in its environment, and wait until it takes tasks."""
        command = ["worker", "--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"]
        command += ["--queues", queues, "--hostname", f"{queues}-{len(self.started)}@%h"]
        return self._start([*command, "--without-heartbeat"], ready=" ready.", **variables)

    def start_beat(self, *, sweep_seconds: float = 1) -> subprocess.Popen:
        """Start beat, which resends what is due every `sweep_seconds`."""
        schedule = self.folder / f"schedule-{len(self.started)}"
        command = ["beat", "--pidfile", "", "--schedule", str(schedule)]
        return self._start(command, ready="beat: Starting", SWEEP_SECONDS=str(sweep_seconds))

    def kill(self, process: subprocess.Popen) -> None:
        """Kill a process outright, as a power cut would."""
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.started.remove(process)

    def stop(self) -> None:
        """Stop what still runs."""
        for process in self.started:
            process.terminate()
        for process in self.started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.started.clear()

    def _start(self, command: list[str], *, ready: str, **variables: str) -> subprocess.Popen:
        path = self.folder / f"celery-{len(self.started)}-{time.monotonic_ns()}.log"
        env = os.environ | {"DATABASE_URL": url_of_test_database(), "MEDIA_ROOT": str(settings.MEDIA_ROOT)} | variables
        with path.open("wb") as output:
            process = subprocess.Popen(
                # Django's checks have a test of their own; they take as long as the rest of the start.
                [sys.executable, "-m", "celery", "-A", "label", "--skip-checks", *command, "--loglevel", "INFO"],
                cwd=ROOT,
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        deadline = time.monotonic() + 120
        while ready not in path.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"celery {command[0]} did not start:\n{path.read_text()}")
            time.sleep(0.05)
        return process


def url_of_test_database() -> str:
    """The DATABASE_URL of the running test: same server, the name pytest-django chose."""
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}" + (f"?{query}" if query else "")


@pytest.fixture
def celery_processes(transactional_db, broker, tmp_path):
    """Start real workers and beats: `.start_worker()`, `.start_beat()`, `.kill(process)`; all stopped at the end."""
    processes = CeleryProcesses(tmp_path)
    yield processes
    processes.stop()


@pytest.fixture
def celery_worker(celery_processes):
    """A real worker on the database of this test."""
    return celery_processes.start_worker()


@pytest.fixture
def wait_until():
    """`wait_until(condition, seconds=30)`: return the first true value of `condition()`, or fail."""

    def wait(condition, seconds=30):
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f"still not so after {seconds} s: {condition}")
            time.sleep(0.05)
        return value

    return wait


CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the session: the system's, or Playwright's own. It reaches this machine only."""
    from playwright.sync_api import sync_playwright

    arguments = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--js-flags=--single-threaded",
    ]
    arguments += ["--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def static_files_kept():
    """Browsers keep style sheets, scripts and fonts from page to page, as they do in production."""
    serve = StaticFilesHandler.serve

    def keep(self, request):
        response = serve(self, request)
        response["Cache-Control"] = "max-age=3600"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", keep)
        yield


@pytest.fixture
def new_page(browser, live_server, settings):
    """Open a page in a new, signed-out window of the live server.

    `new_page(user=None, width=1280, height=900, **context_options)`: with `user`, it is signed in. Relative
    addresses work (`page.goto("/")`). A script error on the page fails the test at its end.
    """
    settings.SITE_URL = live_server.url
    contexts, errors = [], []

    def open_page(user=None, *, width=1280, height=900, **options):
        options = {"base_url": live_server.url, "locale": "fr-FR", "timezone_id": "Europe/Paris"} | options
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies([_session_cookie(user, live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    # What a page says as it is closed is on its way still.
    time.sleep(0.02)
    wait_for_quiet()
    assert errors == []


@pytest.fixture
def page(new_page):
    """A page of a signed-out visitor, 1280 wide."""
    return new_page()


def _session_cookie(user, url):
    """The cookie of a session in which `user` is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": url}
