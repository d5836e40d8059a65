"""What people do on pages and in their mailbox, in their own words. No test stands here."""

import re
from io import BytesIO
from urllib.parse import urlsplit

from playwright.sync_api import expect
from pypdf import PdfReader

from label.models import Courriel
from label.models.courriel import Etat

# What a writer answers, section by section: {beginning of the label: what is typed}.
REPONSES = {
    "structure": {
        "Adresse du siège": "12 rue des Prés",
        "Code postal": "94400",
        "Ville": "Vitry-sur-Seine",
        "Représentant légal": "Mariam Cissé",
        "Fonction du représentant": "présidente",
        "Nombre de bénévoles": "14",
        "Nombre de salariés": "1",
        "Aides publiques": "aucune",
    },
    "projet": {
        "Résumé": "Une halle où l’on répare ensemble, tenue par ses voisins.",
        "Besoin et origine": "Les appareils finissent sur le trottoir.",
        "Ce qui est innovant": "Les habitants forment les habitants.",
        "Objectifs": "Deux cents réparations en un an.",
        "Actions prévues": "Un atelier chaque samedi.",
        "Partenaires": "Le bailleur prête la halle.",
        "Part prise par les habitants": "Un comité d’habitants décide.",
    },
    "territoire": {
        "Lieux de l’action": "La halle et les pieds d’immeuble",
        "À qui s’adresse le projet": "Les habitants, de tous âges.",
        "Nombre de personnes attendues": "180",
        "Part venant des quartiers": "85",
    },
    "calendrier": {
        "Grandes étapes": "Ouvrir, former, fêter.",
        "Moyens humains": "Deux bénévoles et un salarié.",
        "Moyens matériels": "La halle et les outils.",
    },
    "budget": {
        "Montant demandé": "8000",
        r"Montant en euros\s: 60 Achats": "5000",
        r"Montant en euros\s: 64 Charges": "5000",
        r"Montant en euros\s: 75 Autres": "2000",
    },
    "evaluation": {"Comment saurez-vous": "On compte et on écoute.", "Indicateur": "Réparations", "Cible": "200"},
}


def plain(text):
    """The text with one ordinary space for any blank."""
    return " ".join(text.split())


class Boite:
    """The mails that the SMTP server received: wait for one, and know that no other came."""

    def __init__(self, smtp, wait_until):
        self.smtp, self.wait_until = smtp, wait_until
        self.lus = 0

    def wait(self, to, sujet, seconds=20):
        """The last mail to this address whose subject holds `sujet`, once it has come."""

        def arrived():
            return [
                mail for mail in list(self.smtp.messages) if mail["To"] == to and plain(sujet) in plain(mail["Subject"])
            ]

        return self.wait_until(arrived, seconds)[-1]

    def new(self, seconds=20):
        """What came since the last call, once nothing is owed any more: sorted (address, subject in plain spaces)."""
        self.wait_until(lambda: not Courriel.objects.exclude(etat=Etat.ENVOYE).exists(), seconds)
        received = list(self.smtp.messages)[self.lus :]
        self.lus += len(received)
        return sorted((message["To"], plain(message["Subject"])) for message in received)


def body(message):
    """The text part of a mail."""
    return message.get_body(("plain",)).get_content()


def link(message, part):
    """The path of the one link of the mail whose address holds `part`."""
    (found,) = {url for url in re.findall(r"https?://\S+", body(message)) if part in url}
    return urlsplit(found).path


def attached(message):
    """The files of a mail as {name: bytes}."""
    return {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}


def code(message):
    """The code of a sign-in mail: the six digits that stand alone."""
    (found,) = re.findall(r"^\d{6}$", body(message), re.MULTILINE)
    return found


def pdf_text(content):
    """The words of a PDF, in one line; the invisible places where a long word may break are taken out."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return plain(text.replace("\u200b", ""))


def words(page):
    """What the page says, with plain spaces."""
    return plain(page.locator("main").inner_text())


def says(page, text):
    """Wait until the message at the top of the page says this."""
    expect(page.locator(".messages, .message").filter(has_text=text).first).to_be_visible(timeout=15_000)


def press(page, name):
    """Click the one button of that name."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    """Click the first link of that name (a string, or a pattern)."""
    page.get_by_role("link", name=name, exact=True).first.click()


def confirm(page, name):
    """Click the button, then the same word in the dialogue that asks."""
    press(page, name)
    page.locator("#confirmation-oui").click()


def fill(page, answers, root=None):
    """Type each answer in the field whose label begins so."""
    for label, value in answers.items():
        # A group of fields may be named as its first one.
        named = (root or page).get_by_label(re.compile(rf"^\s*{label}"))
        named.and_(page.locator("input, textarea, select")).first.fill(value)


def confirm_engagements(page):
    """Tick each text that the person confirms in the name of the structure, on the page of the deposit."""
    for box in page.locator("#engagements input[type=checkbox]").all():
        box.check()


def download(page, click):
    """The bytes of the file that this click brings."""
    with page.expect_download() as info:
        click()
    return info.value.path().read_bytes()


def ask_code(page, address):
    """On the sign-in page, ask for a code."""
    page.get_by_label("Adresse électronique").fill(address)
    press(page, "Recevoir mon code")
    expect(page.get_by_role("heading", name="Saisir le code")).to_be_visible()


def type_code(page, typed):
    page.get_by_label("Code").first.fill(typed)
    press(page, "Continuer")


def sign_in(page, address, boite):
    """From the sign-in page to the inside, with the code of the mail."""
    ask_code(page, address)
    type_code(page, code(boite.wait(address, "code")))
    expect(page.locator(".menu-compte")).to_be_visible()


def save_section(page, address, section, answers=None):
    """Open one section of the dossier, answer, save."""
    page.goto(f"{address}{section}/")
    fill(page, REPONSES[section] if answers is None else answers)
    press(page, "Enregistrer")
    says(page, "est enregistré à")


def place_of(page):
    """The path of the page."""
    return urlsplit(page.url).path
