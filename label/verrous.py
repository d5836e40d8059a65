"""What is held until the transaction ends: rows, or a name where no row stands yet."""

from typing import Any

from django.db import connection


def hold(rows: Any) -> Any:
    """The rows of a queryset, locked: by themselves, or as it says (`held`) where other rows are locked before."""
    return rows.held() if hasattr(rows, "held") else rows.select_for_update(of=("self",))


def hold_name(name: str) -> None:
    """Wait for whoever holds this name, then hold it: what is read next is what they have done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
