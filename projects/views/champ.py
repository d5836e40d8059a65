"""Fields that save by themselves, who else is there, and the choice between two texts. JSON for the page's script."""

import json
from hashlib import blake2b

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from label.access import access
from label.models import User
from label.templatetags.label_ui import heure
from projects import champs, presence
from projects.actions.champ import resolve_divergence, save_field
from projects.actions.echeance import EcheancePassee
from projects.actions.elaboration import EcritureFermee
from projects.actions.histoire import record_visit
from projects.enums import ChoixDivergence, Section
from projects.models import Champ, Divergence, Dossier


def _received(request):
    """The JSON sent by a page. Raises ValueError when it cannot be read, or holds half a character."""
    data = json.loads(request.body)
    json.dumps(data, ensure_ascii=False).encode()
    return data


@access()
@require_POST
def champ_save(request, cle, nom):
    """Save one field. Answers {valeur, version, revision, heure, par, divergence}; 422 {erreur} on what was typed;
    409 {erreur, ferme} when the dossier is no longer written.
    """
    try:
        data = _received(request)
        done = save_field(
            cle,
            nom,
            valeur=data["valeur"],
            base=data["base"],
            ecran=str(data["ecran"])[:40],
            sequence=int(data["sequence"]),
            vu=int(data["vu"]),
            by=request.user,
        )
    except (Dossier.DoesNotExist, champs.ChampInconnu) as error:
        raise Http404 from error
    except (EcritureFermee, EcheancePassee) as error:
        return JsonResponse({"erreur": " ".join(error.messages), "ferme": True}, status=409)
    except ValidationError as error:
        return JsonResponse({"erreur": " ".join(error.messages)}, status=422)
    except (ValueError, KeyError, TypeError):
        # Nothing was looked at yet: who may not write is told the same as ever.
        seen = get_object_or_404(Dossier.objects.visible_to(request.user), cle=cle)
        if not request.user.has_perm("projects.change_dossier", seen):
            raise PermissionDenied from None
        return JsonResponse({"erreur": "Cet envoi est illisible."}, status=400)
    autre = done.divergence and done.divergence.autre
    return JsonResponse(
        {
            "valeur": done.valeur,
            "version": done.version,
            "revision": done.revision,
            "heure": heure(done.at),
            "par": done.by.get_full_name() if done.by else "",
            "divergence": {"autre": autre.get_full_name() if autre else ""} if done.divergence else None,
        }
    )


@access(load=Dossier)
@never_cache
def vie(request, dossier):
    """GET ?depuis=N&ecran=E: who else is there and the fields written after the revision N; 304 when nothing moved.

    POST {ecran, section, champ}: this page is here. `champ` null: it is leaving. It also keeps the person's visit.
    """
    if request.method == "POST":
        return _announce(request, dossier)
    others = presence.who(dossier, but=request.GET.get("ecran", ""))
    etag = f'"{dossier.revision}-{blake2b(repr(others).encode(), digest_size=6).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    since = request.GET.get("depuis", "")
    moved = _moved(dossier, int(since)) if since.isdecimal() and int(since) < dossier.revision else []
    names = {user.pk: user.get_full_name() for user in User.objects.filter(pk__in={pk for pk, _, _ in others})}
    people = [
        {
            "nom": names[pk],
            "initiales": _initials(names[pk]),
            "moi": pk == request.user.pk,
            "section": section,
            "partie": Section(section).label if section in Section else "",
            "champ": champ,
        }
        for pk, section, champ in others
        if pk in names
    ]
    answer = {"revision": dossier.revision, "presents": people, "champs": moved}
    return JsonResponse(answer, headers={"ETag": etag})


def _initials(name):
    return "".join(part[0] for part in name.split()[:2]).upper()


def _moved(dossier, since):
    rows = list(Champ.objects.filter(dossier=dossier, revision__gt=since).select_related("by").order_by("revision"))
    held = champs.read_all(dossier, [row.nom for row in rows])
    return [
        {
            "nom": row.nom,
            "section": row.section,
            "version": row.version,
            "valeur": held[row.nom],
            "par": row.by.get_full_name() if row.by else "",
            "heure": heure(row.at),
        }
        for row in rows
    ]


def _announce(request, dossier):
    try:
        data = _received(request)
        ecran, section, champ = str(data["ecran"])[:40], str(data["section"])[:12], data["champ"]
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    if champ is None:
        presence.leave(dossier, ecran=ecran)
    else:
        presence.announce(dossier, ecran=ecran, user=request.user, section=section, champ=str(champ)[:80])
        record_visit(dossier, by=request.user)
    return HttpResponse(status=204)


@require_POST
@access("projects.change_dossier", load=Dossier)
def divergence_resolve(request, dossier, pk):
    """Keep one text, the other, or both."""
    mine = Q(dossier=dossier) | Q(dossier__structure=dossier.structure_id, section=Section.STRUCTURE)
    divergence = get_object_or_404(Divergence, mine, pk=pk)
    choix = request.POST.get("choix", "")
    try:
        resolve_divergence(divergence, choix, by=request.user, at=timezone.now(), dossier=dossier)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, f"C’est choisi\u00a0: {ChoixDivergence(choix).label.lower()}. L’histoire de la partie garde tout."
        )
    return redirect("projects:section_edit", dossier.cle, divergence.section)
