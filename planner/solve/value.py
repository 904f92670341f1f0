"""The search for value: one half proves how good a plan can be, the other looks for plans.

A sprint of up to some fifty items goes whole to one half, which settles most of them in a second. The start-bucket
relaxation gives a bound and a choice of items, which a model of those items alone then schedules, or finds a set among
them that cannot be. Larger sprints begin with sequences that make room. Large neighbourhood search (Shaw 1998,
doi:10.1007/3-540-49481-2_30) then improves the plan, while branch and cut on the relaxation goes on proving. Both
halves tell each other what they find, and stop as soon as value and bound meet.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Sequence

from planner.instance import Instance
from planner.solve import compiled
from planner.solve.alike import add_alike_orders, in_alike_orders
from planner.solve.anneal import Annealing, Guide
from planner.solve.ceiling import add_ceiling
from planner.solve.choice import Choices
from planner.solve.incumbent import Incumbent
from planner.solve.limits import Limits
from planner.solve.linear import LinearAnswer, solve_relaxed, solve_whole
from planner.solve.model import build_model
from planner.solve.neighbourhoods import Neighbourhoods
from planner.solve.objective import VALUE, Term, hold
from planner.solve.pricing import LEAST_WORK, Pricing
from planner.solve.relaxation import Relaxation, bucket_ticks
from planner.solve.restrict import restrict
from planner.solve.run import Effort, add_hint, run
from planner.solve.sequences import usable
from planner.solve.solution import Solution, TermName
from planner.solve.submodel import improve_around

# Two halves at a time slow each other down, so at first the whole model, which settles most sprints, is alone.
HEAD_START = 3.0  # seconds
HEAD_START_PART = 0.3  # of the time, at most
LARGE_HEAD_START = 1.0  # of larger sprints, which need both halves more often
WHOLE_OPTIONS = 1_000  # (task, specialist) pairs up to which the whole model is worth building
CEILING_TASKS = 60  # tasks from which on the relaxation's ceiling pays for itself
WHOLE_PART = 0.7  # of what is left: what the whole model has not settled by then it will not settle soon
AGAIN = 2.0  # seconds after which the whole model begins anew from a better plan of the other half; twice as many next
ITEMS_AT_ONCE = 260  # items that the neighbourhoods choose from
RELAXATION_ENTRIES = 150_000  # half a second or so for HiGHS; finer buckets lower the bound by less than 1 %
STEP_WORK = 0.1  # deterministic work of one neighbourhood, some half a second
AS_TIGHT = 1.01  # a single bucket's bound over that of fine ones, up to which whole assignments are decided in it
ONE_BUCKET_PART = 0.1  # of what is left
CHOICE_PART = 0.4  # of what is left, for all choices together
ATTEMPT_PART = 0.12  # of what is left, to schedule one choice, and once more to improve it
LEAST_ATTEMPT = 1.0  # seconds
LEAST_LARGE_ATTEMPT = 2.5
LARGE_ROOM = 0.9  # of the hours: what larger sprints fill whole is rarely found to be possible
ROOM_STEP = 0.06
LEAST_ROOM_STEP = 0.01
PRICE_PART = 0.35  # of what is left, to plan each item alone at better and better prices
LARGE_PRICE_PART = 0.7  # of larger sprints, where a step takes longer
CLASHES_AT_ONCE = 4
LOWER_PART = 0.25  # of what is left, to learn of sets that cannot be before plans are looked for again
ANNEAL_PART = 0.9  # of what is left; neighbourhoods have the rest
ANNEAL_WORK = 0.00003  # what an item counts for in each look at the clock, where work is limited


class ValueSearch:
    """The search of one instance.

    Parameters
    ----------
    reached
        Terms before value with the figure each must keep.
    incumbent
        Where everything found and proven goes.
    start
        A schedule to start from, perhaps one that breaks a rule.
    """

    def __init__(
        self,
        instance: Instance,
        limits: Limits,
        reached: Sequence[tuple[Term, int]],
        incumbent: Incumbent,
        start: Solution,
    ) -> None:
        self.instance = instance
        self.limits = limits
        self.reached = reached
        self.incumbent = incumbent
        self.start = start
        self.small = sum(len(task.choices) for task in instance.tasks) <= WHOLE_OPTIONS
        self._relaxed = threading.Event()
        self._settled = threading.Event()  # the half that looks for plans needs the choices no more
        self._choices: Choices | None = None
        self._guide: Guide | None = None
        self._wanted: list[float] | None = None
        self._relaxed_bound: float | None = None
        self._duals: Sequence[float] | None = None
        self._pricing = Pricing(instance, limits, incumbent)

    def run(self) -> None:
        """Search until value and bound meet or the limits are reached."""
        if not self.small and usable(self.instance):
            compiled.prepare()
        if self.limits.work is not None or (self.limits.workers or os.cpu_count()) == 1:
            self._one_after_the_other()
        else:
            self._side_by_side()

    def _one_after_the_other(self) -> None:
        if self.small:
            self._whole(WHOLE_PART)
        if not self.incumbent.over():
            self._relax()
            if not self._anneal(self.limits.seed, ANNEAL_PART):
                self._choose()
            self._price(PRICE_PART if self.small else LARGE_PRICE_PART)
            self._step_by_step()

    def _side_by_side(self) -> None:
        prover = _Half(self._prove)
        if self.small:
            alone = HEAD_START if len(self.instance.tasks) <= CEILING_TASKS else LARGE_HEAD_START
            prover.join(min(alone, HEAD_START_PART * self.limits.left))
        try:
            self._find()
            while prover.is_alive() and not self.incumbent.over():
                prover.join(0.02)
        finally:
            self.incumbent.stop.set()
            prover.finish()

    def _find(self) -> None:
        """The half that looks for plans."""
        if self.incumbent.over():
            return
        if self.small:
            self._relax()
            self._assign_whole()
            self._choose()
            self._price(PRICE_PART)
            if self._choices is not None:
                self._lower(self._choices, LOWER_PART)
            self._settled.set()
        else:
            while not self.incumbent.over() and not self._relaxed.wait(0.02):
                pass
            self._anneal(self.limits.seed, ANNEAL_PART)
        self._step_by_step()

    # -- proving -------------------------------------------------------------------------------------------------

    def _prove(self) -> None:
        """The whole model for a while, if it is not too large; then branch and cut on the relaxation."""
        if self.small:
            self._whole(WHOLE_PART)
            while not self.incumbent.over() and not self._settled.wait(0.02):
                pass
        else:
            self._relax()
            if not usable(self.instance):
                self._choose()
            self._price(LARGE_PRICE_PART)
        choices = self._choices
        if self.incumbent.over() or choices is None:
            return
        if not self.small:
            finer = Relaxation(self.instance, bucket_ticks(self.instance, RELAXATION_ENTRIES), self._terms())
            choices = Choices(self.instance, finer, self.reached, choices.impossible)
        self._lower(choices, 1.0 if self.small else LOWER_PART)
        if compiled.ready():
            self._anneal(self.limits.seed + 1, 1.0)
        if not self.incumbent.over():
            relaxation = choices.relaxation
            solve_whole(relaxation.program, self.limits.left, self.incumbent.over, self._bound_of(relaxation))

    def _lower(self, choices: Choices, part: float) -> None:
        """Lower the relaxation's bound by what cannot be together, as long as such sets are found in time."""
        until = self.limits.used + part * self.limits.left

        def over() -> bool:
            return self.incumbent.over() or self.limits.used >= until

        learnt = True
        while learnt and not over():
            answer = choices.solve(1.0, self.limits.left, self.incumbent.over)
            self._take_bound(choices.relaxation, answer)
            learnt = answer.columns is not None and choices.learn_from(choices.wish(answer), over)
            self._pricing.learn(choices.impossible, CLASHES_AT_ONCE if learnt else 1, over)

    def _relax(self) -> None:
        """Solve the relaxation: a bound, and how much of each item it takes."""
        if self._relaxed.is_set() or self.incumbent.over():
            return
        try:
            bucket = bucket_ticks(self.instance, RELAXATION_ENTRIES) if self.small else self.instance.horizon
            choices = Choices(self.instance, Relaxation(self.instance, bucket, self._terms()), self.reached)
            answer = choices.solve(1.0, self.limits.left, self.incumbent.over)
            self._take_bound(choices.relaxation, answer)
            if answer.columns is not None and answer.duals is not None:
                self._choices = choices
                self._relaxed_bound, self._duals = answer.bound, answer.duals
                self._guide = choices.relaxation.guide(answer.duals)
                self._wanted = [float(answer.columns[column]) for column in choices.relaxation.chosen]
        finally:
            self._relaxed.set()

    def _assign_whole(self) -> None:
        """Decide who does what in whole tasks, but not when: it tells what hours that are not filled exactly leave.

        Only where leaving days out of account costs the bound next to nothing, as with many small tasks.
        """
        if self._relaxed_bound is None or self.incumbent.over():
            return
        relaxation = Relaxation(self.instance, self.instance.horizon, self._terms(), whole_starts=True)
        coarse = solve_relaxed(relaxation.program, self.limits.left, self.incumbent.over)
        if coarse.bound is not None and coarse.bound <= AS_TIGHT * self._relaxed_bound:
            seconds = ONE_BUCKET_PART * self.limits.left
            solve_whole(relaxation.program, seconds, self.incumbent.over, self._bound_of(relaxation))

    def _price(self, part: float) -> None:
        """Plan each item alone at better and better prices of the hours."""
        if self._choices is not None and self._duals is not None and not self.incumbent.over():
            quick = not self.small and usable(self.instance)
            if quick and self.limits.work is not None:
                compiled.wait()  # the last digits of a bound would tell when it was ready
            quick = quick and compiled.ready()
            self._pricing.plan_alone(self._choices.relaxation, self._duals, part, quick=quick)

    def _terms(self) -> list[tuple[TermName, int]]:
        return [(term.name, value) for term, value in self.reached]

    def _take_bound(self, relaxation: Relaxation, answer: LinearAnswer) -> None:
        if answer.infeasible:
            self.incumbent.ruled_out()
        if answer.bound is not None:
            self._bound_of(relaxation)(answer.bound)

    def _bound_of(self, relaxation: Relaxation) -> Callable[[float], None]:
        return lambda bound: self.incumbent.proved(relaxation.value_bound(bound))

    def _whole(self, part: float) -> None:
        """Solve the whole model from the best plan there is, and again where the other half has found a better one."""
        limits = self.limits
        until = limits.used + part * limits.left
        work = math.inf if limits.work_left is None else part * limits.work_left
        again = math.inf if limits.work is not None else AGAIN
        while not self.incumbent.over() and limits.used < until and work > 0:
            done, used = self._whole_once(until - limits.used, work, again)
            work, again = work - used, 2 * again
            if done:
                return

    def _whole_once(self, seconds: float, work: float, again: float) -> tuple[bool, float]:
        """One solve of the whole model; False if it was given up for a better start, and the work it took."""
        model, variables = build_model(self.instance)
        for term, value in self.reached:
            hold(model, self.instance, variables, term, value)
        worth = VALUE.expression(model, self.instance, variables)
        if len(self.instance.tasks) > CEILING_TASKS:
            coarse = Relaxation(self.instance, self.instance.horizon, self._terms())
            add_ceiling(model, self.instance, variables, worth, coarse, self.incumbent.over)
        model.maximize(worth)
        add_alike_orders(model, self.instance, variables)
        add_hint(model, self.instance, variables, self._begin_from())
        own = _Own(self.incumbent, self.limits, again)
        answer = run(
            model,
            self.instance,
            variables,
            Effort(seconds, work, workers=1, seed=self.limits.seed),
            stop=own.over,
            on_solution=own.found,
            on_bound=self.incumbent.proved,
        )
        self.limits.spend(answer.work)
        if answer.status == "infeasible":
            self.incumbent.ruled_out()
        if answer.solution is not None:
            self.incumbent.found(answer.solution)
        if answer.bound is not None:
            self.incumbent.proved(answer.bound)
        return not own.behind, answer.work

    def _begin_from(self) -> Solution:
        """The best plan, or where there is none the start, as the orders of the whole model want it."""
        best = self.incumbent.best
        begun = in_alike_orders(self.instance, best or self.start)
        if best is not None:
            self.incumbent.found(begun)
        return begun

    # -- finding plans -------------------------------------------------------------------------------------------

    def _anneal(self, seed: int, part: float) -> bool:
        """Sequences that make room, from the best plan, for part of what is left; False where they are of no use.

        Small sprints have better plans by other means.
        """
        guide = self._guide
        if self.small or self.incumbent.best is None or guide is None or not usable(self.instance):
            return False
        if self.limits.work is not None:
            compiled.wait()
        else:
            self._step_by_step(compiled.ready)
        if self.incumbent.over():
            return True
        clock = _AnnealClock(self.instance, self.limits, self.incumbent, part)
        annealing = Annealing(self.instance, guide, self.incumbent.best, seed, self._keeps_reached)
        annealing.run(clock.passed, self.incumbent.found)
        return True

    def _keeps_reached(self, solution: Solution) -> bool:
        figures = solution.terms(self.instance)
        return not any(term.better(value, figures[term.name]) for term, value in self.reached)

    def _choose(self) -> None:
        """Schedule what the relaxation chooses, with less room where that is too much, or learn why it cannot be."""
        choices, limits = self._choices, self.limits
        if choices is None:
            return
        until = limits.used + CHOICE_PART * limits.left if limits.work is None else math.inf
        least_work = 0.0 if limits.work_left is None else (1 - CHOICE_PART) * limits.work_left
        room, step = 1.0 if self.small else LARGE_ROOM, ROOM_STEP
        while not self.incumbent.over() and limits.used < until and (limits.work_left or math.inf) > least_work:
            answer = choices.solve(room, limits.left, self.incumbent.over)
            if room == 1.0:
                self._take_bound(choices.relaxation, answer)
            if answer.columns is None:
                return
            effort = self._attempt_effort()
            outcome, work = choices.attempt(
                choices.wish(answer), self.incumbent.best, effort, effort, self.incumbent.over, self.incumbent.found
            )
            limits.spend(max(LEAST_WORK, work))
            if outcome == "planned":
                if room == 1.0:
                    return
                room = min(1.0, room + step)
            elif outcome == "unknown":
                room -= step
                step *= 0.6
                if step < LEAST_ROOM_STEP:
                    return

    def _attempt_effort(self) -> Effort:
        limits = self.limits
        if limits.work_left is not None:
            return Effort(math.inf, ATTEMPT_PART * limits.work_left, workers=1, seed=limits.seed)
        return Effort(
            max(LEAST_ATTEMPT if self.small else LEAST_LARGE_ATTEMPT, ATTEMPT_PART * limits.left),
            math.inf,
            workers=1,
            seed=limits.seed,
        )

    def _step_by_step(self, enough: Callable[[], bool] = lambda: False) -> None:
        """Large neighbourhood search from the best plan, among what is worth looking at."""
        if self.incumbent.best is None or self.incumbent.over() or enough():
            return
        wanted = self._wanted or [0.5] * len(self.instance.items)
        part = restrict(self.instance, _worth_looking_at(self.instance, wanted, self.incumbent.best))
        neighbourhoods = Neighbourhoods(part.instance, [wanted[index] for index in part.items], self.limits.seed)
        round_number = 0
        while not self.incumbent.over() and not enough():
            round_number += 1
            if not set(self.incumbent.best.items) <= set(part.items):  # the other half has found something else
                part = restrict(self.instance, _worth_looking_at(self.instance, wanted, self.incumbent.best))
                here = [wanted[index] for index in part.items]
                neighbourhoods = Neighbourhoods(part.instance, here, self.limits.seed + round_number)
            current = part.to_here(self.incumbent.best)
            kind, free = neighbourhoods.next(current)
            answer = improve_around(
                part.instance,
                self.reached,
                current,
                free,
                self._step_effort(round_number),
                self.incumbent.over,
                lambda found: self.incumbent.found(part.to_whole(found)),  # noqa: B023  # called before the next round
            )
            neighbourhoods.learn(kind, better=answer.solution is not None, exhausted=answer.status == "infeasible")
            self.limits.spend(max(LEAST_WORK, answer.work))
            if answer.solution is not None:
                self.incumbent.found(part.to_whole(answer.solution))

    def _step_effort(self, round_number: int) -> Effort:
        left = self.limits.work_left
        work = STEP_WORK if left is None else min(STEP_WORK, left)
        return Effort(self.limits.left, work, workers=1, seed=self.limits.seed + round_number)


