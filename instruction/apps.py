from django.apps import AppConfig


class InstructionConfig(AppConfig):
    name = "instruction"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are loaded by now: what answers the floor below reads them, and so does the gate of the life cycle.
        from instruction.a_faire import a_faire
        from instruction.attribution.actions import take_back
        from instruction.attribution.queries import suiveur
        from instruction.pages.dossier import ajout
        from instruction.recevabilite import queries  # noqa: F401
        from projects import relais
        from projects.fil import registre

        relais.suiveurs.register(suiveur)
        relais.retraits.register(take_back)
        relais.ajouts.register(ajout)
        registre.a_faire.register(a_faire)
