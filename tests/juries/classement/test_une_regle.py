"""One ranking rule: the screen, the workbook, the deliberation and the minutes say what the ballots say, exactly."""

import io
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from random import Random

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from juries.classement import regles
from juries.classement.actions import recompute_auditions
from juries.classement.rangs import Place, classement, classer
from juries.classement.scoring import Bulletin as Vote
from juries.classement.scoring import Critere
from juries.deliberation.actions import auditions_to_decide
from juries.deliberation.proces_verbal import minutes
from juries.models import Audition, Bulletin, Deliberation, Note, Presence, Proposition
from projects.enums import Statut
from projects.models import Deport, Dossier
from tests.factories.juries import audition_of, final_ballot, free, heard, jure_of, jury_of, present, seance_of
from tests.factories.label import CritereFactory, UserFactory

# Three hundred juries, in tests that may run side by side.
JURIES, GRAINES = 60, (2018, 2019, 2020, 2026, 2027)
DOSSIERS, MEMBRES = 8, 4
# Whatever is «sans avis», what remains weighs otherwise: many means that only rounding would make equal.
POIDS, SUR = (7, 5, 3), 20


@pytest.fixture
def monde(db):
    """A jury of four who heard eight dossiers, on three criteria from 0 to 20."""
    jury = jury_of(quorum=1)
    CritereFactory(edition=jury.edition, ordre=3, nom="Faisabilité")
    for ordre, poids in enumerate(POIDS, start=1):
        jury.edition.criteres.filter(ordre=ordre).update(poids=poids, note_max=SUR)
    seance = seance_of(jury)
    auditions = [audition_of(seance) for _ in range(DOSSIERS)]
    jures = [jure_of(jury, is_president=rang == 0) for rang in range(MEMBRES)]
    present(seance, *jures)
    for jure in jures:
        free(jure, *auditions)
    for audition in auditions:
        heard(audition)
    deliberation = Deliberation.objects.create(jury=jury, tenue_le=timezone.now(), lieu="Orly")
    Proposition.objects.bulk_create(
        Proposition(deliberation=deliberation, dossier=a.dossier, sens="laureat", montant=100) for a in auditions
    )
    return jury, auditions, jures, deliberation


def vote(des, jury, auditions, jures):
    """Ballots for all, drawn: half «sans avis», some unfinished, some recused, one member absent at times.

    Returns {audition pk: [exact note of each counted ballot]}, worked out here from the definition alone.
    """
    Bulletin.objects.all().delete()
    Deport.objects.all().delete()
    Presence.objects.update(is_present=True)
    absent = des.choice(jures) if des.random() < 0.3 else None
    if absent:
        Presence.objects.filter(jure=absent).update(is_present=False)
    criteres = list(jury.edition.criteres.order_by("ordre"))
    comptees, drawn, bulletins, notes, deports = {a.pk: [] for a in auditions}, [], [], [], []
    for rang, audition in enumerate(auditions):
        # Now and then a dossier is scored as the one before: an exact tie.
        is_copy = rang and des.random() < 0.2
        drawn = (
            drawn if is_copy else [[None if des.random() < 0.3 else des.randint(9, 12) for _ in POIDS] for _ in jures]
        )
        for jure, valeurs in zip(jures, drawn, strict=True):
            is_final, is_recused = des.random() < 0.9, des.random() < 0.05
            bulletin = Bulletin(audition=audition, jure=jure, final_at=timezone.now() if is_final else None)
            bulletins.append(bulletin)
            notes += [
                Note(bulletin=bulletin, critere=critere, valeur=valeur, sans_avis=valeur is None)
                for critere, valeur in zip(criteres, valeurs, strict=True)
            ]
            if is_recused:
                deports.append(Deport(user=jure.user, dossier=audition.dossier))
            donnees = [(poids, valeur) for poids, valeur in zip(POIDS, valeurs, strict=True) if valeur is not None]
            if is_final and not is_recused and jure != absent and donnees:
                points = sum(Fraction(poids * valeur, SUR) for poids, valeur in donnees)
                comptees[audition.pk].append(20 * points / sum(poids for poids, _ in donnees))
    Bulletin.objects.bulk_create(bulletins)
    Note.objects.bulk_create(notes)
    Deport.objects.bulk_create(deports)
    recompute_auditions(Audition.objects.filter(seance__jury=jury))
    return comptees


def shown(exact):
    with localcontext(prec=60):
        return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def spread(notes):
    mean = sum(notes) / len(notes)
    variance = sum((note - mean) ** 2 for note in notes) / len(notes)
    with localcontext(prec=60):
        return (Decimal(variance.numerator) / variance.denominator).sqrt().quantize(Decimal("0.01"), ROUND_HALF_UP)


