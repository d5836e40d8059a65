"""Documents: each template is rendered with believable data, opened again and read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO

import pytest
from pypdf import PdfReader

from label.documents import DocumentError, render_pdf

HOSTILE = '#panic("non") $x^2$ *gras* _rien_ \\ = titre «“”» {[()]} `code` // /* @ref <label> ~ --- é œ Ž'


def empreinte(text):
    return sha256(text.encode()).hexdigest()


COMMUN = {
    "demo": True,
    "edition": "Label Actions Innovantes 2027",
    "emetteur": {
        "nom": "Grand-Orly Seine Bièvre",
        "service": "Mission politique de la ville",
        "adresse": "11 avenue Henri-Farman, 94398 Orly",
        "courriel": "label@exemple.fr",
        "telephone": "01 00 00 00 00",
    },
}
RECEPISSE = COMMUN | {
    "numero": "LAI-2027-014",
    "titre": "La cuisine qui voyage",
    "structure": {
        "nom": "Les Tables du Plateau",
        "identifiant": "SIRET 812 231 132 00026",
        "representant": "Awa Traoré",
    },
    "depose_le": datetime(2027, 6, 1, 20, 42, tzinfo=UTC),
    "depose_par": "Awa Traoré",
    "montant_demande": 12000,
    "qpv": ["Le Noyer Renard (Athis-Mons)"],
    "contrat": "Les Portes de l’Essonne",
    "rejet_implicite_le": date(2027, 8, 1),
    "tribunal": "tribunal administratif de Melun",
    "fichiers": [{"nom": "Statuts", "fichier": "statuts.pdf", "octets": 1843200, "sha256": empreinte("statuts")}],
    "delai": "deux mois",
    "pieces_manquantes": [{"nom": "Rapport d’activité", "raison": "fichier illisible"}],
    "complement_avant_le": date(2027, 6, 20),
    "empreinte": empreinte("dossier"),
}
POSTE = {"compte": "60", "libelle": "Achats", "montant": 18500, "precision": "", "is_ept": False}
DOSSIER = COMMUN | {
    "numero": "LAI-2027-014",
    "titre": "La cuisine qui voyage",
    "resume": "Une cuisine mobile.",
    "statut": "Déposé, reçu par l’EPT",
    "structure": "Les Tables du Plateau",
    "contrat": "Les Portes de l’Essonne",
    "qpv": ["Le Noyer Renard (Athis-Mons)", "Clos Nollet (Athis-Mons)"],
    "montant_demande": 12000,
    "depose_le": datetime(2027, 6, 1, 20, 42, tzinfo=UTC),
    "empreinte": empreinte("dossier"),
    "sections": [
        {
            "titre": "2. Projet",
            "champs": [
                {"libelle": "Thèmes", "valeur": ["Alimentation", "Lien social"]},
                {"libelle": "Agréments", "valeur": ""},
                {"libelle": "Besoin", "valeur": "Premier paragraphe.\n\nSecond paragraphe.", "long": True},
            ],
        },
        {
            "titre": "5. Budget",
            "budget": [
                {"titre": "Charges", "lignes": [POSTE], "total": 18500},
                {
                    "titre": "Produits",
                    "lignes": [
                        POSTE
                        | {"compte": "74", "libelle": "EPT", "detail": "demandé", "is_ept": True, "montant": 18000}
                    ],
                    "total": 18000,
                },
                {
                    "titre": "Emplois des contributions volontaires",
                    "lignes": [POSTE | {"compte": "864", "libelle": "Bénévoles", "montant": 4000}],
                    "total": 4000,
                },
            ],
            "equilibre": "L’écart entre produits et charges est de 500 €.",
        },
        {
            "titre": "6. Évaluation",
            "champs": [{"libelle": "Indicateurs", "valeur": ["Repas : 240"]}],
        },
        {"titre": "7. Questions"},
        {"titre": "8. Pièces", "fichiers": [{"nom": "Statuts", "fichier": "statuts.pdf", "octets": 44000}]},
    ],
}
MEMBRE = {"nom": "Nadia Bellanger", "qualite": "Vice-présidente", "presence": "présente", "voix": "délibérative"}
CLASSE = {
    "numero": "LAI-2027-014",
    "titre": "La cuisine qui voyage",
    "structure": "Les Tables du Plateau",
    "rang": 1,
    "ex_aequo": True,
    "moyenne": Decimal("16.25"),
    "ecart_type": Decimal("0.05"),
    "nombre": 4,
    "montant_demande": 12000,
    "proposition": "propose",
    "montant": 10000,
    "points_forts": "Un projet mûr.",
    "motif_interne": "La cuisine est déjà équipée.",
    "motif": "",
}
PROCES_VERBAL = COMMUN | {
    "tenue_le": datetime(2027, 9, 16, 7, 0, tzinfo=UTC),
    "close_le": datetime(2027, 9, 16, 15, 30, tzinfo=UTC),
    "lieu": "salle du conseil, Orly",
    "preside_par": "Madame Nadia Bellanger",
    "colleges": [{"nom": "Élus", "membres": [MEMBRE]}, {"nom": "Experts", "membres": []}],
    "quorum": {"regle": "Plus de la moitié.", "requis": 3, "presents": 4, "atteint": True},
    "deports": [{"membre": "Karim Haddad", "dossiers": ["LAI-2027-021"]}],
    "departage": "le critère Innovation",
    "enveloppe": 60000,
    "total": 10000,
    "dossiers": [
        CLASSE,
        CLASSE
        | {
            "numero": "LAI-2027-030",
            "rang": None,
            "moyenne": None,
            "ecart_type": None,
            "nombre": 0,
            "proposition": "non_retenu",
            "montant": None,
            "motif": None,
        },
    ],
    "reserve": [{"rang": 1, "numero": "LAI-2027-022", "titre": "Jardin sur dalle", "montant": 9000}],
    "votes": [{"objet": "Liste proposée", "pour": 3, "contre": 0, "abstention": 1}],
    "observations": ["Deux lauréats partageront un local."],
    "signataires": [{"nom": "Nadia Bellanger", "qualite": "Présidente du jury"}],
    "empreinte": empreinte("pv"),
}
LETTRE = COMMUN | {
    "decision": "laureat",
    "destinataire": {
        "nom": "Madame Awa Traoré",
        "structure": "Les Tables du Plateau",
        "adresse": "4 allée\n91200 Athis",
    },
    "appel": "Madame la Présidente,",
    "lieu": "Orly",
    "date": date(2027, 10, 12),
    "numero": "LAI-2027-014",
    "titre": "La cuisine qui voyage",
    "montant": 12000,
    "montant_demande": 15000,
    "vote": {"organe": "le conseil territorial", "date": date(2027, 10, 5), "numero": "2027-118"},
    "motif": "Le jury attend des précisions.",
    "points_forts": "Une équipe connue de tout le quartier.",
    "suites": ["Une convention vous sera adressée."],
    "recours": ["Recours devant le tribunal administratif de Melun, dans les deux mois."],
    "signataire": {"nom": "Michel Aubert", "qualite": "Le président"},
}
TOUS = [
    ("projects/recepisse.typ", RECEPISSE, "Accusé de réception · Dossier LAI-2027-014"),
    ("projects/dossier.typ", DOSSIER, "Dossier LAI-2027-014 · La cuisine qui voyage"),
    ("juries/proces_verbal.typ", PROCES_VERBAL, "Procès-verbal · Délibération du jury"),
    ("laureats/lettre.typ", LETTRE, "Dossier LAI-2027-014 · Votre projet est lauréat"),
]


def read(content):
    """The text as one line, ordinary spaces."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize(("template", "data", "titre"), TOUS)
