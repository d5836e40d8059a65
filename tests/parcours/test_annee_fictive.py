"""The year of the demonstration: what it holds, and that nothing in it can be taken for real."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from juries.models import Jure, Jury
from label.models import Courriel, Edition, User
from label.models.courriel import Etat
from laureats.models import Laureat, Versement
from projects.enums import Statut
from projects.models import Dossier, Structure


@pytest.mark.django_db
def test_the_fictional_year_is_whole_and_says_it_is_fictional(settings):
    settings.DEMO = True
    call_command("import_referentiel", verbosity=0, stdout=StringIO())
    call_command("seed", stdout=StringIO())
    courante, precedente = Edition.objects.filter(is_historique=False).order_by("-annee")
    statuts = Counter(Dossier.objects.filter(edition=courante).values_list("statut", flat=True))
    assert set(statuts) == set(Statut.values)
    assert statuts.total() == 65
    assert Dossier.objects.filter(edition=precedente).count() == 40
    assert not Dossier.objects.filter(edition=precedente, statut__in=["admis", "auditionne", "propose"]).exists()
    assert [Laureat.objects.filter(edition__annee=annee).count() for annee in (2018, 2019)] == [13, 14]
    assert [jury.jures.active().count() for jury in Jury.objects.order_by("pk")] == [9, 9]
    assert set(Jure.objects.values_list("college", flat=True)) == {"elus", "experts", "techniciens"}
    assert {"prevu", "paye"} <= set(Versement.objects.values_list("etat", flat=True))
    assert sum(Laureat.objects.filter(edition=precedente).values_list("montant", flat=True)) <= precedente.enveloppe
    assert not User.objects.exclude(email__endswith="@demo.example").exists()
    assert not Structure.objects.filter(is_fictive=False).exists()
    # What was told months ago leaves no worker anything to send.
    assert set(Courriel.objects.values_list("etat", flat=True)) == {Etat.ENVOYE}
    with pytest.raises(CommandError, match="contient déjà une édition"):
        call_command("seed", stdout=StringIO())


@pytest.mark.django_db
def test_the_fictional_year_is_refused_outside_the_demonstration():
    with pytest.raises(CommandError, match="en démonstration"):
        call_command("seed", stdout=StringIO())
    assert Edition.objects.count() == 0