def wanted(auditions, comptees):
    """[(numero, rank, is ex æquo, mean, spread, how many)] best first, from the definition."""
    means = {pk: sum(notes) / len(notes) for pk, notes in comptees.items() if notes}
    rows = []
    for audition in auditions:
        notes, exact = comptees[audition.pk], means.get(audition.pk)
        rows.append(
            (
                audition.dossier.numero,
                None if exact is None else 1 + sum(other > exact for other in means.values()),
                exact is not None and sum(other == exact for other in means.values()) > 1,
                None if exact is None else shown(exact),
                spread(notes) if len(notes) > 1 else None,
                len(notes),
            )
        )
    # Stable: among equals, the order in which they were heard.
    return sorted(rows, key=lambda row: (row[1] is None, row[1] or 0))


def placed(auditions):
    return [
        (
            a.dossier.numero,
            a.rang,
            a.rang is not None and a.nombre_ex_aequo > 1,
            a.moyenne,
            a.ecart_type,
            a.nombre_notes,
        )
        for a in auditions
    ]


@pytest.mark.parametrize("graine", GRAINES)
def test_300_juries_are_told_the_same_order_and_figures_everywhere(monde, client, graine):
    jury, auditions, jures, deliberation = monde
    pilote = UserFactory(pilote=True)
    client.force_login(pilote)
    url = reverse("juries:classement", args=[jury.edition.annee])
    des = Random(graine)
    rounding_would_lie = 0
    for _ in range(JURIES):
        comptees = vote(des, jury, auditions, jures)
        said = wanted(auditions, comptees)
        assert placed(client.get(url).context["page_obj"]) == said
        book = load_workbook(io.BytesIO(b"".join(client.get(f"{url}?format=xlsx"))), read_only=True)
        rows = list(book.active.iter_rows(min_row=2, values_only=True))
        assert [
            (row[2], row[0], row[1] == "oui", *[x if x is None else Decimal(f"{x:.2f}") for x in row[5:7]], row[7])
            for row in rows
        ] == said
        assert placed(auditions_to_decide(jury)) == said
        assert [
            tuple(line[key] for key in ("numero", "rang", "ex_aequo", "moyenne", "ecart_type", "nombre"))
            for line in minutes(deliberation)["dossiers"]
        ] == said
        means = [row[3] for row in said if row[3] is not None]
        rounding_would_lie += [row[1] for row in said if row[1]] != [1 + sum(m > x for m in means) for x in means]
    # The simulation bears on what it is about.
    assert rounding_would_lie > 2


def test_a_withdrawn_or_absent_dossier_takes_nobodys_rank(monde, client):
    jury, auditions, jures, deliberation = monde
    for rang, audition in enumerate(auditions):
        Dossier.objects.filter(pk=audition.dossier_id).update(statut=Statut.AUDITIONNE)
        final_ballot(audition, jures[0], 5 if rang < 3 else 2, 3, 3)
    retire, absent, _ = auditions[:3]
    Proposition.objects.filter(dossier__in=[retire.dossier, absent.dossier]).delete()
    move(retire.dossier, Statut.RETIRE)
    move(absent.dossier, Statut.NON_RETENU)
    client.force_login(UserFactory(pilote=True))
    page = client.get(reverse("juries:classement", args=[jury.edition.annee]))
    expected = [(a.dossier.numero, 1 if rang == 0 else 2) for rang, a in enumerate(auditions[2:])]
    assert [(a.dossier.numero, a.rang) for a in page.context["page_obj"]] == expected
    assert [(line["numero"], line["rang"]) for line in minutes(deliberation)["dossiers"]] == expected


