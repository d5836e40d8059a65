"""The map of the territory, ready for the template: shapes, labels and discs, from rows to SVG."""

from dataclasses import dataclass

from contrats.carte import Frame, cells, hull_around, path, rings, spread

# In units of the drawing, 700 wide.
OUTLINE_RADIUS = 62.0
DISC_GAP = 31.0
LABEL_LINE = 19.0
TONES = 8
_STEPS = (0, 1, 3, 6)


@dataclass(frozen=True)
class Zone:
    """A commune: its shape, where its name is written (lines with their ordinate), the tone of its contrat (0: none)."""

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

    `communes` and `quartiers` are rows with `position` (degrees) and `contour`/`trace` (GeoJSON or None); `counts`
    {quartier pk: projects}; `tones` {commune pk: tone of its contrat, 1 to TONES}. The official contours are drawn when
    every commune has one, otherwise cells around the centres: half a map would lie.
    """
    placed = [commune for commune in communes if commune.position]
    if not placed:
        return None
    is_schematic = not all(commune.contour for commune in placed)
    located = [quartier for quartier in quartiers if quartier.position]
    if is_schematic:
        frame = Frame.around([row.position for row in [*placed, *located]], margin=OUTLINE_RADIUS + 4)
        centres = {commune.pk: frame.point(commune.position) for commune in placed}
        points = [*centres.values(), *(frame.point(quartier.position) for quartier in located)]
        shapes = {key: [cell] for key, cell in cells(centres, hull_around(points, OUTLINE_RADIUS)).items()}
    else:
        outlines = {commune.pk: rings(commune.contour) for commune in placed}
        corners = [position for lines in outlines.values() for line in lines for position in line]
        frame = Frame.around(corners, margin=6)
        centres = {commune.pk: frame.point(commune.position) for commune in placed}
        shapes = {key: [[frame.point(p) for p in line] for line in lines] for key, lines in outlines.items()}
    zones = [
        Zone(
            commune,
            path(shapes[commune.pk]),
            round(centres[commune.pk][0], 1),
            _label(commune.nom, centres[commune.pk][1]),
            tones.get(commune.pk, 0),
        )
        for commune in placed
    ]
    return Drawing(
        round(frame.width),
        round(frame.height),
        zones,
        _discs(located, frame, counts),
        [quartier for quartier in quartiers if not quartier.position],
        is_schematic,
    )


def _discs(located, frame, counts):
    places = spread([frame.point(quartier.position) for quartier in located], DISC_GAP)
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


def _label(name, y):
    """The lines of a name and the ordinate of each, centred on `y`; a long name breaks near its middle."""
    breaks = [i + 1 for i, letter in enumerate(name) if letter in " -" and 2 < i < len(name) - 3]
    if len(name) > 11 and breaks:
        cut = min(breaks, key=lambda i: abs(i - len(name) / 2))
        lines = [name[:cut].rstrip(" "), name[cut:]]
    else:
        lines = [name]
    top = y - LABEL_LINE * (len(lines) - 1) / 2
    return [(line, round(top + rank * LABEL_LINE, 1)) for rank, line in enumerate(lines)]
