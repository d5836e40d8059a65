"""The portfolio of a chef de projet."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from label.access import access
from label.exports import export_as_asked
from label.listes import headings, order_words, page_of
from projects.exports import portefeuille_table
from projects.portefeuille.forms import PortefeuilleFilter
from projects.portefeuille.queries import ETAPES, TRIS, counts


def _tabs(in_edition, asked):
    counted = counts(in_edition)
    tabs = [("", "Tous", len(in_edition))]
    tabs += [(code, words, counted[code]) for code, (words, _) in ETAPES.items() if counted[code] or code == asked]
    return [{"code": code, "label": label, "nombre": n, "courant": code == asked} for code, label, n in tabs]


@require_safe
@access("projects.list_portefeuille")
def portefeuille_list(request):
    """His dossiers: whose turn, what moved since his last visit, what may miss the deadline."""
    filtre = PortefeuilleFilter(request.GET, user=request.user)
    in_edition = filtre.in_edition()
    found = filtre.found(in_edition)
    if download := export_as_asked(request, lambda: portefeuille_table(found), "portefeuille", filtre):
        return download
    page = page_of(request, found)
    chosen = urlencode([("dossier", ligne.dossier.cle) for ligne in page])
    a_vous, a_risque = (sum(ligne.a_vous for ligne in in_edition), sum(bool(ligne.raisons) for ligne in in_edition))
    context = {
        "filtre": filtre,
        "page_obj": page,
        "onglets": _tabs(in_edition, filtre.asked.get("etape") or ""),
        "colonnes": headings(TRIS, filtre.asked.get("tri") or ""),
        "ordre": order_words(TRIS, filtre.asked["tri"]) if filtre.asked.get("tri") else "ce qui vous attend d’abord",
        "a_vous": a_vous,
        "ton_vous": "attente" if a_vous else "",
        "a_risque": a_risque,
        "ton_risque": "refus" if a_risque else "",
        "nouveaux": sum(bool(ligne.nouveautes.total) for ligne in in_edition),
        "ecrire_a_tous": f"{reverse('projects:message_create')}?{chosen}",
    }
    return render(request, "projects/portefeuille/list.html", context)
