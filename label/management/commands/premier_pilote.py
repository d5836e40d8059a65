"""Day one: somebody becomes pilote, and enters by the door of everybody. The others are named on the screens."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from label.adresses import read_addresses
from label.habilitation.actions import CompteFerme, DejaPilote, name_pilote


class Command(BaseCommand):
    help = "Nomme le premier pilote, par son adresse, et lui écrit par où entrer."

    def add_arguments(self, parser):
        parser.add_argument("adresse")
        parser.add_argument("--prenom", default="")
        parser.add_argument("--nom", default="")
        parser.add_argument("--encore", action="store_true", help="même si quelqu’un est déjà pilote")

    def handle(self, *, adresse, prenom, nom, encore, **options):
        lecture = read_addresses(adresse)
        if lecture.illisibles or len(lecture.adresses) != 1:
            raise CommandError(f"«\u00a0{adresse}\u00a0» n’est pas une adresse électronique.")
        ((_, adresse),) = lecture.adresses
        try:
            name_pilote(adresse, prenom=prenom.strip(), nom=nom.strip(), encore=encore)
        except DejaPilote as error:
            raise CommandError(
                f"Il y a déjà un pilote\u00a0: {', '.join(error.personnes)}. Rien n’a été fait. Pour en nommer un "
                "autre quand même, ou lui écrire de nouveau\u00a0: --encore."
            ) from error
        except CompteFerme as error:
            raise CommandError("Le compte de cette adresse est fermé. Rien n’a été fait.") from error
        self.stdout.write(
            f"{adresse} est pilote. Un message lui est écrit\u00a0; il part dès que le worker et le serveur de "
            f"courriel répondent.\nPour entrer\u00a0: {settings.SITE_URL}{reverse('account_login')}, cette adresse, le "
            "code reçu, puis une double vérification à choisir."
        )
