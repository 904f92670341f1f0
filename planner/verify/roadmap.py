"""The judge over many sprints: the first ones to the tick, the later ones to capacity (design.md section 4, "Horizon").

Sprints to the tick are judged by the same rules as a single sprint. To capacity, what counts is each sprint's hours,
whether an item alone fits its sprint, and that there is some split over days that respects releases and deadlines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact, hundredths
from planner.clock import TICKS_PER_DAY
from planner.verify import selection, staffing, times
from planner.verify.demands import ticks_of
from planner.verify.facts import amount
from planner.verify.kept import eligible, fits_window, kept_tasks, stretches
from planner.verify.moments import Chosen
from planner.verify.reading import Reading, read
from planner.verify.spans import Spans

if TYPE_CHECKING:
    from models.plan import Plan, PlannedItem
    from planner.verify.demands import Demand, Need
    from planner.verify.facts import Facts
    from planner.verify.people import Person


@dataclass(frozen=True)
class Part:
    """A share of a task's effort (hundredths) that somebody does in a sprint (from 0) to capacity."""

    name: str
    demand: Demand
    need: Need
    person: Person
    sprint: int
    effort: Fraction

    @property
    def cost(self) -> Fraction:
        """Hundredths it takes of the person's limit."""
        return self.effort / (self.person.proficiency(self.need.skill) or Fraction(1))


