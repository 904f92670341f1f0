"""What a server is told at its start."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The settings of one server, with the defaults of ``sprintplan serve``.

    Attributes
    ----------
    workers
        Jobs that run at the same time.
    job_seconds, plan_seconds
        Longest search of a job, and of a plan that is answered at once.
    job_memory
        Megabytes one running job may take.
    queue
        Jobs that may wait; one workspace may have half of them waiting, so that nobody fills it for all.
    keep_days
        How long ended jobs and their results are kept.
    max_body
        Bytes of a request's body.
    plan_items
        Items of a plan that is answered at once.
    cors
        Origins of web pages that may call the service from a browser; none by default.
    open
        A scenario file that the page is to have, shown in the browser once the server is up.
    """

    host: str = "127.0.0.1"
    port: int = 8750
    store: str = "sprintplan.db"
    workers: int = max(1, (os.cpu_count() or 1) // 2)
    executor: str = "local"
    scheduler: str | None = None
    job_seconds: float = 3600
    plan_seconds: float = 10
    job_memory: int = 4096
    queue: int = 1000
    keep_days: float = 30
    max_body: int = 5_000_000
    plan_items: int = 500
    cors: tuple[str, ...] = ()
    open: Path | None = None

    @property
    def threads(self) -> int:
        """Search threads of one job: all jobs that may run at once share the machine."""
        return max(1, (os.cpu_count() or 1) // self.workers)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False


MAX_DEPTH = 20  # the deepest key of a request stands nine levels down
BODY_SECONDS = 30  # a body that trickles in longer than this is not waited for
HEARTBEAT_SECONDS = 15
MOST_STREAMS = 200  # event streams open at the same time
MOST_PLANS_WAITING = 16  # plans that are answered at once, in front of their one worker
MOST_ATTEMPTS = 10  # how often a job is begun again after the server died
AUDIT_DAYS = 400
