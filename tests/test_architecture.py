"""The house stays as drawn: floors, names, sizes, and templates without a line of script or style."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from django import forms
from django.conf import settings
from django_filters.filterset import BaseFilterSet

from label.aide.registre import AIDES
from label.forms.champs import DateHeureField, EntierField, JourField, ReelField
from tests.acteurs import Source

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("label", "contrats", "ecriture", "projects", "instruction", "juries", "laureats")
OURS = (*FLOORS, "demo")
MODULES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
# A mail is read away from our style sheet.
PAGES = [path for path in TEMPLATES if "courriels" not in path.parts]
# One sitting is about 300 lines. These are still to be cut.
LONG = {"projects/seed.py": 400}
PRODUCT = [path for path in MODULES if path.relative_to(ROOT).parts[0] in FLOORS]
VIEWS = [path for path in PRODUCT if path.stem.startswith("views") or path.parent.name == "views"]
SHELVES = ("actions", "queries", "forms", "views")
# Floors still cut by kinds of file.
UNCUT = set()
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", re.DOTALL)


def name(path):
    return str(path.relative_to(ROOT))


def test_a_floor_imports_only_what_is_below():
    # Aside: within this process it would silence every logger that exists, and the tests that read them.
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_module_is_a_drawer():
    drawers = {"utils", "util", "helpers", "helper", "common", "services", "service", "misc", "managers"}
    assert [name(path) for path in MODULES if path.stem in drawers or path.parent.name in drawers] == []


def test_a_module_is_read_at_one_sitting():
    lengths = {name(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {path: length for path, length in lengths.items() if length > LONG.get(path, 350)} == {}


def test_a_view_is_read_at_a_glance():
    lengths = {
        f"{name(path)} {view.name}": view.end_lineno - view.lineno + 1
        for path in VIEWS
        for view in ast.walk(ast.parse(path.read_text()))
        if isinstance(view, ast.FunctionDef)
    }
    assert [view for view, length in lengths.items() if length > 40] == []


def test_no_view_module_imports_another():
    """What several pages show is assembled in a module of its own."""
    ours = re.compile(rf"^ *(?:from|import) (?:{'|'.join(FLOORS)})(?:\.\w+)*\.views", re.MULTILINE)
    assert [name(path) for path in VIEWS if ours.search(path.read_text())] == []


def _says_why(lines, number):
    """The import at this line (from 1) says its reason: beside it, or above the imports it stands with."""
    if re.sub(r"noqa(: [A-Z]\d+)?", "", lines[number - 1].partition("#")[2]).strip():
        return True
    above = lines[number - 2].strip()
    return above.startswith("#") or (above.startswith(("from ", "import ")) and _says_why(lines, number - 1))


def test_an_import_is_deferred_for_a_reason():
    mute = set()
    for path in MODULES:
        lines = path.read_text().splitlines()
        for function in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                imports = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
                mute |= {f"{name(path)}:{node.lineno}" for node in imports if not _says_why(lines, node.lineno)}
    assert sorted(mute) == []


def test_a_room_is_a_noun_and_no_floor_is_cut_by_kinds_of_file():
    """What one change touches stands in one folder, named after its subject."""
    # A folder that git has emptied may keep its compiled modules.
    kinds = [path.parent for floor in FLOORS for kind in SHELVES for path in (ROOT / floor).glob(f"**/{kind}/*.py")]
    # What the forms of every floor are made of: their subject is the form.
    assert sorted({name(path) for path in kinds if path.parts[-2] not in UNCUT}) == ["label/forms"]


def test_a_file_that_comes_in_is_judged_by_one_door():
    """The kinds taken are named once, and what a person sends is opened by nobody before the door has judged it."""
    door = "label/fichiers/"
    kinds = re.compile(r"PDF, PNG|\.docx,|\.pdf,\.png|ftypheic|%PDF-")
    openers = re.compile(r"^\s*(?:import|from) (?:pikepdf|PIL|zipfile)\b", re.MULTILINE)
    # What reads the workbook of a budget opens it after `inspect_file`; what is written or brought by us is no one's.
    after = {"label/classeurs.py", "label/demesure.py", "label/ooxml.py", "projects/seed_pieces.py"}
    pages = sorted((ROOT / "static" / "js").rglob("*.js")) + TEMPLATES
    told = [name(path) for path in [*MODULES, *pages] if kinds.search(path.read_text())]
    ours = {"label/documents.py", "projects/seed_pieces.py"}
    assert [path for path in told if not path.startswith(door) and path not in ours] == []
    opened = [name(path) for path in MODULES if openers.search(path.read_text())]
    assert [path for path in opened if not path.startswith(door) and path not in after] == []
    # The door of what comes in cleans their names, and opens none.
    received = [
        path for path in MODULES if re.search(r"request\.FILES", path.read_text()) and name(path) != "label/entree.py"
    ]
    judges = {"projects/piece/views.py": "join_", "projects/budget/views.py": "TableurForm"}
    judges["juries/oral/views.py"] = "add_support"
    assert {name(path): judges.get(name(path), "") for path in received} == judges
    assert all(judges[name(path)] in path.read_text() for path in received)


def test_the_files_of_a_dossier_are_counted_in_one_place():
    """One module writes every file of a dossier, and asks the limits; nobody else reads them but to say them."""
    limits = re.compile(r"(?:PIECES_LIBRES|POIDS_LIBRES|POIDS_DOSSIER)_MAX")
    read = {name(path) for path in MODULES if limits.search(path.read_text())}
    assert read == {"label/settings.py", "projects/pages/pieces.py", "projects/piece/limites.py"}
    maker = re.compile(r"\b(?<!class )Piece\(")
    written = {name(path): path.read_text() for path in PRODUCT if maker.search(path.read_text())}
    assert {path: text.count("ensure_room(locked") for path, text in written.items()} == {
        "projects/piece/actions.py": 2
    }


def test_the_roles_held_at_the_ept_are_never_read_without_saying_which():
    """A role added to the list would make agents of those who hold it, wherever all roles are taken together."""
    bare = re.compile(r"\bHabilitation\.objects\.(?!(?:agents|holding|create)\(|filter\(role)\w+\(?")
    home = ROOT / "label" / "models" / "user.py"
    found = {name(path): bare.findall(path.read_text()) for path in PRODUCT if path != home}
    assert {path: hits for path, hits in found.items() if hits} == {}


# Where three fields of one section are named beside the table, and why.
NAMED_ASIDE = {
    "projects/champs/table.py": "the table",
    "projects/models/dossier.py": "the labels of the columns themselves",
    "projects/models/structure.py": "the labels of the columns themselves",
    "projects/seed.py": "what the demonstration writes in them",
    "projects/seed_textes.py": "what the demonstration writes in them",
    "projects/depot/recepisse.py": "what the law wants on a receipt, from what was frozen",
    "projects/idee/forms.py": "what an idea says of a new structure",
    "templates/projects/idee/form.html": "what an idea says of a new structure",
    "templates/projects/idee/structure.html": "what an idea says of a new structure",
    "projects/structure/adhesion.py": "what makes two structures look alike",
    "projects/structure/kinds.py": "the numbers that are read whole",
    "laureats/exports.py": "the same words of a beneficiary, which is no structure of ours",
}


def _names_told(path):
    """What a file names: the strings of a module, what a template reads of a form or of a row."""
    text = path.read_text()
    if path.suffix == ".py":
        nodes = ast.walk(ast.parse(text))
        return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return set(re.findall(r"\b(?:form|dossier|structure|sections)\.(\w+)", text))


def _listing(files):
    """Those that name three fields of one section, {file: names}: a list of fields is another field table."""
    from projects.champs.table import CHAMPS

    # The rows of other tables are named for themselves too.
    own = [champ for champ in CHAMPS if champ.is_colonne and not champ.is_relation]
    by_section = {champ.section: {one.nom for one in own if one.section == champ.section} for champ in own}
    return {
        name(path): sorted(found)
        for path in files
        for names in by_section.values()
        if len(found := _names_told(path) & names) >= 3
    }


def test_the_fields_of_a_dossier_are_listed_once():
    documents = sorted((ROOT / "templates" / "documents").rglob("*.typ"))
    listed = _listing([*PRODUCT, *TEMPLATES, *documents])
    assert {file: names for file, names in listed.items() if file not in NAMED_ASIDE} == {}
    assert sorted(NAMED_ASIDE.keys() - listed.keys()) == []


def test_a_second_list_of_fields_would_be_seen(tmp_path, monkeypatch):
    module, template = tmp_path / "lecture.py", tmp_path / "lecture.html"
    module.write_text('LUS = ("besoin", "innovation", "objectifs")')
    template.write_text("{{ dossier.lieux }}{{ dossier.publics }}{{ dossier.beneficiaires }}")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert _listing([module, template]) == {
        "lecture.py": ["besoin", "innovation", "objectifs"],
        "lecture.html": ["beneficiaires", "lieux", "publics"],
    }


def test_a_dossier_is_read_through_one_template_on_screen_and_one_on_paper():
    """What goes through the fields of a section to show them, and what turns a value into JSON, stand once."""
    shown = [name(path) for path in TEMPLATES if re.search(r"in \w+\.champs %}", path.read_text())]
    printed = [name(path) for path in (ROOT / "templates").rglob("*.typ") if "champ.valeur" in path.read_text()]
    flat = [name(path) for path in PRODUCT if re.search(r"^def flat\(", path.read_text(), re.MULTILINE)]
    assert (shown, printed, flat) == (
        ["templates/projects/dossier/_parties.html"],
        ["templates/documents/projects/lecture.typ"],
        ["label/forms/section.py"],
    )


def test_nothing_acts_or_is_styled_inside_a_page():
    # A block of JSON is data: it runs nothing.
    script = r"<script(?![^>]*\b(?:src=|type=\"application/json\"))"
    forbidden = re.compile(rf"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|{script}", re.IGNORECASE)
    found = {name(path): forbidden.findall(TAG.sub(" ", path.read_text())) for path in PAGES}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_a_script_is_read_at_one_sitting_and_has_one_subject():
    lengths = {name(path): len(path.read_text().splitlines()) for path in SCRIPTS}
    assert {path: length for path, length in lengths.items() if length > 250} == {}
    # What runs before the page is there; all the rest are modules, which share by importing.
    classic = {"static/js/gestes.js", "static/js/theme.js"}
    assert {name(path) for path in SCRIPTS if path.read_text().rstrip().endswith("})();")} == classic
    shared = re.compile(
        r"\b(?:window|self|globalThis)(?:\.\w+)+\s*(?:\?\?|\|\||&&)?=(?!=)|\bwindow\.label\b|Object\.assign\(window"
    )
    assert {name(path) for path in SCRIPTS if shared.search(path.read_text())} == set()
    pages = "\n".join(path.read_text() for path in PAGES)
    assert {f"static/js/{script}" for script in re.findall(r"<script[^>]*js/([^'\"]+)", pages)} == classic
    # A module comes with what it imports, by its tag; one that no page names is imported.
    entries = {f"static/js/{script}.js" for script in re.findall(r'{% module "([\w/]+)" %}', pages)}
    assert entries == {name(path) for path in SCRIPTS if path.parent.name == "js"} - classic


def test_what_is_not_sent_yet_has_one_queue():
    """One place writes to the server, one keeps on the device, one tries again, one says it."""
    texts = {name(path).removeprefix("static/js/"): path.read_text() for path in SCRIPTS}

    def holding(pattern):
        return {path for path, text in texts.items() if re.search(pattern, text)}

    theme = {"theme.js", "page/bascule.js"}
    assert holding(r"localStorage|sessionStorage|indexedDB|\bcaches\b") == {"file/memoire.js"} | theme
    assert all(set(re.findall(r"[Ss]torage\.\w+\((\"[^\"]*\")", texts[path])) == {'"label-theme"'} for path in theme)
    writing = r"[\"'`](?:POST|PUT|PATCH|DELETE)[\"'`]|XMLHttpRequest|sendBeacon|X-CSRFToken"
    assert holding(writing) == {"file/envoi.js"}
    assert holding(r"\.status\b[^;\n]*\b[45]\d\d\b|PASSAGERS|opaqueredirect") == {"file/envoi.js"}
    assert holding(r"[\"']online[\"']") == {"file/file.js"}
    assert holding(r"nouvel essai|Votre session|Hors connexion\\u00a0: gardé|Réessayer\b(?! maintenant)") == {
        "file/mots.js"
    }
    # Whoever sends what a person gave does it in the queue.
    senders = holding(r"\b(?:postForm|upload)\b|champs\}\$\{encodeURIComponent")
    assert senders == {"file/envoi.js", "notation.js", "pieces/envois.js", "ecriture/enregistrement.js"}
    assert {path for path in senders - {"file/envoi.js"} if "new Envoi(" not in texts[path]} == set()


LOI = ("mentions_legales", "donnees_personnelles", "accessibilite", "conditions")


def test_every_template_is_used():
    written = "\n".join(path.read_text() for path in [*MODULES, *TEMPLATES])
    # Found by Django and django-allauth under these names.
    by_name = re.compile(r"^(\d{3}(_csrf)?\.html|account/|allauth/|mfa/|django/|bootstrap5/)")
    used = re.compile(r"""["']([\w/.-]+\.(?:html|svg|txt|typ))""")
    names = set(used.findall(written))
    # Named by a part of the address: `projects/section_<section>.html`, `label/<page>.html`.
    parts = ("form", "budget", "evaluation", "questions", "pieces", "engagements")
    composed = {f"projects/pages/section_{part}.html" for part in parts}
    composed |= {f"label/pages/{page}.html" for page in LOI}
    composed |= {aide.gabarit for aide in AIDES}
    templates = {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES}
    assert sorted(path for path in templates - names - composed if not by_name.match(path)) == []


