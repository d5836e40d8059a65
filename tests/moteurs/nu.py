"""The Nu HTML checker on pages as they are served: one run of its program reads them all."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.moteurs.constats import NU, Constat
from tests.moteurs.fichiers import find

# It runs for some seconds: it need not be compiled at its best, nor take both processors. Its schemas go deep.
JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m", "-Xmx512m")


def check(sources, alarmes):
    """{name: [Constat]} for `sources`, {name: (ending, bytes)}: .html, .svg or .css says what it is."""
    jar, java = find("vnu.jar"), shutil.which("java")
    assert java, "java manque : scripts/moteurs l’installe."
    found, names = {name: [] for name in sources}, {}
    with tempfile.TemporaryDirectory(prefix="nu-") as place:
        for rank, (name, (ending, source)) in enumerate(sources.items()):
            path = Path(place, f"{rank:04}{ending}")
            path.write_bytes(source)
            names[path.name] = name
        command = [java, *JAVA, "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always"]
        command += ["--also-check-css", "--also-check-svg", place]
        done = subprocess.run(command, capture_output=True, check=True)
    for message in json.loads(done.stdout)["messages"]:
        found[names[Path(message["url"]).name]].append(_constat(message, alarmes))
    return found


def _constat(message, alarmes):
    """Its rules have no name: their sentence, less the words of the page, is one."""
    texte, ou = message["message"], " ".join(message.get("extract", "").split())
    regle = re.sub("“[^”]*”", "“…”", texte)
    known = (alarme for alarme in alarmes if (alarme.moteur, alarme.regle) == (NU, regle))
    return Constat(NU, regle, ou, texte, next((one for one in known if re.search(one.selecteur, ou)), None))
