from django.apps import AppConfig


class LaureatsConfig(AppConfig):
    name = "laureats"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are loaded by now: what answers the floor below reads them.
        from laureats.laureat.dossier import ajout
        from projects import relais

        relais.ajouts.register(ajout)