def test_every_mail_text_belongs_to_the_plan():
    from label.notifications import registry

    texts = {path.stem for path in (ROOT / "templates" / "courriels").glob("*.txt")}
    assert texts == set(registry)


def test_the_apostrophe_is_the_french_one():
    straight = re.compile(r"[^\W\d_]'[^\W\d_]")
    texts = [*TEMPLATES, *sorted((ROOT / "templates").rglob("*.txt"))]
    found = {}
    for path in texts:
        text = TAG.sub(" ", path.read_text())
        if path.suffix == ".html":
            text = re.sub(r"<[^>]*>", " ", text)
        if hits := [text[max(0, hit.start() - 20) : hit.end() + 20] for hit in straight.finditer(text)]:
            found[name(path)] = hits
    assert found == {}


def test_the_sentences_of_the_code_have_the_french_apostrophe():
    """In a string that holds a French sentence (an accent, a space), no straight apostrophe between letters."""
    string = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
    straight = re.compile(r"[^\W\d_]'[^\W\d_]")
    found = [
        f"{name(path)}: {text}"
        for path in MODULES
        for text in string.findall(re.sub(r'""".*?"""', "", path.read_text(), flags=re.DOTALL))
        if straight.search(text) and re.search(r"[éèêàçôûî]", text)
    ]
    assert found == []


