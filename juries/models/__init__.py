from juries.models.audition import Audition, Presence, Seance
from juries.models.deliberation import Deliberation, Proposition
from juries.models.jury import Declaration, Jure, Jury, Mention
from juries.models.notation import Bulletin, Note
from juries.models.oral import Besoin, Convocation, Oral, Repetition, Support, Venue

__all__ = [
    "Audition",
    "Besoin",
    "Bulletin",
    "Convocation",
    "Declaration",
    "Deliberation",
    "Jure",
    "Jury",
    "Mention",
    "Note",
    "Oral",
    "Presence",
    "Proposition",
    "Repetition",
    "Seance",
    "Support",
    "Venue",
]
