"""Puts the server together: configuration, stores, SIP2 service and pages in one loop."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy import Engine

from server.catalogue.cover_streaming import CoverFeed
from server.catalogue.finding import Finder, Searcher
from server.catalogue.importing import Target
from server.catalogue.keeping import IndexKeeper
from server.catalogue.oai import OaiProvider, Repository
from server.catalogue.streaming import CatalogueFeed
from server.circulation.citizen_desk import CitizenDesk
from server.circulation.desk import LendingDesk
from server.circulation.fee_counter import FeeCounter
from server.circulation.item_uses import UseBook
from server.circulation.kiosk_places import KioskPlaces
from server.circulation.new_readers import NewReaderDesk, keep_clean
from server.circulation.offline_list import StaffList
from server.circulation.offline_policies import PolicyMaker
from server.circulation.receipts import ReceiptShelf
from server.circulation.replay_desk import ReplayDesk
from server.circulation.today import LoansToday
from server.circulation.transfer_book import TransferBook
from server.clock import Clock, utc_now
from server.config import LibrarySection, OaiSection, ServerConfig
from server.exchange.sources import Harvester, HarvestKeeper
from server.fleet.alert_list import StoredAlerts
from server.fleet.ingest import FLEET_STEPS
from server.fleet.one_kiosk import StoredKiosks
from server.fleet.overview import StoredFleet
from server.fleet.staff_acts import StoredActs
from server.fleet.statistics import StoredStatistics
from server.mailing.letter import Letterhead
from server.mailing.postbox import postbox_of
from server.mailing.receipt_mails import ReceiptMails
from server.notifying.alert_mails import AlertMails
from server.patrons.citizen_key import CitizenKey
from server.patrons.citizens import opened_key
from server.selfcheck.service import SelfCheckService
from server.selfcheck.throttle import LoginThrottle
from server.store.csv_rows import put_organisation
from server.store.engine import opened, transaction
from server.store.migrate import migrate
from server.store.secrets import nobodys_hash
from server.store.writer import WriterQueue
from server.web.app import create_app
from server.web.citizens_api import answer_citizens
from server.web.covers_api import give_covers
from server.web.kiosk_api import Doorkeeper, count_uses, create_kiosk_api
from server.web.listening import KioskListener, Listener, PagesListener, PublicListener
from server.web.mails_api import take_mails
from server.web.new_readers import take_new_readers
from server.web.oai import OAI_PATH, create_oai
from server.web.receipts import create_receipts
from server.web.rendering import Renderer
from server.web.replay_api import give_turns
from server.web.site import Site
from server.web.transfer_codes import TransferMaker


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens; whoever calls from now on is answered."""

    sip2: int
    web: int
    kiosk_api: int | None = None
    """Off without one."""
    receipts: int | None = None
    """The same."""
    oai: int | None = None
    """The same."""


