"""The map of the territory, ready for the template: shapes, labels and discs, from rows to SVG."""

from dataclasses import dataclass
from math import hypot

from contrats.carte.geometrie import Frame, area, cells, contains, hull_around, path, rings, spread

# In units of the drawing, 700 wide.
OUTLINE_RADIUS = 46.0
DISC_GAP = 31.0
DISC_BOX = 15.0
# How far from its cell's border to its centre goes a quartier that had to be brought home.
INWARD = 0.3
LETTER, LINE = 8.4, 17.0
REACH = 64
SHIFTS = range(-REACH, REACH + 1, 8)
TONES = 8
_STEPS = (0, 1, 3, 6)


@dataclass(frozen=True)
class Zone:
    """A commune: its shape, where its name is written (lines with their ordinate), its contrat’s tone (0: none)."""

    commune: object
    d: str
    x: float
    lines: list
    tone: int


@dataclass(frozen=True)
class Disc:
    """A quartier: where it is, the number of projects, the step of colour (0 to 4), its contour when imported."""

    quartier: object
    x: float
    y: float
    count: int
    step: int
    d: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    zones: list
    discs: list
    unplaced: list
    is_schematic: bool


def draw(communes, quartiers, counts, tones):
    """The drawing of the territory, or None when no commune has a position.

    `communes` and `quartiers` (their communes prefetched) are rows; `counts` is
    {quartier pk: projects}; `tones` {commune pk: tone of its contrat, 1 to TONES}. The official contours are drawn when
    every commune has one, otherwise cells around the centres: half a map would lie.
    """
    placed = [commune for commune in communes if commune.position]
    if not placed:
        return None
    is_schematic = not all(commune.contour for commune in placed)
    located = [quartier for quartier in quartiers if quartier.position]
    homes = {quartier.pk: [commune.pk for commune in quartier.communes.all()] for quartier in located}
    if is_schematic:
        frame = Frame.around([row.position for row in [*placed, *located]], margin=OUTLINE_RADIUS + 4)
        centres = {commune.pk: frame.point(commune.position) for commune in placed}
        places = [frame.point(quartier.position) for quartier in located]
        outline = hull_around([*centres.values(), *places], OUTLINE_RADIUS)
        shapes = {key: [cell] for key, cell in cells(centres, outline).items()}
        places = [
            _brought_home(place, homes[quartier.pk], centres, shapes)
            for quartier, place in zip(located, places, strict=True)
        ]
    else:
        outlines = {commune.pk: rings(commune.contour) for commune in placed}
        corners = [position for lines in outlines.values() for line in lines for position in line]
        frame = Frame.around(corners, margin=6)
        centres = {commune.pk: frame.point(commune.position) for commune in placed}
        shapes = {key: [[frame.point(p) for p in line] for line in lines] for key, lines in outlines.items()}
        places = [frame.point(quartier.position) for quartier in located]
    discs = _discs(located, spread(places, DISC_GAP), frame, counts)
    names = _names(placed, centres, shapes, [(disc.x, disc.y, DISC_BOX, DISC_BOX) for disc in discs])
    zones = [
        Zone(
            commune,
            path(shapes[commune.pk]),
            *names[commune.pk],
            tones.get(commune.pk, 0),
        )
        for commune in placed
    ]
    return Drawing(
        round(frame.width),
        round(frame.height),
        zones,
        discs,
        [quartier for quartier in quartiers if not quartier.position],
        is_schematic,
    )


def _brought_home(place, homes, centres, shapes):
    """The place itself when it lies in a cell of one of its communes, else the nearest spot of that cell inward.

    Cells are not the true limits: a quartier drawn in the neighbour's cell would tell a wrong commune.
    """
    homes = [key for key in homes if key in centres]
    if not homes or any(contains(shapes[key][0], place) for key in homes):
        return place
    key = min(homes, key=lambda key: hypot(centres[key][0] - place[0], centres[key][1] - place[1]))
    (x, y), (cx, cy) = place, centres[key]
    shares = (share / 20 for share in range(1, 21))
    inward = ((x + (cx - x) * share, y + (cy - y) * share) for share in shares)
    border = next((spot for spot in inward if contains(shapes[key][0], spot)), (cx, cy))
    return border[0] + (cx - border[0]) * INWARD, border[1] + (cy - border[1]) * INWARD


def _discs(located, places, frame, counts):
    return [
        Disc(
            quartier,
            round(x, 1),
            round(y, 1),
            counts.get(quartier.pk, 0),
            step(counts.get(quartier.pk, 0)),
            path([[frame.point(p) for p in line] for line in rings(quartier.trace)]) if quartier.trace else "",
        )
        for quartier, (x, y) in zip(located, places, strict=True)
    ]


def step(count):
    """The step of colour for a number of projects: 0 · 1 · 2–3 · 4–6 · 7 and more → 0 to 4."""
    return sum(count > bound for bound in _STEPS)


def _lines(name):
    """A name on one line, or on two when it is long and breaks at a space or a hyphen near its middle."""
    breaks = [i + 1 for i, letter in enumerate(name) if letter in " -" and 2 < i < len(name) - 3]
    if len(name) <= 11 or not breaks:
        return [name]
    cut = min(breaks, key=lambda i: abs(i - len(name) / 2))
    return [name[:cut].rstrip(" "), name[cut:]]


def _names(placed, centres, shapes, discs):
    """Where each commune's name is written: {commune pk: (x, [(line, y), …])}, clear of the discs and of each other.

    The tightest communes choose first, among the places around their centre: the nearest that hides nothing.
    """
    written, found = [], {}
    for commune in sorted(placed, key=lambda commune: sum(area(outline) for outline in shapes[commune.pk])):
        lines = _lines(commune.nom)
        half = (max(map(len, lines)) * LETTER / 2, len(lines) * LINE / 2)
        x, y = centres[commune.pk]
        near = [box for box in [*discs, *written] if abs(box[0] - x) < 2 * REACH and abs(box[1] - y) < 2 * REACH]
        outline = max(shapes[commune.pk], key=area)

        def cost(shift, x=x, y=y, half=half, near=near, outline=outline):
            spot = (x + shift[0], y + shift[1])
            ends = [(spot[0] - half[0], spot[1]), (spot[0] + half[0], spot[1])]
            outside = sum(not contains(outline, end) for end in ends)
            return sum(_overlap(spot, half, box) for box in near) + 60 * outside + hypot(*shift)

        shift = min(((dx, dy) for dx in SHIFTS for dy in SHIFTS), key=cost)
        spot = (x + shift[0], y + shift[1])
        written.append((*spot, *half))
        top = spot[1] - LINE * (len(lines) - 1) / 2
        found[commune.pk] = (round(spot[0], 1), [(line, round(top + i * LINE, 1)) for i, line in enumerate(lines)])
    return found


def _overlap(spot, half, box):
    """The area common to two boxes given by centre and half sizes."""
    x, y, width, height = box
    across = half[0] + width - abs(spot[0] - x)
    down = half[1] + height - abs(spot[1] - y)
    return across * down if across > 0 and down > 0 else 0
