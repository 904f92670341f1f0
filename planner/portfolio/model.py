"""The model of some teams of a group: exact together, against the plans of the others and prices of what is shared."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python.cp_model import CpModel, IntervalVar, LinearExpr, LinearExprT

from planner.portfolio.group import Group
from planner.solve.model import build_model
from planner.solve.objective import CARRIED_OVER, EARLY, SHORTFALL, VALUE, asked
from planner.solve.run import Effort, hint_also, outwards, read, solve_in_thread, solver_for, status_of
from planner.solve.solution import Solution
from planner.solve.variables import Option, Variables

BUCKETS = 5  # of the sprint, each with prices of its own: two days of ten


def borders(length: int) -> list[int]:
    """Own ticks between the buckets of somebody who is there so long."""
    return [length * number // BUCKETS for number in range(1, BUCKETS)]


@dataclass(frozen=True)
class Prices:
    """Units of the objective for what is shared.

    Attributes
    ----------
    hours
        For a hundredth of an hour of each shared specialist, whenever it is.
    ticks
        For a tick of each shared specialist, by bucket.
    arcs
        What an item pays for waiting for another team's, and that item is given.
    """

    hours: tuple[int, ...]
    ticks: tuple[tuple[int, ...], ...]
    arcs: tuple[int, ...]

    @classmethod
    def none(cls, group: Group) -> Prices:
        """Return prices at which everything is free."""
        people = len(group.limits)
        return cls((0,) * people, ((0,) * BUCKETS,) * people, (0,) * len(group.arcs))

    @classmethod
    def of(cls, group: Group, rows: Sequence[int]) -> Prices:
        """Read them from the order in which the master counts."""
        people = len(group.limits)
        ticks = rows[people : people + BUCKETS * people]
        return cls(
            tuple(rows[:people]),
            tuple(tuple(ticks[BUCKETS * person : BUCKETS * (person + 1)]) for person in range(people)),
            tuple(rows[people + BUCKETS * people :]),
        )

    @property
    def rows(self) -> tuple[int, ...]:
        """All of them, in the order in which the master counts."""
        return (*self.hours, *(price for own in self.ticks for price in own), *self.arcs)


@dataclass(frozen=True)
class Found:
    """What a solve found: a plan of each team, and a bound of the objective; None where there is none."""

    plans: Mapping[int, Solution] | None
    bound: int | None
    infeasible: bool = False
    settled: bool = True  # by the model itself: else the bound is the relaxation's


@dataclass
class TeamsModel:
    """Some teams of a group in one model.

    Parameters
    ----------
    members
        Indices of the teams that are decided.
    others
        Plans of teams that stand; teams that are in neither have no say.
    """

    group: Group
    members: Sequence[int]
    others: Mapping[int, Solution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.model = CpModel()
        self.variables: dict[int, Variables] = {}
        for index in self.members:
            _, self.variables[index] = build_model(self.group.teams[index].instance, self.model)
        for team, item in sorted(self.group.banned):
            if team in self.variables:
                self.model.add(self.variables[team].chosen[item] == 0)
        self._share_people()
        self._wait_for_each_other()
        self._worth = LinearExpr.sum([self._value(index) for index in self.members])
        self._later: dict[tuple[int, int], list[tuple[LinearExprT, list[LinearExprT]]]] = {}

    def _share_people(self) -> None:
        """Each shared hour is spent once: one task at a time, and no more hours than there are."""
        for person, limit in enumerate(self.group.limits):
            busy: list[IntervalVar] = []
            costs: list[LinearExprT] = []
            for index in self.members:
                for option, name in self._options(index, person):
                    busy.append(self.variables[index].own_interval(option, name))
                    costs.append(option.choice.cost * option.assigned)
            taken = 0
            for index, solution in sorted(self.others.items()):
                team = self.group.teams[index]
                taken += team.hours(solution).get(person, 0)
                for start, length in team.busy(solution).get(person, ()):
                    busy.append(self.model.new_fixed_size_interval_var(start, length, "taken"))
            if costs:
                self.model.add_no_overlap(busy)
                self.model.add(LinearExpr.sum(costs) <= limit - taken)

    def _options(self, index: int, person: int):  # type: ignore[no-untyped-def]  # see below
        """Options of a team's tasks that this shared specialist does."""
        own = dict(self.group.teams[index].shared).get(person)
        if own is None:
            return
        for task, options in enumerate(self.variables[index].options):
            for option in options:
                if option.choice.specialist == own:
                    yield option, f"{index}.{task} by shared {person}"

    def _wait_for_each_other(self) -> None:
        """An item starts after the other team's item that it depends on, plus the lag, and is in only if that is."""
        for arc in self.group.arcs:
            (first, before), (second, after) = arc.before, arc.after
            if second in self.variables:
                waits = self.variables[second].chosen[after]
                if first in self.variables:
                    self.model.add_implication(waits, self.variables[first].chosen[before])
                    self._start_after(second, after, self.variables[first].item_finish[before] + arc.lag)
                elif first in self.others:
                    span = self.others[first].items.get(before)
                    if span is None:
                        self.model.add(waits == 0)
                    else:
                        self._start_after(second, after, span[1] + arc.lag)
            elif first in self.variables and second in self.others and after in self.others[second].items:
                start, _ = self.others[second].items[after]
                self.model.add(self.variables[first].chosen[before] == 1)
                self.model.add(self.variables[first].item_finish[before] + arc.lag <= start)

    def _start_after(self, team: int, item: int, ready: LinearExprT) -> None:
        variables, instance = self.variables[team], self.group.teams[team].instance
        for task in instance.items[item].tasks:
            if not instance.tasks[task].after:
                self.model.add(variables.start[task] >= ready).only_enforce_if(variables.chosen[item])

    def _value(self, index: int) -> LinearExprT:
        team, variables = self.group.teams[index], self.variables[index]
        parts: list[LinearExprT] = [team.value * VALUE.expression(self.model, team.instance, variables)]
        terms = asked(team.instance)
        if CARRIED_OVER in terms:
            parts.append(team.carried * CARRIED_OVER.expression(self.model, team.instance, variables))
        if SHORTFALL in terms:
            parts.append(-team.shortfall * SHORTFALL.expression(self.model, team.instance, variables))
        return LinearExpr.sum(parts)

    def _paid(self, prices: Prices) -> LinearExprT:
        paid: list[LinearExprT] = []
        for person, price in enumerate(prices.hours):
            for index in self.members if price else ():
                paid += [price * option.choice.cost * option.assigned for option, _ in self._options(index, person)]
        for person, ticks in enumerate(prices.ticks):
            for index in self.members if any(ticks) else ():
                for whole, later in self._after_borders(index, person):
                    paid.append(ticks[0] * whole)
                    paid += [(dear - cheap) * part for cheap, dear, part in zip(ticks, ticks[1:], later, strict=False)]
        for arc, price in zip(self.group.arcs, prices.arcs, strict=True):
            for (team, item), sign in ((arc.after, 1), (arc.before, -1)):
                if price and team in self.variables:
                    paid.append(sign * price * self.variables[team].chosen[item])
        return LinearExpr.sum(paid)

    def _after_borders(self, index: int, person: int) -> list[tuple[LinearExprT, list[LinearExprT]]]:
        """Ticks of each option of a shared specialist, and how many of them lie after each border between buckets."""
        place = (index, person)
        if place not in self._later:
            ends = borders(self.group.lengths[person])
            self._later[place] = [
                (option.choice.duration * option.assigned, [self._after(option, end) for end in ends])
                for option, _ in self._options(index, person)
            ]
        return self._later[place]

    def _after(self, option: Option, border: int) -> LinearExprT:
        """Ticks of work that lie after a border: all, none, or what is left of a task that runs across it."""
        length = option.choice.duration
        first, last = option.choice.earliest, option.choice.latest - length
        if last + length <= border:
            return 0
        if first >= border:
            return length * option.assigned
        after, before, across = (self.model.new_bool_var("") for _ in range(3))
        part = self.model.new_int_var(0, length, "")
        self.model.add(after + before + across == option.assigned)
        self.model.add(option.own_start >= border).only_enforce_if(after)
        self.model.add(option.own_start <= border - length).only_enforce_if(before)
        self.model.add(option.own_start < border).only_enforce_if(across)
        self.model.add(part == option.own_start + length - border).only_enforce_if(across)
        self.model.add(part == 0).only_enforce_if(~across)
        return length * after + part

    def only(self, allowed: Mapping[int, frozenset[int]]) -> None:
        """Leave out every other item that need not be in; milestones are in or out by what they depend on."""
        for index, items in allowed.items():
            if index not in self.variables:
                continue
            for number, item in enumerate(self.group.teams[index].instance.items):
                if number not in items and not item.must and not item.milestone:
                    self.model.add(self.variables[index].chosen[number] == 0)

    def best(
        self,
        effort: Effort,
        start: Mapping[int, Solution],
        stop: Callable[[], bool],
        prices: Prices | None = None,
        above: int | None = None,
        *,
        thorough: bool = False,
    ) -> Found:
        """Find the plans of most worth, less what they pay.

        Parameters
        ----------
        start
            Plans to start from.
        above
            Only plans worth more than this are of interest.
        thorough
            With linear relaxations and probing: slower at first, but settles what clause learning alone does not.
        """
        objective = self._worth
        if prices is not None:
            objective = LinearExpr.sum([self._worth, -1 * self._paid(prices)])
        if above is not None:
            self.model.add(objective >= above + 1)
        self.model.maximize(objective)
        return self._run(effort, start, stop, thorough=thorough)

    def earlier(self, effort: Effort, plans: Mapping[int, Solution], stop: Callable[[], bool]) -> Found:
        """Keep what is chosen, worth and shared people's times, and finish early what is worth most."""
        early: list[LinearExprT] = []
        for index in self.members:
            team, variables, plan = self.group.teams[index], self.variables[index], plans[index]
            for item in range(len(team.instance.items)):
                self.model.add(variables.chosen[item] == (item in plan.items))
            shared = {own for _, own in team.shared}
            for task, options in enumerate(variables.options):
                placed = plan.tasks.get(task)
                for option in options:
                    if option.choice.specialist not in shared:
                        continue
                    mine = placed is not None and placed.specialist == option.choice.specialist
                    if option.assigned is not variables.chosen[team.instance.tasks[task].item]:
                        self.model.add(option.assigned == mine)
                    if mine and placed is not None:
                        self.model.add(option.own_start == placed.own_start)
            early.append(EARLY.expression(self.model, team.instance, variables))
        self.model.add(self._worth >= sum(self.group.teams[index].worth(plans[index]) for index in self.members))
        self.model.minimize(LinearExpr.sum(early))
        return self._run(effort, plans, stop)

    def _run(
        self, effort: Effort, start: Mapping[int, Solution], stop: Callable[[], bool], *, thorough: bool = False
    ) -> Found:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for index, solution in start.items():
            if index in self.variables:
                hint_also(self.model, self.group.teams[index].instance, self.variables[index], solution)
        solver = solver_for(effort)
        if thorough:
            solver.parameters.linearization_level = 1
            solver.parameters.cp_model_probing_level = 2
        solve_in_thread(solver, self.model, None, stop)
        status = status_of(solver)
        if status not in ("optimal", "feasible"):
            return Found(None, None, infeasible=status == "infeasible")
        plans = {
            index: read(self.group.teams[index].instance, variables, solver.value, solver.boolean_value)
            for index, variables in self.variables.items()
        }
        return Found(plans, outwards(self.model, solver.best_objective_bound), settled=status == "optimal")


def effort(seconds: float, seed: int = 0, work: float = math.inf) -> Effort:
    """One thread for so long."""
    return Effort(seconds=max(0.01, seconds), work=work, workers=1, seed=seed)
