"""The links of mails in a real browser, and before the shipped front: the key is in no request but its own."""

import re
import time
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import time_machine

from demo.embedded import free_port
from instruction.models import Avis
from tests.front import Front
from tests.label.liens.cas import CAS, QUAND, letter_of
from tests.lettres import lue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(QUAND, tick=True):
        yield


def test_a_partner_answers_and_no_request_tells_where_it_comes_from(page):
    """The CSRF check takes the form although the page hides its address."""
    obj = CAS["avis"].make()
    path = re.search(r"http://[^/]+(/\S+)", lue(letter_of(obj)))[1]
    referers = []
    page.on("request", lambda request: referers.append(request.all_headers().get("referer", "")))
    page.goto(path)
    page.get_by_label("Favorable", exact=True).check()
    page.get_by_role("button", name="Donner cet avis").click()
    page.get_by_text("Votre avis a bien été enregistré").first.wait_for()
    page.locator("header a[href='/']").first.click()
    page.wait_for_url("**/")
    assert Avis.objects.get().sens == "favorable"
    assert len(referers) > 5
    # A style sheet, which asks for its fonts, says its own address.
    told = {urlsplit(referer).path for referer in referers}
    assert {path for path in told if not path.startswith("/static/")} == {"", "/"}


def test_the_journal_of_the_front_holds_no_key(live_server, tmp_path):
    obj = CAS["avis"].make()
    path = re.search(r"http://[^/]+(/\S+)", lue(letter_of(obj)))[1]
    front = Front(tmp_path / "frontal", free_port(), urlsplit(live_server.url).port)
    front.start()
    try:
        for asked in (path, f"{path}?a={obj.jeton}"):
            with urlopen(Request(f"http://localhost:{front.port}{asked}"), timeout=30) as answer:
                assert answer.status == 200
        deadline = time.monotonic() + 10
        while front.arrivals.read_text().count("/avis/") < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        written = front.arrivals.read_text() + front.log.read_text()
    finally:
        front.stop()
    assert (obj.jeton in written, written.count("GET /avis/[lien]/ 200")) == (False, 2)


@pytest.mark.parametrize("width", [375, 1280])
def test_a_dead_link_fits_the_screen(new_page, width):
    obj = CAS["avis"].make()
    path = re.search(r"http://[^/]+(/\S+)", lue(letter_of(obj)))[1]
    CAS["avis"].revoke(obj)
    page = new_page(width=width)
    page.goto(path)
    page.get_by_role("heading", name="Ce lien ne sert plus").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
