"""What the tests of static files share."""

import json

import pytest
from django.conf import settings as place
from django.core.management import call_command


@pytest.fixture
def build(tmp_path, settings):
    """Collects the static files as a deployment does; returns the manifest. `build(changed=…)`: another version."""
    settings.STATIC_ROOT = tmp_path / "statiques"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "label.statiques.Statiques"}}
    extra = tmp_path / "ajouts"

    def collect(**changed):
        for name, text in changed.items():
            path = extra / "js" / f"{name}.js"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        settings.STATICFILES_DIRS = [*([extra] if changed else []), place.BASE_DIR / "static"]
        call_command("collectstatic", interactive=False, verbosity=0)
        return json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]

    collect.root = settings.STATIC_ROOT
    return collect
