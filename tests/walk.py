"""Walking every address: the URL resolver, the objects of the world each address is asked for, and the answers."""

import inspect
from copy import copy
from dataclasses import dataclass, field
from functools import cache, partial
from operator import attrgetter
from pathlib import Path

from django.contrib.auth.backends import ModelBackend
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import URLPattern, get_resolver, reverse, reverse_lazy

from contrats.models import Affectation, ContratDeVille, Quartier
from juries.models import Audition, Jure, Jury, Seance
from label.exports import named_exports
from label.models import Courriel, Edition
from laureats.models import Laureat
from projects.enums import Section
from projects.models import Deport, Dossier, IdeeEnAttente, Piece, Structure
from tests.pdf import PDF
from tests.world import PERSONNES

# Addresses of others, which carry no mark of ours: the accounts (django-allauth) and the technical administration.
NOT_OURS = ("compte/", "administration/")
MATRIX = Path(__file__).parent / "access_matrix.txt"
LOGIN = reverse_lazy("account_login")


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    view: object
    params: frozenset

    @property
    def methods(self):
        """GET, POST or both: what the decorators of the view let through."""
        view, allowed = self.view, {"GET", "POST"}
        while view is not None:
            listed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
            allowed &= set(listed or allowed)
            view = getattr(view, "__wrapped__", None)
        return sorted(allowed)


def addresses():
    """Every address of ours, in the order of the resolver."""
    return [address for address in _walk(get_resolver()) if not address.route.startswith(NOT_OURS)]


def _walk(resolver, namespaces=(), prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            params = frozenset(pattern.pattern.converters) | frozenset(pattern.pattern.regex.groupindex)
            yield Address(":".join((*namespaces, pattern.name or "?")), route, pattern.callback, params)
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, inner, route)


@dataclass(frozen=True)
class Target:
    """One address asked for one object. `body`: what a POST sends, empty unless the page needs more to be judged."""

    address: Address
    label: str
    kwargs: dict
    body: dict = field(default_factory=dict)

    @property
    def url(self):
        return reverse(self.address.name, kwargs=self.kwargs)

    @property
    def name(self):
        """What its line of the matrix is called."""
        return f"{self.address.name} · {self.label}".rstrip(" ·")

    @property
    def made_body(self):
        """The body to send: a file is made anew each time."""
        return {name: value() if callable(value) else value for name, value in self.body.items()}


class UnknownAddress(AssertionError):
    """A new address: the world does not know of which objects to ask it."""


def targets(world):
    """Every address for every object of the world it may be asked for."""
    found = [target for address in addresses() for target in _targets(world, address)]
    known, here = set(_precise(world)), {target.address.name for target in found}
    assert known <= here, f"tests/walk.py names addresses that are gone: {sorted(known - here)}"
    return found


def _targets(world, address):
    body = BODIES.get(address.name, {})
    precise = _precise(world).get(address.name)
    if precise is not None:
        return [Target(address, label, kwargs, body) for label, kwargs in precise.items()]
    mark = getattr(address.view, "access", None) or {"load": None, "by": ""}
    objects = _objects(world).get(mark["load"])
    if objects and address.params == {mark["by"]}:
        return [
            Target(address, label, {mark["by"]: attrgetter(mark["by"].replace("__", "."))(obj)}, body)
            for label, obj in objects.items()
        ]
    if mark["load"] is None and not address.params:
        return [Target(address, "", {}, body)]
    raise UnknownAddress(
        f"{address.name} ({address.route}) takes {sorted(address.params)}: say in `_precise` of tests/walk.py for "
        "which objects of the world it is asked."
    )


