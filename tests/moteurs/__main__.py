"""`make accessibilite`: every page each person reaches, in every mode, read by the three engines; one table at the end.

Ends with 1 when something is to mend, or when a known false alarm is met no longer.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.moteurs.constats import MOTEURS, Alarme, read_alarmes

ICI = Path(__file__).parent


def main():
    """Run it all; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="moteurs-") as place:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "load", "--maxschedchunk", "1"]
        done = subprocess.run(
            [*command, *sys.argv[1:], str(ICI / "toutes.py")],
            cwd=ICI.parent.parent,
            env=os.environ | {"MOTEURS_PLACE": place},
            check=False,
        )
        lines = [json.loads(line) for path in sorted(Path(place).glob("*.jsonl")) for line in path.open()]
    print("\n".join(report(lines, read_alarmes())))
    return 1 if done.returncode or to_mend(lines) or unmet(lines, read_alarmes()) else 0


def readings(lines):
    """(view, mode, finding as a dict) of each; a source has no mode."""
    for line in lines:
        for one in line["nu"]:
            yield line["vue"], "", one
        for mode, found in line["modes"].items():
            for one in found:
                yield line["vue"], mode, one


def to_mend(lines):
    return [(vue, mode, one) for vue, mode, one in readings(lines) if one["alarme"] is None]


def unmet(lines, alarmes):
    """The known false alarms that nothing raised; those of style sheets are of the suite alone."""
    met = {Alarme(**one["alarme"]) for _, _, one in readings(lines) if one["alarme"]}
    return [alarme for alarme in alarmes if alarme not in met and not alarme.regle.startswith("CSS: ")]


def report(lines, alarmes):
    """The lines of the report: a table by mode, one of false alarms, and what is to mend."""
    modes = [*dict.fromkeys(mode for line in lines for mode in line["modes"])]
    pages = Counter(mode for line in lines for mode in line["modes"])
    found = Counter((mode, one["moteur"], one["alarme"] is None) for _, mode, one in readings(lines))
    people = Counter(who for line in lines for who in line["qui"])
    yield f"{len(lines)} pages de formes différentes, {people.total()} atteintes par {len(people)} personnes."
    yield ""
    yield "| mode | pages | " + " | ".join(f"{moteur} : défauts, fausses alarmes" for moteur in MOTEURS) + " |"
    yield "|---|---|" + "---|" * len(MOTEURS)
    for mode in ("", *modes):
        cells = [
            f"{found[mode, moteur, True]}, {found[mode, moteur, False]}" if (moteur == "nu") == (mode == "") else "–"
            for moteur in MOTEURS
        ]
        yield f"| {mode or 'source HTML'} | {pages[mode] if mode else len(lines)} | {' | '.join(cells)} |"
    yield ""
    yield "| fausse alarme | où | fois | raison |"
    yield "|---|---|---|---|"
    times = Counter(Alarme(**one["alarme"]) for _, _, one in readings(lines) if one["alarme"])
    for alarme, count in times.most_common():
        yield f"| {alarme.moteur} : {alarme.regle} | `{alarme.selecteur}` | {count} | {alarme.raison} |"
    for alarme in unmet(lines, alarmes):
        yield f"À retirer, plus rencontrée : {alarme.moteur}, {alarme.regle}, {alarme.selecteur}"
    kinds = {}
    for vue, mode, one in to_mend(lines):
        kinds.setdefault((one["moteur"], one["regle"], one["ou"], one["texte"]), []).append(
            f"{vue}, {mode}".strip(", ")
        )
    for (moteur, regle, ou, texte), where in kinds.items():
        yield f"À réparer, {moteur} : {regle}\n    {ou}\n    {texte}\n    {len(where)} fois, d’abord {where[0]}"


if __name__ == "__main__":
    sys.exit(main())
