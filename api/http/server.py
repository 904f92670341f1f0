"""Run the service until somebody stops it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import webbrowser
from types import FrameType

import uvicorn

from api.http import logs
from api.http.app import create_app
from api.http.settings import Settings
from api.http.store import Store
from api.messages import say
from api.web.opening import opened
from planner.errors import InputError


def _has_windows() -> bool:
    """Whether a browser would be a window; one in the terminal would take the server's place there."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _name(host: str) -> str:
    """The host as an address has it: one that means "everybody may come" is this machine for whoever sits at it."""
    if host in {"0.0.0.0", "::", ""}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


STOP_SECONDS = 10
MOST_CONNECTIONS = 1000


class Server(uvicorn.Server):
    """A server that ends its event streams when it is told to stop: they would keep it from stopping.

    Parameters
    ----------
    shown
        Path that is shown in the browser once the server is up, if any.
    """

    def __init__(self, config: uvicorn.Config, shown: str | None) -> None:
        super().__init__(config)
        self._shown = shown

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say where the page is."""
        await super().startup(sockets)
        for server in self.servers if self.started else ():
            port = server.sockets[0].getsockname()[1]
            say(f"the page is at http://{_name(self.config.host)}:{port}{self._shown or '/'}  (Ctrl-C stops)")
            if self._shown is not None and _has_windows():
                address = f"http://{_name(self.config.host)}:{port}{self._shown}"
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
            break

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
        shown = "/" if settings.open is None else opened(store, settings.open)
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
        Server(config, shown if settings.open is not None else None).run()
    finally:
        store.close()
