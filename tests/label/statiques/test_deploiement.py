"""A page opened before a deployment goes on saving after it: two builds of the static files, one browser."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings as place
from django.urls import reverse
from playwright.sync_api import expect

from juries.models import Note
from projects.models import Dossier
from tests.conftest import url_of_test_database
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.images import picture, saved
from tests.reparations.telephone import open_edition

SOURCES = Path(place.BASE_DIR) / "static" / "js"
# Every module of the second version differs from that of the first.
AUTRE = {
    path.relative_to(SOURCES).with_suffix("").as_posix(): path.read_text() + "// La version suivante.\n"
    for path in SOURCES.rglob("*.js")
}


class Site:
    """gunicorn and WhiteNoise as in production, on the database of this test and a folder of static files."""

    def __init__(self, root, media):
        with socket.socket() as free_one:
            free_one.bind(("127.0.0.1", 0))
            self.port = free_one.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        variables = {"STATIC_PLAIN": "false", "STATIC_ROOT": str(root), "MEDIA_ROOT": str(media)}
        self.env = os.environ | {"DATABASE_URL": url_of_test_database()} | variables
        self.process = None

    def start(self):
        command = ["gunicorn", "label.wsgi", "--bind", f"127.0.0.1:{self.port}", "--threads", "4"]
        command += ["--no-control-socket", "--graceful-timeout", "1"]
        self.process = subprocess.Popen([sys.executable, "-m", *command], env=self.env, cwd=place.BASE_DIR)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with suppress(OSError), urlopen(f"{self.url}/accessibilite/", timeout=60) as answer:
                return answer.status
            time.sleep(0.1)
        raise AssertionError("gunicorn did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def site(transactional_db, broker, build, settings):
    site = Site(build.root, settings.MEDIA_ROOT)
    site.first = build()
    site.start()
    yield site
    site.stop()


def scripts(page):
    """The scripts this page asks for from now on, by their name in the build, as a set that grows."""
    found = set()
    page.on("request", lambda asked: "/static/js/" in asked.url and found.add(asked.url.partition("/static/")[2]))
    return found


def deploy(site, build):
    """The second version takes the place of the first. Returns its manifest."""
    second = build(**AUTRE)
    assert not set(names(site.first)) & set(names(second))
    site.stop()
    site.start()
    return second


def names(paths):
    return {hashed for name, hashed in paths.items() if name.startswith("js/")}


def plain(hashed):
    return {path.rsplit(".", 2)[0] for path in hashed}


def test_pages_opened_before_a_deployment_go_on_saving_after_it(site, build, new_page):
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    jure = jure_of(jury)
    free(jure, audition)
    porteur = UserFactory()
    dossier = DossierFactory(edition=open_edition(), porteur=porteur)
    addresses = {
        "projet": f"/dossiers/{dossier.cle}/projet/",
        "pieces": f"/dossiers/{dossier.cle}/pieces/",
        "bulletin": reverse("juries:notation", args=[audition.cle]),
    }
    pages = {name: new_page(jure.user if name == "bulletin" else porteur, base_url=site.url) for name in addresses}
    loaded = {name: scripts(page) for name, page in pages.items()}
    for name, page in pages.items():
        page.goto(addresses[name])
        assert ("js/label" in plain(loaded[name]), loaded[name] - names(site.first)) == (True, set())
    # One more page is on its way: it has arrived, its scripts have not.
    late, asked = new_page(porteur, base_url=site.url), []
    late_scripts = scripts(late)
    late.route("**/static/js/label.*.js", lambda route: asked.append(route))  # noqa: PLW0108 (a built-in is refused here)
    late.goto(addresses["projet"], wait_until="commit")
    late.locator("#id_objectifs").wait_for()
    before = {name: set(found) for name, found in loaded.items()}

    second = deploy(site, build)

    pages["projet"].locator("#id_besoin").fill("Tapé dans la page d’avant")
    expect(pages["projet"].locator("#etat-id_besoin")).to_contain_text("Enregistré à")
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": saved(picture())}
    pages["pieces"].get_by_label("Autres fichiers").set_input_files([photo])
    expect(pages["pieces"].get_by_role("link", name="photo.jpg")).to_be_visible()
    pages["bulletin"].get_by_label("4 · très bon").first.check()
    expect(pages["bulletin"].locator("#etat")).to_contain_text("Enregistré à")
    with late.expect_event("load"):
        asked[0].continue_()
    late.locator("#id_objectifs").fill("Tapé dans la page arrivée entre les deux")
    expect(late.locator("#etat-id_objectifs")).to_contain_text("Enregistré à")
    dossier.refresh_from_db()
    assert (dossier.besoin, dossier.objectifs) == (
        "Tapé dans la page d’avant",
        "Tapé dans la page arrivée entre les deux",
    )
    assert list(dossier.pieces.values_list("nom", flat=True)) == ["photo.jpg"]
    assert list(Note.objects.values_list("valeur", flat=True)) == [4]
    # Nothing more was asked for; the page that came in between has the whole of its own version.
    assert loaded == before
    assert ("js/elaboration" in plain(late_scripts), late_scripts - names(site.first)) == (True, set())

    for name, page in pages.items():
        loaded[name].clear()
        page.reload()
        page.wait_for_load_state("load")
        assert ("js/label" in plain(loaded[name]), loaded[name] - names(second)) == (True, set())
    pages["projet"].locator("#id_besoin").fill("Tapé dans la page d’après")
    expect(pages["projet"].locator("#etat-id_besoin")).to_contain_text("Enregistré à")
    dossier.refresh_from_db()
    assert dossier.besoin == "Tapé dans la page d’après"


def test_what_waited_in_a_page_of_the_version_before_leaves_in_the_next(site, build, new_page):
    """Typed while the site is away, the tab closed, the site back in its next version: the words are found and sent."""
    porteur = UserFactory()
    dossier = DossierFactory(edition=open_edition(), porteur=porteur)
    page = new_page(porteur, base_url=site.url)
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    site.stop()
    page.locator("#id_besoin").fill("Tapé pendant la mise à jour")
    expect(page.locator("#etat-id_besoin")).to_contain_text("Hors connexion\u00a0: gardé sur cet appareil")
    other = page.context.new_page()
    page.close(run_before_unload=False)
    second = build(**AUTRE)
    site.start()
    found = scripts(other)
    other.goto(f"/dossiers/{dossier.cle}/projet/")
    expect(other.locator("#id_besoin")).to_have_value("Tapé pendant la mise à jour")
    expect(other.locator("#etat-id_besoin")).to_contain_text("Texte retrouvé sur cet appareil")
    assert found <= names(second)
    assert Dossier.objects.get().besoin == "Tapé pendant la mise à jour"
