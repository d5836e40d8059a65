"""The vote, édition by édition."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from juries.models import Deliberation
from label.access import access
from label.models import Edition
from laureats.models import Vote
from laureats.vote.actions import VoteRefuse, obstacles, proposed_total, record_vote, with_vote
from laureats.vote.forms import VoteForm
from laureats.vote.queries import in_jury_order
from projects.deport.queries import ensure_not_recused
from projects.enums import Statut
from projects.models import Dossier


@require_safe
@access("laureats.record_vote")
def vote_list(request):
    """Where each édition stands between the jury and the publication."""
    seen = Dossier.objects.visible_to(request.user).order_by().values("pk")
    proposes = Q(dossiers__in=seen, dossiers__statut__in=(Statut.PROPOSE, Statut.RESERVE))
    editions = list(
        Edition.objects.visible_to(request.user)
        .filter(is_historique=False)
        .select_related("vote", "jury__deliberation")
        .annotate(
            nb_proposes=Count("dossiers", filter=proposes),
            nb_attente=Count("dossiers", filter=Q(dossiers__in=seen, dossiers__statut=Statut.RESERVE)),
            nb_laureats=Count("dossiers", filter=Q(dossiers__in=seen, dossiers__statut=Statut.LAUREAT)),
        )
    )
    return render(request, "laureats/vote/list.html", {"editions": with_vote(editions)})


@access("laureats.record_vote", load=Edition, by="annee")
def vote_edit(request, edition):
    if edition.is_historique:
        raise Http404
    ensure_not_recused(request.user, edition)
    blocked = obstacles(edition)
    vote = Vote.objects.filter(edition=edition).prefetch_related("decisions").first()
    deliberation = Deliberation.objects.filter(jury__edition=edition).first()
    form = VoteForm(request.POST or None, edition=edition, dossiers=in_jury_order(edition), instance=vote)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("organe", "date", "numero", "url")}
        try:
            record_vote(edition, **fields, decisions=form.choix, expected=form.cleaned_data["version"], by=request.user)
        except VoteRefuse as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Le vote est enregistré. Rien n’est encore publié.")
            return redirect("laureats:publication_preview", annee=edition.annee)
    context = {
        "edition": edition,
        "form": form,
        "vote": vote,
        "obstacles": blocked,
        "deliberation": deliberation,
        "total_propose": proposed_total(edition),
        "total": form.total,
        "reste": edition.enveloppe - form.total,
        "depassement": max(form.total - edition.enveloppe, 0),
    }
    return render(request, "laureats/vote/form.html", context, status=422 if request.method == "POST" else 200)