# --- One of each ----------------------------------------------------------------------------------


def outside(pattern, *homes, paths=PRODUCT, flags=0):
    """{path: hits} of a pattern in these files, but in its homes (paths from the root)."""
    search = re.compile(pattern, flags)
    found = {name(path): search.findall(path.read_text()) for path in paths if name(path) not in homes}
    return {path: hits for path, hits in found.items() if hits}


SHOWN = "label/templatetags/label_ui.py"


def test_figures_dates_and_names_are_shown_by_one_module():
    """Euros, thousands, months, days of the week, plurals, weights of files, initials."""
    named = r"(?m)^def (euros|nombre|initiales|jour|heure|jour_heure|poids|pluriel|duree|dans)\("
    assert outside(named, SHOWN) == {}
    assert outside(r":,\}|:_\}|\\u00a0€|\u00a0€\"", SHOWN) == {}
    assert outside(r"(?i)\"(?:janvier|février|lundi|mardi|samedi)\"|\b[ap]part\[0\].*upper\(", SHOWN) == {}
    assert outside(r"\.split\(\)\[:2\]", SHOWN) == {}
    # Django says «20,0 Mio» of a file.
    assert outside(r"filesizeformat", paths=[*MODULES, *TEMPLATES]) == {}
    # In the browser and on paper, one place each, held to the same words by tests/label/test_label_ui.py.
    scripts = sorted((ROOT / "static" / "js").rglob("*.js"))
    assert outside(r"toLocaleString\(\"fr|\\d\{3\}\)\+\(?\?!|€`", "static/js/page/chiffres.js", paths=scripts) == {}
    typst = sorted((ROOT / "templates" / "documents").rglob("*.typ"))
    assert outside(r"(?i)\"(?:janvier|février)\"", paths=typst) == {}
    assert outside(r"#let (?:euros|jour|heure|taille|entier)\(", "templates/documents/base.typ", paths=typst) == {}


def test_a_name_after_de_is_said_by_one_function():
    """«d’Awa», «le dossier d’École en fête»: `|de` and `|que` of label_ui. Figures, dates and addresses keep «de»."""
    figures = r"(?:euros|heure|duree|poids|pluriel|length|nombre|accord\b[^}]*)"
    plain = r"(?:annee|numero|jours|duree_\w+|email|adresse_courte|rang)"
    before = rf"\b(?:de|que) (?:<[^>]+>)*\{{\{{ (?![^}}|]*\|{figures})(?!(?:\w+\.)*{plain} \}}\}})"
    mails = sorted((ROOT / "templates").rglob("*.txt"))
    assert outside(before, paths=[*TEMPLATES, *mails]) == {}
    named = r"(?:nom|get_full_name\(\)|user|by|jure|structure|titre\w*|auteur)"
    assert outside(rf"\b(?:de|que) \{{(?:\w+\.)*{named}\}}") == {}
    # And the guard sees what it forbids.
    assert re.search(before, "Le mot de {{ objet.by.get_full_name }}")
    assert not re.search(before, "à partir de {{ echeance|heure }}")


def test_numbers_are_sorted_as_people_count():
    """LAI-2027-1000 follows LAI-2027-999: `by_numero`; the queue has its own index, in the same order."""
    words = r"order_by\([^)]*\"(?:\w+__)*numero\"|F\(\"(?:\w+__)*numero\"\)|\bkey=lambda[^)]*\.numero"
    assert outside(words) == {}


