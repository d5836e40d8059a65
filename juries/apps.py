from django.apps import AppConfig


class JuriesConfig(AppConfig):
    name = "juries"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are loaded by now: what answers the floor below reads them.
        from juries.a_faire import a_faire
        from projects.fil import registre

        registre.a_faire.register(a_faire)
