"""What the page of a section shows of its writing: who speaks of it, which texts differ, where its script starts."""

from django.urls import reverse

from label.textes import TEXTE_MAX
from projects.discussions import names_by_group, readers, threads_of
from projects.enums import Visibilite
from projects.forms.commentaire import CommentaireForm
from projects.models import Champ, Divergence


def discussion(request, dossier, section, form=None):
    """What `commentaire_list.html` shows of a section to this person; `?champ=` names the field to speak of."""
    user = request.user
    lecteurs = readers(dossier)
    can_hide = user.has_perm("projects.read_comment_agents", dossier)
    form = form or CommentaireForm(
        dossier=dossier,
        section=section,
        user=user,
        lecteurs=lecteurs,
        can_hide=can_hide,
        champ=request.GET.get("champ", ""),
    )
    return {
        "threads": threads_of(user, dossier, section),
        "comment_form": form,
        "can_hide": can_hide,
        "can_comment": user.has_perm("projects.comment_dossier", dossier),
        "lecteurs": {
            "co_auteurs": names_by_group(lecteurs, Visibilite.CO_AUTEURS),
            "agents": names_by_group(lecteurs, Visibilite.AGENTS) if can_hide else [],
        },
    }


def divergences_of(dossier, section, form):
    """The open divergences of a section, as the page shows them side by side."""
    rows = Divergence.objects.waiting(dossier, section)
    fields = form.fields.values() if form else ()
    labels = {field.widget.attrs.get("data-champ"): field.label for field in fields}
    return [
        _divergence(row) | {"libelle": str(labels.get(row.nom, "Ligne")).capitalize()}
        for row in rows.select_related("by", "autre")
    ]


def etat_of(dossier, section, form, user):
    """What the script of a section starts from: where to send, and each field with its version and value."""
    versions = dict(Champ.objects.filter(dossier=dossier, section=section).values_list("nom", "version"))
    return {
        "dossier": dossier.cle,
        "personne": user.pk,
        "section": section,
        "revision": dossier.revision,
        "vie": reverse("projects:vie", args=[dossier.cle]),
        "champs": reverse("projects:champ_save", args=[dossier.cle, "x"]).removesuffix("x/"),
        "connexion": reverse("account_login"),
        "longueur": TEXTE_MAX,
        "valeurs": {nom: {"version": versions.get(nom, 0), "valeur": valeur} for nom, valeur in form.stored().items()},
    }


def _divergence(row):
    return {
        "pk": row.pk,
        "nom": row.nom,
        "sien": _shown(row.sien),
        "mien": _shown(row.mien),
        "par": row.by.get_full_name(),
        "autre": row.autre.get_full_name() if row.autre else "",
        "est_texte": isinstance(row.sien, str) and isinstance(row.mien, str),
    }


def _shown(value):
    """A value in words."""
    if isinstance(value, dict):
        return " · ".join(str(item) for item in value.values() if item not in ("", None, False))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "coché" if value else "non coché"
    return "" if value is None else str(value)