def test_what_a_list_is_asked_has_one_rule():
    """Every filter of a list is below `Filtres`, and an export knows of it."""
    assert outside(r"\((?:django_filters\.)?FilterSet\)", "label/forms/recherche.py") == {}
    views = [(name(path), text) for path in VIEWS for text in path.read_text().split("\n\n\n")]
    made = [(path, text) for path, text in views if re.search(r"\b\w+Filter\(request", text)]
    assert len(made) >= 8
    # Its list is read of `filtre` by the frame, and each of its exports is made through the door that knows of it.
    exports = re.compile(r"export_as_asked\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
    for path, text in made:
        assert all(re.search(r",\s*(?:filtre|rows),?\s*$", call) for call in exports.findall(text)), path
    assert outside(r"request\.GET\.get\(\"tri\"") == {}


def test_months_are_counted_by_dateutil():
    assert outside(r"\bmonthrange\b|\.replace\([^)]*\b(?:year|month)=|\bimport calendar\b") == {}


def test_a_badge_has_one_tone_for_one_state_and_one_for_the_same_words():
    from instruction.enums import TONS_DE_L_AVIS, SensAvis
    from label.enums import TONS_DE_L_ANALYSE, Analyse, Ton
    from label.models.courriel import TONS_DU_COURRIEL, Etat
    from laureats.enums import TONS_DU_VERSEMENT, EtatVersement
    from projects.enums import TONS, Statut

    tables = {
        Statut: TONS,
        Analyse: TONS_DE_L_ANALYSE,
        Etat: TONS_DU_COURRIEL,
        SensAvis: TONS_DE_L_AVIS,
        EtatVersement: TONS_DU_VERSEMENT,
    }
    assert {states: set(table) for states, table in tables.items()} == {states: set(states) for states in tables}
    # One table for each; a tone in the code is a `Ton`; the class of the style sheet is written by the badge alone.
    written = [table for hits in outside(r"(?m)^(TONS\w*) *=").values() for table in hits]
    assert len(written) == len(tables)
    assert outside(rf"\bton\w*\"?\]?\s*[:=]\s*\"(?:{'|'.join(Ton)})\"(?! if)", "label/enums.py") == {}
    badges = ("templates/components/badge.html", "templates/allauth/elements/badge.html")
    assert outside(r"etiquette-\w*", *badges, paths=TEMPLATES) == {}
    assert outside(r"get_\w+_display tone=\"", paths=TEMPLATES) == {}
    # The same words have the same colour everywhere, that of the state they name when they name one.
    of_states = {state.label: str(tone) for table in tables.values() for state, tone in table.items()}
    said = re.compile(r'badge.html" with label="([^"]+)"(?: tone="(\w*)")?')
    found = {hit for path in TEMPLATES for hit in said.findall(path.read_text())}
    tones = {label: {tone or "neutral" for words, tone in found if words == label} for label, _ in found}
    assert {label: hits for label, hits in tones.items() if hits != {of_states.get(label, *hits)}} == {}


# Who may name the date of implicit rejection kept with a version: its column, and its receipt.
KEPT_DATE = {
    "projects/models/depot.py",
    "projects/depot/actions.py",
    "projects/depot/recepisse.py",
    "templates/documents/projects/recepisse.typ",
    "templates/courriels/depot_recu.txt",
    "templates/courriels/complement_envoye.txt",
}
# Who may read the text of a dossier as it stands: what freezes it, reads it, says what moved since it was frozen.
LIVE_TEXT = {
    "projects/dossier/contenu.py",
    "projects/dossier/lecture.py",
    "projects/dossier/version.py",
    "instruction/complement/views.py",
    "instruction/pages/detail.py",
}


def _second_clocks(root, modules, texts):
    """Places, under `root`, that count the silence of the EPT beside `projects/silence.py`, or tell an older date."""
    counts = re.compile(r"months=2\b|timedelta\((?:days=)?6[12]\)|DelaiImparti\.objects\.(?!create)")
    found = set()
    for path in modules:
        place, text = str(path.relative_to(root)), path.read_text()
        if counts.search(text) and place not in {"projects/silence.py", "projects/models/delai.py"}:
            found.add(place)
        if re.search(r"\brejet_implicite_le\b", text) and place not in KEPT_DATE:
            found.add(place)
        if re.search(r"\bsilence\(", text) and place not in {"projects/silence.py", "projects/depot/silence_lu.py"}:
            found.add(place)
    told = {str(path.relative_to(root)) for path in texts if "rejet_implicite_le" in path.read_text()}
    return sorted(found | told - KEPT_DATE)


def _texts(root):
    return [path for kind in ("html", "txt", "typ") for path in (root / "templates").rglob(f"*.{kind}")]


def test_the_silence_of_the_ept_is_counted_in_one_place():
    assert _second_clocks(ROOT, PRODUCT, _texts(ROOT)) == []


def test_a_second_clock_would_be_seen(tmp_path):
    written = {
        "instruction/rappel.py": "le = recu + relativedelta(months=2)",
        "instruction/autre.py": "le = recu + timedelta(days=61)",
        "instruction/page.py": "depot.rejet_implicite_le",
        "instruction/liste.py": "silence(recu, [])",
        "laureats/lettre.py": "DelaiImparti.objects.filter(dossier=dossier)",
        "templates/instruction/page.html": "{{ depot.rejet_implicite_le|jour }}",
        "instruction/juste.py": "silence_of(dossier).le",
    }
    for place, text in written.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    found = _second_clocks(tmp_path, sorted(tmp_path.rglob("*.py")), _texts(tmp_path))
    assert found == sorted(set(written) - {"instruction/juste.py"})


def test_a_received_dossier_is_read_from_what_was_frozen():
    """The text as it stands is read in few places, each of which says that nothing has frozen it."""
    live = re.compile(r"\bcurrent_content\(")
    assert {name(path) for path in PRODUCT if live.search(path.read_text())} == LIVE_TEXT
    printed = re.compile(r"(\w+)\.sha256")
    owners = {owner for path in _texts(ROOT) for owner in printed.findall(path.read_text())}
    # A fingerprint is that of a version, of a file frozen in it, of a text confirmed: never of a dossier.
    assert owners == {"version", "fichier", "engagement"}


def test_lists_have_one_page_size():
    assert outside(r"\bPaginator\b|^\w*PAGE\w* *=", "label/listes.py", flags=re.MULTILINE) == {}


def test_a_cell_of_a_card_is_one_piece():
    """Under 768 px a cell is its label and one thing beside it: several pieces stand in a `<div>`."""
    cell = re.compile(r'<td data-label="[^"]*"[^>]*>(.*?)</td>', re.DOTALL)
    held = re.compile(r"<(div|span)>.*</\1>", re.DOTALL)
    bare = {
        name(path): [inner for inner in cell.findall(path.read_text()) if "<small" in held.sub("", inner)]
        for path in TEMPLATES
    }
    assert {path: cells for path, cells in bare.items() if cells} == {}


def test_lists_stand_in_one_frame():
    """Whoever shows the page of a list extends the frame; what does not has neither its head nor its exports."""
    frame = {"templates/liste.html", "templates/components/pagination.html"}
    shown = r"\bpage_obj\b|pagination\.html|export_buttons"
    extends = {name(path) for path in TEMPLATES if '{% extends "liste.html" %}' in path.read_text()}
    # A map has its own table under it; a conversation, the box where one answers.
    left = {"templates/contrats/carte/carte.html", "templates/projects/echange/list.html"}
    assert set(outside(shown, *frame, paths=TEMPLATES)) - extends == left
    asked = [path.read_text() for path in VIEWS if "page_of(" in path.read_text()]
    rendered = {f"templates/{page}" for text in asked for page in re.findall(r'"([\w/]+/\w+\.html)"', text)}
    assert sorted(extends - rendered) == []
    head = r'class="(?:liste-tete|filtres)"'
    # A title and its link above a drawing, not a list of records.
    drawings = {"templates/label/pages/accueil.html"}
    frame.add("templates/components/filtres.html")
    assert set(outside(head, *frame, paths=TEMPLATES)) - left == drawings


def test_a_deadline_is_compared_by_its_minute():
    """Where a deadline is asked whether it has passed, the whole minute people read is still in time."""
    assert outside(r"second=0, microsecond=0", "label/minute.py", "instruction/complement/forms.py") == {}
    raw = r"(?:echeance|cloture|jusqu_au)__(?:lt|gte)=(?!minute|timezone\.localdate|today\b)\w+[^,)\n]*"
    assert outside(raw) == {}
    # A date to come, asked of who gives it, is after now.
    compared = outside(r"\b\w*\.?(?:cloture|echeance|jusqu_au)\b *(?:<=?|>=?) *\w+|\w+ *(?:<=?|>=?) *\w+\.cloture")
    assert compared == {
        "instruction/avis/actions.py": ["echeance < timezone"],
        "instruction/complement/actions.py": ["echeance <= at", "echeance <= max"],
        "projects/depot/actions.py": ["jusqu_au <= at", "jusqu_au <= deadline"],
    }


DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef
# In words people read, a length of time of ours comes from where it is decided (`duree`, `delai`).
LENGTH = (
    r"(?i)\b(?:deux|trois|quatre|cinq|six|sept|huit|dix|quinze|vingt|trente|\d+)(?:[ \u00a0\u202f]|&nbsp;|\\u00a0)"
    r"(?:minutes?|heures?|jours?|semaines?)\b"
)


def test_how_long_is_said_from_where_it_is_decided():
    texts = [*TEMPLATES, *sorted((ROOT / "templates").rglob("*.txt"))]
    said = outside(LENGTH, paths=texts)
    # How long it takes a person, or a mail on its way, is nobody's setting.
    assert said == {
        "templates/account/second_facteur.html": ["deux minutes"],
        "templates/account/verification_sent.html": ["cinq minutes"],
        "templates/courriels/avis_demande.txt": ["Deux minutes"],
    }
    code = {}
    for path in PRODUCT:
        tree = ast.parse(path.read_text())
        strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
        said = [text for text in strings if isinstance(text, str) and text not in docs]
        if (hits := [hit for text in said for hit in re.findall(LENGTH, text)]) and "seed" not in path.stem:
            code[name(path)] = hits
    assert code == {}


def test_the_days_of_a_reminder_are_written_once():
    days = r"\(30, 15, 7, 2, 1\)|30, 15, 7"
    assert outside(days, "projects/echeance.py", paths=[*PRODUCT, *TEMPLATES]) == {}


def test_a_download_is_named_by_django():
    headed = r"Content-Disposition\"\]?\s*+[:=]\s*+(?!content_disposition_header\()[^\n]*"
    assert outside(headed) == {}


# --- What people type is read in one place ----------------------------------------------------

# Where a number is made of what no person typed, and why.
MACHINE = {
    "contrats/territoire/referentiel.py": "the files of the State, whose columns are defined",
    "ecriture/enregistrement/views.py": "counts a script sends",
    "ecriture/presence/views.py": "counts a script sends",
    "juries/arrondi.py": "a mean",
    "juries/classement/scoring.py": "marks held",
    "juries/classement/severites.py": "marks held",
    "juries/notation/forms.py": "one of the steps offered",
    "label/arrivee.py": "a header of our own front",
    "label/balayage.py": "a count",
    "label/classeurs.py": "what a workbook says of its own cells",
    "label/demesure.py": "the places of the rows of a workbook",
    "label/entree.py": "the figures of JSON",
    "label/courriel/recette.py": "an address of our own page",
    "label/dates.py": "figures of a day, just recognised",
    "label/documents.py": "a moment",
    "label/exports/csv_file.py": "a number held",
    "label/forms/champs.py": "what label.nombres has read",
    "label/fichiers/envoi.py": "a header that asks for bytes",
    "label/nombres.py": "the parser itself",
    "label/templatetags/label_ui.py": "a number shown",
    "label/statiques.py": "a moment in the name of our own file",
    "laureats/models/laureat.py": "a default",
    "laureats/scdl.py": "numbers held",
    "projects/budget/forms.py": "the rank of a line, from our own check",
    "projects/dossier/completude.py": "the rank of a line, from our own check",
    "projects/question/kinds.py": "the key of a question",
    "projects/structure/kinds.py": "the key of a commune",
}


def calls(path, names):
    """Of these functions and methods, those a module calls on something that is no literal."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and (node.args and not isinstance(node.args[0], ast.Constant)):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            found |= {called} & names
    return found


def test_a_number_people_type_is_read_by_one_parser():
    """`label.nombres`: int() takes «1_000», 1.5 and True, Decimal() takes «1e3», and neither takes «1 234 €»."""
    makers = {name(path) for path in PRODUCT if calls(path, {"int", "float", "Decimal"})} - {"label/settings.py"}
    assert makers - MACHINE.keys() == set()


def test_a_day_people_type_is_read_by_one_parser():
    readers = [path for path in PRODUCT if calls(path, {"strptime"}) or "parse_date" in path.read_text()]
    assert [name(path) for path in readers] == []
    # What the database or our own page wrote.
    held = {"ecriture/kinds.py", "label/classeurs.py", "label/courriel/recette.py", "projects/dossier/lisible.py"}
    held |= {"projects/question/questionnaire.py", "projects/depot/silence_lu.py", "juries/creneau.py"}
    assert {name(path) for path in PRODUCT if calls(path, {"fromisoformat"})} - held == set()


def forms_of_the_product():
    """{name of the form or the filter: its fields}, of every one our modules define."""
    for path in PRODUCT:
        if path.stem in {"forms", "forms_porte"} or path.parent.name == "forms":
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))

    def below(parent):
        return {one for child in parent.__subclasses__() for one in (child, *below(child))}

    def is_ours(one):
        return one.__module__.split(".")[0] in FLOORS

    found = {one: one.base_fields for one in below(forms.BaseForm) if is_ours(one)}
    found |= {one: {n: f.field for n, f in one.base_filters.items()} for one in below(BaseFilterSet) if is_ours(one)}
    return {
        f"{one.__module__}.{one.__name__}.{box}": field for one, boxes in found.items() for box, field in boxes.items()
    }


def test_no_box_forgets_a_number_it_cannot_read_nor_takes_any_day():
    """A box of numbers gives the page nothing for «environ 30»: the field would be emptied, and said to be saved."""
    shown = {box: field for box, field in forms_of_the_product().items() if not field.widget.is_hidden}
    assert len(shown) > 150
    numbers = (forms.IntegerField, forms.DecimalField, forms.FloatField)
    assert [box for box, field in shown.items() if isinstance(field.widget, forms.NumberInput)] == []
    assert [
        box for box, f in shown.items() if isinstance(f, numbers) and not isinstance(f, EntierField | ReelField)
    ] == []
    days = (forms.DateField, forms.DateTimeField)
    assert [
        box for box, f in shown.items() if isinstance(f, days) and not isinstance(f, JourField | DateHeureField)
    ] == []
    assert [name(path) for path in TEMPLATES if re.search(r"type=.number", path.read_text())] == []


def test_amounts_are_read_in_the_page_by_one_script():
    scripts = (ROOT / "static" / "js").rglob("*.js")
    assert [path.name for path in scripts if re.search(r"\bEUR\b|euros\?", path.read_text())] == ["nombres.js"]


# Modules at the root of a floor that Django, Celery or the shell call: nothing of ours is given to them.
PLUGS = {
    "admin": "the pages of the technical administration, found by Django",
    "apps": "called by Django as it starts",
    "checks": "called by `manage.py check`",
    "seed": "called by the command that fills a place, and by the bench",
    "settings": "values, read by Django",
    "tasks": "called by Celery, by their names",
    "urls": "addresses, read by Django",
    "wsgi": "called by gunicorn",
}
PURE = (
    *("juries/classement/scoring.py", "juries/classement/rangs.py", "juries/classement/severites.py"),
    *("juries/quorum.py", "laureats/scdl.py", "projects/depot/numero.py", "projects/echeance.py"),
    "projects/silence.py",
    *("projects/budget/controle.py", "projects/budget/plan.py", "projects/budget/saisie.py", "projects/champs"),
    *(
        "label/aide/registre.py",
        "label/contact/actions.py",
        "label/contact/registre.py",
        "label/trouvaille/registre.py",
    ),
    *("label/conservation", "label/exports", "label/fichiers", "label/liens", SHOWN),
)


def test_the_types_of_mechanisms_and_pure_modules_are_checked():
    """A mechanism added is typed: it joins `[tool.mypy] files`, or this test says its name."""
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert mypy["disallow_untyped_defs"] and mypy["check_untyped_defs"] and mypy["disallow_incomplete_defs"]
    roots = {name(path) for floor in ("label", "ecriture") for path in (ROOT / floor).glob("*.py")}
    wanted = {path for path in roots if Path(path).stem not in {"__init__", *PLUGS}} | set(PURE)
    assert sorted(wanted) == mypy["files"]
    assert "mypy" in (ROOT / "Makefile").read_text()


def test_nothing_tells_where_it_was_written():
    tracked = [*MODULES, *TEMPLATES, *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]
    there = re.compile(r"/(?:work|root|home/\w+)/|/tmp/\w|\bTODO\b|\bFIXME\b|\bXXX\b")
    assert {name(path): there.findall(path.read_text()) for path in tracked if there.search(path.read_text())} == {}


# Who draws, signs or digests something that must not be guessed, besides `label/cles.py`, and why.
SECRETS = {
    "label/cles.py": "the mechanism: the keys of links, the codes of the door",
    "label/models/mecanique.py": "the public keys of addresses: names, which open nothing",
    "label/porte/navigateur.py": "the name of a browser, in a cookie that Django signs",
    "label/forms/robots.py": "when a form was shown: a date, signed by Django",
    "label/limites.py": "the name of a count, which nobody hands in",
    "projects/dossier/connu.py": "what a page kept of a dossier: compared, opens nothing",
    "projects/depot/numero.py": "what stands for the number within one transaction",
    "demo/supervisor.py": "the secret of the demonstration itself",
}
_DRAWS = {"secrets", "hmac", "django.core.signing", "itsdangerous", "jwt"}
_DRAWS_NAMES = {
    *("get_random_string", "salted_hmac", "default_token_generator", "PasswordResetTokenGenerator", "signing"),
    *("Signer", "TimestampSigner", "urandom", "set_signed_cookie", "get_signed_cookie"),
}


def _draws(source):
    """The means of making a secret that this module takes up."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & _DRAWS
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} & _DRAWS | {alias.name for alias in node.names} & _DRAWS_NAMES
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & _DRAWS_NAMES
    return found


