"""What only helps (a thumbnail, who is here, a task asked at once) never fails the act it goes with."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def convenience(what: str) -> Iterator[None]:
    """Run what the act can do without; whatever it raises is logged, and the act goes on.

    `what`: the convenience, in a few words that come from nobody. The log says which exception and where in the code,
    never its message: it may quote what a person typed or sent. Not for queries inside a transaction: one that fails
    would leave it unusable (put a savepoint inside).
    """
    try:
        yield
    except Exception as error:
        *_, last = traceback.extract_tb(error.__traceback__)
        place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
        logger.warning("Done without %s (%s at %s)", what, type(error).__name__, place)
