"""A library of two places, a handful of books and a reader of each sort, in a real SQLite file."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, Engine, select

from library.lending.patterns import NumberPatterns
from library.lending.rules import LendingRules, LoanRule
from server.circulation.desk import LendingDesk
from server.circulation.values import Counter
from server.holdings.importing import import_copies, import_places, import_records
from server.patrons.importing import import_patrons
from server.selfcheck.terminals import NewTerminal, put_terminal, terminal_of_login
from server.store.csv_rows import put_organisation
from server.store.engine import for_reading, open_engine, transaction
from server.store.migrate import migrate
from server.store.models import Card, Loan, Terminal
from server.store.secrets import hash_secret

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
NOON: Final = datetime(2026, 7, 28, 12, 0, tzinfo=ZONE)
"""A Tuesday."""

MAI, NAM = "23529000000001", "23529000000002"
BLOCKED, EXPIRED, LOST_CARD, CHILD = "23529000000003", "23529000000004", "23529000000005", "23529000000006"
UNKNOWN_CARD = "23529000000099"

DE_MEN, TAT_DEN, KIEU, SO_DO, LAO_HAC = "VNM.000001", "VNM.000002", "VNM.000003", "VNM.000004", "VNM.000005"
DICTIONARY, DAMAGED, SCHOOL_BOOK = "VNM.000006", "VNM.000007", "VNM.000008"
UNKNOWN_ITEM = "VNM.999999"
LENDABLE = (DE_MEN, TAT_DEN, KIEU, SO_DO, LAO_HAC, SCHOOL_BOOK)

HUB_TERMINAL, SCHOOL_TERMINAL = "kiosk-hub", "kiosk-school"
PASSWORD = "a terminal's password"
CHEAP = 2
"""What guessing these costs: tests check them many hundred times."""

_DIALECTS: Final[dict[str, Dialect]] = {}
"""That of the first engine of SQLite, by name: what is compiled for it is compiled for all of them."""
_COMPILED: Final[dict[Any, Any]] = {}
"""Statements that SQLAlchemy has put into words for the dialect: most of what a test of one request costs."""

RULES: Final = (
    LoanRule(loan_days=14, max_items=5, renewals=1),
    LoanRule(category="child", loan_days=7, max_items=2, renewals=0),
    LoanRule(item_type="dictionary", for_loan=False),
)

_PLACES = """code,name,kind,closed_weekdays,holidays
VN-QN,Thư viện xã,hub,7,2026-08-11
VN-QN-TH1,Trường tiểu học,school,6;7,
"""
_RECORDS = """source_id,title,author,language,subjects,publisher,year,isbn
r1,Dế Mèn phiêu lưu ký,Tô Hoài,vi,,,,
r2,Tắt đèn,Ngô Tất Tố,vi,,,,
r3,Truyện Kiều,Nguyễn Du,vi,,,,
r4,Số đỏ,Vũ Trọng Phụng,vi,,,,
r5,Lão Hạc,Nam Cao,vi,,,,
r6,Từ điển tiếng Việt,,vi,,,,
"""
_COPIES = """item_id,source_id,place,item_type,call_number,status
VNM.000001,r1,VN-QN,book,895.92 T450H,
VNM.000002,r2,VN-QN,book,,
VNM.000003,r3,VN-QN,book,,
VNM.000004,r4,VN-QN,book,,
VNM.000005,r5,VN-QN,book,,
VNM.000006,r6,VN-QN,dictionary,,
VNM.000007,r1,VN-QN,book,,damaged
VNM.000008,r1,VN-QN-TH1,book,,
"""
_PATRONS = """card,name,category,place,expires,blocked
23529000000001,Nguyễn Thị Mai,adult,VN-QN,2026-12-31,
23529000000002,Trần Văn Nam,adult,VN-QN,,
23529000000003,Lê Bị Khóa,adult,VN-QN,,yes
23529000000004,Phạm Hết Hạn,adult,VN-QN,2026-07-27,
23529000000005,Đỗ Mất Thẻ,adult,VN-QN,,
23529000000006,Bùi Thị Bé,child,VN-QN-TH1,2026-07-28,
"""


class SteppedClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Give the time at which the clock stands, in UTC."""
        return self.now.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Move it."""
        self.now += step


@dataclass(frozen=True, slots=True)
class SmallLibrary:
    """The library, its clock and its desk."""

    url: str
    engine: Engine
    organisation_id: int
    clock: SteppedClock
    desk: LendingDesk
    hub: Counter
    school: Counter

    def with_rules(self, *rules: LoanRule) -> "SmallLibrary":
        """Give the same library with other lending rules."""
        return replace(self, desk=LendingDesk(LendingRules(rules), ZONE, self.clock))

    def loans(self) -> list[Loan]:
        """Give every loan, open or ended, in order."""
        with transaction(for_reading(self.engine)) as session:
            return list(session.scalars(select(Loan).order_by(Loan.id)))

    def open_items(self, card: str) -> list[str]:
        """Give the numbers of what a card's patron has."""
        with transaction(for_reading(self.engine)) as session:
            wanted = (
                select(Loan)
                .join(Card, Card.patron_id == Loan.patron_id)
                .where(Card.number == card, Loan.ended_at.is_(None))
                .order_by(Loan.id)
            )
            return [loan.copy.item_number for loan in session.scalars(wanted)]


