"""Geometry of the schematic map of the territory. Pure functions: no ORM, no request.

Points are `(x, y)` pairs of floats; a polygon is a list of points, not closed, in either direction. Geographic
positions are `(longitude, latitude)` in degrees, WGS84, as GeoJSON writes them. The drawing plane grows to the
right and downward, as SVG does.
"""

from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin


@dataclass(frozen=True)
class Frame:
    """From degrees to the drawing: an equirectangular plane, true in shape at the latitude of the territory."""

    west: float
    north: float
    stretch: float
    scale: float
    margin: float
    width: float
    height: float

    @classmethod
    def around(cls, positions, width=700.0, margin=70.0):
        """The frame `width` units wide in which all the positions stand, `margin` units from the edge."""
        if not positions:
            raise ValueError("a frame needs at least one position")
        longitudes, latitudes = zip(*positions, strict=True)
        stretch = cos(radians((min(latitudes) + max(latitudes)) / 2))
        span = max((max(longitudes) - min(longitudes)) * stretch, 1e-6)
        scale = (width - 2 * margin) / span
        height = (max(latitudes) - min(latitudes)) * scale + 2 * margin
        return cls(min(longitudes), max(latitudes), stretch, scale, margin, width, height)

    def point(self, position):
        """Where a `(longitude, latitude)` falls in the drawing."""
        longitude, latitude = position
        return (
            self.margin + (longitude - self.west) * self.stretch * self.scale,
            self.margin + (self.north - latitude) * self.scale,
        )


def area(polygon):
    """Area of a simple polygon, in square units of the plane (always positive)."""
    return abs(_signed_area(polygon))


def _signed_area(polygon):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1], strict=True)) / 2


def contains(polygon, point):
    """Whether the point lies inside the polygon (even-odd rule)."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def convex_hull(points):
    """The convex hull, counted from the leftmost point (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def chain(sequence):
        line = []
        for point in sequence:
            while len(line) >= 2 and _turn(line[-2], line[-1], point) <= 0:
                line.pop()
            line.append(point)
        return line[:-1]

    return chain(ordered) + chain(reversed(ordered))


def _turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def hull_around(points, radius, steps=24):
    """The convex hull of discs of that radius around the points: a rounded outline that leaves none on the edge."""
    circle = [(radius * cos(2 * pi * i / steps), radius * sin(2 * pi * i / steps)) for i in range(steps)]
    return convex_hull([(x + dx, y + dy) for x, y in points for dx, dy in circle])


def nearest_half(polygon, site, other):
    """The part of a convex polygon that is nearer to `site` than to `other` (Sutherland–Hodgman)."""
    middle = ((site[0] + other[0]) / 2, (site[1] + other[1]) / 2)
    direction = (other[0] - site[0], other[1] - site[1])

    def side(point):
        return (point[0] - middle[0]) * direction[0] + (point[1] - middle[1]) * direction[1]

    kept = []
    for start, end in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        before, after = side(start), side(end)
        if before <= 0:
            kept.append(start)
        if (before < 0 < after) or (after < 0 < before):
            share = before / (before - after)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return kept


def cells(sites, hull):
    """Voronoi cells of the sites, clipped to a convex hull: {key: polygon}.

    `sites` is {key: point} with distinct points lying in the hull. The cells do not overlap and cover the hull.
    Quadratic in the number of sites, which is a few dozen.
    """
    found = {}
    for key, site in sites.items():
        cell = list(hull)
        for other_key, other in sites.items():
            if other_key != key:
                cell = nearest_half(cell, site, other)
        found[key] = cell
    return found


def spread(points, gap, rounds=60):
    """Push apart the points nearer than `gap` to each other, so that each disc can be seen and pointed at.

    Returns a list in the order received. Points at the same place leave in directions of their own; those that
    are alone do not move.
    """
    moved = [list(point) for point in points]
    for _ in range(rounds):
        still = True
        for i, first in enumerate(moved):
            for j in range(i + 1, len(moved)):
                second = moved[j]
                dx, dy = second[0] - first[0], second[1] - first[1]
                distance = hypot(dx, dy)
                if distance >= gap - 1e-6:
                    continue
                still = False
                if distance < 1e-6:
                    dx, dy, distance = cos(i + 2 * j), sin(i + 2 * j), 1.0
                    push = gap / 2
                else:
                    push = (gap - distance) / 2
                first[0] -= dx / distance * push
                first[1] -= dy / distance * push
                second[0] += dx / distance * push
                second[1] += dy / distance * push
        if still:
            break
    return [tuple(point) for point in moved]


def rings(geometry):
    """Every ring of a GeoJSON Polygon or MultiPolygon, as lists of `(longitude, latitude)`."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(position[0], position[1]) for position in ring] for polygon in polygons for ring in polygon]


def path(outlines):
    """The `d` attribute of an SVG path that draws these closed outlines (lists of points of the plane)."""
    return " ".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in outline) + "Z" for outline in outlines if outline)


def simplify(outline, tolerance):
    """The same line with fewer points, none dropped lying farther than `tolerance` (Douglas–Peucker)."""
    if len(outline) < 3:
        return list(outline)
    kept = {0, len(outline) - 1}
    stack = [(0, len(outline) - 1)]
    while stack:
        first, last = stack.pop()
        farthest, distance = max(
            ((i, _distance(outline[i], outline[first], outline[last])) for i in range(first + 1, last)),
            key=lambda found: found[1],
            default=(first, 0),
        )
        if distance > tolerance:
            kept.add(farthest)
            stack += [(first, farthest), (farthest, last)]
    return [outline[i] for i in sorted(kept)]


def _distance(point, start, end):
    """Distance from a point to the segment from `start` to `end`."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = 0 if length == 0 else max(0, min(1, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length))
    return hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)
