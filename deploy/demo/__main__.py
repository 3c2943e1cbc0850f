"""``make demo``: the whole installation on this machine, for a person to try or a script to play."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from subprocess import CalledProcessError
from types import FrameType

from deploy.demo.broker import BrokerError
from deploy.demo.children import ChildError
from deploy.demo.faults import FAULTS, Fault
from deploy.demo.loans_before import NotLentError
from deploy.demo.people import ROLES
from deploy.demo.play import Part, Play
from deploy.demo.site import Site, Wishes
from deploy.demo.xvfb import VirtualScreenError

FOLDER = Path("var/demo")
LOOK_EVERY_S = 0.5


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
    except (ChildError, BrokerError, VirtualScreenError, NotLentError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1


def _act(site: Site, wishes: Wishes, options: argparse.Namespace, fault: Fault) -> int:
    if options.script is None:
        return 0
    card = site.card_called(options.card)
    part = Part(options.items, card, options.seed, options.language, fault)
    play = Play(site, part, wishes.folder / "run")
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
    parser.add_argument("--script", choices=["borrow"], help="play a visit and check it at its sources")
    parser.add_argument("--exit", action="store_true", help="end after the script; status 0 only if all holds")
    parser.add_argument("--items", type=_number, default=5, metavar="N", help="books in the pile (default 5)")
    parser.add_argument(
        "--card",
        default="ordinary",
        metavar="ID",
        help=f"card number, or one of: {', '.join(role.name for role in ROLES)}, unknown (default ordinary)",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which books are taken (default 1)")
    parser.add_argument("--language", choices=["vi", "en"], default="vi")
    parser.add_argument("--fault", choices=sorted(FAULTS), help="what goes wrong during the visit")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where everything lives (default var/demo)")
    return parser.parse_args()


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
