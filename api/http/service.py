"""Everything one server holds: the store, the queue, the process for plans that are answered at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from fastapi import Request

from api.http.settings import Settings
from api.http.store import Store
from api.http.work.dispatcher import Dispatcher
from api.http.work.hub import Hub
from api.http.work.outcome import Executor
from api.http.work.process import ProcessExecutor

KEYS_SECONDS = 1.0  # how long an answer to "are there any keys?" holds


class Service:
    """What the routes work with."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.hub = Hub()
        self.dispatcher = Dispatcher(store, _executors(settings), settings, self.hub.notify)
        self.plans_waiting = 0
        self.planner = ProcessExecutor(settings.job_memory)
        self.planner_thread = ThreadPoolExecutor(1, thread_name_prefix="plan")
        self.stopping = threading.Event()
        self._keys: tuple[float, bool] | None = None

    def start(self) -> None:
        """Take up the queue."""
        self.dispatcher.start()
        self.planner_thread.submit(self.planner.start)

    def stop(self) -> None:
        """Stop working; what has not ended is resumed by the next server."""
        self.stopping.set()
        self.hub.close()
        self.dispatcher.stop()
        self.planner.close()
        self.planner_thread.shutdown(cancel_futures=True)
        self.store.close()

    def asks_for_keys(self) -> bool:
        """Whether a key is needed: always where other machines can reach us, else once there are keys."""
        if not self.settings.loopback:
            return True
        now = time.monotonic()
        if self._keys is None or now - self._keys[0] > KEYS_SECONDS:
            self._keys = (now, self.store.keys.any())
        return self._keys[1]


def _executors(settings: Settings) -> Sequence[Executor]:
    return [ProcessExecutor(settings.job_memory) for _ in range(settings.workers)]


def service(request: Request) -> Service:
    """Return the service that a request goes to."""
    found: Service = request.app.state.service
    return found
