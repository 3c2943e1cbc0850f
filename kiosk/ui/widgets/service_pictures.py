"""Pictures of what a kiosk is for: books going home, books coming back into their bin, and a reader's own list."""

from kiosk.ui import theme
from kiosk.ui.widgets.drawing import Drawn, Pencil
from kiosk.ui.widgets.pictures import draw_card, draw_pile


class BorrowPicture(Drawn):
    """A pile of books, and an arrow away from it."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw pile and arrow."""
        draw_pile(pencil, 4, 20, 58)
        pencil.ink(theme.PRIMARY).arrow((66, 38), (96, 38), 7)


class BinPicture(Drawn):
    """A book falling into a bin."""

    proportion = 1.0

    def draw(self, pencil: Pencil) -> None:
        """Draw book, arrow and bin."""
        pencil.ink(theme.BRICK).box((30, 66), (40, 14), 2)
        pencil.ink(theme.SURFACE).box((36, 69), (34, 8), 1)
        pencil.ink(theme.PRIMARY).arrow((50, 62), (50, 34), 7)
        pencil.ink(theme.INK).quad((20, 6), (80, 6), (88, 44), (78, 44)).quad((20, 6), (80, 6), (22, 44), (12, 44))
        pencil.quad((20, 6), (80, 6), (83, 20), (17, 20))
        pencil.ink(theme.STEEL).quad((25, 10), (75, 10), (77, 16), (23, 16))


class ReturnPicture(Drawn):
    """A pile of books going into a bin."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw pile, arrow and bin."""
        draw_pile(pencil, 2, 24, 40)
        pencil.ink(theme.PRIMARY).stroke(((24, 62), (24, 70), (72, 70)), 7).arrow((72, 72), (72, 40), 7)
        pencil.ink(theme.INK).quad((54, 8), (90, 8), (96, 44), (88, 44)).quad((54, 8), (90, 8), (56, 44), (48, 44))
        pencil.quad((54, 8), (90, 8), (92, 18), (52, 18))


class SearchPicture(Drawn):
    """A glass over a row of books."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw books and glass."""
        for number, cover in enumerate((theme.BRICK, theme.LEAF, theme.SUN, theme.PRIMARY)):
            pencil.ink(cover).box((6 + number * 15, 8), (13, 58 - 6 * (number % 2)), 2)
        pencil.ink(theme.INK).stroke(((76, 34), (94, 14)), 9).disc((64, 48), 46)
        pencil.ink(theme.SKY).disc((64, 48), 34)


class AccountPicture(Drawn):
    """A library card before a list of books."""

    proportion = 1.25

    def draw(self, pencil: Pencil) -> None:
        """Draw list and card."""
        pencil.ink(theme.OUTLINE).box((36, 6), (58, 68), 4).ink(theme.SURFACE).box((38, 8), (54, 64), 3)
        for number, cover in enumerate((theme.BRICK, theme.LEAF, theme.SUN)):
            low = 56 - number * 16
            pencil.ink(cover).box((44, low), (10, 10), 2).ink(theme.INK).box((59, low + 3), (27, 4), 1)
        draw_card(pencil, 2, 6, 46)
