"""Comments of a section: say, answer, settle."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from label.access import access
from projects.actions.commentaire import add_comment, resolve_comment
from projects.discussions import readers
from projects.forms.commentaire import CommentaireForm
from projects.models import Commentaire, Dossier
from projects.pages.section import show_section


@require_POST
@access("projects.comment_dossier", load=Dossier)
def commentaire_create(request, dossier, section):
    user = request.user
    form = CommentaireForm(
        request.POST,
        dossier=dossier,
        section=section,
        user=user,
        lecteurs=readers(dossier),
        can_hide=user.has_perm("projects.read_comment_agents", dossier),
    )
    if form.is_valid():
        try:
            commentaire = add_comment(dossier, section, by=user, **form.for_action())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Votre commentaire est publié.")
            return redirect(_place(dossier, section, commentaire))
    return show_section(request, dossier, section, status=422, comment_form=form)


def _place(dossier, section, commentaire):
    page = reverse("projects:section_edit", args=[dossier.cle, section])
    return f"{page}#commentaire-{commentaire.parent_id or commentaire.pk}"


@require_POST
@access("projects.comment_dossier", load=Dossier)
def commentaire_resolve(request, dossier, pk):
    commentaire = get_object_or_404(Commentaire.objects.visible_to(request.user, dossier), pk=pk, parent=None)
    resolved = request.POST.get("regle") == "oui"
    resolve_comment(commentaire, by=request.user, resolved=resolved)
    messages.success(request, "La discussion est réglée." if resolved else "La discussion est rouverte.")
    return redirect(_place(dossier, commentaire.section, commentaire))