def test_every_document_is_tagged_french_and_titled(template, data, titre):
    reader = PdfReader(BytesIO(render_pdf(template, data)))
    root = reader.trailer["/Root"]

    assert root["/Lang"] in ("fr", "fr-FR")
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert reader.metadata.title == titre
    assert reader.metadata.author == "Grand-Orly Seine Bièvre"
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()


@pytest.mark.parametrize(("template", "data", "titre"), TOUS)
def test_the_fictional_mention_is_on_each_page_in_demo_only(template, data, titre):
    pages = PdfReader(BytesIO(render_pdf(template, data))).pages
    sans = PdfReader(BytesIO(render_pdf(template, data | {"demo": False}))).pages

    assert all("données fictives" in page.extract_text() for page in pages)
    assert not any("fictif" in page.extract_text() or "fictive" in page.extract_text() for page in sans)


def test_the_receipt_says_all_the_law_asks():
    text = read(render_pdf("projects/recepisse.typ", RECEPISSE))

    for expected in (
        "1er juin 2027 à 22 h 42",
        "LAI-2027-014",
        "La cuisine qui voyage",
        "SIRET 812 231 132 00026",
        "12 000 €",
        "Le Noyer Renard (Athis-Mons)",
        "Mission politique de la ville",
        "11 avenue Henri-Farman, 94398 Orly",
        "label@exemple.fr",
        "01 00 00 00 00",
        "réputée rejetée le 1er août 2027",
        "tribunal administratif de Melun",
        "deux mois",
        "Rapport d’activité (fichier illisible)",
        "20 juin 2027",
        "1,8 Mo",
        "statuts.pdf",
    ):
        assert expected in text
    assert empreinte("dossier") in text
    assert empreinte("statuts") in text.replace(" ", "")


