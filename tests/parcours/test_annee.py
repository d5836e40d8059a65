"""The year, from an idea to the list of laureates: seven people, their browsers, their mailboxes."""

import csv
import json
import re
from datetime import date, timedelta
from io import BytesIO, StringIO
from types import SimpleNamespace

import pytest
from django.utils import timezone
from frictionless import Dialect, Resource, Schema, formats
from odfdo import Document
from openpyxl import load_workbook

from contrats.models import ContratDeVille, Quartier
from instruction.models import Instruction
from label.models import Courriel
from label.templatetags.label_ui import euros
from laureats.models import Laureat
from laureats.scdl import SCHEMA_PATH
from tests.factories.contrats import AffectationFactory
from tests.factories.label import (
    CritereFactory,
    EditionFactory,
    PieceDemandeeFactory,
    PointRecevabiliteFactory,
    UserFactory,
)
from tests.factories.projects import DossierFactory
from tests.parcours.etapes_dossier import (
    TITRE,
    accept_idea,
    address_of,
    deposit,
    instruct,
    let_time_pass,
    send_idea,
    write_together,
)
from tests.parcours.etapes_jury import deliberate, read_ranking, schedule, seat_the_jury, sit_and_score
from tests.parcours.pages import attached, confirm, download, fill, follow, pdf_text, plain, press, says, words


@pytest.fixture
def monde(territoire, new_page, boite, celery_worker):
    """An édition open today, its grid and its lists, and the people of the journey."""
    now = timezone.now()
    today = timezone.localdate(now)
    edition = EditionFactory(
        annee=today.year,
        ouverture=now - timedelta(days=90),
        cloture=now + timedelta(days=10),
        fin_instruction=today + timedelta(days=60),
        jury_debut=today + timedelta(days=70),
        jury_fin=today + timedelta(days=74),
        publication_prevue=today + timedelta(days=120),
        enveloppe=20_000,
    )
    for ordre, (nom, poids) in enumerate([("Innovation", 3), ("Besoin", 2), ("Suites", 1)], 1):
        CritereFactory(edition=edition, ordre=ordre, nom=nom, poids=poids)
    PieceDemandeeFactory(edition=edition, ordre=1, nom="Derniers comptes", is_obligatoire=True)
    for ordre, libelle in enumerate(["La structure est de droit privé", "L’action est sur le territoire"], 1):
        PointRecevabiliteFactory(edition=edition, ordre=ordre, libelle=libelle)
    contrat = ContratDeVille.objects.in_generation("2015").order_by("code")[0]
    autre = ContratDeVille.objects.in_generation("2015").order_by("code")[1]
    quartier = Quartier.objects.in_generation("2015").filter(contrats=contrat, libelle_a_completer=False).first()
    people = {
        "porteur": UserFactory(email="mariam@halle.example", prenom="Mariam", nom="Cissé"),
        "chef": UserFactory(email="luc@ville.example", prenom="Luc", nom="Fontanel"),
        "chef_ailleurs": UserFactory(email="anne@ville.example", prenom="Anne", nom="Autret"),
        "instructeur": UserFactory(email="ines@ept.example", prenom="Inès", nom="Morvan", instructeur=True),
        "pilote": UserFactory(email="nadia@ept.example", prenom="Nadia", nom="Kessler", pilote=True),
        "presidente": UserFactory(email="claire@ville.example", prenom="Claire", nom="Astier"),
        "voisine": UserFactory(email="rosa@ville.example", prenom="Rosa", nom="Ferrand"),
    }
    AffectationFactory(user=people["chef"], contrat=contrat)
    AffectationFactory(user=people["chef_ailleurs"], contrat=autre)
    autre_porteur = UserFactory(email="ali@jardin.example", prenom="Ali", nom="Mansouri")
    return SimpleNamespace(
        edition=edition,
        contrat=contrat,
        quartier=quartier,
        boite=boite,
        new_page=new_page,
        page=new_page(),
        adresses_du_jury=(people["presidente"].email, "hugo@fac.example", people["voisine"].email),
        autre_porteur=autre_porteur,
        **people,
    )


