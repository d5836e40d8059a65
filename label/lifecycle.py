"""The state engine: one table of transitions, one way to move, a database trigger behind it.

A `Lifecycle` names its model, its state field and its transitions. `apply` checks the permission and what the gate of
the move says is missing, moves by compare-and-set (`UPDATE … WHERE statut = expected`), writes the journal line and
owes the messages, all in one database transaction. `guard()` gives the trigger, fed from the same table, which refuses
any move made around it.

Some states are secret for a time: what is offered to a person, and what is answered, comes from the `Reading` of the
life cycle, never from the state itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pgtrigger
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare

from label.verrous import hold


class TransitionRefused(ValidationError):
    """The move cannot be made; the message says in French what happened meanwhile or what is missing."""


@dataclass(frozen=True)
class Transition:
    """One move. `sources` and `target` are values of the state enum.

    `veiled`: states it also leaves from, as long as the person knows them under one of the `sources`.
    `perm`: the permission asked of the person (None: a system move, made by the clock or an upper floor).
    `is_gated`: something may be missing. The table declares the gate; whoever knows the answer fills it, from the same
    floor or one above (`Lifecycle.gate`). Nothing passes a gate left unfilled.
    `motif_requis`: the journal line must carry a reason.
    `notification`: key of the message owed once the move is made.
    """

    name: str
    sources: tuple
    target: str
    label: str
    perm: str | None = None
    is_gated: bool = False
    motif_requis: bool = False
    # Its reason stays among those who hold the journal: it is written apart, and told to nobody else.
    is_motif_interne: bool = False
    notification: str | None = None
    tone: str = "primary"
    # Undoes another move: shown apart, to the pilote only.
    is_retour: bool = False
    veiled: tuple = ()


class Reading:
    """What a person may know of an object that moves. This one hides nothing; `user` None is the system."""

    def __init__(self, field: str, etats: Any) -> None:
        self.field, self.etats = field, etats

    def state(self, obj: Any, user: Any) -> str:
        """The state this person may know."""
        return getattr(obj, self.field)

    def token(self, obj: Any, user: Any) -> str:
        """What a page keeps of the object to say, when it is sent, that nothing has moved meanwhile."""
        return str(self.state(obj, user))

    def meanwhile(self, obj: Any, user: Any) -> str:
        """What happened since a page was shown, as a French sentence."""
        return (
            f"Entre-temps, la situation a changé\u00a0: l’état est maintenant "
            f"«\u202f{self.etats(self.state(obj, user)).label}\u202f». Rechargez la page pour voir ce qu’il en est."
        )


class Lifecycle:
    def __init__(
        self,
        field: str,
        etats: Any,
        transitions: Sequence[Transition],
        *,
        record: Callable[..., Any],
        notify: Callable[..., Any],
        is_veiled: bool = False,
    ) -> None:
        """`record(obj, transition, source, by, motif, at, **trace)` writes the journal, `notify(key, obj, **context)`
        owes a message. `is_veiled`: some states are secret, and nobody moves or reads before it is said which to whom
        (`read_through`)."""
        self.field = field
        self.etats = etats
        self._reading = None if is_veiled else Reading(field, etats)
        self.transitions = {transition.name: transition for transition in transitions}
        self._record = record
        self._notify = notify
        self._gates: dict[str, Any] = {}
        if len(self.transitions) != len(transitions):
            raise ValueError("Two transitions carry the same name.")

    def __getitem__(self, name: str) -> Transition:
        return self.transitions[name]

    def gate(self, *names: str) -> Callable[..., Any]:
        """Decorator: function(obj) -> list of French sentences that stand in the way of these moves (empty: none does).

        Raises ValueError for a move whose gate the table does not declare, or that is filled already.
        """

        def fill(function: Callable[..., Any]) -> Callable[..., Any]:
            for name in names:
                if not self.transitions[name].is_gated:
                    raise ValueError(f"No gate is declared before {name}.")
                if name in self._gates:
                    raise ValueError(f"The gate of {name} is filled twice.")
                self._gates[name] = function
            return function

        return fill

    @property
    def unfilled(self) -> list[str]:
        """The moves whose gate is declared and filled by nobody, in the order of the table."""
        gated = [name for name, transition in self.transitions.items() if transition.is_gated]
        return [name for name in gated if name not in self._gates]

    def missing(self, obj: Any, name: str) -> list[str]:
        """What stands in the way of the move `name` on `obj`, as French sentences; empty when nothing does."""
        if not self.transitions[name].is_gated:
            return []
        if name not in self._gates:
            return ["Ce qui doit être vérifié avant ce passage ne peut pas l’être aujourd’hui\u00a0: écrivez à l’EPT."]
        return self._gates[name](obj)

    @property
    def reading(self) -> Any:
        """The `Reading` of this life cycle. Raises RuntimeError while nothing says what a person may know."""
        if self._reading is None:
            raise RuntimeError("Some of these states are secret, and nothing says which to whom.")
        return self._reading

    def read_through(self, reading: Any) -> Any:
        """Class decorator: this `Reading` says what a person may know. Raises ValueError when one does already."""
        if self._reading is not None:
            raise ValueError("This life cycle has its reading.")
        self._reading = reading(self.field, self.etats)
        return reading

    def available(self, obj: Any, user: Any) -> list[Transition]:
        """The transitions this person may try now on this object, as they know it, in the order of the table."""
        known = self.reading.state(obj, user)
        return [
            t
            for t in self.transitions.values()
            if known in t.sources and t.perm is not None and user.has_perm(t.perm, obj)
        ]

    def may_leave(self, transition: Transition, obj: Any, user: Any) -> bool:
        """The move starts from the state `obj` is in, as far as this person may know."""
        real = getattr(obj, self.field)
        return real in transition.sources or (
            real in transition.veiled and self.reading.state(obj, user) in transition.sources
        )

    def label_of(self, value: Any) -> str:
        return self.etats(value).label

    @transaction.atomic
    def apply(
        self,
        obj: Any,
        name: str,
        *,
        by: Any = None,
        motif: str = "",
        at: datetime,
        expected: str | None = None,
        token: str | None = None,
        changes: dict[str, Any] | None = None,
        trace: dict[str, Any] | None = None,
        **context: Any,
    ) -> Any:
        """Make the move `name` on `obj`, by the person `by` (None: the system), at the aware datetime `at`.

        `token`: what the page kept of the object (`Reading.token`); a page gone stale is refused. `expected`: the state
        itself, for callers that know it. `changes`: other fields written by the same UPDATE, such as a date the state
        requires. `trace`: other columns of the journal line. Extra `context` goes to the message.
        Returns the journal line. Raises PermissionDenied, or TransitionRefused with a French sentence.
        """
        transition = self.transitions[name]
        if transition.perm is not None and (by is None or not by.has_perm(transition.perm, obj)):
            raise PermissionDenied
        locked = hold(type(obj)._default_manager.all()).get(pk=obj.pk)
        source = getattr(locked, self.field)
        if not self.may_leave(transition, locked, by) or (expected is not None and source != expected):
            raise self.stale(locked, by)
        self.ensure_fresh(locked, by, token)
        if transition.motif_requis and not motif.strip():
            raise TransitionRefused("Indiquez le motif de cette décision.", code="motif")
        if missing := self.missing(locked, name):
            raise TransitionRefused(missing, code="missing")
        updated = (
            type(obj)
            ._default_manager.filter(pk=obj.pk, **{self.field: source})
            .update(**{self.field: transition.target}, **(changes or {}))
        )
        if updated != 1:
            raise TransitionRefused("Ce mouvement vient d’être fait par quelqu’un d’autre.", code="race")
        for name, value in {self.field: transition.target, **(changes or {})}.items():
            setattr(obj, name, value)
        passage = self._record(obj, transition, source, by, motif.strip(), at, **(trace or {}))
        if transition.notification:
            self._notify(transition.notification, obj, occurrence=str(passage.pk), motif=motif.strip(), **context)
        return passage

    def stale(self, obj: Any, user: Any) -> Any:
        """The refusal made to this person when `obj` has moved meanwhile."""
        return TransitionRefused(self.reading.meanwhile(obj, user), code="stale")

    def ensure_fresh(self, obj: Any, user: Any, token: str | None) -> None:
        """Raise TransitionRefused when the page that kept `token` shows `obj` otherwise than it is now.

        None: nothing was kept. The caller holds the row of `obj`.
        """
        if token is not None and not constant_time_compare(token, self.reading.token(obj, user)):
            raise self.stale(obj, user)

    def guard(self, name: str) -> Any:
        """The database trigger that refuses every move not in the table; one that stays where it is moves nothing."""
        pairs = {(source, t.target) for t in self.transitions.values() for source in (*t.sources, *t.veiled)}
        moves = sorted((source, target) for source, target in pairs if source != target)
        return pgtrigger.FSM(name=name, field=self.field, transitions=moves)
