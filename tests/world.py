"""One small world for the tests that walk everything: two contrats, two structures, a jury, four éditions, its people.

Every object has an «own» side (structure des Ateliers, contrat d’Ivry) and an «other» one (structure du Relais,
contrat de Vitry). Dates are relative to today; the names are the columns and lines of the snapshots.
"""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from ecriture.enums import Visibilite
from ecriture.models import Commentaire, Divergence, Redaction, Retouche, Visite
from instruction.models import Avis, Constat, DemandeComplement, Instruction
from juries.enums import College, Cote, SensProposition
from juries.models import (
    Audition,
    Bulletin,
    Declaration,
    Deliberation,
    Jure,
    Jury,
    Mention,
    Note,
    Presence,
    Proposition,
    Repetition,
    Seance,
    Venue,
)
from label.enums import Role, SorteQuestion
from label.models import Courriel, Habilitation
from label.models.courriel import Etat
from label.models.formulaire import A_CHOIX, SORTES_TEXTE
from laureats.models import Decision, Lettre, Vote
from projects.deport.actions import declare_deport
from projects.enums import AVANT_DEPOT, SANS_DEPOT, Cercle, Droit, Section, Statut
from projects.models import (
    DemandeAdhesion,
    Dossier,
    Echange,
    IdeeEnAttente,
    Invitation,
    Mandat,
    Membre,
    Partage,
    Passage,
    Prolongation,
)
from projects.question.actions import write_reponse
from tests.factories.contrats import AffectationFactory, CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.depot import complete_dossier, deposited_dossier, join_piece
from tests.factories.juries import support_of
from tests.factories.label import (
    CritereFactory,
    EditionFactory,
    PieceDemandeeFactory,
    PointRecevabiliteFactory,
    QuestionFactory,
    UserFactory,
)
from tests.factories.laureats import (
    LaureatFactory,
    PorteuseFactory,
    ecarte,
    jury_clos,
    non_admis,
    propose,
    reserve,
    vote,
)
from tests.pdf import PDF

# The columns of the matrices, in order; `anonyme` is nobody.
PERSONNES = (
    "anonyme",
    "inconnu",
    "responsable",
    "membre",
    "ex_membre",
    "porteur_2",
    "chef",
    "chef_lié",
    "ex_chef",
    "chef_2",
    "instruct",
    "pilote",
    "ex_pilote",
    "préside",
    "juré",
    "récusé",
    "juré_2",
    "ex_juré",
    "inv_lit",
    "inv_écrit",
)


