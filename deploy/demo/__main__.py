"""``make demo``: the whole installation on this machine, for a person to try or a script to play."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from subprocess import CalledProcessError
from types import FrameType
from typing import Final

from deploy.demo.broker import BrokerError
from deploy.demo.children import ChildError
from deploy.demo.desk import DeskError
from deploy.demo.faults import FAULTS, Fault
from deploy.demo.kiosk_rules import NoRulesError
from deploy.demo.people import ROLES
from deploy.demo.play import Part, Play
from deploy.demo.play_account import AccountPlay
from deploy.demo.play_borrow import BorrowPlay
from deploy.demo.play_offline import OfflinePlay
from deploy.demo.play_return import ReturnPlay
from deploy.demo.site import Site, Wishes
from deploy.demo.xvfb import VirtualScreenError

FOLDER = Path("var/demo")
LOOK_EVERY_S = 0.5
SCRIPTS: Final[dict[str, tuple[type[Play], str]]] = {
    "borrow": (BorrowPlay, "ordinary"),
    "return": (ReturnPlay, "ordinary"),
    "account": (AccountPlay, "with_pin"),
    "offline": (OfflinePlay, "second"),
}
"""What can be played, and whose card is shown unless another is named."""
FAULTY: Final = ("borrow", "return")
"""Scripts during which something may go wrong."""


def main() -> int:
    """Run the demo; give its exit status."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    fault = FAULTS[options.fault]() if options.fault else Fault()
    wishes = Wishes(
        folder=options.folder.resolve(),
        virtual_screen=options.script is not None or not os.environ.get("DISPLAY"),
        cuttable_line=fault.needs_line,
        workbench=not options.exit,
        lends_alone=options.script in {None, "offline"},
        citizens=options.script is None,
        titles=options.titles,
    )
    try:
        with Site(wishes) as site:
            status = _act(site, wishes, options, fault)
            if not options.exit:
                _tell(site, wishes)
                _wait(site)
            return status
    except KeyboardInterrupt:
        print("\nended", flush=True)
        return 0 if options.script is None else 130
    except CalledProcessError as error:
        print(f"{str(error.stderr).strip() or error}; see {wishes.folder / 'log'}", file=sys.stderr, flush=True)
        return 1
    except (ChildError, BrokerError, VirtualScreenError, DeskError, NoRulesError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1


def _act(site: Site, wishes: Wishes, options: argparse.Namespace, fault: Fault) -> int:
    if options.script is None:
        return 0
    kind, holder = SCRIPTS[options.script]
    part = Part(options.items, site.card_called(options.card or holder), options.seed, options.language, fault)
    play = kind(site, part, wishes.folder / "run")
    holds = play.run()
    for check in play.checks:
        print(f"{'ok  ' if check.holds else 'FAIL'} {check.name}: {check.found!r} ({check.source})")
        if not check.holds:
            print(f"     expected {check.expected!r}")
    for name, milliseconds in play.steps:
        print(f"{milliseconds:8.0f} ms  {name}")
    if play.failure:
        print(f"FAIL {play.failure}")
    print(f"{'all holds' if holds else 'something does not hold'}; pictures and summary in {play.folder}", flush=True)
    return 0 if holds else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo ARGS=...", description=__doc__)
    parser.add_argument("--script", choices=SCRIPTS, help="play a visit and check it at its sources")
    parser.add_argument("--exit", action="store_true", help="end after the script; status 0 only if all holds")
    parser.add_argument("--items", type=_number, default=5, metavar="N", help="books in the pile (default 5)")
    parser.add_argument(
        "--card",
        metavar="ID",
        help=f"card number, or one of: {', '.join(role.name for role in ROLES)}, unknown (default by script)",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which books are taken (default 1)")
    parser.add_argument("--language", choices=["vi", "en"], default="vi")
    parser.add_argument("--fault", choices=sorted(FAULTS), help="what goes wrong while books are borrowed or returned")
    parser.add_argument("--titles", type=int, metavar="N", help="begin sooner, with some of the titles (800 at least)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where everything lives (default var/demo)")
    options = parser.parse_args()
    if options.fault and options.script not in FAULTY:
        parser.error(f"--fault goes with --script {' or '.join(FAULTY)}")
    return options


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 60:  # noqa: PLR2004 - more books than a pad can read, and than anybody carries
        raise argparse.ArgumentTypeError("must be from 0 to 60")
    return number


def _tell(site: Site, wishes: Wishes) -> None:
    counts = site.rows.counts()
    where = "a virtual screen (its pictures: " + str(wishes.folder / "screens") + ")"
    print(
        f"\n  {counts['record']} titles, {counts['copy']} copies in {counts['place']} places,"
        f" {counts['patron']} patrons (copies and patrons are demo data)\n"
        f"\n  admin page   {site.admin_url}/"
        f"\n  catalogue    {site.admin_url}/catalogue"
        f"\n  workbench    {site.workbench_url}"
        f"\n  kiosk        {where if wishes.virtual_screen else 'its window on this display'}"
        f"\n  receipts     on the workbench, or {wishes.folder / 'run' / 'receipt.txt'} after a script"
        f"\n  logs         {wishes.folder / 'log'}"
        "\n\n  Ctrl-C ends all of it.\n",
        flush=True,
    )


def _wait(site: Site) -> None:
    while (dead := site.dead()) is None:
        time.sleep(LOOK_EVERY_S)
    raise ChildError(dead.name, dead.log, f"ended with status {dead.process.returncode}")


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
