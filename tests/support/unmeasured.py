"""Work that coverage does not look at: where thousands of histories go through the same lines, a few tell as much."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def unmeasured() -> Iterator[None]:
    """Let this thread run at its own pace within ``with``; what it did before and does after is measured as ever."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


@contextmanager
def unmeasured_programs() -> Iterator[None]:
    """Let programs that are started within ``with`` run at their own pace."""
    kept = {name: value for name, value in os.environ.items() if name not in unmeasured_environment()}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)


def unmeasured_environment() -> Mapping[str, str]:
    """Give an environment in which a program that a test starts is not measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}
