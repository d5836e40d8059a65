"""5,000 dossiers of one édition in every statut, 20,000 notes over 1,000 auditions: written by the thousand.

Everything is fictional, with the same dice at each run. The aggregates of the auditions are those of the real action.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched, cycle
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from contrats.models import Affectation, ContratDeVille, Quartier
from ecriture.models import Commentaire, Redaction, Retouche, Visite
from instruction.models import Avis, Constat, DemandeComplement, Instruction
from juries.classement.actions import differences, recompute_auditions
from juries.enums import College, SensProposition
from juries.models import Audition, Bulletin, Declaration, Deliberation, Jure, Jury, Note, Proposition, Seance
from label.enums import Generation, Role
from label.models import Critere, Edition, Habilitation, PieceDemandee, PointRecevabilite, User
from label.seed import CRITERES, ECHELONS, PIECES, POINTS
from laureats.models import Beneficiaire, Decision, Laureat, Versement, Vote
from laureats.versement.echeancier import split
from projects.champs.table import CHAMPS
from projects.dossier.contenu import fingerprint, frozen_content
from projects.dossier.engagements import confirmed
from projects.enums import AVANT_DEPOT, SANS_DEPOT, Section, Sens, Statut
from projects.lifecycle import LIFECYCLE
from projects.models import (
    BudgetLigne,
    DelaiImparti,
    Deport,
    Depot,
    Dossier,
    Indicateur,
    Membre,
    Passage,
    Piece,
    Structure,
)
from projects.silence import silence

S = Statut
# How many dossiers stand in each statut: 5,000 in all.
EFFECTIFS = {
    S.IDEE: 150,
    S.CO_ELABORATION: 450,
    S.PRET: 400,
    S.DEPOSE: 550,
    S.A_COMPLETER: 200,
    S.EN_INSTRUCTION: 650,
    S.ADMIS: 500,
    S.AUDITIONNE: 300,
    S.PROPOSE: 150,
    S.RESERVE: 100,
    S.LAUREAT: 250,
    S.IRRECEVABLE: 200,
    S.NON_ADMIS: 350,
    S.NON_RETENU: 200,
    S.RETIRE: 100,
    S.ABANDONNE: 150,
    S.SANS_SUITE: 150,
    S.CADUC: 150,
}
AUDITIONNES = (S.AUDITIONNE, S.PROPOSE, S.RESERVE, S.LAUREAT, S.NON_RETENU)
STRUCTURES, JURES, VOIX = 3000, 20, 4
# The moves that led to each statut, after the idea was sent.
_VISA = ("accept_idee", "give_visa")
_RECU = (*_VISA, "deposit", "declare_recevable")
_ENTENDU = (*_RECU, "admit", "hear")
CHEMINS = {
    S.IDEE: (),
    S.CO_ELABORATION: ("accept_idee",),
    S.PRET: _VISA,
    S.DEPOSE: (*_VISA, "deposit"),
    S.A_COMPLETER: (*_RECU, "ask_complement"),
    S.EN_INSTRUCTION: _RECU,
    S.ADMIS: (*_RECU, "admit"),
    S.AUDITIONNE: _ENTENDU,
    S.PROPOSE: (*_ENTENDU, "propose"),
    S.RESERVE: (*_ENTENDU, "reserve"),
    S.LAUREAT: (*_ENTENDU, "propose", "award"),
    S.IRRECEVABLE: (*_VISA, "deposit", "declare_irrecevable"),
    S.NON_ADMIS: (*_RECU, "refuse_admission"),
    S.NON_RETENU: (*_ENTENDU, "set_aside"),
    S.RETIRE: (*_RECU, "withdraw"),
    S.ABANDONNE: ("accept_idee", "abandon"),
    S.SANS_SUITE: ("decline_idee",),
    S.CADUC: ("accept_idee", "expire"),
}
_MOTS = (
    "atelier jardin quartier habitants récit cuisine partage mémoire fabrique jeunes écoute réparation numérique "
    "musique santé voisinage balcon marche école médiation couture vélo théâtre soin accueil lecture image paysage"
)
# The same long run of words, of which each text takes a part.
_SUITE = Random(2027).choices(_MOTS.split(), k=5000)


@dataclass
class Monde:
    """What the parts share, and what the measures need: people, édition, dossiers by statut."""

    now: object
    fois: int = 1
    hasard: Random = field(default_factory=lambda: Random(2027))
    edition: Edition = None
    jury: Jury = None
    visiteur: User = None
    pilote: User = None
    instructeurs: list = field(default_factory=list)
    chefs: dict = field(default_factory=dict)
    structures: list = field(default_factory=list)
    responsables: dict = field(default_factory=dict)
    dossiers: dict = field(default_factory=dict)

    def texte(self, mots):
        """A sentence of that many words."""
        start = self.hasard.randrange(len(_SUITE) - mots)
        return " ".join(_SUITE[start : start + mots]).capitalize() + "."

    def tous(self):
        """Every dossier, in the order of the statuts."""
        return [dossier for dossiers in self.dossiers.values() for dossier in dossiers]


def _bulk(model, rows):
    return model.objects.bulk_create(rows, batch_size=1000)


def fill(now=None, *, fois=1):
    """Fill a database that holds the territory and nothing else; return its Monde. About twenty seconds.

    `fois`: so many times the people, structures, dossiers and auditions; chefs de projet, agents and jurés stay.

    Triggers rest meanwhile (hence a superuser): the audit journal starts empty, which no page reads.
    """
    monde = Monde(now or timezone.now(), fois)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        for part in (_edition, _personnes, _structures, _dossiers, _textes, _depots, _instruction, _jury, _suites):
            part(monde)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    if wrong := differences(monde.jury):
        raise AssertionError(f"{len(wrong)} auditions whose stored means are not those of their ballots")
    return monde


def _edition(monde):
    jour = timezone.localdate(monde.now)
    cloture = monde.now + timedelta(days=20)
    monde.edition = edition = Edition.objects.create(
        annee=jour.year,
        titre=f"Label Actions Innovantes {jour.year}",
        generation=Generation.G2015,
        ouverture=monde.now - timedelta(days=130),
        cloture=cloture,
        fin_instruction=jour + timedelta(days=90),
        jury_debut=jour + timedelta(days=100),
        jury_fin=jour + timedelta(days=104),
        publication_prevue=jour + timedelta(days=150),
        enveloppe=3_000_000,
        montant_min=1_000,
        montant_max=15_000,
    )
    _bulk(
        Critere,
        [
            Critere(edition=edition, ordre=rang, nom=nom, description=aide, poids=poids, libelles=ECHELONS)
            for rang, (nom, aide, poids) in enumerate(CRITERES, start=1)
        ],
    )
    _bulk(
        PieceDemandee,
        [
            PieceDemandee(edition=edition, ordre=rang, nom=nom, aide=aide, is_obligatoire=obligatoire)
            for rang, (nom, aide, obligatoire, _) in enumerate(PIECES, start=1)
        ],
    )
    _bulk(PointRecevabilite, [PointRecevabilite(edition=edition, ordre=r, libelle=p) for r, p in enumerate(POINTS, 1)])


def _people(prefix, number):
    password = make_password(None)
    return _bulk(
        User,
        [
            User(
                email=f"{prefix}{n}@bench.example",
                prenom="Camille",
                nom=f"{prefix.capitalize()} {n}",
                password=password,
            )
            for n in range(number)
        ],
    )


def _personnes(monde):
    depuis = timezone.localdate(monde.now) - timedelta(days=900)
    monde.visiteur = _people("visiteur", 1)[0]
    monde.pilote, *monde.instructeurs = _people("agent", 6)
    _bulk(
        Habilitation,
        [
            Habilitation(user=user, role=Role.PILOTE if user is monde.pilote else Role.INSTRUCTEUR, du=depuis)
            for user in (monde.pilote, *monde.instructeurs)
        ],
    )
    contrats = list(
        ContratDeVille.objects.in_generation(monde.edition.generation).filter(quartiers__isnull=False).distinct()
    )
    monde.chefs = dict(zip(contrats, _people("chef", len(contrats)), strict=True))
    _bulk(Affectation, [Affectation(user=user, contrat=contrat, du=depuis) for contrat, user in monde.chefs.items()])


def _structures(monde):
    depuis = timezone.localdate(monde.now) - timedelta(days=700)
    monde.structures = _bulk(
        Structure,
        [
            Structure(
                nom=f"Les Ateliers du voisinage {n}",
                rna=f"W94{n:07d}",
                adresse="3 rue du Four",
                code_postal="94200",
                ville="Ivry-sur-Seine",
                representant_nom="Camille Responsable",
                representant_fonction="présidente",
                benevoles=12,
                salaries=1,
                adherents=80,
                aides_publiques="Commune, 2026, 2 000 €",
            )
            for n in range(STRUCTURES * monde.fois)
        ],
    )
    number = len(monde.structures)
    responsables, membres = _people("responsable", number), _people("membre", number)
    monde.responsables = {s.pk: user for s, user in zip(monde.structures, responsables, strict=True)}
    for users, is_responsable in ((responsables, True), (membres, False)):
        _bulk(
            Membre,
            [
                Membre(structure=structure, user=user, is_responsable=is_responsable, du=depuis)
                for structure, user in zip(monde.structures, users, strict=True)
            ],
        )


def _dossiers(monde):
    annee, jour = monde.edition.annee, timezone.localdate(monde.now)
    statuts = [statut for statut, number in EFFECTIFS.items() for _ in range(number * monde.fois)]
    contrats, structures, rang = cycle(monde.chefs), cycle(monde.structures), 0
    rows = []
    for statut in statuts:
        structure = next(structures)
        if statut not in AVANT_DEPOT | SANS_DEPOT:
            rang += 1
        updated = monde.now - timedelta(minutes=monde.hasard.randrange(120 * 24 * 60))
        rows.append(
            Dossier(
                edition=monde.edition,
                structure=structure,
                contrat=next(contrats),
                statut=statut,
                numero="" if statut in AVANT_DEPOT | SANS_DEPOT else f"LAI-{annee}-{rang:03d}",
                created_by=monde.responsables[structure.pk],
                created_at=updated - timedelta(days=10),
                updated_at=updated,
                titre=monde.texte(5).rstrip("."),
                resume=monde.texte(25),
                besoin=monde.texte(110),
                innovation=monde.texte(90),
                objectifs=monde.texte(60),
                actions=monde.texte(120),
                partenaires=monde.texte(30),
                participation=monde.texte(60),
                lieux="Square des Alliés",
                publics=monde.texte(20),
                beneficiaires=monde.hasard.randrange(20, 400),
                part_qpv=80,
                date_debut=jour + timedelta(days=200),
                date_fin=jour + timedelta(days=500),
                etapes=monde.texte(50),
                moyens_humains=monde.texte(30),
                moyens_materiels=monde.texte(20),
                montant_demande=monde.hasard.randrange(10, 150) * 100,
                evaluation=monde.texte(50),
            )
        )
    for dossier in _bulk(Dossier, rows):
        monde.dossiers.setdefault(dossier.statut, []).append(dossier)


def _textes(monde):
    """What hangs on every dossier: quartiers, budget, indicators, files, comments, journal."""
    quartiers = {c: list(Quartier.objects.filter(contrats=c).prefetch_related("communes")) for c in monde.chefs}
    liens = Dossier.quartiers.through
    demandees = list(PieceDemandee.objects.filter(edition=monde.edition, is_obligatoire=True))
    servis, lignes, indicateurs, pieces, commentaires, redactions, passages = [], [], [], [], [], [], []
    visites, retouches = [], []
    for dossier in monde.tous():
        responsable, chef = monde.responsables[dossier.structure_id], monde.chefs[dossier.contrat]
        dossier.servis = monde.hasard.sample(quartiers[dossier.contrat], min(2, len(quartiers[dossier.contrat])))
        dossier.lignes = _budget(dossier)
        dossier.indicateurs_ecrits = [
            Indicateur(dossier=dossier, libelle=f"Ateliers {n}", cible="20", ordre=n) for n in range(2)
        ]
        dossier.jointes = [
            Piece(
                dossier=dossier,
                demandee=demandee,
                fichier=f"pieces/{dossier.cle}/{demandee.pk}",
                nom="document.pdf",
                type_mime="application/pdf",
                taille=120_000,
                sha256=hashlib.sha256(f"{dossier.pk}-{demandee.pk}".encode()).hexdigest(),
                by=responsable,
            )
            for demandee in demandees
        ]
        servis += [liens(dossier=dossier, quartier=quartier) for quartier in dossier.servis]
        lignes += dossier.lignes
        indicateurs += dossier.indicateurs_ecrits
        pieces += dossier.jointes
        commentaires += [
            Commentaire(ecrit=dossier.ecrit, section=section, auteur=auteur, texte=monde.texte(20))
            for section, auteur in ((Section.PROJET, chef), (Section.BUDGET, responsable))
        ]
        # His chef de projet opened two in three, before or after the porteur wrote in it.
        if dossier.pk % 3:
            at = dossier.updated_at - timedelta(hours=monde.hasard.randrange(-24, 48))
            visites.append(Visite(ecrit=dossier.ecrit, user=chef, at=at))
        retouches += [
            Retouche(
                ecrit=dossier.ecrit,
                section=Section.PROJET,
                nom=nom,
                by=responsable,
                debut=dossier.updated_at,
                fin=dossier.updated_at,
                version=1,
            )
            for nom in ("besoin", "actions")
        ]
        if dossier.statut in AVANT_DEPOT:
            redactions += [
                Redaction(ecrit=dossier.ecrit, section=section, version=1, by=responsable) for section in Section
            ]
        passages += _journal(monde, dossier, responsable, chef)
    for model, rows in (
        (liens, servis),
        (BudgetLigne, lignes),
        (Indicateur, indicateurs),
        (Piece, pieces),
        (Commentaire, commentaires),
        (Redaction, redactions),
        (Visite, visites),
        (Retouche, retouches),
        (Passage, passages),
    ):
        _bulk(model, rows)


def _budget(dossier):
    montant = dossier.montant_demande
    return [
        BudgetLigne(dossier=dossier, sens=Sens.CHARGE, compte="60", libelle="Fournitures", montant=montant),
        BudgetLigne(dossier=dossier, sens=Sens.CHARGE, compte="64", libelle="Animation", montant=4_000, ordre=1),
        BudgetLigne(dossier=dossier, sens=Sens.PRODUIT, compte="74", libelle="EPT", montant=montant, is_ept=True),
        BudgetLigne(
            dossier=dossier, sens=Sens.PRODUIT, compte="74", libelle="Région", montant=3_000, is_obtenu=True, ordre=1
        ),
        BudgetLigne(dossier=dossier, sens=Sens.PRODUIT, compte="756", libelle="Adhésions", montant=1_000, ordre=2),
    ]


def _journal(monde, dossier, responsable, chef):
    at = dossier.created_at
    lines = [Passage(dossier=dossier, transition="send_idee", de="", vers=S.IDEE, by=responsable, at=at)]
    statut = S.IDEE
    for name in CHEMINS[dossier.statut]:
        at += timedelta(hours=9)
        target = LIFECYCLE[name].target
        by = chef if name in ("accept_idee", "decline_idee", "give_visa") else responsable
        lines.append(Passage(dossier=dossier, transition=name, de=statut, vers=target, by=by, at=at, motif="Motif."))
        statut = target
    if statut != dossier.statut:
        raise AssertionError(f"{dossier.statut}: the moves lead to {statut}")
    return lines


def _depots(monde):
    """What was deposited, frozen in the real shape; nothing was modified since."""
    deposited = [d for d in monde.tous() if d.statut not in AVANT_DEPOT | SANS_DEPOT]
    sample = Dossier.objects.select_related("edition", "contrat", "structure__commune").get(pk=deposited[0].pk)
    rows = []
    for dossier in deposited:
        by, at = monde.responsables[dossier.structure_id], dossier.updated_at
        if dossier is deposited[0]:
            base = frozen_content(sample, at=at, by=by)
            if _contenu(dossier, by) != base["sections"]:
                raise AssertionError("The frozen contents written here are not those of the application")
        contenu = base | {"numero": dossier.numero, "cle": dossier.cle, "sections": _contenu(dossier, by)}
        rows.append(
            Depot(
                dossier=dossier,
                at=at,
                by=by,
                contenu=contenu,
                sha256=fingerprint(contenu),
                rejet_implicite_le=silence(at).le,
            )
        )
    _bulk(Depot, rows)


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _values(obj, *names):
    return {name: _plain(getattr(obj, name)) for name in names}


def _contenu(dossier, by):
    """The sections of one dossier as `by` deposits it, without a query."""
    sections = {}
    for champ in CHAMPS:
        if champ.is_colonne and not champ.is_relation:
            sections.setdefault(champ.section.value, {})[champ.nom] = _plain(champ.valeur(dossier))
    sections["structure"]["commune"] = ""
    sections["territoire"]["communes"] = []
    sections["territoire"]["quartiers"] = [
        {"code": q.code, "nom": q.nom, "communes": sorted(commune.nom for commune in q.communes.all())}
        for q in sorted(dossier.servis, key=lambda q: (q.nom, q.pk))
    ]
    sections["budget"]["lignes"] = [
        _values(ligne, "sens", "compte", "libelle", "montant", "is_obtenu", "is_ept") for ligne in dossier.lignes
    ]
    sections["evaluation"]["indicateurs"] = [_values(i, "libelle", "cible") for i in dossier.indicateurs_ecrits]
    sections["pieces"] = {
        "fichiers": [
            {"cle": p.cle, "demandee": p.demandee.nom} | _values(p, "nom", "type_mime", "taille", "sha256")
            for p in dossier.jointes
        ]
    }
    sections["engagements"] = confirmed(dossier.structure, by=by, pouvoir=None)
    return sections


def _instruction(monde):
    points = list(PointRecevabilite.objects.filter(edition=monde.edition))
    received = [d for d in monde.tous() if "declare_recevable" in CHEMINS[d.statut]]
    agents, jour = cycle(monde.instructeurs), timezone.localdate(monde.now)
    instructions, constats, avis = [], [], []
    for dossier in received:
        agent = next(agents)
        instructions.append(
            Instruction(
                dossier=dossier,
                instructeur=agent,
                note_synthese=monde.texte(80),
                montant_propose=dossier.montant_demande * 8 // 10,
                updated_by=agent,
            )
        )
        constats += [Constat(dossier=dossier, point=point, is_conforme=True, by=agent) for point in points]
        avis += [
            Avis(
                dossier=dossier,
                nom="Sacha Partenaire",
                organisme="Bailleur",
                email=f"partenaire{n}@bench.example",
                echeance=jour + timedelta(days=monde.hasard.randrange(-10, 20)),
                by=agent,
                sens="favorable" if n else "",
                answered_at=monde.now if n else None,
            )
            for n in range(2)
        ]
    complements = [
        DemandeComplement(
            dossier=dossier,
            message=monde.texte(30),
            sections=[Section.BUDGET],
            echeance=monde.now + timedelta(days=monde.hasard.randrange(-5, 15), minutes=1),
            statut_origine=S.EN_INSTRUCTION,
            by=monde.instructeurs[0],
            created_at=monde.now - timedelta(days=12),
        )
        for dossier in monde.dossiers[S.A_COMPLETER]
    ]
    for demande in complements:
        demande.dossier.sections_rouvertes, demande.dossier.rouvert_jusqu_au = demande.sections, demande.echeance
    Dossier.objects.bulk_update(monde.dossiers[S.A_COMPLETER], ["sections_rouvertes", "rouvert_jusqu_au"])
    for model, rows in (
        (Instruction, instructions),
        (Constat, constats),
        (Avis, avis),
        (DemandeComplement, complements),
        (DelaiImparti, [DelaiImparti(dossier=d.dossier, du=d.created_at, jusqu_au=d.echeance) for d in complements]),
    ):
        _bulk(model, rows)


def _jury(monde):
    """1,000 auditions heard by four members each, five criteria: 4,000 ballots, 20,000 notes."""
    monde.jury = jury = Jury.objects.create(edition=monde.edition)
    colleges = cycle(College)
    jures = _bulk(
        Jure,
        [
            Jure(
                jury=jury,
                user=user,
                nom=user.get_full_name(),
                email=user.email,
                college=next(colleges),
                is_president=not rang,
                accepted_at=monde.now,
            )
            for rang, user in enumerate(_people("jure", JURES))
        ],
    )
    entendus = [dossier for statut in AUDITIONNES for dossier in monde.dossiers[statut]]
    monde.hasard.shuffle(entendus)
    premiere = monde.now.replace(minute=0, second=0, microsecond=0) - timedelta(days=60)
    debuts = [premiere + timedelta(days=day) for day in range((len(entendus) + 19) // 20)]
    seances = _bulk(
        Seance,
        [
            Seance(
                jury=jury,
                debut=debut,
                fin=debut + timedelta(hours=9),
                lieu="Orly",
                locked_at=debut + timedelta(hours=10),
            )
            for debut in debuts
        ],
    )
    auditions = []
    for seance, heard in zip(seances, batched(entendus, 20, strict=False), strict=True):
        for rang, dossier in enumerate(heard):
            debut = seance.debut + timedelta(minutes=25 * rang)
            auditions.append(Audition(seance=seance, dossier=dossier, debut=debut, fin=debut + timedelta(minutes=20)))
    auditions = _bulk(Audition, auditions)
    criteres = list(Critere.objects.filter(edition=monde.edition).order_by("ordre"))
    declarations, deports, bulletins, notes = [], [], [], []
    for rang, audition in enumerate(auditions):
        recuse = jures[(rang + 10) % JURES]
        declarations += [Declaration(jure=jure, dossier=audition.dossier) for jure in jures]
        if not rang % 5:
            deports.append(Deport(user=recuse.user, dossier=audition.dossier, motif="Voisin"))
        bulletins += [
            Bulletin(
                audition=audition, jure=jures[(rang + voix) % JURES], commentaire=monde.texte(12), final_at=audition.fin
            )
            for voix in range(VOIX)
        ]
    for bulletin in _bulk(Bulletin, bulletins):
        niveau = monde.hasard.gauss(3, 0.8)
        for critere in criteres:
            valeur = min(max(round(monde.hasard.gauss(niveau, 0.7)), 0), critere.note_max)
            notes.append(Note(bulletin=bulletin, critere=critere, valeur=valeur))
    _bulk(Declaration, declarations)
    _bulk(Deport, deports)
    _bulk(Note, notes)
    recompute_auditions(Audition.objects.filter(seance__jury=jury))


def _suites(monde):
    """The deliberation, the vote and the laureates with their payments."""
    edition, jour = monde.edition, timezone.localdate(monde.now)
    deliberation = Deliberation.objects.create(jury=monde.jury, closed_at=monde.now, closed_by=monde.pilote)
    laureats = monde.dossiers[S.LAUREAT]
    propositions = [(d, SensProposition.LAUREAT, None) for d in (*monde.dossiers[S.PROPOSE], *laureats)]
    propositions += [(d, SensProposition.RESERVE, rang) for rang, d in enumerate(monde.dossiers[S.RESERVE], start=1)]
    _bulk(
        Proposition,
        [
            Proposition(deliberation=deliberation, dossier=d, sens=sens, rang=rang, montant=d.montant_demande)
            for d, sens, rang in propositions
        ],
    )
    vote = Vote.objects.create(edition=edition, date=jour, numero="2027-118", by=monde.pilote)
    _bulk(Decision, [Decision(vote=vote, dossier=d, sens="accorde", montant=d.montant_demande) for d in laureats])
    rows = _bulk(
        Laureat,
        [
            Laureat(
                edition=edition,
                dossier=d,
                ordre=rang,
                nom=d.structure.nom,
                titre=d.titre,
                resume=d.resume,
                objet=f"Label Actions Innovantes : {d.titre}, {rang}",
                montant=d.montant_demande,
                contrat=d.contrat,
                date_notification=jour,
            )
            for rang, d in enumerate(laureats, start=1)
        ],
    )
    _bulk(Beneficiaire, [Beneficiaire(laureat=row, nom=row.nom, rna=row.dossier.structure.rna) for row in rows])
    liens = Laureat.quartiers.through
    premier = Quartier.objects.filter(generation=edition.generation).first()
    _bulk(liens, [liens(laureat=row, quartier=premier) for row in rows])
    _bulk(
        Versement,
        [
            Versement(laureat=row, rang=e.rang, libelle=e.libelle, montant=e.montant, prevu_le=e.prevu_le)
            for row in rows
            for e in split(row.montant, notifie_le=jour)
        ],
    )
