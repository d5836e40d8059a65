"""What is told about a dossier, when, to whom."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.text import get_text_list

from ecriture.models import Annonce
from label.conservation.registre import BROUILLON_DIT, IDEE_DITE, PREAVIS_DIT
from label.enums import Role
from label.models import Habilitation, User
from label.models.courriel import voile
from label.notifications import Notification, register
from label.templatetags.label_ui import duree
from projects.conservation import authors
from projects.echange.queries import signature
from projects.echeance import JOURS_DE_RAPPEL, deadline_of
from projects.models import DemandeAdhesion, Deport, Dossier, Echange, Membre, Partage, recused_of
from projects.relais import suiveurs


def membres(dossier, context):
    """The people of the structure today."""
    adhesions = Membre.objects.current().filter(structure=dossier.structure_id)
    return User.objects.filter(is_active=True, pk__in=adhesions.values("user"))


def chefs(dossier, context):
    """The chefs de projet of the lead contrat today, but for an agent whom a déport keeps from the dossier."""
    return dossier.contrat.chefs().exclude(pk__in=set_apart(dossier)) if dossier.contrat else []


def set_apart(objet):
    """The agents recused from it, as primary keys: naming oneself chef de projet does not give it back."""
    return Habilitation.objects.agents().filter(user__in=recused(objet)).values("user")


def recused(objet):
    """Who is recused from this dossier, or from a dossier of the structure this is about, as primary keys."""
    what = {"dossier": objet.pk} if isinstance(objet, Dossier) else {"dossier__structure": objet.structure_id}
    return Deport.objects.current().filter(**what).values("user")


@voile
def of_closed_dossiers(user):
    """A pilote recused from a dossier reads none of the messages about it, nor those that name it among others."""
    closed = recused_of(user) and list(Dossier.objects.closed_to(user).only("pk", "cle", "numero", "titre"))
    if not closed:
        return None
    about = Q(content_type=ContentType.objects.get_for_model(Dossier), object_id__in=[dossier.pk for dossier in closed])
    for dossier in closed:
        for words in filter(None, (dossier.cle, dossier.numero, dossier.titre)):
            about |= Q(texte__contains=words) | Q(sujet__contains=words)
    return about


@voile
def of_echanges(user):
    """A pilote reads of the messages of dossiers those that the EPT reads, and no mail that carries another."""
    hidden = Echange.objects.exclude(pk__in=Echange.objects.visible_to(user).order_by().values("pk"))
    return Q(content_type=ContentType.objects.get_for_model(Echange), object_id__in=hidden.order_by().values("pk"))


# --- Deposit -------------------------------------------------------------------------------------


def suiveur_or(by, dossier):
    """Who follows the dossier at the EPT: its instructeur, else who asked; the pilotes once it left them."""
    suiveur = next(filter(None, suiveurs(dossier)), by)
    if not Deport.objects.current().filter(user=suiveur, dossier=dossier).exists():
        return [suiveur]
    return list(pilotes(dossier, {})) or [settings.LABEL_CONTACT_EMAIL]


register(
    Notification(
        "depot_recu",
        "Dossier déposé : accusé de réception",
        "Au dépôt",
        "Les membres de la structure et la personne qui dépose",
        lambda dossier, context: [*membres(dossier, context), context["depot"].by],
    ),
    Notification(
        "complement_envoye",
        "Complément reçu\u00a0: accusé de réception",
        "Quand la structure répond à une demande de complément",
        "Les membres de la structure et la personne qui répond",
        lambda dossier, context: [*membres(dossier, context), context["depot"].by],
    ),
    Notification(
        "depot_chef", "Un dossier de votre contrat est déposé", "Au dépôt", "Les chefs de projet du contrat", chefs
    ),
    Notification(
        "prolongation",
        "Délai de dépôt prolongé",
        "Quand le pilote accorde une prolongation",
        "Les membres de la structure et les chefs de projet",
        lambda dossier, context: [*membres(dossier, context), *chefs(dossier, context)],
    ),
)


# --- Idea, co-élaboration, deadline -----------------------------------------------------------


def agents(dossier, context):
    """The staff of the EPT, members of this structure and persons recused apart."""
    current = Habilitation.objects.agents()
    inside = Membre.objects.current().filter(structure=dossier.structure_id)
    staff = User.objects.filter(is_active=True, pk__in=current.values("user")).exclude(pk__in=inside.values("user"))
    return staff.exclude(pk__in=recused(dossier))


def pilotes(objet, context):
    current = Habilitation.objects.holding(Role.PILOTE)
    return User.objects.filter(is_active=True, pk__in=current.values("user")).exclude(pk__in=recused(objet))


def chefs_ou_pilotes(dossier, context):
    """The chefs de projet in post, or the pilotes when nobody is."""
    return list(chefs(dossier, context)) or pilotes(dossier, context)


def tous_sauf_auteur(dossier, context):
    """Members and chefs de projet, but for who did it (`par`)."""
    people = [*membres(dossier, context), *chefs(dossier, context)]
    return [person for person in people if person != context.get("par")]


def responsables(structure, context):
    """The people who commit the structure."""
    current = Membre.objects.current().filter(structure=structure, is_responsable=True)
    return User.objects.filter(is_active=True, pk__in=current.values("user"))


def responsables_ou_pilotes(demande, context):
    """Who may let the person in: the responsables, or the pilotes when there is none."""
    return list(responsables(demande.structure, context)) or pilotes(demande, context)


def _chefs(dossier, context):
    """Who is told as chef de projet; the others are told in their place."""
    return {"chefs": list(chefs(dossier, context))}


def _echeance(dossier, context):
    return {"echeance": deadline_of(dossier)}


_RAPPELS = get_text_list([str(jours) for jours in JOURS_DE_RAPPEL], "et")
_MEMBRES = "Les membres de la structure"
_CHEFS = "Les chefs de projet du contrat, sinon les pilotes"
_TOUS = "Les membres de la structure et les chefs de projet, sauf la personne qui agit"

register(
    Notification("idee_recue", "Une idée est arrivée", "À l’envoi d’une idée", _CHEFS, chefs_ou_pilotes, _chefs),
    Notification(
        "idee_envoyee",
        "Votre idée est bien reçue",
        "À l’envoi d’une idée",
        "La personne qui l’a envoyée",
        lambda dossier, context: [dossier.created_by],
    ),
    Notification(
        "idee_acceptee", "Idée acceptée : le dossier est ouvert", "À l’acceptation", _MEMBRES, membres, _echeance
    ),
    Notification("idee_sans_suite", "Idée sans suite, avec le motif", "Quand l’idée est déclinée", _MEMBRES, membres),
    Notification(
        "demande_adhesion",
        "Une personne demande à rejoindre la structure",
        "Quand elle le demande",
        "Les responsables de la structure, sinon les pilotes",
        responsables_ou_pilotes,
        lambda demande, context: {"responsables": list(responsables(demande.structure, context))},
    ),
    Notification(
        "demande_adhesion_attente",
        "Une demande à rejoindre une structure reste sans réponse",
        f"Après {duree(DemandeAdhesion.DELAI)} sans réponse",
        "Les pilotes",
        pilotes,
    ),
    Notification(
        "demande_adhesion_reponse",
        "Réponse à une demande à rejoindre une structure",
        "Quand un responsable ou l’EPT répond",
        "La personne qui l’a faite",
        lambda demande, context: [demande.user],
    ),
    Notification(
        "idee_gardee",
        "Votre idée est gardée pour la prochaine édition",
        "À l’envoi d’une idée quand aucune édition n’est annoncée",
        "La personne qui l’a envoyée",
        lambda idee, context: [idee.by],
    ),
    Notification(
        "idee_gardee_recue",
        "Une idée est arrivée hors édition",
        "À l’envoi d’une idée quand aucune édition n’est annoncée",
        _CHEFS,
        chefs_ou_pilotes,
    ),
    Notification(
        "idee_gardee_sans_suite",
        "Idée hors édition sans suite, avec le motif",
        "Quand l’idée est déclinée",
        "La personne qui l’a envoyée",
        lambda idee, context: [idee.by],
    ),
    Notification(
        "invitation",
        "Invitation à rejoindre une structure",
        "À l’invitation",
        "La personne invitée",
        lambda invitation, context: [invitation.email],
    ),
    Notification(
        "partage_invitation",
        "Invitation dans un dossier",
        "À l’invitation",
        "La personne invitée",
        lambda partage, context: [partage.email],
    ),
    Notification(
        "partage_relance",
        "Invitation dans un dossier : rappel",
        f"Une seule fois, {duree(Partage.RAPPEL)} après l’invitation, sans réponse",
        "La personne invitée",
        lambda partage, context: [partage.email],
    ),
    Notification(
        "mandat_donne",
        "Mandat pour déposer un dossier",
        "Quand une personne responsable mandate quelqu’un",
        "La personne mandatée",
        lambda mandat, context: [mandat.user],
    ),
    Notification(
        "responsabilite_transmise",
        "Responsabilité d’une structure transmise",
        "Quand une personne responsable passe la main, ou que le pilote la remplace",
        "La personne qui reçoit la responsabilité et celle qui la quitte, sauf la personne qui agit",
        lambda structure, context: [
            person for person in (context["entrant"], context["sortant"]) if person and person != context["par"]
        ],
    ),
    Notification(
        "commentaires",
        "Nouveaux commentaires, groupés",
        f"{duree(Annonce.ATTENTE)} après le premier commentaire, puis une fois en {duree(Annonce.INTERVALLE)} au plus",
        "Les co-auteurs, l’instructeur, les personnes mentionnées ou déjà dans la discussion, s’ils peuvent les lire",
        lambda dossier, context: [context["lecteur"]],
    ),
    Notification(
        "visa_demande",
        "Relecture et visa demandés",
        "Quand le porteur le demande, une fois par jour au plus",
        _CHEFS,
        chefs_ou_pilotes,
        lambda dossier, context: _echeance(dossier, context) | _chefs(dossier, context),
    ),
    Notification(
        "visa_rendu",
        "Visa demandé : le dossier revient avec un mot",
        "Quand le chef de projet renvoie le dossier au lieu de donner son visa",
        _MEMBRES,
        membres,
        _echeance,
        reply_to=lambda dossier, context: context["par"].email,
    ),
    Notification("visa_donne", "Visa donné : prêt à déposer", "Au visa", _MEMBRES, membres, _echeance),
    Notification(
        "visa_retire", "Écriture rouverte, avec le motif", "Quand le visa est retiré", _TOUS, tous_sauf_auteur
    ),
    Notification("abandonne", "Projet abandonné", "À l’abandon", _TOUS, tous_sauf_auteur),
    Notification(
        "retire",
        "Dossier retiré par la structure",
        "Au retrait",
        "Les agents de l’EPT et les chefs de projet",
        lambda dossier, context: [*agents(dossier, context), *chefs(dossier, context)],
    ),
    Notification(
        "echeance_depot",
        "Date limite de dépôt : ce qui manque",
        f"{_RAPPELS} jours avant la date limite, tant que le dossier n’est pas déposé",
        _MEMBRES,
        membres,
    ),
    Notification(
        "conservation_brouillon",
        "Dossier jamais déposé : effacement annoncé",
        f"{PREAVIS_DIT.capitalize()} avant : {BROUILLON_DIT}",
        "Qui l’a écrit et peut encore le lire",
        authors,
        lambda dossier, context: {"repreneurs": list(membres(dossier, context))},
    ),
    Notification(
        "conservation_idee",
        "Idée sans suite : effacement annoncé",
        f"{PREAVIS_DIT.capitalize()} avant : {IDEE_DITE}",
        "La personne qui l’a envoyée",
        lambda idee, context: [idee.by],
    ),
    Notification("caduc", "Dossier non déposé à temps", "À la date limite", _MEMBRES, membres),
    Notification(
        "piece_ecartee",
        "Fichier écarté par l’antivirus",
        "Quand l’antivirus trouve une menace dans un fichier joint",
        "La personne qui l’a joint et, une fois le dossier déposé, son instructeur",
        lambda piece, context: [piece.by, *(suiveur_or(piece.by, piece.dossier) if piece.dossier.numero else [])],
    ),
    Notification(
        "echange",
        "Message à propos d’un dossier",
        "Quand une personne de la structure, le chef de projet ou un agent l’écrit",
        "Les personnes à qui il est adressé ; du côté de l’EPT, qui suit le dossier",
        lambda echange, context: context["a"],
        lambda echange, context: {"signature": signature(echange)},
        reply_to=lambda echange, context: echange.by.email,
    ),
    Notification(
        "message_chef",
        "Message du chef de projet",
        "Quand il écrit aux porteurs de plusieurs dossiers",
        "Les membres des structures de ces dossiers, chacun séparément",
        lambda message, context: [context["a"]],
        reply_to=lambda message, context: message.by.email,
    ),
)
