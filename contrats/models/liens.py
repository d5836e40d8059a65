"""Which commune, quartier and contrat go together; each link is journaled."""

import pghistory
from django.db import models


class Link(models.Model):
    """A line of a many-to-many relation, journaled: what staff links and unlinks may be disputed too."""

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


def _once(name, *fields):
    return models.UniqueConstraint(fields=fields, name=f"{name}_unique")


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class ContratCommune(Link):
    contratdeville = models.ForeignKey("contrats.ContratDeVille", models.CASCADE, related_name="+")
    commune = models.ForeignKey("contrats.Commune", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "commune d’un contrat de ville"
        constraints = [_once("contrat_commune", "contratdeville", "commune")]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class QuartierCommune(Link):
    quartier = models.ForeignKey("contrats.Quartier", models.CASCADE, related_name="+")
    commune = models.ForeignKey("contrats.Commune", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "commune d’un quartier"
        constraints = [_once("quartier_commune", "quartier", "commune")]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class QuartierContrat(Link):
    quartier = models.ForeignKey("contrats.Quartier", models.CASCADE, related_name="+")
    contratdeville = models.ForeignKey(
        "contrats.ContratDeVille", models.CASCADE, related_name="+", verbose_name="contrat de ville"
    )

    class Meta:
        verbose_name = "contrat de ville d’un quartier"
        constraints = [_once("quartier_contrat", "quartier", "contratdeville")]