def _objects(world):
    return {
        Affectation: {"en poste": world.affectation},
        Audition: {"récusé": world.audition, "libre": world.audition_2, "jury 2": world.audition_jury_2},
        ContratDeVille: {"contrat": world.contrat},
        Courriel: {"ordinaire": world.courriel, "sensible": world.courriel_sensible},
        Deport: {"déport": world.deport},
        Dossier: {"brouillon": world.brouillon, "instruit": world.instruit, "instruit 2": world.instruit_2},
        Edition: {"votée": world.votee, "publiée": world.publiee},
        IdeeEnAttente: {"gardée": world.idee_gardee, "gardée 2": world.idee_gardee_2},
        Jure: {"invitée": world.invite, "en place": world.jure["juré"]},
        Jury: {"jury": world.jury, "jury 2": world.jury_2},
        Laureat: {"publié": world.laureat, "caché": world.laureat_cache, "pour mémoire": world.laureat_passe},
        Piece: {"brouillon": world.piece, "brouillon 2": world.piece_2},
        Quartier: {"quartier": world.quartier},
        Seance: {"jury": world.seance, "jury 2": world.seance_2},
        Structure: {"structure": world.structure, "structure 2": world.structure_2},
    }


def _precise(world):
    """{address: {label: kwargs}} for the addresses that name more than one object."""
    dossier, autre = {"cle": world.brouillon.cle}, {"cle": world.brouillon_2.cle}
    instruit = {"cle": world.instruit.cle}
    structure, structure_2 = {"cle": world.structure.cle}, {"cle": world.structure_2.cle}
    membres = {
        "membre": structure | {"personne": world.personnes["membre"].cle},
        "collègue 2": structure_2 | {"personne": world.collegue_2.cle},
    }
    section = {
        "brouillon": dossier | {"section": "calendrier"},
        "brouillon 2": autre | {"section": "calendrier"},
        "renvoyé": {"cle": world.renvoye.cle, "section": "calendrier"},
        "instruit": instruit | {"section": "budget"},
    }
    auditions = {
        "récusé": {"cle": world.audition.cle},
        "libre": {"cle": world.audition_2.cle},
        "jury 2": {"cle": world.audition_jury_2.cle},
    }
    orals = {"admis": {"cle": world.admis.cle}, "entendu": {"cle": world.auditionne.cle}, "brouillon": dossier}
    partages = {
        "en attente": dossier | {"pk": world.partage_ouvert.pk},
        "qui lit": dossier | {"pk": world.partage.pk},
        "qui écrit": dossier | {"pk": world.partage_ecrit.pk},
        "étranger": dossier | {"pk": world.partage_2.pk},
    }
    asked = {
        "libre": {"annee": world.jugee.annee, "pk": world.question_2.pk},
        "figée": {"annee": world.ouverte.annee, "pk": world.questions["choix"].pk},
        "étrangère": {"annee": world.ouverte.annee, "pk": world.question_2.pk},
    }
    fichier = {"pk": world.questions["fichier"].pk}
    avis = {"instruit": instruit | {"pk": world.avis.pk}, "étranger": instruit | {"pk": world.avis_2.pk}}
    annee, votee = {"edition__annee": world.jugee.annee}, {"annee": world.votee.annee}
    laureat = {"cle": world.laureat.cle, "rang": 1}
    retouches = {
        "brouillon": dossier | {"pk": world.retouche.pk},
        "étrangère": autre | {"pk": world.retouche.pk},
        "brouillon 2": autre | {"pk": world.retouche_2.pk},
        "instruit": instruit | {"pk": world.retouche_instruite.pk},
    }
    return {
        "label:aide_role": {role: {"role": role} for role in ("porteur", "inconnu")},
        "label:edition_reglage": {
            reglage: {"annee": world.ouverte.annee, "reglage": reglage}
            for reglage in ("criteres", "pieces", "recevabilite")
        },
        "label:export_download": {
            export.key: {"annee": world.jugee.annee, "key": export.key} for export in named_exports()
        },
        "projects:champ_save": {
            "brouillon": dossier | {"nom": "etapes"},
            "brouillon 2": autre | {"nom": "etapes"},
            "instruit": instruit | {"nom": "etapes"},
        },
        "projects:divergence_resolve": {
            "brouillon": dossier | {"pk": world.divergence.pk},
            "étrangère": autre | {"pk": world.divergence.pk},
            "brouillon 2": autre | {"pk": world.divergence_2.pk},
        },
        "projects:structure_join": {"structure": structure, "structure 2": structure_2},
        "projects:demande_decide": {
            "structure": structure | {"pk": world.demande.pk},
            "structure 2": structure_2 | {"pk": world.demande_2.pk},
            "étrangère": structure | {"pk": world.demande_2.pk},
        },
        "projects:dossier_copy": {"passé": {"cle": world.caduc.cle}, "brouillon": dossier},
        "projects:recepisse_version": {
            "renvoyé": {"cle": world.renvoye.cle, "rang": 1},
            "instruit 2": {"cle": world.instruit_2.cle, "rang": 1},
        },
        "projects:dossier_copied": {"brouillon": dossier, "brouillon 2": autre},
        "projects:invitation_revoke": {
            "structure": structure | {"pk": world.invitation.pk},
            "structure 2": structure_2 | {"pk": world.invitation_2.pk},
            "étrangère": structure | {"pk": world.invitation_2.pk},
        },
        "projects:membre_end": membres,
        "projects:membre_responsable": membres,
        "projects:invitation_accept": {
            "invitation": {"jeton": world.invitation.jeton},
            "inconnue": {"jeton": "x" * 43},
        },
        "label:lien_reprendre": {
            "partage": {"usage": "partage", "graine": world.partage_ouvert.graine},
            "inconnu": {"usage": "partage", "graine": "x" * 22},
        },
        "projects:partage_edit": partages,
        "projects:partage_end": partages,
        "projects:partage_accept": {
            "invitation": {"jeton": world.partage_ouvert.jeton},
            "inconnue": {"jeton": "x" * 43},
        },
        "projects:mandat_edit": {
            "membre": dossier | {"personne": world.personnes["membre"].cle},
            "mandaté": {"cle": world.pret.cle, "personne": world.personnes["membre"].cle},
            "invité": dossier | {"personne": world.personnes["inv_écrit"].cle},
            "étranger": dossier | {"personne": world.collegue_2.cle},
        },
        "projects:question_list": {"libre": {"annee": world.jugee.annee}, "figée": {"annee": world.ouverte.annee}},
        "projects:question_preview": {"figée": {"annee": world.ouverte.annee}},
        "projects:question_edit": asked,
        "projects:question_move": asked,
        "projects:question_retire": asked,
        "projects:reponse_join": {"brouillon": dossier | fichier, "brouillon 2": autre | fichier},
        "projects:dossier_transition": {
            "accept_idee": {"cle": world.idee.cle, "name": "accept_idee"},
            "give_visa": dossier | {"name": "give_visa"},
            "return_visa": dossier | {"name": "return_visa"},
            "reopen": {"cle": world.pret.cle, "name": "reopen"},
            "abandon": dossier | {"name": "abandon"},
            "withdraw": instruit | {"name": "withdraw"},
            "inconnu": instruit | {"name": "admit"},
        },
        "projects:section_edit": section,
        "projects:section_suite": section,
        "projects:histoire_list": section,
        "projects:histoire_restore": retouches,
        "projects:histoire_undo": retouches,
        "projects:commentaire_create": section,
        "projects:commentaire_resolve": {
            "co-auteurs": dossier | {"pk": world.commentaire.pk},
            "agents": dossier | {"pk": world.commentaire_agents.pk},
            "étranger": autre | {"pk": world.commentaire.pk},
        },
        "projects:piece_remove": {
            "brouillon": dossier | {"piece": world.piece.cle},
            "brouillon 2": autre | {"piece": world.piece_2.cle},
            "étrangère": dossier | {"piece": world.piece_2.cle},
            "instruit": instruit | {"piece": world.piece_instruite.cle},
        },
        "projects:piece_restore": {
            "brouillon": dossier | {"piece": world.piece.cle},
            "étrangère": dossier | {"piece": world.piece_2.cle},
            "instruit": instruit | {"piece": world.piece_instruite.cle},
        },
        "projects:depot_create": {"brouillon": dossier, "prêt": {"cle": world.pret.cle}, "prêt 2": autre},
        "instruction:complement_answer": {"renvoyé": {"cle": world.renvoye.cle}, "répondu": instruit},
        "instruction:complement_extend": {"renvoyé": {"cle": world.renvoye.cle}},
        "instruction:instruction_decide": {
            "admit": instruit | {"name": "admit"},
            "undo_recevable": instruit | {"name": "undo_recevable"},
            "declare_recevable": {"cle": world.depose.cle, "name": "declare_recevable"},
            "brouillon": dossier | {"name": "admit"},
        },
        "instruction:avis_revoke": avis,
        "instruction:avis_remind": avis,
        "instruction:avis_answer": {"avis": {"jeton": world.avis.jeton}, "inconnu": {"jeton": "x" * 43}},
        "juries:invitation_accept": {"invitation": {"jeton": world.invite.jeton}, "inconnue": {"jeton": "x" * 43}},
        "juries:export_download": {
            export: annee | {"export": export} for export in ("notes", "plan_auditions", "rien")
        },
        "juries:piece_download": {
            "récusé": auditions["récusé"] | {"piece": world.piece_jury.cle},
            "libre": auditions["libre"] | {"piece": world.piece_jury_2.cle},
            "étrangère": auditions["libre"] | {"piece": world.piece_jury.cle},
        },
        "juries:audition_move": auditions,
        "juries:audition_remove": auditions,
        "juries:audition_hear": auditions,
        "juries:audition_absence": auditions,
        "juries:support_read": {
            "récusé": auditions["récusé"] | {"support": world.support.cle},
            "libre": auditions["libre"] | {"support": world.support_2.cle},
            "étranger": auditions["libre"] | {"support": world.support.cle},
        },
        "juries:venue_keep": auditions,
        **{
            f"juries:{name}": orals
            for name in (
                "oral_detail",
                "oral_ics",
                "presentation_edit",
                "besoin_edit",
                "support_add",
                "venue_decline",
                "repetition_edit",
                "repetition_accept",
                "repetition_cancel",
                "repetition_ics",
            )
        },
        "juries:venue_confirm": {name: one | {"sceau": "x" * 16} for name, one in orals.items()},
        "juries:support_download": {name: one | {"support": world.support.cle} for name, one in orals.items()},
        "juries:support_remove": {name: one | {"support": world.support.cle} for name, one in orals.items()},
        "juries:bulletin_correct": {
            "récusé": {"pk": world.bulletin.pk},
            "libre": {"pk": world.bulletin_2.pk},
        },
        "laureats:laureat_scdl": {"votée": votee, "publiée": {"annee": world.publiee.annee}},
        "laureats:publication_message": {
            "dossier": votee | {"qui": world.propose.cle},
            "chef": votee | {"qui": world.personnes["chef"].cle},
            "inconnu": votee | {"qui": "x"},
        },
        "laureats:publication_lettre": {
            "dossier": votee | {"cle": world.propose.cle},
            "étranger": votee | {"cle": world.instruit.cle},
        },
        "laureats:lettre_download": {"publié": {"cle": world.laureat.dossier.cle}, "sans lettre": instruit},
        "laureats:versement_move": {
            "publié": laureat | {"transition": "ask"},
            "inconnu": laureat | {"transition": "x"},
        },
    }


