"""Addresses of this floor."""

from django.urls import path

from projects.views import avis, complement, depot, instruction

app_name = "projects"
urlpatterns = []

# Deposit and instruction
urlpatterns += [
    path("dossiers/<str:cle>/deposer/", depot.depot_create, name="depot_create"),
    path("dossiers/<str:cle>/depot/", depot.depot_detail, name="depot_detail"),
    path("dossiers/<str:cle>/recepisse/", depot.recepisse, name="recepisse"),
    path("dossiers/<str:cle>/prolonger/", depot.prolongation_create, name="prolongation_create"),
    path("dossiers/<str:cle>/complement/", complement.complement_answer, name="complement_answer"),
    path("instruction/", instruction.instruction_list, name="instruction_list"),
    path("instruction/attribuer/", instruction.instruction_assign_many, name="instruction_assign_many"),
    path("instruction/<str:cle>/", instruction.instruction_detail, name="instruction_detail"),
    path("instruction/<str:cle>/attribuer/", instruction.instruction_assign, name="instruction_assign"),
    path("instruction/<str:cle>/recevabilite/", instruction.instruction_check, name="instruction_check"),
    path("instruction/<str:cle>/note/", instruction.note_edit, name="note_edit"),
    path("instruction/<str:cle>/remarques/", instruction.remarque_create, name="remarque_create"),
    path("instruction/<str:cle>/decision/<slug:name>/", instruction.instruction_decide, name="instruction_decide"),
    path("instruction/<str:cle>/complement/", complement.complement_create, name="complement_create"),
    path("instruction/<str:cle>/complement/prolonger/", complement.complement_extend, name="complement_extend"),
    path("instruction/<str:cle>/avis/", avis.avis_create, name="avis_create"),
    path("instruction/<str:cle>/avis/<int:pk>/retirer/", avis.avis_revoke, name="avis_revoke"),
    path("instruction/<str:cle>/avis/<int:pk>/rappeler/", avis.avis_remind, name="avis_remind"),
    path("avis/<str:jeton>/", avis.avis_answer, name="avis_answer"),
]