@pytest.mark.django_db(transaction=True)
def test_the_year_runs_from_an_idea_to_the_list_of_laureates(monde, tmp_path):
    porteur, dossier = send_idea(monde)
    chef = accept_idea(monde, dossier)
    write_together(monde, dossier, porteur, chef)
    deposit(monde, dossier, porteur)
    let_time_pass(monde.edition)
    pilote = instruct(monde, dossier, porteur)
    second_half(monde, dossier, porteur, pilote, tmp_path)


def second_half(monde, dossier, porteur, pilote, tmp_path):
    monde.autre = DossierFactory(
        admis=True,
        complet=True,
        titre="Le jardin des récits",
        numero=f"LAI-{monde.edition.annee}-002",
        edition=monde.edition,
        contrat=monde.contrat,
        porteur=monde.autre_porteur,
    )
    Instruction.objects.create(
        dossier=monde.autre, note_synthese="Proche d’un projet du quartier.", montant_propose=5_000
    )
    sieges = seat_the_jury(monde, pilote, dossier)
    auditions = schedule(monde, pilote, dossier)
    sit_and_score(monde, pilote, sieges, auditions)
    read_ranking(pilote, sieges[2], auditions)
    deliberate(monde, pilote, auditions)
    porteur.goto(address_of(dossier))
    assert "Le jury délibère" in words(porteur)
    assert [said for said in ("7 000", "roposé", "Lauréat", "16,67") if said in words(porteur)] == []
    vote_and_publish(monde, pilote, dossier)
    porteur.goto(address_of(dossier))
    assert "Lauréat" in words(porteur)
    read_in_public(monde, dossier)
    export(monde, pilote, dossier, tmp_path)
    sent = [message["Message-ID"] for message in monde.boite.smtp.messages]
    assert (len(sent), len(set(sent))) == (Courriel.objects.count(), Courriel.objects.count())


def vote_and_publish(monde, pilote, dossier):
    """The vote says nothing to anybody; the preview says who will get what; then all of it leaves at once."""
    annee = monde.edition.annee
    monde.boite.new()
    pilote.goto("/laureats/vote/")
    follow(pilote, f"Enregistrer le vote {annee}")
    fill(pilote, {"Date du vote": f"{timezone.localdate()}", "Numéro de la délibération": "2026-118"})
    press(pilote, "Enregistrer le vote")
    says(pilote, "Le vote est enregistré. Rien n’est encore publié.")
    assert monde.new_page().goto(f"/laureats/?edition={annee}").status == 200
    assert (Laureat.objects.count(), monde.boite.new()) == (0, [])
    preview = words(pilote)
    recipients = [monde.porteur.email, monde.autre_porteur.email, monde.chef.email, *monde.adresses_du_jury]
    assert [email for email in recipients if email not in preview] == []
    confirm(pilote, "Publier les résultats")
    says(pilote, "6 messages partent")
    titre = monde.edition.titre
    assert monde.boite.new() == sorted(
        [
            (monde.porteur.email, f"Votre projet « {TITRE} » est lauréat"),
            (monde.autre_porteur.email, "Résultat de votre projet « Le jardin des récits »"),
            (monde.chef.email, f"Les résultats du {titre} dans vos quartiers"),
            *((email, f"Les résultats du {titre} sont publiés") for email in monde.adresses_du_jury),
        ]
    )
    (lettre,) = attached(monde.boite.wait(monde.porteur.email, "est lauréat")).values()
    assert "7 000 €" in pdf_text(lettre) and "2026-118" in pdf_text(lettre)
    (refus,) = attached(monde.boite.wait(monde.autre_porteur.email, "Résultat")).values()
    assert "Le projet existe déjà dans ce quartier." in pdf_text(refus)
    assert "tribunal administratif de Melun" in pdf_text(refus)


