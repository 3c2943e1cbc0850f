"""A process that lends one copy when it is told to: ``python -m tests.support.racer URL hub|school CARD ITEM``.

It says ``ready`` when its line to the store is open, waits for a line on standard input, then says what became of it.
"""

import sys

from server.store.engine import transaction
from tests.support.small_library import open_filled


def main(url: str, place: str, card: str, item: str) -> None:
    """Lend once."""
    library = open_filled(url)
    counter = {"hub": library.hub, "school": library.school}[place]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with transaction(library.engine) as session:
        answer = library.desk.lend(session, counter, card, item, renew_own=False)
    library.engine.dispose()
    sys.stdout.write(f"{type(answer).__name__}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
