"""States of the search pages, for samples of each: long titles, nothing found, old word of copies, none at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from kiosk.session.search_state import Searching, SearchPage, SearchStanding
from kiosk.session.search_values import (
    BookDetails,
    Choice,
    Copies,
    Found,
    Hit,
    Narrowing,
    PlaceCopies,
    Wanted,
)
from kiosk.session.state import Idle, Notice, NoticeKind, OutOfOrder, State
from kiosk.session.values import ItemId, Language, Service
from library.catalogue.asking import Facet
from library.catalogue.record import Audience, RecordKind
from library.text.telex import Typed
from tests.support.made_covers import made_cover
from tests.support.screen_citizen import CITIZEN_SCENES
from tests.support.screen_hold import HOLD_SCENES
from tests.support.screen_paying import PAYING_SCENES
from tests.support.screen_services import LONG, SERVICE_SCENES, around

_COPY = ItemId("SIM-ITEM-0009")
OLD = datetime(2026, 11, 22, 16, 40, tzinfo=timezone(timedelta(hours=7)))
HITS = (
    Hit(1, "Đất rừng phương Nam", "Đoàn Giỏi", 2019, here=Copies(3, 2), elsewhere=Copies(4, 1), shelf="V24 Đ123R"),
    Hit(2, LONG, "Nguyễn Du, Đào Duy Anh chú giải, Nguyễn Thạch Giang khảo đính", 1866, here=Copies(1, 0)),
    Hit(
        3,
        "Dế Mèn phiêu lưu ký",
        "Tô Hoài",
        2021,
        audience=Audience.CHILDREN,
        here=Copies(1, 0),
        elsewhere=Copies(6, 5),
    ),
    Hit(4, "Rừng xà nu", "Nguyễn Trung Thành", 1965, elsewhere=Copies(2, 1)),
    Hit(5, "Nghiên cứu rừng ngập mặn Cần Giờ", "Trần Thị Mai", 2015, RecordKind.THESIS, Audience.ADULT),
    Hit(6, "[b]x[/b] " + "Lịch sử làng tôi từ khi có đường xe lửa, " * 20, "X" * 400, 1999, RecordKind.MAP),
    Hit(7, "", shelf="", here=Copies(1, 1)),
    Hit(8, "ỔI ƠI LÀ ỔI: ẪM Ễ Ộ Ự Ỵ", "Война и мир", None, RecordKind.SOUND, here=Copies(2, 1)),
)
COVERED = (
    replace(HITS[0], cover=made_cover("darkgreen", (72, 108))),
    HITS[1],
    replace(HITS[2], cover=made_cover("sienna", (72, 72))),
    *HITS[3:],
)
"""Some have covers, one of them square."""
BOOK = BookDetails(
    HITS[0],
    published="Hà Nội: Kim Đồng, 2019, in lần thứ 12",
    series="Văn học tuổi xanh",
    isbn="9786042134354",
    language="vie",
    subjects=("Văn học thiếu nhi", "Truyện dài", "Nam Bộ"),
    summary="Cậu bé An lưu lạc giữa đất rừng U Minh trong những năm đầu kháng chiến, gặp tía nuôi và thằng Cò.",
    places=(
        PlaceCopies("Thư viện xã", is_here=True, copies=Copies(3, 2), shelf="V24 Đ123R"),
        PlaceCopies("Thư viện Trường Tiểu học Nguyễn Văn Trỗi", is_here=False, copies=Copies(4, 1), shelf="V24"),
    ),
    link="https://thuvien.example/book/1",
)


_BOOK_ELSEWHERE = replace(BOOK, hit=HITS[3], copy=_COPY, cover=made_cover("darkgreen"))
CHOICES = (
    Choice(Narrowing(Facet.AVAILABLE, "yes"), 71),
    Choice(Narrowing(Facet.PLACE, "VN-QN"), 44, "Thư viện xã", is_here=True),
    Choice(Narrowing(Facet.PLACE, "VN-QN-TH1"), 12, "Thư viện Trường Tiểu học Nguyễn Văn Trỗi"),
    *(Choice(Narrowing(Facet.KIND, kind.value), 9) for kind in RecordKind),
    *(Choice(Narrowing(Facet.LANGUAGE, code), 3) for code in ("vie", "eng", "hmn", "xyz")),
)
NARROWED = (CHOICES[0].narrowing, CHOICES[2].narrowing, CHOICES[-4].narrowing, CHOICES[3].narrowing)


def searching(language: Language, typed: str = "", found: Found | None = None, **more: object) -> Searching:
    near = replace(around(language), catalogue=SearchStanding(there=True, asked=1))
    wanted = Wanted.TEXT if typed else Wanted.NEWEST
    state = Searching(near, idle_since=100.0, wanted=wanted, word=Typed(typed), found=found)
    return replace(state, **more)  # type: ignore[arg-type] # each is a field of the state


def with_search(state: Idle | OutOfOrder) -> State:
    return replace(state, around=replace(state.around, catalogue=SearchStanding(there=True)))


def _home(language: Language) -> State:
    return with_search(Idle(around(language)))


def _home_of_one(language: Language) -> State:
    near = around(language)
    return with_search(Idle(replace(near, limits=replace(near.limits, services=(Service.BORROW,)))))


def _out(language: Language) -> State:
    near = around(language, there=False)
    return with_search(OutOfOrder(replace(near, limits=replace(near.limits, services=(Service.BORROW,)))))


def _notice(language: Language) -> State:
    return searching(language, "dat rung", Found(HITS, 8), notice=Notice(NoticeKind.CARD_FIRST, 108.0))


def _no_line(language: Language) -> State:
    book = replace(BOOK, hit=HITS[2], copy=_COPY, as_of=OLD)
    state = searching(language, "dat", Found(HITS, 8), page=SearchPage.BOOK, hit=HITS[2], book=book)
    return replace(state, around=replace(state.around, library_system=False))


SEARCH_SCENES: dict[str, Callable[[Language], State]] = {
    "search_services": _home,
    "search_home": _home_of_one,
    "search_out_of_order": _out,
    "search_empty": lambda language: searching(language, found=Found(HITS, 8)),
    "search_instead": lambda language: searching(language, "dat rug", Found(HITS, 8, "đất rừng", OLD)),
    "search_nothing": lambda language: searching(language, "zzqx", Found()),
    "search_notice": _notice,
    "results": lambda language: searching(language, "rừng", Found(HITS, 128), page=SearchPage.RESULTS),
    "results_instead": lambda language: searching(
        language, "dat rug", Found(HITS, 8, "đất rừng", OLD), page=SearchPage.RESULTS
    ),
    "results_newest": lambda language: searching(language, "", Found(COVERED, 8), page=SearchPage.RESULTS),
    "choices": lambda language: searching(
        language, "rừng", Found(HITS, 128), page=SearchPage.CHOICES, choices=CHOICES, narrowed=NARROWED
    ),
    "choices_none": lambda language: searching(language, "rừng", Found(), page=SearchPage.CHOICES, choices=()),
    "choices_counting": lambda language: searching(
        language, "rừng", page=SearchPage.CHOICES, narrowed=NARROWED, awaited_choices=1
    ),
    "results_narrowed": lambda language: searching(
        language, "rừng", Found(HITS, 12), page=SearchPage.RESULTS, choices=CHOICES, narrowed=NARROWED
    ),
    "book": lambda language: searching(language, "dat", Found(HITS, 8), page=SearchPage.BOOK, hit=HITS[0], book=BOOK),
    "book_lent": lambda language: searching(
        language, "dat", Found(HITS, 8), page=SearchPage.BOOK, hit=HITS[2], book=BookDetails(HITS[2], copy=_COPY)
    ),
    "book_elsewhere": lambda language: searching(
        language,
        "dat",
        Found(HITS, 8),
        page=SearchPage.BOOK,
        hit=HITS[3],
        book=_BOOK_ELSEWHERE,
    ),
    "book_no_line": _no_line,
    "book_reading": lambda language: searching(
        language, "dat", Found(HITS, 8), page=SearchPage.BOOK, hit=HITS[1], awaited_book=1
    ),
    "book_old": lambda language: searching(
        language,
        "dat",
        Found(HITS, 8),
        page=SearchPage.BOOK,
        hit=HITS[5],
        book=BookDetails(HITS[5], summary="Dài. " * 400, subjects=("Y" * 300,) * 9, as_of=OLD, cover=b"no picture"),
    ),
}

ALL_SCENES = SERVICE_SCENES | PAYING_SCENES | SEARCH_SCENES | HOLD_SCENES | CITIZEN_SCENES
"""With those of all that patrons come for."""
