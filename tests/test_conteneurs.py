"""What docker-compose.yml describes, read as Docker Compose reads it; no container runs here."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSITION = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSITION["services"]
# Built here; the others are somebody else's images.
APPLICATION = {"migration", "web", "worker", "codes", "beat"}
# Variables of .env.example that are read by Docker Compose itself, or by another service than the application.
AILLEURS = {"POSTGRES_PASSWORD", "ECOUTE", "CERTIFICATS", "ADRESSE_HTTP", "ADRESSE_HTTPS"}
# What a service keeps of root, when it does. Everybody else runs under an account of its own.
CAPACITES = {"frontal": ["CHOWN", "DAC_OVERRIDE", "NET_BIND_SERVICE", "SETGID", "SETUID"]}
# Where its image writes is not known to us.
INSCRIPTIBLES = {"clamav"}
COMPTES = {"postgres": "postgres", "valkey": "valkey", "courriel": "nobody", "clamav": "clamav"}
PROFILS = {"courriel": ["essai"], "clamav": ["antivirus"]}
MIO = {"m": 1, "g": 1024}

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def described():
    """The variables of .env.example, commented ones too."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {found[1] for line in lines if (found := re.match(r"#?([A-Z][A-Z_]*)=", line))}


def test_the_three_lists_of_variables_are_one():
    """What the settings read is what .env.example describes, and what Docker Compose passes to each of our services."""
    settings = (ROOT / "label" / "settings.py").read_text()
    read = set(re.findall(r'(?:env(?:\.\w+)?|_required)\(\s*"([A-Z_]+)"', settings))
    assert sorted(described() - AILLEURS) == sorted(read)
    assert {name: sorted(SERVICES[name]["environment"]) for name in APPLICATION} == dict.fromkeys(
        APPLICATION, sorted(read)
    )
    # Those of the others are asked for somewhere in the file.
    text = (ROOT / "docker-compose.yml").read_text()
    assert {name for name in AILLEURS if f"${{{name}:" not in text} == set()


def test_what_must_be_said_is_asked_for_by_its_name():
    environment = SERVICES["web"]["environment"]
    for name in ("SECRET_KEY", "EMAIL_HOST"):
        assert environment[name].startswith(f"${{{name}:?renseignez {name} dans le fichier .env (")
    assert "${POSTGRES_PASSWORD:?renseignez POSTGRES_PASSWORD dans le fichier .env}" in environment["DATABASE_URL"]
    # Nothing falls back on the mail catcher.
    assert ":-courriel" not in str(environment)


def test_the_services_and_their_profiles():
    assert set(SERVICES) == APPLICATION | {"frontal", "postgres", "valkey", "courriel", "clamav"}
    assert {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service} == PROFILS
    waited = {other for service in SERVICES.values() for other in service.get("depends_on", {})}
    # Nobody waits for what is not started.
    assert waited <= set(SERVICES) - set(PROFILS)


@every_service
def test_a_service_has_only_what_it_needs(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == CAPACITES.get(name, [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is (name not in INSCRIPTIBLES)
    assert service.get("user") == COMPTES.get(name)
    assert "privileged" not in service
    assert "\nUSER label\n" in (ROOT / "Dockerfile").read_text()


@every_service
def test_a_service_is_bounded(name):
    """In memory, in processes, in journal: none takes the machine from the others."""
    service = SERVICES[name]
    figure, unit = re.fullmatch(r"(\d+)([mg])", service["mem_limit"]).groups()
    assert 0 < int(figure) * MIO[unit] <= 4096
    assert 0 < service["pids_limit"] <= 256
    journal = service["logging"]
    kept = int(journal["options"]["max-size"].removesuffix("m")) * int(journal["options"]["max-file"])
    # The front's says when each deposit arrived: it is kept for longer.
    assert (journal["driver"], kept) == ("local", 2000 if name == "frontal" else 200)


@every_service
def test_a_service_says_whether_it_is_well_and_comes_back(name):
    service = SERVICES[name]
    if name == "migration":
        assert (service["restart"], "healthcheck" in service) == ("no", False)
    else:
        assert service["restart"] == "unless-stopped"
        assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])


@every_service
def test_a_service_runs_an_exact_version(name):
    """A tag that moves would make another site of the same file. Ours are built, from exact versions too."""
    service = SERVICES[name]
    if "build" in service:
        recipe = (ROOT / service["build"] / "Dockerfile").read_text()
        bases = re.findall(r"^FROM (\S+)", recipe, re.MULTILINE)
    else:
        bases = [service["image"]]
    assert bases
    assert [base for base in bases if not re.search(r":v?\d+\.\d+\.\d+|postgres:\d+\.\d+-|-20\d{6}-", base)] == []


def test_what_is_written_has_its_place():
    """Volumes for what stays, memory for the rest; the certificates of the front are a folder of the machine."""
    mounted = [volume for service in SERVICES.values() for volume in service.get("volumes", ())]
    assert {volume.partition(":")[0] for volume in mounted if volume[0] != "$"} == set(COMPOSITION["volumes"])
    assert [volume for volume in mounted if volume[0] == "$"] == [
        "${CERTIFICATS:-./certificats}:/etc/nginx/certificats:ro"
    ]
    places = {
        name: [place.partition(":")[0] for place in service.get("tmpfs", ())] for name, service in SERVICES.items()
    }
    assert places == {name: ["/tmp"] for name in APPLICATION | {"courriel", "valkey"}} | {
        "frontal": ["/run", "/tmp"],
        "postgres": ["/tmp", "/run/postgresql"],
        "clamav": [],
    }


def test_nobody_reaches_the_application_but_through_its_front():
    """Which says when a request arrived; it is the shipped one, and opens on this machine alone unless told."""
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "frontal": ["${ADRESSE_HTTP:-127.0.0.1:8000}:80", "${ADRESSE_HTTPS:-127.0.0.1:8443}:443"],
        "courriel": ["127.0.0.1:8025:8025"],
    }
    assert SERVICES["frontal"]["build"] == "deploy/nginx"
    assert SERVICES["frontal"]["depends_on"] == {"web": {"condition": "service_healthy", "restart": True}}
    assert {name: SERVICES["web"]["environment"][name] for name in ("ARRIVAL_HEADER", "BEHIND_PROXY")} == {
        "ARRIVAL_HEADER": "X-Arrival",
        "BEHIND_PROXY": "true",
    }
