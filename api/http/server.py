"""Run the service until somebody stops it."""

from __future__ import annotations

import signal
from types import FrameType

import uvicorn

from api.http import logs
from api.http.app import create_app
from api.http.settings import Settings
from api.http.store import Store
from planner.errors import InputError

STOP_SECONDS = 10
MOST_CONNECTIONS = 1000


class Server(uvicorn.Server):
    """A server that ends its event streams when it is told to stop: they would keep it from stopping."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Hear a signal."""
        self.config.app.state.service.hub.close()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def serve(settings: Settings) -> None:
    """Open the store and serve until SIGTERM or Ctrl-C.

    Raises
    ------
    InputError
        If the store cannot be used, or the address would let everybody in.
    """
    logs.set_up()
    store = Store(settings.store).open(alone=True)
    try:
        if not settings.loopback and not store.keys.any():
            cause = "other machines could use the service, and there are no keys"
            remedy = "Make one first: sprintplan keys create NAME"
            raise InputError(f"--host {settings.host}", cause, remedy)
        config = uvicorn.Config(
            create_app(settings, store),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            http="h11",  # the one that limits the size of headers
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        for stop in (signal.SIGINT, signal.SIGTERM):
            # Uvicorn stops politely on the signal, then sends it once more: that one is not to kill us before the end.
            signal.signal(stop, lambda *_: None)
        Server(config).run()
    finally:
        store.close()
