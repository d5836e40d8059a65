"""Every list costs the same number of queries with 1 and with 300 rows: the numbers below are read, not guessed.

Savepoints and the session count: they are what a page really costs.
"""

import re
from datetime import timedelta
from itertools import count

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contrats.models import Affectation, Commune, ContratDeVille, Quartier, QuartierCommune, QuartierContrat
from ecriture.models import Commentaire
from instruction.models import Avis, Instruction
from juries.enums import College
from juries.models import Audition, Bulletin, Declaration, Deliberation, Jure, Jury, Presence, Proposition, Seance
from label.models import Courriel, Edition, Question, User
from laureats.models import Beneficiaire, Laureat, Versement
from projects.enums import Section, Statut
from projects.models import BudgetLigne, Deport, Depot, Dossier, Membre, Passage, Structure
from tests.factories.label import CritereFactory, EditionFactory, UserFactory

pytestmark = pytest.mark.django_db


class Pile:
    """The rows of one test, piled up: each method adds `n` of them."""

    def __init__(self):
        self.now, self.today = timezone.now(), timezone.localdate()
        self.edition = EditionFactory(
            annee=self.today.year,
            ouverture=self.now - timedelta(days=60),
            cloture=self.now + timedelta(days=20),
            fin_instruction=self.today + timedelta(days=30),
            jury_debut=self.today + timedelta(days=40),
            jury_fin=self.today + timedelta(days=50),
            publication_prevue=self.today + timedelta(days=60),
        )
        self.pilote, self.chef, self.responsable, self.jure = (
            UserFactory(pilote=True), UserFactory(), UserFactory(), UserFactory()
        )  # fmt: skip
        self.contrat = ContratDeVille.objects.create(code="CV1", nom="Ivry", generation="2015", departement="94")
        Affectation.objects.create(user=self.chef, contrat=self.contrat, du=self.today)
        self.commune = Commune.objects.create(insee="94041", nom="Ivry", departement="94", lat=48.8, lon=2.38)
        self.structure = Structure.objects.create(nom="Les Ateliers")
        Membre.objects.create(structure=self.structure, user=self.responsable, is_responsable=True, du=self.today)
        self.seance, self.n = None, count(1)

    def people(self, n):
        return User.objects.bulk_create(
            User(email=f"pile{next(self.n)}@monde.example", prenom="Camille", nom="Roy", password="!") for _ in range(n)
        )

    def quartiers(self, n):
        rows = Quartier.objects.bulk_create(
            Quartier(
                identifiant=f"q{(k := next(self.n))}",
                nom=f"Quartier {k}",
                generation="2015",
                lat=48.8,
                lon=2.38 + k / 1e4,
            )
            for _ in range(n)
        )
        QuartierCommune.objects.bulk_create(QuartierCommune(quartier=row, commune=self.commune) for row in rows)
        QuartierContrat.objects.bulk_create(QuartierContrat(quartier=row, contratdeville=self.contrat) for row in rows)
        return rows

    def contrats(self, n):
        rows = ContratDeVille.objects.bulk_create(
            ContratDeVille(
                code=f"CV{(k := next(self.n)) + 10}", nom=f"Contrat {k}", generation="2015", departement="94"
            )
            for _ in range(n)
        )
        Affectation.objects.bulk_create(
            Affectation(user=user, contrat=row, du=self.today) for user, row in zip(self.people(n), rows, strict=True)
        )

    def courriels(self, n):
        Courriel.objects.bulk_create(
            Courriel(
                cle_notification="essai", destinataire=f"c{next(self.n)}@monde.example", sujet="Bonjour", texte="…"
            )
            for _ in range(n)
        )

    def editions(self, n):
        dates = {
            name: getattr(self.edition, name) for name in ("ouverture", "cloture", "fin_instruction", "jury_debut")
        }
        Edition.objects.bulk_create(
            Edition(
                annee=3000 + next(self.n),
                titre="Une édition",
                jury_fin=self.edition.jury_fin,
                publication_prevue=self.edition.publication_prevue,
                enveloppe=1000,
                montant_max=1000,
                **dates,
            )
            for _ in range(n)
        )

    def questions(self, n):
        Question.objects.bulk_create(
            Question(edition=self.edition, ordre=(k := next(self.n)), intitule=f"Question {k}") for _ in range(n)
        )

    def dossiers(self, n, statut=Statut.EN_INSTRUCTION):
        deposited = statut not in (Statut.IDEE, Statut.CO_ELABORATION, Statut.PRET)
        rows = Dossier.objects.bulk_create(
            Dossier(
                edition=self.edition,
                structure=self.structure,
                contrat=self.contrat,
                created_by=self.responsable,
                statut=statut,
                numero=f"LAI-{next(self.n)}" if deposited else "",
                titre=f"Projet {next(self.n)}",
                montant_demande=1000,
                updated_at=self.now + timedelta(seconds=next(self.n)),
            )
            for _ in range(n)
        )
        Passage.objects.bulk_create(
            Passage(dossier=row, transition="essai", vers=statut, by=self.responsable, at=self.now) for row in rows
        )
        Dossier.quartiers.through.objects.bulk_create(
            Dossier.quartiers.through(dossier=row, quartier=quartier)
            for row, quartier in zip(rows, self.quartiers(n), strict=True)
        )
        BudgetLigne.objects.bulk_create(
            BudgetLigne(dossier=row, sens="charge", compte="60", montant=1000) for row in rows
        )
        if deposited:
            Depot.objects.bulk_create(
                Depot(
                    dossier=row,
                    at=self.now,
                    by=self.responsable,
                    contenu=CONTENU,
                    sha256="0" * 64,
                    rejet_implicite_le=self.today,
                )
                for row in rows
            )
            Instruction.objects.bulk_create(Instruction(dossier=row, instructeur=self.pilote) for row in rows)
            Avis.objects.bulk_create(
                Avis(
                    dossier=row,
                    nom="Un bailleur",
                    email="avis@monde.example",
                    jeton_sha256=f"{next(self.n):064}",
                    echeance=self.today,
                    by=self.pilote,
                )
                for row in rows
            )
        return rows

    def brouillons(self, n):
        return self.dossiers(n, Statut.CO_ELABORATION)

    def commentaires(self, n):
        dossier = Dossier.objects.first() or self.brouillons(1)[0]
        Commentaire.objects.bulk_create(
            Commentaire(ecrit=dossier.ecrit, section=Section.PROJET, auteur=user, texte="Bravo")
            for user in self.people(n)
        )

    def membres(self, n):
        Membre.objects.bulk_create(
            Membre(structure=self.structure, user=user, du=self.today) for user in self.people(n)
        )

    def the_jury(self):
        """The jury, its séance and one member, made once."""
        if self.seance is None:
            self.jury = Jury.objects.create(edition=self.edition)
            CritereFactory(edition=self.edition, ordre=1)
            start = self.now - timedelta(days=30)
            self.seance = Seance.objects.create(
                jury=self.jury, debut=start, fin=start + timedelta(days=20), lieu="Orly"
            )
            self.siege = Jure.objects.create(
                jury=self.jury,
                user=self.jure,
                nom="Hugo",
                email=self.jure.email,
                college=College.ELUS,
                accepted_at=self.now,
            )
            Presence.objects.create(seance=self.seance, jure=self.siege)
            self.deliberation = Deliberation.objects.create(jury=self.jury, tenue_le=self.now)
        return self.jury

    def auditions(self, n):
        self.the_jury()
        dossiers = self.dossiers(n, Statut.AUDITIONNE)
        rows = Audition.objects.bulk_create(
            Audition(
                seance=self.seance,
                dossier=dossier,
                debut=(debut := self.seance.debut + timedelta(minutes=30 * next(self.n))),
                fin=debut + timedelta(minutes=20),
                moyenne_exacte=10,
                ecart_type=1,
                nombre_notes=1,
            )
            for dossier in dossiers
        )
        Declaration.objects.bulk_create(Declaration(jure=self.siege, dossier=dossier) for dossier in dossiers)
        Bulletin.objects.bulk_create(Bulletin(audition=row, jure=self.siege, final_at=self.now) for row in rows)
        Proposition.objects.bulk_create(
            Proposition(deliberation=self.deliberation, dossier=dossier, sens="laureat", montant=100)
            for dossier in dossiers
        )

    def a_declarer(self, n):
        self.the_jury()
        self.dossiers(n, Statut.ADMIS)

    def seances(self, n):
        jury = self.the_jury()
        Seance.objects.bulk_create(
            Seance(jury=jury, debut=self.now, fin=self.now + timedelta(hours=1), lieu="Orly") for _ in range(n)
        )

    def jures(self, n):
        jury = self.the_jury()
        rows = Jure.objects.bulk_create(
            Jure(jury=jury, user=user, nom="Roy", email=user.email, college=College.ELUS, accepted_at=self.now)
            for user in self.people(n)
        )
        dossiers = self.dossiers(n, Statut.ADMIS)
        for jure, dossier in zip(rows, dossiers, strict=True):
            Declaration.objects.create(jure=jure, dossier=dossier)
            Deport.objects.create(user=jure.user, dossier=dossier, motif="Voisin")

    def laureats(self, n):
        Edition.objects.filter(pk=self.edition.pk).update(published_at=self.now)
        dossiers = self.dossiers(n, Statut.LAUREAT)
        rows = Laureat.objects.bulk_create(
            Laureat(
                edition=self.edition,
                dossier=dossier,
                ordre=next(self.n),
                nom="Les Ateliers",
                titre=dossier.titre,
                montant=1000,
                contrat=self.contrat,
                commune=self.commune,
                date_notification=self.today,
            )
            for dossier in dossiers
        )
        Beneficiaire.objects.bulk_create(Beneficiaire(laureat=row, nom="Les Ateliers") for row in rows)
        Versement.objects.bulk_create(
            Versement(laureat=row, rang=1, libelle="Unique", montant=1000, prevu_le=self.today) for row in rows
        )


