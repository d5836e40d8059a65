"""Forty fictional dossiers of the published édition, sixty-five of the two others, written by their people.

Every move goes through the actions that people use: what they refuse, the demonstration cannot show.
"""

import json
from datetime import datetime, time, timedelta
from pathlib import Path

from django.utils import timezone
from stdnum import luhn

from contrats.models import Quartier
from ecriture.discussion.actions import send_digests
from ecriture.presence.actions import record_visit
from projects.depot.actions import submit_dossier
from projects.depot.rappels import close_drafts
from projects.dossier.actions import move_dossier, send_idee
from projects.dossier.engagements import engagements_of
from projects.dossier.section import save_section
from projects.dossier.visa import ask_visa
from projects.enums import Droit, Section, Statut, TypeStructure
from projects.models import Membre
from projects.partage.actions import accept_partage, invite_to_dossier
from projects.seed_echanges import answer_questions, talk, write
from projects.seed_pieces import join_pieces
from projects.seed_textes import texts_of

DATA = Path(__file__).parent / "data"

PARTENAIRES = (
    ("Mathilde Vernier", "Bailleur Seine Habitat", "partenaire1@demo.example"),
    ("Ousmane Kouyaté", "Conseil départemental", "partenaire2@demo.example"),
    ("Judith Lambert", "Préfecture, délégué du préfet", "partenaire3@demo.example"),
    ("Pascal Renaud", "Ville, service jeunesse", "partenaire4@demo.example"),
)

# How many dossiers of each édition stop at each point of the life. What the jury and the vote decide comes later.
PRECEDENTE = {
    Statut.ADMIS: 26,
    Statut.SANS_SUITE: 1,
    Statut.ABANDONNE: 2,
    Statut.CADUC: 4,
    Statut.RETIRE: 1,
    Statut.IRRECEVABLE: 2,
    Statut.NON_ADMIS: 4,
}
COURANTE = {
    Statut.SANS_SUITE: 1,
    Statut.ABANDONNE: 1,
    Statut.RETIRE: 1,
    Statut.IRRECEVABLE: 1,
    Statut.NON_ADMIS: 2,
    Statut.ADMIS: 14,
}
CADUCS = 3
# Where, between the idea and the decision to admit, a dossier is deposited.
DEPOT = 0.7
SUIVANTE = {
    Statut.IDEE: 6,
    Statut.SANS_SUITE: 1,
    Statut.CO_ELABORATION: 11,
    Statut.PRET: 4,
    Statut.ABANDONNE: 1,
    Statut.DEPOSE: 7,
    Statut.A_COMPLETER: 4,
    Statut.EN_INSTRUCTION: 7,
    Statut.IRRECEVABLE: 1,
}
# Ranks given to the first structure too, that of the account of the demonstration: a dossier being written, one ready.
REPRISES = {70, 81}


def seed(monde):
    """Play both éditions up to the deposits."""
    pool = _Pool(monde)
    for statut, nombre in PRECEDENTE.items():
        for _ in range(nombre):
            _play(monde, pool, monde.precedente, statut)
    _deposit_in_order(monde, pool)
    _close(monde, monde.precedente)
    _close_once_then_move_the_deadline(monde, pool)
    for edition, nombres in ((monde.courante, COURANTE), (monde.suivante, SUIVANTE)):
        for statut, nombre in nombres.items():
            for _ in range(nombre):
                _play(monde, pool, edition, statut)
        _deposit_in_order(monde, pool)
    with monde.le(monde.maintenant):
        send_digests(monde.maintenant)


def _close(monde, edition):
    with monde.le(edition.cloture + timedelta(hours=1)) as at:
        close_drafts(now=at)


def _close_once_then_move_the_deadline(monde, pool):
    """A few drafts missed the first deadline; the pilote then moved it, which the history of the édition keeps."""
    dite = monde.courante.cloture
    monde.courante.cloture = dite - timedelta(days=10)
    monde.courante.save()
    for _ in range(CADUCS):
        _play(monde, pool, monde.courante, Statut.CADUC)
    _close(monde, monde.courante)
    monde.courante.cloture = dite
    monde.courante.full_clean()
    monde.courante.save()


