from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are loaded by now. These read them: what fills the gates of the life cycle, what tells its secrets,
        # and how a dossier is written.
        import projects.checks
        import projects.dossier.completude
        import projects.dossier.connu
        import projects.dossier.declaration
        import projects.dossier.visa
        import projects.fil.table  # noqa: F401
        from projects.echange.recit import a_faire_des_echanges, lignes_des_discussions, lignes_des_echanges
        from projects.fil import registre
        from projects.fil.a_faire import a_faire_des_dossiers
        from projects.fil.maintenant import cartes_du_statut
        from projects.fil.recit import lignes_des_messages, lignes_des_passages

        registre.lignes.register(lignes_des_passages)
        registre.lignes.register(lignes_des_messages)
        registre.lignes.register(lignes_des_echanges)
        registre.lignes.register(lignes_des_discussions)
        registre.cartes.register(cartes_du_statut)
        registre.a_faire.register(a_faire_des_dossiers)
        registre.a_faire.register(a_faire_des_echanges)
