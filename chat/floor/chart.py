"""A chart of the figures as shapes of an SVG: a bar for each row, accepted below and left above."""

from dataclasses import dataclass
from datetime import datetime

from chat.floor.figures import Figures

# About as many units as a phone has pixels, so that the labels are read there too.
WIDTH, HEIGHT = 420, 190
FOOT = 22  # room for the labels
SIDE = 28  # room for the number at the top
LABELS = 7  # at most so many of them


@dataclass(frozen=True)
class Bar:
    """One row: its place, and how high each part stands."""

    x: float
    width: float
    accepted_y: float
    accepted: float
    left_y: float
    left: float
    rest_y: float
    rest: float
    middle: float
    begins: datetime
    labelled: bool


@dataclass(frozen=True)
class Chart:
    """All bars, and the number that the top of the chart stands for."""

    bars: list[Bar]
    top: int
    width: int = WIDTH
    height: int = HEIGHT
    side: int = SIDE
    floor: int = HEIGHT - FOOT
    foot: int = HEIGHT - 6


def bars(figures: Figures) -> Chart:
    """The bars of a table."""
    top = max(figures.most, 1)
    space = (WIDTH - SIDE) / max(len(figures.rows), 1)
    scale = (HEIGHT - FOOT) / top
    every = -(-len(figures.rows) // LABELS) or 1
    found = []
    for number, row in enumerate(figures.rows):
        accepted, left, rest = (n * scale for n in (row.accepted, row.left, row.rest))
        base = HEIGHT - FOOT
        found.append(
            Bar(
                x=round(SIDE + number * space + space * 0.15, 1),
                width=round(space * 0.7, 1),
                accepted_y=round(base - accepted, 1),
                accepted=round(accepted, 1),
                left_y=round(base - accepted - left, 1),
                left=round(left, 1),
                rest_y=round(base - accepted - left - rest, 1),
                rest=round(rest, 1),
                middle=round(SIDE + number * space + space / 2, 1),
                begins=row.begins,
                labelled=number % every == 0,
            )
        )
    return Chart(found, top)
