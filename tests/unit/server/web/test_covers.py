"""A book's page with its cover."""

from dataclasses import dataclass, field

from server.catalogue.covers import ShownCover
from tests.support.markup import Markup
from tests.unit.server.web.test_catalogue import ODD, SOUTH, FakeFinder, get


@dataclass
class CoveredFinder(FakeFinder):
    """A catalogue with covers."""

    covers: dict[int, ShownCover] = field(default_factory=dict)

    async def cover(self, key: int) -> ShownCover | None:  # type: ignore[override] # the plain one has none
        return self.covers.get(key)


async def test_a_books_page_shows_its_cover_which_a_browser_keeps() -> None:
    finder = CoveredFinder(covers={SOUTH.key: ShownCover("d1", b"\xff\xd8\xffpicture")})

    page = Markup((await get(finder, f"/catalogue/{SOUTH.key}")).text)
    cover = await get(finder, page.one(class_="cover").attributes["src"])
    plain = await get(finder, f"/catalogue/{ODD.key}")

    assert (cover.content, cover.headers["content-type"]) == (b"\xff\xd8\xffpicture", "image/jpeg")
    assert cover.headers["etag"] == '"d1"'
    assert page.one(class_="cover").attributes["src"].endswith("?d1")
    assert 'class="cover"' not in plain.text
    assert (await get(finder, f"/catalogue/{ODD.key}/cover")).status_code == 404
    assert (await get(finder, "/catalogue/x/cover")).status_code == 404


async def test_a_cover_that_a_browser_has_is_not_sent_again() -> None:
    finder = CoveredFinder(covers={SOUTH.key: ShownCover("d1", b"\xff\xd8\xff")})

    again = await get(finder, f"/catalogue/{SOUTH.key}/cover", {"If-None-Match": '"d1"'})

    assert (again.status_code, again.content) == (304, b"")