# The head of what is read of a deposited dossier.
CONTENU = {
    "contrat": {"nom": "Orly"},
    "sections": {
        "structure": {"nom": "Les Ateliers", "commune": "Orly"},
        "projet": {"titre": "Projet", "resume": ""},
        "territoire": {"quartiers": []},
        "budget": {"montant_demande": 1000},
        "engagements": {},
    },
}
# (page, what it lists, who asks, queries)
PAGES = [
    ("label:accueil", "laureats", "anonyme", 5),
    ("label:tableau", "dossiers", "pilote", 27),
    ("label:tableau", "auditions", "pilote", 33),
    ("label:tableau", "laureats", "pilote", 30),
    ("label:tableau", "brouillons", "responsable", 26),
    ("label:tableau", "dossiers", "responsable", 26),
    ("label:tableau", "laureats", "responsable", 31),
    ("label:tableau", "brouillons", "chef", 29),
    ("label:tableau", "auditions", "jure", 21),
    ("label:courriel_list", "courriels", "pilote", 7),
    ("label:edition_list", "editions", "pilote", 4),
    ("label:export_list", "editions", "pilote", 5),
    ("contrats:recherche", "quartiers", "anonyme", 5),
    ("contrats:carte", "quartiers", "anonyme", 9),
    ("contrats:carte", "contrats", "anonyme", 6),
    ("contrats:contrat_detail CV1", "quartiers", "anonyme", 6),
    ("contrats:quartier_list", "quartiers", "pilote", 9),
    ("contrats:contrat_list", "contrats", "pilote", 6),
    ("contrats:affectation_list", "contrats", "pilote", 6),
    ("projects:idee_create", "quartiers", "responsable", 11),
    ("projects:dossier_list", "dossiers", "pilote", 10),
    ("projects:dossier_list", "brouillons", "chef", 12),
    ("projects:portefeuille_list", "brouillons", "chef", 25),
    ("projects:portefeuille_list", "dossiers", "chef", 17),
    ("projects:dossier_list", "dossiers", "responsable", 12),
    ("projects:structure_detail structure", "membres", "responsable", 12),
    ("projects:structure_detail structure", "dossiers", "responsable", 12),
    ("projects:section_edit dossier projet", "commentaires", "responsable", 24),
    ("instruction:instruction_list", "dossiers", "pilote", 16),
    ("projects:question_list annee", "questions", "pilote", 6),
    ("juries:jury_detail annee", "jures", "pilote", 9),
    ("juries:deport_list annee", "jures", "pilote", 11),
    ("juries:declaration_edit annee", "a_declarer", "jure", 21),
    ("juries:seance_list annee", "seances", "pilote", 10),
    ("juries:seance_detail seance", "auditions", "pilote", 25),
    ("juries:presence_edit seance", "jures", "pilote", 7),
    ("juries:cahier seance", "auditions", "jure", 14),
    ("juries:cahier_pdf seance", "auditions", "jure", 13),
    ("juries:audition_list annee", "auditions", "jure", 14),
    ("juries:classement annee", "auditions", "pilote", 13),
    ("juries:deliberation_edit annee", "auditions", "pilote", 23),
    ("laureats:laureat_list", "laureats", "anonyme", 7),
    ("laureats:suivi", "laureats", "pilote", 12),
    ("laureats:versement_list", "laureats", "pilote", 10),
    ("laureats:export annee", "laureats", "pilote", 9),
    ("laureats:vote_list", "editions", "pilote", 5),
]


