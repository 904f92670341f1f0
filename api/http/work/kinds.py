"""The kinds of job. A new one is a request and a result in ``models/service.py`` and an entry in ``KINDS``."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from api.http.work import checks
from api.http.work.checks import Allowance
from models.comparison import SweepComparison, VariantComparison
from models.explanation import Explanation
from models.plan import Plan
from models.portfolio import PortfolioPlans
from models.scenario import Scenario
from models.service import RESULTS, BatchJob, CompareJob, ExplainJob, PlanJob, SweepJob
from planner.intake.source import Source
from planner.progress import Progress, ProgressHook


@dataclass(frozen=True)
class Work:
    """A job in the process that does it."""

    source: Source
    threads: int
    cancel: threading.Event
    on_progress: ProgressHook
    begun: float = field(default_factory=time.monotonic)

    def count(self, done: int, total: int) -> None:
        """Tell how many parts are done."""
        self.on_progress(Progress(time.monotonic() - self.begun, None, None, None, done, total))


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes
    ----------
    request
        The contract of what is sent.
    result
        The contract of what comes out.
    check
        Refuses a request before it is queued, scenarios from the store in their places.
    run
        Does the work.
    """

    request: type[BaseModel]
    result: type[BaseModel]
    check: Callable[[Any, Source, Allowance], None]
    run: Callable[[Work], BaseModel]


def _plan(work: Work) -> Plan:
    import planner

    scenario = _threaded(PlanJob.model_validate(work.source.data).sent, work)
    return planner.plan(scenario, cancel=work.cancel, on_progress=work.on_progress)


def _threaded(scenario: Scenario, work: Work) -> Scenario:
    """Where a scenario leaves the threads to the server, name them."""
    if scenario.solver.workers:
        return scenario
    return scenario.model_copy(update={"solver": scenario.solver.model_copy(update={"workers": work.threads})})


def _compare(work: Work) -> VariantComparison:
    from planner.whatif.compare import compare, fixed, laid_over
    from planner.whatif.overlay import Place
    from planner.whatif.side_by_side import Hands
    from planner.workers import thread_pool

    asked = CompareJob.model_validate(work.source.data)
    base = fixed(asked.sent)
    named = laid_over(base, asked.variants, Place(work.source, ("variants",)))
    with thread_pool(work.threads, work.cancel) as pool:
        return compare(base, named, Hands(pool, work.count, work.cancel.is_set, work.threads))


def _sweep(work: Work) -> SweepComparison:
    from planner.whatif.compare import compare_sweeps, fixed, swept
    from planner.whatif.overlay import Place
    from planner.whatif.side_by_side import Hands
    from planner.workers import thread_pool

    asked = SweepJob.model_validate(work.source.data)
    base = fixed(asked.sent)
    made = swept(base, asked.sweeps, Place(work.source, ("sweeps",)))
    with thread_pool(work.threads, work.cancel) as pool:
        hands = Hands(pool, work.count, work.cancel.is_set, work.threads)
        return compare_sweeps(base, asked.sweeps, made, hands)


def _batch(work: Work) -> PortfolioPlans:
    from planner.intake.portfolio_file import LoadedPortfolio
    from planner.portfolio import batch
    from planner.portfolio.runner import Runner
    from planner.portfolio.store import Memory
    from planner.workers import thread_pool

    asked = BatchJob.model_validate(work.source.data)
    loaded = LoadedPortfolio(asked, work.source, tuple(team.sent for team in asked.teams))
    memory = Memory()

    def tell(told: batch.Progress) -> None:
        seconds = time.monotonic() - work.begun
        work.on_progress(Progress(seconds, told.value, None, None, told.done, told.teams))

    with Runner(lambda: thread_pool(work.threads, work.cancel), work.threads) as runner:
        result, _ = batch.run_batch(loaded, memory, runner, runner, {}, tell, work.cancel.is_set)
    plans = {team: Plan.model_validate(json.loads(text)) for team, text in memory.plans.items()}
    return PortfolioPlans(**dict(result), plans=plans)


def _explain(work: Work) -> Explanation:
    import planner
    from planner.explain import budget
    from planner.explain.explanation import explain
    from planner.explain.given import judged, with_part

    asked = ExplainJob.model_validate(work.source.data)
    scenario = _threaded(asked.sent, work)
    if asked.plan is not None:
        plan = judged(scenario, asked.plan, "plan")
    else:
        plan = planner.plan(with_part(scenario, asked.time_limit), cancel=work.cancel, on_progress=work.on_progress)

    def tell(told: budget.Progress) -> None:
        seconds = time.monotonic() - work.begun
        work.on_progress(Progress(seconds, plan.value, plan.bound, plan.gap, told.done, told.total))

    left = asked.time_limit - (time.monotonic() - work.begun)
    return explain(scenario, plan, budget.Budget(left, scenario.solver.workers, work.cancel, tell), asked.item)


KINDS: Mapping[str, Kind] = {
    "plan": Kind(PlanJob, RESULTS["plan"], checks.check_plan, _plan),
    "compare": Kind(CompareJob, RESULTS["compare"], checks.check_compare, _compare),
    "sweep": Kind(SweepJob, RESULTS["sweep"], checks.check_sweep, _sweep),
    "batch": Kind(BatchJob, RESULTS["batch"], checks.check_batch, _batch),
    "explain": Kind(ExplainJob, RESULTS["explain"], checks.check_explain, _explain),
}
