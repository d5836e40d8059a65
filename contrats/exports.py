"""The lists of the territory, as people take them away."""

from contrats.carte.queries import project_counts
from label.exports import Column, Table


def quartier_table(quartiers):
    """The quartiers as seen on screen; communes and contrats are read from what was prefetched."""
    rows = list(quartiers)
    counts = project_counts([quartier.pk for quartier in rows])
    return Table(
        "Quartiers prioritaires",
        [
            Column("generation", "Génération", lambda row: row.get_generation_display(), width=14),
            Column("code", "Code officiel", width=14),
            Column("nom", "Libellé", width=48),
            Column("communes", "Communes", lambda row: " ; ".join(c.nom for c in row.communes.all()), width=36),
            Column(
                "contrats", "Contrats de ville", lambda row: " ; ".join(c.nom for c in row.contrats.all()), width=36
            ),
            Column("population", "Habitants", kind="int"),
            Column("projets", "Projets", lambda row: counts[row.pk], kind="int"),
            Column("libelle_a_completer", "Libellé à compléter", kind="bool"),
            Column("is_verifie", "Vérifié", kind="bool"),
            Column("lat", "Latitude", kind="degrees"),
            Column("lon", "Longitude", kind="degrees"),
            Column("source", "Source", width=40),
        ],
        rows,
    )


def contrat_table(contrats):
    """The contrats with the persons in post today (`with_chefs`)."""
    return Table(
        "Contrats de ville",
        [
            Column("code", "Code", width=12),
            Column("nom", "Contrat de ville", width=44),
            Column("generation", "Génération", lambda row: row.get_generation_display(), width=14),
            Column("chefs", "Chefs de projet", lambda row: " ; ".join(str(a.user) for a in row.en_poste), width=32),
            Column("contact_email", "Adresse électronique", width=32),
            Column("contact_telephone", "Téléphone", width=16),
            Column("nb_quartiers", "Quartiers", kind="int"),
            Column("population_qpv", "Habitants des quartiers", kind="int"),
        ],
        contrats,
    )


def affectation_table(affectations):
    """Who was, is or will be chef de projet of what."""
    return Table(
        "Chefs de projet",
        [
            Column("contrat", "Contrat de ville", "contrat.nom", width=44),
            Column("nom", "Nom", "user.nom"),
            Column("prenom", "Prénom", "user.prenom"),
            Column("email", "Adresse électronique", "user.email", width=34),
            Column("telephone", "Téléphone", "user.telephone", width=16),
            Column("du", "Premier jour", kind="date"),
            Column("au", "Dernier jour", kind="date"),
        ],
        affectations,
    )
