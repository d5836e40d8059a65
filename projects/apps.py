from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are loaded by now: what fills the gates of the life cycle, and tells its secrets apart, reads them.
        from projects import checks, connu  # noqa: F401
        from projects.actions import completude  # noqa: F401
