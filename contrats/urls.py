from django.urls import path

from contrats.affectation import views as affectation
from contrats.carte import views as carte
from contrats.orientation import views as orientation
from contrats.territoire import views

app_name = "contrats"

urlpatterns = [
    path("chef-de-projet/", orientation.recherche, name="recherche"),
    path("territoire/", carte.carte, name="carte"),
    path("contrats/<slug:code>/", views.contrat_detail, name="contrat_detail"),
    path("referentiel/quartiers/", views.quartier_list, name="quartier_list"),
    path("referentiel/quartiers/<slug:identifiant>/", views.quartier_edit, name="quartier_edit"),
    path("referentiel/contrats/", views.contrat_list, name="contrat_list"),
    path("referentiel/contrats/<slug:code>/", views.contrat_edit, name="contrat_edit"),
    path("referentiel/chefs-de-projet/", affectation.affectation_list, name="affectation_list"),
    path("referentiel/chefs-de-projet/nouveau/", affectation.affectation_create, name="affectation_create"),
    path("referentiel/chefs-de-projet/<slug:cle>/fin/", affectation.affectation_end, name="affectation_end"),
]
