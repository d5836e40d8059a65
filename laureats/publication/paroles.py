"""The words of a published result, for each of those who follow the project: beside those of `projects.fil.table`."""

from projects.fil.paroles import AUTOUR, Parole, Pour, register

LAUREAT, ATTENTE, NON_RETENU, NON_ADMIS = MOMENTS = (
    "resultat_laureat",
    "resultat_attente",
    "resultat_non_retenu",
    "resultat_non_admis",
)

register(
    Parole(
        LAUREAT,
        {Pour.PORTEUR},
        "Votre projet est lauréat",
        "Félicitations ! C’est la subvention que le conseil territorial vous accorde.",
        "La suite : les versements aux dates ci-dessous, puis la rencontre annuelle du réseau des lauréats.",
    ),
    Parole(
        LAUREAT,
        AUTOUR,
        "Le projet est lauréat",
        "C’est la subvention que le conseil territorial accorde à {structure}.",
    ),
    Parole(
        ATTENTE,
        {Pour.PORTEUR},
        "Votre projet est sur la liste d’attente",
        "Il pourra être soutenu si un lauréat renonce ou si des crédits se libèrent : l’EPT vous écrirait alors.",
        "Rien n’est attendu de vous. La lettre dit aussi vos recours.",
    ),
    Parole(
        ATTENTE,
        AUTOUR,
        "Le projet est sur la liste d’attente",
        "Il pourra être soutenu si un lauréat renonce ou si des crédits se libèrent.",
    ),
    Parole(
        NON_RETENU,
        {Pour.PORTEUR},
        "Votre projet n’est pas retenu cette année",
        "{arret} La décision a été publiée le {publie_le}.",
        "Vous pouvez, dans les deux mois, demander à l’EPT de revoir sa décision ou saisir le tribunal administratif. "
        "La lettre dit comment.",
    ),
    Parole(
        NON_RETENU,
        AUTOUR,
        "Le projet n’est pas retenu cette année",
        "{arret} La décision a été publiée le {publie_le}.",
    ),
    Parole(
        NON_ADMIS,
        {Pour.PORTEUR},
        "Votre projet n’est pas admis à l’audition",
        "La décision a été publiée le {publie_le}.",
        "Vous pouvez, dans les deux mois, demander à l’EPT de revoir sa décision ou saisir le tribunal administratif. "
        "La lettre dit comment.",
    ),
    Parole(
        NON_ADMIS,
        AUTOUR,
        "Le projet n’est pas admis à l’audition",
        "La décision a été publiée le {publie_le}.",
    ),
)
