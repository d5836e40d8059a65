from django.apps import AppConfig


class LaureatsConfig(AppConfig):
    name = "laureats"
    default_auto_field = "django.db.models.BigAutoField"
