"""How many projects serve each quartier, as the upper floors say."""

_counts = []


def register_count(function):
    """Let an upper floor say how many projects serve each quartier.

    `function(quartier_ids)` receives a list of primary keys and returns a dict {primary key: number of projects};
    a quartier left out counts as zero. It is called once per page, so it must cost one query.
    """
    _counts.append(function)
    return function


def project_counts(quartier_ids):
    """Number of projects of each quartier, summed over the registered functions: {primary key: int}."""
    totals = dict.fromkeys(quartier_ids, 0)
    for function in _counts:
        for key, number in function(list(quartier_ids)).items():
            totals[key] = totals.get(key, 0) + number
    return totals
