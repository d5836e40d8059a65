"""The accounts offered by «se connecter en tant que», in demonstration only. All these people are fictional."""

from dataclasses import dataclass

from label.enums import Role


@dataclass(frozen=True)
class Compte:
    email: str
    prenom: str
    nom: str
    role: str
    ce_qu_on_voit: str


COMPTES = (
    Compte(
        "porteur@demo.example", "Awa", "Diarra", Role.PORTEUR.label, "écrit et dépose le dossier de son association"
    ),
    Compte(
        "chef@demo.example", "Luc", "Fontanel", Role.CHEF_DE_PROJET.label, "reçoit les idées, co-écrit, donne le visa"
    ),
    Compte(
        "instructeur@demo.example",
        "Inès",
        "Morvan",
        Role.INSTRUCTEUR.label,
        "vérifie, demande des compléments, note pour le jury",
    ),
    Compte("jure@demo.example", "Hugo", "Belmas", Role.JURE.label, "déclare ses liens, écoute, note"),
    Compte(
        "presidente@demo.example",
        "Claire",
        "Astier",
        "Présidente du jury",
        "note, puis lit la délibération",
    ),
    Compte("pilote@demo.example", "Nadia", "Kessler", Role.PILOTE.label, "conduit l’édition, publie, exporte"),
)
