"""What ships is under a licence that may: `python scripts/licences.py` ends with 1 and names what is not.

What ships: the Python packages of the image (the dependencies locked in `uv.lock`, without extras nor development
tools), and the files of others copied into `static/` and `templates/documents/fonts/`. Licences are read where their
authors write them: the metadata of the installed packages, `static/vendor/README.md`, the text beside each typeface.
"""

import re
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent
# Everything the program may be shared with, and the words by which packages name it.
PERMISES = {
    "0BSD": ("Zero-Clause BSD",),
    "Apache-2.0": ("Apache 2.0", "Apache Software License"),
    "BSD-2-Clause": (),
    "BSD-3-Clause": ("BSD", "BSD License", "New BSD"),
    "CC-BY-4.0": (),
    "CC0-1.0": (),
    "LGPL-2.1-or-later": ("LGPL", "GNU Lesser General Public License v2 or later (LGPLv2+)"),
    "LGPL-3.0-only": (),
    "MIT": ("MIT License",),
    "MIT-0": (),
    "MIT-CMU": (),
    "MPL-2.0": ("Mozilla Public License 2.0 (MPL 2.0)",),
    "OFL-1.1": (),
    "PSF-2.0": ("Python Software Foundation License",),
}
NOMS = {name for licence, names in PERMISES.items() for name in (licence, *names)}
# Read by a person, because the metadata say something else than the licence that comes with the package.
LUES = {
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",  # «Dual License»
    "qrcode": "BSD-3-Clause",  # an old «Other/Proprietary» beside it: its LICENSE file is the BSD's
}
# Whose wheels carry something else than what their metadata say.
REFUSEES = {"pillow-heif": "ses roues contiennent x265, sous GPL-2.0"}
# A sentence of each licence of typefaces.
POLICES = {"OFL-1.1": "SIL Open Font License", "Apache-2.0": "Apache License"}
FAITES_ICI = ("LabelSansDessin",)


def shipped(lock):
    """The names of the packages of the image, from `uv.lock` read as a dict: what this machine would install."""
    packages = {package["name"]: package for package in lock["package"]}
    ours = next(package for package in packages.values() if "virtual" in package["source"])
    todo, names = list(ours["dependencies"]), set()
    while todo:
        wanted = todo.pop()
        if "marker" in wanted and not Marker(wanted["marker"]).evaluate():
            continue
        package = packages[wanted["name"]]
        extras = package.get("optional-dependencies", {})
        new = [] if wanted["name"] in names else package.get("dependencies", [])
        todo += [*new, *(name for extra in wanted.get("extra", ()) for name in extras[extra])]
        names.add(wanted["name"])
    return names


def statements(metadata):
    """What a package says of its licence, as a list of words or SPDX expressions; a whole text is not one."""
    if expression := metadata.get("License-Expression"):
        return [expression]
    written = (metadata.get("License") or "").strip()
    said = [written] if written and "\n" not in written else []
    labels = [label.split(" :: ") for label in metadata.get_all("Classifier") or () if label.startswith("License ::")]
    return said + [parts[-1] for parts in labels if parts[-1] != "OSI Approved"]


def is_allowed(statement):
    """Whether an SPDX expression without parentheses, or a name of `PERMISES`, is one we may ship."""
    return any(all(part.strip() in NOMS for part in choice.split(" AND ")) for choice in statement.split(" OR "))


def refused_packages(names, path=None):
    """A sentence for each of the packages `names`, installed in the folders `path`, that may not ship."""
    found = {}
    for distribution in Distribution.discover(**({"path": path} if path else {})):
        found.setdefault(re.sub(r"[-_.]+", "-", distribution.name).lower(), distribution.metadata)
    for name in sorted(names):
        if name in REFUSEES:
            yield f"{name} : {REFUSEES[name]}."
        elif name not in found:
            raise PackageNotFoundError(name)
        else:
            said = [LUES[name]] if name in LUES else statements(found[name])
            if not said:
                yield f"{name} : aucune licence dite."
            elif not all(map(is_allowed, said)):
                yield f"{name} : {', '.join(said)}, hors de la liste des licences permises."


def refused_files(root):
    """A sentence for each file or folder of others, under `root`, that may not ship."""
    table = (root / "static" / "vendor" / "README.md").read_text()
    lines = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| fichiers |")]
    for files, package, licence, *_ in ([cell.strip() for cell in line.strip("| ").split("|")] for line in lines):
        name = licence.partition(",")[0].strip()
        if not is_allowed(name):
            yield f"{package} ({files.strip('`')}) : {name}, hors de la liste des licences permises."
    for folder in sorted(path for place in ("fonts", "vendor") for path in (root / "static" / place).glob("*/")):
        if f"{folder.parent.name}/{folder.name}/" not in table:
            yield f"static/{folder.parent.name}/{folder.name} : absent de static/vendor/README.md."
        elif not (folder / "LICENSE").exists():
            yield f"static/{folder.parent.name}/{folder.name} : le texte de sa licence (LICENSE) manque."
    for font in sorted((root / "templates" / "documents" / "fonts").rglob("*.ttf")):
        texts = {path.name.partition("-LICENCE")[0]: path for path in font.parent.glob("*-LICENCE*")}
        text = next((text.read_text() for start, text in texts.items() if font.name.startswith(start)), "")
        if not font.name.startswith(FAITES_ICI) and not any(
            sentence.lower() in text.lower() for sentence in POLICES.values()
        ):
            yield f"{font.relative_to(root)} : sans texte d’une licence permise à côté."


def main():
    """Print what may not ship; return the exit status."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    refused = [*refused_packages(shipped(lock)), *refused_files(ROOT)]
    for sentence in refused:
        print(sentence, file=sys.stderr)
    if refused:
        print("Ce que nous livrons doit être sous une licence de scripts/licences.py (PERMISES).", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
