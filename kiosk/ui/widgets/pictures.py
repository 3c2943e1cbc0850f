"""Pictures that show where the card and the books go; drawn, so that they are sharp on every panel."""

from kiosk.ui import theme
from kiosk.ui.widgets.drawing import Drawn, Pencil


class PadPicture(Drawn):
    """A pile of books on its way down to the pad."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw pile, arrow and pad."""
        draw_pad(pencil, 14, 6, 72)
        draw_pile(pencil, 26, 36, 48)
        pencil.ink(theme.PRIMARY).arrow((12, 62), (12, 30), 5).arrow((88, 62), (88, 30), 5)


class CardPicture(Drawn):
    """A library card on its way to the light of the scanner."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw scanner, light, card and arrow."""
        draw_scanner(pencil, 62, 14, 36)
        draw_card(pencil, 2, 30, 40)
        pencil.ink(theme.PRIMARY).arrow((10, 18), (38, 18), 5)


class FarewellPicture(Drawn):
    """A pile of books with a tick: all is done."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw pile and tick."""
        draw_pile(pencil, 10, 18, 68)
        pencil.ink(theme.SKY).disc((78, 26), 38).ink(theme.PRIMARY).disc((78, 26), 32)
        pencil.ink(theme.SURFACE).stroke(((70.5, 26), (76, 20.5), (86, 31.5)), 4)


class RefusedCardPicture(Drawn):
    """A library card with a cross beside it."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw card and cross."""
        draw_card(pencil, 8, 22, 68)
        pencil.ink(theme.SKY).box((60, 6), (36, 36), 8)
        pencil.ink(theme.REFUSED).box((63, 9), (30, 30), 6)
        pencil.ink(theme.SURFACE).stroke(((72, 18), (84, 30)), 4).stroke(((72, 30), (84, 18)), 4)


class RestingPicture(Drawn):
    """The kiosk's screen, dark, with a warning triangle."""

    proportion = 1.15

    def draw(self, pencil: Pencil) -> None:
        """Draw screen, foot and triangle."""
        pencil.ink(theme.STEEL).quad((42, 24), (38, 8), (62, 8), (58, 24)).box((28, 4), (44, 6), 3)
        pencil.ink(theme.INK).box((8, 22), (84, 58), 6).ink(theme.STEEL).box((13, 27), (74, 48), 3)
        pencil.ink(theme.INK).stroke(((28, 54), (32, 50), (38, 50), (42, 54)), 2.6)
        pencil.stroke(((58, 54), (62, 50), (68, 50), (72, 54)), 2.6).stroke(((44, 39), (56, 39)), 2.6)
        draw_warning(pencil, 68, 2, 30)


class WelcomePicture(Drawn):
    """The three steps at a glance: card to the scanner, books onto the pad, and away with a receipt."""

    proportion = 1.15

    def draw(self, pencil: Pencil) -> None:
        """Draw the kiosk's screen, its scanner with a card, and its pad with books."""
        pencil.ink(theme.INK).box((22, 46), (56, 38), 4)
        pencil.ink(theme.SKY).box((25, 49), (50, 32), 2)
        pencil.ink(theme.PRIMARY).disc((50, 65), 22).ink(theme.SURFACE).stroke(((44, 65), (48.5, 60.5), (56.5, 69)), 3)
        pencil.ink(theme.STEEL).quad((44, 46), (42, 36), (58, 36), (56, 46))
        pencil.ink(theme.WOOD).box((0, 2), (100, 9), 3)
        draw_scanner(pencil, 26, 11, 17)
        draw_card(pencil, 1, 20, 19)
        draw_pad(pencil, 54, 11, 44)
        draw_pile(pencil, 61, 19.5, 30)


class DeskPicture(Drawn):
    """A book on its way over the library's desk to a person."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw the person behind the desk, the desk, and the book."""
        pencil.ink(theme.WOOD).disc((64, 62), 18)
        pencil.ink(theme.LEAF).box((48, 22), (32, 31), 14)
        pencil.ink(theme.WOOD).box((2, 24), (96, 7), 2).ink(theme.BRICK).box((8, 4), (84, 20), 1)
        pencil.ink(theme.PRIMARY).box((10, 31), (24, 5.5), 1.2).ink(theme.SURFACE).box((13, 32.2), (21, 3.2), 0.5)
        pencil.ink(theme.PRIMARY).arrow((8, 52), (36, 52), 4)


class ReceiptPicture(Drawn):
    """A receipt coming out of the printer."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw printer and paper."""
        pencil.ink(theme.STEEL).box((18, 4), (64, 30), 5)
        pencil.ink(theme.INK).box((26, 24), (48, 5), 2)
        pencil.ink(theme.OUTLINE).box((30, 26), (40, 50), 1.5).ink(theme.SURFACE).box((31, 26), (38, 49), 1)
        pencil.ink(theme.INK).box((36, 66), (28, 3.5), 1)
        pencil.ink(theme.STEEL)
        for height in (58, 51, 44):
            pencil.box((36, height), (20, 2.5), 1)
        pencil.ink(theme.PRIMARY).disc((60, 36), 11).ink(theme.SURFACE).stroke(((57, 36), (59, 34), (63, 38.5)), 1.8)


