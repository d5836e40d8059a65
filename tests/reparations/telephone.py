"""A telephone, as far as Chromium can be driven like one. No test stands here."""

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Error

from tests.factories.label import EditionFactory

TELEPHONE = {"width": 375, "height": 740, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


def open_edition():
    """An édition in which a draft may be written today."""
    now = timezone.now()
    day = now.date() + timedelta(days=60)
    return EditionFactory(
        annee=now.year,
        ouverture=now - timedelta(days=30),
        cloture=now + timedelta(days=30),
        fin_instruction=day,
        jury_debut=day,
        jury_fin=day,
        publication_prevue=day,
    )


def sent(page):
    """The addresses of the fields this page saves from now on, as a list that grows."""
    found = []
    page.on("request", lambda asked: "/champs/" in asked.url and asked.method == "POST" and found.append(asked.url))
    return found


class Clavier:
    """The keyboard of a telephone: a word is composed, letter after letter, before it is given to the field."""

    def __init__(self, page):
        self.cdp = page.context.new_cdp_session(page)
        self.word = ""

    def compose(self, letters):
        """Type letters of a word that stays open."""
        for letter in letters:
            self.word += letter
            size = len(self.word)
            self.cdp.send("Input.imeSetComposition", {"text": self.word, "selectionStart": size, "selectionEnd": size})

    def commit(self):
        """The word is done, as by a space or by the touch of a suggestion."""
        self.cdp.send("Input.insertText", {"text": self.word})
        self.word = ""


def hide(page):
    """The person goes to another application: the page is told that it is no longer seen."""
    page.evaluate(
        """() => {
          for (const [name, value] of [["hidden", true], ["visibilityState", "hidden"]])
            Object.defineProperty(document, name, { configurable: true, get: () => value });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


def freeze(page):
    """The system stops the page: no timer of it runs any more. Returns what may set it going again."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    return cdp


def kill(page):
    """The system takes the memory back: the process of the page dies at once, nothing is told to the page."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", timeout=5_000)
