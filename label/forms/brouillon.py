"""What is typed in a form outlives the page: kept in the tab until the server says it was received (`brouillon.js`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Brouillon:
    """`cle`: which form, of what. `recus`: how many of these the server has had of this person: one more, and what was
    sent last was received; the same number, and a session or a network lost it: it comes back in the form."""

    cle: str
    recus: int

    @property
    def envoi(self) -> int:
        return self.recus

    @property
    def fini(self) -> int:
        """The `envoi` of the last one received."""
        return self.recus - 1
