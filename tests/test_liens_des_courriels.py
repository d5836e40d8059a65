"""The link of every mail leads to what the mail speaks of, and opens for each person who receives it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from juries.models import Audition
from label.liens.courriel import PLACE
from label.models import Courriel, Demande, Habilitation
from label.notifications import notify, registry
from laureats.publication.actions import publish_results
from projects.echange.actions import send_echange
from projects.enums import Cercle, Section, Statut
from projects.message.actions import send_message
from projects.models import DemandeAdhesion, Mandat, Membre
from tests.factories.label import EditionFactory
from tests.factories.laureats import ecarte, jure, propose, reserve, vote
from tests.world import World

pytestmark = pytest.mark.django_db

LINK = re.compile(rf"{re.escape(settings.SITE_URL)}(/\S*)")
# What is opened by a key of its own (tests/label/liens).
BY_KEY = {
    "avis_demande",
    "avis_relance",
    "invitation",
    "jury_invitation",
    "partage_invitation",
    "partage_relance",
}
DOSSIER = "projects:dossier_detail"


def scenes(world):
    """{key: (what the message is about, what it is told with)}"""
    w, p, now = world, world.personnes, timezone.now()
    demande = w.renvoye.complements.first()
    acceptee = DemandeAdhesion.objects.create(
        structure=w.structure_2, user=p["membre"], accepted=True, by=p["porteur_2"], decided_at=now
    )
    Membre.objects.create(structure=w.structure_2, user=p["membre"], du=w.hier)
    declined = w.in_statut(Statut.SANS_SUITE)
    mandat = Mandat.objects.get(dossier=w.pret)
    gone = {"le": w.today + timedelta(days=30), "garde": "trois mois"}
    why = {"motif": "Parce que."}
    comment = w.commentaire
    comment.partie, comment.a_propos, comment.vous_mentionne = Section.CALENDRIER, "", False
    talk = {"lecteur": p["responsable"], "commentaires": [comment], "parties": [Section.CALENDRIER]}
    hand = {"entrant": p["membre"], "sortant": p["responsable"], "par": p["pilote"], **why, "depart": False}
    type(w.idee_gardee_2).objects.filter(pk=w.idee_gardee_2.pk).update(
        closed_at=now, closed_by=p["chef_2"], motif="Trop tôt."
    )
    w.idee_gardee_2.refresh_from_db()
    question = Demande.objects.create(
        sujet="dossier",
        objet=w.brouillon.cle,
        user=p["responsable"],
        nom="Camille",
        email="c@monde.example",
        texte="Qui ?",
    )
    audition = Audition.objects.select_related("seance", "dossier").get(pk=w.audition.pk)
    slots = {"seance": w.seance, "auditions": [audition], "is_modifiee": False, "retires": [], "versions": {}}
    repetition = w.repetition
    repetition.repondu_by = p["responsable"]
    late = {"jours": 7, "echeance": w.ouverte.cloture, "manques": ["Il manque le budget."]}
    return {
        "abandonne": (w.brouillon, {"par": p["pilote"]}),
        "admis": (w.admis, {}),
        "avis_recu": (w.avis, {}),
        "caduc": (w.caduc, {}),
        "commentaires": (w.brouillon, talk),
        "complement_demande": (w.renvoye, {"demande": demande, "suspension": None, "rejet_le": w.today}),
        "complement_envoye": (w.instruit, {"depot": w.instruit.versions.first()}),
        "complement_recu": (w.instruit, {"demande": w.instruit.complements.first()}),
        "conservation_brouillon": (w.caduc, gone),
        "conservation_compte": (p["inconnu"], gone),
        "conservation_idee": (w.idee_gardee, gone),
        "contact": (question, {"dossier": w.brouillon}),
        "convocation": (audition, {}),
        "convocation_annulee": (audition.dossier, {"audition": audition}),
        "convocation_jury": (w.jure["juré"], slots),
        "convocation_modifiee": (audition, {}),
        "demande_adhesion": (w.demande, {}),
        "demande_adhesion_attente": (w.demande, {}),
        "demande_adhesion_reponse": (acceptee, {}),
        "depot_chef": (w.depose, {"depot": w.depose.versions.first()}),
        "depot_recu": (w.depose, {"depot": w.depose.versions.first()}),
        "echeance_depot": (w.brouillon, late),
        "idee_acceptee": (w.brouillon, {}),
        "idee_envoyee": (w.idee, {}),
        "idee_gardee": (w.idee_gardee, {}),
        "idee_gardee_recue": (w.idee_gardee, {}),
        "idee_gardee_sans_suite": (w.idee_gardee_2, {}),
        "idee_recue": (w.idee, {}),
        "idee_sans_suite": (declined, why),
        "irrecevable": (w.in_statut(Statut.IRRECEVABLE), why),
        "jury_rappel_notes": (w.jure["juré"], {"seance": w.seance, "restants": 2}),
        "mandat_donne": (mandat, {}),
        "oral_empechement": (w.admis.venues.get(), {"audition": audition}),
        "oral_maintenu": (w.admis.venues.get(), {}),
        "piece_ecartee": (w.piece_instruite, {}),
        "pilote_nomme": (Habilitation.objects.get(user=p["pilote"]), {}),
        "prolongation": (w.brouillon, {"prolongation": w.brouillon.prolongations.first()}),
        "recevable": (w.instruit, {}),
        "repetition_acceptee": (repetition, {}),
        "repetition_annulee": (repetition, {}),
        "repetition_proposee": (repetition, {}),
        "reprise": (w.depose, why),
        "responsabilite_transmise": (w.structure, hand),
        "retire": (w.instruit, why),
        "support_ecarte": (w.support, {}),
        "visa_demande": (w.brouillon, {"par": p["responsable"]}),
        "visa_donne": (w.pret, {}),
        "visa_rendu": (w.brouillon, why | {"par": p["chef"]}),
        "visa_retire": (w.brouillon, why),
    }


# Where the first link of each mail leads; for who receives it otherwise, the other pages it may be.
PAGES = {
    "echange": {"projects:echange_list"},
    "avis_recu": {"instruction:instruction_detail"},
    "commentaires": {"projects:section_edit"},
    "complement_demande": {"instruction:complement_answer"},
    "complement_envoye": {"projects:recepisse_version"},
    "complement_recu": {"instruction:instruction_detail"},
    "conservation_brouillon": {"projects:dossier_pdf"},
    "conservation_compte": {"account_login"},
    "conservation_idee": {"projects:idee_detail"},
    "convocation": {"juries:oral_detail"},
    "convocation_annulee": {DOSSIER, "juries:audition_list"},
    "convocation_jury": {"juries:cahier"},
    "convocation_modifiee": {"juries:oral_detail"},
    "demande_adhesion": {"projects:demande_decide"},
    "demande_adhesion_attente": {"projects:demande_decide"},
    "demande_adhesion_reponse": {"projects:structure_detail"},
    "depot_recu": {"projects:recepisse"},
    "idee_gardee": {"projects:idee_detail"},
    "idee_gardee_recue": {"projects:idee_detail"},
    "idee_gardee_sans_suite": {"projects:idee_detail"},
    "jury_rappel_notes": {"juries:audition_list"},
    "oral_empechement": {"juries:venue_keep"},
    "oral_maintenu": {"juries:oral_detail"},
    "piece_ecartee": {"projects:section_edit"},
    "pilote_nomme": {"account_login"},
    "repetition_acceptee": {"juries:oral_detail"},
    "repetition_proposee": {"juries:oral_detail"},
    "responsabilite_transmise": {"projects:structure_detail"},
    "resultats_chef": {"laureats:laureat_list"},
    "resultats_jury": {"laureats:laureat_list"},
    "support_ecarte": {"juries:oral_detail"},
}


def names_of(*objects):
    """What names these objects, or what they are about, in an address."""
    found = set()
    for obj in objects:
        about = [obj, *(getattr(obj, name, None) for name in ("dossier", "structure", "edition", "jury", "seance"))]
        about += [getattr(getattr(obj, "jury", None), "edition", None)]
        for one in filter(None, about):
            found |= {str(getattr(one, name, "")) for name in ("pk", "cle", "annee")}
    return found - {""}


def owe_everything(world):
    """Owe every message of the plan that is not opened by a key. Returns {key: what may name its page}."""
    names = {}
    Courriel.objects.all().delete()
    for key, (obj, context) in scenes(world).items():
        assert notify(key, obj, occurrence="essai", **context), key
        names[key] = names_of(obj, *context.values())
    chef = world.personnes["chef"]
    names["message_chef"] = names_of(world.brouillon, world.pret)
    send_message(dossiers=[world.brouillon, world.pret], sujet="Bonjour", texte="À bientôt.", envoi=ENVOI, by=chef)
    said = send_echange(world.brouillon, by=chef, vers=[Cercle.STRUCTURE], texte="Voyons-nous mardi.", envoi=ENVOI)
    names["echange"] = names_of(world.brouillon, said)
    edition, pilote = EditionFactory(annee=2030), world.personnes["pilote"]
    propose(edition, structure=world.structure, contrat=world.contrat)
    reserve(edition, structure=world.structure_2, contrat=world.contrat)
    ecarte(edition, structure=world.structure_2, contrat=world.contrat)
    jure(edition, world.personnes["juré"])
    vote(edition, by=pilote)
    publish_results(edition, by=pilote)
    return names


ENVOI = "5e2b9a0e-6f43-4b3c-9d0e-2b8f1f3f8a11"


def test_every_mail_leads_to_what_it_speaks_of_and_opens_for_who_receives_it():
    world = World()
    names = owe_everything(world)
    assert set(registry) == BY_KEY | sent_keys()
    found = []
    for courriel in Courriel.objects.select_related("user"):
        key, links = courriel.cle_notification, LINK.findall(courriel.texte)
        client = Client()
        if courriel.user:
            client.force_login(courriel.user)
        assert links, f"{key}: no link"
        first = resolve(urlsplit(links[0]).path)
        if first.view_name not in PAGES.get(key, {DOSSIER}):
            found.append(f"{key}: {links[0]}")
        if first.kwargs and not names.get(key, names_of(courriel.objet)) & {str(one) for one in first.kwargs.values()}:
            found.append(f"{key}: {links[0]} is about something else")
        for link in links:
            answer = client.get(link, follow=True)
            if answer.status_code != 200:
                found.append(f"{key}: {answer.status_code} {link} for {courriel.destinataire}")
    assert found == [], "\n".join(found)


def sent_keys():
    return set(Courriel.objects.values_list("cle_notification", flat=True))


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_a_mail_opened_by_a_key_holds_the_place_of_that_key(key):
    world = World()
    objects = {
        "avis_demande": world.avis,
        "avis_relance": world.avis,
        "invitation": world.invitation,
        "jury_invitation": world.invite,
        "partage_invitation": world.partage_ouvert,
        "partage_relance": world.partage_ouvert,
    }
    (courriel,) = notify(key, objects[key], occurrence="essai")
    links = LINK.findall(courriel.texte)
    assert [link for link in links if PLACE in link] == links[:1]
    assert resolve(links[0]).view_name == type(courriel.objet).LIEN.vue