def test_the_receipt_of_a_whole_dossier_speaks_of_no_missing_piece():
    text = read(
        render_pdf("projects/recepisse.typ", RECEPISSE | {"pieces_manquantes": [], "complement_avant_le": None})
    )

    assert "Pièces qui manquent" not in text


def test_the_texts_on_remedies_may_be_those_of_the_edition():
    text = read(render_pdf("projects/recepisse.typ", RECEPISSE | {"recours": ["Écrivez au médiateur."]}))

    assert "Écrivez au médiateur." in text
    assert "telerecours" not in text


def test_the_dossier_prints_sections_budget_and_contents():
    text = read(render_pdf("projects/dossier.typ", DOSSIER))

    for expected in (
        "Sommaire",
        "Alimentation Lien social",
        "Agréments Non renseigné",
        "Premier paragraphe. Second paragraphe.",
        "60 Achats 18 500 €",
        "74 EPT demandé 18 000 €",
        "L’écart entre produits et charges est de 500 €.",
        "Emplois des contributions volontaires",
        "Repas : 240",
        "Rien n’est renseigné dans cette partie.",
        "43 Ko",
    ):
        assert expected in text


def test_a_draft_has_no_number():
    brouillon = {cle: DOSSIER[cle] for cle in DOSSIER if cle not in ("numero", "depose_le", "empreinte", "contrat")}

    reader = PdfReader(BytesIO(render_pdf("projects/dossier.typ", brouillon)))

    assert reader.metadata.title == "Dossier en cours d’écriture · La cuisine qui voyage"


def test_the_minutes_print_scores_proposals_and_recusals():
    text = read(render_pdf("juries/proces_verbal.typ", PROCES_VERBAL))

    for expected in (
        "16 septembre 2027 à 9 h",
        "Collège : Élus",
        "Nadia Bellanger Vice-présidente présente délibérative",
        "Le quorum est atteint",
        "Karim Haddad LAI-2027-021",
        "16,25 0,05 4",
        "ex æquo",
        "Total proposé",
        "Reste disponible 50 000 €",
        "Jardin sur dalle",
        "Liste proposée 3 0 1",
        "17 h 30",
        "Présidente du jury",
    ):
        assert expected in text


