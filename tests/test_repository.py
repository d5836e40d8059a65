"""What the repository says of itself to whoever comes: licence, public catalogue, how to contribute, local hooks."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


def test_the_licence_is_whole_and_the_same_everywhere():
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
    articles = [int(number) for number in re.findall(r"^(\d+)\.[A-Z]", text, re.MULTILINE)]
    assert articles == list(range(1, 16))
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    catalogue = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    assert (project["license"], project["license-files"], catalogue["legal"]["license"]) == (
        "EUPL-1.2",
        ["LICENSE"],
        "EUPL-1.2",
    )
    assert "à confirmer" in (ROOT / "README.md").read_text()


def test_the_public_catalogue_finds_what_its_standard_requires():
    """https://yml.publiccode.tools, version 0.4: keys that must be there, values from its lists."""
    said = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    required = {"publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType"}
    assert required | {"description", "legal", "maintenance", "localisation"} <= set(said)
    assert said["publiccodeYmlVersion"] == "0.4"
    assert said["url"].startswith("https://")
    assert said["platforms"] == ["web"]
    assert set(said["categories"]) <= {"grant-management", "workflow-management", "collaboration"}
    assert said["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert said["softwareType"] == "standalone/web"
    french = said["description"]["fr"]
    assert len(french["shortDescription"]) <= 150
    assert 150 <= len(french["longDescription"]) <= 10_000
    assert french["features"]
    # `internal` wants contacts, each with a name.
    assert (said["maintenance"]["type"], [set(contact) for contact in said["maintenance"]["contacts"]]) == (
        "internal",
        [{"name", "affiliation"}],
    )
    assert said["localisation"] == {"localisationReady": False, "availableLanguages": ["fr"]}
    assert said["softwareVersion"] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_a_commit_is_looked_at_by_the_linters_of_make_lint():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    commands = {hook["entry"].removesuffix(" --force-exclude") for hook in hooks[0]["hooks"]}
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    lint = {line.strip().replace("$(PYTHON)", ".venv/bin/python") for line in recipe.splitlines() if line[1] != "@"}
    assert commands == lint


def test_what_a_page_of_the_repository_points_to_is_there():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = {(page, link) for page in pages for link in re.findall(r"\]\(([^)#]+)", page.read_text())}
    lost = [f"{page.name}: {link}" for page, link in links if "://" not in link and not (page.parent / link).exists()]
    assert sorted(lost) == []