def test_what_leaves_by_mail_is_drawn_in_one_place():
    written = {
        "import secrets": {"secrets"},
        "from secrets import token_urlsafe": {"secrets"},
        "from django.core import signing": {"signing"},
        "from django.utils.crypto import get_random_string as g": {"get_random_string"},
        "import os\nos.urandom(8)": {"urandom"},
        "from label.cles import draw_code": set(),
    }
    assert {source: _draws(source) for source in written} == written
    assert {name(path) for path in MODULES if _draws(path.read_text())} == set(SECRETS)


def test_every_page_that_a_key_opens_is_a_page_of_links():
    """Its view is marked by `opened_by`, which finds the key, refuses dead ones and keeps the page from caches."""
    from django.urls import get_resolver

    from label.liens.queries import kinds

    def views(patterns, prefix=""):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern.url_patterns, prefix + str(pattern.pattern))
            elif not prefix.startswith("administration/"):
                yield prefix + str(pattern.pattern), pattern

    with_key = {
        address: getattr(pattern.callback, "lien", None)
        for address, pattern in views(get_resolver().url_patterns)
        if {"jeton", "token", "secret"} & set(pattern.pattern.converters)
    }
    assert sorted(with_key.values(), key=str) == sorted(kinds().values(), key=str)
    texts = [*(ROOT / "templates").rglob("*.txt"), *TEMPLATES]
    assert [name(path) for path in texts if re.search(r"{[{%][^}]*\bjeton\b", path.read_text())] == []