class _Own:
    """What the whole model has found itself, so that it knows when the other half is ahead."""

    def __init__(self, incumbent: Incumbent, limits: Limits, again: float) -> None:
        self._incumbent = incumbent
        self._limits = limits
        self._from = limits.used + again
        self._best = incumbent.value
        self.behind = False

    def found(self, solution: Solution) -> None:
        self._best = solution.terms(self._incumbent.instance)["value"]
        self._incumbent.found(solution)

    def over(self) -> bool:
        if self._limits.used >= self._from:
            value = self._incumbent.value
            self.behind = value is not None and (self._best is None or value > self._best)
        return self.behind or self._incumbent.over()


class _AnnealClock:
    """How far annealing is: by the clock, or by looks at it where work is limited."""

    def __init__(self, instance: Instance, limits: Limits, incumbent: Incumbent, part: float) -> None:
        self._limits = limits
        self._incumbent = incumbent
        self._begun = limits.used
        self._seconds = max(1e-9, part * limits.left)
        self._work = ANNEAL_WORK * max(1, len(instance.items))
        self._most_work = None if limits.work_left is None else max(1e-9, part * limits.work_left)
        self._done = 0.0

    def passed(self) -> float:
        """Part that has passed; all of it if everything is over."""
        if self._incumbent.over():
            return 1.0
        if self._most_work is None:
            return (self._limits.used - self._begun) / self._seconds
        self._limits.spend(self._work)
        self._done += self._work
        return self._done / self._most_work


class _Half:
    """A part of the search in a thread of its own; what goes wrong there is raised at the end."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="prove", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # raised again by finish
            self._error = error

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def finish(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error


def _worth_looking_at(instance: Instance, wanted: Sequence[float], start: Solution) -> set[int]:
    """What is in the plan, what the relaxation wants, then the best values for the effort, up to a number."""
    keep = set(start.items)
    ranked = sorted(
        (index for index in range(len(instance.items)) if index not in keep),
        key=lambda i: (-wanted[i], -instance.items[i].value / max(1, instance.items[i].effort), i),
    )
    return keep | set(ranked[: max(0, ITEMS_AT_ONCE - len(keep))])
