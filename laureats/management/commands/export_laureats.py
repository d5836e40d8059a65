"""Write the laureates of one édition in a file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from label.exports import FORMATS
from label.models import Edition
from laureats.exports import for_export, laureat_table, scdl_export
from laureats.models import Laureat


class Command(BaseCommand):
    help = (
        "Écrit la liste des lauréats d’une édition publiée\u00a0: tableur (xlsx, csv, ods) ou données ouvertes (scdl)."
    )

    def add_arguments(self, parser):
        parser.add_argument("--edition", type=int, required=True, metavar="ANNEE", help="année de l’édition")
        parser.add_argument("--format", required=True, choices=[*FORMATS, "scdl"])
        parser.add_argument("--output", type=Path, required=True, metavar="FICHIER")
        parser.add_argument(
            "--ignorer-invalides",
            action="store_true",
            help="scdl\u00a0: écrire les lignes valables sans les autres, au lieu de s’arrêter",
        )

    def handle(self, *, edition, format, output, ignorer_invalides, **options):
        found = Edition.objects.filter(annee=edition).first()
        if found is None:
            raise CommandError(f"Il n’y a pas d’édition {edition}.")
        if not found.is_published:
            raise CommandError(
                f"Les résultats de l’édition {edition} ne sont pas publiés\u00a0: il n’y a pas de lauréats."
            )
        laureats = for_export(Laureat.objects.in_edition(found))
        if format == "scdl":
            content = self._scdl(laureats, ignorer_invalides)
        else:
            content = FORMATS[format][0](laureat_table(laureats))
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"Le fichier {output} ne peut pas être écrit\u00a0: {error.strerror}.") from error
        self.stdout.write(f"{output}\u00a0: {len(laureats)} lauréats de l’édition {edition}.")

    def _scdl(self, laureats, ignorer_invalides):
        content, problemes = scdl_export(laureats)
        for laureat, messages in problemes:
            self.stderr.write(f"{laureat.nom_affiche}\u00a0: {' '.join(messages)}")
        if problemes and not ignorer_invalides:
            raise CommandError(
                f"{len(problemes)} lauréats ne peuvent pas être publiés tels quels\u00a0: rien n’a été écrit. "
                "Complétez-les, ou relancez avec --ignorer-invalides."
            )
        return content
