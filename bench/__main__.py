"""`make bench`: fill, serve, measure, print one table, leave nothing behind. Four minutes at most.

ARGS="--tours 20" shortens the measure; ARGS="--fois 10" makes ten times the dossiers, and takes as many times longer.
"""

import argparse
import io
import os
import signal
import sys
import time
from contextlib import ExitStack

LIMITE = 240


def _stop(number, frame):
    sys.exit(f"Mesure interrompue (signal {number}) : tout est arrêté et effacé.")


def main() -> int:
    """Run the whole; return 0 when every goal is met, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Mesures de charge et de vitesse.")
    parser.add_argument("--tours", type=int, default=60, help="tours de mesure au plus (60)")
    parser.add_argument("--fois", type=int, default=1, help="autant de fois 5 000 dossiers (1)")
    options = parser.parse_args()
    limite = LIMITE * options.fois
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, _stop)
    signal.alarm(limite)
    start = time.monotonic()
    with ExitStack() as stack:
        from bench.lieu import prepare

        _say(start, "Base et file d’attente, à part")
        web = prepare(stack)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from bench import cas, donnees, mesures

        stack.callback(connection.close_pool)
        _say(start, f"Territoire, {5 * options.fois} 000 dossiers, {20 * options.fois} 000 notes")
        call_command("import_referentiel", stdout=io.StringIO())
        monde = donnees.fill(fois=options.fois)
        liste, foules = cas.prepare(monde)
        _say(start, "Requêtes SQL de chaque page")
        for one in liste:
            mesures.compte_sql(one)
        connection.close()
        _say(start, "Serveur web, puis mesures")
        web.start()
        # Both processes load what they keep.
        for one in liste:
            mesures.debit(one, web.port, 0.3)
        mesures.latences(liste, web.port, until=start + limite - 90, tours=options.tours)
        for one in liste:
            mesures.debit(one, web.port, 2)
        _say(start, "Cinquante personnes écrivent, puis deux cents pages ouvertes")
        for one in foules:
            one.measure(web, liste)
        cas.verify(monde, liste)
        _say(start, "Fin des mesures")
        print(f"\nCharge de la machine : {os.getloadavg()[0]:.1f} sur {os.cpu_count()} processeurs\n")
        print(mesures.tableau([*liste, *foules]), flush=True)
        missed = [one for one in liste if "MANQUÉ" in one.objectif(liste[0])]
        print(f"\n{'Objectifs manqués : ' + ', '.join(one.nom for one in missed) if missed else 'Objectifs tenus.'}")
    return 1 if missed else 0


def _say(start, words):
    print(f"{time.monotonic() - start:5.0f} s  {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