class _Pool:
    """Structures, projects and quartiers, taken in turn."""

    def __init__(self, monde):
        self.monde = monde
        self.projets = json.loads((DATA / "projets_fictifs.json").read_text())
        self.noms = json.loads((DATA / "structures_fictives.json").read_text())
        personnes = json.loads((DATA / "personnes_fictives.json").read_text())
        self.prenoms, self.familles = personnes["prenoms"], personnes["noms"]
        self.feminins = frozenset(personnes["feminins"])
        self.quartiers = list(
            Quartier.objects.in_generation(monde.courante.generation)
            .filter(libelle_a_completer=False)
            .prefetch_related("communes", "contrats")
            .order_by("identifiant")
        )
        self.structures = {}
        # What waits to be deposited, as `monde.deposes` holds it afterwards.
        self.a_deposer = []
        self.rang = 0

    def next(self):
        """(rank, project, quartiers, name of the structure, its responsable) of the next dossier."""
        rang = self.rang
        self.rang += 1
        projet = self.projets[rang % len(self.projets)]
        quartier = self.quartiers[(rang * 7) % len(self.quartiers)]
        # The account of the demonstration carries four: one of last year, one the jury awaits, two of the next call.
        place = 0 if rang in REPRISES else rang % len(self.noms)
        nom = self.noms[place]
        if place == 0:
            porteur = self.monde.personnes["porteur@demo.example"]
        else:
            porteur = self.monde.personne(
                f"porteur{place}@demo.example",
                self.prenoms[(place * 7) % len(self.prenoms)],
                self.familles[(place * 11) % len(self.familles)],
            )
        return rang, projet, [quartier], nom, porteur

    def structure_fields(self, rang, nom, quartier):
        """The identity of a fictional structure: numbers with right check digits that belong to nobody known."""
        commune = quartier.communes.all()[0]
        siren = f"9{rang:07d}"
        siren += luhn.calc_check_digit(siren)
        siret = f"{siren}0001"
        siret += luhn.calc_check_digit(siret)
        return {
            "nom": nom,
            "type": TypeStructure.ASSOCIATION,
            "rna": f"W{commune.departement}{rang + 5000000:07d}",
            "siret": "" if rang % 6 == 5 else siret,
            "adresse": f"{rang % 40 + 1} rue des Exemples",
            "code_postal": commune.codes_postaux[0],
            "ville": commune.nom,
            "commune": commune,
            "is_fictive": True,
        }


def _play(monde, pool, edition, statut):
    """One dossier of `edition`, from its idea to `statut`."""
    rang, projet, quartiers, nom, porteur = pool.next()
    # Ideas come over a month; the deposit stays before the deadline and before today.
    fin = min(edition.cloture, monde.maintenant) - timedelta(days=1)
    debut = fin - timedelta(days=40 + rang * 5 % 35)
    # What the EPT does then takes the time the édition gives it, or what there was of it.
    examen = datetime.combine(edition.fin_instruction, time(9), tzinfo=fin.tzinfo)

    def monde_at(part):
        """An hour of the working day, `part` of the way between the idea and the last move."""
        if part <= DEPOT or edition == monde.suivante:
            moment = debut + (fin - debut) * part
        else:
            moment = edition.cloture + (examen - edition.cloture) * (part - DEPOT) / (1 - DEPOT)
        return timezone.make_aware(datetime.combine(timezone.localdate(moment), time(9 + rang % 10, rang * 7 % 60)))

    chef = monde.chefs[quartiers[0].contrats.order_by("code")[0].code]
    # The same project elsewhere, by other people.
    titre = projet["titre"] if rang < len(pool.projets) else f"{projet['titre']} ({quartiers[0].nom})"
    with monde.le(monde_at(0)) as at:
        structure = pool.structures.get(nom)
        nouvelle = None if structure else pool.structure_fields(rang, nom, quartiers[0])
        dossier = send_idee(
            by=porteur,
            titre=titre,
            besoin=projet["besoin"],
            idee=projet["actions"],
            quartiers=quartiers,
            structure=structure,
            nouvelle=nouvelle,
            contrat=quartiers[0].contrats.order_by("code")[0],
            at=at,
        )
        if nouvelle:
            # Known for years: it may have carried a project before this one.
            Membre.objects.filter(structure=dossier.structure).update(du=timezone.localdate(at) - timedelta(days=900))
        pool.structures[nom] = dossier.structure
    if statut == Statut.IDEE:
        return
    with monde.le(monde_at(0.1)) as at:
        if statut == Statut.SANS_SUITE:
            motif = "L’idée est belle, mais elle relève de la compétence de la ville : je vous mets en relation."
            move_dossier(dossier, "decline_idee", by=chef, motif=motif, at=at)
            return
        move_dossier(dossier, "accept_idee", by=chef, at=at)
    dossier.refresh_from_db()
    entier = statut not in {Statut.CO_ELABORATION, Statut.ABANDONNE, Statut.CADUC}
    with monde.le(monde_at(0.4)) as at:
        fonction = "présidente" if porteur.prenom in pool.feminins else "président"
        texts = texts_of(monde, dossier, projet, rang, (porteur, fonction))
        _write(dossier, texts, rang, porteur, chef, at, sections=len(Section) if entier else rang % 6 + 1)
        if rang % 3 == 0:
            talk(dossier, porteur, chef, at)
        if rang % 3 == 1 or porteur.email == "porteur@demo.example":
            write(dossier, porteur, chef, at)
    if statut == Statut.CO_ELABORATION and (rang % 3 == 0 or porteur.email == "porteur@demo.example"):
        with monde.le(monde.maintenant - timedelta(days=3)) as at:
            _share(monde, dossier, rang, porteur, at)
    if statut == Statut.CO_ELABORATION and rang % 4 == 1:
        with monde.le(monde.maintenant - timedelta(days=2)) as at:
            ask_visa(dossier, by=porteur, at=at)
        if rang % 8 == 5:
            mot = "Le projet est clair. Il manque un devis pour le matériel, et une phrase sur la suite."
            with monde.le(monde.maintenant - timedelta(days=1)) as at:
                move_dossier(dossier, "return_visa", by=chef, motif=mot, at=at)
    if statut == Statut.CO_ELABORATION:
        with monde.le(monde.maintenant - timedelta(days=2 + rang % 5)) as at:
            record_visit(dossier, by=chef, at=at)
        if rang % 2:
            with monde.le(monde.maintenant - timedelta(hours=20)) as at:
                fresh = {"lieux": f"{quartiers[0].nom}, salle du rez-de-chaussée", "beneficiaires": 40 + rang}
                save_section(dossier, Section.TERRITOIRE, values=fresh, by=porteur, at=at)
    if statut == Statut.ABANDONNE:
        with monde.le(monde_at(0.6)) as at:
            move_dossier(dossier, "abandon", by=porteur, at=at)
    if not entier:
        return
    with monde.le(monde_at(0.6)) as at:
        record_visit(dossier, by=chef, at=at)
        move_dossier(dossier, "give_visa", by=chef, at=at)
    dossier.refresh_from_db()
    if statut == Statut.PRET:
        return
    pool.a_deposer.append((dossier, statut, rang, porteur, monde_at))


