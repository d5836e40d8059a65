"""The second half of the year, step by step: the jury sits, hears, scores and deliberates."""

import hashlib
import re

from django.db.models import F
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from juries.models import Audition, Bulletin, Deliberation, Seance
from label.templatetags.label_ui import jour_heure
from projects.enums import Statut
from tests.parcours.pages import (
    ask_code,
    attached,
    body,
    code,
    confirm,
    download,
    fill,
    follow,
    link,
    pdf_text,
    plain,
    press,
    says,
    type_code,
    words,
)

MEMBRES = (("Claire Astier", "Élus", True), ("Hugo Belmas", "Experts", False), ("Rosa Ferrand", "Élus", False))


def seat_the_jury(monde, pilote, dossier):
    """Three people come by the link of their mail, one of them without an account; each declares first."""
    annee = dossier.edition.annee
    pilote.goto("/jury/")
    press(pilote, f"Constituer le jury de l’édition {annee}")
    follow(pilote, "Modifier les règles")
    fill(pilote, {"Quorum": "2"})
    press(pilote, "Enregistrer")
    for (nom, college, preside), email in zip(MEMBRES, monde.adresses_du_jury, strict=True):
        follow(pilote, "Inviter un membre")
        fill(pilote, {"Prénom et nom": nom, "Adresse électronique": email})
        pilote.get_by_label(college, exact=True).check()
        pilote.get_by_label("Préside le jury").set_checked(preside)
        press(pilote, "Envoyer l’invitation")
        says(pilote, f"L’invitation est partie à {email}")
    presidente, expert, voisine = monde.adresses_du_jury
    phone = {"width": 375, "height": 740, "has_touch": True, "is_mobile": True}
    claire = accept(monde, monde.new_page(monde.presidente, **phone), presidente)
    declare(claire, dossier.titre, monde.autre.titre)
    hugo = accept(monde, monde.new_page(**phone), expert, nouveau=True)
    declare(hugo, dossier.titre, monde.autre.titre)
    rosa = accept(monde, monde.new_page(monde.voisine), voisine)
    declare(rosa, monde.autre.titre, lien=dossier.titre)
    return claire, hugo, rosa


def accept(monde, page, email, *, nouveau=False):
    """The link of the invitation, an account made on the way when there is none, a click."""
    page.goto(link(monde.boite.wait(email, "siéger au jury"), "/jury/invitation/"))
    if nouveau:
        follow(page, "Entrer avec mon adresse")
        ask_code(page, email)
        type_code(page, code(monde.boite.wait(email, "Votre code de connexion")))
        fill(page, {"Prénom": "Hugo", "Nom": "Belmas"})
        press(page, "Continuer")
    press(page, "J’accepte de siéger")
    says(page, "Merci, vous siégez au jury")
    return page


def declare(page, *sans_lien, lien=""):
    """One answer per dossier; a link says its nature."""
    for titre in sans_lien:
        page.get_by_role("group", name=titre).get_by_label("Aucun lien").check()
    if lien:
        page.get_by_role("group", name=lien).get_by_label("J’ai un lien").check()
        page.get_by_role("group", name=lien).get_by_role("textbox").fill("Je siège à son bureau.")
    press(page, "Enregistrer ma déclaration")
    says(page, "Votre déclaration est enregistrée")


