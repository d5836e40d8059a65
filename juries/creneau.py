"""A slot as people are told it: kept as JSON-able values, read back as hours. Pure: no ORM."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Creneau:
    """`debut`, `fin`: aware; `visio`: a link or ""; `presentation`, `questions`: minutes."""

    debut: datetime
    fin: datetime
    lieu: str
    visio: str
    presentation: int
    questions: int

    @classmethod
    def read(cls, said):
        """The slot kept as `said`, the dict of `kept`."""
        debut, fin = (datetime.fromisoformat(said[end]) for end in ("debut", "fin"))
        return cls(debut, fin, said["lieu"], said["visio"], said["presentation"], said["questions"])

    def kept(self):
        """The same as JSON-able values, hours in UTC: equal for equal slots."""
        return {
            "debut": self.debut.astimezone(UTC).isoformat(),
            "fin": self.fin.astimezone(UTC).isoformat(),
            "lieu": self.lieu,
            "visio": self.visio,
            "presentation": self.presentation,
            "questions": self.questions,
        }

    @property
    def minutes(self):
        """How the time is shared, in words."""
        return f"Présentation de {self.presentation} minutes, puis {self.questions} minutes de questions."