class World:
    """Made in the database of the running test. `personnes`: {column: User, or None for the anonymous visitor}."""

    def __init__(self):
        self.now = timezone.now()
        self.today = timezone.localdate()
        self._editions()
        self._territoire()
        self._personnes()
        self._structures()
        self._dossiers()
        self._partages()
        self._instruction()
        self._jury()
        self._resultats()
        self._courriels()

    def _edition(self, annee, *, ouverture, cloture, **fields):
        """An édition whose deposits open and close so many days from now; the rest follows day after day."""
        day = self.today + timedelta(days=cloture)
        dates = {
            "fin_instruction": day + timedelta(days=30),
            "jury_debut": day + timedelta(days=40),
            "jury_fin": day + timedelta(days=60),
            "publication_prevue": day + timedelta(days=80),
        }
        edition = EditionFactory(
            annee=annee,
            ouverture=self.now + timedelta(days=ouverture),
            cloture=self.now + timedelta(days=cloture),
            **dates | fields,
        )
        CritereFactory.create_batch(2, edition=edition)
        return edition

    def _editions(self):
        annee = self.today.year
        self.ouverte = self._edition(annee, ouverture=-60, cloture=20)
        self.jugee = self._edition(annee - 1, ouverture=-400, cloture=-45)
        self.votee = self._edition(annee - 2, ouverture=-800, cloture=-500)
        self.publiee = self._edition(
            annee - 3, ouverture=-1100, cloture=-900, published_at=self.now - timedelta(days=100)
        )
        self.memoire = self._edition(
            2018, ouverture=-3300, cloture=-3200, published_at=self.now - timedelta(days=3000), is_historique=True
        )
        self.piece_demandee = PieceDemandeeFactory(
            edition=self.ouverte, nom="Statuts de la structure", is_obligatoire=False
        )
        self.questions = {
            sorte: QuestionFactory(
                edition=self.ouverte,
                sorte=sorte,
                intitule=f"Votre avis en {sorte.label.lower()}",
                aide="Quelques mots suffisent.",
                options=["Oui", "Non"] if sorte in A_CHOIX else [],
                mots_max=150 if sorte in SORTES_TEXTE else None,
                is_obligatoire=False,
            )
            for sorte in SorteQuestion
        }
        self.question_2 = QuestionFactory(edition=self.jugee, intitule="Que ferez-vous ensuite ?")
        self.point = PointRecevabiliteFactory(edition=self.ouverte, libelle="Le budget est équilibré")

    def _territoire(self):
        ivry, vitry = CommuneFactory(nom="Ivry-sur-Seine"), CommuneFactory(nom="Vitry-sur-Seine")
        self.contrat = ContratFactory(nom="Contrat d’Ivry", communes=[ivry], contact_email="contrat@ivry.example")
        self.contrat_2 = ContratFactory(nom="Contrat de Vitry", communes=[vitry])
        self.contrat_lie = ContratFactory(nom="Contrat voisin")
        self.quartier = QuartierFactory(
            nom="Gagarine", communes=[ivry, vitry], contrats=[self.contrat, self.contrat_lie]
        )
        self.quartier_2 = QuartierFactory(nom="Balzac", communes=[vitry], contrats=[self.contrat_2])

    def _personnes(self):
        noms = [nom for nom in PERSONNES if nom != "anonyme"]
        self.personnes = {"anonyme": None} | {
            nom: UserFactory(email=f"personne{rang}@monde.example", prenom="Camille", nom=f"Lenoir-{rang}")
            for rang, nom in enumerate(noms)
        }
        self.collegue_2 = UserFactory(nom="Relais")
        self.hier = self.today - timedelta(days=1)
        p = self.personnes
        Habilitation.objects.create(user=p["instruct"], role=Role.INSTRUCTEUR, du=self._ago(900))
        Habilitation.objects.create(user=p["pilote"], role=Role.PILOTE, du=self._ago(900))
        Habilitation.objects.create(user=p["ex_pilote"], role=Role.PILOTE, du=self._ago(900), au=self.hier)
        self.affectation = AffectationFactory(user=p["chef"], contrat=self.contrat)
        AffectationFactory(user=p["chef_lié"], contrat=self.contrat_lie)
        AffectationFactory(user=p["chef_2"], contrat=self.contrat_2)
        self.affectation_finie = AffectationFactory(user=p["ex_chef"], contrat=self.contrat, au=self.hier)

    def _ago(self, days):
        return self.today - timedelta(days=days)

    def _structures(self):
        p = self.personnes
        numbers = {"benevoles": 12, "salaries": 0, "aides_publiques": "aucune"}
        self.structure = PorteuseFactory(
            nom="Les Ateliers", representant_nom="Camille Lenoir", membres=[p["responsable"]], **numbers
        )
        Membre.objects.create(structure=self.structure, user=p["membre"], du=self._ago(900))
        Membre.objects.create(structure=self.structure, user=p["ex_membre"], du=self._ago(900), au=self.hier)
        self.structure_2 = PorteuseFactory(
            nom="Le Relais", representant_nom="Camille Lenoir", membres=[p["porteur_2"]], **numbers
        )
        Membre.objects.create(structure=self.structure_2, user=self.collegue_2, du=self._ago(900))
        self.invitation = Invitation.objects.create(
            structure=self.structure, email="invitee@monde.example", by=p["responsable"]
        )
        self.invitation_2 = Invitation.objects.create(
            structure=self.structure_2, email="autre@monde.example", by=p["porteur_2"]
        )

        self.demande = DemandeAdhesion.objects.create(
            structure=self.structure, user=p["inconnu"], message="Je suis la trésorière."
        )
        self.demande_2 = DemandeAdhesion.objects.create(structure=self.structure_2, user=p["inconnu"])
        self.idee_gardee = self._keep(self.structure, self.contrat, self.quartier, p["responsable"])
        self.idee_gardee_2 = self._keep(self.structure_2, self.contrat_2, self.quartier_2, p["porteur_2"])

    def _keep(self, structure, contrat, quartier, by):
        """An idea that arrived while no édition was announced."""
        idee = IdeeEnAttente.objects.create(
            by=by, structure=structure, contrat=contrat, titre="La halle", besoin="Rien ne dure.", actions="Réparer."
        )
        idee.quartiers.set([quartier])
        return idee

    def _mine(self, **fields):
        return {
            "edition": self.ouverte,
            "structure": self.structure,
            "contrat": self.contrat,
            "quartiers": [self.quartier],
        } | fields

    def _theirs(self, **fields):
        return {
            "edition": self.ouverte,
            "structure": self.structure_2,
            "contrat": self.contrat_2,
            "quartiers": [self.quartier_2],
        } | fields

    def _deposited(self, *statuts, **fields):
        """A dossier deposited today, then moved along these statuts, each with its line in the journal."""
        dossier = deposited_dossier(at=self.now - timedelta(hours=2), **fields)
        for statut in statuts:
            before = dossier.statut
            Dossier.objects.filter(pk=dossier.pk).update(statut=statut)
            dossier.statut = statut
            Passage.objects.create(
                dossier=dossier, transition="essai", de=before, vers=statut, by=self.personnes["pilote"], at=self.now
            )
        return dossier

    def _dossiers(self):
        p = self.personnes
        self.idee = complete_dossier(statut=Statut.IDEE, **self._mine())
        self.brouillon = complete_dossier(statut=Statut.CO_ELABORATION, **self._mine())
        self.pret = complete_dossier(statut=Statut.PRET, **self._mine())
        self.depose = self._deposited(**self._mine())
        self.renvoye = self._deposited(Statut.A_COMPLETER, **self._mine())
        self.instruit = self._deposited(Statut.EN_INSTRUCTION, **self._mine())
        self.brouillon_2 = complete_dossier(statut=Statut.CO_ELABORATION, **self._theirs())
        self.instruit_2 = self._deposited(Statut.EN_INSTRUCTION, **self._theirs())
        self.caduc = complete_dossier(statut=Statut.CADUC, **self._mine(edition=self.jugee))
        Dossier.objects.filter(pk=self.brouillon.pk).update(copie_de=self.caduc)
        for dossier in (self.brouillon, self.brouillon_2, self.renvoye, self.pret):
            Redaction.objects.bulk_create(Redaction(ecrit=dossier.ecrit, section=section) for section in Section)
        write_reponse(self.brouillon, self.questions["texte_long"], "Oui, et dans dix ans.", p["responsable"], self.now)
        write_reponse(self.brouillon, self.questions["choix"], "Oui", p["responsable"], self.now)
        self.piece = join_piece(self.brouillon, demandee=self.piece_demandee)
        self.piece_2 = join_piece(self.brouillon_2)
        for piece in (self.piece, self.piece_2):
            piece.miniature.save("miniature", ContentFile(b"\xff\xd8\xff"))
        self.piece_instruite = join_piece(self.instruit)
        self.commentaire = self._comment(p["chef"], "Précisez le calendrier.")
        Commentaire.objects.create(
            ecrit=self.brouillon.ecrit,
            section=Section.CALENDRIER,
            parent=self.commentaire,
            auteur=p["responsable"],
            texte="C’est fait.",
        )
        self.retouche, self.retouche_2, self.retouche_instruite = (
            Retouche.objects.create(
                ecrit=dossier.ecrit,
                section=Section.CALENDRIER,
                nom="etapes",
                by=p[qui],
                debut=self.now,
                fin=self.now,
                avant="Semer.",
                apres="Semer, puis récolter.",
                version=1,
            )
            for dossier, qui in ((self.brouillon, "chef"), (self.brouillon_2, "chef_2"), (self.instruit, "chef"))
        )
        self.divergence, self.divergence_2 = (
            Divergence.objects.create(
                ecrit=dossier.ecrit,
                section=Section.CALENDRIER,
                nom="etapes",
                by=p[qui],
                at=self.now,
                sien="Semer, puis récolter.",
                mien="Semer, puis cueillir.",
            )
            for dossier, qui in ((self.brouillon, "chef"), (self.brouillon_2, "chef_2"))
        )
        for dossier, qui, de, vers in (
            (self.brouillon, "responsable", Cercle.STRUCTURE, [Cercle.CHEFS]),
            (self.brouillon, "chef", Cercle.CHEFS, [Cercle.STRUCTURE, Cercle.SERVICE]),
            (self.instruit, "chef", Cercle.CHEFS, [Cercle.SERVICE]),
        ):
            Echange.objects.create(
                dossier=dossier, by=p[qui], at=self.now, de=de, vers=vers, texte=f"Un mot de {de.label}.", empreinte="x"
            )
        Visite.objects.create(ecrit=self.brouillon.ecrit, user=p["responsable"], at=self.now - timedelta(days=2))
        self.commentaire_agents = self._comment(p["chef"], "À revoir entre nous.", Visibilite.AGENTS)
        Prolongation.objects.create(
            dossier=self.brouillon, jusqu_au=self.now + timedelta(days=40), motif="Incendie du local.", by=p["pilote"]
        )

    def _partages(self):
        """Two guests of the own side, one who reads and one who writes; an address that has not answered."""
        p = self.personnes
        self.partage = self._share(self.brouillon, "inv_lit", Droit.LECTURE)
        self._share(self.instruit, "inv_lit", Droit.LECTURE)
        self.partage_ecrit = self._share(self.brouillon, "inv_écrit", Droit.ECRITURE)
        self._share(self.renvoye, "inv_écrit", Droit.ECRITURE)
        self.partage_ouvert = self._share(self.brouillon, None, Droit.LECTURE)
        self.partage_2 = self._share(self.brouillon_2, None, Droit.LECTURE)
        Mandat.objects.create(dossier=self.pret, user=p["membre"], by=p["responsable"])

    def _share(self, dossier, nom, droit):
        user = self.personnes[nom] if nom else None
        partage = Partage(
            dossier=dossier,
            email=user.email if user else "attendue@monde.example",
            user=user,
            droit=droit,
            by=self.personnes["responsable"],
            created_at=self.now,
            expire_at=self.now + Partage.DELAI,
            accepted_at=self.now if user else None,
        )
        partage.save()
        return partage

    def _comment(self, auteur, texte, visibilite=Visibilite.CO_AUTEURS):
        return Commentaire.objects.create(
            ecrit=self.brouillon.ecrit, section=Section.CALENDRIER, auteur=auteur, texte=texte, visibilite=visibilite
        )

    def _instruction(self):
        p = self.personnes
        for dossier in (self.depose, self.renvoye, self.instruit, self.instruit_2):
            Instruction.objects.create(
                dossier=dossier, instructeur=p["instruct"], note_synthese="Projet solide.", montant_propose=7_000
            )
        Constat.objects.create(dossier=self.instruit, point=self.point, is_conforme=True, by=p["instruct"])
        Constat.objects.create(
            dossier=self.depose, point=self.point, is_conforme=False, motif="Il manque une ligne.", by=p["instruct"]
        )
        demande = {
            "message": "Précisez le calendrier.",
            "sections": [Section.CALENDRIER],
            "echeance": self.now + timedelta(days=10),
            "statut_origine": Statut.DEPOSE,
            "by": p["instruct"],
        }
        DemandeComplement.objects.create(dossier=self.renvoye, **demande)
        reopened = {"sections_rouvertes": demande["sections"], "rouvert_jusqu_au": demande["echeance"]}
        Dossier.objects.filter(pk=self.renvoye.pk).update(**reopened)
        DemandeComplement.objects.create(
            dossier=self.instruit,
            reponse="Voici.",
            answered_at=self.now + timedelta(minutes=1),
            answered_by=p["responsable"],
            **demande,
        )
        self.avis = self._ask(self.instruit, "bailleur@monde.example")
        self.avis_2 = self._ask(self.instruit_2, "ville@monde.example")
        rendu = self._ask(self.instruit, "departement@monde.example")
        Avis.objects.filter(pk=rendu.pk).update(answered_at=self.now, sens="favorable", texte="Très utile.")

    def _ask(self, dossier, email):
        avis = Avis(
            dossier=dossier,
            nom="Un partenaire",
            organisme="Un organisme",
            email=email,
            question="Connaissez-vous cette structure ?",
            echeance=self.today + timedelta(days=10),
            by=self.personnes["instruct"],
        )
        avis.save()
        return avis

    def _judged(self, statut, **fields):
        dossier = complete_dossier(
            statut=statut, numero=f"LAI-{fields['edition'].annee}-{next(self._rang):03d}", **fields
        )
        Instruction.objects.create(dossier=dossier, note_synthese="Projet solide.", montant_propose=7_000)
        return dossier

    def _jury(self):
        p = self.personnes
        self._rang = iter(range(900, 1000))
        self.jury, self.jury_2 = Jury.objects.create(edition=self.jugee), Jury.objects.create(edition=self.publiee)
        self.admis = self._judged(Statut.ADMIS, **self._mine(edition=self.jugee))
        self.auditionne = self._judged(Statut.AUDITIONNE, **self._theirs(edition=self.jugee))
        entendu = self._judged(Statut.NON_RETENU, **self._theirs(edition=self.publiee))
        self.jure = {
            nom: self._seat(nom, self.jury, college)
            for nom, college in (("préside", College.ELUS), ("juré", College.EXPERTS), ("récusé", College.TECHNICIENS))
        }
        Jure.objects.filter(pk=self.jure["préside"].pk).update(is_president=True)
        self.jure["juré_2"] = self._seat("juré_2", self.jury_2, College.ELUS)
        self._seat("ex_juré", self.jury, College.ELUS, removed_at=self.now)
        self.invite = Jure.objects.create(
            jury=self.jury, nom="Dominique Roy", email="juree@monde.example", college=College.EXPERTS
        )
        self.seance = self._seance(self.jury, self.now - timedelta(hours=2))
        self.seance_2 = self._seance(self.jury_2, self.now - timedelta(days=600))
        self.audition = self._audition(self.seance, self.admis, 0)
        self.audition_2 = self._audition(self.seance, self.auditionne, 1)
        self.audition_jury_2 = self._audition(self.seance_2, entendu, 0)
        for nom in ("préside", "juré", "récusé"):
            Presence.objects.create(seance=self.seance, jure=self.jure[nom])
            Declaration.objects.create(jure=self.jure[nom], dossier=self.auditionne)
        for nom in ("préside", "juré"):
            Declaration.objects.create(jure=self.jure[nom], dossier=self.admis)
        Declaration.objects.create(jure=self.jure["récusé"], dossier=self.admis)
        self.deport, _ = declare_deport(p["récusé"], self.admis, motif="Voisin.")
        Declaration.objects.create(jure=self.jure["juré_2"], dossier=entendu)
        self._oral()
        self.bulletin = self._ballot(self.audition, "juré")
        self._ballot(self.audition, "préside", final_at=self.now)
        self.bulletin_2 = self._ballot(self.audition_2, "préside", final_at=self.now)
        self._ballot(self.audition_2, "récusé")
        self.piece_jury = join_piece(self.admis)
        self.piece_jury_2 = join_piece(self.auditionne)
        Audition.objects.filter(pk=self.audition_2.pk).update(moyenne_exacte=14, ecart_type=1, nombre_notes=1)
        self.deliberation = Deliberation.objects.create(jury=self.jury, tenue_le=self.now, lieu="Orly")
        Proposition.objects.create(
            deliberation=self.deliberation, dossier=self.auditionne, sens=SensProposition.LAUREAT, montant=6_000
        )
        Mention.objects.create(
            jury=self.jury,
            acte="correction",
            objet="Bulletin corrigé",
            dossier=self.admis,
            motif="Erreur.",
            by=p["pilote"],
        )
        close = Deliberation(jury=self.jury_2, closed_at=self.now, closed_by=p["pilote"], tenue_le=self.now)
        close.proces_verbal.save("proces-verbal.pdf", ContentFile(PDF), save=False)
        close.save()
        Proposition.objects.create(
            deliberation=close, dossier=entendu, sens=SensProposition.REFUS, motif="Le besoin est déjà couvert."
        )

    def _oral(self):
        """What the structures prepared: files for the jury, an answer, a date to rehearse."""
        p = self.personnes
        self.support, self.support_2 = support_of(self.admis, p["responsable"]), support_of(self.auditionne)
        Venue.objects.create(
            dossier=self.admis, vient=False, motif="Fièvre.", creneau=self.audition.annonce, by=p["membre"]
        )
        debut = self.now + timedelta(days=3)
        self.repetition = Repetition.objects.create(
            dossier=self.admis, debut=debut, fin=debut + timedelta(minutes=45), lieu="La maison du projet",
            cote=Cote.CHEF, by=p["chef"], agenda="essai",
        )  # fmt: skip

    def _seat(self, nom, jury, college, **fields):
        user = self.personnes[nom]
        return Jure.objects.create(
            jury=jury, user=user, nom=str(user), email=user.email, college=college, accepted_at=self.now, **fields
        )

    def _seance(self, jury, debut):
        return Seance.objects.create(jury=jury, debut=debut, fin=debut + timedelta(hours=6), lieu="Salle du conseil")

    def _audition(self, seance, dossier, rang):
        debut = seance.debut + timedelta(minutes=30 * rang)
        audition = Audition(
            seance=seance, dossier=dossier, debut=debut, fin=debut + timedelta(minutes=20), convoked_at=self.now
        )
        audition.annonce, audition.convocation = audition.creneau, 1
        audition.save()
        return audition

    def _ballot(self, audition, nom, **fields):
        bulletin = Bulletin.objects.create(audition=audition, jure=self.jure[nom], commentaire="Clair.", **fields)
        for critere in audition.dossier.edition.criteres.all():
            Note.objects.create(bulletin=bulletin, critere=critere, valeur=4)
        return bulletin

    def _resultats(self):
        pilote, when = self.personnes["pilote"], self.now - timedelta(days=300)
        jury_clos(self.votee, closed_at=when)
        mine = {"structure": self.structure, "contrat": self.contrat}
        self.propose = propose(self.votee, **mine)
        reserve(self.votee)
        ecarte(self.votee)
        non_admis(self.votee)
        vote(self.votee, by=pilote, date=timezone.localdate(when), at=self.now)
        self.laureat = LaureatFactory(
            edition=self.publiee,
            dossier__structure=self.structure,
            dossier__contrat=self.contrat,
            ordre=1,
            resume="Un jardin partagé.",
        )
        decide = Vote.objects.create(edition=self.publiee, date=self._ago(200), numero="118", by=pilote)
        Decision.objects.create(vote=decide, dossier=self.laureat.dossier, sens="accorde", montant=8_000)
        self.lettre = Lettre(dossier=self.laureat.dossier, taille=len(PDF), sha256="0" * 64, at=self.now)
        self.lettre.fichier.save("lettre.pdf", ContentFile(PDF), save=False)
        self.lettre.save()
        self.laureat_cache = LaureatFactory(edition=self.votee, ordre=9, dossier__structure=self.structure_2)
        self.laureat_passe = LaureatFactory(edition=self.memoire, passe=True, ordre=3, is_a_completer=True)

    def _courriels(self):
        common = {"cle_notification": "essai", "sujet": "Un message", "texte": "Bonjour."}
        self.courriel = Courriel.objects.create(destinataire="a@monde.example", etat=Etat.ECHEC, **common)
        self.courriel_sensible = Courriel.objects.create(destinataire="b@monde.example", is_sensible=True, **common)

    def in_statut(self, statut):
        """A dossier of the own side inserted in this statut, in an édition whose results are not published."""
        statut = Statut(statut)
        numero = "" if statut in AVANT_DEPOT | SANS_DEPOT else f"LAI-{self.ouverte.annee}-S{list(Statut).index(statut)}"
        return Dossier.objects.create(
            edition=self.ouverte,
            structure=self.structure,
            contrat=self.contrat,
            created_by=self.personnes["responsable"],
            statut=statut,
            numero=numero,
            titre=statut.label,
        )
