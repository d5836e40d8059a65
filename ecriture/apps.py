from django.apps import AppConfig


class EcritureConfig(AppConfig):
    name = "ecriture"
    default_auto_field = "django.db.models.BigAutoField"
