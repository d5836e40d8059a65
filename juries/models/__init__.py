from juries.models.audition import Audition, Presence, Seance
from juries.models.deliberation import Deliberation, Proposition
from juries.models.jury import Declaration, Jure, Jury, Mention
from juries.models.notation import Bulletin, Note

__all__ = [
    "Audition",
    "Bulletin",
    "Declaration",
    "Deliberation",
    "Jure",
    "Jury",
    "Mention",
    "Note",
    "Presence",
    "Proposition",
    "Seance",
]
