"""What is erased for good: who was told beforehand, and the journal of what went."""

import pgtrigger
from django.db import models
from django.utils import timezone

# A row that stays for ever goes in one way only: in the transaction that wrote its line in this journal.
PURGE_EN_COURS = "EXISTS (SELECT 1 FROM label_purge WHERE transaction = pg_current_xact_id()::text)"


def kept(name):
    """A trigger that refuses to erase a row, but to the purge (`label.conservation.purge`)."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Delete,
        when=pgtrigger.Before,
        func=f"""
            IF {PURGE_EN_COURS} THEN RETURN OLD; END IF;
            RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;
        """,
    )


class Preavis(models.Model):
    """Somebody was told that something of his will be erased. It holds for one `depuis`: the last activity.

    `le`: the date told, before which nothing is erased, even when another `depuis` comes to say sooner.
    """

    regle = models.CharField("règle", max_length=40)
    objet_id = models.PositiveBigIntegerField()
    depuis = models.DateTimeField("sans activité depuis")
    at = models.DateTimeField("donné le", default=timezone.now)
    le = models.DateTimeField("effacement annoncé pour le")

    class Meta:
        verbose_name = "préavis"
        verbose_name_plural = "préavis"
        constraints = [models.UniqueConstraint(fields=["regle", "objet_id", "depuis"], name="preavis_une_fois")]

    def __str__(self):
        return f"{self.regle} {self.objet_id}"


class Origine(models.TextChoices):
    NUIT = "nuit", "Passage de la nuit"
    COMMANDE = "commande", "Commande d’exploitation"


class Purge(models.Model):
    """One line of the journal of what was erased: what kind, how many rows, when, by what; nobody's name nor words.

    `empreintes`: a keyed digest of each thing erased, by which it is recognised if it comes back from a saved copy.
    `fichiers`: the names, drawn at random, of the files still to be taken off the disk; empty once they are.
    """

    regle = models.CharField("règle", max_length=40)
    lignes = models.JSONField("lignes effacées")  # {table: number}
    empreintes = models.JSONField(default=list)
    origine = models.CharField(max_length=10, choices=Origine)
    at = models.DateTimeField("le", default=timezone.now)
    transaction = models.CharField(max_length=20, db_index=True)
    fichiers = models.JSONField("fichiers à retirer", default=list)

    class Meta:
        verbose_name = "purge"
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="purge_reste", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="purge_figee", fields=["regle", "lignes", "empreintes", "origine", "at", "transaction"]
            ),
        ]

    def __str__(self):
        return f"{self.regle} du {timezone.localtime(self.at):%d/%m/%Y}"
