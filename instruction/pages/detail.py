"""The work page of one dossier, around a form already read."""

from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ecriture.enums import Visibilite
from instruction.alertes import find_alertes
from instruction.attribution.forms import AttributionForm
from instruction.complement.queries import open_complement
from instruction.decision.queries import decisions_for
from instruction.models import Constat, Instruction
from instruction.note.forms import NoteForm
from instruction.ouverture import INSTRUCTION_OUVERTE
from instruction.queue.queries import late_avis, with_lateness
from instruction.recevabilite.forms import RecevabiliteForm
from instruction.recevabilite.queries import missing_for_recevabilite
from instruction.remarque.forms import RemarqueForm
from projects.depot.silence_lu import silence_context
from projects.dossier.completude import prefetch_pieces
from projects.dossier.contenu import current_content
from projects.dossier.lecture import CONTOURS, door
from projects.dossier.lisible import changes, readable
from projects.dossier.version import EN_COURS, Apercu, at_version, contrat_of, entete, since
from projects.enums import TONS, Statut
from projects.fil.recit import debut_du_fil
from projects.models import Depot, Dossier
from projects.silence import is_attendue


def _with_all(dossier):
    """The dossier read again with all that its work page shows, each table once; 404 for a draft."""
    constats = Constat.objects.select_related("point", "by")
    dossiers = (
        with_lateness(Dossier.objects.deposited())
        .select_related("ecrit", "edition", "structure__commune", "contrat")
        .select_related("instruction__instructeur", "instruction__updated_by")
        .defer(*CONTOURS)
        .prefetch_related(
            "budget_lignes",
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
    versions = list(dossier.versions.with_suspensions().select_related("by").order_by("rang"))
    constats = dossier.constats.all()
    forward, back = decisions_for(dossier, request.user)
    is_open = dossier.statut in INSTRUCTION_OUVERTE
    context = {
        "dossier": dossier,
        "instruction": instruction,
        **_versions(dossier, versions),
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
        "avis": dossier.avis.with_version()
        .select_related("by")
        .annotate(is_overdue=Exists(late_avis().filter(pk=OuterRef("pk")))),
        "remarques": dossier.ecrit.commentaires.filter(visibilite=Visibilite.AGENTS).select_related("auteur"),
        "remarque": RemarqueForm(),
        **debut_du_fil(dossier, request.user),
        "decisions": forward,
        "retours": back,
        "can_ask": dossier.statut in (Statut.DEPOSE, Statut.EN_INSTRUCTION),
        "can_extend": request.user.has_perm("projects.extend_dossier", dossier),
        "ton": TONS[dossier.statut],
    }
    return render(request, "instruction/pages/detail.html", context | forms, status=status)


def _versions(dossier, versions):
    """The last version received, read whole; what moved since, while it is completed, or what moved with it."""
    given = versions[-1]
    before, after = versions[-2:] if len(versions) > 1 else (given, given)
    then, now = before.contenu["sections"], after.contenu["sections"]
    if dossier.is_rouvert:
        before, then, now = given, given.contenu["sections"], current_content(dossier)
    return {
        "versions": versions,
        "depot": versions[0],
        "lue": Apercu(given, entete(given.contenu["sections"], contrat_of(dossier, given))),
        "parties": readable(given.contenu["sections"], adresse=door),
        "changements": changes(then, now),
        "depuis": since(before),
        "avant": at_version(before),
        "apres": EN_COURS if dossier.is_rouvert else at_version(given),
        **silence_context(versions[0]),
        "is_attendue": is_attendue(dossier.statut, dossier.edition.published_at),
    }


def deposited_or_404(dossier):
    """A draft has no page of instruction."""
    if not Depot.objects.filter(dossier=dossier).exists():
        raise Http404
    return dossier


def back_to(dossier, part=""):
    return redirect(reverse("instruction:instruction_detail", args=[dossier.cle]) + (f"#{part}" if part else ""))
