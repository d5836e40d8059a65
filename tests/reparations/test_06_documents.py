"""A document never fails because of what was typed, and what was typed can be copied out of it."""

import re
import runpy
import subprocess
import time
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
import typst
from django.urls import reverse
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from label.documents import render_pdf
from laureats.models import Laureat
from projects.models import Dossier, Structure
from tests.factories.depot import EN_TEMPS, complete_dossier, engaged
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import PorteuseFactory, propose, vote
from tests.label.test_documents import COMMUN, DOSSIER, LETTRE, MEMBRE, POSTE, PROCES_VERBAL, RECEPISSE

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = ROOT / "templates" / "documents"
CASES = ROOT / "tests" / "cases"
# sixty signs, each of another script that no shipped typeface draws, or of none
RARES = "".join(map(chr, (*range(0x12000, 0x1201E), *range(0x13000, 0x1300F), *range(0x1D800, 0x1D80F))))
TITRES = {
    "tamoul": (CASES / "titre-tamoul.txt").read_text(),
    "bengali": (CASES / "titre-bengali.txt").read_text(),
    "khmer": "សាលា ភាសា",
    "amharique": "የአማርኛ ትምህርት ቤት",
    "arabe": "مدرسة الحي",
    "hébreu": "בית ספר",
    "chinois": "巴黎中文学校",
    "coréen": "한국어 학교",
    "amazighe": "ⵜⴰⵎⴰⵣⵉⵖⵜ",
    "géorgien": "ქართული სკოლა",
    "rares": RARES,
    "emoji": "fête 🎉 👩🏽‍🌾 🏳️‍🌈",
    "empilé": "z" + "\u0351\u0322" * 20 + " fête",
    "usage privé": "puce \uf0b7 et \U0010fffd",
    "non attribué": "\u0378 et \U000e01ff",
    "direction forcée": "\u202eà l’envers",
    "sans espace": "x" * 140,
}
# What a line or a page cannot hold, or what has stopped the compiler itself.
DEMESURES = {
    "mot": "x" * 5_000,
    "espaces insécables": "mot\u00a0" * 1_500,
    "hiéroglyphes": "𓀀" * 17_000,
    "emoji liés": "👩\u200d" * 17_000,
    "consonnes liées": "क्" * 12_000,
    "marques": "a" + "\u0301" * 10_000,
    "kana": "ぁ" * 6_000,
    "récit": "Un récit, mot après mot. " * 1_250,
    "lignes": "ligne\n" * 3_000,
}


# pdftotext repeats a group of signs that a typeface draws in several pieces, and puts Arabic and Hebrew in the order of
# the page; it is not asked to tell these apart.
RELUS_AUTREMENT = ("khmer", "empilé", "arabe", "hébreu", "direction forcée")


@pytest.mark.django_db
@pytest.mark.parametrize("nom", TITRES)
def test_06_a_receipt_is_made_and_kept_whatever_was_typed(nom, client, django_capture_on_commit_callbacks, tmp_path):
    titre = TITRES[nom][:140]
    dossier = complete_dossier(titre=titre)
    Structure.objects.filter(pk=dossier.structure_id).update(nom=titre)
    with time_machine.travel(EN_TEMPS, tick=True):
        client.force_login(dossier.responsable)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("projects:depot_create", args=[dossier.cle]), engaged(dossier))
        received = Dossier.objects.get(pk=dossier.pk)
        assert (received.statut, bool(received.versions.get().recepisse)) == ("depose", True)
        url = reverse("projects:recepisse", args=[dossier.cle])
        receipt, whole = body(client.get(url)), body(client.get(reverse("projects:dossier_pdf", args=[dossier.cle])))
        # Frozen: nothing that changes afterwards makes it again.
        Structure.objects.filter(pk=dossier.structure_id).update(nom="Autre nom")
        assert body(client.get(url)) == receipt
    for content in (receipt, whole):
        assert b"pdfuaid:part>1<" in PdfReader(BytesIO(content)).trailer["/Root"]["/Metadata"].get_data()
    if nom not in RELUS_AUTREMENT:
        assert signs(titre) in signs(copied(receipt, tmp_path))
        assert signs(titre) in signs(copied(whole, tmp_path))


