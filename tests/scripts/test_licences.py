"""What ships is under a licence that may: packages of the image, files copied from others, typefaces."""

import shutil

import pytest

from scripts import licences
from tests.conftest import ROOT


@pytest.fixture
def installed(tmp_path):
    """`installed(name, *lines)`: a package that says these lines of its licence; returns the folders to look in."""

    def install(name, *lines):
        folder = tmp_path / f"{name.replace('-', '_')}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("\n".join(("Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *lines)))
        return [str(tmp_path)]

    return install


def test_all_that_ships_may():
    assert licences.main() == 0


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["License: GPL-2.0"], "GPL-2.0"),
        (["License-Expression: GPL-3.0-or-later"], "GPL-3.0-or-later"),
        (["License-Expression: MIT AND AGPL-3.0-only"], "MIT AND AGPL-3.0-only"),
        (
            ["License: MIT", "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)"],
            "MIT, GNU General Public License v3 (GPLv3)",
        ),
    ],
)
def test_a_package_under_the_gpl_is_named_and_refused(installed, lines, said):
    path = installed("clamav-client", *lines)
    sentence = f"clamav-client : {said}, hors de la liste des licences permises."
    assert list(licences.refused_packages(["clamav-client"], path)) == [sentence]


def test_what_says_nothing_or_hides_something_is_refused_too(installed):
    installed("pillow-heif", "License-Expression: BSD-3-Clause")
    path = installed("muet", "Summary: rien")
    assert list(licences.refused_packages(["pillow-heif", "muet"], path)) == [
        "muet : aucune licence dite.",
        "pillow-heif : ses roues contiennent x265, sous GPL-2.0.",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["License-Expression: Apache-2.0 OR GPL-3.0-only"],
        ["License: BSD", "Classifier: License :: OSI Approved :: BSD License"],
        [
            "License: Copyright 2018",
            "        All rights reserved.",
            "Classifier: License :: OSI Approved :: MIT License",
        ],
    ],
)
def test_what_may_ship(installed, lines):
    assert list(licences.refused_packages(["paquet"], installed("paquet", *lines))) == []


def test_what_ships_is_what_the_image_installs():
    def package(name, *wanted, source="registry", **more):
        return {"name": name, "source": {source: "."}, "dependencies": list(wanted), **more}

    lock = {
        "package": [
            package(
                "nous",
                {"name": "celery", "extra": ["redis"]},
                {"name": "ailleurs", "marker": "sys_platform == 'win32'"},
                source="virtual",
                **{"optional-dependencies": {"embedded": [{"name": "aiosmtpd"}]}},
            ),
            package("celery", {"name": "vine"}, **{"optional-dependencies": {"redis": [{"name": "redis"}]}}),
            *map(package, ("vine", "redis", "ailleurs", "aiosmtpd", "pytest")),
        ]
    }
    assert licences.shipped(lock) == {"celery", "vine", "redis"}


def test_a_file_of_others_is_declared_and_comes_with_its_licence(tmp_path):
    for place in ("static/vendor", "static/fonts", "templates/documents/fonts"):
        shutil.copytree(ROOT / place, tmp_path / place)
    assert list(licences.refused_files(tmp_path)) == []
    readme = tmp_path / "static" / "vendor" / "README.md"
    readme.write_text(readme.read_text().replace("| MIT, `vendor/bootstrap/LICENSE` |", "| GPL-3.0-only |"))
    (tmp_path / "static" / "vendor" / "inconnu").mkdir()
    (tmp_path / "static" / "fonts" / "bricolage-grotesque" / "LICENSE").unlink()
    (tmp_path / "templates" / "documents" / "fonts" / "NotoEmoji-LICENCE.txt").unlink()
    assert list(licences.refused_files(tmp_path)) == [
        "bootstrap 5.3.9, `dist/css` (vendor/bootstrap/bootstrap.min.css) : GPL-3.0-only, "
        "hors de la liste des licences permises.",
        "static/fonts/bricolage-grotesque : le texte de sa licence (LICENSE) manque.",
        "static/vendor/inconnu : absent de static/vendor/README.md.",
        "templates/documents/fonts/NotoEmoji-Regular.ttf : sans texte d’une licence permise à côté.",
    ]
