"""The tests of what was touched since `BASE`: `python scripts/check.py` runs them and says what it left.

`BASE` is the upstream branch by default, or the previous commit when there is none. What is touched is what git says
of the commits since, of the working copy and of new files. A room's tests stand in the folder of its name
(`projects/budget/` and `tests/projects/budget/`), or in the flat files whose name bears the noun. Journeys in a
browser and walks through the whole site are left to `make test`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
# Folders of an application that are shelves of rooms, not rooms.
ETAGERES = {"actions", "exports", "forms", "models", "queries", "views"}
# Looked at after every change: it takes a second.
TOUJOURS = "tests/test_architecture.py"
GARDES = (TOUJOURS, "tests/test_langue.py", "tests/test_migrations.py")
# Walks through the whole site, and the year of the demonstration: minutes.
VISITES = (
    "tests/test_access.py",
    "tests/test_accessibilite.py",
    "tests/test_queries.py",
    "tests/label/test_droits.py",
    "tests/reparations/test_01_secrets.py",
    "tests/reparations/test_11_demonstration.py",
)
PARCOURS = "tests/parcours/"
# The one walk that stands among quick tests.
PAGES = "tests/test_langue.py::test_every_page_is_in_french"
# What reads templates, style sheets and scripts; what each folder of texts has besides.
ECRANS = "tests/label/test_label_ui.py"
TEXTES = {"courriels": ("tests/label/test_notifications.py",), "documents": ("tests/label/test_documents.py",)}
PAGES_MD = ("tests/test_langue.py", "tests/test_repository.py")
# What is at the root, or beside the applications, and the tests about it.
AUTOUR = {
    ".dockerignore": ("tests/test_deploy.py",),
    ".env.example": ("tests/test_deploy.py",),
    "Dockerfile": ("tests/test_deploy.py",),
    ".pre-commit-config.yaml": ("tests/test_repository.py",),
    "LICENSE": ("tests/test_repository.py",),
    "Makefile": ("tests/demo/", "tests/scripts/", "tests/test_repository.py"),
    "demo": ("tests/demo/",),
    "deploy": ("tests/test_deploy.py", "tests/reparations/test_05_frontal.py"),
    "docker-compose.yml": ("tests/test_deploy.py",),
    "locale": ("tests/test_langue.py",),
    "publiccode.yml": ("tests/test_repository.py",),
    "pyproject.toml": ("tests/scripts/", "tests/test_deploy.py", "tests/test_repository.py"),
    "scripts": ("tests/scripts/",),
    "uv.lock": ("tests/scripts/", "tests/test_deploy.py"),
}


def selection(changed, files, floors):
    """The test files to run and those left: two sorted lists of paths.

    changed: the paths touched. files: every test file there is. floors: the names of the applications. All of them
    relative to the root, with slashes.
    """
    wanted = {TOUJOURS}
    for path in map(PurePosixPath, changed):
        wanted |= {file for start in _starts(path, files, floors) for file in files if file.startswith(start)}
    left = {file for file in wanted if file in VISITES or file.startswith(PARCOURS)}
    return sorted(wanted - left), sorted(left)


def _starts(path, files, floors):
    """Test files, or folders of them with their last slash, about one path."""
    head, rest = path.parts[0], path.parts[1:]
    if head == "tests":
        return _of_test(path)
    if head in floors and "migrations" in rest:
        return ["tests/test_migrations.py"]
    if head in floors:
        return _of_floor(head, rest, files)
    if head == "templates":
        return _of_template(rest, files, floors)
    if head == "static":
        # A module of `static/js/<subject>/` is about this subject.
        return [ECRANS, *_bearing([*path.parts[2:-1], *path.stem.split("_")], "tests/", files)]
    if path.suffix == ".md":
        return PAGES_MD
    return AUTOUR.get(head, ())


def _of_test(path):
    if path.name.startswith("test_"):
        return [str(path)]
    # What several tests of a folder lean on; at the root, what all of them do: a hand cannot name them.
    return [f"{path.parent}/"] if len(path.parts) > 2 and path.parts[1] not in ("factories", "cases") else GARDES


def _of_floor(floor, rest, files):
    """A room's tests; those of a noun on a shelf; those of the whole floor when none is about it."""
    room, stem = rest[0], PurePosixPath(rest[-1]).stem
    is_room = len(rest) > 1 and room not in ETAGERES
    noun = room if is_room else stem
    found = _about(floor, noun, files)
    if floor == "label":
        # Every floor stands on it.
        return [*GARDES, "tests/label/", *found]
    has_its_own = any(start.startswith(f"tests/{floor}/") for start in found)
    return found if has_its_own else [*found, f"tests/{floor}/"]


def _of_template(rest, files, floors):
    """`projects/budget/x.html`, `projects/pages/section_budget.html`; a mail's text; the frame of every page."""
    folder, stem = rest[0], PurePosixPath(rest[-1]).stem
    ours = [ECRANS, "tests/test_langue.py"]
    if folder in floors and len(rest) > 2:
        return [*ours, *_about(folder, rest[1], files)]
    if folder in floors:
        words = [word for word in stem.split("_") if word]
        return [*ours, *_bearing(words, f"tests/{folder}/", files)]
    return [*ours, *TEXTES.get(folder, ())]


def _about(floor, noun, files):
    """The folder of a room's tests, or the flat files whose name bears its noun; and the repairs of that name."""
    folder = f"tests/{floor}/{noun}/"
    of_floor = [folder] if any(file.startswith(folder) for file in files) else []
    return of_floor + _bearing([noun], f"tests/{floor}/", files) + _bearing([noun], "tests/reparations/", files)


def _bearing(nouns, start, files):
    """The files under `start` whose own name bears one of the nouns, in the singular or the plural."""
    names = "|".join(re.escape(noun.removesuffix("s")) for noun in nouns)
    return [file for file in files if file.startswith(start) and re.search(rf"_(?:{names})s?[_.]", Path(file).name)]


def changed_since(base):
    """The paths touched since the commit `base`: committed, in the working copy, or new."""
    start = _git("merge-base", base, "HEAD")[0]
    return sorted(
        {*_git("diff", "--name-only", "--no-renames", start), *_git("ls-files", "--others", "--exclude-standard")}
    )


def default_base():
    """The upstream branch, the previous commit when there is none."""
    upstream = ["rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}"]
    return next(iter(_git(*upstream, check=False)), "HEAD~1")


def _git(*arguments, check=True):
    # Names as they are, accents too.
    done = subprocess.run(
        ["git", "-c", "core.quotepath=off", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode and check:
        raise SystemExit(f"git {' '.join(arguments)} : {done.stderr.strip()}")
    return [] if done.returncode else done.stdout.splitlines()


def main():
    """Run the tests of what was touched; return the exit status of pytest."""
    base = os.environ.get("BASE") or default_base()
    changed = changed_since(base)
    files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py"))
    floors = {path.parent.name for path in ROOT.glob("*/apps.py")}
    chosen, left = selection(changed, files, floors)
    print(f"Depuis {base} : {len(changed)} fichiers touchés, {len(chosen)} fichiers de tests sur {len(files)}.")
    print(*(f"  {file}" for file in chosen), sep="\n", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "not navigateur"]
    command += ["--deselect", PAGES, *chosen]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    print("Laissés à « make test » : ce qui se passe dans un navigateur, les visites de tout le site", end="")
    print(f", {', '.join(left)}." if left else ".")
    # 5: every test of these files is of those left.
    return 0 if status == 5 else status


if __name__ == "__main__":
    sys.exit(main())
