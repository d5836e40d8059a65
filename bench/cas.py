"""The pages measured, each with who asks it, and what must be true in the database afterwards."""

from itertools import count, cycle
from time import time
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.urls import reverse

from bench import coelaboration
from bench.mesures import Cas, Requete
from projects.dossier.completude import missing_sentences
from projects.dossier.engagements import engagements_of
from projects.enums import Section, Statut
from projects.models import Depot, Dossier

# More than a run can save or deposit.
BROUILLONS = 200


def _sessions(users):
    """A signed-in session for each of these users, as {user pk: session key}."""
    keys = {}
    with transaction.atomic():
        for user in users:
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            # Agents have been through their second factor.
            session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time()}]
            session["account_authentication_methods_user"] = str(user.pk)
            session.create()
            keys[user.pk] = session.session_key
    return keys


def prepare(monde):
    """(cases, the empty page first; what crowds do to them, see `coelaboration.foules`)."""
    annee, agent, chef = monde.edition.annee, monde.instructeurs[0], next(iter(monde.chefs.values()))
    seance = monde.jury.seances.order_by("debut").values_list("cle", flat=True)[0]
    brouillons = monde.dossiers[Statut.CO_ELABORATION][:BROUILLONS]
    prets, instruits = monde.dossiers[Statut.PRET], monde.dossiers[Statut.EN_INSTRUCTION][:200]
    if lacking := missing_sentences(Dossier.objects.get(pk=prets[0].pk)):
        raise AssertionError(f"A dossier ready to be deposited lacks: {lacking}")
    auteurs = {
        monde.responsables[d.structure_id].pk: monde.responsables[d.structure_id]
        for d in (*prets, *brouillons, *instruits)
    }
    session = _sessions([monde.visiteur, agent, monde.pilote, *auteurs.values(), *monde.chefs.values()])

    def of(dossier):
        return session[monde.responsables[dossier.structure_id].pk]

    def of_chef(dossier):
        return session[monde.chefs[dossier.contrat].pk]

    def page(user, name, *args, **query):
        path = reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")
        return lambda: cycle([Requete(session[user.pk], path)])

    def details():
        return cycle(
            [Requete(session[agent.pk], reverse("instruction:instruction_detail", args=[d.cle])) for d in instruits]
        )

    def homes():
        return cycle(
            [Requete(of(d), reverse("projects:dossier_detail", args=[d.cle])) for d in (*brouillons, *instruits)]
        )

    liste = [
        Cas("Page vide (tableau de bord sans rôle)", page(monde.visiteur, "label:tableau")),
        Cas("Liste d’instruction, 50 lignes", page(agent, "instruction:instruction_list"), facteur_max=6),
        Cas("Liste d’instruction, cherchée", page(agent, "instruction:instruction_list", q="jardin"), facteur_max=9),
        Cas("Recherche, un mot que tous portent", page(agent, "label:recherche", q="jardin"), part=3),
        Cas("Recherche, un numéro", page(agent, "label:recherche", q="31")),
        Cas("Tableau de bord du pilote", page(monde.pilote, "label:tableau"), facteur_max=9),
        Cas("Portefeuille, 625 dossiers", page(chef, "projects:portefeuille_list"), facteur_max=45, part=3),
        Cas("Cahier d’une séance (PDF), 20 dossiers", page(agent, "juries:cahier_pdf", seance), facteur_max=30, part=3),
        Cas("Dossier, page de l’instructeur", details, facteur_max=5),
        Cas("Dossier, page du porteur", homes, facteur_max=5),
        Cas("Classement, 50 lignes", page(monde.pilote, "juries:classement", annee), facteur_max=8),
        Cas("Une partie enregistrée", lambda: _saves(brouillons, of), 302),
        coelaboration.un_champ(brouillons, of),
        coelaboration.une_veille(instruits, of),
        Cas("Un dépôt, accusé de réception compris", lambda: _deposits(prets, of), 302, part=3),
        Cas("Export des lauréats (XLSX)", page(monde.pilote, "laureats:export", annee, format="xlsx"), part=3),
        Cas(
            "Notes du jury (CSV, 20 000 lignes)",
            page(monde.pilote, "juries:export_download", annee, "notes", format="csv"),
            secondes_max=1.5,
            part=4,
        ),
    ]
    return liste, coelaboration.foules(brouillons, of, of_chef)


def _saves(dossiers, of):
    """Each save changes one field of the section, as without JavaScript."""
    for turn in count(1):
        for dossier in dossiers:
            champs = {name: getattr(dossier, name) for name in ("titre", "resume", "besoin", "innovation", "objectifs")}
            champs |= {name: getattr(dossier, name) for name in ("actions", "partenaires", "participation")}
            champs |= {"besoin": f"{dossier.besoin} Version {turn}.", "base": "{}"}
            yield Requete(
                of(dossier), reverse("projects:section_edit", args=[dossier.cle, Section.PROJET.value]), champs
            )


def _deposits(dossiers, of):
    """Each deposit is that of another dossier, by a responsable of its structure."""
    for dossier in dossiers:
        engaged = {one.nature.value: one.sha256 for one in engagements_of(dossier.structure)}
        yield Requete(of(dossier), reverse("projects:depot_create", args=[dossier.cle]), engaged)


def verify(monde, liste):
    """The measures did what they say. Raises AssertionError."""
    notes = liste[-1]
    if notes.octets < 20_000 * 40:
        raise AssertionError(f"The scores hold {notes.octets} bytes only")
    prets = Dossier.objects.filter(pk__in=[d.pk for d in monde.dossiers[Statut.PRET]])
    deposited = prets.exclude(statut=Statut.PRET)
    if not deposited or Depot.objects.filter(dossier__in=deposited).exclude(recepisse="").count() != deposited.count():
        raise AssertionError("A deposit has no receipt")
