"""Everything a person reads is in French: every page of every person, the errors of an empty form, the accounts.

Words are looked for in the visible text and in what a screen reader says (`placeholder`, `title`, `aria-label`, `alt`).
`mots_anglais.txt` holds frequent English words that are no French words.
"""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.urls import reverse

from tests.factories.label import UserFactory
from tests.walk import more_pages, people, people_at_hand, readers, statuses_of_refusals, targets
from tests.world import World

HERE = Path(__file__).parent
ENGLISH = frozenset((HERE / "mots_anglais.txt").read_text().split())
# Those whose pages differ; the others read the same, or nothing.
READERS = ("pilote", "responsable", "chef", "préside", "juré", "anonyme")
READ_ALOUD = {"alt", "aria-label", "aria-description", "content", "placeholder", "title", "data-confirm", "label"}
SILENT = {"script", "style", "template", "code"}
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


class Text(HTMLParser):
    """What is read on a page: its text, and the attributes read aloud."""

    def __init__(self, page):
        super().__init__()
        self.depth, self.parts = 0, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.depth += tag in SILENT
        if tag == "meta" and dict(attrs).get("name") != "description":
            return
        self.parts += [value for name, value in attrs if name in READ_ALOUD and value]
        if tag == "input" and dict(attrs).get("type") in ("submit", "button", "reset"):
            self.parts.append(dict(attrs).get("value", ""))

    def handle_endtag(self, tag):
        self.depth -= tag in SILENT

    def handle_data(self, data):
        if not self.depth:
            self.parts.append(data)


# Addresses are not words, whatever is written in them.
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\S+\.(?:fr|example|org|gouv)\b\S*")


def english_in(text):
    """The English words of a text, each with what surrounds it."""
    # The one name of that page (docs/glossaire.md).
    text = ADDRESS.sub(" ", text).replace("Mes adresses e-mail", " ")
    return [
        f"{found[0]}: …{text[max(0, found.start() - 30) : found.end() + 30]}…".replace("\n", " ")
        for found in WORD.finditer(text)
        if found[0].lower() in ENGLISH
    ]


def test_the_scan_sees_english():
    page = (
        '<p>Voici <b>the</b> page d’essai, awa@email.example</p><img alt="Your picture"><script>var please</script>'
        '<input value="Submit" type="submit"><input placeholder="Search">'
    )
    found = english_in(" | ".join(Text(page).parts))
    assert [words.partition(":")[0] for words in found] == ["the", "Your", "picture", "Submit", "Search"]


def read(response):
    return " | ".join(part for part in Text(response.content.decode()).parts if part.strip())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "floors", [("label", "sante", "contrats", "laureats"), ("projects",), ("instruction", "juries")], ids="+".join
)
def test_every_page_is_in_french(floors, settings, monkeypatch, caplog):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    caplog.set_level("CRITICAL", "django.request")
    people_at_hand(settings, monkeypatch)
    statuses_of_refusals(monkeypatch)
    world = World()
    found, seen = {}, set()
    columns = people(world, READERS)
    for target in [*targets(world), *more_pages(world)]:
        if target.address.name.partition(":")[0] not in floors:
            continue
        for method in target.address.methods:
            for name in readers(method, target, READERS):
                response = columns[name].ask(method, target, body={})
                if response.status_code not in (200, 409, 422):
                    continue
                if "text/html" not in response["Content-Type"]:
                    break
                text = read(response)
                if text not in seen:
                    seen.add(text)
                    for words in english_in(text):
                        found.setdefault(words, f"{method} {target.url} ({target.address.name}) by {name}")
                if method == "POST":
                    break  # the errors of a form are the same for all
    assert not found, "\n".join(f"{words}  {where}" for words, where in found.items())


ACCOUNTS = (
    "account_login",
    "account_confirm_login_code",
    "account_name",
    "account_second_factor",
    "account_logout",
    "account_email",
    "account_email_verification_sent",
    "account_inactive",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
)


@pytest.mark.django_db
def test_the_account_pages_are_in_french(client, django_user_model):
    found, shown = {}, set()
    nobody, nameless = None, django_user_model.objects.create_user("awa@monde.example")
    for user, proved in ((nobody, True), (nameless, True), (UserFactory(pilote=True), False)):
        if user:
            client.force_login(user, second_factor=proved)
        else:
            client.post(reverse("account_login"), {"email": "quelquun@monde.example"})
        for name in ACCOUNTS:
            for method in (client.get, client.post):
                response = method(reverse(name), follow=name != "account_logout")
                if response.status_code == 200 and "text/html" in response["Content-Type"]:
                    shown.add(name)
                    for words in english_in(read(response)):
                        found.setdefault(words, name)
    assert not found, "\n".join(f"{words}  {where}" for words, where in found.items())
    assert shown == set(ACCOUNTS)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_the_dead_ends_are_in_french(status, rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    page = render_to_string(f"{status}.html", {}, request)
    assert english_in(" | ".join(Text(page).parts)) == []


def test_the_messages_are_in_french():
    texts = sorted((HERE.parent / "templates").glob("courriels/*.txt"))
    texts += sorted((HERE.parent / "templates" / "account").rglob("*.txt"))
    plain = {path.name: re.sub(r"{[{%#].*?[}%#]}", " ", path.read_text()) for path in texts}
    assert {name: english_in(text) for name, text in plain.items() if english_in(text)} == {}


# A sign of two parts, or a guillemet, that a line may leave alone at its start or its end.
LOOSE = re.compile(r"(?:^|\S) [:;!?»](?![:=-])|« ", re.MULTILINE)
# What a terminal prints, and a pattern that reads numbers.
PLAIN = {
    "label/settings.py",
    "contrats/territoire/referentiel.py",
    "projects/budget/saisie.py",
}


def _sentences():
    """(file, its French without code): pages, documents, the texts of our modules; " ; " separates cells of exports."""
    root = HERE.parent
    for path in [*root.glob("*.md"), *root.glob("docs/**/*.md")]:
        yield path, re.sub(r"```.*?```|`[^`\n]*`|^ *\|[ :|-]+\|$|\]\([^)]*\)", "", path.read_text(), flags=re.S | re.M)
    for path in [*root.glob("templates/**/*.html"), *root.glob("templates/**/*.txt")]:
        yield path, re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}", "", path.read_text(), flags=re.S)
    for floor in ("label", "contrats", "ecriture", "projects", "instruction", "juries", "laureats"):
        for path in root.glob(f"{floor}/**/*.py"):
            is_plain = str(path.relative_to(root)) in PLAIN or {"migrations", "management"} & set(path.parts)
            # Fictional people type as people do.
            if not is_plain and not path.name.startswith("seed"):
                yield path, "\n".join(_texts(ast.parse(path.read_text())))


def _texts(tree):
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, holders)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in {*docs, " ; "}:
            yield node.value


def test_no_sign_is_left_alone_at_the_end_of_a_line():
    assert LOOSE.findall("Attention : ceci « va » seul") == ["n :", "« ", "a »"]
    found = {str(path.relative_to(HERE.parent)): LOOSE.findall(text) for path, text in _sentences()}
    assert {path: signs for path, signs in found.items() if signs} == {}
