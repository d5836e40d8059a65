"""Somebody lost the second factor and its spare codes: take it off, to be enrolled again at the next entry."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from label.models import User


class Command(BaseCommand):
    help = "Retire la double vérification d’une personne, qui en choisira une autre à sa prochaine connexion."

    def add_arguments(self, parser):
        parser.add_argument("adresse")

    def handle(self, *, adresse, **options):
        user = User.objects.filter(email=adresse.strip().lower()).first()
        if user is None:
            raise CommandError("Aucun compte à cette adresse.")
        removed, _ = Authenticator.objects.filter(user=user).delete()
        self.stdout.write("Double vérification retirée." if removed else "Cette personne n’en avait pas.")
