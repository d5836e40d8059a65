"""The field table: each field of a dossier once, in the order it is asked and read.

The form, the merge, what is missing, the frozen content, the story, the reading, the exports and the copy for another
édition derive from it. Adding one is an entry here, a column in `projects.models` and its migration.
"""

from projects.champs.entree import Champ, Lecteur, Sorte
from projects.enums import Section, TypeStructure
from projects.models import Dossier

# What identifies a structure says nothing of its project.
_PAS_AU_JURY = frozenset({Lecteur.JURE})


def _sans_aucun_numero(dossier: Dossier) -> bool:
    structure = dossier.structure
    return structure.type == TypeStructure.ASSOCIATION and not structure.siret


def _doit_un_siret(dossier: Dossier) -> bool:
    return dossier.structure.type not in {TypeStructure.ASSOCIATION, TypeStructure.COLLECTIF}


def _a_des_quartiers(dossier: Dossier) -> bool:
    return bool(dossier.quartiers.all())


CHAMPS = (
    # 1 · La structure
    Champ("nom", Section.STRUCTURE, manque="Donnez le nom de la structure."),
    Champ("sigle", Section.STRUCTURE),
    Champ("type", Section.STRUCTURE),
    Champ(
        "rna",
        Section.STRUCTURE,
        manque="Donnez le numéro RNA ou le numéro SIRET de l’association.",
        quand=_sans_aucun_numero,
        cache_a=_PAS_AU_JURY,
    ),
    Champ(
        "siret",
        Section.STRUCTURE,
        manque="Donnez le numéro SIRET de la structure.",
        quand=_doit_un_siret,
        cache_a=_PAS_AU_JURY,
    ),
    Champ("adresse", Section.STRUCTURE, manque="Donnez l’adresse du siège.", cache_a=_PAS_AU_JURY),
    Champ("code_postal", Section.STRUCTURE, manque="Donnez le code postal du siège.", cache_a=_PAS_AU_JURY),
    Champ("ville", Section.STRUCTURE, manque="Donnez la ville du siège."),
    Champ("commune", Section.STRUCTURE),
    # Read by the jury: a link with somebody shows in a name.
    Champ("representant_nom", Section.STRUCTURE, manque="Nommez le représentant légal de la structure."),
    Champ("representant_fonction", Section.STRUCTURE, manque="Dites la fonction du représentant légal."),
    Champ("benevoles", Section.STRUCTURE, manque="Donnez le nombre de bénévoles (0 s’il n’y en a pas)."),
    Champ("salaries", Section.STRUCTURE, manque="Donnez le nombre de salariés (0 s’il n’y en a pas)."),
    Champ("adherents", Section.STRUCTURE),
    Champ(
        "aides_publiques",
        Section.STRUCTURE,
        manque="Dites les aides publiques reçues ces trois dernières années, ou «\u00a0aucune\u00a0».",
        hauteur=3,
    ),
    # 2 · Le projet
    Champ("titre", Section.PROJET, manque="Donnez un titre au projet.", de_l_idee=True),
    Champ("resume", Section.PROJET, manque="Écrivez le résumé, en {limite} signes.", sujet="Le résumé", hauteur=4),
    Champ("besoin", Section.PROJET, manque="Dites à quel besoin du quartier vous répondez.", de_l_idee=True, hauteur=7),
    Champ("innovation", Section.PROJET, manque="Dites ce que le projet a d’innovant.", hauteur=7),
    Champ("objectifs", Section.PROJET, manque="Donnez les objectifs du projet."),
    Champ("actions", Section.PROJET, manque="Décrivez les actions prévues.", de_l_idee=True, hauteur=8),
    Champ("partenaires", Section.PROJET, manque="Citez les partenaires, ou écrivez «\u00a0aucun\u00a0».", hauteur=4),
    Champ("participation", Section.PROJET, manque="Dites quelle part prennent les habitants."),
    # 3 · Territoire et publics
    Champ(
        "quartiers",
        Section.TERRITOIRE,
        manque="Choisissez au moins un quartier prioritaire.",
        de_l_idee=True,
        export="Quartiers",
    ),
    Champ(
        "contrat",
        Section.TERRITOIRE,
        manque="Aucun contrat de ville ne suit ces quartiers\u00a0: écrivez à l’EPT.",
        quand=_a_des_quartiers,
        # Among the circumstances of the deposit, and at the head of what is read.
        fige=False,
        de_l_idee=True,
    ),
    Champ("communes", Section.TERRITOIRE, de_l_idee=True),
    Champ("lieux", Section.TERRITOIRE, manque="Dites où l’action se passe."),
    Champ("publics", Section.TERRITOIRE, manque="Dites à qui s’adresse le projet."),
    Champ(
        "beneficiaires",
        Section.TERRITOIRE,
        manque="Donnez le nombre de personnes attendues.",
        zero=False,
        export="Personnes attendues",
    ),
    Champ(
        "part_qpv",
        Section.TERRITOIRE,
        Sorte.POURCENTAGE,
        manque="Donnez la part des personnes venant des quartiers prioritaires.",
    ),
    # 4 · Calendrier et moyens
    Champ(
        "date_debut",
        Section.CALENDRIER,
        manque="Donnez la date de début de l’action.",
        repris=False,
        export="Début",
    ),
    Champ("date_fin", Section.CALENDRIER, manque="Donnez la date de fin de l’action.", repris=False, export="Fin"),
    Champ("etapes", Section.CALENDRIER, manque="Décrivez les grandes étapes."),
    Champ("moyens_humains", Section.CALENDRIER, manque="Décrivez les moyens humains.", hauteur=4),
    Champ("moyens_materiels", Section.CALENDRIER, manque="Décrivez les moyens matériels.", hauteur=4),
    # 5 · Budget
    Champ(
        "montant_demande",
        Section.BUDGET,
        Sorte.EUROS,
        manque="Donnez le montant demandé à l’EPT.",
        zero=False,
        export="Montant demandé",
    ),
    Champ("lignes", Section.BUDGET, relation="budget_lignes"),
    # 6 · Évaluation
    Champ("evaluation", Section.EVALUATION, manque="Dites comment vous saurez que c’est réussi.", hauteur=6),
    Champ("indicateurs", Section.EVALUATION, manque="Donnez au moins un indicateur avec sa cible."),
    # 7, 8 · What the édition asks
    Champ("reponses", Section.QUESTIONS, Sorte.QUESTIONS),
    Champ("fichiers", Section.PIECES, Sorte.FICHIERS, relation="pieces"),
)


def champs_of(section: Section) -> list[Champ]:
    """The entries of a section, in order, as a list."""
    return [champ for champ in CHAMPS if champ.section == section]


def colonnes_of(section: Section) -> list[Champ]:
    """Those its form asks one by one."""
    return [champ for champ in champs_of(section) if champ.is_colonne]


def champ(nom: str) -> Champ:
    """The entry saved under this name."""
    return next(one for one in CHAMPS if one.nom_complet == nom)
