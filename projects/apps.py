from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are loaded by now. These read them: what fills the gates of the life cycle, what tells its secrets,
        # and how a dossier is written.
        from projects import checks  # noqa: F401
        from projects.dossier import (
            completude,  # noqa: F401
            connu,  # noqa: F401
            declaration,  # noqa: F401
        )
