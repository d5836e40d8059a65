"""Pages of the instruction: the queue, the work page of one dossier, decisions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from label.access import access
from label.exports import FORMATS, export_response
from label.models import PointRecevabilite
from label.templatetags.label_ui import pluriel
from label.vus import held
from projects import exports
from projects.actions.commentaire import add_comment
from projects.actions.completude import prefetch_pieces
from projects.actions.elaboration import open_complement
from projects.actions.instruction import (
    DECISIONS,
    INSTRUCTION_OUVERTE,
    NoteStale,
    assign_instructeur,
    decide,
    missing_for_recevabilite,
    record_constats,
    save_note,
)
from projects.alertes import find_alertes
from projects.connu import token_of
from projects.contenu import current_content
from projects.enums import Section, Statut, Visibilite
from projects.forms.decision import DecisionForm
from projects.forms.instruction import (
    TRIS,
    AttributionForm,
    CommentaireForm,
    InstructionFilter,
    NoteForm,
)
from projects.forms.recevabilite import RecevabiliteForm
from projects.lecture import journal
from projects.lifecycle import LIFECYCLE
from projects.lisible import changes, readable
from projects.models import Commentaire, Constat, Depot, Dossier, Instruction
from projects.queue import VUES, counts, page_rows, queue

PAGE = 50
TONS = {
    Statut.DEPOSE: "attente",
    Statut.A_COMPLETER: "info",
    Statut.EN_INSTRUCTION: "info",
    Statut.ADMIS: "succes",
    Statut.LAUREAT: "succes",
    Statut.IRRECEVABLE: "refus",
    Statut.NON_ADMIS: "refus",
    Statut.NON_RETENU: "refus",
}
_LABELS = dict(Statut.choices)


def _tabs(counted, vue):
    tabs = [("", "Tous", sum(counted.values()))]
    tabs += [(code, words, sum(counted.get(s, 0) for s in statuts)) for code, (words, statuts) in VUES.items()]
    return [{"code": code, "label": label, "nombre": n, "courant": code == vue} for code, label, n in tabs]


def _headings(tri):
    """The columns that can be sorted: {name: (words, next value of `tri`, aria-sort)}."""
    current = tri or "depot"
    found = {}
    for name, (words, _) in TRIS.items():
        up, down = current == name, current == f"-{name}"
        found[name] = (words, f"-{name}" if up else name, "ascending" if up else "descending" if down else "")
    return found


def _lines(found, now):
    """The rows of one page, ready to print."""
    lines = page_rows(found)
    root = reverse("projects:instruction_list")
    for line in lines:
        line["url"] = f"{root}{line['cle']}/"
        line["statut_label"] = _LABELS[line["statut"]]
        line["ton"] = TONS.get(line["statut"], "neutral")
        late = line["statut"] == Statut.A_COMPLETER and line["reponse_avant"] and line["reponse_avant"] < now
        line["retard"] = late or line["avis_retard"]
        line["complement_retard"] = late
    return lines


@require_safe
@access("projects.list_instruction")
def instruction_list(request):
    filtre = InstructionFilter(request.GET, queue(request.user))
    asked = request.GET.get("format")
    if asked is not None:
        if asked not in FORMATS:
            raise Http404
        return export_response(exports.instruction_table(filtre.qs), asked, "instruction")
    page = Paginator(filtre.qs, PAGE).get_page(request.GET.get("page"))
    page.object_list = _lines(page.object_list, timezone.now())
    valid = filtre.form.cleaned_data if filtre.form.is_valid() else {}
    context = {
        "filtre": filtre,
        "page_obj": page,
        "onglets": _tabs(counts(filtre.in_edition), valid.get("vue") or ""),
        "colonnes": _headings(valid.get("tri") or ""),
        "attribution": AttributionForm(),
        "edition": filtre.edition,
    }
    return render(request, "projects/instruction_list.html", context)


@require_POST
@access("projects.list_instruction")
def instruction_assign_many(request):
    back = f"{reverse('projects:instruction_list')}?{request.GET.urlencode()}"
    form = AttributionForm(request.POST)
    chosen = queue(request.user).filter(cle__in=request.POST.getlist("dossier"))
    if not form.is_valid() or not chosen:
        messages.error(request, "Cochez au moins un dossier, puis choisissez à qui le confier.")
        return redirect(back)
    instructeur = form.cleaned_data["instructeur"]
    try:
        changed = assign_instructeur(chosen, instructeur=instructeur, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        to = f"confié à {instructeur}" if instructeur else "sans instructeur"
        messages.success(request, f"{pluriel(changed, 'dossier,dossiers')} {to}.")
    return redirect(back)


def _decisions(dossier, user):
    """What this person may decide now, split in (forward, taken back), with what stands in the way of each."""
    forward, back = [], []
    for transition in LIFECYCLE.available(dossier, user):
        if transition.name not in DECISIONS:
            continue
        if not transition.is_retour:
            forward.append(transition)
        elif not dossier.edition.is_published:
            back.append(transition)
    return forward, back


def _with_all(dossier):
    """The dossier read again with all that its work page shows, each table once; 404 for a draft."""
    constats = Constat.objects.select_related("point", "by")
    dossiers = (
        Dossier.objects.deposited()
        .select_related("edition", "structure__commune", "contrat", "depot__by")
        .select_related("instruction__instructeur", "instruction__updated_by")
        .defer("contrat__contour", "contrat__importe", "structure__commune__contour", "structure__commune__importe")
        .prefetch_related(
            "budget_lignes",
            "indicateurs",
            "edition__pieces_demandees",
            "edition__points_recevabilite",
            Prefetch("constats", constats),
            prefetch_pieces(),
        )
    )
    return get_object_or_404(dossiers, pk=dossier.pk)


def detail_page(request, dossier, *, status=200, **forms):
    """The work page of one dossier (404 for a draft); `forms` replaces those that come back with an error."""
    dossier = _with_all(dossier)
    instruction = getattr(dossier, "instruction", None) or Instruction(dossier=dossier)
    contenu = current_content(dossier)
    depot = dossier.depot
    constats = dossier.constats.all()
    forward, back = _decisions(dossier, request.user)
    is_open = dossier.statut in INSTRUCTION_OUVERTE
    context = {
        "dossier": dossier,
        "instruction": instruction,
        "depot": depot,
        "parties": readable(contenu),
        "changements": changes(depot.contenu["sections"], contenu),
        "alertes": find_alertes(dossier, request.user),
        "is_open": is_open,
        "manques": missing_for_recevabilite(dossier),
        "constats": constats,
        "recevabilite": RecevabiliteForm(points=dossier.edition.points_recevabilite.all(), constats=constats),
        "attribution": AttributionForm(initial={"instructeur": getattr(instruction.instructeur, "cle", None)}),
        "note": NoteForm(
            initial={
                "note_synthese": instruction.note_synthese,
                "montant_propose": instruction.montant_propose,
                "version": instruction.version,
            }
        ),
        "note_autre": None,
        "complements": dossier.complements.select_related("by", "answered_by"),
        "complement_ouvert": open_complement(dossier) if dossier.statut == Statut.A_COMPLETER else None,
        "avis": dossier.avis.select_related("by"),
        "remarques": Commentaire.objects.filter(dossier=dossier, visibilite=Visibilite.AGENTS).select_related("auteur"),
        "remarque": CommentaireForm(),
        "journal": journal(dossier, request.user),
        "decisions": forward,
        "retours": back,
        "can_ask": dossier.statut in (Statut.DEPOSE, Statut.EN_INSTRUCTION),
        "can_extend": request.user.has_perm("projects.extend_dossier", dossier),
        "ton": TONS.get(dossier.statut, "neutral"),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "projects/instruction_detail.html", context | forms, status=status)


def deposited_or_404(dossier):
    """A draft has no page of instruction."""
    if not Depot.objects.filter(dossier=dossier).exists():
        raise Http404
    return dossier


def back_to(dossier, part=""):
    return redirect(reverse("projects:instruction_detail", args=[dossier.cle]) + (f"#{part}" if part else ""))


@require_safe
@access("projects.instruct_dossier", load=Dossier)
def instruction_detail(request, dossier):
    return detail_page(request, dossier)


@require_POST
@access("projects.instruct_dossier", load=Dossier)
def instruction_check(request, dossier):
    points = PointRecevabilite.objects.filter(edition=dossier.edition_id)
    with held(request, dossier) as dossier:
        form = RecevabiliteForm(request.POST, points=points, constats=dossier.constats.all())
        if form.is_valid():
            try:
                record_constats(dossier, form.reponses, by=request.user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "La vérification de recevabilité est enregistrée.")
                return back_to(dossier, "recevabilite")
    return detail_page(request, dossier, status=422, recevabilite=form)


@require_POST
@access("projects.instruct_dossier", load=Dossier)
def instruction_assign(request, dossier):
    form = AttributionForm(request.POST)
    if form.is_valid():
        try:
            assign_instructeur([dossier], instructeur=form.cleaned_data["instructeur"], by=request.user)
        except ValidationError as error:
            form.add_error("instructeur", error.messages)
        else:
            messages.success(request, "L’attribution est enregistrée.")
            return back_to(dossier)
    return detail_page(request, dossier, status=422, attribution=form)


@require_POST
@access("projects.instruct_dossier", load=Dossier)
def note_edit(request, dossier):
    form = NoteForm(request.POST)
    other = None
    if form.is_valid():
        try:
            save_note(dossier, **form.cleaned_data, by=request.user)
        except NoteStale as error:
            other = error.instruction
            # What was typed stays; the next save is made knowing what the other wrote.
            form.data = form.data.copy()
            form.data["version"] = other.version
            form.add_error(None, error.messages)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La note est enregistrée.")
            return back_to(dossier, "note")
    status = 409 if other else 422
    return detail_page(request, dossier, status=status, note=form, note_autre=other)


@require_POST
@access("projects.instruct_dossier", load=Dossier)
def remarque_create(request, dossier):
    form = CommentaireForm(request.POST)
    if form.is_valid():
        try:
            add_comment(
                dossier,
                Section.PROJET,
                by=request.user,
                texte=form.cleaned_data["texte"],
                visibilite=Visibilite.AGENTS,
            )
        except ValidationError as error:
            form.add_error("texte", error.messages)
        else:
            return back_to(dossier, "remarques")
    return detail_page(request, dossier, status=422, remarque=form)


# Where the structure reads the reason of each decision that has one for her.
_LU = {
    "declare_irrecevable": "Envoyé tel quel à la structure par courriel, avec ses recours.",
    "undo_irrecevable": "Envoyé tel quel à la structure par courriel.",
    "refuse_admission": "Écrit dans la lettre que la structure reçoit à la publication, avec ses recours.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@access("projects.instruct_dossier", load=Dossier)
def instruction_decide(request, dossier, name):
    if name not in DECISIONS:
        raise Http404
    transition = LIFECYCLE[name]
    if not request.user.has_perm(transition.perm, deposited_or_404(dossier)):
        raise PermissionDenied
    initial = {"expected": token_of(dossier, request.user)}
    form = DecisionForm(request.POST or None, initial=initial, transition=transition, motif_lu=_LU.get(name, ""))
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            reasons = {"motif": said["motif"], "motif_interne": said.get("motif_interne", "")}
            decide(dossier, name, by=request.user, token=said["expected"], **reasons)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, f"C’est fait\u00a0: le dossier est «\u202f{Statut(transition.target).label}\u202f»."
            )
            return back_to(dossier)
    context = {
        "dossier": dossier,
        "transition": transition,
        "form": form,
        "is_ici": dossier.statut in transition.sources,
        "manques": LIFECYCLE.missing(dossier, name),
        "notifie": transition.notification,
    }
    return render(request, "projects/instruction_decide.html", context)