async def serve(config: ServerConfig, on_ready: Callable[[Ports], None], clock: Clock = utc_now) -> None:
    """Serve until SIGTERM or SIGINT; tell the ports when all may be called.

    Raise a ``ServerError`` or ``OSError`` where the server cannot start.
    """
    leaving = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leaving.set)
    zone = config.library.zone
    with (
        opened(config.store.url) as engine,
        opened(config.fleet.store) as fleet,
        contextlib.closing(_listen(config.selfcheck.host, config.selfcheck.port)) as lines,
        contextlib.closing(_listen(config.web.host, config.web.port)) as browsers,
        contextlib.ExitStack() as stack,
    ):
        fetching = None
        if config.kiosk_api.port is not None:
            fetching = stack.enter_context(contextlib.closing(_listen(config.kiosk_api.host, config.kiosk_api.port)))
        telephones = None
        if config.receipts.public_url:
            telephones = stack.enter_context(contextlib.closing(_listen(config.receipts.host, config.receipts.port)))
        systems = stack.enter_context(_for_systems(config.oai))
        await asyncio.to_thread(_prepare, config.library, engine, fleet)
        citizens = await asyncio.to_thread(opened_key, engine, config.citizens.key_file)
        keeper = stack.enter_context(IndexKeeper(engine, config.index_folder, clock))
        stack.enter_context(_harvests(config, engine, clock))
        searcher = Searcher(config.index_folder, engine, clock, keeper.count_as_lost)
        async with (
            WriterQueue(engine, "circulation-store") as queue,
            Finder(searcher, lambda: keeper.condition) as finder,
        ):
            desk = LendingDesk(config.rules, zone, clock)
            transfers, uses = TransferBook(engine, queue, clock), UseBook(engine, queue, clock, zone)
            applicants = _applicants(config, engine, queue, clock, citizens)
            selfcheck = SelfCheckService(config, desk, queue)
            pages = PagesListener(
                lambda is_closing: create_app(
                    fleet=StoredFleet(fleet, zone, KioskPlaces(engine).by_kiosk),
                    loans=LoansToday(engine, zone),
                    clock=clock,
                    matters=StaffList(engine, queue),
                    fees=FeeCounter(engine, queue, config.library.code, zone),
                    transfers=transfers,
                    staff_acts=StoredActs(fleet),
                    item_uses=uses,
                    applicants=applicants,
                    one_kiosk=StoredKiosks(fleet, zone, KioskPlaces(engine).by_kiosk),
                    alerts=StoredAlerts(fleet),
                    statistics=StoredStatistics(fleet, zone, KioskPlaces(engine).by_kiosk),
                    finder=finder,
                    site=Site(config.library.name, zone, config.web.allowed_hosts, new_readers=applicants is not None),
                    is_closing=is_closing,
                )
            )
            policies = PolicyMaker(config, desk, queue)
            payments = TransferMaker(transfers, config.payment) if config.payment.bank else None
            shelf = _shelf(config, engine, queue, clock)
            mails = _mails(config, queue, clock)
            listeners: list[tuple[Listener, socket.socket]] = [(pages, browsers)]
            if fetching is not None:
                feed, doorkeeper = CatalogueFeed(engine, clock), _doorkeeper(config, queue)
                kiosk_api = create_kiosk_api(doorkeeper, policies, shelf, payments, feed)
                _beside_lending(kiosk_api, doorkeeper, uses, CoverFeed(engine))
                give_turns(kiosk_api, doorkeeper, ReplayDesk(queue, clock))
                _where_wanted(kiosk_api, doorkeeper, citizens, applicants, mails)
                listeners.append((KioskListener(kiosk_api, config.kiosk_api), fetching))
            if shelf is not None and telephones is not None:
                listeners.append((_receipts_listener(config, shelf), telephones))
            listeners += [(_oai_listener(config, engine, clock), its_socket) for its_socket in systems]
            async with asyncio.TaskGroup() as group:
                kiosks = group.create_task(selfcheck.run(lines), name="sip2")
                for listener, its_socket in listeners:
                    group.create_task(listener.serve(sockets=[its_socket]), name=type(listener).__name__)
                # What was taken before something was switched off has its end too.
                shelves = shelf or ReceiptShelf(engine, queue, clock, "")
                cleaning = group.create_task(
                    _tend([shelves.keep_clean(), keep_clean(queue, clock), *_letters(mails, config, fleet, clock)]),
                    name="receipts",
                )
                on_ready(
                    Ports(
                        lines.getsockname()[1],
                        browsers.getsockname()[1],
                        None if fetching is None else fetching.getsockname()[1],
                        None if telephones is None else telephones.getsockname()[1],
                        next((its_socket.getsockname()[1] for its_socket in systems), None),
                    )
                )
                await leaving.wait()
                for listener, _ in listeners:
                    listener.should_exit = True
                kiosks.cancel()
                cleaning.cancel()
            await policies.aclose()


