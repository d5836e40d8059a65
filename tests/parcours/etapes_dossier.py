"""The first half of the year, step by step: idea, writing together, deposit, instruction. People click, nobody else."""

import re
from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone
from playwright.sync_api import expect

from ecriture.models import Commentaire
from label.models import Edition
from label.templatetags.label_ui import jour_heure
from projects.enums import Statut
from projects.models import Depot, Dossier, Passage
from projects.tasks import send_digests
from tests.parcours.pages import (
    REPONSES,
    attached,
    code,
    confirm,
    confirm_engagements,
    download,
    fill,
    follow,
    link,
    pdf_text,
    plain,
    press,
    save_section,
    says,
    type_code,
    words,
)
from tests.pdf import PDF

TITRE = "La halle aux réparations"


def address_of(dossier):
    return f"/dossiers/{dossier.cle}/"


def send_idea(monde):
    """A visitor writes an idea, signs in with the code of the mail, finds it again and sends it."""
    page = monde.page
    page.goto("/")
    page.locator("main").get_by_role("link", name=re.compile("idée")).first.click()
    fill(
        page,
        {
            "Un titre": TITRE,
            "Le besoin": "Les appareils finissent sur le trottoir.",
            "Votre idée": "Une halle où réparer.",
        },
    )
    page.get_by_label(monde.quartier.nom, exact=True).check()
    page.get_by_text("Forme, numéro RNA ou SIRET").click()
    fill(page, {"Nom de la structure": "Les Répareurs de la Seine", "Numéro RNA": "W941234567"})
    fill(page, {"Votre adresse": monde.porteur.email})
    press(page, "Continuer")
    says(page, "Votre idée est gardée 7\u00a0jours")
    type_code(page, code(monde.boite.wait(monde.porteur.email, "Votre code de connexion")))
    page.wait_for_url("**/idee/?attente=*")
    expect(page.get_by_label("Un titre pour votre projet")).to_have_value(TITRE)
    press(page, "Envoyer mon idée")
    says(page, "Votre idée est envoyée")
    dossier = Dossier.objects.get()
    assert (dossier.statut, dossier.contrat, dossier.created_by) == (Statut.IDEE, monde.contrat, monde.porteur)
    assert [(to, re.sub(r"\d{6}", "…", sujet)) for to, sujet in monde.boite.new()] == [
        (monde.chef.email, f"Une idée pour votre quartier : {TITRE}"),
        (monde.porteur.email, "Votre code de connexion : …"),
        (monde.porteur.email, f"Votre idée est bien reçue : {TITRE}"),
    ]
    return page, dossier


def accept_idea(monde, dossier):
    """The chef de projet comes by the link of his mail; the one of another contrat finds nothing."""
    address = link(monde.boite.wait(monde.chef.email, "Une idée"), "/dossiers/")
    assert address == address_of(dossier)
    ailleurs = monde.new_page(monde.chef_ailleurs)
    assert ailleurs.goto(address).status == 404
    chef = monde.new_page(monde.chef)
    chef.goto(address)
    follow(chef, "Accepter l’idée et ouvrir le dossier")
    press(chef, "Accepter l’idée et ouvrir le dossier")
    says(chef, "L’idée est acceptée")
    monde.boite.wait(monde.porteur.email, TITRE)
    return chef


