"""`by` acts: every action asks who, before it does anything. The table is whole: a new action is written in it."""

import re
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from contrats.affectation.actions import affect_chef, end_affectation
from ecriture.discussion.actions import add_comment, resolve_comment
from ecriture.enregistrement import actions as enregistrement
from ecriture.enums import ChoixDivergence, SorteRetouche
from ecriture.presence.actions import record_visit
from instruction.attribution.actions import assign_instructeur
from instruction.avis import actions as avis
from instruction.complement import actions as complement
from instruction.decision.actions import decide
from instruction.models import DemandeComplement
from instruction.note.actions import save_note
from instruction.recevabilite.actions import record_constats
from juries.composition import actions as composition
from juries.declaration import actions as declaration
from juries.deliberation import actions as deliberation
from juries.enums import College
from juries.models import Bulletin, Declaration, Jure
from juries.notation import actions as notation
from juries.oral import actions as oral
from juries.oral import repetitions
from juries.oral.forms import PresentationForm
from juries.seance import actions as seance
from juries.seance.convocation import publish_convocations
from label.courriel.actions import dismiss_courriel, resend_courriel
from label.edition.actions import copy_edition
from label.models import User
from laureats.laureat.actions import precise_edition, record_convention
from laureats.publication.actions import publish_results
from laureats.versement.actions import move_versement
from laureats.vote.actions import record_vote
from projects.budget.actions import name_comptes
from projects.deport.actions import declare_deport
from projects.deport.actions import lift_deport as end_deport
from projects.depot.actions import extend_dossier, submit_dossier
from projects.dossier.actions import move_dossier, send_idee
from projects.dossier.section import save_section
from projects.dossier.visa import ask_visa
from projects.echange.actions import send_echange
from projects.enums import Cercle, Droit, Section
from projects.idee.actions import decline_idee_en_attente, receive_idee
from projects.message.actions import send_message
from projects.models import Mandat
from projects.partage import actions as partage
from projects.piece import actions as piece
from projects.piece.reponse import join_reponse
from projects.question import actions as question
from projects.reprise.actions import copy_dossier, take_up_piece
from projects.structure import actions as structure
from projects.structure.adhesion import ask_to_join, decide_demande
from projects.structure.responsabilite import hand_over
from tests.acteurs import PORTES, Source
from tests.world import PERSONNES, World

TOUS = frozenset(PERSONNES) - {"anonyme"}
PERSONNE = frozenset()
PILOTE = frozenset({"pilote"})
AGENTS = frozenset({"instruct", "pilote"})
MEMBRES = frozenset({"responsable", "membre"})
ECRIVENT = MEMBRES | {"chef", "inv_écrit"}
LISENT = ECRIVENT | AGENTS | {"chef_lié", "inv_lit"}
TIENNENT = AGENTS | {"responsable"}
CAL = Section.CALENDRIER
IDEE = {"titre": "Un four", "besoin": "Le pain.", "idee": "Cuire ensemble."}
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


def pdf():
    return SimpleUploadedFile("statuts.pdf", b"%PDF-1.7 essai", content_type="application/pdf")


def seat(w, nom):
    return w.structure.membres.current().get(user=w.personnes[nom])


def declared(w):
    return Declaration.objects.get(jure=w.jure["juré"], dossier=w.auditionne)


def new_jure(w):
    return Jure(jury=w.jury, nom="Alix", email="alix@monde.example", college=College.ELUS)


