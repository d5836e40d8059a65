"""The map of addresses: French paths, `app:noun_verb` names."""

from allauth.account import views as allauth
from django.contrib import admin
from django.urls import include, path, re_path

from label.aide import views as aide
from label.contact import views as contact
from label.courriel import views as courriel
from label.demonstration import views as demonstration
from label.edition import views as edition
from label.liens import views as liens
from label.pages import views as pages
from label.porte import views as porte
from label.sante import sante
from label.trouvaille import views as trouvaille

label_patterns = [
    path("", pages.accueil, name="accueil"),
    path("tableau/", pages.tableau, name="tableau"),
    path("recherche/", trouvaille.recherche, name="recherche"),
    path("aide/", aide.aide, name="aide"),
    path("aide/<slug:role>/", aide.aide_role, name="aide_role"),
    path("contact/", contact.contact, name="contact"),
    path("messages/", courriel.plan_messages, name="message_plan"),
    path("messages/envois/", courriel.courriel_list, name="courriel_list"),
    path("messages/envois/<int:pk>/", courriel.courriel_detail, name="courriel_detail"),
    path("messages/envois/<int:pk>/renvoyer/", courriel.courriel_resend, name="courriel_resend"),
    path("messages/envois/<int:pk>/regler/", courriel.courriel_dismiss, name="courriel_dismiss"),
    path("editions/", edition.edition_list, name="edition_list"),
    path("editions/<int:annee>/", edition.edition_detail, name="edition_detail"),
    path("editions/<int:annee>/modifier/", edition.edition_edit, name="edition_edit"),
    path("editions/<int:annee>/copier/", edition.edition_copy, name="edition_copy"),
    re_path(
        r"^editions/(?P<annee>[0-9]{4})/(?P<reglage>criteres|pieces|recevabilite)/$",
        edition.edition_reglage,
        name="edition_reglage",
    ),
    path("liens/<slug:usage>/<str:graine>/", liens.lien_reprendre, name="lien_reprendre"),
    path("exports/", pages.export_list, name="export_list"),
    path("exports/<int:annee>/<slug:key>/", pages.export_download, name="export_download"),
    path("mentions-legales/", pages.page_statique, {"page": "mentions_legales"}, name="mentions_legales"),
    path("donnees-personnelles/", pages.page_statique, {"page": "donnees_personnelles"}, name="donnees_personnelles"),
    path("accessibilite/", pages.page_statique, {"page": "accessibilite"}, name="accessibilite"),
    path("conditions/", pages.page_statique, {"page": "conditions"}, name="conditions"),
    path("robots.txt", pages.robots, name="robots"),
    path("demonstration/", demonstration.demo_comptes, name="demo_comptes"),
    path("demonstration/entrer/", demonstration.demo_login, name="demo_login"),
]

# The names are those django-allauth asks for; what it offers besides (passwords, sign-up pages) is not here.
compte_patterns = [
    path("login/", porte.entrer, name="account_login"),
    path("code/", porte.saisir_code, name="account_confirm_login_code"),
    path("lien/<str:jeton>/", porte.lien, name="account_link"),
    path("nom/", porte.nom, name="account_name"),
    path("double-verification/", porte.second_facteur, name="account_second_factor"),
    path("signup/", porte.ancienne_adresse, {"vers": "account_login"}, name="account_signup"),
    path("login/code/", porte.ancienne_adresse, {"vers": "account_login"}, name="account_request_login_code"),
    path("login/code/confirm/", porte.ancienne_adresse, {"vers": "account_confirm_login_code"}),
    path("logout/", porte.sortir, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("email/", allauth.email, name="account_email"),
    path("confirm-email/", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("2fa/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("", include((label_patterns, "label"))),
    path("", include("contrats.urls")),
    path("", include("projects.urls")),
    path("", include("instruction.urls")),
    path("", include("juries.urls")),
    path("", include("laureats.urls")),
    path("compte/", include(compte_patterns)),
    path("sante/", sante, name="sante"),
    path("administration/", admin.site.urls),
]
