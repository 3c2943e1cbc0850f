"""``python -m tests.torture --seed S --kills N``: N kiosks are killed during a visit, and nothing is false after it."""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.torture.site import Caught, site

MANY: Final = 10_000
A_SITE: Final = 50
"""So many kills share a library; its folder is kept where something was false."""


def main() -> int:
    """Kill, and say how to have it again; exit status 1 where something was false."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=MANY, metavar="N")
    parser.add_argument(
        "--seed", type=int, default=int.from_bytes(os.urandom(4)), help="the same seed, the same visits and moments"
    )
    parser.add_argument("--first", type=int, default=0, metavar="N", help="begin with site number N of the seed")
    wanted = parser.parse_args()
    sys.stdout.write(f"seed {wanted.seed}\n")
    done, number = 0, wanted.first
    while done < wanted.kills:
        kills = min(A_SITE, wanted.kills - done)
        wrong, caught = asyncio.run(_a_site(f"{wanted.seed} {number}", kills))
        done += kills
        sys.stdout.write(f"site {number}: {kills} kills, {caught.words()}, {'good' if not wrong else 'FALSE'}\n")
        if wrong:
            again = f"python -m tests.torture --seed {wanted.seed} --first {number} --kills {kills}"
            sys.stdout.write("".join(f"  {each}\n" for each in wrong) + f"again: {again}\n")
            return 1
        sys.stdout.flush()
        number += 1
    sys.stdout.write(f"{done} kills, nothing false\n")
    return 0


async def _a_site(seed: str, kills: int) -> tuple[list[str], Caught]:
    with tempfile.TemporaryDirectory(prefix="torture") as folder:
        async with site(Path(folder), seed) as place:
            for number in range(kills + 1):  # the last life only looks at what the one before it left
                wrong = await place.one_kill()
                if wrong:
                    kept = Path(tempfile.mkdtemp(prefix="torture-false"))
                    for file in ("library.db", "kiosk.log", "server.log", "state/journal.sqlite3"):
                        source = Path(folder) / file
                        (kept / source.name).write_bytes(source.read_bytes() if source.exists() else b"")
                    return [f"after kill {number}: {each}" for each in wrong] + [f"files: {kept}"], place.caught
            return [], place.caught


if __name__ == "__main__":
    sys.exit(main())