# {action: (who may, the act)}: everybody else is refused, the anonymous visitor first.
ACTES = {
    affect_chef: (
        PILOTE,
        lambda w, by: affect_chef(w.contrat_2, email="a@b.example", prenom="A", nom="B", du=w.today, by=by),
    ),
    end_affectation: (PILOTE, lambda w, by: end_affectation(w.affectation, au=w.today, by=by)),
    add_comment: (LISENT - {"inv_lit"}, lambda w, by: add_comment(w.brouillon, CAL, by=by, texte="Bonjour.")),
    resolve_comment: (LISENT - {"inv_lit"}, lambda w, by: resolve_comment(w.commentaire, by=by)),
    enregistrement.lock: (ECRIVENT, lambda w, by: enregistrement.lock(w.brouillon, by, CAL)),
    enregistrement.save_field: (
        ECRIVENT,
        lambda w, by: enregistrement.save_field(
            w.brouillon, "etapes", valeur="X", base="", ecran="", sequence=0, vu=0, by=by
        ),
    ),
    enregistrement.save_fields: (
        ECRIVENT,
        lambda w, by: enregistrement.save_fields(w.brouillon, CAL, {"etapes": ("", "X")}, by=by),
    ),
    enregistrement.save_over: (
        ECRIVENT,
        lambda w, by: enregistrement.save_over(w.brouillon, CAL, {"etapes": "X"}, by=by),
    ),
    enregistrement.put: (
        ECRIVENT,
        lambda w, by: enregistrement.put(
            w.brouillon, "etapes", "X", over="", by=by, at=w.now, sorte=SorteRetouche.CHOIX
        ),
    ),
    enregistrement.resolve_divergence: (
        ECRIVENT,
        lambda w, by: enregistrement.resolve_divergence(w.divergence, ChoixDivergence.SIEN, by=by),
    ),
    enregistrement.restore_version: (
        ECRIVENT,
        lambda w, by: enregistrement.restore_version(w.retouche, "avant", by=by),
    ),
    record_visit: (LISENT, lambda w, by: record_visit(w.brouillon, by=by)),
    assign_instructeur: (AGENTS, lambda w, by: assign_instructeur([w.depose], instructeur=None, by=by)),
    avis.ask_avis: (AGENTS, lambda w, by: avis.ask_avis(w.instruit, partenaires=[], by=by)),
    avis.revoke_avis: (AGENTS, lambda w, by: avis.revoke_avis(w.avis, by=by)),
    avis.remind_avis: (AGENTS, lambda w, by: avis.remind_avis(w.avis, by=by)),
    complement.ask_complement: (
        AGENTS,
        lambda w, by: complement.ask_complement(
            w.depose, message="Précisez.", sections=[CAL], echeance=w.now + timedelta(days=9), by=by
        ),
    ),
    complement.answer_complement: (
        MEMBRES,
        lambda w, by: complement.answer_complement(w.renvoye, reponse="Voici.", by=by),
    ),
    complement.extend_complement: (
        PILOTE,
        lambda w, by: complement.extend_complement(
            DemandeComplement.objects.get(dossier=w.renvoye), echeance=w.now + timedelta(days=30), motif="Grève", by=by
        ),
    ),
    decide: (AGENTS, lambda w, by: decide(w.depose, "declare_recevable", by=by)),
    save_note: (
        AGENTS,
        lambda w, by: save_note(w.instruit, note_synthese="Bien.", montant_propose=1, version=0, by=by),
    ),
    record_constats: (AGENTS, lambda w, by: record_constats(w.depose, {}, by=by)),
    composition.create_jury: (PILOTE, lambda w, by: composition.create_jury(w.ouverte, by=by)),
    composition.invite_jure: (PILOTE, lambda w, by: composition.invite_jure(new_jure(w), by=by)),
    composition.resend_invitation: (PILOTE, lambda w, by: composition.resend_invitation(w.invite, by=by)),
    composition.accept_invitation: (PERSONNE, lambda w, by: composition.accept_invitation(w.invite, by=by)),
    composition.change_jure: (PILOTE, lambda w, by: composition.change_jure(w.invite, by=by)),
    composition.remove_jure: (
        PILOTE,
        lambda w, by: composition.remove_jure(w.jure["juré"], motif="Départ.", by=by),
    ),
    declaration.declare: ({"juré"}, lambda w, by: declaration.declare(w.jure["juré"], {}, by=by)),
    declaration.add_deport: ({"juré"}, lambda w, by: declaration.add_deport(declared(w), motif="Ami.", by=by)),
    declaration.lift_deport: (PILOTE, lambda w, by: declaration.lift_deport(w.deport, motif="Erreur.", by=by)),
    deliberation.save_propositions: (
        PILOTE,
        lambda w, by: deliberation.save_propositions(w.deliberation, {}, by=by, lieu="Ailleurs"),
    ),
    deliberation.close_deliberation: (PILOTE, lambda w, by: deliberation.close_deliberation(w.deliberation, by=by)),
    deliberation.undo_deliberation: (
        PILOTE,
        lambda w, by: deliberation.undo_deliberation(w.jury_2.deliberation, motif="Erreur.", by=by),
    ),
    notation.save_bulletin: (
        {"juré"},
        lambda w, by: notation.save_bulletin(w.audition, w.jure["juré"], notes={}, by=by),
    ),
    notation.correct_bulletin: (
        PILOTE,
        lambda w, by: notation.correct_bulletin(w.bulletin_2, notes={}, motif="Erreur.", by=by),
    ),
    seance.save_seance: (PILOTE, lambda w, by: seance.save_seance(w.seance, by=by)),
    seance.delete_seance: (PILOTE, lambda w, by: seance.delete_seance(w.seance, by=by)),
    seance.place_audition: (PILOTE, lambda w, by: seance.place_audition(w.seance, w.admis, w.now, by=by)),
    seance.move_audition: (PILOTE, lambda w, by: seance.move_audition(w.audition, w.seance, w.now, by=by)),
    seance.remove_audition: (PILOTE, lambda w, by: seance.remove_audition(w.audition, by=by)),
    seance.record_presences: (PILOTE, lambda w, by: seance.record_presences(w.seance, set(), by=by)),
    seance.hear: (PILOTE, lambda w, by: seance.hear(w.audition, by=by)),
    seance.record_absence: (PILOTE, lambda w, by: seance.record_absence(w.audition, motif="Absent.", by=by)),
    seance.lock_seance: (PILOTE | {"préside"}, lambda w, by: seance.lock_seance(w.seance, by=by)),
    seance.remind_unfinished: (PILOTE, lambda w, by: seance.remind_unfinished(w.seance, by=by)),
    oral.hold_oral: (MEMBRES | {"chef"}, lambda w, by: oral.hold_oral(w.admis, "juries.prepare_oral", by=by)),
    oral.save_presentation: (
        MEMBRES | {"chef"},
        lambda w, by: oral.save_presentation(w.admis, partial(PresentationForm, {"orateurs": "Awa"}), by=by),
    ),
    oral.save_besoin: (MEMBRES, lambda w, by: oral.save_besoin(w.admis, "Une rampe", by=by)),
    oral.confirm_venue: (MEMBRES, lambda w, by: oral.confirm_venue(w.admis, sceau="x", by=by)),
    oral.decline_venue: (MEMBRES, lambda w, by: oral.decline_venue(w.admis, motif="Non", sceau="x", by=by)),
    oral.keep_slot: (PILOTE, lambda w, by: oral.keep_slot(w.audition, reponse="Venez.", by=by)),
    oral.add_support: (MEMBRES | {"chef"}, lambda w, by: oral.add_support(w.admis, fichier=pdf(), by=by)),
    oral.remove_support: (MEMBRES | {"chef"}, lambda w, by: oral.remove_support(w.support, by=by)),
    repetitions.propose_repetition: (
        MEMBRES | {"chef"},
        lambda w, by: repetitions.propose_repetition(
            w.admis, debut=w.now, duree=45, lieu="Ici", visio="", mot="", vu=w.repetition.cle, by=by
        ),
    ),
    repetitions.accept_repetition: (
        MEMBRES,
        lambda w, by: repetitions.accept_repetition(w.admis, vu=w.repetition.cle, by=by),
    ),
    repetitions.cancel_repetition: (
        MEMBRES | {"chef"},
        lambda w, by: repetitions.cancel_repetition(w.admis, vu=w.repetition.cle, by=by),
    ),
    publish_convocations: (PILOTE, lambda w, by: publish_convocations(w.seance, by=by)),
    resend_courriel: (PILOTE, lambda w, by: resend_courriel(w.courriel, by=by)),
    dismiss_courriel: (PILOTE, lambda w, by: dismiss_courriel(w.courriel, by=by)),
    copy_edition: (PILOTE, lambda w, by: copy_edition(w.ouverte, annee=2090, by=by)),
    precise_edition: (PILOTE, lambda w, by: precise_edition(w.laureat_passe, edition=w.publiee, by=by)),
    record_convention: (
        PILOTE,
        lambda w, by: record_convention(w.laureat, signee_le=w.today, objet="Un four.", today=w.today, by=by),
    ),
    publish_results: (PILOTE, lambda w, by: publish_results(w.votee, by=by)),
    move_versement: (PILOTE, lambda w, by: move_versement(w.laureat.versements.first(), "ask", by=by)),
    record_vote: (
        PILOTE,
        lambda w, by: record_vote(w.votee, organe="conseil", date=w.today, numero="1", decisions=[], by=by),
    ),
    name_comptes: (PILOTE, lambda w, by: name_comptes(w.ouverte, {}, by=by)),
    end_deport: (PILOTE, lambda w, by: end_deport(w.deport, motif="Erreur.", by=by)),
    submit_dossier: (MEMBRES, lambda w, by: submit_dossier(w.pret, by=by, lus=set())),
    extend_dossier: (
        PILOTE,
        lambda w, by: extend_dossier(w.brouillon, jusqu_au=w.now + timedelta(days=50), motif="Grève.", by=by),
    ),
    send_idee: (
        MEMBRES,
        lambda w, by: send_idee(**IDEE, quartiers=[w.quartier], structure=w.structure, contrat=w.contrat, by=by),
    ),
    receive_idee: (
        MEMBRES,
        lambda w, by: receive_idee(**IDEE, quartiers=[w.quartier], structure=w.structure, contrat=w.contrat, by=by),
    ),
    move_dossier: ({"chef"}, lambda w, by: move_dossier(w.brouillon, "give_visa", by=by)),
    ask_visa: (MEMBRES, lambda w, by: ask_visa(w.brouillon, by=by)),
    save_section: (ECRIVENT, lambda w, by: save_section(w.brouillon, CAL, values={"etapes": "X"}, by=by)),
    decline_idee_en_attente: ({"chef"}, lambda w, by: decline_idee_en_attente(w.idee_gardee, motif="Non.", by=by)),
    send_echange: (
        ECRIVENT | AGENTS,
        lambda w, by: send_echange(w.brouillon, by=by, vers=list(Cercle), texte="Bonjour.", envoi=uuid4()),
    ),
    send_message: (
        {"chef"},
        lambda w, by: send_message(dossiers=[w.brouillon], sujet="S", texte="T", envoi=uuid4(), by=by),
    ),
    partage.invite_to_dossier: (
        MEMBRES | {"chef"},
        lambda w, by: partage.invite_to_dossier(w.brouillon, email="n@b.example", droit=Droit.LECTURE, by=by),
    ),
    partage.accept_partage: (PERSONNE, lambda w, by: partage.accept_partage(w.partage_ouvert, by=by)),
    partage.change_droit: (
        MEMBRES | {"chef"},
        lambda w, by: partage.change_droit(w.partage, droit=Droit.ECRITURE, by=by),
    ),
    partage.end_partage: (MEMBRES | {"chef", "inv_lit"}, lambda w, by: partage.end_partage(w.partage, by=by)),
    partage.give_mandat: (
        {"responsable"},
        lambda w, by: partage.give_mandat(w.brouillon, w.personnes["inv_écrit"], by=by),
    ),
    partage.revoke_mandat: (MEMBRES, lambda w, by: partage.revoke_mandat(Mandat.objects.get(), by=by)),
    piece.add_piece: (ECRIVENT, lambda w, by: piece.add_piece(w.brouillon, fichier=pdf(), by=by)),
    piece.remove_piece: (ECRIVENT, lambda w, by: piece.remove_piece(w.piece, by=by)),
    piece.restore_piece: (ECRIVENT, lambda w, by: piece.restore_piece(w.piece, by=by)),
    join_reponse: (
        ECRIVENT,
        lambda w, by: join_reponse(w.brouillon, w.questions["fichier"], fichier=pdf(), by=by),
    ),
    question.add_question: (PILOTE, lambda w, by: question.add_question(w.question_2.edition, values={}, by=by)),
    question.change_question: (PILOTE, lambda w, by: question.change_question(w.question_2, values={}, by=by)),
    question.move_question: (PILOTE, lambda w, by: question.move_question(w.question_2, up=True, by=by)),
    question.retire_question: (PILOTE, lambda w, by: question.retire_question(w.question_2, by=by)),
    copy_dossier: (MEMBRES, lambda w, by: copy_dossier(w.caduc, w.ouverte, by=by)),
    take_up_piece: (ECRIVENT, lambda w, by: take_up_piece(w.brouillon, w.piece_instruite, by=by)),
    structure.create_structure: (TOUS, lambda w, by: structure.create_structure(nom="Neuve", by=by)),
    structure.update_structure: (
        TIENNENT,
        lambda w, by: structure.update_structure(w.structure, values={"nom": "Autre"}, at=w.now, by=by),
    ),
    structure.invite: (TIENNENT, lambda w, by: structure.invite(w.structure, email="n@b.example", by=by)),
    structure.revoke_invitation: (TIENNENT, lambda w, by: structure.revoke_invitation(w.invitation, by=by)),
    structure.accept_invitation: (PERSONNE, lambda w, by: structure.accept_invitation(w.invitation, by=by)),
    structure.end_membership: (
        TIENNENT | {"membre"},
        lambda w, by: structure.end_membership(seat(w, "membre"), by=by),
    ),
    structure.change_responsibility: (
        TIENNENT,
        lambda w, by: structure.change_responsibility(seat(w, "membre"), is_responsable=True, by=by),
    ),
    ask_to_join: (TOUS, lambda w, by: ask_to_join(w.structure, by=by)),
    decide_demande: (TIENNENT, lambda w, by: decide_demande(w.demande, accepted=True, by=by)),
    hand_over: (
        {"responsable", "pilote"},
        lambda w, by: hand_over(
            w.structure, sortant=seat(w, "responsable"), entrant=seat(w, "membre"), motif="Départ.", by=by
        ),
    ),
}


