"""Comments of a section: say, answer, settle."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from ecriture.declaration import declaration_of
from ecriture.discussion.actions import add_comment, resolve_comment
from ecriture.discussion.forms import CommentaireForm
from ecriture.discussion.queries import thread_address
from ecriture.models import Commentaire


@require_POST
def commentaire_create(request, objet, section, *, show):
    """`show`: the page of the section again, around a comment refused."""
    user, declared = request.user, declaration_of(objet)
    section = declared.section(section)
    form = CommentaireForm(
        request.POST,
        objet=objet,
        section=section,
        user=user,
        lecteurs=declared.readers(objet),
        can_hide=declared.reads_agents(objet, user),
    )
    if form.is_valid():
        try:
            commentaire = add_comment(objet, section, by=user, **form.for_action())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Votre commentaire est publié.")
            return redirect(thread_address(objet, commentaire))
    return show(request, objet, section, status=422, comment_form=form)


@require_POST
def commentaire_resolve(request, objet, pk):
    commentaire = get_object_or_404(Commentaire.objects.visible_to(request.user, objet), pk=pk, parent=None)
    resolved = request.POST.get("regle") == "oui"
    resolve_comment(commentaire, by=request.user, resolved=resolved, objet=objet)
    messages.success(request, "La discussion est réglée." if resolved else "La discussion est rouverte.")
    return redirect(thread_address(objet, commentaire))