def more_pages(world):
    """Pages of an address already walked that read otherwise: every section, every moment of a dossier."""
    by_name = {address.name: address for address in addresses()}
    section, detail = by_name["projects:section_edit"], by_name["projects:dossier_detail"]
    found = [
        Target(section, part.value, {"cle": world.brouillon.cle, "section": part.value})
        for part in Section
        if part != Section.CALENDRIER
    ]
    moments = ("idee", "pret", "depose", "renvoye", "caduc", "admis", "auditionne")
    found += [Target(detail, moment, {"cle": getattr(world, moment).cle}) for moment in moments]
    return [*found, Target(detail, "lauréat", {"cle": world.laureat.dossier.cle})]


# What a POST sends where an empty one would be refused before the person is looked at.
BODIES = {
    "projects:divergence_resolve": {"choix": "deux"},
    "projects:section_edit": {"base": "{}", "etapes": "Semer, récolter."},
    "instruction:complement_answer": {"reponse": "Voici ce que vous demandiez."},
    "projects:commentaire_create": {"c-texte": "Une remarque."},
    "projects:commentaire_resolve": {"regle": "oui"},
    "projects:membre_responsable": {"is_responsable": "oui"},
    "instruction:instruction_decide": {"motif": "Parce que.", "expected": "en_instruction"},
    "projects:piece_add": {"fichier": lambda: SimpleUploadedFile("note.pdf", PDF, "application/pdf")},
}


