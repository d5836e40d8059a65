"""The addresses of a thing written: the same pages for each, asked of its own people."""

from django.urls import path

from ecriture.discussion.views import commentaire_create, commentaire_resolve
from ecriture.enregistrement.views import champ_save, divergence_resolve
from ecriture.histoire.views import histoire_list, histoire_restore
from ecriture.presence.views import vie
from label.access import access


def addresses(declared, *, at, show, section="<str:section>"):
    """The patterns of this declaration under `at` (`…/<str:cle>/`), for its namespace, which also has `section_edit`.

    `show(request, objet, section, *, status, comment_form)`: the page of a section again. `section`: how an address
    names one of its `Section`.
    """
    seen = {"load": declared.model}
    restore = access(**seen)(histoire_restore)
    commented, written = access(declared.comment, **seen), access(declared.change, **seen)
    return [
        path(f"{at}vie/", access(**seen, along=("ecrit",))(vie), name="vie"),
        # A field says itself who writes it: the lock of the thing and the permission are one query.
        path(f"{at}champs/<str:nom>/", access()(champ_save), {"model": declared.model}, name="champ_save"),
        path(f"{at}divergences/<int:pk>/", written(divergence_resolve), name="divergence_resolve"),
        path(f"{at}{section}/commentaires/", commented(commentaire_create), {"show": show}, name="commentaire_create"),
        path(f"{at}{section}/histoire/", access(**seen)(histoire_list), name="histoire_list"),
        path(f"{at}histoire/<int:pk>/", restore, {"cote": "apres"}, name="histoire_restore"),
        path(f"{at}histoire/<int:pk>/avant/", restore, {"cote": "avant"}, name="histoire_undo"),
        path(f"{at}commentaires/<int:pk>/", commented(commentaire_resolve), name="commentaire_resolve"),
    ]
