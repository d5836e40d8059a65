"""Who else is there, and what moved since. JSON for the page's script."""

from hashlib import blake2b

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from ecriture.declaration import declaration_of
from ecriture.enregistrement.queries import moved
from ecriture.presence import ecrans
from ecriture.presence.actions import record_visit
from label.entree import ILLISIBLE, received
from label.models import User
from label.templatetags.label_ui import initiales


@never_cache
def vie(request, objet):
    """GET ?depuis=N&ecran=E: who else is there and the fields written after the revision N; 304 when nothing moved.

    POST {ecran, page, section, champ}: in the tab E this page is here. `champ` null: it is leaving. It also keeps the
    person's visit.
    """
    if request.method == "POST":
        return _announce(request, objet)
    others, remue = ecrans.who(objet, but=request.GET.get("ecran", ""))
    etag = f'"{objet.revision}-{blake2b(repr((others, remue)).encode(), digest_size=6).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    since = request.GET.get("depuis", "")
    is_number = since.isdecimal() and len(since) < 20
    champs = moved(objet, int(since)) if is_number and int(since) < objet.revision else []
    answer = {"revision": objet.revision, "remue": remue, "presents": _people(request, objet, others), "champs": champs}
    return JsonResponse(answer, headers={"ETag": etag})


def _people(request, objet, others):
    Section = declaration_of(objet).Section
    names = {user.pk: user.get_full_name() for user in User.objects.filter(pk__in={pk for pk, _, _ in others})}
    return [
        {
            "nom": names[pk],
            "initiales": initiales(names[pk]),
            "moi": pk == request.user.pk,
            "section": section,
            "partie": Section(section).label if section in Section else "",
            "champ": champ,
        }
        for pk, section, champ in others
        if pk in names
    ]


def _announce(request, objet):
    try:
        data = received(request)
        ecran, section, champ = str(data["ecran"])[:40], str(data["section"])[:20], data["champ"]
        page = str(data.get("page", ""))[:40]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"erreur": ILLISIBLE}, status=400)
    if champ is None:
        ecrans.leave(objet, ecran=ecran, page=page)
    else:
        ecrans.announce(objet, ecran=ecran, page=page, user=request.user, section=section, champ=str(champ)[:80])
        record_visit(objet, by=request.user)
    return HttpResponse(status=204)
