from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules

from label import checks  # noqa: F401


class LabelConfig(AppConfig):
    name = "label"
    verbose_name = "Label"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Label imports no other app: it discovers what each of them offers.
        offered = ("notifications", "exports", "menu", "tableau", "accueil", "conservation", "habilitation", "contact")
        autodiscover_modules(*offered, "trouvailles")


class AdministrationConfig(AdminConfig):
    default_site = "label.administration.Administration"