def move(dossier, statut):
    """Put the dossier in this statut as a fixture does: the journal is not what is looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE projects_dossier SET statut = %s WHERE id = %s", [statut, dossier.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_equal_as_shown_but_not_in_truth_is_said_on_the_page(monde, client):
    jury, auditions, _, _ = monde
    one, two = auditions[:2]
    Audition.objects.filter(pk=one.pk).update(moyenne_exacte=Fraction(12))
    Audition.objects.filter(pk=two.pk).update(moyenne_exacte=Fraction(12) + Fraction(1, 1000))
    client.force_login(UserFactory(pilote=True))
    url = reverse("juries:classement", args=[jury.edition.annee])
    page = client.get(url)
    assert [(a.pk, a.rang, a.moyenne) for a in page.context["page_obj"]][:2] == [
        (two.pk, 1, Decimal("12.00")),
        (one.pk, 2, Decimal("12.00")),
    ]
    assert "Des moyennes affichées égales ont ici des rangs différents" in page.content.decode()
    Audition.objects.filter(pk=two.pk).update(moyenne_exacte=Fraction(12))
    page = client.get(url)
    assert [a.rang for a in page.context["page_obj"]][:3] == [1, 1, None]
    assert "Des moyennes affichées égales" not in page.content.decode()


def test_the_rule_is_published_with_the_call_as_the_jury_and_the_minutes_read_it(monde, client):
    jury, _, _, deliberation = monde
    public = client.get(reverse("label:accueil")).content.decode()
    client.force_login(UserFactory(pilote=True))
    ranking = client.get(reverse("juries:classement", args=[jury.edition.annee])).content.decode()
    for sentence in (regles.NOTES, regles.MOYENNE, regles.RANGS, regles.ECART, regles.CORRECTION):
        assert sentence in public, sentence
        assert sentence in ranking, sentence
    assert jury.regle_departage in ranking
    assert minutes(deliberation)["methode"] == regles.METHODE
    assert minutes(deliberation)["departage"] == jury.regle_departage


GRILLE = (Critere("a", 3, 5), Critere("b", 2, 5), Critere("c", 1, 10))
VALEURS = st.fixed_dictionaries(
    {"a": st.none() | st.integers(0, 5), "b": st.none() | st.integers(0, 5), "c": st.none() | st.integers(0, 10)}
)
TABLES = st.dictionaries(st.tuples(st.sampled_from("mnopq"), st.integers(1, 7)), VALEURS, max_size=30).map(
    lambda table: [Vote(membre, dossier, notes) for (membre, dossier), notes in table.items()]
)
SANS_AVIS = {"a": None, "b": None, "c": None}


def by_dossier(rangs):
    return {
        rang.dossier: (rang.rang, rang.exacte, rang.ecart_type, rang.nombre, rang.moyenne_corrigee) for rang in rangs
    }


@given(TABLES)
def test_a_member_without_opinion_on_everything_moves_nothing(votes):
    silent = [Vote("silencieux", dossier, SANS_AVIS) for dossier in range(1, 8)]
    dossiers = range(1, 8)
    assert classement([*votes, *silent], GRILLE, dossiers=dossiers) == classement(votes, GRILLE, dossiers=dossiers)


@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_in_which_ballots_come_moves_nothing(votes, hasard):
    melanges = list(votes)
    hasard.shuffle(melanges)
    assert by_dossier(classement(melanges, GRILLE)) == by_dossier(classement(votes, GRILLE))


@given(st.dictionaries(st.integers(), st.none() | st.fractions(min_value=0, max_value=20, max_denominator=9)))
def test_exact_ties_and_nothing_else_share_a_rank(moyennes):
    places = classer(moyennes)
    notees = {cle: moyenne for cle, moyenne in moyennes.items() if moyenne is not None}
    assert places == {
        cle: Place(None)
        if moyenne is None
        else Place(
            1 + sum(autre > moyenne for autre in notees.values()),
            tuple(autre for autre, sienne in notees.items() if sienne == moyenne and autre != cle),
        )
        for cle, moyenne in moyennes.items()
    }
    ranks = [place.rang for place in places.values()]
    assert ranks == sorted(notees and [r for r in ranks if r]) + [None] * (len(moyennes) - len(notees))


def test_the_quorum_of_the_minutes_is_that_of_the_screen_by_college_too(monde, client):
    jury, auditions, _, deliberation = monde
    assert minutes(deliberation)["quorum"] == {
        "regle": "1\u00a0membre présent et non déporté au moins, dossier par dossier.",
        "requis": 1,
        "presents": MEMBRES,
        "atteint": True,
        "manques": [],
    }
    jury.minimum_par_college = 1
    jury.save()
    deliberation = Deliberation.objects.get()
    manque = (
        "collège «\u00a0Élus\u00a0»\u00a0: 0 sur 1, collège «\u00a0Techniciens de l’innovation\u00a0»\u00a0: 0 sur 1"
    )
    assert minutes(deliberation)["quorum"] == {
        "regle": "1\u00a0membre présent et non déporté au moins, dossier par dossier, dont 1 de chaque collège.",
        "requis": 1,
        "presents": MEMBRES,
        "atteint": False,
        "manques": [f"{audition.dossier.numero}\u00a0: {manque}" for audition in auditions],
    }
    client.force_login(UserFactory(pilote=True))
    page = client.get(reverse("juries:seance_detail", args=[auditions[0].seance.cle])).content.decode()
    assert page.count(f"Quorum non atteint&nbsp;: {manque}.") == DOSSIERS