@dataclass
class Road:
    """The plan as far as it could be read.

    Attributes
    ----------
    all
        Every planned item; times are known of those in sprints to the tick.
    timed
        The items in sprints to the tick alone.
    parts
        Work in sprints to capacity.
    """

    facts: Facts
    all: Reading
    timed: Reading
    parts: list[Part] = field(default_factory=list)

    @property
    def detailed(self) -> int:
        """So many sprints are planned to the tick."""
        return self.facts.scenario.calendar.detailed_sprints

    def begin(self, sprint: int) -> int:
        """First tick of a sprint (from 0)."""
        return self.facts.clock.sprint_ends[sprint - 1] if sprint else 0

    def sprint(self, name: str) -> int | None:
        """Sprint (from 0) of a planned item."""
        chosen = self.all.chosen.get(name)
        return None if chosen is None else chosen.planned.sprint - 1

    def finish_day(self, chosen: Chosen) -> int:
        """Whole working days until the item is finished: to capacity, the last one of its sprint."""
        ends = self.facts.clock.sprint_ends
        last = ends[min(max(chosen.planned.sprint, 1), len(ends)) - 1]
        return -(-(last if chosen.finish is None else chosen.finish) // TICKS_PER_DAY)

    def costs(self) -> dict[tuple[str, int], Fraction]:
        """Hundredths that everybody is asked for, by name and sprint (from 0)."""
        asked: dict[tuple[str, int], Fraction] = {}
        for chosen in self.timed.chosen.values():
            for one in chosen.placed.values():
                if one.person is not None:
                    key = one.person.name, chosen.planned.sprint - 1
                    asked[key] = asked.get(key, Fraction(0)) + one.person.cost(one.need.skill, one.need.effort)
        for part in self.parts:
            key = part.person.name, part.sprint
            asked[key] = asked.get(key, Fraction(0)) + part.cost
        return asked


def lay_out(facts: Facts, plan: Plan) -> Road:
    """Lay the plan beside the scenario."""
    detailed = facts.scenario.calendar.detailed_sprints
    early = plan.model_copy(update={"selected": tuple(one for one in plan.selected if one.sprint <= detailed)})
    timed = read(facts, early)
    everything = Reading(dict(timed.chosen), timed.problems)
    road = Road(facts, everything, timed)
    for planned in plan.selected:
        if planned.sprint <= detailed:
            continue
        demand = facts.backlog.get(planned.id)
        if demand is None:
            everything.problems.append(f"item {planned.id}: planned, but not in the backlog")
        elif planned.id in everything.chosen:
            everything.problems.append(f"item {planned.id}: planned twice")
        else:
            everything.chosen[planned.id] = Chosen(demand, planned, {})
            everything.problems.extend(_read_parts(road, demand, planned))
    return road


def _read_parts(road: Road, demand: Demand, planned: PlannedItem) -> Iterator[str]:
    """Read the shares of an item's tasks; each task must be shared out whole."""
    name = f"item {planned.id}"
    if planned.start is not None or planned.finish is not None or any(one.start_tick for one in planned.tasks):
        yield f"{name}: has times, though sprint {planned.sprint} is planned to capacity"
    done = {need.position: Fraction(0) for need in demand.needs}
    for task in planned.tasks:
        need = next((need for need in demand.needs if need.label == task.id), None)
        person = road.facts.team.get(task.specialist)
        if need is None:
            yield f"{name}, task {task.id}: the item has no such task left to do"
        elif person is None or person not in eligible(road.facts, demand, need):
            yield f"{name}, task {task.id}: shared by {task.specialist}, who may not do it"
        else:
            effort = 100 * exact(task.effort)
            done[need.position] += effort
            sprint = (planned.sprint if task.sprint is None else task.sprint) - 1
            road.parts.append(Part(f"{name}, task {task.id}", demand, need, person, sprint, effort))
            if task.skill != need.skill:
                yield f"{name}, task {task.id}: skill is {task.skill}, but the task needs {need.skill}"
    for need in demand.needs:
        if done[need.position] != need.effort:
            yield (
                f"{name}, task {need.label}: its shares add up to {float(done[need.position] / 100):.10g}, but "
                f"{amount(need.effort)} is left to do"
            )


def rules(road: Road) -> Iterator[str]:
    """Judge the hard rules."""
    facts = road.facts
    yield from selection.understood(facts)
    yield from selection.allowed(facts, road.all)
    yield from selection.demanded(facts, road.all)
    yield from selection.grouped(facts, road.all)
    yield from staffing.skilled(facts, road.timed)
    yield from staffing.paired(road.timed)
    yield from staffing.pinned(facts, road.timed)
    yield from staffing.kept(facts, road.timed)
    yield from times.worked(facts, road.timed)
    yield from times.ordered(facts, road.timed)
    yield from times.in_window(facts, road.timed)
    yield from times.after_dependencies(facts, road.timed)
    yield from times.start_pinned(facts, road.timed)
    yield from times.few_at_once(facts, road.timed)
    yield from times.written(facts, road.timed)
    yield from in_its_sprint(road)
    yield from within_capacity(road)
    yield from fits_its_sprint(road)
    yield from within_days(road)
    yield from after_dependencies(road)
    yield from milestones(road)
    yield from kept_whole(road)


def in_its_sprint(road: Road) -> Iterator[str]:
    """Check that what is planned to the tick lies in its sprint, waits included."""
    for chosen in road.timed.chosen.values():
        if chosen.start is None or chosen.finish is None or chosen.demand.milestone:
            continue
        begin, end = road.begin(chosen.planned.sprint - 1), road.facts.clock.sprint_ends[chosen.planned.sprint - 1]
        if chosen.start < begin or chosen.finish > end:
            yield (
                f"item {chosen.id}: runs from tick {chosen.start} to {chosen.finish}, but sprint "
                f"{chosen.planned.sprint} from tick {begin} to {end}"
            )


def within_capacity(road: Road) -> Iterator[str]:
    """Check that nobody has more work in a sprint than their hours, buffer taken off; exactly."""
    for (name, sprint), asked in sorted(road.costs().items()):
        if 0 <= sprint < len(road.facts.clock.sprint_ends):
            limit = road.facts.team[name].limits[sprint]
            if hundredths(asked / 100) > limit:
                yield (
                    f"specialist {name}: over capacity in sprint {sprint + 1}, {float(asked / 100):g} planned for "
                    f"{amount(limit)} available after buffer"
                )


def fits_its_sprint(road: Road) -> Iterator[str]:
    """Check that a sprint to capacity takes an item only if the item alone fits it to the tick."""
    for chosen in road.all.chosen.values():
        sprint = chosen.planned.sprint - 1
        if chosen.demand.milestone or chosen.demand.done or chosen.id in road.timed.chosen:
            continue
        if not 0 <= sprint < len(road.facts.clock.sprint_ends):
            continue
        own = {part.sprint for part in road.parts if part.demand is chosen.demand and part.effort} | {sprint}
        all_stretches = stretches(road.facts, chosen.demand)
        first = max(0, min(own))
        if first < sprint and not chosen.demand.item.may_span:
            yield f"item {chosen.id}: lies in the sprints {first + 1} to {sprint + 1}, but may not span sprints"
        if first < road.detailed or max(own) > sprint:
            stray = first if first < road.detailed else max(own)
            yield f"item {chosen.id}: has work in sprint {stray + 1}, which is no part of its span"
        limits = {name: sum(person.limits[first : sprint + 1]) for name, person in road.facts.team.items()}
        window = all_stretches[first].first, all_stretches[sprint].last
        if window[0] >= window[1] or not fits_window(road.facts, chosen.demand, *window, limits):
            yield f"item {chosen.id}: does not fit into sprint {sprint + 1} even alone"


def kept_whole(road: Road) -> Iterator[str]:
    """Check that a kept specialist takes the whole task."""
    for part in road.parts:
        assignee, positions = kept_tasks(road.facts, part.demand)
        if assignee is not None and part.need.position in positions and part.person.name != assignee.name:
            yield (
                f"{part.name}: in progress and assigned to {assignee.name}, who keeps it, but shared by "
                f"{part.person.name}"
            )


def within_days(road: Road) -> Iterator[str]:
    """Check that some split over days respects every release and deadline inside a sprint.

    Whose share is what is settled, so each person can be looked at alone: between any two cuts, the work that must lie
    there may not be more than their hours there (Hall's condition; windows are stretches of days).
    """
    by_place: dict[tuple[str, int], list[Part]] = {}
    for part in road.parts:
        by_place.setdefault((part.person.name, part.sprint), []).append(part)
    for (name, sprint), parts in sorted(by_place.items()):
        person = road.facts.team[name]
        if not 0 <= sprint < len(road.facts.clock.sprint_ends):
            continue
        windows = [(_window(road, part, sprint), part) for part in parts]
        for begin in sorted({first for (first, _), _ in windows}):
            for end in sorted({last for (_, last), _ in windows}):
                inside = sum((part.cost for (a, b), part in windows if begin <= a and b <= end), Fraction(0))
                there = sum(begin <= tick < end for tick in person.there)
                hours = Fraction(there, TICKS_PER_DAY) * person.rate
                if hundredths(inside / 100) > hundredths(hours):
                    yield (
                        f"specialist {name}: {float(inside / 100):g} of work must lie between tick {begin} and {end} "
                        f"of sprint {sprint + 1}, more than the hours there"
                    )


def _window(road: Road, part: Part, sprint: int) -> tuple[int, int]:
    stretch = stretches(road.facts, part.demand)[sprint]
    return stretch.first, stretch.last


def after_dependencies(road: Road) -> Iterator[str]:
    """Check that an item in a sprint to capacity comes late enough after what it depends on."""
    spans = Spans(road.facts)
    for chosen in road.all.chosen.values():
        sprint = chosen.planned.sprint - 1
        if chosen.demand.done or chosen.demand.milestone:
            continue
        first = min([sprint, *(part.sprint for part in road.parts if part.demand is chosen.demand and part.effort)])
        all_of, one_of = road.facts.asked(chosen.demand)
        for entry in all_of:
            before = road.sprint(entry.item)
            if before is None or max(before, sprint) < road.detailed:
                continue
            if first < before + spans.offset(entry.item, entry.lag_days, chosen.demand):
                yield (
                    f"item {chosen.id}: in sprint {first + 1}, too early after {entry.item}, which it depends on, in "
                    f"sprint {before + 1}"
                )
        known = [(entry, before) for entry in one_of if (before := road.sprint(entry.item)) is not None]
        if not known or (sprint < road.detailed and any(before < road.detailed for _, before in known)):
            continue
        if all(first < before + spans.offset(entry.item, entry.lag_days, chosen.demand) for entry, before in known):
            yield f"item {chosen.id}: in sprint {first + 1}, too early after any of its any_of"


def milestones(road: Road) -> Iterator[str]:
    """Check that exactly those milestones are in whose dependencies hold, in the earliest sprint that they allow."""
    for demand in road.facts.backlog.values():
        if not demand.milestone or demand.done:
            continue
        planned = road.sprint(demand.item.id)
        due = _milestone_sprint(road, demand)
        if planned is not None and due is not None and planned != due:
            yield f"item {demand.item.id}: a milestone in sprint {planned + 1}, but its earliest moment is in {due + 1}"
        if planned is not None and due is None:
            yield f"item {demand.item.id}: a milestone in sprint {planned + 1}, but its moment never comes in time"
        if planned is None and due is not None and not selection.group_forbids(road.facts, road.all, demand):
            yield f"item {demand.item.id}: a milestone left out, though what it depends on holds in sprint {due + 1}"


def _milestone_sprint(road: Road, demand: Demand) -> int | None:
    """Sprint in which a milestone falls; None where its dependencies do not hold, or a rule of its own forbids it."""
    facts, item = road.facts, demand.item
    ends = facts.clock.sprint_ends
    if facts.pinned_out(item) is not None:
        return None
    all_of, one_of = facts.asked(demand)
    moments = [_after(road, demand, entry.item, entry.lag_days) for entry in all_of]
    if one_of:
        options = [_after(road, demand, entry.item, entry.lag_days) for entry in one_of]
        moments.append(min((one for one in options if one is not None), default=None))
    known = [one for one in moments if one is not None]
    if len(known) < len(moments):
        return None
    released = item.release is not None and not demand.started
    release = facts.clock.start_limit(item.release) if released and item.release is not None else 0
    if released and release >= facts.horizon:
        return None
    sprint = max([next(k for k, end in enumerate(ends) if release < end or k == len(ends) - 1), *(k for k, _ in known)])
    if sprint >= len(ends):
        return None
    ticks = [tick for _, tick in known if tick is not None]
    deadline = facts.finish_limit(item)
    if len(ticks) == len(known) and sprint < road.detailed:
        return sprint if max([release, *ticks]) <= deadline else None
    return sprint if deadline > road.begin(sprint) else None


def _after(road: Road, demand: Demand, name: str, lag_days: float) -> tuple[int, int | None] | None:
    """Earliest sprint (and tick, where known) that a dependency allows a milestone."""
    chosen = road.all.chosen.get(name)
    if chosen is None:
        return None
    if chosen.finish is not None:
        tick = chosen.finish + ticks_of(lag_days)
        ends = road.facts.clock.sprint_ends
        return next((k for k, end in enumerate(ends) if tick <= end), len(ends)), tick
    return chosen.planned.sprint - 1 + Spans(road.facts).offset(name, lag_days, demand), None
