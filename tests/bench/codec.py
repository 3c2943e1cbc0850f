"""SIP2 encode and decode of the messages of one loan, beside PyPI's ``pysip2``."""

from collections.abc import Callable, Sequence

import pysip2

from sip2.codec import decode, encode
from tests.bench.harness import Comparison, Sample, compare, timed

AT = "20261122    142748"
LINES = (
    f"63001{AT}  Y       AOVN-QN01|AA29101000000018|AC|BP1|BQ20|AY4AZ",
    f"11NN{AT}{AT}AOVN-QN01|AA29101000000018|ABTVX.000123|AC|BON|BIN|AY5AZ",
    f"121NNY{AT}AOVN-QN01|AA29101000000018|ABTVX.000123|AJDế mèn phiêu lưu ký|AH20261206    235900|AY5AZ",
    f"64              027{AT}000000000001000000000000AOVN-QN01|AA29101000000018|AENguyễn Mai|BLY|AUTVX.000123|AY4AZ",
)
REPEATS = 500
OPERATIONS = REPEATS * len(LINES)


def run() -> Sequence[Comparison]:
    """Measure both directions; each operation is one message."""
    lines = [_with_checksum(line) for line in LINES]
    ours = [decode(line) for line in lines]
    theirs = [pysip2.decode_message(line, encoding="utf-8") for line in lines]
    note = "a loan's four messages, UTF-8, with error detection"
    return [
        compare(
            "SIP2 decode",
            ("sip2", _timed(lambda: [decode(line) for line in lines])),
            ("pysip2", _timed(lambda: [pysip2.decode_message(line, encoding="utf-8") for line in lines])),
            unit="us",
            note=note,
        ),
        compare(
            "SIP2 encode",
            ("sip2", _timed(lambda: [encode(each.message, sequence=each.sequence) for each in ours])),
            (
                "pysip2",
                _timed(
                    lambda: [
                        pysip2.encode_message(
                            each.message, sequence_number=each.sequence_number, checksum=True, encoding="utf-8"
                        )
                        for each in theirs
                    ]
                ),
            ),
            unit="us",
            note=note,
        ),
    ]


def _timed(once: Callable[[], object]) -> Callable[[], Sample]:
    def work() -> None:
        for _ in range(REPEATS):
            once()

    return lambda: timed(work, OPERATIONS)


def _with_checksum(line: str) -> bytes:
    data = line.encode()
    return data + b"%04X\r" % (-sum(data) & 0xFFFF)
