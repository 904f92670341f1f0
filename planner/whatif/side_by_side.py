"""The plans of a base and its variants, made side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass

from models.plan import Plan
from models.scenario import Scenario
from planner.whatif.capacity import at_least
from planner.workers import Job, solve

Done = Callable[[int, int], None]  # plans done, plans in all
Stopped = Callable[[], bool]  # whether somebody wants what there is
UNPROVEN = ("feasible", "unknown")
POLL_SECONDS = 0.2


def never() -> bool:
    """Let everything come to its end."""
    return False


def ignore(_done: int, _all: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Hands:
    """Who makes the plans.

    Attributes
    ----------
    pool
        Where plans are made; ``width`` is how many at the same time.
    on_done
        Told how many plans are done.
    stopped
        Asked again and again; then only those are made whose turn had come.
    """

    pool: Executor
    on_done: Done = ignore
    stopped: Stopped = never
    width: int = 1


def plan_all(base: Scenario, variants: Sequence[Scenario], hands: Hands) -> tuple[Plan, list[Plan | None]]:
    """Plan the base, then all variants from its plan; then once more those that search noise put in the wrong order.

    A bound goes from one scenario to another only where the other differs in capacity alone and has no more of it.
    Workers who have nothing to do while the base is planned begin with a variant. Where they prove its plan the best,
    it is the plan that the base's would have led to (design.md section 4, "Same input, same plan"); else it is made
    again. Once stopped, variants whose turn has not come have no plan.
    """
    pool, stopped = hands.pool, hands.stopped
    first = pool.submit(solve, Job(base))
    early = {index: pool.submit(solve, Job(one)) for index, one in enumerate(variants[: hands.width - 1])}
    basis = first.result()
    hands.on_done(1, 1 + len(variants))
    if stopped():
        begun = {index: future for index, future in early.items() if not future.cancel()}
        return basis, [begun[index].result() if index in begun else None for index in range(len(variants))]

    def told(done: int) -> None:
        hands.on_done(1 + done, 1 + len(variants))

    jobs = [Job(one, basis, basis.bound if at_least(base, one) else None) for one in variants]
    made = _all(pool, jobs, early, told, stopped)
    if stopped() and None in made:
        return basis, made
    again = [index for index in early if (plan := made[index]) is not None and plan.status in UNPROVEN]
    for index, plan in zip(again, _all(pool, [jobs[index] for index in again], {}, _quiet, stopped), strict=True):
        made[index] = plan or made[index]
    basis, *ordered = _ordered([base, *variants], [basis, *(plan for plan in made if plan is not None)], pool, stopped)
    return basis, list(ordered)


def _all(
    pool: Executor,
    jobs: Sequence[Job],
    begun: Mapping[int, Future[Plan]],
    on_done: Callable[[int], None],
    stopped: Stopped,
) -> list[Plan | None]:
    """Make all plans, those that are begun already among them; None for those that were stopped before."""
    futures = [begun[index] if index in begun else pool.submit(solve, job) for index, job in enumerate(jobs)]
    waiting = set(futures)
    while waiting:
        _, waiting = wait(waiting, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        on_done(len(jobs) - len(waiting))
        if stopped():
            waiting = {future for future in waiting if not future.cancel()}
    return [None if future.cancelled() else future.result() for future in futures]


def _quiet(_done: int) -> None:
    """Tell nobody."""


def _ordered(scenarios: Sequence[Scenario], plans: list[Plan], pool: Executor, stopped: Stopped) -> list[Plan]:
    """Give what is unproven the best bound and the best plan of those with more and with less capacity."""
    open_ = [index for index, plan in enumerate(plans) if plan.status in UNPROVEN]
    again: dict[int, Job] = {}
    for index in open_:
        others = [other for other in range(len(plans)) if other != index and plans[other].value is not None]
        richer = [plans[other].bound for other in others if at_least(scenarios[other], scenarios[index])]
        own = plans[index].bound
        bounds = [bound for bound in (*richer, own) if bound is not None]
        poorer = [plans[other] for other in others if at_least(scenarios[index], scenarios[other])]
        best = max(poorer, key=_value, default=None)
        lower = bool(bounds) and (own is None or min(bounds) < own)
        if (best is not None and _value(best) > _value(plans[index])) or lower:
            start = best if best is not None and _value(best) > _value(plans[index]) else plans[index]
            again[index] = Job(scenarios[index], start, min(bounds, default=None))
    for index, plan in zip(again, _all(pool, list(again.values()), {}, _quiet, stopped), strict=True):
        if plan is not None and _value(plan) >= _value(plans[index]):
            plans[index] = plan
    return plans


def _value(plan: Plan) -> float:
    return float("-inf") if plan.value is None else plan.value