class Person(RequestFactory):
    """One column: signed in as this person, or nobody. Lighter than a test client, which copies every context."""

    def __init__(self, user):
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            self.cookies = client.cookies

    def request(self, **request):
        return self.handler(self._base_environ(**request))

    def ask(self, method, target, body=None):
        """The response to one request, whose writes are undone; `body` instead of what the target sends.

        A GET has none to undo: `tests.guards` refuses them.
        """
        if method == "GET":
            return self._read(self.get(target.url))
        with transaction.atomic():
            response = self._read(self.post(target.url, target.made_body if body is None else body))
            transaction.set_rollback(True)
        return response

    @staticmethod
    def _read(response):
        if response.streaming:
            response.getvalue()  # read to its end, which closes its file
        return response


@cache
def _admitted():
    """{(method, name): people the matrix lets in}, as `test_access` verifies it."""
    admitted = {}
    for line in MATRIX.read_text().splitlines()[1:]:
        method, *name = line.split()
        answers = [name.pop() for _ in PERSONNES][::-1]
        admitted[method, " ".join(name)] = [
            who for who, answer in zip(PERSONNES, answers, strict=True) if answer == "oui"
        ]
    return admitted


def readers(method, target, names):
    """Those of `names` who are not refused this target; all of them for one the matrix does not know."""
    admitted = _admitted().get((method, target.name), names)
    return [name for name in names if name in admitted]


def people(world, names=PERSONNES):
    """{column: Person}"""
    return {name: Person(world.personnes[name]) for name in names}


def people_at_hand(settings, monkeypatch):
    """Whoever is signed in is read from memory: thousands of requests would read the same twenty rows.

    Each request has a copy of its own: what one person may do is asked of the database every time.
    """
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    found = cache(ModelBackend().get_user)
    monkeypatch.setattr(ModelBackend, "get_user", lambda backend, pk: copy(found(pk)))


def statuses_of_refusals(monkeypatch):
    """Refusals answer by their status alone: their pages are the same everywhere, and read once in `test_langue`."""
    for status in (403, 404):
        monkeypatch.setattr(f"label.urls.handler{status}", partial(_refusal, status), raising=False)


def _refusal(status, request, exception):
    return HttpResponse(status=status)


def word(response):
    """The answer in one word: oui, connexion, interdit, absent, méthode, or the status itself."""
    status = response.status_code
    if status in (301, 302, 303) and response["Location"].startswith(str(LOGIN)):
        return "connexion"
    if status in (200, 301, 302, 303, 409, 422):
        return "oui"
    return {403: "interdit", 404: "absent", 405: "méthode"}.get(status, str(status))