def schedule(monde, pilote, dossier):
    """A séance of today, two auditions placed by hand, an overlap refused, everybody convoked once.

    All day: whatever the hour of the test, the séance has begun and is not over, and its auditions may be heard.
    """
    pilote.goto(f"/jury/{dossier.edition.annee}/seances/")
    follow(pilote, "Créer une séance")
    fill(pilote, {"Début": "00:00", "Fin": "23:59", "Lieu": "Salle du conseil, Orly"})
    press(pilote, "Enregistrer la séance")
    place(pilote, dossier.numero, "00:00")
    says(pilote, "est placé")
    place(pilote, monde.autre.numero, "00:10")
    expect(pilote.locator("#erreurs")).to_contain_text("chevauche une autre audition")
    place(pilote, monde.autre.numero, "00:30")
    says(pilote, "est placé")
    monde.boite.new()
    follow(pilote, "Convocations (2)")
    press(pilote, "Envoyer")
    says(pilote, "7 messages sont partis.")
    premiere, seconde = Audition.objects.order_by("debut")
    seance = Seance.objects.get()
    days = [f"le {plain(jour_heure(audition.debut))}" for audition in (premiere, seconde)]
    mienne, sienne = (f"Votre audition : {day}" for day in days)
    du_chef = [
        f"Audition de « {one.dossier.titre} » : {day}" for one, day in zip((premiere, seconde), days, strict=True)
    ]
    du_jury = f"Séance du jury : le {plain(jour_heure(seance.debut))}"
    assert monde.boite.new() == sorted(
        [
            (monde.porteur.email, mienne),
            (monde.autre_porteur.email, sienne),
            *((monde.chef.email, sujet) for sujet in du_chef),
            *((email, du_jury) for email in monde.adresses_du_jury),
        ]
    )
    _, hugo, rosa = monde.adresses_du_jury
    assert slots(monde.boite.wait(monde.porteur.email, "Votre audition")) == [
        (premiere.debut, premiere.fin, seance.lieu)
    ]
    assert slots(monde.boite.wait(hugo, "Séance du jury")) == [
        (audition.debut, audition.fin, seance.lieu) for audition in (premiere, seconde)
    ]
    mail = monde.boite.wait(rosa, "Séance du jury")
    assert slots(mail) == [(seconde.debut, seconde.fin, seance.lieu)]
    assert dossier.titre not in body(mail)
    return premiere, seconde


def place(pilote, numero, heure):
    form = pilote.locator("form", has=pilote.get_by_role("button", name="Placer"))
    form.get_by_label(re.compile("Dossier")).select_option(label=option(form, numero))
    form.get_by_label("Heure").fill(heure)
    press(pilote, "Placer")


def option(form, numero):
    """The words of the choice that begins with this number."""
    return next(words for words in form.locator("option").all_inner_texts() if words.startswith(numero))


def slots(mail):
    """(beginning, end, place) of each event of the calendar file of a mail."""
    ((name, content),) = attached(mail).items()
    assert name.endswith(".ics")
    events = Calendar.from_ical(content).walk("VEVENT")
    return [(event["DTSTART"].dt, event["DTEND"].dt, str(event["LOCATION"])) for event in events]


def find_nothing(page, dossier, audition):
    """A recused member finds the dossier nowhere, by its name or by its address."""
    annee = dossier.edition.annee
    for path in (
        "/tableau/",
        f"/jury/{annee}/auditions/",
        f"/jury/{annee}/declaration/",
        f"/jury/seances/{audition.seance.cle}/cahier/",
    ):
        assert page.goto(path).status == 200
        assert dossier.titre not in page.content() and dossier.numero not in page.content()
    for path in (
        f"/dossiers/{dossier.cle}/",
        f"/jury/auditions/{audition.cle}/",
        f"/jury/auditions/{audition.cle}/noter/",
    ):
        assert page.goto(path).status == 404


def begin(seance):
    """The day of the séance has come: all of it, heard already."""
    ago = seance.fin - timezone.now()
    for rows in (Audition.objects.filter(seance=seance), Seance.objects.filter(pk=seance.pk)):
        rows.update(debut=F("debut") - ago, fin=F("fin") - ago)


def sit_and_score(monde, pilote, sieges, auditions):
    """Presences, ballots by taps, the lock, what was heard."""
    premiere, seconde = auditions
    begin(premiere.seance)
    pilote.goto(f"/jury/seances/{premiere.seance.cle}/")
    follow(pilote, "Présences")
    for nom, _, _ in MEMBRES:
        pilote.get_by_label(re.compile(nom)).check()
    press(pilote, "Enregistrer les présences")
    claire, hugo, rosa = sieges
    find_nothing(rosa, premiere.dossier, premiere)
    give(claire, premiere, (5, 4, 4), oublie=True)
    give(claire, seconde, (2, 2, 2))
    give(hugo, premiere, (4, 4, 3))
    give(hugo, seconde, (3, 3, 3))
    give(rosa, seconde, (4, 4, 4))
    pilote.goto(f"/jury/seances/{premiere.seance.cle}/")
    assert words(pilote).count("Quorum atteint : ") == 2
    follow(pilote, "Verrouiller les notes")
    press(pilote, "Verrouiller")
    says(pilote, "Les notes de la séance sont verrouillées")
    for audition in auditions:
        press(pilote, f"Auditionné : {audition.dossier.titre}")
        says(pilote, f"« {audition.dossier.titre} » a été auditionné")
        audition.dossier.refresh_from_db()
        assert audition.dossier.statut == Statut.AUDITIONNE


