"""A save touches only what the person wrote: what a colleague saved since the page was opened stays, or is said."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from instruction.models import Constat, Instruction
from juries.models import Jure, Jury, Presence, Proposition, Seance
from label.models import Edition, PointRecevabilite
from tests.factories.depot import EN_TEMPS, deposited_dossier
from tests.factories.juries import audition_of, heard, jure_of, jury_of, seance_of
from tests.factories.label import PARIS, EditionFactory, PointRecevabiliteFactory, UserFactory

pytestmark = pytest.mark.django_db


class Personne:
    """One person in a browser of her own: she opens a page, writes in some of its fields, sends the whole form."""

    def __init__(self, user, url, *, page=None):
        self.client, self.url = Client(), url
        self.client.force_login(user)
        self.champs = fields_of(self.client.get(page or url).content.decode(), url)

    def save(self, **written):
        """Send the form as the page holds it, `written` on top (None: the box is unticked). Returns the answer."""
        sent = {name: value for name, value in (self.champs | written).items() if value is not None}
        self.answer = self.client.post(self.url, sent)
        if self.answer.status_code != 302:
            self.champs = fields_of(self.answer.content.decode(), self.url)
        return self.answer.status_code == 302

    @property
    def said(self):
        """What is said beside the fields, each once."""
        page = html.unescape(self.answer.content.decode())
        found = re.findall(r'(?:class="invalid-feedback[^>]*>|<(?:p|span) id="error_[^>]*><strong>)([^<]*)', page)
        return [" ".join(one.split()) for one in found if one.strip()]


def fields_of(page, url):
    """{name: value, or list of values} of the form sent to `url`, as a browser would send it."""
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL)
    form = next((one for one in forms if f'action="{url}"' in one), None)
    form = form or next(one for one in forms if "data-garde" in one)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)[1]
        value = html.unescape((re.search(r'value="([^"]*)"', tag) or ("", "on"))[1])
        kind = (re.search(r'type="([^"]*)"', tag) or ("", "text"))[1]
        if kind == "checkbox" and 'value="' in tag:
            found.setdefault(name, [])
            found[name] += [value] if " checked" in tag else []
        elif kind in {"checkbox", "radio"}:
            if " checked" in tag:
                found[name] = value
        else:
            found[name] = value if 'value="' in tag else ""
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = (re.search(r'value="([^"]*)" selected', inner) or ("", ""))[1]
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(inner.removeprefix("\n"))
    del found["csrfmiddlewaretoken"]
    return found


# --- Recevabilité ------------------------------------------------------------------------------


@pytest.fixture
def verification():
    """(dossier, points, function that opens the checklist as a new instructeur)."""
    dossier = deposited_dossier()
    libelles = ["Quartier prioritaire", "Pièces complètes", "Budget équilibré"]
    points = [PointRecevabiliteFactory(edition=dossier.edition, libelle=libelle) for libelle in libelles]
    page = reverse("instruction:instruction_detail", args=[dossier.cle])
    url = reverse("instruction:instruction_check", args=[dossier.cle])
    with time_machine.travel(EN_TEMPS):
        yield dossier, points, lambda: Personne(UserFactory(instructeur=True), url, page=page)


def answer(point, choix, motif=""):
    return {f"point_{point.pk}": choix, f"motif_{point.pk}": motif}


def constats():
    return {point: (conforme, motif) for point, conforme, motif in Constat.objects.values_list(*CONSTAT)}


CONSTAT = ("point", "is_conforme", "motif")


def test_11_two_people_answer_different_points_of_the_checklist(verification):
    _, (quartier, pieces, budget), opened = verification
    ines, omar = opened(), opened()
    assert ines.save(**answer(quartier, "non", "Hors liste"), **answer(budget, "oui"))
    assert omar.save(**answer(pieces, "oui"))
    assert constats() == {quartier.pk: (False, "Hors liste"), pieces.pk: (True, ""), budget.pk: (True, "")}
    # An answer is still taken away by the one who takes it away, and by nobody else.
    ines, omar = opened(), opened()
    assert ines.save(**answer(quartier, ""))
    assert omar.save(**answer(pieces, "non", "Le bilan manque"))
    assert constats() == {pieces.pk: (False, "Le bilan manque"), budget.pk: (True, "")}


def test_11_the_same_point_answered_otherwise_is_said_beside_it(verification):
    _, (quartier, pieces, _), opened = verification
    ines, omar = opened(), opened()
    assert ines.save(**answer(quartier, "non", "Hors liste"), **answer(pieces, "oui"))
    assert not omar.save(**answer(quartier, "oui"))
    assert omar.answer.status_code == 422
    assert omar.said == [
        "Entre-temps, quelqu’un d’autre a écrit : « Non conforme » (Hors liste). Votre saisie est restée ici : "
        "enregistrez de nouveau pour la garder."
    ]
    assert constats() == {quartier.pk: (False, "Hors liste"), pieces.pk: (True, "")}
    shown = {name: value for name, value in omar.champs.items() if not name.startswith("vu")}
    assert (shown[f"point_{quartier.pk}"], shown[f"point_{pieces.pk}"]) == ("oui", "oui")
    assert omar.save()
    assert constats() == {quartier.pk: (True, ""), pieces.pk: (True, "")}


@pytest.mark.parametrize("choix", ["", "oui"])
def test_11_a_reason_typed_beside_another_answer_does_not_vanish(verification, choix):
    _, (quartier, *_), opened = verification
    ines = opened()
    assert not ines.save(**answer(quartier, choix, "Le siège est à Sucy"))
    assert ines.said == ["Choisissez « Non conforme », ou videz ce motif."]
    assert (ines.champs[f"motif_{quartier.pk}"], constats()) == ("Le siège est à Sucy", {})
    assert ines.save(**{f"point_{quartier.pk}": "non"})
    assert constats() == {quartier.pk: (False, "Le siège est à Sucy")}


# --- Édition -----------------------------------------------------------------------------------


def edition_opened():
    EditionFactory()
    return Personne(UserFactory(pilote=True), "/editions/2027/modifier/")


def calendar():
    return Edition.objects.values_list("cloture", "jury_fin", "enveloppe", "titre", "visa_requis").get()


def test_11_the_deadline_moved_by_a_colleague_does_not_go_back():
    nadia, omar = edition_opened(), edition_opened()
    assert nadia.save(cloture="2027-06-11T17:00", visa_requis=None)
    assert omar.save(enveloppe="90000")
    cloture = datetime(2027, 6, 11, 17, 0, tzinfo=PARIS)
    assert calendar() == (cloture, date(2027, 9, 24), 90_000, "Label Actions Innovantes 2027", False)


def test_11_the_same_date_moved_otherwise_is_said_beside_it():
    nadia, omar = edition_opened(), edition_opened()
    assert nadia.save(cloture="2027-06-11T17:00", enveloppe="90000", titre="Le label 2027")
    assert not omar.save(cloture="2027-06-18T12:00", jury_fin="2027-09-30", enveloppe="beaucoup")
    stays = "Votre saisie est restée ici : enregistrez de nouveau pour la garder."
    said = [one for one in omar.said if one.startswith("Entre-temps")]
    assert said == [
        f"Entre-temps, quelqu’un d’autre a écrit : 11 juin 2027 à 17 h. {stays}",
        f"Entre-temps, quelqu’un d’autre a écrit : 90 000. {stays}",
    ]
    before = (datetime(2027, 6, 11, 17, 0, tzinfo=PARIS), date(2027, 9, 24), 90_000, "Le label 2027", True)
    assert calendar() == before
    typed = {name: omar.champs[name] for name in ("cloture", "jury_fin", "titre")}
    assert typed == {"cloture": "2027-06-18T12:00", "jury_fin": "2027-09-30", "titre": "Le label 2027"}
    assert omar.save(enveloppe="80000")
    after = (datetime(2027, 6, 18, 12, 0, tzinfo=PARIS), date(2027, 9, 30), 80_000, "Le label 2027", True)
    assert calendar() == after


@pytest.mark.django_db(transaction=True)
def test_11_a_save_waits_for_the_one_that_is_being_written():
    nadia, omar = edition_opened(), edition_opened()
    cloture = datetime(2027, 6, 11, 17, 0, tzinfo=PARIS)
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Edition.objects.update(cloture=cloture)
            saved = other.submit(_save_elsewhere, omar, enveloppe="90000")
            with pytest.raises(TimeoutError):
                saved.result(timeout=1)
        assert saved.result(timeout=20)
    assert calendar() == (cloture, date(2027, 9, 24), 90_000, "Label Actions Innovantes 2027", True)
    assert not nadia.save(cloture="2027-06-18T12:00")


def _save_elsewhere(personne, **written):
    try:
        return personne.save(**written)
    finally:
        connection.close()


# --- Presences ---------------------------------------------------------------------------------


def test_11_two_people_tick_different_members_of_the_seance():
    seance = seance_of(jury_of())
    ada, bilal, chloe = (jure_of(seance.jury) for _ in range(3))
    url = reverse("juries:presence_edit", args=[seance.cle])
    nadia, omar = (Personne(UserFactory(pilote=True), url) for _ in range(2))
    assert nadia.save(presents=[ada.cle])
    assert omar.save(presents=[bilal.cle])
    assert presences() == {ada.pk: True, bilal.pk: True, chloe.pk: False}
    nadia, omar = (Personne(UserFactory(pilote=True), url) for _ in range(2))
    assert nadia.champs["presents"] == [ada.cle, bilal.cle]
    assert nadia.save(presents=[bilal.cle])
    assert omar.save(presents=[ada.cle, bilal.cle, chloe.cle])
    assert presences() == {ada.pk: False, bilal.pk: True, chloe.pk: True}


def presences():
    return dict(Presence.objects.values_list("jure", "is_present"))


# --- Séance, rules and members of the jury -----------------------------------------------------


def two(url):
    return [Personne(UserFactory(pilote=True), url) for _ in range(2)]


def test_11_the_room_changed_by_a_colleague_stays_when_the_hours_are_moved():
    seance = seance_of(jury_of())
    url = reverse("juries:seance_edit", args=[seance.cle])
    nadia, omar = two(url)
    assert nadia.save(lieu="Maison des projets, Ivry", heure_fin="18:00", duree_pause="10")
    assert not omar.save(heure_debut="10:00", heure_fin="16:30")
    assert omar.said == [
        "Entre-temps, quelqu’un d’autre a écrit : « 18 h ». Votre saisie est restée ici : enregistrez de nouveau pour "
        "la garder."
    ]
    typed = {name: omar.champs[name] for name in ("lieu", "heure_debut", "heure_fin", "duree_pause")}
    assert typed == {
        "lieu": "Maison des projets, Ivry",
        "heure_debut": "10:00",
        "heure_fin": "16:30",
        "duree_pause": "10",
    }
    assert seances() == [(at(9), at(18), "Maison des projets, Ivry", 10)]
    assert omar.save()
    assert seances() == [(at(10), at(16, 30), "Maison des projets, Ivry", 10)]


def at(heure, minute=0):
    return datetime(2027, 9, 20, heure, minute, tzinfo=PARIS)


def seances():
    return list(Seance.objects.values_list("debut", "fin", "lieu", "duree_pause"))


def test_11_two_people_change_different_rules_of_the_jury():
    jury_of(quorum=3)
    nadia, omar = two("/jury/2027/regles/")
    assert nadia.save(quorum="5")
    assert omar.save(minimum_par_college="1")
    assert Jury.objects.values_list("quorum", "minimum_par_college").get() == (5, 1)
    assert not nadia.save(minimum_par_college="2")
    assert Jury.objects.values_list("quorum", "minimum_par_college").get() == (5, 1)


def test_11_two_people_change_a_member_of_the_jury():
    jure = jure_of(jury_of(), qualite="Urbaniste")
    nadia, omar = two(reverse("juries:jure_edit", args=[jure.cle]))
    assert nadia.save(is_president="on")
    assert omar.save(qualite="Maîtresse de conférences")
    assert Jure.objects.values_list("is_president", "qualite").get() == (True, "Maîtresse de conférences")


# --- Deliberation ------------------------------------------------------------------------------


def test_11_what_is_typed_on_a_line_left_to_decide_does_not_vanish():
    seance = seance_of(jury_of())
    jure_of(seance.jury, is_president=True)
    premier, second, troisieme = (heard(audition_of(seance)).dossier for _ in range(3))
    nadia, omar = two("/jury/2027/deliberation/")
    written = {f"{premier.cle}-motif": "Un vrai besoin.", f"{second.cle}-montant": "4500"}
    assert not nadia.save(**written, **{f"{troisieme.cle}-sens": "laureat"})
    assert nadia.said == ["Choisissez une proposition, ou videz ce champ."] * 2
    assert ({name: nadia.champs[name] for name in written}, propositions()) == (written, {})
    # The amount the page starts from is no typing, even once a colleague has decided or the EPT proposes another.
    assert omar.save(**{f"{premier.cle}-sens": "laureat", f"{premier.cle}-montant": "7000"})
    Instruction.objects.filter(dossier=troisieme).update(montant_propose=5_000)
    assert omar.save(**{f"{second.cle}-sens": "laureat"})
    assert propositions() == {premier.pk: ("laureat", 7_000, ""), second.pk: ("laureat", 6_000, "")}
    # Nor is what stood there, for who takes a proposal back.
    nadia = two("/jury/2027/deliberation/")[0]
    assert nadia.save(**{f"{premier.cle}-sens": ""})
    assert propositions() == {second.pk: ("laureat", 6_000, "")}


def propositions():
    rows = Proposition.objects.values_list("dossier", "sens", "montant", "motif")
    return {dossier: (sens, montant, motif) for dossier, sens, montant, motif in rows}


def points():
    return list(PointRecevabilite.objects.order_by("ordre").values_list("ordre", "libelle", "aide"))


def test_11_two_people_write_different_points_of_the_list():
    edition = EditionFactory()
    premier = PointRecevabiliteFactory(edition=edition, ordre=1, libelle="Statuts signés", aide="")
    PointRecevabiliteFactory(edition=edition, ordre=2, libelle="Budget équilibré", aide="")
    url = reverse("label:edition_reglage", args=[edition.annee, "recevabilite"])
    nadia, omar = (Personne(UserFactory(pilote=True), url) for _ in range(2))
    assert nadia.save(**{"points_recevabilite-0-libelle": "Statuts signés et datés"})
    assert omar.save(**{"points_recevabilite-0-aide": "Au greffe.", "points_recevabilite-1-libelle": "Budget juste"})
    assert points() == [(1, "Statuts signés et datés", "Au greffe."), (2, "Budget juste", "")]
    # The same words written otherwise are said; a row of a colleague is added beside mine.
    nadia, omar = (Personne(UserFactory(pilote=True), url) for _ in range(2))
    nadia.save(**{"points_recevabilite-0-libelle": "Les statuts"})
    assert not omar.save(**{"points_recevabilite-0-libelle": "Statuts déposés"})
    stays = "Votre saisie est restée ici : enregistrez de nouveau pour la garder."
    assert omar.said == [f"Entre-temps, quelqu’un d’autre a écrit : « Les statuts ». {stays}"]
    assert points()[0] == (1, "Les statuts", "Au greffe.")
    assert omar.champs["points_recevabilite-0-libelle"] == "Statuts déposés"
    assert omar.save()
    assert points()[0] == (1, "Statuts déposés", "Au greffe.")
    omar = Personne(UserFactory(pilote=True), url)
    assert omar.save(**{"points_recevabilite-0-DELETE": "on"})
    assert not PointRecevabilite.objects.filter(pk=premier.pk).exists()
