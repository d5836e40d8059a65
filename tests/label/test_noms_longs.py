"""Names as long as their columns allow, of emoji, of lines, of another direction: every page, file and mail stands."""

import pytest
from django.apps import apps
from django.core.mail import EmailMessage
from django.db import DatabaseError, models, transaction

from label.exports import Column, Table, export_response
from label.models import Courriel
from label.notifications import SUJET_MAX, subject_line
from tests.walk import more_pages, people, people_at_hand, readers, targets
from tests.world import PERSONNES, World

# The names of ecriture are those of fields: no person writes them.
OURS = ("label", "contrats", "projects", "instruction", "juries", "laureats")
NOMS = {
    "titre",
    "nom",
    "prenom",
    "sigle",
    "lieu",
    "lieux",
    "organisme",
    "qualite",
    "libelle",
    "organe",
    "objet",
    "ville",
}
PIRES = {
    "lignes": "Le jardin\nBcc: tous@exemple.example\r\n\r\nBonjour ",
    "emoji": "👩🏽\u200d🚒🏳\ufe0f\u200d🌈",
    "sens": "שלום \u200fبسم الله\u200f ",
    "signes": "%s {{ x }} <b>\"\\/;:,'`$ ../.. ",
    "développé": "ﷺ",
}


def rename(words):
    """Give these words, as many times as fit, to everything that has a name; how many columns took them."""
    taken = 0
    for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
        if not model._meta.managed or model.__name__.endswith("Event"):
            continue
        for field in model._meta.fields:
            if field.name in NOMS and type(field) is models.CharField and not field.choices:
                long = (words * 200)[: field.max_length]
                try:
                    with transaction.atomic():
                        model._base_manager.update(**{field.name: long})
                    taken += 1
                except DatabaseError:
                    continue
    return taken


@pytest.mark.django_db
@pytest.mark.parametrize("kind", PIRES)
def test_no_name_makes_a_page_a_file_or_a_mail_fall(kind, settings, monkeypatch):
    people_at_hand(settings, monkeypatch)
    world = World()
    assert rename(PIRES[kind]) > 15
    for user in world.personnes.values():
        if user:
            user.refresh_from_db()
    persons, fallen, seen = people(world), [], set()
    for target in [*targets(world), *more_pages(world)]:
        for method in target.address.methods:
            who = readers(method, target, list(PERSONNES))
            if not who or (method, target.address.name) in seen:
                continue
            seen.add((method, target.address.name))
            try:
                status = persons[who[0]].ask(method, target).status_code
                assert status < 500, status
            except Exception as error:  # every fall is told at once
                fallen.append(f"{method} {target.name} by {who[0]}: {error!r}"[:300])
    assert fallen == []
    assert len(seen) > 150


@pytest.mark.parametrize("words", PIRES.values(), ids=PIRES)
def test_a_subject_is_one_line_that_leaves(words):
    line = subject_line(words * 100)
    assert len(line) <= SUJET_MAX == Courriel._meta.get_field("sujet").max_length
    sent = EmailMessage(line, "texte", "de@exemple.example", ["a@exemple.example"]).message().as_bytes()
    assert sent.partition(b"\n\n")[0].lower().count(b"\nbcc:") == 0


@pytest.mark.parametrize("words", PIRES.values(), ids=PIRES)
def test_a_file_name_stays_in_its_header(words):
    response = export_response(Table(words, [Column("a", words)], [{"a": words}]), "xlsx", words * 20)
    assert response.content.startswith(b"PK")
    assert not set("\r\n") & set(response["Content-Disposition"])
    assert response["Content-Disposition"].startswith("attachment; filename")
