"""`make pannes`: break things one after the other, on services of their own, and print one table.

ARGS="depots" runs these cases only. Each case is a module of this package with `run(stack) -> list[Ligne]`; it runs
in a process of its own, which starts what it needs (`bench.lieu`) and leaves nothing behind whatever happens.
"""

import argparse
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from bench.pannes.table import Ligne, tableau

# In the order of the table.
CAS = ("depots", "services", "disque", "ailleurs")
# A case that takes longer (seconds) has failed.
LIMITE = 900


def _stop(number, frame):
    sys.exit(f"Interrompu (signal {number}) : tout est arrêté et effacé.")


def main() -> int:
    """Run the cases; return 0 when everything asked holds, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench.pannes", description="Ce qui casse, et ce que cela coûte.")
    parser.add_argument("cas", nargs="*", metavar="CAS", help=f"cas à lancer, parmi : {', '.join(CAS)} (tous)")
    parser.add_argument("--vers", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if inconnus := set(options.cas) - set(CAS):
        parser.error(f"cas inconnus : {', '.join(sorted(inconnus))}")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, _stop)
    if options.vers:
        return _alone(*options.cas, options.vers)
    lignes = []
    with ExitStack() as stack:
        for nom in options.cas or CAS:
            lignes += _apart(nom, stack)
    print(f"\nCharge de la machine : {os.getloadavg()[0]:.1f} sur {os.cpu_count()} processeurs\n")
    print(tableau(lignes), flush=True)
    missed = [ligne for ligne in lignes if not ligne.tenu]
    print(f"\n{f'{len(missed)} manqué(s).' if missed else 'Tout est tenu.'}")
    return 1 if missed else 0


def _apart(nom, stack):
    """The lines of one case, run in its own process; a process that dies is a line that failed."""
    print(f"{time.strftime('%H:%M:%S')}  {nom}", file=sys.stderr, flush=True)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="label-pannes-")))
    done = subprocess.run([sys.executable, "-m", "bench.pannes", nom, "--vers", folder / "lignes.json"], check=False)
    if done.returncode or not (folder / "lignes.json").exists():
        return [Ligne(nom, "le cas va à son terme", f"arrêté, code {done.returncode}", tenu=False)]
    return [Ligne(**row) for row in json.loads((folder / "lignes.json").read_text())]


def _alone(nom, vers):
    signal.alarm(LIMITE)
    with ExitStack() as stack:
        lignes = importlib.import_module(f"bench.pannes.{nom}").run(stack)
        vers.write_text(json.dumps([asdict(ligne) for ligne in lignes]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
