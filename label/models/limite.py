"""How often an act was made lately, by whom or towards whom; what is kept tells origins apart and names none."""

from django.db import models


class Compteur(models.Model):
    """The acts counted under one keyed digest until `jusqu_a`; shared by all processes, forgotten once over."""

    empreinte = models.CharField(max_length=64, primary_key=True)
    nombre = models.PositiveIntegerField()
    jusqu_a = models.DateTimeField("jusqu’à")

    class Meta:
        verbose_name = "compteur"
        indexes = [models.Index(fields=["jusqu_a"], name="compteur_age")]