class EmptyPrinterPicture(Drawn):
    """A printer, and the place where its paper should be: empty, with a warning triangle."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw printer, the paper's dashed outline and the triangle."""
        pencil.ink(theme.STEEL).box((18, 4), (64, 30), 5)
        pencil.ink(theme.INK).box((26, 24), (48, 5), 2)
        pencil.ink(theme.OUTLINE)
        for low in (36, 48, 60):
            pencil.stroke(((31, low), (31, low + 6)), 1.6).stroke(((69, low), (69, low + 6)), 1.6)
        for left in (34, 47, 60):
            pencil.stroke(((left, 71), (left + 6, 71)), 1.6)
        draw_warning(pencil, 36, 36, 28)


def draw_warning(pencil: Pencil, left: float, bottom: float, width: float) -> None:
    """Draw a warning triangle, nearly as high as wide."""
    part = width / 100
    one, two, three = ((left + x * part, bottom + y * part) for x, y in ((8.0, 12.0), (92.0, 12.0), (50.0, 88.0)))
    pencil.ink(theme.ATTENTION_EDGE).stroke((one, two, three, one), 12 * part).triangle(one, two, three)
    one, two, three = ((left + x * part, bottom + y * part) for x, y in ((16.0, 17.0), (84.0, 17.0), (50.0, 78.0)))
    pencil.ink(theme.ATTENTION).triangle(one, two, three).ink(theme.INK)
    pencil.stroke(((left + 50 * part, bottom + 56 * part), (left + 50 * part, bottom + 38 * part)), 10 * part)
    pencil.disc((left + 50 * part, bottom + 25 * part), 11 * part)


def draw_pad(pencil: Pencil, left: float, bottom: float, width: float) -> None:
    """Draw the pad, an eighth as high as wide, its signal rising from it."""
    part = width / 72
    pencil.ink(theme.INK).box((left, bottom), (width, 8 * part), 3 * part)
    pencil.ink(theme.PRIMARY).box((left + 5 * part, bottom + 5 * part), (width - 10 * part, 3 * part), 1.5 * part)


def draw_pile(pencil: Pencil, left: float, bottom: float, width: float) -> None:
    """Draw three books lying on each other, two thirds as high as wide."""
    part = width / 48
    covers = ((theme.BRICK, 0.0, 46.0), (theme.LEAF, 4.0, 42.0), (theme.SUN, 1.0, 40.0))
    for number, (cover, indent, long) in enumerate(covers):
        low = bottom + number * 10.5 * part
        near = left + indent * part
        pencil.ink(cover).box((near, low), (long * part, 10 * part), 2 * part)
        pencil.ink(theme.SURFACE).box((near + 7 * part, low + 2 * part), ((long - 7) * part, 6 * part), 0.6 * part)
        pencil.ink(theme.WOOD)
        for line in (3.7, 5.7):
            pencil.box((near + 9 * part, low + line * part), ((long - 11) * part, 0.7 * part), 0.1)


def draw_card(pencil: Pencil, left: float, bottom: float, width: float) -> None:
    """Draw a library card with its bar code, five eighths as high as wide."""
    part = width / 40
    pencil.ink(theme.OUTLINE).box((left, bottom), (width, 25 * part), 3 * part)
    pencil.ink(theme.SURFACE).box((left + 0.8 * part, bottom + 0.8 * part), (38.4 * part, 23.4 * part), 2.4 * part)
    pencil.ink(theme.PRIMARY).box((left + 0.8 * part, bottom + 17 * part), (38.4 * part, 5 * part), 0.1)
    pencil.ink(theme.INK)
    for offset, thick in (
        (16, 1.2),
        (18, 0.8),
        (19.6, 1.8),
        (22.4, 0.8),
        (24, 1.4),
        (26.6, 0.8),
        (28.2, 2.0),
        (31.4, 0.8),
        (33, 1.4),
    ):
        pencil.box((left + offset * part, bottom + 4 * part), (thick * part, 10 * part), 0.05)
    pencil.ink(theme.STEEL).disc((left + 8 * part, bottom + 11 * part), 5 * part)
    pencil.box((left + 3.8 * part, bottom + 4 * part), (8.4 * part, 4.6 * part), 2 * part)


def draw_scanner(pencil: Pencil, left: float, bottom: float, width: float) -> None:
    """Draw a scanner on its foot, its light falling to the left; twice as high as a card."""
    part = width / 36
    pencil.ink(theme.SUN).quad(
        (left - 18 * part, bottom + 18 * part),
        (left + 6 * part, bottom + 34 * part),
        (left + 6 * part, bottom + 40 * part),
        (left - 18 * part, bottom + 48 * part),
    )
    pencil.ink(theme.INK).box((left + 2 * part, bottom + 26 * part), (30 * part, 22 * part), 6 * part)
    pencil.box((left + 14 * part, bottom), (8 * part, 30 * part), 2 * part)
    pencil.box((left + 4 * part, bottom), (28 * part, 5 * part), 2.4 * part)
    pencil.ink(theme.BRICK).box((left + 2 * part, bottom + 31 * part), (4 * part, 12 * part), 1.5 * part)
