"""A sentence on what was typed is said once beside its field, and once in the list that leads there."""

import html
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tests.walk import more_pages, people, people_at_hand, readers, statuses_of_refusals, targets
from tests.world import World

READERS = ("pilote", "responsable", "chef", "préside", "juré", "inconnu", "anonyme")
# What no field takes: neither a number, nor a day, nor an address, nor a choice of a list.
MAUVAIS = {"": "", "zzz": "zzz ;; -", "trop": "x" * 4001}


def forms_of(page, url):
    """[{name: value}] of the forms that are sent to `url`, as a browser would send them untouched; boxes alone."""
    found = []
    for form in page.xpath("//form[@method='post']"):
        if form.get("action") not in (None, "", url):
            continue
        fields = {}
        for box in form.xpath(".//input|.//select|.//textarea"):
            name, kind = box.get("name"), box.get("type", "text")
            if not name or name == "csrfmiddlewaretoken" or kind in {"submit", "file"}:
                continue
            if kind in {"checkbox", "radio"} and box.get("checked") is None:
                fields.setdefault(name, None)
            else:
                fields[name] = (box.value if box.tag == "select" else box.get("value", "")), kind
        found.append(fields)
    return found


def spoiled(fields, wrong):
    """What the form sends when every box people fill holds `wrong`."""
    sent = {}
    for name, held in fields.items():
        if held is None:
            continue
        value, kind = held
        keeps = kind == "hidden" or name.endswith(("_FORMS", "-cle", "-id"))
        sent[name] = value if keeps else wrong
    return {name: value for name, value in sent.items() if value is not None}


def words(node):
    return " ".join(html.unescape(node.text_content()).split())


def said_twice(page):
    """The sentences printed twice: in the list at the head, beside one field, or both beside nothing."""
    found = []
    summary = [words(item) for item in page.xpath("//*[@id='erreurs']//li")]
    found += [f"list: {text}" for text, n in Counter(summary).items() if n > 1]
    beside = page.xpath("//*[contains(concat(' ', @class, ' '), ' invalid-feedback ')][not(@hidden)]")
    beside = [node for node in beside if not node.xpath("ancestor::template")]
    sentences = []
    for node in beside:
        parts = node.xpath(".//strong") or [node]
        around = node.xpath("ancestor::*[self::tr or self::fieldset or contains(@id, 'div_id_')][1]")
        place = around[0] if around else node.getparent()
        sentences += [(place, words(part)) for part in parts if words(part)]
    found += [f"beside: {text}" for (_, text), n in Counter(sentences).items() if n > 1]
    # What is wrong with the form as a whole stands in the list alone.
    whole = [words(item) for item in page.xpath("//*[@id='erreurs']//li[not(a)]")]
    body = words(page.xpath("//main")[0])
    found += [f"whole: {text}" for text in whole if body.count(text) > 1]
    return found


def test_the_reading_sees_what_is_said_twice():
    page = lxml_html.fromstring(
        "<main><div id='erreurs'><ul><li>Rien à faire.</li><li><a href='#id_a'>A</a> : Trop long.</li></ul></div>"
        "<div class='alert'><ul><li>Rien à faire.</li></ul></div><div id='div_id_a'><input id='id_a'>"
        "<div class='invalid-feedback'><p><strong>Trop long.</strong></p><p><strong>Trop long.</strong></p></div>"
        "</div></main>"
    )
    assert said_twice(page) == ["beside: Trop long.", "whole: Rien à faire."]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "floors", [("label", "contrats", "laureats"), ("projects",), ("instruction", "juries")], ids="+".join
)
def test_no_error_is_printed_twice(floors, settings, monkeypatch, caplog):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    settings.IDEE_SECONDES_MIN = 0
    caplog.set_level("CRITICAL")
    people_at_hand(settings, monkeypatch)
    statuses_of_refusals(monkeypatch)
    world = World()
    columns = people(world, READERS)
    found, refused, seen = {}, 0, set()
    for target in [*targets(world), *more_pages(world)]:
        if target.address.name.partition(":")[0] not in floors or target.address.methods != ["GET", "POST"]:
            continue
        for name in readers("GET", target, READERS):
            shown = columns[name].ask("GET", target)
            if shown.status_code != 200 or "text/html" not in shown["Content-Type"]:
                continue
            forms = forms_of(lxml_html.fromstring(shown.content.decode()), target.url)
            for rank, fields in enumerate(forms):
                for kind, wrong in MAUVAIS.items():
                    answer = columns[name].ask("POST", target, spoiled(fields, wrong))
                    if answer.status_code not in (200, 409, 422) or "text/html" not in answer["Content-Type"]:
                        continue
                    page = answer.content.decode()
                    if "<main" not in page:
                        continue
                    refused += 1
                    for twice in said_twice(lxml_html.fromstring(page)):
                        found.setdefault(twice, f"{target.name} ({rank}, {kind or 'vide'}) by {name}")
            seen.add(target.name)
            break
    assert refused > 20, refused
    assert not found, "\n".join(f"{twice}  {where}" for twice, where in found.items())


def test_what_is_wrong_with_a_form_has_one_place():
    """crispy prints it too: its template says nothing, so every page that uses it shows the list."""
    templates = Path(__file__).parent.parent / "templates"
    assert re.sub(r"{%.*?%}.*{%.*?%}", "", (templates / "bootstrap5" / "errors.html").read_text()).strip() == ""
    shows = re.compile(r"error_summary\.html|components/form\.html|non_field_errors|allauth/elements")
    for path in templates.rglob("*.html"):
        text = path.read_text()
        if re.search(r"\|crispy\b", text) and path.name != "fields.html":
            assert shows.search(text), path
