"""The preview of a publication, and the publication itself."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.models import Edition
from label.notifications import registry
from label.notifications import render as render_message
from laureats.models import Lettre
from laureats.publication.actions import PublicationRefusee, contexte_chef, contexte_jury, publish_results
from laureats.publication.envoyees import letters_sent
from laureats.publication.lettres import lettre_filename, render_lettre
from laureats.publication.resultats import prepare_publication
from projects.deport.queries import ensure_not_recused
from projects.models import Dossier


def _resultat(publication, cle):
    found = next((resultat for resultat in publication.resultats if resultat.dossier.cle == cle), None)
    if found is None:
        raise Http404
    return found


@require_safe
@access("laureats.publish_results", load=Edition, by="annee")
def publication_preview(request, edition):
    ensure_not_recused(request.user, edition)
    if edition.is_historique:
        raise Http404
    publication = prepare_publication(edition)
    context = {"edition": edition, "publication": publication, "empreinte": publication.empreinte()}
    if edition.is_published:
        context["envoyees"] = letters_sent(edition)
    return render(request, "laureats/publication/publication.html", context)


@require_POST
@access("laureats.publish_results", load=Edition, by="annee")
def publication_publish(request, edition):
    try:
        publication = publish_results(edition, by=request.user, expected=request.POST.get("empreinte", ""))
    except PublicationRefusee as error:
        for message in error.messages:
            messages.error(request, message)
        return redirect("laureats:publication_preview", annee=edition.annee)
    messages.success(
        request, f"Les résultats sont publiés\u00a0: {publication.nombre_messages} messages partent en ce moment même."
    )
    return redirect("laureats:publication_preview", annee=edition.annee)


@require_safe
@access("laureats.publish_results", load=Edition, by="annee")
def publication_message(request, edition, qui):
    """One message as it will leave: `qui` is the key of a dossier, of a chef de projet, or «jury»."""
    ensure_not_recused(request.user, edition)
    publication = prepare_publication(edition)
    resultat = None
    chef = next((user for user in publication.chefs if user.cle == qui), None)
    if chef is not None:
        key, obj, values, destinataires = "resultats_chef", edition, contexte_chef(publication.chefs[chef]), [chef]
    elif qui == "jury" and publication.jures:
        key, obj, values, destinataires = "resultats_jury", edition, contexte_jury(publication), publication.jures
    else:
        resultat = _resultat(publication, qui)
        key, obj, values = resultat.notification, resultat.dossier, resultat.contexte()
        destinataires = resultat.destinataires
    first = next(iter(destinataires), None)
    sujet, texte, _ = render_message(registry[key], obj, values, first)
    context = {
        "edition": edition,
        "resultat": resultat,
        "sujet": sujet,
        "texte": texte,
        "destinataires": destinataires,
    }
    return render(request, "laureats/publication/message.html", context)


@require_safe
@access("laureats.publish_results", load=Edition, by="annee")
def publication_lettre(request, edition, cle):
    """The letter as it will be joined, dated of today."""
    ensure_not_recused(request.user, edition)
    publication = prepare_publication(edition)
    resultat = _resultat(publication, cle)
    content = render_lettre(resultat, publication.vote, at=timezone.now())
    headers = {
        "Content-Disposition": content_disposition_header(False, lettre_filename(resultat)),
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
@access("laureats.read_lettre", load=Dossier)
def lettre_download(request, dossier):
    """The letter as it was sent, for its structure and the EPT."""
    lettre = get_object_or_404(Lettre, dossier=dossier)
    name = lettre.fichier.name.rpartition("/")[2]
    response = FileResponse(lettre.fichier.open("rb"), content_type="application/pdf", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