@pytest.mark.django_db
def test_06_a_publication_is_not_stopped_by_what_one_dossier_is_called(client):
    edition, pilote = EditionFactory(), UserFactory(pilote=True)
    structure = PorteuseFactory(nom=RARES[::-1], adresse=TITRES["tamoul"])
    dossiers = [propose(edition, titre=RARES, structure=structure), propose(edition, titre="Un jardin")]
    vote(edition, by=pilote)
    client.force_login(pilote)
    letter = client.get(reverse("laureats:publication_lettre", args=[edition.annee, dossiers[0].cle]))
    assert body(letter).startswith(b"%PDF-")
    page = client.get(reverse("laureats:publication_preview", args=[edition.annee])).text
    empreinte = re.search(r'name="empreinte" value="([0-9a-f]+)"', page)[1]

    client.post(reverse("laureats:publication_publish", args=[edition.annee]), {"empreinte": empreinte})

    edition.refresh_from_db()
    assert edition.published_at is not None
    assert Laureat.objects.filter(edition=edition, dossier__in=dossiers).count() == 2


def everywhere(text):
    """Each template with this text wherever somebody types one, as (template, data)."""
    yield (
        "projects/recepisse.typ",
        RECEPISSE
        | {"titre": text, "structure": {"nom": text, "representant": text}, "depose_par": text, "qpv": [text]}
        | {"fichiers": [{"nom": text, "fichier": text, "octets": 1, "sha256": "0" * 64}], "contrat": text}
        | {"pieces_manquantes": [{"nom": text, "raison": text}]},
    )
    section = {
        "titre": "Le projet",
        "champs": [{"libelle": "Besoin", "valeur": text, "long": True}, {"libelle": "Lieux", "valeur": text}],
        "budget": [{"titre": "Charges", "lignes": [POSTE | {"libelle": text}], "total": 1}],
        "fichiers": [{"nom": text, "fichier": text, "octets": 1}],
    }
    yield "projects/dossier.typ", DOSSIER | {"titre": text, "resume": text, "qpv": [text], "sections": [section]}
    read = {name: DOSSIER[name] for name in ("numero", "montant_demande")} | {"debut": DOSSIER["depose_le"]}
    read |= dict.fromkeys(("titre", "resume", "structure", "contrat", "note"), text)
    read |= {"avis": [dict.fromkeys(("de", "sens", "rendu", "texte"), text)], "montant_propose": None}
    yield (
        "juries/cahier.typ",
        COMMUN
        | {"debut": DOSSIER["depose_le"], "fin": DOSSIER["depose_le"], "lieu": text}
        | {"auditions": [read | {"qpv": [text], "sections": [section]}]},
    )
    yield (
        "juries/proces_verbal.typ",
        PROCES_VERBAL
        | {"lieu": text, "observations": [text], "deports": [{"membre": text, "dossiers": ["1"], "motif": text}]}
        | {
            "dossiers": [
                one | {"titre": text, "structure": text, **_reasons(text)} for one in PROCES_VERBAL["dossiers"]
            ]
        }
        | {"colleges": [{"nom": "Élus", "membres": [MEMBRE | {"nom": text, "qualite": text}]}]},
    )
    for decision in ("laureat", "attente", "refus"):
        names = {"nom": text, "structure": text, "adresse": text}
        yield (
            "laureats/lettre.typ",
            LETTRE
            | {"decision": decision, "destinataire": names, "titre": text, "suites": [text]}
            | {"motif": text, "points_forts": text},
        )


def _reasons(text):
    return {"points_forts": text, "motif": text, "motif_interne": text}


def test_06_every_template_is_tried():
    known = {str(path.relative_to(DOCUMENTS)) for path in DOCUMENTS.rglob("*.typ")} - {
        "base.typ",
        "projects/lecture.typ",
    }
    assert {template for template, _ in everywhere("")} == known


@settings(max_examples=15)
@given(st.text(st.characters(), max_size=120))
def test_06_no_text_at_all_refuses_a_document(text):
    for template, data in everywhere(text):
        assert render_pdf(template, data).startswith(b"%PDF-")


def test_06_no_sign_of_any_block_refuses_a_document():
    codes = [code for start in range(0x20, 0x110000, 0x100) for code in range(start, min(start + 0x100, 0x110000), 9)]
    written = [chr(code) for code in codes if unicodedata.category(chr(code)) not in ("Cs", "Co") or not code % 0x1000]
    for start in range(0, len(written), 4000):
        typed = " ".join("".join(written[rank : rank + 6]) for rank in range(start, start + 4000, 6))
        assert render_pdf("laureats/lettre.typ", LETTRE | {"decision": "refus", "motif": typed}).startswith(b"%PDF-")


