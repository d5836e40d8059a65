from django.apps import AppConfig


class LaureatsConfig(AppConfig):
    name = "laureats"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are loaded by now: what answers the floor below reads them.
        from laureats.a_faire import a_faire
        from laureats.publication.maintenant import cartes
        from projects.fil import registre

        registre.cartes.register(cartes)
        registre.a_faire.register(a_faire)
