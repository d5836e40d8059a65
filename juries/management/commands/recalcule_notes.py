"""Compare the stored means of a jury with what its ballots say; with --corriger, write them again."""

from django.core.management.base import BaseCommand, CommandError

from juries.classement.actions import differences, recompute_auditions
from juries.models import Audition, Jury


def _said(figures):
    """The exact mean, the spread and the count, as one reads them."""
    return ", ".join("aucun" if figure is None else str(figure) for figure in figures)


class Command(BaseCommand):
    help = "Compare les moyennes gardées avec les bulletins ; --corriger les recalcule."

    def add_arguments(self, parser):
        parser.add_argument("annee", type=int, help="année de l’édition")
        parser.add_argument("--corriger", action="store_true", help="écrit les moyennes recalculées")

    def handle(self, *, annee, corriger, **options):
        jury = Jury.objects.filter(edition__annee=annee).first()
        if jury is None:
            raise CommandError(f"Aucun jury pour l’édition {annee}.")
        wrong = differences(jury)
        for audition, stored, computed in wrong:
            self.stdout.write(f"{audition.dossier.numero} : gardé {_said(stored)}, calculé {_said(computed)}")
        if corriger and wrong:
            recompute_auditions(Audition.objects.filter(pk__in=[audition.pk for audition, _, _ in wrong]))
            self.stdout.write(f"Corrigées : {len(wrong)}.")
        elif wrong:
            raise CommandError(f"Auditions dont la moyenne diffère : {len(wrong)}.")
        else:
            self.stdout.write("Toutes les moyennes suivent les bulletins.")
