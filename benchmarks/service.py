"""How quick the HTTP service stays while it solves: python -m benchmarks.service [STORE].

50 clients, each on a connection of its own, ask `/healthz` and `GET /v1/jobs/{id}` in turn, four times a second; first
with the server idle, then with two searches running on the same cores. And what
`POST /v1/plans` costs beyond the solve.
The server is a process of its own, started as people start it; the clients share this one.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from api.client import Client
from tests.http.running import Running, long, tutorial

CLIENTS = 50
PAUSE = 0.25
SECONDS = 20
PLANS = 60


async def _client(port: int, paths: list[str], number: int, until: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(PAUSE * number / CLIENTS)  # not all at the same moment
    for turn in range(10**9):
        if time.perf_counter() > until:
            break
        begun = time.perf_counter()
        path = paths[turn % len(paths)]
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        took = time.perf_counter() - begun
        times.append(took)
        await asyncio.sleep(max(0.0, PAUSE - took))
    writer.close()


def latency(port: int, paths: list[str]) -> tuple[float, float, float, int]:
    """Median, 99th percentile and longest time in milliseconds, and how many answers."""
    times: list[float] = []

    async def everyone() -> None:
        until = time.perf_counter() + SECONDS
        await asyncio.gather(*(_client(port, paths, number, until, times) for number in range(CLIENTS)))

    asyncio.run(everyone())
    ordered = sorted(1000 * took for took in times)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.99)], ordered[-1], len(ordered)


def overhead(client: Client) -> tuple[float, float]:
    """Median and 90th percentile of what a plan takes beyond its solve, in milliseconds."""
    scenario = tutorial()
    client.plan(scenario)
    beyond = []
    for _ in range(PLANS):
        begun = time.perf_counter()
        plan = client.plan(scenario)
        beyond.append(1000 * (time.perf_counter() - begun - plan.solve_seconds))
    return statistics.median(beyond), sorted(beyond)[int(PLANS * 0.9)]


def cancelling(client: Client, times: int = 5) -> float:
    """Longest time from cancelling a search to its best plan, in seconds."""
    longest = 0.0
    for _ in range(times):
        job = client.submit({"kind": "plan", "scenario": long()})
        while client.job(job.id).value is None:
            time.sleep(0.05)
        time.sleep(1)
        begun = time.perf_counter()
        client.cancel(job.id)
        while client.job(job.id).status == "running":
            time.sleep(0.01)
        longest = max(longest, time.perf_counter() - begun)
        assert client.result(job.id).value > 0
    return longest


def _tell(what: str, figures: tuple[float, float, float, int]) -> None:
    median, most, longest, count = figures
    print(f"{what}: median {median:.1f} ms, 99th percentile {most:.1f} ms, longest {longest:.1f} ms, {count} answers")


def main(store: str | None = None) -> None:
    folder = Path(tempfile.mkdtemp(prefix="sprintplan-bench-"))
    running = Running(store or str(folder / "store.db"), folder / "server.log", "--workers", "2").start()
    try:
        with running.client() as client:
            done = client.submit({"kind": "plan", "scenario": tutorial()})
            client.wait(done.id)
            paths = ["/healthz", f"/v1/jobs/{done.id}"]
            print(f"store {running.store.split(':')[0] if '://' in running.store else 'sqlite'}")
            median, most = overhead(client)
            print(f"POST /v1/plans beyond the solve: median {median:.1f} ms, 90th percentile {most:.1f} ms")
            print(f"cancelling a search: {cancelling(client):.2f} s at most")
            idle = latency(running.port, paths)
            _tell("idle", idle)
            busy = [client.submit({"kind": "plan", "scenario": long(600)}) for _ in range(2)]
            while any(client.job(job.id).value is None for job in busy):
                time.sleep(0.1)
            paths[1] = f"/v1/jobs/{busy[0].id}"
            loaded = latency(running.port, paths)
            _tell("2 searches", loaded)
            print(f"99th percentile, searching to idle: {loaded[1] / idle[1]:.1f}")
            for job in busy:
                client.cancel(job.id)
    finally:
        running.stop()


if __name__ == "__main__":
    main(*sys.argv[1:2])
