"""What the page of a section shows of what people say of it."""

from ecriture.declaration import declaration_of
from ecriture.discussion.forms import CommentaireForm
from ecriture.discussion.queries import marks_of, names_by_group, threads_of
from ecriture.enums import Visibilite


def discussion(request, objet, section, form=None):
    """What `commentaire_list.html` shows of a section to this person; `?champ=` names the field to speak of."""
    user, declared = request.user, declaration_of(objet)
    lecteurs = declared.readers(objet)
    can_hide = declared.reads_agents(objet, user)
    form = form or CommentaireForm(
        objet=objet,
        section=section,
        user=user,
        lecteurs=lecteurs,
        can_hide=can_hide,
        champ=request.GET.get("champ", ""),
    )
    threads = threads_of(user, objet, section)
    return {
        "objet": objet,
        "threads": threads,
        "marques": marks_of(threads),
        "comment_form": form,
        "can_hide": can_hide,
        "can_comment": user.has_perm(declared.comment, objet),
        "lecteurs": {
            "co_auteurs": names_by_group(lecteurs, Visibilite.CO_AUTEURS),
            "agents": names_by_group(lecteurs, Visibilite.AGENTS) if can_hide else [],
        },
    }
