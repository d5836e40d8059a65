"""What people say to each other about a dossier, in its story and on the dashboards: messages, discussions."""

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.urls import reverse

from ecriture.discussion.queries import RETIRE, champs_of, thread_address
from ecriture.enums import Visibilite
from ecriture.models import Commentaire, Visite
from label.models import Courriel
from label.templatetags.label_ui import de
from projects.echange.cercles import cercle_of
from projects.echange.queries import direction, echanges_of
from projects.enums import Section
from projects.fil.registre import AFaire, Ligne, Sorte
from projects.models import Echange
from projects.rules import is_a_chef, is_a_membre, is_an_invite


def lignes_des_echanges(dossier, user):
    """The messages of this dossier that this person reads."""
    page = reverse("projects:echange_list", args=[dossier.cle])
    answers = user.has_perm("projects.write_echange", dossier)
    return [
        Ligne(
            at=echange.at,
            sorte=Sorte.MESSAGE,
            texte=f"Message {direction(echange)}",
            qui=echange.by.get_full_name(),
            corps=echange.texte,
            lien=(f"{page}#message-{echange.pk}", "Répondre") if answers and echange.by_id != user.pk else None,
        )
        for echange in echanges_of(dossier, user)
    ]


def lignes_des_discussions(dossier, user):
    """What is said of each part and field, as this person may read it: opened, answered, settled."""
    rows = list(Commentaire.objects.visible_to(user, dossier).select_related("auteur", "resolved_by"))
    labels = {section: champs_of(dossier, Section(section)) for section in {row.section for row in rows if row.champ}}
    found = []
    for row in rows:
        place = _place(row, labels)
        apart = ", entre agents" if row.visibilite == Visibilite.AGENTS else ""
        lien = (thread_address(dossier, row), "Voir la discussion")
        began = "Réponse" if row.parent_id else "Discussion ouverte"
        found.append(_ligne(row.created_at, f"{began} {place}{apart}", row.auteur, row.texte, lien))
        if row.resolved_at:
            found.append(_ligne(row.resolved_at, f"Discussion réglée {place}{apart}", row.resolved_by, "", lien))
    return found


def _place(row, labels):
    """What a comment is about: «sur « Besoin et origine »»."""
    if not row.champ:
        return f"sur la partie « {Section(row.section).label} »"
    label = labels[row.section].get(row.champ)
    return f"sur « {label} »" if label else f"sur {RETIRE}"


def _ligne(at, texte, qui, corps, lien):
    return Ligne(at=at, sorte=Sorte.DISCUSSION, texte=texte, qui=qui.get_full_name(), corps=corps, lien=lien)


def a_faire_des_echanges(user, now):
    """The messages this person was written to, neither answered by their circle nor read, as `AFaire`."""
    if not user.is_authenticated or not (
        user.is_agent or is_a_membre.test(user) or is_a_chef.test(user) or is_an_invite.test(user)
    ):
        return []
    told = Courriel.objects.filter(
        user=user, cle_notification="echange", content_type=ContentType.objects.get_for_model(Echange)
    )
    later = Echange.objects.filter(dossier=OuterRef("dossier"), at__gt=OuterRef("at"))
    back = later.filter(vers__contains=[OuterRef("de")])
    read = Visite.objects.filter(user=user, ecrit=OuterRef("dossier__ecrit"), at__gte=OuterRef("at"))
    rows = Echange.objects.visible_to(user).filter(pk__in=told.order_by().values("object_id"))
    rows = rows.filter(~Exists(later.filter(by=user)), ~Exists(read))
    rows = rows.annotate(repondu=ArraySubquery(back.values("de"))).select_related("dossier", "by")
    return [
        AFaire(
            texte=f"Lire le message {de(echange.by.get_full_name())}",
            objet=str(echange.dossier),
            adresse=reverse("projects:dossier_detail", args=[echange.dossier.cle]),
            depuis=echange.at,
        )
        for echange in rows.order_by("at", "pk")
        # Somebody of the same circle answered for it; another circle it was written to answers for itself.
        if cercle_of(user, echange.dossier) not in echange.repondu
    ]
