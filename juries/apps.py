from django.apps import AppConfig


class JuriesConfig(AppConfig):
    name = "juries"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are loaded by now: what answers the floor below reads them.
        from juries.a_faire import a_faire
        from juries.oral.fil import a_faire_de_l_oral, lignes_de_l_oral
        from juries.oral.maintenant import cartes_de_l_oral
        from juries.oral.repetitions import cancel_with_dossier
        from juries.seance.annulation import cancel_hearing, depart_of
        from projects import relais
        from projects.fil import registre

        # Whoever answers a convocation holds what is prepared, then the audition: in the same order here.
        relais.departs.register(cancel_with_dossier)
        relais.departs.register(cancel_hearing)
        relais.departs_annonces.register(depart_of)
        registre.lignes.register(lignes_de_l_oral)
        registre.cartes.register(cartes_de_l_oral)
        registre.a_faire.register(a_faire)
        registre.a_faire.register(a_faire_de_l_oral)
