"""One thread for one blocking device: it opens it, does its standing work, runs commands in between and closes it."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from drivers.errors import DeviceLostError, LossReason

END_WITHIN: Final = 5.0
"""Seconds: the longest that one exchange may hold a thread which was told to end; only a broken driver needs more."""

T = TypeVar("T")


class BlockingDevice(Protocol):
    """What the thread drives; all but `interrupt` is called on that thread."""

    def open(self) -> None:
        """Open the device; raises `DeviceLostError`."""
        ...

    def work(self) -> float:
        """Do a short piece of standing work; return the seconds until the next; raises `DeviceLostError`."""
        ...

    def interrupt(self) -> None:
        """Make whatever waits return soon; called from another thread."""
        ...

    def close(self) -> None:
        """Close the device, open or not."""
        ...


@dataclass(frozen=True, slots=True)
class _Job:
    run: Callable[[], Any]
    done: asyncio.Future[Any]


class DeviceThread:
    """Carries a `BlockingDevice`; its methods belong to the asyncio loop on which `start` was called."""

    def __init__(self, name: str, device: BlockingDevice) -> None:
        self._device = device
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._loop: asyncio.AbstractEventLoop
        self._opened: asyncio.Future[None]
        self._ended: asyncio.Future[None]
        self.failure: BaseException | None = None
        """Why the thread ended by itself; nothing runs after that."""

    async def start(self, on_end: Callable[[], None]) -> None:
        """Open the device; raises what its `open` raises. ``on_end`` is called on the loop when the thread ends."""
        self._loop = asyncio.get_running_loop()
        self._opened = self._loop.create_future()
        self._ended = self._loop.create_future()
        self._ended.add_done_callback(lambda _: on_end())
        self._thread.start()
        try:
            await self._opened
        except BaseException:
            await self.stop()
            raise

    async def call(self, run: Callable[[], T]) -> T:
        """Run ``run`` on the thread between two pieces of work; raises what it raises, or why the thread ended."""
        if self._ended.done():
            raise self._gone()
        job = _Job(run, self._loop.create_future())
        self._jobs.put(job)
        try:
            await asyncio.wait((job.done, self._ended), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            job.done.cancel()
            raise
        if not job.done.done():
            raise self._gone()
        result: T = job.done.result()
        return result

    def cross(self, run: Callable[[], None]) -> None:
        """Run ``run`` soon on the loop; called on the thread."""
        try:
            self._loop.call_soon_threadsafe(run)
        except RuntimeError:
            self._stopping.set()  # the loop is closed: nobody listens any more

    def wake(self) -> None:
        """Let the standing work be done at once; from any thread, once it is started."""
        self._jobs.put(None)

    async def stop(self) -> None:
        """End the thread and close the device; harmless when it has ended already."""
        self._stopping.set()
        self._jobs.put(None)
        self._device.interrupt()
        try:
            await asyncio.wait((self._ended,), timeout=END_WITHIN)
        finally:
            self._thread.join(END_WITHIN)

    def _gone(self) -> BaseException:
        return self.failure or DeviceLostError(self._thread.name, LossReason.CLOSED)

    def _run(self) -> None:
        try:
            self._device.open()
        except BaseException as error:  # noqa: BLE001 - handed to the caller of start(), not swallowed
            self._end(error)
            return
        self.cross(partial(_settle, self._opened, None, None))
        try:
            while not self._stopping.is_set():
                self._run_jobs(time.monotonic() + self._device.work())
        except BaseException as error:  # noqa: BLE001 - handed to every caller through failure, not swallowed
            self._end(error)
        else:
            self._end(None)

    def _run_jobs(self, until: float) -> None:
        """Run what is asked for; wait for more until it is time for work again, or `wake` says so."""
        while not self._stopping.is_set():
            try:
                job = self._jobs.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return
            if job is None:
                return
            if not job.done.cancelled():
                self._run_job(job)

    def _run_job(self, job: _Job) -> None:
        try:
            result = job.run()
        except DeviceLostError as error:
            self.cross(partial(_settle, job.done, None, error))
            raise
        except Exception as error:  # noqa: BLE001 - handed to the caller of call(), not swallowed
            self.cross(partial(_settle, job.done, None, error))
        else:
            self.cross(partial(_settle, job.done, result, None))

    def _end(self, error: BaseException | None) -> None:
        """Close the device and tell whoever waits, also where the device cannot be closed."""
        try:
            self._device.close()
        except Exception as failure:  # noqa: BLE001 - handed on through failure, unless something ended it before
            error = error or failure
        self.cross(partial(self._ended_with, None if self._stopping.is_set() else error))

    def _ended_with(self, error: BaseException | None) -> None:
        self.failure = error
        _settle(self._opened, None, self._gone())
        _settle(self._ended, None, None)


def _settle(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
