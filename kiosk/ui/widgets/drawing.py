"""A pencil for simple pictures: coordinates from 0 to 100, kept square, in the middle of a widget."""

from itertools import pairwise
from typing import Any, Self

from kivy.clock import Clock
from kivy.graphics import (
    Color,
    InstructionGroup,
    PopMatrix,
    PushMatrix,
    SmoothEllipse,
    SmoothQuad,
    SmoothRoundedRectangle,
    SmoothTriangle,
    Translate,
)
from kivy.uix.widget import Widget

from kiosk.ui.theme import Colour

Point = tuple[float, float]


class Pencil:
    """Draws smooth shapes onto a canvas; every length and place is in hundredths of the picture's width."""

    def __init__(self, canvas: Any, origin: Point, unit: float) -> None:
        self._canvas = canvas
        self._x, self._y = origin
        self._unit = unit

    def ink(self, shade: Colour) -> Self:
        """Take another colour."""
        self._canvas.add(Color(*shade))
        return self

    def box(self, at: Point, size: Point, radius: float = 0.0) -> Self:
        """Fill a rectangle from its lower left corner, with round corners."""
        self._canvas.add(
            SmoothRoundedRectangle(pos=self._at(at), size=self._long(size), radius=[max(0.01, radius * self._unit)])
        )
        return self

    def disc(self, middle: Point, diameter: float) -> Self:
        """Fill a circle."""
        corner = (middle[0] - diameter / 2, middle[1] - diameter / 2)
        self._canvas.add(SmoothEllipse(pos=self._at(corner), size=self._long((diameter, diameter)), segments=72))
        return self

    def triangle(self, one: Point, two: Point, three: Point) -> Self:
        """Fill a triangle; its corners run counter-clockwise."""
        self._canvas.add(SmoothTriangle(points=[*self._at(one), *self._at(two), *self._at(three)]))
        return self

    def quad(self, one: Point, two: Point, three: Point, four: Point) -> Self:
        """Fill a four-sided shape; its corners run counter-clockwise."""
        corners = [*self._at(one), *self._at(two), *self._at(three), *self._at(four)]
        self._canvas.add(SmoothQuad(points=corners))
        return self

    def stroke(self, points: tuple[Point, ...], width: float) -> Self:
        """Draw a line with round ends and corners."""
        for point in points:
            self.disc(point, width)
        for (ax, ay), (bx, by) in pairwise(points):
            length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
            nx, ny = -(by - ay) / length * width / 2, (bx - ax) / length * width / 2
            self.quad((ax - nx, ay - ny), (bx - nx, by - ny), (bx + nx, by + ny), (ax + nx, ay + ny))
        return self

    def arrow(self, tail: Point, head: Point, width: float) -> Self:
        """Draw an arrow straight along one axis."""
        (ax, ay), (bx, by) = tail, head
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        ux, uy = (bx - ax) / length, (by - ay) / length
        neck = (bx - ux * width * 2.2, by - uy * width * 2.2)
        wing = width * 2.1
        self.stroke((tail, (neck[0] + ux * width * 0.3, neck[1] + uy * width * 0.3)), width)
        return self.triangle(
            (neck[0] + uy * wing, neck[1] - ux * wing), head, (neck[0] - uy * wing, neck[1] + ux * wing)
        )

    def _at(self, point: Point) -> Point:
        return (self._x + point[0] * self._unit, self._y + point[1] * self._unit)

    def _long(self, size: Point) -> Point:
        return (size[0] * self._unit, size[1] * self._unit)


class Drawn(Widget):
    """A widget whose picture is drawn anew when its size changes; ``proportion`` is width by height of the picture."""

    proportion = 1.0

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._place = Translate()
        self._picture = InstructionGroup()
        for instruction in (PushMatrix(), self._place, self._picture, PopMatrix()):
            self.canvas.add(instruction)
        self.redraw = Clock.create_trigger(self._redraw, -1)
        self.fbind("size", self.redraw)
        self.fbind("pos", self._move)
        self.redraw()

    def _move(self, *_: Any) -> None:
        self._place.xy = self.pos

    def _redraw(self, *_: Any) -> None:
        self._picture.clear()
        width = min(self.width, self.height * self.proportion)
        if width > 1:
            corner = ((self.width - width) / 2, (self.height - width / self.proportion) / 2)
            self.draw(Pencil(self._picture, corner, width / 100))

    def draw(self, pencil: Pencil) -> None:
        """Draw; the picture is 100 wide and 100 by ``proportion`` high."""
        raise NotImplementedError
