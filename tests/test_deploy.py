"""What a real place starts with: settings, headers, migrations, containers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Read by the settings: none of them may leak from the suite into what a real place would see.
VARIABLES = (ROOT / ".env.example").read_text()
SECRET = "un-secret-de-production-assez-long-pour-django-0123456789-abcdefghij"
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "manifest-src 'self'",
}


def manage(*arguments, **variables):
    """Run manage.py as a real place does: production settings, with these variables only."""
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "BROKER_URL") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "label.settings", "EMAIL_HOST": "smtp.example"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


# What a real place says of itself.
PLACE = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "label.example",
    "TRUSTED_PROXIES": "1",
    "LABEL_ADRESSE": "11 avenue Henri-Farman, 94310 Orly",
    "LABEL_CONTACT_TELEPHONE": "01 00 00 00 00",
    "LABEL_CONTACT_EMAIL": "label@exemple.fr",
    "LABEL_DIRECTEUR_PUBLICATION": "Camille Durand, président",
    "LABEL_HEBERGEUR_NOM": "Hébergeur Exemple",
    "LABEL_HEBERGEUR_ADRESSE": "1 rue du Port, 59000 Lille",
    "LABEL_HEBERGEUR_TELEPHONE": "03 00 00 00 00",
}


def test_the_deployment_check_is_clean():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PLACE)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_a_place_that_does_not_say_who_publishes_it_nor_who_hosts_it_fails_the_deployment_check():
    """Each variable missing is named; the placeholders of the receipts are no answer. Elsewhere nothing is asked."""
    empty = {name: value for name, value in PLACE.items() if not name.startswith("LABEL_")}
    done = manage("check", "--deploy", **empty, LABEL_ATTRIBUANT_NOM="")
    named = re.findall(r"(LABEL_\w+) n’est pas renseignée\u00a0: les mentions légales du site ne", done.stderr)
    wanted = ["LABEL_ATTRIBUANT_NOM", "LABEL_ADRESSE", "LABEL_CONTACT_TELEPHONE", "LABEL_CONTACT_EMAIL"]
    wanted += ["LABEL_DIRECTEUR_PUBLICATION", *(f"LABEL_HEBERGEUR_{part}" for part in ("NOM", "ADRESSE", "TELEPHONE"))]
    assert (done.returncode, named) == (1, sorted(wanted)), done.stderr
    assert manage("check", **empty).returncode == 0
    assert manage("check", "--deploy", **PLACE | {"LABEL_HEBERGEUR_NOM": " "}).returncode == 1


def test_without_a_secret_the_start_stops_and_says_why():
    done = manage("check", SECRET_KEY="")
    assert done.returncode != 0
    assert (
        "La variable d’environnement SECRET_KEY est absente : renseignez-la (voir .env.example)."
        in done.stderr.splitlines()[-1]
    )


@pytest.mark.parametrize("command", [("check", "--deploy"), ("check",)], ids=" ".join)
def test_without_a_mail_server_the_start_stops_and_says_why(command):
    """Nobody enters without a code sent by mail: neither an empty name nor none at all starts."""
    done = manage(*command, SECRET_KEY=SECRET, EMAIL_HOST="")
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: "
        "La variable d’environnement EMAIL_HOST est absente : renseignez-la (voir .env.example)."
    )


def test_no_migration_is_missing():
    done = manage("makemigrations", "--check", "--dry-run", SECRET_KEY=SECRET)
    assert (done.returncode, done.stdout) == (0, "No changes detected\n"), done.stdout + done.stderr


@pytest.mark.django_db
def test_the_headers_of_the_home(client):
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} == POLICY
    assert "unsafe" not in policy
    assert {
        name: response.get(name)
        for name in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")
    } == {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def test_cookies_travel_over_https_only_in_a_real_place():
    done = manage(
        "shell",
        "-v0",
        "-c",
        "from django.conf import settings as s;"
        "print(s.DEBUG, s.DEMO, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS)",
        SECRET_KEY=SECRET,
    )
    assert done.stdout == "False False True True True True 31536000\n", done.stderr


def test_what_only_development_uses_stays_out_of_the_image():
    left = (ROOT / ".dockerignore").read_text().split()
    assert {"bench", "demo", "docs", "tests", ".demo", ".env", ".git"} <= set(left)
    # Nor do the packages of these services: the image installs no extra.
    assert "uv sync --frozen --no-dev\n" in (ROOT / "Dockerfile").read_text()
