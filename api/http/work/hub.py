"""Tells open event streams that their job has news; the news itself is in the store."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator


class Hub:
    """Who waits for which job.

    Attributes
    ----------
    closing
        Set once the server stops: streams are to end, their clients come back to the next server.
    """

    def __init__(self) -> None:
        self.closing = False
        self.open = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop that the streams run in."""
        self._loop = loop

    def notify(self, job: str) -> None:
        """Say, from any thread, that a job has news."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, job)

    def _wake(self, job: str) -> None:
        for news in self._waiting.get(job, ()):
            news.set()

    def close(self) -> None:
        """End all streams."""
        self.closing = True
        for job in list(self._waiting):
            self._wake(job)

    @contextlib.contextmanager
    def watch(self, job: str) -> Iterator[asyncio.Event]:
        """Hand out an event that is set whenever the job has news."""
        news = asyncio.Event()
        self._waiting[job].add(news)
        self.open += 1
        try:
            yield news
        finally:
            self.open -= 1
            self._waiting[job].discard(news)
            if not self._waiting[job]:
                del self._waiting[job]
