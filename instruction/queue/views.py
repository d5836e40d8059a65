"""The queue of the dossiers to instruct."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from instruction import exports
from instruction.attribution.forms import COCHES, CONFIER, AttributionForm
from instruction.queue.forms import TRIS, InstructionFilter
from instruction.queue.queries import VUES, counts, page_rows, queue, rejet_of
from label.access import access
from label.exports import export_as_asked
from label.listes import headings, order_words, page_of
from projects.enums import TONS, Statut

_LABELS = dict(Statut.choices)


def _tabs(counted, vue):
    tabs = [("", "Tous", sum(counted.values()))]
    tabs += [(code, words, sum(counted.get(s, 0) for s in statuts)) for code, (words, statuts) in VUES.items()]
    return [{"code": code, "label": label, "nombre": n, "courant": code == vue} for code, label, n in tabs]


def _lines(found):
    """The rows of one page, ready to print."""
    lines = page_rows(found)
    root = reverse("instruction:instruction_list")
    for line in lines:
        line["url"] = f"{root}{line['cle']}/"
        line["statut_label"] = _LABELS[line["statut"]]
        line["ton"] = TONS[line["statut"]]
        line["rejet"] = rejet_of(line)
        line["retard"] = line["complement_retard"] or line["avis_retard"]
    return lines


@require_safe
@access("instruction.list_instruction")
def instruction_list(request):
    filtre = InstructionFilter(request.GET, queue(request.user))
    if download := export_as_asked(request, lambda: exports.instruction_table(filtre.qs), "instruction", filtre):
        return download
    page = page_of(request, filtre.qs)
    page.object_list = _lines(page.object_list)
    valid = filtre.form.cleaned_data if filtre.form.is_valid() else {}
    context = {
        "filtre": filtre,
        "page_obj": page,
        "onglets": _tabs(counts(filtre.in_edition), valid.get("vue") or ""),
        "colonnes": headings(TRIS, filtre.tri_demande, {"montant"}),
        "ordre": order_words(TRIS, filtre.tri_demande),
        # Beside the filters, which have a field of that name.
        "attribution": AttributionForm(auto_id="attribuer_%s", initial={"instructeur": request.GET.get(CONFIER, "")}),
        "coches": request.GET.getlist(COCHES),
        "edition": filtre.edition,
    }
    return render(request, "instruction/queue/list.html", context)
