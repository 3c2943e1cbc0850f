"""What a retry loop must do after it has caught an exception group."""

import asyncio


def honour_cancellation() -> None:
    """Raise ``CancelledError`` where the current task was told to end.

    When a child of a ``TaskGroup`` fails in the same turn of the loop in which the task around it is cancelled, Python
    3.11 and 3.12 raise the group of failures alone (CPython issue 116720, mended in 3.13): whoever catches it and goes
    on would never end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