def _prepare(library: LibrarySection, engine: Engine, fleet: Engine) -> None:
    migrate(engine)
    migrate(fleet, FLEET_STEPS)
    with transaction(engine) as session:
        put_organisation(session, library.code, library.name)


def _harvests(config: ServerConfig, engine: Engine, clock: Clock) -> HarvestKeeper:
    with transaction(engine) as session:
        owner = put_organisation(session, config.library.code, config.library.name)
    harvester = Harvester(engine, config.index_folder, Target(owner, config.numbers), clock)
    return HarvestKeeper(harvester, config.harvest)


def _shelf(config: ServerConfig, engine: Engine, queue: WriterQueue, clock: Clock) -> ReceiptShelf | None:
    url = config.receipts.public_url
    return ReceiptShelf(engine, queue, clock, url) if url else None


def _applicants(
    config: ServerConfig, engine: Engine, queue: WriterQueue, clock: Clock, key: CitizenKey | None
) -> NewReaderDesk | None:
    if key is None:
        return None
    return NewReaderDesk(engine, queue, clock, key, config.numbers, config.library.code, config.library.zone)


def _beside_lending(kiosk_api: FastAPI, doorkeeper: Doorkeeper, uses: UseBook, covers: CoverFeed) -> None:
    count_uses(kiosk_api, doorkeeper, uses)
    give_covers(kiosk_api, doorkeeper, covers)


def _where_wanted(
    app: FastAPI,
    doorkeeper: Doorkeeper,
    citizens: CitizenKey | None,
    applicants: NewReaderDesk | None,
    mails: ReceiptMails | None,
) -> None:
    """Let kiosks ask also for what the configuration offers."""
    if citizens is not None:
        answer_citizens(app, doorkeeper, CitizenDesk(doorkeeper.queue, citizens))
    if applicants is not None:
        take_new_readers(app, doorkeeper, applicants)
    if mails is not None:
        take_mails(app, doorkeeper, mails)


async def _tend(works: Sequence[Coroutine[None, None, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)


def _letters(
    mails: ReceiptMails | None, config: ServerConfig, fleet: Engine, clock: Clock
) -> Iterator[Coroutine[None, None, None]]:
    if mails is not None:
        yield mails.run()
    if config.alerts.mail_to:
        head = Letterhead(config.library.name, config.mail.sender, config.library.zone)
        yield AlertMails(StoredAlerts(fleet), config.alerts, head, postbox_of(config.mail), clock).run()


def _mails(config: ServerConfig, queue: WriterQueue, clock: Clock) -> ReceiptMails | None:
    if not config.mail.host:
        return None
    head = Letterhead(config.library.name, config.mail.sender, config.library.zone)
    return ReceiptMails(queue, clock, head, postbox_of(config.mail))


def _receipts_listener(config: ServerConfig, shelf: ReceiptShelf) -> PublicListener:
    renderer = Renderer(Site(config.library.name, config.library.zone))
    return PublicListener(create_receipts(shelf, renderer), config.receipts)


def _oai_listener(config: ServerConfig, engine: Engine, clock: Clock) -> PublicListener:
    url = f"{config.oai.public_url}{OAI_PATH}"
    repository = Repository(config.library.name, url, config.oai.admin_email, config.library.code)
    return PublicListener(create_oai(OaiProvider(engine, repository, clock)), config.oai)


def _doorkeeper(config: ServerConfig, queue: WriterQueue) -> Doorkeeper:
    return Doorkeeper(
        queue=queue,
        throttle=LoginThrottle(time.monotonic),
        nobodys_hash=nobodys_hash(),
        by_certificate=config.kiosk_api.client_ca is not None,
    )


@contextlib.contextmanager
def _for_systems(settings: OaiSection) -> Iterator[list[socket.socket]]:
    """Give the socket for other systems; none where they are not wanted."""
    if not settings.public_url:
        yield []
        return
    with contextlib.closing(_listen(settings.host, settings.port)) as systems:
        yield [systems]


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)