def give(page, audition, notes, *, oublie=False):
    """One tap per criterion, each saved by itself; a ballot with a gap is not taken; then it is final."""
    page.goto(f"/jury/auditions/{audition.cle}/noter/")
    steps = page.locator("fieldset.notation")
    for rang, note in enumerate(notes):
        if oublie and rang == 2:
            # Said at once, before any question.
            page.get_by_role("button", name="Rendre définitif").click()
            expect(page.locator("#erreurs")).to_contain_text("Notez encore, ou indiquez « sans avis »")
        button = steps.nth(rang).get_by_role("radio").nth(note)
        button.tap() if page.viewport_size["width"] == 375 else button.click()
        expect(page.locator("#etat")).to_have_text(re.compile("Enregistré à"))
        expect(button).to_be_checked()
    confirm(page, "Rendre définitif")
    says(page, "Votre bulletin est définitif")
    bulletin = Bulletin.objects.order_by("-final_at").first()
    assert (bulletin.audition, bulletin.is_final) == (audition, True)
    assert list(bulletin.notes.order_by("critere__ordre").values_list("valeur", flat=True)) == list(notes)


def read_ranking(pilote, rosa, auditions):
    """Weighted means on 20, those of members who heard; a recused member reads one line less."""
    premiere, seconde = (audition.dossier for audition in auditions)
    path = f"/jury/{premiere.edition.annee}/classement/"
    pilote.goto(path)
    cells = [row.locator("td").all_inner_texts()[:2] for row in pilote.locator("tbody tr").all()]
    assert cells == [["1", "16,67"], ["2", "12,00"]]
    assert [words.split("\n")[0] for words in pilote.locator("tbody th").all_inner_texts()] == [
        premiere.titre,
        seconde.titre,
    ]
    rosa.goto(path)
    assert [words.split("\n")[0] for words in rosa.locator("tbody th").all_inner_texts()] == [seconde.titre]
    assert premiere.titre not in rosa.content()


def deliberate(monde, pilote, auditions):
    """Too much for the envelope is said at once; then the minutes are frozen."""
    premiere, seconde = (audition.dossier for audition in auditions)
    pilote.goto(f"/jury/{premiere.edition.annee}/deliberation/")
    propose(pilote, premiere, "Proposé lauréat", montant="25000")
    expect(pilote.locator("[data-reste]")).to_have_text("5 000 €")
    expect(pilote.locator("[data-reste-mot]")).to_have_text("de trop")
    propose(pilote, premiere, "Proposé lauréat", montant="7000")
    expect(pilote.locator("[data-reste]")).to_have_text("13 000 €")
    propose(pilote, seconde, "Non retenu", motif_communiqué="Le projet existe déjà dans ce quartier.")
    press(pilote, "Enregistrer les propositions")
    says(pilote, "Les propositions sont enregistrées")
    follow(pilote, "Clore la délibération")
    press(pilote, "Clore et établir le procès-verbal")
    says(pilote, "La délibération est close")
    minutes = download(pilote, lambda: follow(pilote, "Procès-verbal (PDF)"))
    assert hashlib.sha256(minutes).hexdigest() == Deliberation.objects.get().proces_verbal_sha256
    text = pdf_text(minutes)
    for said in ("Claire Astier", "Hugo Belmas", "Rosa Ferrand", premiere.titre, seconde.titre, "16,67", "7 000 €"):
        assert said in text
    for dossier in (premiere, seconde):
        dossier.refresh_from_db()
    assert (premiere.statut, seconde.statut) == (Statut.PROPOSE, Statut.NON_RETENU)


def propose(pilote, dossier, sens, **champs):
    line = pilote.locator(".proposition", has_text=dossier.numero)
    line.get_by_label(re.compile("^Proposition")).select_option(label=sens)
    for champ, value in champs.items():
        line.get_by_label(re.compile(f"^{champ.replace('_', ' ')}", re.IGNORECASE)).fill(value)
