"""Addresses of this floor."""

from django.urls import path

from laureats.laureat import views as laureat
from laureats.publication import views as publication
from laureats.versement import views as suivi
from laureats.vote import views as vote

app_name = "laureats"
urlpatterns = [
    path("laureats/", laureat.laureat_list, name="laureat_list"),
    path("laureats/donnees-ouvertes/<int:annee>/", laureat.laureat_scdl, name="laureat_scdl"),
    path("laureats/suivi/", suivi.suivi, name="suivi"),
    path("laureats/suivi/versements/", suivi.versement_list, name="versement_list"),
    path("laureats/suivi/exporter/<int:annee>/", suivi.export, name="export"),
    path("laureats/vote/", vote.vote_list, name="vote_list"),
    path("laureats/vote/<int:annee>/", vote.vote_edit, name="vote_edit"),
    path("laureats/publication/<int:annee>/", publication.publication_preview, name="publication_preview"),
    path("laureats/publication/<int:annee>/publier/", publication.publication_publish, name="publication_publish"),
    path(
        "laureats/publication/<int:annee>/message/<str:qui>/",
        publication.publication_message,
        name="publication_message",
    ),
    path(
        "laureats/publication/<int:annee>/lettre/<str:cle>/", publication.publication_lettre, name="publication_lettre"
    ),
    path("laureats/lettres/<str:cle>/", publication.lettre_download, name="lettre_download"),
    path("laureats/<str:cle>/", laureat.laureat_detail, name="laureat_detail"),
    path("laureats/<str:cle>/modifier/", laureat.laureat_edit, name="laureat_edit"),
    path("laureats/<str:cle>/suivi/", suivi.suivi_detail, name="suivi_detail"),
    path("laureats/<str:cle>/versements/<int:rang>/<str:transition>/", suivi.versement_move, name="versement_move"),
]
