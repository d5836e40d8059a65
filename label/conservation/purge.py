"""The one way to erase for good: in one transaction the thing, all that hangs from it, and a line of the journal.

The line comes first: the triggers that keep frozen content and journals (`label.models.conservation.kept`) let go only
what goes in a transaction that has written one. Files leave the disk once the transaction holds; a line that still
names some is taken up again at the next pass.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils import timezone

from label.balayage import each
from label.cles import keyed_digest
from label.conservation.registre import Efface, Regle
from label.models import Courriel, Origine, Purge

logger = logging.getLogger(__name__)


def apply(regle: Regle, *, origine: Origine, now: datetime | None = None) -> int:
    """Erase what this rule lets go at the aware datetime `now`, `regle.lot` things at most, one transaction each.

    What cannot be erased is logged, left whole, and stops no other. Returns how many things went. Raises what the
    database raises when it is away.
    """
    now = now or timezone.now()
    if regle.prepare is None:
        return 0
    keys = [None] if regle.en_bloc else list(regle.due(now)[: regle.lot])
    return each(keys, partial(purge, regle, origine=origine, now=now))


@transaction.atomic
def purge(regle: Regle, key: Any, *, origine: Origine, now: datetime) -> bool:
    """Erase one thing, whole, if it is still to go. Returns whether it went."""
    efface = regle.prepare(key, now) if regle.prepare else None
    if efface is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (number,) = cursor.fetchone()
    line = Purge.objects.create(
        regle=regle.cle,
        lignes=efface.lignes,
        empreintes=[digest_of(name) for name in efface.noms],
        origine=origine,
        at=now,
        transaction=number,
        fichiers=sorted(efface.fichiers),
    )
    efface.act()
    if efface.fichiers:
        transaction.on_commit(partial(remove_files, line.pk), robust=True)
    return True


def digest_of(name: str) -> str:
    """By what the journal recognises a thing erased: `name` is `type:key`."""
    return keyed_digest("label.conservation", name)


def remove_files(pk: int) -> None:
    """Take off the disk the files that this line names; one that is no longer there is done with."""
    with transaction.atomic():
        line = Purge.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if line is None:
            return
        left = []
        for name in line.fichiers:
            try:
                default_storage.delete(name)
            except OSError:
                logger.exception("A file erased is still on the disk")
                left.append(name)
        Purge.objects.filter(pk=pk).update(fichiers=left)


def remove_files_left() -> None:
    """Take up again what a server stopped too early, or a disk away, left behind."""
    for pk in Purge.objects.exclude(fichiers=[]).values_list("pk", flat=True):
        remove_files(pk)


def whole(*roots: models.Model, noms: tuple[str, ...], besides: Iterable[models.QuerySet] = ()) -> Efface:
    """The `Efface` of these objects in order, all that hangs from them, their messages, their notices, their story.

    `besides`: querysets that go with them. Raises ProtectedError when something that stays points at one of them.
    """
    found = NestedObjects(using="default")
    for root in roots:
        found.collect([root])
    gone = {model: {obj.pk for obj in objs} for model, objs in found.data.items()}
    outside = found.protected - {obj for objs in found.data.values() for obj in objs} - set(roots)
    if outside:
        raise models.ProtectedError("Something that stays points at it", outside)
    beside = [*besides, *_stories(gone), *_messages(gone)]
    lignes = Counter({model._meta.db_table: len(keys) for model, keys in gone.items()})
    lignes.update({rows.model._meta.db_table: rows.count() for rows in beside})

    def act() -> None:
        for rows in beside:
            rows.delete()
        for root in roots:
            root.delete()

    return Efface(act, +lignes, noms=noms, fichiers=tuple(_files(found.data)))


def _stories(gone: dict[type[models.Model], set[int]]) -> Iterator[models.QuerySet]:
    """What the history keeps of them."""
    for model, keys in gone.items():
        events = getattr(model, "pgh_event_model", None)
        if events is not None and any(field.name == "pgh_obj" for field in events._meta.fields):
            yield events.objects.filter(pgh_obj__in=keys)


def _messages(gone: dict[type[models.Model], set[int]]) -> Iterator[models.QuerySet]:
    """The messages that told of them, sent or not."""
    for model, keys in gone.items():
        yield Courriel.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)


def _files(data: Mapping[type[models.Model], Iterable[models.Model]]) -> Iterator[str]:
    for model, objs in data.items():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                yield from (value.name for obj in objs if (value := getattr(obj, field.attname)))
