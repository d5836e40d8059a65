"""What anybody may type never becomes a formula in a file the public opens, whatever signs it is cut at."""

import pytest
from django.urls import reverse

from label.exports import Column, Table, to_csv
from laureats.scdl import composer_objet
from tests.factories.label import EditionFactory
from tests.factories.laureats import PUBLIE_LE, LaureatFactory
from tests.tableur import LibreOffice

pytestmark = pytest.mark.django_db
MAUVAIS = (
    "Le jardin;=PI()",
    "À vélo,=PI()*3",
    "Jardin\t=PI()",
    "Jardin =PI()",
    "Jardin, @PI()",
    'Jardin;"=PI()";1',
    "Jardin:=PI()",
    "Jardin|+PI()",
)


def test_no_public_file_computes_what_was_typed(client, tmp_path):
    edition = EditionFactory(published_at=PUBLIE_LE)
    for rank, mauvais in enumerate(MAUVAIS):
        # As the publication writes it.
        objet = composer_objet(edition.titre, mauvais)
        fields = {"titre": mauvais, "objet": objet, "ordre": rank + 1, "montant": 4000 + rank}
        LaureatFactory(edition=edition, nom=f"Cyclo {rank}{mauvais[6:]}", **fields)
    asked = {
        "scdl": client.get(reverse("laureats:laureat_scdl", args=[edition.annee])),
        "csv": client.get(reverse("laureats:laureat_list"), {"format": "csv"}),
    }
    given = {name: b"".join(page) for name, page in asked.items()}
    rows = [{"a": "avant", "b": mauvais, "c": "après"} for mauvais in MAUVAIS]
    given["tout"] = to_csv(Table("T", [Column(name, name) for name in "abc"], rows))
    cuts = {name: ["tous", "csv"] for name in given} | {"scdl": ["tous", "csv", "scdl"]}
    files = {(name, cut): (cut, given[name]) for name, of_file in cuts.items() for cut in of_file}
    sheets = LibreOffice(tmp_path).open(files)
    computed = {
        where: [cell.formule for row in sheet.rows for cell in row if cell.formule] for where, sheet in sheets.items()
    }
    assert {where: found for where, found in computed.items() if found} == {}
    # As many rows as laureates, one cell for each text.
    assert {where: len(sheet.rows) for where, sheet in sheets.items()} == dict.fromkeys(files, len(MAUVAIS) + 1)
    assert [row[1].value for row in sheets["tout", "tous"].rows[1:]] == list(MAUVAIS)
