"""The geometry of the schematic map, by the properties it must have."""

from math import dist, hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrats.carte import queries
from contrats.carte.geometrie import (
    Frame,
    area,
    cells,
    contains,
    convex_hull,
    hull_around,
    path,
    rings,
    simplify,
    spread,
)

coordinate = st.integers(0, 1000).map(float)
points = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=30, unique=True)


@given(points)
def test_each_centre_lies_in_its_own_cell_and_in_no_other(sites):
    found = cells(dict(enumerate(sites)), hull_around(sites, 40))
    holders = [[key for key, cell in found.items() if contains(cell, site)] for site in sites]
    assert holders == [[key] for key in range(len(sites))]


@given(points)
def test_cells_cover_the_hull_without_overlap(sites):
    hull = hull_around(sites, 40)
    found = cells(dict(enumerate(sites)), hull)
    assert sum(map(area, found.values())) == pytest.approx(area(hull), rel=1e-9)


@given(points, st.tuples(coordinate, coordinate))
def test_a_cell_holds_the_points_nearest_to_its_centre(sites, place):
    hull = hull_around(sites, 40)
    found = cells(dict(enumerate(sites)), hull)
    holders = [key for key, cell in found.items() if contains(cell, place)]
    nearest = min(dist(place, site) for site in sites)
    assert all(dist(place, sites[key]) == pytest.approx(nearest, abs=1e-6) for key in holders)


@given(points)
def test_the_outline_leaves_every_point_inside_at_a_distance(sites):
    hull = hull_around(sites, 40)
    assert all(contains(hull, site) for site in sites)
    assert area(hull) >= 0.98 * 3.14159 * 40 * 40


@pytest.mark.parametrize(
    ("given_points", "expected"),
    [
        ([(0, 0), (2, 0), (2, 2), (0, 2), (1, 1), (1, 0)], [(0, 0), (2, 0), (2, 2), (0, 2)]),
        ([(1, 1)], [(1, 1)]),
        ([(0, 0), (0, 0), (3, 1)], [(0, 0), (3, 1)]),
    ],
)
def test_convex_hull(given_points, expected):
    assert convex_hull(given_points) == expected


@given(st.lists(st.tuples(st.integers(0, 60).map(float), st.integers(0, 60).map(float)), max_size=8))
def test_spread_keeps_the_number_and_separates_what_was_together(places):
    moved = spread(places, 10, rounds=600)
    assert len(moved) == len(places)
    gaps = [hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(moved) for b in moved[i + 1 :]]
    assert all(gap >= 9.5 for gap in gaps)


def test_spread_leaves_alone_what_is_far():
    assert spread([(0.0, 0.0), (50.0, 0.0), (0.0, 50.0)], 10) == [(0.0, 0.0), (50.0, 0.0), (0.0, 50.0)]


def test_the_frame_keeps_north_up_and_the_shape_true():
    frame = Frame.around([(2.0, 48.0), (3.0, 49.0)], width=100, margin=10)
    assert frame.point((2.0, 49.0)) == (10, 10)
    assert frame.point((3.0, 49.0)) == pytest.approx((90, 10))
    # A degree of latitude is longer than one of longitude by 1/cos(48.5°).
    assert frame.point((2.0, 48.0))[1] - 10 == pytest.approx(80 / 0.66262, rel=1e-4)
    assert frame.height == pytest.approx(frame.point((2.0, 48.0))[1] + 10)


def test_a_frame_needs_a_position():
    with pytest.raises(ValueError, match="at least one"):
        Frame.around([])


def test_simplify_keeps_the_ends_and_what_stands_out():
    line = [(0, 0), (1, 0.01), (2, 0), (3, 5), (4, 0), (5, 0.02), (6, 0)]
    assert simplify(line, 0.1) == [(0, 0), (2, 0), (3, 5), (4, 0), (6, 0)]


def test_rings_and_path_draw_a_hole():
    geometry = {
        "type": "Polygon",
        "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 1]]],
    }
    assert path(rings(geometry)) == ("M0.0 0.0L4.0 0.0L4.0 4.0L0.0 0.0Z M1.0 1.0L2.0 1.0L2.0 2.0L1.0 1.0Z")


def test_counts_are_summed_over_the_registered_functions(monkeypatch):
    monkeypatch.setattr(queries, "_counts", [])
    queries.register_count(lambda keys: {1: 2})
    queries.register_count(lambda keys: {key: 1 for key in keys if key > 1})
    assert queries.project_counts([1, 2, 3]) == {1: 2, 2: 1, 3: 1}
