"""Who holds a role at the EPT: discovered by `label.apps`, for the message that tells of it."""

from label.habilitation import messages  # noqa: F401
