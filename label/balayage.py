"""Background sweeps: what fails for one stops no other."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

logger = logging.getLogger(__name__)


def each(items: Iterable[Any], act: Callable[[Any], int]) -> int:
    """The sum of what `act` returns for each item; one that raises is logged, undone alone, and tried at the next pass.

    Raises what the database raises when it is away: there is nothing to go on with.
    """
    total = 0
    for item in items:
        try:
            with transaction.atomic():
                total += int(act(item))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Swept over: %s %s", act, item)
    return total
