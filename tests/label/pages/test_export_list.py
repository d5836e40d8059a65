"""The exports by name: offered to who may, made from the édition asked, nothing for anybody else."""

import io

import pytest
from openpyxl import load_workbook

from tests.factories.label import EditionFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_pilote_downloads_a_named_export_as_a_workbook(client):
    EditionFactory()
    client.force_login(UserFactory(pilote=True))
    assert "/exports/2027/dossiers/?format=xlsx" in client.get("/exports/").text
    response = client.get("/exports/2027/dossiers/?format=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(response) if response.streaming else response.content)).active
    assert sheet.max_row == 1
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize(
    "path", ["/exports/2027/inconnu/", "/exports/2027/dossiers/?format=exe", "/exports/1999/dossiers/"]
)
def test_unknown_export_format_or_edition_is_absent(client, path):
    EditionFactory()
    client.force_login(UserFactory(pilote=True))
    assert client.get(path).status_code == 404


def test_instructeur_is_not_offered_what_only_the_pilote_takes(client):
    EditionFactory()
    client.force_login(UserFactory(instructeur=True))
    page = client.get("/exports/").text
    assert "/exports/2027/instruction/" in page
    assert ("/exports/2027/notes/" in page) == (client.get("/exports/2027/notes/").status_code == 200)


def test_a_stranger_is_refused(client):
    client.force_login(UserFactory())
    assert client.get("/exports/").status_code == 403