def write_together(monde, dossier, porteur, chef):
    """Both write on one page, each sees the words of the other come; then the list empties, the visa is given."""
    address = address_of(dossier)
    porteur.goto(address)
    assert "Il reste" in words(porteur)
    for section in ("structure", "territoire", "calendrier"):
        if section == "calendrier":
            debut = date(dossier.edition.annee + 1, 2, 1)
            porteur.goto(f"{address}calendrier/")
            fill(porteur, {"Début de l’action": f"{debut}", "Fin de l’action": f"{debut + timedelta(days=300)}"})
            fill(porteur, REPONSES[section])
            press(porteur, "Enregistrer")
            says(porteur, "est enregistré à")
        else:
            save_section(porteur, address, section)
    porteur.goto(f"{address}projet/")
    chef.goto(f"{address}projet/")
    fill(chef, REPONSES["projet"])
    press(chef, "Enregistrer")
    says(chef, "est enregistré à")
    # What the other wrote comes by itself; what is typed leaves by itself.
    expect(porteur.get_by_label("Partenaires")).to_have_value(REPONSES["projet"]["Partenaires"])
    both = f"{REPONSES['projet']['Objectifs']} Apprendre à réparer."
    objectifs = porteur.get_by_label("Objectifs")
    objectifs.press("Control+End")
    objectifs.press_sequentially(" Apprendre à réparer.")
    expect(porteur.locator("#etat-id_objectifs")).to_contain_text("Enregistré à")
    dossier.refresh_from_db()
    assert (dossier.objectifs, dossier.partenaires) == (both, REPONSES["projet"]["Partenaires"])
    talk(monde, address, porteur, chef)
    save_section(chef, address, "evaluation")
    save_section(porteur, address, "budget")
    expect(porteur.locator("[data-budget-solde]")).to_have_text("Le budget est équilibré")
    chef.goto(address)
    expect(chef.locator("#manques .manques a")).to_have_text(["Joignez la pièce « Derniers comptes »."])
    # What is missing keeps the visa back, on the page of the dossier and on its own.
    assert chef.get_by_role("link", name="Donner le visa : le dossier est prêt").count() == 0
    chef.goto(f"{address}passage/give_visa/")
    assert chef.get_by_role("button", name="Donner le visa").count() == 0
    porteur.goto(f"{address}pieces/")
    porteur.get_by_label("Fichier : Derniers comptes").set_input_files(
        {"name": "comptes 2025.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    expect(porteur.get_by_role("link", name="comptes 2025.pdf")).to_be_visible()
    porteur.goto(address)
    press(porteur, "Demander la relecture et le visa")
    says(porteur, "Le chef de projet est prévenu")
    chef.goto(link(monde.boite.wait(monde.chef.email, "Visa demandé"), "/dossiers/"))
    follow(chef, "Donner le visa : le dossier est prêt")
    press(chef, "Donner le visa : le dossier est prêt")
    says(chef, "Votre visa est donné")
    monde.boite.wait(monde.porteur.email, "Visa donné")


def group_comments():
    """Ten minutes pass; beat then asks the worker for the digests."""
    Commentaire.objects.update(created_at=F("created_at") - timedelta(minutes=10))
    send_digests.delay()


def talk(monde, address, porteur, chef):
    """A comment, its answer, the end of the discussion."""
    chef.goto(f"{address}projet/")
    fill(chef, {"Commentaire(?!s)": "Qui tient la halle le samedi ?"})
    press(chef, "Publier le commentaire")
    says(chef, "Votre commentaire est publié")
    group_comments()
    porteur.goto(link(monde.boite.wait(monde.porteur.email, "Nouveau commentaire"), "/projet/"))
    porteur.locator("summary", has_text="Répondre").click()
    fill(porteur, {"Votre réponse": "Les bénévoles, à tour de rôle."})
    press(porteur, "Envoyer la réponse")
    says(porteur, "Votre commentaire est publié")
    group_comments()
    chef.goto(link(monde.boite.wait(monde.chef.email, "Nouveau commentaire"), "/projet/"))
    expect(chef.locator(".reponse")).to_contain_text("Les bénévoles, à tour de rôle.")
    chef.get_by_role("button", name="Marquer comme réglée").click()
    says(chef, "La discussion est réglée")


def deposit(monde, dossier, porteur):
    """One click: a number, a frozen content, a receipt to download and in the mail."""
    porteur.goto(address_of(dossier))
    follow(porteur, "Déposer le dossier")
    confirm_engagements(porteur)
    monde.boite.new()
    confirm(porteur, "Déposer le dossier")
    porteur.wait_for_url("**/depot/")
    depot = Depot.objects.get()
    dossier.refresh_from_db()
    assert (dossier.statut, dossier.numero) == (Statut.DEPOSE, f"LAI-{dossier.edition.annee}-001")
    passage = Passage.objects.get(transition="deposit")
    assert (passage.by, passage.de, passage.arrivee) == (monde.porteur, Statut.PRET, depot.at)
    assert depot.sha256 in words(porteur)
    receipt = download(porteur, lambda: follow(porteur, "Télécharger l’accusé de réception"))
    text = pdf_text(receipt)
    tribunal, structure = "tribunal administratif de Melun", "Les Répareurs de la Seine"
    signataire = "Mariam Cissé, présidente de la structure"
    for said in (dossier.numero, jour_heure(depot.at), signataire, tribunal, structure):
        assert plain(said) in text
    assert depot.sha256 in text.replace(" ", "")
    assert monde.boite.new() == [
        (monde.chef.email, f"Dossier {dossier.numero} déposé : {TITRE}"),
        (monde.porteur.email, f"Dossier {dossier.numero} : nous avons bien reçu votre projet"),
    ]
    mail = monde.boite.wait(monde.porteur.email, "bien reçu votre projet")
    assert attached(mail) == {f"accuse-de-reception-{dossier.numero}.pdf": receipt}
    assert porteur.goto(f"{address_of(dossier)}projet/").status == 200
    assert "n’est plus en cours d’écriture" in words(porteur)


def let_time_pass(edition):
    """The deadline was yesterday, the jury meets today."""
    now = timezone.now()
    today = timezone.localdate(now)
    Edition.objects.filter(pk=edition.pk).update(
        cloture=now - timedelta(days=1),
        fin_instruction=today,
        jury_debut=today,
        jury_fin=today,
        publication_prevue=today,
    )
    edition.refresh_from_db()


def instruct(monde, dossier, porteur):
    """Checklist, complement asked and answered, a partner's word, the note, the admission."""
    page = monde.new_page(monde.instructeur)
    page.goto("/instruction/")
    page.locator(f'a[href="/instruction/{dossier.cle}/"]').first.click()
    page.get_by_label("Confier à").select_option(label="Inès Morvan")
    press(page, "Enregistrer")
    says(page, "L’attribution est enregistrée")
    premier, second = (page.get_by_role("group", name=name) for name in ("droit privé", "sur le territoire"))
    premier.get_by_label("Conforme", exact=True).check()
    second.get_by_label("Non conforme").check()
    second.get_by_role("textbox").fill("Le lieu n’est pas dit à partir de mars.")
    press(page, "Enregistrer la vérification")
    says(page, "La vérification de recevabilité est enregistrée")
    ask_and_answer(monde, dossier, page, porteur)
    second.get_by_label("Conforme", exact=True).check()
    press(page, "Enregistrer la vérification")
    decide(page, "Déclarer recevable")
    monde.boite.wait(monde.porteur.email, "recevable")
    hear_a_partner(monde, dossier, page)
    fill(page, {"Note de synthèse": "Projet attendu, à entendre sur la durée.", "Montant proposé": "7000"})
    press(page, "Enregistrer la note")
    says(page, "La note est enregistrée")
    pilote = monde.new_page(monde.pilote)
    pilote.goto(f"/instruction/{dossier.cle}/")
    decide(pilote, "Admettre à l’audition")
    monde.boite.wait(monde.porteur.email, "sera entendu par le jury")
    porteur.goto(address_of(dossier))
    assert "Audition à venir" in words(porteur)
    return pilote


def decide(page, label):
    follow(page, label)
    press(page, label)
    says(page, "C’est fait")


def ask_and_answer(monde, dossier, page, porteur):
    """Only what is asked reopens, after the deadline too; what was deposited stays frozen."""
    frozen = Depot.objects.get().contenu
    follow(page, "Demander un complément")
    fill(page, {"Ce qui est demandé": "Où l’atelier se tient-il à partir de mars ?"})
    page.get_by_label("Calendrier et moyens").check()
    press(page, "Envoyer la demande")
    says(page, "La demande de complément part")
    porteur.goto(link(monde.boite.wait(monde.porteur.email, "Votre réponse est attendue"), "/complement/"))
    porteur.goto(f"{address_of(dossier)}budget/")
    assert "n’est pas concernée par le complément" in words(porteur)
    porteur.go_back()
    follow(porteur, "Calendrier et moyens")
    fill(porteur, {"Grandes étapes": "Ouvrir la halle ; en mars, la cour de l’école."})
    press(porteur, "Enregistrer")
    says(porteur, "est enregistré à")
    porteur.goto(f"{address_of(dossier)}complement/")
    assert "en mars, la cour de l’école" in words(porteur)
    fill(porteur, {"Votre réponse": "Dans la cour de l’école."})
    press(porteur, "Envoyer la réponse à l’EPT")
    says(porteur, "Votre réponse est envoyée")
    dossier.refresh_from_db()
    assert (dossier.statut, Depot.objects.get(rang=1).contenu == frozen) == (Statut.DEPOSE, True)
    page.goto(link(monde.boite.wait(monde.instructeur.email, "omplément"), "/instruction/"))
    assert "Dans la cour de l’école." in words(page)


def hear_a_partner(monde, dossier, page):
    """The link of the mail is enough, once; it shows nobody's address."""
    follow(page, "Demander des avis")
    fill(page, {"Partenaires": "Paule Renaud ; Val Bailleur ; paule@bailleur.example"})
    press(page, "Envoyer les demandes")
    says(page, "1 avis demandé")
    partner = monde.new_page()
    address = link(monde.boite.wait("paule@bailleur.example", "Votre avis"), "/avis/")
    partner.goto(address)
    assert TITRE in words(partner) and monde.porteur.email not in partner.content()
    partner.get_by_label("Favorable", exact=True).check()
    fill(partner, {"En quelques mots": "La halle est prête."})
    press(partner, "Donner cet avis")
    expect(partner.get_by_role("button", name="Donner cet avis")).to_have_count(0)
    (avis,) = dossier.avis.all()
    assert (avis.sens, avis.texte) == ("favorable", "La halle est prête.")
    page.goto(link(monde.boite.wait(monde.instructeur.email, "vis"), "/instruction/"))
    assert "La halle est prête." in words(page)
