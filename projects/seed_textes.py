"""What the dossiers of the demonstration say, section by section."""

from datetime import timedelta

from projects.enums import Section


def texts_of(monde, dossier, projet, rang, representant):
    """(the values of each section, the lines of the budget, the indicators); `representant`: (person, function)."""
    hasard = monde.hasard
    demande = hasard.randrange(30, 140) * 100
    total = round(demande / hasard.choice([0.45, 0.5, 0.6]) / 100) * 100
    reste = total - demande
    personne, fonction = representant
    # Once the results are known: an action that began before its vote would not be helped.
    debut = dossier.edition.publication_prevue + timedelta(days=15)
    values = {
        Section.STRUCTURE: {
            "representant_nom": personne.get_full_name(),
            "representant_fonction": fonction,
            "benevoles": 5 + rang % 30,
            "salaries": rang % 4,
            "adherents": 20 + rang * 3 % 150,
            "aides_publiques": "aucune" if rang % 3 else "Ville, 2 000 € ; Département, 1 500 €",
        },
        Section.PROJET: {
            "titre": dossier.titre,
            "resume": projet["resume"],
            "besoin": projet["besoin"],
            "innovation": projet["innovation"],
            "objectifs": "Agir avec les habitants, durer au-delà de l’année, transmettre ce qui aura marché.",
            "actions": projet["actions"],
            "partenaires": "Le centre social, le bailleur, une école du quartier.",
            "participation": "Un comité d’habitants se réunit chaque mois et décide du programme.",
        },
        Section.TERRITOIRE: {
            "quartiers": list(dossier.quartiers.all()),
            "communes": list(dossier.communes.all()),
            "lieux": "Au cœur du quartier, dans les halls, la salle commune et sur la place.",
            "publics": "Tous les âges, avec une attention aux jeunes et aux personnes seules.",
            "beneficiaires": 40 + rang * 13 % 300,
            "part_qpv": 60 + rang * 3 % 40,
        },
        Section.CALENDRIER: {
            "date_debut": debut,
            "date_fin": debut + timedelta(days=330),
            "etapes": "Préparation avec les habitants, trois mois ; action, neuf mois ; bilan public.",
            "moyens_humains": "Une coordinatrice à mi-temps, huit bénévoles.",
            "moyens_materiels": "Une salle prêtée par la ville, du petit matériel.",
        },
        Section.BUDGET: {"montant_demande": demande},
        Section.EVALUATION: {
            "evaluation": "Nous compterons, et surtout nous demanderons aux habitants ce qui a changé."
        },
    }
    lignes = [
        {"sens": "charge", "compte": "60", "libelle": "Fournitures", "montant": total // 5},
        {"sens": "charge", "compte": "62", "libelle": "Communication et déplacements", "montant": total // 10},
        {"sens": "charge", "compte": "64", "libelle": "Coordination", "montant": total - total // 5 - total // 10},
        {"sens": "charge", "compte": "864", "libelle": "Temps donné", "montant": 1200},
        {
            "sens": "produit",
            "compte": "74",
            "libelle": "Commune",
            "montant": reste - reste // 4,
            "is_obtenu": rang % 2 == 0,
        },
        {"sens": "produit", "compte": "756", "libelle": "Cotisations", "montant": reste // 4},
        {"sens": "produit", "compte": "87B", "libelle": "Temps donné", "montant": 1200},
    ]
    indicateurs = [
        {"libelle": "Habitants qui ont pris part au moins trois fois", "cible": str(30 + rang % 50)},
        {"libelle": "Habitants du comité encore là au bout d’un an", "cible": "8 sur 12"},
    ]
    return values, lignes, indicateurs
