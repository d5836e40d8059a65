from juries.models.audition import Audition, Presence, Seance
from juries.models.deliberation import Deliberation, Proposition
from juries.models.jury import Declaration, Jure, Jury
from juries.models.notation import Bulletin, Note

__all__ = [
    "Audition",
    "Bulletin",
    "Declaration",
    "Deliberation",
    "Jure",
    "Jury",
    "Note",
    "Presence",
    "Proposition",
    "Seance",
]
