"""Rows held until the transaction ends."""

from typing import Any


def hold(rows: Any) -> Any:
    """The rows of a queryset, locked: by themselves, or as it says (`held`) where other rows are locked before."""
    return rows.held() if hasattr(rows, "held") else rows.select_for_update(of=("self",))