@pytest.mark.parametrize(("page", "rows", "who", "queries"), PAGES)
def test_a_list_costs_the_same_with_1_and_300_rows(client, page, rows, who, queries):
    pile = Pile()
    if who != "anonyme":
        client.force_login(getattr(pile, who), backend="django.contrib.auth.backends.ModelBackend")
    add = getattr(pile, rows)
    add(1)
    with_1 = cost(client, pile, page)
    add(299)
    assert (with_1, cost(client, pile, page)) == (queries, queries)


# Keys written one by one in a statement.
CLES = re.compile(r"IN \((?:\d+, ){49,}\d+\)")


def cost(client, pile, page):
    """How many queries a GET of `page` makes: «name», then what stands for its object.

    No statement names all the rows twice, but in the parts of a union: what a condition of each row looks for among
    all their keys is quadratic.
    """
    name, *parts = page.split()
    objects = {"annee": pile.edition.annee, "structure": pile.structure.cle, "seance": pile.seance and pile.seance.cle}
    if "dossier" in parts:
        objects["dossier"] = Dossier.objects.order_by("pk").first().cle
    cache.clear()
    # What each process learns once.
    ContentType.objects.get_for_models(*apps.get_models())
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(reverse(name, args=[objects.get(part, part) for part in parts]))
    assert response.status_code == 200
    parts = [part for query in captured for part in query["sql"].split(" UNION ")]
    assert [part for part in parts if len(CLES.findall(part)) > 1] == []
    return len(captured)


