"""What is kept too long, rule by rule: shown, and erased only when asked."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from label.conservation.actions import conserve, situation
from label.conservation.registre import registry
from label.models import Origine


class Command(BaseCommand):
    help = "Montre ce qui a fait son temps, et ce qui en serait fait. N’efface et n’écrit à personne sans --executer."

    def add_arguments(self, parser):
        parser.add_argument("--executer", action="store_true", help="prévient et efface, comme le passage de la nuit")
        parser.add_argument("--regle", choices=sorted(registry), action="append", help="cette règle seule (répétable)")

    def handle(self, *, executer, regle, **options):
        now = timezone.now()
        rows = [etat for etat in situation(now) if not regle or etat.regle.cle in regle]
        self.stdout.write(f"{'règle':<20} {'à prévenir':>10} {'à effacer':>10}  quoi, combien de temps, et ensuite")
        for etat in rows:
            one = etat.regle
            self.stdout.write(
                f"{one.cle:<20} {etat.a_prevenir:>10} {etat.a_effacer:>10}  {one.quoi}. {one.duree.capitalize()}, puis "
                f"{one.suite}."
            )
        if not executer:
            self.stdout.write("Rien n’a été fait. Avec --executer\u00a0: prévenir et effacer.")
            return
        if settings.CONSERVATION_SUSPENDUE:
            self.stdout.write("CONSERVATION_SUSPENDUE est réglée\u00a0: ni préavis, ni effacement après préavis.")
        for cle, (told, gone) in conserve(origine=Origine.COMMANDE, now=now, only=regle).items():
            if told or gone:
                self.stdout.write(f"{cle}\u00a0: {told} prévenu(s), {gone} effacé(s).")
