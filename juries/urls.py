"""Addresses of this floor."""

from django.urls import path

from juries.classement import views as classement
from juries.composition import views as jury
from juries.declaration import views as declaration
from juries.deliberation import views as deliberation
from juries.notation import views as notation
from juries.oral import views as oral
from juries.seance import views as audition

app_name = "juries"
AN = "jury/<int:edition__annee>/"
SEANCE = "jury/seances/<str:cle>/"
AUDITION = "jury/auditions/<str:cle>/"
ORAL = "dossiers/<str:cle>/oral/"
urlpatterns = [
    path("jury/", jury.jury_home, name="jury_home"),
    path("jury/creer/", jury.jury_create, name="jury_create"),
    path("jury/invitation/<str:jeton>/", jury.invitation_accept, name="invitation_accept"),
    path("jury/membres/<str:cle>/", jury.jure_edit, name="jure_edit"),
    path("jury/membres/<str:cle>/retirer/", jury.jure_remove, name="jure_remove"),
    path("jury/membres/<str:cle>/inviter/", jury.jure_resend, name="jure_resend"),
    path("jury/deports/<int:pk>/lever/", declaration.deport_lift, name="deport_lift"),
    path(AN, jury.jury_detail, name="jury_detail"),
    path(f"{AN}regles/", jury.jury_edit, name="jury_edit"),
    path(f"{AN}membres/ajouter/", jury.jure_create, name="jure_create"),
    path(f"{AN}declaration/", declaration.declaration_edit, name="declaration_edit"),
    path(f"{AN}declaration/lien/", declaration.deport_create, name="deport_create"),
    path(f"{AN}deports/", declaration.deport_list, name="deport_list"),
    path(f"{AN}seances/", audition.seance_list, name="seance_list"),
    path(f"{AN}seances/ajouter/", audition.seance_create, name="seance_create"),
    path(f"{AN}auditions/", notation.audition_list, name="audition_list"),
    path(f"{AN}classement/", classement.classement, name="classement"),
    path(f"{AN}exports/<slug:export>/", classement.export_download, name="export_download"),
    path(f"{AN}deliberation/", deliberation.deliberation_edit, name="deliberation_edit"),
    path(f"{AN}deliberation/clore/", deliberation.deliberation_close, name="deliberation_close"),
    path(f"{AN}deliberation/rouvrir/", deliberation.deliberation_undo, name="deliberation_undo"),
    path(f"{AN}proces-verbal/", deliberation.proces_verbal, name="proces_verbal"),
    path(SEANCE, audition.seance_detail, name="seance_detail"),
    path(f"{SEANCE}modifier/", audition.seance_edit, name="seance_edit"),
    path(f"{SEANCE}supprimer/", audition.seance_delete, name="seance_delete"),
    path(f"{SEANCE}placer/", audition.audition_create, name="audition_create"),
    path(f"{SEANCE}convocations/", audition.seance_convoke, name="seance_convoke"),
    path(f"{SEANCE}presences/", audition.presence_edit, name="presence_edit"),
    path(f"{SEANCE}verrouiller/", audition.seance_lock, name="seance_lock"),
    path(f"{SEANCE}relancer/", audition.seance_remind, name="seance_remind"),
    path(f"{SEANCE}cahier/", notation.cahier, name="cahier"),
    path(f"{SEANCE}cahier.pdf", notation.cahier_pdf, name="cahier_pdf"),
    path(AUDITION, notation.audition_detail, name="audition_detail"),
    path(f"{AUDITION}noter/", notation.notation, name="notation"),
    path(f"{AUDITION}pieces/<str:piece>/", notation.piece_download, name="piece_download"),
    path(f"{AUDITION}deplacer/", audition.audition_move, name="audition_move"),
    path(f"{AUDITION}retirer/", audition.audition_remove, name="audition_remove"),
    path(f"{AUDITION}entendue/", audition.audition_hear, name="audition_hear"),
    path(f"{AUDITION}absence/", audition.audition_absence, name="audition_absence"),
    path(f"{AUDITION}maintenir/", oral.venue_keep, name="venue_keep"),
    path(f"{AUDITION}supports/<str:support>/", oral.support_read, name="support_read"),
    path(ORAL, oral.oral_detail, name="oral_detail"),
    path(f"{ORAL}audition.ics", oral.oral_ics, name="oral_ics"),
    path(f"{ORAL}presentation/", oral.presentation_edit, name="presentation_edit"),
    path(f"{ORAL}besoins/", oral.besoin_edit, name="besoin_edit"),
    path(f"{ORAL}supports/", oral.support_add, name="support_add"),
    path(f"{ORAL}supports/<str:support>/", oral.support_download, name="support_download"),
    path(f"{ORAL}supports/<str:support>/retirer/", oral.support_remove, name="support_remove"),
    path(f"{ORAL}venue/<str:sceau>/", oral.venue_confirm, name="venue_confirm"),
    path(f"{ORAL}empechement/", oral.venue_decline, name="venue_decline"),
    path(f"{ORAL}repetition/", oral.repetition_edit, name="repetition_edit"),
    path(f"{ORAL}repetition/accepter/", oral.repetition_accept, name="repetition_accept"),
    path(f"{ORAL}repetition/annuler/", oral.repetition_cancel, name="repetition_cancel"),
    path(f"{ORAL}repetition.ics", oral.repetition_ics, name="repetition_ics"),
    path("jury/bulletins/<int:pk>/corriger/", notation.bulletin_correct, name="bulletin_correct"),
]
