"""What is written together: the row that is locked, and what a model needs to be a thing written."""

from django.db import models
from django.utils import timezone

from label.models import Keyed


class Ecrit(models.Model):
    """All that is written of one thing hangs here. Who holds this row writes, or moves the thing; nobody else does.

    `revision` counts the writes: who polls asks what came after his own. `at`: when the last one was made.
    """

    revision = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "écrit"

    def __str__(self):
        return f"révision {self.revision}"


class EcritField(models.OneToOneField):
    """The `Ecrit` of a thing, made with it; for migrations, a OneToOneField."""

    def __init__(self, to=Ecrit, on_delete=models.PROTECT, **kwargs):
        super().__init__(to, on_delete, **{"blank": True, "editable": False} | kwargs)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.OneToOneField", args, kwargs

    def pre_save(self, instance, add):
        if add and getattr(instance, self.attname) is None:
            setattr(instance, self.name, Ecrit.objects.create())
        return super().pre_save(instance, add)


class WrittenQuerySet(models.QuerySet):
    """Of things written. Each adds `visible_to(user)` and `writable_by(user)`."""

    def held(self, *first, skip_locked=False):
        """Held until the transaction ends, for a write of what they say or for a move.

        In one order, always: the relations named in `first`, the `Ecrit`, then the thing. Two writers never wait for
        each other. Rows that only point at them (a comment, a visit) do not wait.
        """
        of = (*first, "ecrit", "self")
        return self.select_related("ecrit", *first).select_for_update(of=of, no_key=True, skip_locked=skip_locked)


class Written(Keyed):
    """A thing people write together. Its declaration (`ecriture.declaration`) says the rest."""

    ecrit = EcritField(related_name="%(class)s")

    objects = WrittenQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def revision(self):
        return self.ecrit.revision