# What makes, keeps and orders the means of the jury.
RANKING = {f"juries/classement/{stem}.py" for stem in ("scoring", "rangs", "severites", "actions", "queries")}
RANKING |= {"juries/models/audition.py"}


def _second_rankings(source):
    """What in this module averages, spreads or orders by a score, by line: none outside the one ranking rule."""
    tree = ast.parse(source)
    found = []
    aggregates = {"Avg", "StdDev", "Variance", "Rank", "DenseRank", "RowNumber", "PercentRank", "Ntile"}
    columns = re.compile(r"^[-+]?(?:\w+__)?(moyenne|moyenne_exacte|ecart_type|nombre_notes|valeur)(__\w+)?$")
    ordering = {"order_by", "sorted", "sort", "F", "groupby", "itemgetter", "attrgetter", "min", "max", "Sum"}
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name == "statistics"]
        elif isinstance(node, ast.ImportFrom):
            names = ["statistics"] if node.module == "statistics" else []
            names += [alias.name for alias in node.names if alias.name in aggregates]
        elif isinstance(node, ast.Attribute) and node.attr in aggregates | {"moyenne_exacte"}:
            names = [node.attr]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv):
            called = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
            names = ["a sum shared out"] if "sum" in called else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ordering:
            inside = [part for part in ast.walk(node) if part is not node.func]
            names = [part.value for part in inside if isinstance(part, ast.Constant) and columns.match(str(part.value))]
            names += [part.attr for part in inside if isinstance(part, ast.Attribute) and columns.match(part.attr)]
        found += [f"{node.lineno} {each}" for each in names]
    return found


