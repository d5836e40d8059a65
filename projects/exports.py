"""The lists of dossiers, as people take them away."""

from django.db.models import Prefetch

from label.enums import SorteQuestion
from label.exports import Column, Table, notice, register
from label.recherche import par_nom, plie
from projects.champs.entree import Sorte
from projects.champs.table import CHAMPS
from projects.deport.queries import omission
from projects.enums import Statut
from projects.models import Dossier, Membre, Reponse
from projects.models.dossier import by_numero
from projects.question.questionnaire import live_questions, nom_of, piece_of, reponses_of, valeur_of

notice(omission)

_LABELS = dict(Statut.choices)


# The type of the cells of each kind of answer; the others are texts.
# A number may be a year: its thousands are not set apart.
_TYPES = {SorteQuestion.NOMBRE: "plain", SorteQuestion.DATE: "date"}


# The same of the fields of every dossier.
_TYPES_DE_CELLULE = {
    Sorte.NOMBRE: "int",
    Sorte.POURCENTAGE: "int",
    Sorte.EUROS: "euros",
    Sorte.DATE: "date",
}
EXPORTES = [champ for champ in CHAMPS if champ.export]


def _reponse(question):
    """The cell of one question: its own column of the answer, never a text made of it."""

    def value(row):
        reponse = reponses_of(row).get(question.pk)
        match question.sorte:
            case SorteQuestion.NOMBRE:
                return reponse and reponse.nombre
            case SorteQuestion.DATE:
                return reponse and reponse.date
            case SorteQuestion.CHOIX_MULTIPLE:
                return " ; ".join(reponse.choix) if reponse else ""
            case SorteQuestion.FICHIER:
                piece = piece_of(reponse)
                return piece.nom if piece else ""
        return valeur_of(question, reponse)

    return value


def question_columns(questions):
    """One typed column for each of these questions."""
    return [
        Column(nom_of(question), question.intitule, _reponse(question), _TYPES.get(question.sorte, "text"), width=30)
        for question in questions
    ]


def champ_column(champ):
    """The column of a field of the table, typed by what it holds."""
    if champ.sorte == Sorte.PLUSIEURS:
        return Column(
            champ.nom,
            champ.export,
            lambda row: " ; ".join(str(one) for one in getattr(row, champ.nom).all()),
            width=44,
        )
    if champ.column.choices:
        labels = dict(champ.column.choices)
        return Column(champ.nom, champ.export, lambda row: labels.get(champ.valeur(row), ""))
    return Column(champ.nom, champ.export, champ.nom_complet, _TYPES_DE_CELLULE.get(champ.sorte, "text"))


def dossier_table(dossiers, user, title="Dossiers", edition=None):
    """Dossiers at any stage, as `user` may know them: they are `read_by` that person.

    `edition`: when they are all of this one, the answers to its questions follow.
    """
    questions = live_questions(edition) if edition else []
    if questions:
        dossiers = dossiers.prefetch_related(Prefetch("reponses", Reponse.objects.select_related("piece")))
    return Table(
        title,
        [
            Column("numero", "Numéro", width=14),
            Column("titre", "Projet", width=46),
            Column("structure", "Structure", "structure.nom", width=36),
            Column("statut", "Statut", lambda row: _LABELS[row.statut_lu], width=22),
            Column("contrat", "Contrat de ville", "contrat.nom", width=36),
            *map(champ_column, EXPORTES),
            Column("created_at", "Créé le", kind="datetime"),
            Column("updated_at", "Modifié le", kind="datetime"),
            *question_columns(questions),
        ],
        dossiers.select_related("structure", "contrat", "edition").prefetch_related(
            *(champ.nom for champ in EXPORTES if champ.sorte == Sorte.PLUSIEURS)
        ),
    )


def portefeuille_table(lignes):
    """The portfolio as seen on screen: the columns of the list, in its order. `lignes`: of `portefeuille.queries`."""
    return Table(
        "Portefeuille",
        [
            Column("numero", "Numéro", "dossier.numero", width=14),
            Column("titre", "Projet", lambda ligne: str(ligne.dossier), width=46),
            Column("structure", "Structure", "dossier.structure.nom", width=36),
            Column("contrat", "Contrat de ville", "dossier.contrat.nom", width=36),
            Column("etape", "Étape", "etape_libelle", width=22),
            Column("statut", "Statut", "libelle", width=22),
            Column("manques", "Points manquants", lambda ligne: len(ligne.manques), kind="int"),
            Column("risque", "Risque", lambda ligne: " ; ".join(ligne.raisons), width=44),
            Column("nouveau", "Depuis votre visite", lambda ligne: str(ligne.nouveautes), width=32),
            Column("visite", "Votre dernière visite", "nouveautes.depuis", kind="datetime"),
            Column("dernier", "Dernier mouvement", "dossier.dernier_at", kind="datetime"),
            Column("age", "Jours sans mouvement", "age", kind="int"),
            Column("echeance", "Date limite", _echeance, kind="datetime"),
            Column("jours", "Jours restants", "jours", kind="int"),
        ],
        lignes,
    )


def _echeance(ligne):
    return None if ligne.jours is None else ligne.dossier.echeance


@register("dossiers", "Tous les dossiers de l’édition", "projects.export_dossier", ligne="dossier")
def export_dossiers(edition, user):
    visible = Dossier.objects.visible_to(user).read_by(user).in_edition(edition).order_by(*by_numero(), "titre", "pk")
    return dossier_table(visible, user, edition=edition)


@register("contacts", "Contacts des structures", "projects.export_contact", ligne="personne")
def export_contacts(edition, user):
    """The people to write to: each member of a structure that has a dossier in the édition."""
    structures = Dossier.objects.visible_to(user).in_edition(edition).values("structure")
    adhesions = (
        Membre.objects.current()
        .filter(structure__in=structures, user__is_active=True)
        .select_related("structure", "user")
        .order_by(plie("structure__nom"), "-is_responsable", *par_nom("user__"), "pk")
    )
    return Table(
        "Contacts",
        [
            Column("structure", "Structure", "structure.nom", width=40),
            Column("prenom", "Prénom", "user.prenom"),
            Column("nom", "Nom", "user.nom"),
            Column("email", "Adresse électronique", "user.email", width=34),
            Column("telephone", "Téléphone", "user.telephone", width=16),
            Column("is_responsable", "Responsable", kind="bool"),
        ],
        adhesions,
    )
