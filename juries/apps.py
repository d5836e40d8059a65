from django.apps import AppConfig


class JuriesConfig(AppConfig):
    name = "juries"
    default_auto_field = "django.db.models.BigAutoField"
