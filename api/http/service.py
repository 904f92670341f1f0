"""Everything one server holds: the store, the queue, the process for plans that are answered at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.http.settings import Settings
from api.http.store import Store
from api.http.work.dispatcher import Dispatcher
from api.http.work.hub import Hub
from api.http.work.process import ProcessExecutor

if TYPE_CHECKING:
    from api.http.work.cluster import Cluster

KEYS_SECONDS = 1.0  # how long an answer to "are there any keys?" holds


class Service:
    """What the routes work with."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.hub = Hub()
        self._cluster = _cluster(settings)
        executors = (
            [ProcessExecutor(settings.job_memory) for _ in range(settings.workers)]
            if self._cluster is None
            else self._cluster.executors(settings.workers)
        )
        self.dispatcher = Dispatcher(store, executors, settings, self.hub.notify)
        self.plans_waiting = 0
        self.planner = ProcessExecutor(settings.job_memory)
        self.planner_thread = ThreadPoolExecutor(1, thread_name_prefix="plan")
        self.stopping = threading.Event()
        self._keys: tuple[float, bool] | None = None
        # The page's explanations: of a scenario the job under way, and of a plan's job and an item the job that has it.
        self.explaining: dict[str, str] = {}
        self.explained: dict[tuple[str, str], str] = {}

    def start(self) -> None:
        """Take up the queue."""
        self.dispatcher.start()
        self.planner_thread.submit(self.planner.start)

    def stop(self) -> None:
        """Stop working; what has not ended is resumed by the next server."""
        self.stopping.set()
        self.hub.close()
        self.dispatcher.stop()
        if self._cluster is not None:
            self._cluster.close()
        self.planner.close()
        self.planner_thread.shutdown(cancel_futures=True)
        self.store.close()

    async def asks_for_keys(self) -> bool:
        """Whether a key is needed: always where other machines can reach us, else once there are keys."""
        if not self.settings.loopback:
            return True
        now = time.monotonic()
        if self._keys is None or now - self._keys[0] > KEYS_SECONDS:
            self._keys = (now, await run_in_threadpool(self.store.keys.any))
        return self._keys[1]


def _cluster(settings: Settings) -> Cluster | None:
    if settings.executor == "local":
        return None
    from api.http.work.cluster import Cluster

    return Cluster(settings.scheduler, settings.workers, settings.job_memory)


def service(request: Request) -> Service:
    """Return the service that a request goes to."""
    found: Service = request.app.state.service
    return found
