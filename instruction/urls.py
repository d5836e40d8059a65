"""Addresses of this floor."""

from django.urls import path

from instruction.attribution import views as attribution
from instruction.avis import views as avis
from instruction.complement import views as complement
from instruction.decision import views as decision
from instruction.note import views as note
from instruction.pages import views as pages
from instruction.queue import views as queue
from instruction.recevabilite import views as recevabilite
from instruction.remarque import views as remarque

app_name = "instruction"

urlpatterns = [
    path("dossiers/<str:cle>/complement/", complement.complement_answer, name="complement_answer"),
    path("instruction/", queue.instruction_list, name="instruction_list"),
    path("instruction/attribuer/", attribution.instruction_assign_many, name="instruction_assign_many"),
    path("instruction/<str:cle>/", pages.instruction_detail, name="instruction_detail"),
    path("instruction/<str:cle>/attribuer/", attribution.instruction_assign, name="instruction_assign"),
    path("instruction/<str:cle>/recevabilite/", recevabilite.instruction_check, name="instruction_check"),
    path("instruction/<str:cle>/note/", note.note_edit, name="note_edit"),
    path("instruction/<str:cle>/remarques/", remarque.remarque_create, name="remarque_create"),
    path("instruction/<str:cle>/decision/<slug:name>/", decision.instruction_decide, name="instruction_decide"),
    path("instruction/<str:cle>/complement/", complement.complement_create, name="complement_create"),
    path("instruction/<str:cle>/complement/prolonger/", complement.complement_extend, name="complement_extend"),
    path("instruction/<str:cle>/avis/", avis.avis_create, name="avis_create"),
    path("instruction/<str:cle>/avis/<int:pk>/retirer/", avis.avis_revoke, name="avis_revoke"),
    path("instruction/<str:cle>/avis/<int:pk>/rappeler/", avis.avis_remind, name="avis_remind"),
    path("avis/<str:jeton>/", avis.avis_answer, name="avis_answer"),
]