def read_in_public(monde, dossier):
    """Anybody reads the laureate, nobody reads who was refused."""
    public = monde.new_page(width=375)
    public.goto("/laureats/")
    follow(public, TITRE)
    assert "Les Répareurs de la Seine" in words(public) and "7 000 €" in words(public)
    assert "jardin des récits" not in public.content()


def export(monde, pilote, dossier, tmp_path):
    """The four files of the list, opened again, say what the database holds."""
    pilote.goto(f"/laureats/suivi/exporter/{monde.edition.annee}/")
    laureat = Laureat.objects.get()
    versements = list(laureat.versements.order_by("rang").values_list("libelle", "montant"))
    assert [montant for _, montant in versements] == [4_900, 2_100]
    today = timezone.localdate()
    expected = plain_row(
        {
            "Édition": monde.edition.annee,
            "Numéro": dossier.numero,
            "Structure": "Les Répareurs de la Seine",
            "SIRET": None,
            "RNA": "W941234567",
            "Projet": TITRE,
            "Contrat de ville": monde.contrat.nom,
            "Quartiers": monde.quartier.nom,
            "Commune": None,
            "Montant demandé (€)": 8_000,
            "Montant voté (€)": 7_000,
            "Délibération": "2026-118",
            "Date du vote": today,
            "Notifié le": today,
            "Convention obligatoire": "non",
            "Convention signée le": None,
            "Versements": " ; ".join(f"{libelle} : {euros(montant)} (prévu)" for libelle, montant in versements),
            "Déjà payé (€)": 0,
            "Objet de la subvention": laureat.objet,
            "Source": laureat.source,
        }
    )
    offered = {sort: re.compile(rf"^La liste \({sort}, ") for sort in ("XLSX", "ODS", "CSV")}
    held = [xlsx_rows(download(pilote, lambda: follow(pilote, offered["XLSX"])))]
    held.append(ods_rows(download(pilote, lambda: follow(pilote, offered["ODS"]))))
    assert [[plain_row(row) for row in rows] for rows in held] == [[expected], [expected]]
    in_text = {key: as_text(value) for key, value in expected.items()}
    text = download(pilote, lambda: follow(pilote, offered["CSV"])).decode("utf-8-sig")
    assert [plain_row(row) for row in csv.DictReader(StringIO(text), delimiter=";")] == [in_text]
    check_scdl(
        download(pilote, lambda: follow(pilote, "Télécharger (CSV, une ligne par bénéficiaire)")), laureat, tmp_path
    )


def xlsx_rows(content):
    head, *rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def ods_rows(content):
    head, *rows = Document(BytesIO(content)).body.get_table(0).get_values()
    return [dict(zip(head, row, strict=True)) for row in rows]


def plain_row(row):
    """Dates without an hour, plain spaces."""
    return {key: plain_value(value) for key, value in row.items()}


def plain_value(value):
    if isinstance(value, str):
        return plain(value)
    return value.date() if hasattr(value, "date") else value


def as_text(value):
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def check_scdl(content, laureat, tmp_path):
    """The open data pass the published schema and hold the grant."""
    path = tmp_path / "subventions.csv"
    path.write_bytes(content)
    report = Resource(
        path=path.name,
        basepath=str(tmp_path),
        encoding="utf-8",
        schema=Schema.from_descriptor(json.loads(SCHEMA_PATH.read_text())),
        dialect=Dialect(controls=[formats.CsvControl(delimiter=",", line_terminator="\n")]),
    ).validate()
    assert report.flatten(["rowNumber", "fieldName", "type"]) == []
    (row,) = csv.DictReader(StringIO(content.decode()))
    assert {
        name: row[name] for name in ("nomBeneficiaire", "rnaBeneficiaire", "idBeneficiaire", "objet", "montant")
    } == {
        "nomBeneficiaire": "Les Répareurs de la Seine",
        "rnaBeneficiaire": "W941234567",
        "idBeneficiaire": "",
        "objet": laureat.objet,
        "montant": "7000",
    }
