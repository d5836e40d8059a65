"""Writing about one's own dossier: it goes to its chef de projet, to the pilotes while there is none."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from contrats.models import Affectation
from label.contact.registre import Offre, Propos, Sujet, register
from projects.models import Dossier, Membre, Partage
from projects.notifications import chefs_ou_pilotes


def _own(user):
    """The dossiers this person carries or was let into, and still reads."""
    if not user.is_authenticated:
        return Dossier.objects.none()
    own = Q(structure__in=Membre.objects.current().filter(user=user).values("structure"))
    guest = Q(pk__in=Partage.objects.current().filter(user=user).values("dossier"))
    return Dossier.objects.visible_to(user).filter(own | guest)


def offres(user):
    dossiers = list(_own(user).select_related("edition").order_by("-edition__annee", "titre", "pk"))
    posts = Affectation.objects.current().filter(contrat__in={dossier.contrat_id for dossier in dossiers} - {None})
    chefs = {}
    for post in posts.filter(user__is_active=True).select_related("user").order_by("user__nom", "user__prenom", "pk"):
        chefs.setdefault(post.contrat_id, []).append(post.user.get_full_name())
    return [Offre(dossier.cle, _libelle(dossier), _vers(chefs.get(dossier.contrat_id))) for dossier in dossiers]


def _libelle(dossier):
    where = dossier.numero or f"édition {dossier.edition.annee}"
    return f"Mon dossier «\u00a0{dossier}\u00a0», {where}"


def _vers(noms):
    if not noms:
        return "aux pilotes de l’appel, à l’EPT\u00a0: aucun chef de projet n’est en poste pour ce dossier"
    return f"à {' et '.join(noms)}, {'chef de projet' if len(noms) == 1 else 'chefs de projet'}"


def _dossier(demande):
    return Dossier.objects.select_related("contrat").filter(cle=demande.objet).first()


def destinataires(demande):
    dossier = _dossier(demande)
    return (dossier and list(chefs_ou_pilotes(dossier, {}))) or [settings.LABEL_CONTACT_EMAIL]


def propos(demande):
    dossier = _dossier(demande)
    if dossier is None:
        return Propos("Un dossier qui n’existe plus")
    mots = f"Dossier «\u00a0{dossier}\u00a0»" + (f" ({dossier.numero})" if dossier.numero else "")
    return Propos(mots, reverse("projects:dossier_detail", args=[dossier.cle]))


register(Sujet("dossier", offres, destinataires, propos))
