"""A second thing written: a notebook that two people keep, until one of them closes it."""

import rules
from django.conf import settings
from django.db import models

from ecriture.declaration import Declaration, EcritureFermee, Lecteur
from ecriture.models import Written, WrittenQuerySet
from label.lifecycle import Lifecycle, Transition

Page = models.TextChoices("Page", {"UNE": ("une", "La première page")})
Statut = models.TextChoices("Statut", {"OUVERT": ("ouvert", "Ouvert"), "CLOS": ("clos", "Clos")})
Groupe = models.TextChoices("Groupe", {"AUTEURS": ("auteurs", "Ses auteurs")})


class CarnetQuerySet(WrittenQuerySet):
    def visible_to(self, user):
        return self.filter(auteurs=user.pk)

    writable_by = visible_to


class Carnet(Written):
    auteurs = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    statut = models.CharField(max_length=6, choices=Statut, default=Statut.OUVERT)
    texte, relu = models.TextField("ce qui s’est dit", blank=True), models.TextField(blank=True)
    objects = CarnetQuerySet.as_manager()

    class Meta:
        managed = False  # its table is made by the test that keeps one


class CarnetDeclaration(Declaration):
    model, Section, espace = Carnet, Page, "carnet"
    see = change = comment = "carnet.keep"

    def ensure_writable(self, carnet, section, now):
        if carnet.statut != Statut.OUVERT:
            raise EcritureFermee("Ce carnet est clos.")

    def readers(self, carnet):
        return [Lecteur(user, Groupe.AUTEURS, False) for user in carnet.auteurs.order_by("pk")]


rules.add_perm("carnet.keep", rules.predicate(lambda user, carnet: Carnet.objects.visible_to(user).contains(carnet)))
CLORE = Transition("clore", (Statut.OUVERT,), Statut.CLOS, "Clore")
VIE = Lifecycle("statut", Statut, [CLORE], record=lambda *moved, **trace: None, notify=None)
