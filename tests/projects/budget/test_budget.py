"""The budget grid: what balances, what does not, and where to go to put it right."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from label.templatetags.label_ui import euros
from projects.budget.controle import Anomalie, controler
from projects.budget.plan import (
    CHARGE,
    CHARGES,
    CONTRIBUTIONS_CHARGES,
    CONTRIBUTIONS_PRODUITS,
    EPT,
    PRODUIT,
    PRODUITS,
    Ligne,
    Plan,
    Totaux,
    ligne_ept,
    presentation,
    totals,
)
from projects.budget.saisie import clean_ligne, parse_montant
from projects.enums import Sens

DEMANDE = Ligne(PRODUIT, "74", EPT, 12000, is_ept=True)
LIGNES = [
    Ligne(CHARGE, "60", "", 6500),
    Ligne(CHARGE, "64", "", 9000),
    DEMANDE,
    Ligne(PRODUIT, "74", "Département de l’Essonne", 2500, is_obtenu=True),
    Ligne(PRODUIT, "756", "", 1000),
    Ligne(CHARGE, "864", "", 4000),
    Ligne(PRODUIT, "87B", "", 4000),
]


def codes(lignes, montant_demande=12000):
    return [(anomalie.code, anomalie.champ) for anomalie in controler(lignes, montant_demande)]


def changed(rang, **values):
    return [replace(ligne, **values) if place == rang else ligne for place, ligne in enumerate(LIGNES)]


def test_a_right_budget_has_no_anomaly():
    assert controler(LIGNES, 12000) == []


def test_totals_keep_contributions_outside_the_cash_balance():
    assert totals(LIGNES) == Totaux(
        charges=15500,
        produits=15500,
        contributions_charges=4000,
        contributions_produits=4000,
        ept=12000,
        subventions_demandees=12000,
        subventions_obtenues=2500,
    )
    assert (totals(LIGNES).solde, totals(LIGNES).ecart_contributions) == (0, 0)
    assert totals(LIGNES[:2]).solde == -15500


def test_the_grid_holds_every_account_of_the_form_once():
    assert [compte for compte in CHARGES if compte.isdigit()] == [str(n) for n in range(60, 70)]
    assert [compte for compte in PRODUITS if len(compte) == 2] == ["70", "73", "74", "75", "76", "77", "78", "79"]
    comptes = [*CHARGES, *PRODUITS, *CONTRIBUTIONS_CHARGES, *CONTRIBUTIONS_PRODUITS]
    assert len(comptes) == len(set(comptes))
    assert all(len(compte) <= 4 for compte in comptes)
    assert (Sens.CHARGE, Sens.PRODUIT) == (CHARGE, PRODUIT)


def test_labels_and_numbers():
    plan = Plan({"87B": ("870", "Temps donné")})
    assert plan.libelle("64") == "Charges de personnel"
    assert [plan.intitule(compte) for compte in ("64", "87B", "IX")] == [
        "64 Charges de personnel",
        "870 Temps donné",
        "Charges indirectes\u00a0: frais financiers",
    ]
    assert [Plan().numero(compte) for compte in ("64", "87B", "IF")] == ["64", "875", ""]
    with pytest.raises(KeyError):
        plan.libelle("99")


@pytest.mark.parametrize(
    ("texte", "montant"),
    [
        ("1 234,00 €", 1234),
        ("1\u202f234\u00a0€", 1234),
        (" 12345 ", 12345),
        ("1.234.567,00", 1_234_567),
        ("800.00 EUR", 800),
        (1500.0, 1500),
        (0, 0),
        ("", None),
        (None, None),
        ("100000000", 100_000_000),
    ],
)
def test_french_amounts(texte, montant):
    assert parse_montant(texte) == montant


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ("12,50", "«\u00a012,50\u00a0» a des centimes\u00a0: écrivez un nombre entier d’euros, sans centimes."),
        (12.5, "«\u00a012.5\u00a0» a des centimes\u00a0: écrivez un nombre entier d’euros, sans centimes."),
        ("-300", "Un montant n’est jamais négatif."),
        ("− 300 €", "Un montant n’est jamais négatif."),
        ("100000001", "Un montant ne dépasse pas 100\u202f000\u202f000\u00a0€."),
        ("1,234", "«\u00a01,234\u00a0» n’est pas un montant\u00a0: écrivez un nombre entier d’euros."),
        ("12 34", "«\u00a012 34\u00a0» n’est pas un montant\u00a0: écrivez un nombre entier d’euros."),
        ("deux", "«\u00a0deux\u00a0» n’est pas un montant\u00a0: écrivez un nombre entier d’euros."),
        (True, "Un montant est un nombre entier d’euros, sans centimes."),
        ([], "Un montant est un nombre entier d’euros, sans centimes."),
    ],
)
def test_what_is_no_amount_is_refused_with_a_reason(texte, message):
    with pytest.raises(ValidationError) as refus:
        parse_montant(texte)
    assert refus.value.messages == [message]


CLE = "0b9f4ad2-6f5e-4f0c-9d3e-6d3c0a0f7c11"


@pytest.mark.parametrize(
    ("valeur", "ligne"),
    [
        (
            {"cle": CLE, "sens": "charge", "compte": "60", "libelle": " Bois \n brut\x00", "montant": "1 200,00 €"},
            {
                "sens": "charge",
                "compte": "60",
                "libelle": "Bois brut",
                "montant": 1200,
                "is_obtenu": False,
            },
        ),
        (
            {"sens": "produit", "compte": "74", "libelle": "Ville", "montant": None, "is_obtenu": True, "is_ept": True},
            {"sens": "produit", "compte": "74", "libelle": "Ville", "montant": 0, "is_obtenu": True},
        ),
        (
            {"sens": "produit", "compte": "70", "libelle": None, "montant": 5, "is_obtenu": True},
            {"sens": "produit", "compte": "70", "libelle": "", "montant": 5, "is_obtenu": False},
        ),
    ],
)
def test_a_line_from_the_screen_is_cleaned(valeur, ligne):
    assert clean_ligne(valeur) == ligne


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sens": "autre"}, "Une ligne est une charge ou un produit."),
        ({"sens": ["charge"]}, "Une ligne est une charge ou un produit."),
        ({"compte": ""}, "Choisissez le compte de cette ligne."),
        ({"compte": "74"}, "Le compte 74 n’existe pas de ce côté du budget."),
        ({"compte": {}}, "Choisissez le compte de cette ligne."),
        ({"libelle": "x" * 121}, "Ce texte compte 121 caractères\u00a0: 120 au plus."),
        ({"montant": -5}, "Un montant n’est jamais négatif."),
    ],
)
def test_a_wrong_line_from_the_screen_is_refused(change, message):
    with pytest.raises(ValidationError) as refus:
        clean_ligne({"sens": "charge", "compte": "60", "libelle": "", "montant": 1} | change)
    assert refus.value.messages == [message]


@pytest.mark.parametrize("valeur", [None, [], "60", 5])
def test_what_is_no_line_is_refused(valeur):
    with pytest.raises(ValidationError, match="illisible"):
        clean_ligne(valeur)


def test_the_line_of_the_ept_is_written_from_the_amount():
    assert [ligne_ept(None), ligne_ept(0)] == [None, None]
    assert controler([*LIGNES[:2], Ligne(**ligne_ept(12000)), *LIGNES[3:]], 12000) == []


@pytest.mark.parametrize("lignes", [[], [Ligne(CHARGE, "60")], LIGNES[5:]])
def test_an_empty_budget(lignes):
    assert controler(lignes, 12000) == [
        Anomalie("vide", "Le budget est vide\u00a0: indiquez les charges et les produits.", "budget")
    ]


@pytest.mark.parametrize(
    ("montant", "message"),
    [
        (6000, "Le budget n’est pas équilibré\u00a0: les produits dépassent les charges de 500\u00a0€."),
        (8000, "Le budget n’est pas équilibré\u00a0: les charges dépassent les produits de 1\u202f500\u00a0€."),
    ],
)
def test_an_unbalanced_budget_says_by_how_much(montant, message):
    assert controler(changed(0, montant=montant), 12000) == [Anomalie("desequilibre", message, "budget")]


def test_contributions_balance_apart():
    assert controler(changed(6, montant=3000), 12000) == [
        Anomalie(
            "contributions",
            "Les contributions volontaires ne sont pas équilibrées\u00a0: "
            "4\u202f000\u00a0€ en emplois (86), 3\u202f000\u00a0€ en ressources (87).",
            "budget",
        )
    ]
    assert controler(LIGNES[:5], 12000) == []


@pytest.mark.parametrize(
    ("change", "attendu"),
    [
        ({"montant": -1}, ("montant", "lignes.1.montant")),
        ({"montant": 10.5}, ("montant", "lignes.1.montant")),
        ({"montant": True}, ("montant", "lignes.1.montant")),
        ({"montant": None}, ("montant", "lignes.1.montant")),
        ({"compte": "74"}, ("compte", "lignes.1.compte")),
        ({"compte": "99"}, ("compte", "lignes.1.compte")),
        ({"sens": PRODUIT}, ("compte", "lignes.1.compte")),
        ({"sens": "autre"}, ("compte", "lignes.1.compte")),
        ({"compte": "87B"}, ("compte", "lignes.1.compte")),
    ],
)
def test_a_wrong_line_is_named(change, attendu):
    assert codes(changed(1, **change))[0] == attendu


def test_a_wrong_account_says_which():
    assert controler(changed(1, compte="99"), 12000)[0] == Anomalie(
        "compte", "Le compte 99 n’existe pas de ce côté du budget.", "lignes.1.compte"
    )


def test_a_subsidy_names_its_funder_and_each_funder_has_one_line():
    assert codes(changed(3, libelle="  ")) == [("financeur", "lignes.3.libelle")]
    double = [
        *LIGNES[:3],
        replace(LIGNES[3], montant=1500),
        Ligne(PRODUIT, "74", " département  de l’essonne", 1000, True),
    ]
    assert controler([*double, *LIGNES[4:]], 12000) == [
        Anomalie(
            "financeur_double",
            "«\u00a0département  de l’essonne\u00a0» figure deux fois\u00a0: une seule ligne par financeur.",
            "lignes.4.libelle",
        )
    ]


def test_one_funder_may_have_granted_a_part_and_be_asked_for_another():
    demande = Ligne(PRODUIT, "74", "Département de l’Essonne", 1000, is_obtenu=False)

    assert controler([*LIGNES[:3], replace(LIGNES[3], montant=1500), demande, *LIGNES[4:]], 12000) == []


def test_an_empty_line_74_is_not_blamed():
    assert controler([*LIGNES, Ligne(PRODUIT, "74")], 12000) == []


def test_the_line_of_the_ept_is_the_amount_requested():
    assert controler(LIGNES, 11000) == [
        Anomalie(
            "ept_montant",
            "La ligne de l’EPT (12\u202f000\u00a0€) doit être égale au montant demandé (11\u202f000\u00a0€).",
            "lignes.2.montant",
        )
    ]


@pytest.mark.parametrize("demande", [None, 0])
def test_the_amount_requested_is_asked_for(demande):
    assert codes(LIGNES, demande) == [("demande", "montant_demande")]


def test_the_line_of_the_ept_is_there_once_at_74_and_not_obtained():
    assert codes(changed(2, is_ept=False)) == [("ept_absente", "budget")]
    assert codes([*LIGNES, Ligne(PRODUIT, "74", "Deux", 0, is_ept=True)]) == [("ept_multiple", "lignes.7.is_ept")]
    assert codes(changed(2, is_obtenu=True)) == [("ept_obtenu", "lignes.2.is_obtenu")]
    assert codes(changed(2, compte="70")) == [("ept_place", "lignes.2.compte"), ("ept_montant", "lignes.2.montant")]


def test_several_faults_are_all_told():
    lignes = [Ligne(CHARGE, "60", "", -5), Ligne(PRODUIT, "74", "", 100), Ligne(CHARGE, "864", "", 10)]

    assert codes(lignes, 50) == [
        ("montant", "lignes.0.montant"),
        ("financeur", "lignes.1.libelle"),
        ("desequilibre", "budget"),
        ("contributions", "budget"),
        ("ept_absente", "budget"),
    ]


def test_presentation_for_the_documents():
    donnees = presentation([Ligne(CHARGE, "IF", "loyer", 0), *reversed(LIGNES)])

    assert donnees == {
        "charges": [
            {"compte": "60", "libelle": "Achats", "montant": 6500, "precision": "", "is_ept": False},
            {"compte": "64", "libelle": "Charges de personnel", "montant": 9000, "precision": "", "is_ept": False},
        ],
        "produits": [
            {
                "compte": "74",
                "libelle": "Département de l’Essonne",
                "montant": 2500,
                "precision": "obtenu",
                "is_ept": False,
            },
            {"compte": "74", "libelle": EPT, "montant": 12000, "precision": "demandé", "is_ept": True},
            {"compte": "756", "libelle": "Cotisations", "montant": 1000, "precision": "", "is_ept": False},
        ],
        "contributions_charges": [
            {"compte": "864", "libelle": "Personnel bénévole", "montant": 4000, "precision": "", "is_ept": False}
        ],
        "contributions_produits": [
            {"compte": "875", "libelle": "Bénévolat", "montant": 4000, "precision": "", "is_ept": False}
        ],
        "total_charges": 15500,
        "total_produits": 15500,
        "total_contributions_charges": 4000,
        "total_contributions_produits": 4000,
    }


def test_a_precision_follows_its_account():
    assert presentation([Ligne(CHARGE, "60", "bois", 10)])["charges"][0]["libelle"] == "Achats (bois)"


@pytest.mark.parametrize(
    ("montant", "texte"), [(0, "0\u00a0€"), (999, "999\u00a0€"), (1234567, "1\u202f234\u202f567\u00a0€")]
)
def test_euros(montant, texte):
    assert euros(montant) == texte


@given(
    st.lists(st.tuples(st.sampled_from(sorted(CHARGES)), st.integers(1, 10**6)), min_size=1, max_size=8),
    st.integers(0, 10**6),
)
def test_a_budget_completed_by_its_balance_is_always_right(charges, aide):
    lignes = [Ligne(CHARGE, compte, "", montant) for compte, montant in charges]
    total = sum(montant for _, montant in charges)
    demande = max(1, total - aide)
    lignes.append(Ligne(PRODUIT, "74", EPT, demande, is_ept=True))
    lignes.append(Ligne(PRODUIT, "70", "", total - demande))

    assert controler(lignes, demande) == []
    assert totals(lignes).solde == 0
