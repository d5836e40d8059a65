"""Fill an empty database with a believable, fictional year."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from label.seed import seed


class Command(BaseCommand):
    help = "Remplit une base vide d’une année fictive (démonstration seulement)."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("Les données fictives ne se créent qu’en démonstration (DEMO=true).")
        try:
            seed()
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("L’année fictive est prête.")
