"""Fields that save by themselves, and the choice between two texts. JSON for the page's script."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ecriture.declaration import ChampInconnu, EcritureFermee, declaration_of
from ecriture.enregistrement.actions import resolve_divergence, save_field
from ecriture.enums import ChoixDivergence
from ecriture.models import Divergence
from label.entree import ILLISIBLE, received
from label.templatetags.label_ui import heure


@require_POST
def champ_save(request, cle, nom, *, model):
    """Save one field. Answers {valeur, version, revision, heure, par, divergence}; 422 {erreur} on what was typed;
    409 {erreur, ferme} when the thing is no longer written.
    """
    try:
        data = received(request)
        done = save_field(
            model.objects.filter(cle=cle),
            nom,
            valeur=data["valeur"],
            base=data["base"],
            ecran=str(data["ecran"])[:40],
            sequence=int(data["sequence"]),
            vu=int(data["vu"]),
            by=request.user,
        )
    except (ObjectDoesNotExist, ChampInconnu) as error:
        raise Http404 from error
    except EcritureFermee as error:
        return JsonResponse({"erreur": " ".join(error.messages), "ferme": True}, status=409)
    except ValidationError as error:
        return JsonResponse({"erreur": " ".join(error.messages)}, status=422)
    except (ValueError, KeyError, TypeError):
        # Nothing was looked at yet: who may not write is told the same as ever.
        seen = get_object_or_404(model.objects.visible_to(request.user), cle=cle)
        if not request.user.has_perm(declaration_of(seen).change, seen):
            raise PermissionDenied from None
        return JsonResponse({"erreur": ILLISIBLE}, status=400)
    return JsonResponse(_told(done))


def _told(done):
    autre = done.divergence and done.divergence.autre
    return {
        "valeur": done.valeur,
        "version": done.version,
        "revision": done.revision,
        "heure": heure(done.at),
        "par": done.by.get_full_name() if done.by else "",
        "divergence": {"autre": autre.get_full_name() if autre else ""} if done.divergence else None,
    }


@require_POST
def divergence_resolve(request, objet, pk):
    """Keep one text, the other, or both."""
    declared, here = declaration_of(objet), Q()
    for section in declared.Section:
        here |= Q(declared.same_fields(objet, section), section=section)
    divergence = get_object_or_404(Divergence, here, pk=pk)
    choix = request.POST.get("choix", "")
    try:
        resolve_divergence(divergence, choix, by=request.user, at=timezone.now(), objet=objet)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, f"C’est choisi\u00a0: {ChoixDivergence(choix).label.lower()}. L’histoire de la partie garde tout."
        )
    return redirect(declared.address("section_edit", objet, divergence.section))