def test_one_rule_makes_the_means_and_the_ranks():
    """The screen, the workbook, the deliberation, the minutes and the letters read them; none makes them again."""
    for second in (
        "from statistics import mean",
        "from django.db.models import Avg",
        "x = models.Avg('note')",
        "x = sum(notes) / len(notes)",
        "auditions.order_by('-moyenne_exacte')",
        "sorted(auditions, key=lambda a: a.moyenne)",
        "F('ecart_type')",
        "audition.moyenne_exacte",
    ):
        assert _second_rankings(second), second
    # The centre of a shape is a mean of its points.
    others = [path for path in MODULES if name(path) not in RANKING | {"contrats/carte/geometrie.py"}]
    others += sorted((ROOT / "bench").glob("donnees.py"))
    found = {name(path): _second_rankings(path.read_text()) for path in others}
    assert {path: hits for path, hits in found.items() if hits} == {}
    # A page or a document shows rows in the order it is given them.
    sorts = re.compile(r"dictsort|\.sorted\(|\.sort\(|calc\.")
    shown = [*(ROOT / "templates" / "juries").rglob("*.html"), *(ROOT / "templates/documents/juries").glob("*.typ")]
    shown += [
        *(ROOT / "templates" / "laureats").rglob("*.html"),
        *(ROOT / "templates/documents/laureats").glob("*.typ"),
    ]
    assert {name(path): sorts.findall(path.read_text()) for path in shown if sorts.search(path.read_text())} == {}


def test_one_count_makes_the_quorum():
    """Who counts and how many are needed is said by `juries/quorum.py`; elsewhere one reads its answer."""
    reads = re.compile(r"\bjury\.(?:quorum|minimum_par_college)\b")
    allowed = {"juries/quorum.py", "juries/seed.py"}
    assert [name(path) for path in PRODUCT if reads.search(path.read_text()) and name(path) not in allowed] == []


def test_by_is_somebody_an_action_checks():
    """Who takes `by` refuses those who may not; who only writes a name down takes `auteur`, and no view calls it."""
    source = Source()
    assert [found for found in source.with_by() if not source.checks(found)] == []
    lax = """
from django.core.exceptions import PermissionDenied, ValidationError
from label.droits import ensure_may
from projects.deport.queries import ensure_not_recused
from projects.lifecycle import LIFECYCLE

def records(objet, *, by):
    objet.by = by

def tells(objet, *, by):
    if objet.email == by.email:
        raise ValidationError("…")

def recused(objet, *, by):
    ensure_not_recused(by, objet.edition)

def moves(objet, *, by):
    LIFECYCLE.apply(objet, "hear", by=by)

def asks(objet, *, by):
    ensure_may(by, "label.change_edition")

def hands(objet, *, by):
    asks(objet, by=by)

def forgets(objet, *, by):
    asks(objet, by=None)
"""
    droits = (ROOT / "label" / "droits.py").read_text()
    queries = (ROOT / "projects" / "deport" / "queries.py").read_text()
    made = Source({"essai": lax, "label.droits": droits, "projects.deport.queries": queries})
    assert [found for found in made.with_by() if made.checks(found)] == ["essai.asks", "essai.hands"]
    assert [name(path) for path in VIEWS if re.search(r"\bauteur=", path.read_text())] == []


def test_what_comes_in_has_one_door():
    """JSON has one reader, a body is read nowhere else, and the door stands before sessions, forms and views."""
    allowed = {
        "label/entree.py",  # the door
        "ecriture/presence/ecrans.py",  # what it wrote itself in Valkey
        "projects/seed.py",  # files of ours
        "label/statiques.py",  # the list of our own static files
    }
    other = re.compile(
        r"\bjson\.loads?\b|JSONDecoder|from json import|\brequest\.(?:body|read|META)\b|forms\.JSONField"
    )
    found = {name(path): other.findall(path.read_text()) for path in PRODUCT if name(path) not in allowed}
    assert {path: hits for path, hits in found.items() if hits} == {"label/origine.py": ["request.META"] * 2}
    order = list(settings.MIDDLEWARE)
    assert order.index("label.entree.CleanEntry") < order.index("django.contrib.sessions.middleware.SessionMiddleware")


def test_texts_are_cleaned_and_normalised_in_one_place():
    own = re.compile(r"unicodedata\.normalize|is_normalized|\\u200b|\\ufeff|\\u202e|\.isprintable\(")
    allowed = {
        "label/textes.py",
        "label/documents.py",  # what Typst cannot draw
        "label/exports/__init__.py",  # names of files in ASCII
        "label/exports/tables.py",  # what XML cannot hold
        "label/notifications.py",  # ends of lines in a header
        "label/porte/actions.py",  # digits of a code
        "label/adresses.py",  # names of domains
        "label/recherche.py",  # what is searched
        "label/exports/csv_file.py",  # the mark of UTF-8 that Excel asks for
        "projects/structure/identifiants.py",  # numbers typed with blanks
        "projects/dossier/coordonnees.py",  # a view in which numbers are looked for, place by place
    }
    assert {name(path) for path in PRODUCT if own.search(path.read_text())} - allowed == set()