def build_library(folder: Path, *, pin: str = "") -> Path:
    """Make the library's database and the files that it came from in an empty folder; ``pin`` becomes Mai's.

    It is filled once in a process and copied from then on.
    """
    _write_files(folder)
    file = folder / "library.db"
    file.touch(mode=0o600)
    file.write_bytes(_filled(pin))
    return file


@cache
def _filled(pin: str) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "library.db"
        fill_library(f"sqlite:///{file}", Path(folder), pin=pin)
        assert [each.name for each in file.parent.glob("library.db*")] == [file.name]  # no log beside it
        return file.read_bytes()


def _write_files(folder: Path) -> None:
    for name, text in (("places", _PLACES), ("records", _RECORDS), ("copies", _COPIES), ("patrons", _PATRONS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def fill_library(url: str, folder: Path, *, pin: str = "") -> None:
    """Make the library in an empty database; its files are written to ``folder`` and read from there."""
    engine = open_engine(url)
    migrate(engine)
    with transaction(engine) as session:
        organisation_id = put_organisation(session, "VN-QN", "Thư viện xã Quảng Nghiệp")
    _write_files(folder)
    import_places(engine, organisation_id, folder / "places.csv")
    import_records(engine, organisation_id, folder / "records.csv")
    import_copies(engine, organisation_id, folder / "copies.csv", NumberPatterns())
    import_patrons(engine, organisation_id, folder / "patrons.csv", NumberPatterns())
    with transaction(engine) as session:
        for terminal, place in ((HUB_TERMINAL, "VN-QN"), (SCHOOL_TERMINAL, "VN-QN-TH1")):
            put_terminal(session, NewTerminal(terminal, place, f"{terminal}-login", PASSWORD, terminal))
        for known in session.scalars(select(Terminal)):
            known.password_hash = hash_secret(PASSWORD, cost=CHEAP)
        session.scalars(select(Card).where(Card.number == LOST_CARD)).one().lost = True
        if pin:
            session.scalars(select(Card).where(Card.number == MAI)).one().patron.pin_hash = hash_secret(pin, cost=CHEAP)
    engine.dispose()


def open_library(file: Path) -> SmallLibrary:
    """Open a library that :func:`build_library` made."""
    return open_filled(f"sqlite:///{file}")


def open_filled(url: str, engine: Engine | None = None) -> SmallLibrary:
    """Open a library that :func:`fill_library` made; by an engine that knows its statements already, where given."""
    engine = engine or _practised(open_engine(url))
    with transaction(engine) as session:
        hub = terminal_of_login(session, f"{HUB_TERMINAL}-login")
        school = terminal_of_login(session, f"{SCHOOL_TERMINAL}-login")
    assert hub is not None
    assert school is not None
    clock = SteppedClock()
    desk = LendingDesk(LendingRules(RULES), ZONE, clock)
    return SmallLibrary(url, engine, hub.counter.organisation_id, clock, desk, hub.counter, school.counter)


def _practised(engine: Engine) -> Engine:
    """Let an engine of SQLite know the statements of those before it."""
    if engine.dialect.name == "sqlite":
        engine.dialect = _DIALECTS.setdefault(engine.dialect.name, engine.dialect)
        engine.update_execution_options(compiled_cache=_COMPILED)
    return engine