# --- What a list reads ---------------------------------------------------------------------------

# `dossier_statuts`, or with this few rows `dossier_file`, which holds as much.
COMPTES = "using dossier_"
FILE = "Index Scan using dossier_file"
DE_L_EDITION = ("projects_dossier", "%(edition_id)")
CHERCHE = ["dossier_recherche", "structure_recherche"]
PLANS = [
    # (page, asked, who, what stands in a statement: what its plan must hold)
    ("instruction:instruction_list", "", "pilote", "GROUP BY", [COMPTES]),
    ("instruction:instruction_list", "", "pilote", "ORDER BY LENGTH", [FILE]),
    ("instruction:instruction_list", "projet ateliers", "pilote", "COUNT(*)", CHERCHE),
    ("instruction:instruction_list", "projet ateliers", "pilote", "ORDER BY LENGTH", CHERCHE),
    ("label:tableau", "", "pilote", "GROUP BY", [COMPTES]),
    ("projects:portefeuille_list", "projet ateliers", "chef", "::tsquery", CHERCHE),
    ("projects:dossier_list", "projet ateliers", "pilote", "COUNT(*)", CHERCHE),
    ("admin:label_user_changelist", "camille roy", "pilote", "::tsquery", ["user_recherche"]),
]


@pytest.mark.parametrize(("page", "asked", "who", "statement", "wanted"), PLANS)
def test_a_list_reads_an_index(client, page, asked, who, statement, wanted):
    """With few rows PostgreSQL reads tables whole and sorts: it is told not to, so that it says what it could do."""
    pile = Pile()
    User.objects.filter(pk=pile.pilote.pk).update(is_staff=True, is_superuser=True)
    pile.dossiers(20)
    client.force_login(getattr(pile, who), backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(page), {"q": asked} if asked else {}).status_code == 200
    read = [query["sql"] for query in captured if statement in query["sql"]]
    assert read
    with connection.cursor() as cursor:
        # That of the édition alone costs as much while there are few rows, and is taken or not by chance.
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s", DE_L_EDITION)
        for (index,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {index}")
        cursor.execute(f"SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = {statement == 'GROUP BY'}")
        cursor.execute(f"SET LOCAL enable_bitmapscan = {wanted not in ([COMPTES], [FILE])}")
        for sql in read:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert [index for index in wanted if index not in plan] == [], plan
            assert statement != "ORDER BY LENGTH" or asked or "Sort" not in plan
            # Folding is for what is written, never for what is read.
            assert "casefold" not in sql.lower()
