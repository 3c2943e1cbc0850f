"""The camera's chain on picture files; see `drivers.barcode.stills`, which loads this."""

import stat
import time
from pathlib import Path

from drivers.barcode.chain import Chain, Effort
from drivers.barcode.picture_file import PictureTooLargeError, grey_of, picture_in
from drivers.barcode.stills import Still, StillError
from drivers.barcode.symbology import LabelRules


class ChainStillReader:
    """A `StillReader`."""

    def __init__(self, rules: LabelRules) -> None:
        self._chain = Chain(rules)

    def read(self, file: Path) -> Still:
        """Read a picture; raises `StillError`."""
        try:
            found = file.stat()
            if not stat.S_ISREG(found.st_mode):
                raise StillError(file, "unreadable")  # a device or a pipe may never end
            frame = picture_in(file)
        except PictureTooLargeError as error:
            raise StillError(file, "too_large") from error
        except FileNotFoundError as error:
            raise StillError(file, "absent") from error
        except (OSError, ValueError) as error:
            raise StillError(file, "unreadable") from error
        if frame is None:
            raise StillError(file, "no_picture")
        began = time.perf_counter()
        reads = self._chain.read(grey_of(frame), Effort.STILL)
        spent = (time.perf_counter() - began) * 1e3
        return Still(tuple((read.symbology, read.text) for read in reads), spent)
