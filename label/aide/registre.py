"""The help: what each role does here, task by task, and which page each paragraph explains.

The texts are `templates/label/aide/<role>.html`, one part of the template for each paragraph. The tests check that
every page named here exists, that every paragraph is written, and that no text is left over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Partie:
    """One task. `ancre`: its place in the page; `titre`; `pages`: the names of the addresses it explains."""

    ancre: str
    titre: str
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aide:
    """The page of one role. `titre`: who it is for, `chapo`: what they do here; `concerne(user)`: whether this person
    holds it."""

    role: str
    titre: str
    chapo: str
    icone: str
    concerne: Callable[[Any], bool]
    parties: tuple[Partie, ...]

    @property
    def gabarit(self) -> str:
        return f"label/aide/{self.role}.html"

    @property
    def adresse(self) -> str:
        return reverse("label:aide_role", args=[self.role])

    def adresse_de(self, partie: Partie) -> str:
        return f"{self.adresse}#{partie.ancre}"


_DOSSIER = (
    "projects:dossier_detail",
    "projects:fil",
    "projects:echange_list",
    "projects:dossier_list",
    "projects:dossier_read",
    "projects:a_faire_list",
    "label:tableau",
)
# Who works at the EPT, on a contrat or in the jury finds their own page first; everybody else carries a project.
AIDES = (
    Aide(
        "ept",
        "Pour les agents de l’EPT",
        "Instruire, réunir le jury, publier, suivre\u00a0: ce que font l’instructeur et le pilote.",
        "clipboard-check",
        lambda user: user.is_authenticated and user.is_agent,
        (
            Partie("entrer", "Entrer, avec la double vérification", ("mfa_index", "account_second_factor")),
            Partie("file", "Trouver ce qui attend", ("instruction:instruction_list", *_DOSSIER)),
            Partie("recevabilite", "Vérifier la recevabilité", ("instruction:instruction_detail",)),
            Partie(
                "complement",
                "Demander un complément",
                ("instruction:complement_create", "instruction:complement_extend"),
            ),
            Partie("avis", "Demander l’avis d’un partenaire", ("instruction:avis_create",)),
            Partie("decision", "Décider de l’audition", ("instruction:instruction_decide",)),
            Partie("delai", "Prolonger un délai de dépôt", ("projects:prolongation_create",)),
            Partie(
                "edition",
                "Préparer une édition",
                (
                    "label:edition_list",
                    "label:edition_detail",
                    "label:edition_edit",
                    "label:edition_copy",
                    "label:edition_reglage",
                    "projects:question_list",
                    "projects:question_create",
                    "projects:question_edit",
                ),
            ),
            Partie(
                "jury",
                "Réunir le jury",
                ("juries:jury_create", "juries:jury_edit", "juries:jure_create", "juries:deport_list"),
            ),
            Partie(
                "seance",
                "Tenir une séance",
                (
                    "juries:seance_list",
                    "juries:seance_create",
                    "juries:seance_detail",
                    "juries:seance_convoke",
                    "juries:presence_edit",
                    "juries:seance_lock",
                    "juries:venue_keep",
                    "juries:oral_detail",
                ),
            ),
            Partie(
                "deliberation",
                "Délibérer et clore",
                ("juries:classement", "juries:deliberation_edit", "juries:deliberation_close"),
            ),
            Partie(
                "publication",
                "Enregistrer le vote, publier",
                ("laureats:vote_list", "laureats:vote_edit", "laureats:publication_preview"),
            ),
            Partie(
                "versements",
                "Suivre les lauréats et les versements",
                ("laureats:suivi", "laureats:suivi_detail", "laureats:versement_list"),
            ),
            Partie("messages", "Voir les messages qui partent", ("label:message_plan", "label:courriel_list")),
            Partie(
                "territoire",
                "Tenir à jour les contrats et les quartiers",
                (
                    "contrats:quartier_list",
                    "contrats:contrat_list",
                    "contrats:affectation_list",
                    "contrats:affectation_create",
                ),
            ),
            Partie("exports", "Emporter une liste", ("label:export_list", "laureats:export")),
        ),
    ),
    Aide(
        "chef-de-projet",
        "Pour les chefs de projet",
        "Recevoir les idées de vos quartiers, écrire avec les porteurs, donner le visa.",
        "diagram-3",
        lambda user: user.is_authenticated and user.has_perm("projects.list_portefeuille"),
        (
            Partie("idee", "Répondre à une idée", ("projects:idee_decline", "projects:idee_detail", "label:tableau")),
            Partie("portefeuille", "Suivre son portefeuille", ("projects:portefeuille_list", "projects:dossier_list")),
            Partie(
                "ecrire",
                "Écrire avec le porteur",
                ("projects:section_edit", "projects:fil", "projects:echange_list"),
            ),
            Partie("visa", "Relire et donner le visa", ("projects:dossier_detail", "projects:dossier_visa")),
            Partie("message", "Écrire à plusieurs porteurs", ("projects:message_create",)),
            Partie(
                "suite",
                "Après le dépôt",
                ("projects:dossier_read", "juries:oral_detail", "juries:repetition_edit"),
            ),
        ),
    ),
    Aide(
        "jury",
        "Pour les membres du jury",
        "Déclarer ses liens, lire, noter pendant l’audition, même quand le réseau manque.",
        "people",
        lambda user: user.is_authenticated and user.has_perm("juries.enter_jury"),
        (
            Partie("entrer", "Accepter et entrer", ("juries:jury_detail", "juries:jury_home", "label:tableau")),
            Partie("liens", "Déclarer ses liens d’intérêts", ("juries:declaration_edit",)),
            Partie(
                "lire",
                "Lire les dossiers",
                ("juries:audition_list", "juries:audition_detail", "juries:cahier"),
            ),
            Partie("noter", "Noter une audition", ("juries:notation",)),
            Partie("reseau", "Quand le réseau manque"),
            Partie("apres", "Après les auditions"),
        ),
    ),
    Aide(
        "porteur",
        "Pour les porteurs de projet",
        "De l’idée au résultat\u00a0: ce que vous faites ici, étape par étape.",
        "lightbulb",
        lambda user: True,
        (
            Partie("entrer", "Entrer, sans mot de passe", ("account_email",)),
            Partie("idee", "Proposer une idée", ("projects:idee_create", "projects:idee_detail", "label:tableau")),
            Partie(
                "ecrire",
                "Écrire le dossier",
                (
                    "projects:section_edit",
                    "projects:dossier_detail",
                    "projects:dossier_list",
                    "projects:dossier_read",
                    "projects:fil",
                ),
            ),
            Partie(
                "personnes",
                "Écrire à plusieurs",
                (
                    "projects:personne_list",
                    "projects:partage_create",
                    "projects:partage_edit",
                    "projects:mandat_edit",
                    "projects:echange_list",
                ),
            ),
            Partie("budget", "Remplir le budget", ("projects:budget_tableur",)),
            Partie("pieces", "Joindre les pièces"),
            Partie("visa", "Demander le visa", ("projects:dossier_visa",)),
            Partie("depot", "Déposer le dossier", ("projects:depot_create", "projects:depot_detail")),
            Partie("complement", "Répondre à un complément", ("instruction:complement_answer",)),
            Partie(
                "audition",
                "Être entendu par le jury",
                ("juries:oral_detail", "juries:venue_decline", "juries:repetition_edit"),
            ),
            Partie("resultat", "Connaître le résultat"),
            Partie(
                "structure",
                "Tenir à jour sa structure",
                (
                    "projects:structure_detail",
                    "projects:structure_edit",
                    "projects:structure_join",
                    "projects:structure_invite",
                    "projects:structure_transmettre",
                    "projects:demande_decide",
                ),
            ),
            Partie("reprendre", "Reprendre un projet", ("projects:dossier_copy", "projects:dossier_copied")),
        ),
    ),
)


# The parts of a dossier that have a paragraph of their own.
SECTIONS_A_PART = ("budget", "pieces")


def aide_du_role(role: str) -> Aide | None:
    return next((aide for aide in AIDES if aide.role == role), None)


def explication(page: str, user: Any, section: str = "") -> tuple[Aide, Partie] | None:
    """What explains the page of this name to this person: the text of a role they hold first, else any; None when no
    text does. `section`: the part of the dossier at hand, explained apart where one is."""
    found = [(aide, partie) for aide in AIDES for partie in aide.parties if page in partie.pages]
    if page == "projects:section_edit" and section in SECTIONS_A_PART:
        return next((aide, partie) for aide in AIDES for partie in aide.parties if partie.ancre == section)
    return next((pair for pair in found if pair[0].concerne(user)), found[0] if found else None)
