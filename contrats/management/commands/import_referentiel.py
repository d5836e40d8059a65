"""Load the territory: communes, contrats de ville and quartiers prioritaires of both generations."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from contrats.carte.contours import import_contours
from contrats.territoire.referentiel import import_folder

LIVRE = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = "Importe le référentiel du territoire. Peut être relancée : ne double rien, garde ce que l’EPT a corrigé."

    def add_arguments(self, parser):
        parser.add_argument("--dossier", type=Path, default=LIVRE, help="Dossier des fichiers CSV (livrés par défaut).")
        parser.add_argument(
            "--contours", type=Path, nargs="+", default=[], metavar="FICHIER", help="Contours officiels, en GeoJSON."
        )

    def handle(self, *args, dossier, contours, **options):
        if not dossier.is_dir():
            raise CommandError(f"Le dossier {dossier} n’existe pas.")
        for report in import_folder(dossier):
            self._write(report)
        for path in contours:
            self._write_contours(import_contours(path))

    def _write(self, report):
        self.stdout.write(
            f"{report.fichier} : {report.created} créés, {report.updated} mis à jour, "
            f"{report.unchanged} inchangés, {report.kept_rows} conservés, {len(report.refused)} refusés"
        )
        if report.to_complete:
            self.stdout.write(f"  {report.to_complete} quartiers sans libellé connu ajoutés, à compléter")
        for line, reason in report.refused:
            self.stdout.write(f"  {report.fichier}, ligne {line} : refusée, {reason}")
        for line, name, label, present, value in report.kept:
            self.stdout.write(
                f"  {report.fichier}, ligne {line} : {name}, {label} conservé « {_shown(present)} » "
                f"(fichier : « {_shown(value)} »)"
            )
        for name in report.absent:
            self.stdout.write(f"  {report.fichier} : {name} est en base mais plus dans le fichier, gardé")

    def _write_contours(self, report):
        self.stdout.write(
            f"{report.fichier} : {report.updated} contours pris, {report.unchanged} inchangés, "
            f"{report.ignored} hors du référentiel, {len(report.refused)} refusés"
        )
        for rank, reason in report.refused:
            self.stdout.write(f"  {report.fichier}, entité {rank} : refusée, {reason}")


def _shown(value):
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
