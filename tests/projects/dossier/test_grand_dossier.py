"""A dossier of 30 fields, 60 lines, 20 files, 200 comments and 500 entries of history opens like a small one."""

import gzip
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecriture.models import Commentaire, Retouche
from label.models import Question
from projects.enums import Section
from projects.models import BudgetLigne
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import (
    BudgetLigneFactory,
    CommentaireFactory,
    DossierFactory,
    IndicateurFactory,
    PieceFactory,
    RetoucheFactory,
)

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
TEXTES = ("besoin", "innovation", "objectifs", "actions", "partenaires", "participation", "publics", "etapes")


def fill(dossier, people, times):
    """What a dossier holds, `times` over: 60 lines, 20 files, 200 comments and 500 entries for 20."""
    for rank in range(3 * times):
        BudgetLigneFactory(dossier=dossier, sens=("charge", "produit")[rank % 2], compte=("60", "70")[rank % 2])
    for _ in range(times):
        PieceFactory(dossier=dossier, by=people[0])
        IndicateurFactory(dossier=dossier)
    sections = [section for section in Section if section != Section.QUESTIONS]
    Commentaire.objects.bulk_create(
        CommentaireFactory.build(
            dossier=dossier,
            section=sections[rank % len(sections)],
            auteur=people[rank % 2],
            texte="Pouvez-vous dire en une phrase ce qui n’existe pas déjà ici ?",
            created_at=EN_TEMPS - timedelta(minutes=rank),
        )
        for rank in range(10 * times)
    )
    Retouche.objects.bulk_create(
        RetoucheFactory.build(
            dossier=dossier,
            nom=TEXTES[rank % len(TEXTES)],
            by=people[rank % 2],
            debut=EN_TEMPS - timedelta(hours=rank + 1),
            fin=EN_TEMPS - timedelta(hours=rank + 1),
            avant=f"Un atelier de réparation, chaque samedi, mois {rank}.",
            apres=f"Un atelier de réparation, chaque samedi matin, mois {rank + 1}.",
        )
        for rank in range(25 * times)
    )


@pytest.mark.django_db
def test_a_large_dossier_opens_like_a_small_one(client):
    with time_machine.travel(EN_TEMPS, tick=False):
        people = [UserFactory(), UserFactory()]
        small, large = (DossierFactory(porteur=people[0], chef=people[1], complet=True) for _ in range(2))
        for dossier in (small, large):
            BudgetLigne.objects.filter(dossier=dossier, is_ept=False).delete()
        for rank in range(8):
            Question.objects.create(
                edition=small.edition, ordre=rank + 1, intitule=f"Question {rank}", sorte="texte_long"
            )
        fill(small, people, 1)
        fill(large, people, 20)
        client.force_login(people[0])
        addresses = [("projects:section_edit", [section.value]) for section in Section]
        addresses += [("projects:dossier_detail", []), ("projects:histoire_list", ["projet"])]
        found, heaviest = {}, 0
        for name, rest in addresses:
            for dossier in (small, large):
                with CaptureQueriesContext(connection) as queries:
                    page = client.get(reverse(name, args=[dossier.cle, *rest]))
                assert page.status_code == 200
                found.setdefault((name, *rest), []).append(len(queries))
            heaviest = max(heaviest, len(gzip.compress(page.content)))
        assert {key: counts for key, counts in found.items() if counts[0] != counts[1]} == {}
        assert heaviest < 60_000
