"""Which request waits for its answer."""


def open_complement(dossier):
    """The request for a complement that waits for its answer, or None."""
    return dossier.complements.filter(answered_at=None).first()