def test_what_is_searched_is_folded_in_one_way():
    """No other folding, no search of PostgreSQL or of Django beside it, no list of the administration without it."""
    other = re.compile(
        r"__(?:i|un)?(?:contains|startswith)=\w*(?:term|text|typed|value|q)\b|NFKD|[Uu]naccent|SearchVector\("
    )
    allowed = {
        "label/recherche.py",
        "label/exports/__init__.py",  # names of files in ASCII
    }
    assert {name(path) for path in PRODUCT if other.search(path.read_text())} - allowed == set()
    bare = re.compile(r"^class \w+\((?!Cherche\b).*\):\n(?:(?!class ).*\n)*?    search_fields", re.MULTILINE)
    assert [name(path) for path in PRODUCT if bare.search(path.read_text())] == []
    box = re.compile(r"    q = (?!Recherche\()")
    assert [name(path) for path in PRODUCT if box.search(path.read_text())] == []


def test_what_is_searched_is_kept_folded():
    """Folded where it is stored, once: a list that folds what it reads costs as much as it has rows."""
    folds = re.compile(r"\b(?:Searchable|Words)\(")
    found = {path for path in PRODUCT if folds.search(path.read_text())} - {ROOT / "label" / "recherche.py"}
    assert sorted(name(path) for path in found if path.parent.name != "models") == []
    stored = re.compile(r"GeneratedField\(\s*expression=(?:Searchable|Words)\(")
    assert [
        name(path) for path in found if len(folds.findall(text := path.read_text())) > len(stored.findall(text))
    ] == []


def test_addresses_are_read_in_one_place():
    """A box that asks for an address takes what a mail program gives: none is Django's own."""
    other = re.compile(r"forms\.EmailField|EmailInput|validate_email|getaddresses|def one_address")
    found = {name(path) for path in PRODUCT if other.search(path.read_text())}
    assert found == {"label/adresses.py"}


def test_workbooks_are_read_in_one_place():
    """What a spreadsheet wrote is read as one kind of cells; the writers are elsewhere."""
    other = re.compile(r"load_workbook|csv\.(?:reader|DictReader|Sniffer)|cp1252|number-columns-repeated")
    # The files of the territory have names of columns, and are ours.
    allowed = {"label/classeurs.py", "label/encodages.py", "label/exports/ods.py", "contrats/territoire/referentiel.py"}
    assert {name(path) for path in PRODUCT if other.search(path.read_text())} - allowed == set()


def test_what_goes_for_good_goes_by_one_way():
    """The purge alone writes its journal, hence passes the triggers that keep rows; no other trigger keeps rows."""
    home = ROOT / "label" / "conservation"
    journal = re.compile(r"\bPurge(?:\.objects|\()|\bPreavis(?:\.objects|\()|label_purge|label_preavis")
    # The models themselves, and what the triggers ask the table.
    allowed = {ROOT / "label" / "models" / "conservation.py"}
    others = [path for path in MODULES if home not in path.parents and path not in allowed]
    assert [name(path) for path in others if journal.search(path.read_text())] == []
    keeps = re.compile(r"Protect\([^)]*Delete")
    assert [name(path) for path in others if keeps.search(path.read_text())] == []


def test_how_long_things_are_kept_is_said_once():
    """The page, the messages and the purge take the durations from the table, and each rule is told."""
    from label.conservation.registre import registry

    for regle in registry.values():
        assert all((regle.quoi, regle.duree, regle.suite, regle.raison)), regle.cle
        assert bool(regle.tell) == bool(regle.to_tell)
    table = ROOT / "label" / "conservation" / "registre.py"
    said = re.compile(
        r"trente\s+jours|deux\s+ans|trois\s+mois\s+après\s+la\s+clôture|relativedelta\((?:months=3|years=2)\)"
    )
    page = ROOT / "templates" / "label" / "pages" / "donnees_personnelles.html"
    held = [path for path in [*MODULES, page] if path != table and "conservation" in path.read_text()]
    found = {name(path): said.findall(path.read_text()) for path in held}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_every_table_is_named_by_its_caption():
    assert outside(r"<table\b[^>]*>(?!\s*<caption\b)", paths=PAGES) == {}


def test_what_is_taken_away_says_its_format_and_its_lines_in_one_way():
    """A list by `export_buttons`, one file by `export_lien`, the exports of an édition on their page."""
    homes = [f"templates/{path}.html" for path in ("components/export_buttons", "components/export_lien")]
    given = r"<a\b[^>]*(?:\bdownload\b(?!_)[\s>]|format=|_export'|_scdl')[^>]*>"
    assert outside(given, *homes, "templates/label/pages/exports.html", paths=PAGES) == {}


def test_a_page_is_named_in_one_form():
    """«Page – Édition – Label…» is put together by the tag `titre`; a page gives its own name alone."""
    frames = ("templates/base.html", "templates/secours.html")
    assert outside(r"<title>", *frames, paths=[path for path in PAGES if path.suffix == ".html"]) == {
        "templates/contrats/carte/_carte.html": ["<title>"] * 2
    }
    own = re.compile(r"{% block (?:head_)?title %}(.*?){% endblock", re.DOTALL)
    names = {name(path): found[1] for path in PAGES if (found := own.search(path.read_text()))}
    signs = re.compile(r"·|edition\.(?:titre|annee)|Label Actions Innovantes|Erreur")
    assert {path: text for path, text in names.items() if signs.search(text)} == {}


def test_what_stays_on_screen_leaves_room():
    """Stuck on a short screen, or under enlarged text, it would hide what has the focus."""
    sheets = sorted((ROOT / "static" / "css").glob("*.css"))
    stuck = {name(path): path.read_text().count("position: sticky") for path in sheets}
    roomy = {
        name(path): sum(
            block.count("position: sticky")
            for block in re.findall(r"@media [^{]*min-height: 30em\) \{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", path.read_text())
        )
        for path in sheets
    }
    assert roomy == stuck


def test_who_is_told_is_computed_once():
    """What a page shows before an act and what the act sends are the same list: nobody else asks a notification."""
    asks = re.compile(r"notification\.recipients\(|registry\[[^]]*\]\.recipients")
    assert asks.search('registry["convocation"].recipients(audition, {})')
    found = [name(path) for path in PRODUCT if asks.search(path.read_text())]
    assert found == ["label/notifications.py"]


def test_what_a_project_may_receive_is_said_once():
    """An amount is compared with the ceiling of the édition in one function, and in the triggers that keep it."""
    compared = re.compile(r"[<>]=?\s*(?:\w+\.)*montant_max|Le plafond de l’édition est de")
    assert compared.search("if montant > dossier.edition.montant_max:")
    found = {name(path) for path in PRODUCT if compared.search(path.read_text())}
    # What is asked, not granted: what the deposit waits for, and the finding of the instruction, which refuses nothing.
    asked = {"projects/dossier/completude.py", "instruction/alertes.py"}
    assert found - asked == {"projects/montant.py"}