@pytest.mark.parametrize("nom", DEMESURES)
def test_06_what_no_line_can_hold_stays_on_the_page(nom, tmp_path):
    data = LETTRE | {"decision": "refus", "motif": DEMESURES[nom], "suites": [DEMESURES[nom][:5_000]]}

    places = copied(render_pdf("laureats/lettre.typ", data), tmp_path, "-bbox")

    # A4, less its margins of 22 mm.
    assert max(float(x) for x in re.findall(r'xMax="([0-9.]+)"', places)) <= 595.3 - 62 + 0.5
    assert max(float(y) for y in re.findall(r'yMax="([0-9.]+)"', places)) < 842
    if nom in ("mot", "récit", "lignes"):
        written = signs(copied(render_pdf("laureats/lettre.typ", data), tmp_path))
        assert written.count(signs(DEMESURES[nom])[:2]) >= signs(DEMESURES[nom]).count(signs(DEMESURES[nom])[:2])


def test_06_a_group_of_signs_is_one_box(tmp_path):
    typed = "\U00011013\U00011038\U00011001"

    places = copied(render_pdf("laureats/lettre.typ", LETTRE | {"titre": f"AVANT {typed} FIN"}), tmp_path, "-bbox")

    words = re.findall(r'xMin="([0-9.]+)".*xMax="([0-9.]+)".*>(.*)</word>', places)
    left, right, text = next(word for word in words if "\U00011013" in word[2])
    assert text == typed
    # A syllable of Brahmi, letter, vowel and mark: one box of 0.72 em at 10 pt, not three.
    assert round(float(right) - float(left), 1) == 7.2


def test_06_a_name_does_not_turn_the_words_around_it(tmp_path):
    data = LETTRE | {"decision": "refus", "titre": "\u202eabc\u2069\u202e"}

    text = copied(render_pdf("laureats/lettre.typ", data), tmp_path)

    assert "Dossier LAI-2027-014, «" in " ".join(text.split())


def test_06_the_typefaces_are_small_free_and_known():
    files = sorted(DOCUMENTS.rglob("*.ttf"))
    assert sum(path.stat().st_size for path in files) <= 10_000_000
    polices = runpy.run_path(str(ROOT / "scripts" / "polices.py"))
    kept = (DOCUMENTS / "fonts" / "ecritures" / "COUVERTURE.txt").read_text()
    assert polices["coverage"](DOCUMENTS / "fonts") == kept
    # Whole: what a person of the territory may write a name in.
    for name in ("Tamil", "Bengali", "Khmer", "Devanagari", "Sinhala", "Myanmar", "Thai", "Georgian", "Armenian"):
        assert re.search(rf"^{name}: (\d+) / \1 ", kept, re.MULTILINE), name
    # The last one draws everything.
    codes = set(TTFont(DOCUMENTS / "fonts" / "ecritures" / "LabelSansDessin-Regular.ttf").getBestCmap())
    assert codes == set(range(0x20, 0x110000)) - set(range(0xD800, 0xE000))
    listed = re.findall(
        r'"((?:Noto|Droid|Label)[^"]*)"', (DOCUMENTS / "base.typ").read_text().partition("#let textes")[0]
    )
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[DOCUMENTS / "fonts"])
    assert set(found.families()) - {"Atkinson Hyperlegible Next", "Bricolage Grotesque"} == set(listed)


def body(response):
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def copied(content, tmp_path, *options):
    """What poppler copies out of the PDF."""
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    command = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")


def signs(text):
    """The signs alone: spaces, lines and marks of direction come where the page wants them."""
    kept = [sign for sign in text if unicodedata.category(sign) not in ("Cf", "Cc") and not sign.isspace()]
    return unicodedata.normalize("NFC", "".join(kept))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["\u202a" * 30_000, "\u2066" * 30_000, "\u202a" * 15_000 + "\u2069" * 15_000, "\xad" * 30_000],
    ids=("embedded", "isolated", "both", "soft"),
)
def test_06_marks_that_show_nothing_cost_nothing(client, text):
    """One such field held a processor for half a minute each time somebody asked for the PDF."""
    dossier = complete_dossier()
    Dossier.objects.filter(pk=dossier.pk).update(besoin=text, innovation=text, objectifs=text)
    client.force_login(dossier.responsable)
    start = time.process_time()
    response = client.get(reverse("projects:dossier_pdf", args=[dossier.cle]))
    assert response.content.startswith(b"%PDF")
    assert time.process_time() - start < 6