def _deposit_in_order(monde, pool):
    """Deposit what is ready in the order of its day: numbers are given as dossiers arrive."""
    for dossier, statut, rang, porteur, monde_at in sorted(pool.a_deposer, key=lambda one: one[-1](DEPOT)):
        with monde.le(monde_at(DEPOT)) as at:
            submit_dossier(dossier, by=porteur, lus={one.sha256 for one in engagements_of(dossier.structure)}, at=at)
        dossier.refresh_from_db()
        if statut == Statut.RETIRE:
            with monde.le(monde_at(0.8)) as at:
                move_dossier(dossier, "withdraw", by=porteur, motif="Notre salle n’est plus disponible.", at=at)
        else:
            # The floor above takes it from here.
            monde.deposes.append((dossier, statut, rang, porteur, monde_at))
    pool.a_deposer.clear()


def _share(monde, dossier, rang, porteur, at):
    """A partner let into the dossier, and somebody who has not answered yet."""
    nom, _, email = PARTENAIRES[rang % len(PARTENAIRES)]
    droit = list(Droit)[rang % len(Droit)]
    partage = invite_to_dossier(dossier, email=email, droit=droit, by=porteur, at=at)
    accept_partage(partage, by=monde.personne(email, *nom.split()), at=at)
    invite_to_dossier(dossier, email=f"voisine{rang}@demo.example", droit=Droit.LECTURE, by=porteur, at=at)


def _write(dossier, texts, rang, porteur, chef, at, *, sections):
    """Write its first `sections` sections, the chef de projet lending a hand; `texts`: what `texts_of` gave."""
    values, lignes, indicateurs = texts
    for place, section in enumerate(Section):
        if place >= sections:
            return
        by = chef if section == Section.EVALUATION else porteur
        if section == Section.QUESTIONS:
            answer_questions(dossier, rang, porteur, at)
        elif section == Section.PIECES:
            join_pieces(dossier, rang, porteur, at)
        elif section != Section.ENGAGEMENTS:
            save_section(
                dossier,
                section,
                values=values[section],
                by=by,
                at=at,
                lignes=lignes if section == Section.BUDGET else None,
                indicateurs=indicateurs if section == Section.EVALUATION else None,
            )