def test_the_minutes_say_when_quorum_fails_and_the_envelope_is_passed():
    data = PROCES_VERBAL | {
        "enveloppe": 9000,
        "quorum": {"requis": 5, "presents": 4, "atteint": False},
        "deports": [],
        "reserve": [],
    }

    text = read(render_pdf("juries/proces_verbal.typ", data))

    assert "Le quorum n’est pas atteint" in text
    assert "Dépassement de l’enveloppe 1 000 €" in text
    assert "Aucun membre n’est déporté" in text
    assert "Liste d’attente Si un lauréat" not in text


@pytest.mark.parametrize(
    ("decision", "dit", "tait"),
    [
        ("laureat", "une subvention de : 12 000 €", "Ce qui a été relevé"),
        ("attente", "inscrit sur la liste d’attente", "12 000 €"),
        ("refus", "n’a pas retenu votre projet", "12 000 €"),
    ],
)
def test_a_letter_says_the_result_and_always_the_remedies(decision, dit, tait):
    text = read(render_pdf("laureats/lettre.typ", LETTRE | {"decision": decision}))

    assert dit in text
    assert tait not in text
    assert "Ce que le jury a apprécié Une équipe connue de tout le quartier." in text
    assert "Le jury attend des précisions." in text
    assert "délibération n° 2027-118 du 5 octobre 2027" in text
    assert "Voies et délais de recours Recours devant le tribunal administratif de Melun" in text


def test_a_letter_without_remedies_is_refused():
    with pytest.raises(DocumentError, match="states the remedies"):
        render_pdf("laureats/lettre.typ", LETTRE | {"recours": []})


def test_hostile_text_is_printed_as_typed_everywhere():
    text = read(render_pdf("projects/recepisse.typ", RECEPISSE | {"titre": HOSTILE}))

    assert HOSTILE in text


def test_markup_typed_at_the_start_of_a_line_stays_text():
    section = {
        "titre": "= Partie",
        "champs": [{"libelle": "*L*", "valeur": "= titre\n- tiret\n#set page()", "long": True}],
    }

    text = read(render_pdf("projects/dossier.typ", DOSSIER | {"titre": "= Titre", "sections": [section]}))

    assert "= Titre" in text
    assert "*L* = titre - tiret #set page()" in text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("fête 🎉", "fête"),
        ("famille 👩\u200d👩\u200d👧", "famille"),
        ("مرحبا", None),
        ("Привет", "Привет"),
        ("中文和日本語", "中文和日本語"),
        ("\ue000 privé \U000e0101", "privé"),
        ("nul\x00 et \x07cloche", "nul et cloche"),
        ("demi \ud83d paire", "demi paire"),
    ],
)
def test_no_sign_can_refuse_a_receipt(typed, shown):
    text = read(render_pdf("projects/recepisse.typ", RECEPISSE | {"titre": typed}))

    assert "Conservez ce document" in text
    assert shown is None or shown in text


def test_the_same_data_give_the_same_bytes_and_a_timestamp_dates_them():
    moment = datetime(2027, 6, 1, 20, 42, tzinfo=UTC)

    assert render_pdf("projects/recepisse.typ", RECEPISSE) == render_pdf("projects/recepisse.typ", RECEPISSE)
    dated = PdfReader(BytesIO(render_pdf("projects/recepisse.typ", RECEPISSE, timestamp=moment)))
    assert dated.metadata.creation_date == moment
    assert PdfReader(BytesIO(render_pdf("projects/recepisse.typ", RECEPISSE))).metadata.creation_date is None


@pytest.mark.parametrize("template", ["projects/absent.typ", "../base.html", "fonts", "/etc/hostname"])
def test_an_unknown_template_is_refused(template):
    with pytest.raises(DocumentError, match="no such document template"):
        render_pdf(template, {})


def test_missing_data_name_the_template():
    with pytest.raises(DocumentError, match=r"projects/recepisse\.typ: .*numero"):
        render_pdf("projects/recepisse.typ", COMMUN)


def test_data_json_cannot_carry_are_refused():
    with pytest.raises(DocumentError, match="object is not a value a document can show"):
        render_pdf("projects/recepisse.typ", RECEPISSE | {"titre": object()})
