"""Files held back until the antivirus has answered, and those it sets aside: given to nobody, never destroyed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from label import antivirus
from label.celery import enqueue
from label.enums import Analyse
from label.models import FichierJoint

logger = logging.getLogger(__name__)

A_VERIFIER = (Analyse.EN_ATTENTE, Analyse.NON_VERIFIE)


def first_state() -> Analyse:
    """What is known of a file that comes in: it waits for the antivirus, when there is one."""
    return Analyse.EN_ATTENTE if antivirus.is_configured() else Analyse.NON_VERIFIE


@dataclass(frozen=True)
class Quarantaine:
    """How the files of one kind are asked about. Each kind declares its own, and two tasks that call it.

    `rows`: its FichierJoint, with what `on_threat` reads. `task`: the name of the task that calls `ask`; a sweep calls
    `sweep`. `on_threat(joint, at)`: who is told, in the transaction that sets an infected file aside. `hold(joint)`:
    what whoever writes these files holds before them, held here too, so that the two never wait for each other.
    """

    rows: QuerySet
    task: str
    on_threat: Callable[[FichierJoint, datetime], object]
    hold: Callable[[FichierJoint], object] = lambda joint: None

    def ask_on_commit(self, joint: FichierJoint) -> None:
        """Once the transaction holds, hand a file that waits to the queue; without a broker the sweep asks later."""
        if joint.analyse == Analyse.EN_ATTENTE:
            transaction.on_commit(partial(enqueue, self.task, joint.pk), robust=True)

    def ask(self, pk: int) -> None:
        """Ask about one file; the sweep asks again when the antivirus is away."""
        try:
            self.scan(pk)
        except antivirus.AntivirusAbsent as error:
            logger.warning("Antivirus away, the %s %s waits (%s)", self._kind, pk, error)

    def scan(self, pk: int, at: datetime | None = None) -> Analyse | None:
        """Ask the antivirus what one file is, and keep its answer. Returns the Analyse it now has, None when not asked.

        An infected file leaves its place and is never given again; who must know is told.
        Raises AntivirusAbsent: the file stays as it was, to be asked again.
        """
        joint = self.rows.filter(pk=pk, analyse__in=A_VERIFIER).first()
        if joint is None or not antivirus.is_configured():
            return None
        try:
            with joint.fichier.open("rb") as file:
                threat = antivirus.scan(file)
        except FileNotFoundError:
            logger.error("The file of the %s %s is lost", self._kind, pk)
            self.rows.filter(pk=pk).update(analyse=Analyse.NON_VERIFIE, analyse_at=at or timezone.now())
            return None
        at = at or timezone.now()
        changes: dict[str, Any] = {"analyse": Analyse.SAIN, "analyse_at": at}
        if threat:
            changes |= {"analyse": Analyse.INFECTE, "menace": threat[:200]}
            changes["remplacee_at"] = Coalesce("remplacee_at", Value(at))
        with transaction.atomic():
            self.hold(joint)
            if not self.rows.filter(pk=pk, analyse__in=A_VERIFIER).update(**changes):
                return None
            if threat:
                logger.warning("Antivirus: %s in the %s %s", threat, self._kind, joint.cle)
                self.on_threat(joint, at)
        return changes["analyse"]

    def sweep(self, limit: int = 200) -> int:
        """Ask about the files no task has asked about: those that wait first, then those joined without antivirus.

        Returns the number of files answered; stops when the antivirus is away. A file it cannot read waits, and keeps
        nobody else waiting.
        """
        if not antivirus.is_configured():
            return 0
        done = 0
        for state in A_VERIFIER:
            waiting = self.rows.filter(analyse=state, analyse_at=None).order_by("created_at")
            for pk in list(waiting.values_list("pk", flat=True)[:limit]):
                try:
                    done += self.scan(pk) is not None
                except antivirus.AntivirusAbsent as error:
                    logger.warning("Antivirus: no answer for the %s %s (%s)", self._kind, pk, error)
                    if not antivirus.is_reachable():
                        return done
        return done

    @property
    def _kind(self) -> str:
        return self.rows.model._meta.model_name
