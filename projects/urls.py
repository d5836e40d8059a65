"""Addresses of this floor."""

from django.urls import path, register_converter

from ecriture.urls import addresses
from projects.budget import views as budget
from projects.converters import SectionConverter
from projects.depot import views as depot
from projects.dossier import views as dossier
from projects.dossier.declaration import DOSSIER
from projects.echange import views as echange
from projects.fil import views as fil
from projects.idee import views as idee
from projects.message import views as message
from projects.pages import views as elaboration
from projects.pages.section import show_section
from projects.partage import views as partage
from projects.piece import views as piece
from projects.portefeuille import views as portefeuille
from projects.question import views as question
from projects.reprise import views as reprise
from projects.structure import views as structure

register_converter(SectionConverter, "section")

app_name = "projects"

# Structure, idea and co-élaboration
urlpatterns = [
    path("idee/", idee.idee_create, name="idee_create"),
    path("idees/<str:cle>/", idee.idee_detail, name="idee_detail"),
    path("idees/<str:cle>/sans-suite/", idee.idee_decline, name="idee_decline"),
    path("structures/verifier/", structure.structure_check, name="structure_check"),
    path("structures/<str:cle>/", structure.structure_detail, name="structure_detail"),
    path("structures/<str:cle>/modifier/", structure.structure_edit, name="structure_edit"),
    path("structures/<str:cle>/rejoindre/", structure.structure_join, name="structure_join"),
    path("structures/<str:cle>/demandes/<int:pk>/", structure.demande_decide, name="demande_decide"),
    path("structures/<str:cle>/inviter/", structure.structure_invite, name="structure_invite"),
    path("structures/<str:cle>/invitations/<int:pk>/retirer/", structure.invitation_revoke, name="invitation_revoke"),
    path("structures/<str:cle>/membres/<str:personne>/fin/", structure.membre_end, name="membre_end"),
    path(
        "structures/<str:cle>/membres/<str:personne>/responsabilite/",
        structure.membre_responsable,
        name="membre_responsable",
    ),
    path("invitations/<str:jeton>/", structure.invitation_accept, name="invitation_accept"),
    path("a-faire/", fil.a_faire_list, name="a_faire_list"),
    path("portefeuille/", portefeuille.portefeuille_list, name="portefeuille_list"),
    path("portefeuille/message/", message.message_create, name="message_create"),
    path("dossiers/", dossier.dossier_list, name="dossier_list"),
    path("dossiers/<str:cle>/", dossier.dossier_detail, name="dossier_detail"),
    path("dossiers/<str:cle>/fil/", fil.fil, name="fil"),
    path("dossiers/<str:cle>/lire/", dossier.dossier_read, name="dossier_read"),
    path("dossiers/<str:cle>/dossier.pdf", dossier.dossier_pdf, name="dossier_pdf"),
    path("dossiers/<str:cle>/reprendre/", reprise.dossier_copy, name="dossier_copy"),
    path("dossiers/<str:cle>/reprise/", reprise.dossier_copied, name="dossier_copied"),
    path("dossiers/<str:cle>/pieces/reprendre/", reprise.piece_take_up, name="piece_take_up"),
    path("dossiers/<str:cle>/messages/", echange.echange_list, name="echange_list"),
    path("dossiers/<str:cle>/visa/", dossier.dossier_visa, name="dossier_visa"),
    path("dossiers/<str:cle>/passage/<slug:name>/", dossier.dossier_transition, name="dossier_transition"),
    path("dossiers/<str:cle>/budget/tableur/", budget.budget_tableur, name="budget_tableur"),
    path("dossiers/<str:cle>/budget/grille.xlsx", budget.budget_export, name="budget_export"),
    path("editions/<int:annee>/comptes/", budget.libelle_edit, name="libelle_edit"),
    *addresses(DOSSIER, at="dossiers/<str:cle>/", show=show_section, section="<section:section>"),
    path("dossiers/<str:cle>/<section:section>/", elaboration.section_edit, name="section_edit"),
    path("dossiers/<str:cle>/<section:section>/suite/", elaboration.section_suite, name="section_suite"),
    path("dossiers/<str:cle>/pieces/ajouter/", piece.piece_add, name="piece_add"),
    path("dossiers/<str:cle>/pieces/<str:piece>/retirer/", piece.piece_remove, name="piece_remove"),
    path("dossiers/<str:cle>/pieces/<str:piece>/remettre/", piece.piece_restore, name="piece_restore"),
    path("pieces/<str:cle>/", piece.piece_download, name="piece_download"),
    path("pieces/<str:cle>/miniature/", piece.piece_thumbnail, name="piece_thumbnail"),
]

# The people of a dossier
urlpatterns += [
    path("dossiers/<str:cle>/personnes/", partage.personne_list, name="personne_list"),
    path("dossiers/<str:cle>/personnes/inviter/", partage.partage_create, name="partage_create"),
    path("dossiers/<str:cle>/personnes/<int:pk>/droit/", partage.partage_edit, name="partage_edit"),
    path("dossiers/<str:cle>/personnes/<int:pk>/retirer/", partage.partage_end, name="partage_end"),
    path("dossiers/<str:cle>/mandats/<str:personne>/", partage.mandat_edit, name="mandat_edit"),
    path("partages/<str:jeton>/", partage.partage_accept, name="partage_accept"),
    path("structures/<str:cle>/transmettre/", structure.structure_transmettre, name="structure_transmettre"),
]

# Deposit
urlpatterns += [
    path("dossiers/<str:cle>/deposer/", depot.depot_create, name="depot_create"),
    path("dossiers/<str:cle>/depot/", depot.depot_detail, name="depot_detail"),
    path("dossiers/<str:cle>/recepisse/", depot.recepisse, name="recepisse"),
    path("dossiers/<str:cle>/recepisse/<int:rang>/", depot.recepisse, name="recepisse_version"),
    path("dossiers/<str:cle>/prolonger/", depot.prolongation_create, name="prolongation_create"),
]

# The questions an édition adds to the form
urlpatterns += [
    path("editions/<int:annee>/questions/", question.question_list, name="question_list"),
    path("editions/<int:annee>/questions/apercu/", question.question_preview, name="question_preview"),
    path("editions/<int:annee>/questions/ajouter/", question.question_create, name="question_create"),
    path("editions/<int:annee>/questions/<int:pk>/", question.question_edit, name="question_edit"),
    path("editions/<int:annee>/questions/<int:pk>/deplacer/", question.question_move, name="question_move"),
    path("editions/<int:annee>/questions/<int:pk>/retirer/", question.question_retire, name="question_retire"),
    path("dossiers/<str:cle>/questions/<int:pk>/fichier/", piece.reponse_join, name="reponse_join"),
]