def name_of(action):
    return f"{action.__module__}.{action.__name__}"


def refusals(name):
    """What refuses: a person who may not see the thing finds nothing; a door says in words whom it opens to."""
    return (PermissionDenied, ValidationError if name in PORTES else ObjectDoesNotExist)


def attempt(action, world, by):
    """What came of the act by this person: "refusé", or what happened instead, and the rows it wrote all the same."""
    written = []

    def watch(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if WRITES.match(sql) and context["cursor"].rowcount:
            written.append(sql[:60])
        return done

    said = "fait"
    with transaction.atomic():
        try:
            with connection.execute_wrapper(watch):
                ACTES[action][1](world, by)
        except refusals(name_of(action)):
            said = "refusé"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"[:100]
        transaction.set_rollback(True)
    return said, written


def test_the_table_is_whole():
    assert {name_of(action) for action in ACTES} == set(Source().with_by())


@pytest.mark.django_db
def test_whoever_may_not_is_refused_before_anything_is_written():
    world = World()
    wrong = {}
    for action, (may, _) in ACTES.items():
        for nom in PERSONNES:
            if nom in may:
                continue
            user = world.personnes[nom]
            # Read again: rights are kept for one request.
            by = User.objects.get(pk=user.pk) if user else AnonymousUser()
            if (came := attempt(action, world, by)) != ("refusé", []):
                wrong[f"{name_of(action)} par {nom}"] = came
    assert wrong == {}


@pytest.mark.django_db
def test_a_pilote_recused_or_concerned_does_not_act_on_the_dossier():
    """A déport stands above the role, and nobody corrects his own ballot."""
    world = World()
    pilote = world.personnes["pilote"]
    declare_deport(pilote, world.admis, motif="Voisin.")
    wrong = {}
    for action in (seance.place_audition, seance.move_audition, seance.remove_audition, seance.hear):
        if (came := attempt(action, world, User.objects.get(pk=pilote.pk))) != ("refusé", []):
            wrong[name_of(action)] = came
    for action in (seance.record_absence, seance.record_presences, seance.lock_seance, seance.remind_unfinished):
        said, _ = attempt(action, world, User.objects.get(pk=pilote.pk))
        if said != "refusé":
            wrong[name_of(action)] = said
    assert wrong == {}
    Bulletin.objects.filter(pk=world.bulletin.pk).update(final_at=world.now)
    with pytest.raises(PermissionDenied):
        notation.correct_bulletin(world.bulletin, notes={}, motif="Erreur.", by=User.objects.get(pk=pilote.pk))
    Jure.objects.filter(pk=world.jure["préside"].pk).update(user=pilote)
    with pytest.raises(PermissionDenied):
        notation.correct_bulletin(
            Bulletin.objects.get(pk=world.bulletin_2.pk), notes={}, motif="Erreur.", by=User.objects.get(pk=pilote.pk)
        )
