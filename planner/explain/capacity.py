"""What more hours of somebody, or of a skill, would bring: exact, by planning with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.explanation import CapacityPrice, Marginal
from models.scenario import Scenario
from models.team import Specialist
from planner import pipeline
from planner.clock import TICKS_PER_DAY
from planner.explain.budget import Job
from planner.explain.case import Case
from planner.explain.changed import Change
from planner.team import expand, rates
from planner.wording import number

SPRINT = 1
STEPS: dict[str, tuple[int, ...]] = {"hours": (1, 2, 4, 8, 16), "points": (1, 2, 4, 8)}
MOST_HOURS_A_DAY = 24


def one_by_one(scenario: Scenario) -> Scenario:
    """Return the same scenario with copies spread out, and each person's own points in place of a team velocity."""
    people = expand(scenario.team)
    if scenario.team_velocity is not None:
        days = scenario.calendar.sprint_days
        people = [
            person.model_copy(update={"points_per_sprint": float(rate * days)})
            for person, rate in zip(people, rates(scenario), strict=True)
        ]
    return scenario.model_copy(update={"team": tuple(people), "team_velocity": None})


def with_more(scenario: Scenario, there: int, name: str, hours: Fraction) -> Scenario | None:
    """Return a scenario in which somebody works more hours (or points), spread evenly over the days they are there.

    Parameters
    ----------
    scenario
        With everybody one by one.
    there
        Ticks that they are there in the sprint.

    Returns
    -------
    Scenario or None
        None where they are never there, or would have to work more than 24 hours a day.
    """
    place, person = next((place, one) for place, one in enumerate(scenario.team) if one.name == name)
    if there == 0:
        return None
    rate = rates(scenario)[place] + hours * TICKS_PER_DAY / there
    if scenario.unit == "hours":
        if rate > MOST_HOURS_A_DAY:
            return None
        more = person.model_copy(update={"hours_per_day": float(rate)})
    else:
        more = person.model_copy(update={"points_per_sprint": float(rate * scenario.calendar.sprint_days)})
    return _with_person(scenario, place, more)


def _with_person(scenario: Scenario, place: int, person: Specialist) -> Scenario:
    team = (*scenario.team[:place], person, *scenario.team[place + 1 :])
    return scenario.model_copy(update={"team": team})


@dataclass
class _Step:
    """So many more hours of somebody."""

    hours: int
    change: Change


class CapacityQuestions:
    """The steps of everybody's ladder: the longest first, then those it leaves open."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.notes: list[str] = []
        scenario = one_by_one(case.prepared.scenario)
        self._ladders: dict[str, list[_Step]] = {}
        if self._same_as_planned(scenario):
            for person in case.prepared.people:
                self._ladders[person.name] = list(self._ladder(scenario, person.name))
        else:
            self.notes.append("What more hours bring is left open: the team's velocity cannot be shared out exactly.")

    def _same_as_planned(self, scenario: Scenario) -> bool:
        velocity = self.case.prepared.scenario.team_velocity
        return velocity is None or pipeline.prepare(scenario).instance == self.case.prepared.instance

    def _ladder(self, scenario: Scenario, name: str) -> Iterator[_Step]:
        there = next(one.axis.length for one in self.case.prepared.instance.specialists if one.name == name)
        for hours in STEPS[scenario.unit]:
            more = with_more(scenario, there, name, Fraction(hours))
            if more is not None:
                yield _Step(hours, Change(self.case, more))

    def run(self, part: float) -> None:
        """Ask for each ladder's longest step, then halve: where more never hurts, equal ends settle what lies between.

        Parameters
        ----------
        part
            Of the time that is left.
        """
        longest = max(map(len, self._ladders.values()), default=0)
        batches = list(_batches(longest))
        for waiting, batch in zip(range(len(batches), 0, -1), batches, strict=True):
            jobs = [
                job
                for ladder in self._ladders.values()
                for place in batch
                if place < len(ladder)
                for job in self._asked(ladder, place)
            ]
            self.case.budget.run(jobs, part / waiting)

    def _asked(self, ladder: Sequence[_Step], place: int) -> Iterator[Job]:
        """Ask about a step, unless those around it tell."""
        change = ladder[place].change
        above = next((step.change for step in ladder[place + 1 :] if step.change.proven), None)
        below = next((step.change for step in reversed(ladder[:place]) if step.change.proven), None)
        if self.case.monotone and above is not None:
            change.ceiling = above.best
            if above.best == (self.case.worth if below is None else below.best):
                change.same_as(above)
                return
        yield change.settle

    # -- the answer ----------------------------------------------------------------------------------------------------

    def answers(self) -> Iterator[CapacityPrice]:
        """Write a row a specialist, then a row a skill."""
        hours = {person.name: person.limit for person in self.case.prepared.instance.specialists}
        steps = {name: self._marginal(ladder) for name, ladder in self._ladders.items()}
        for name, marginal in steps.items():
            if self._ladders[name]:
                yield self._row(marginal, hours[name], name, specialist=name, skill=None)
        for skill in self._skills():
            able = [person.name for person in self.case.prepared.people if skill in person.skills]
            best = _best_of([steps[name] for name in able if name in steps])
            yield self._row(best, sum(hours[name] for name in able), skill, specialist=None, skill=skill)

    def _skills(self) -> list[str]:
        """Skills that open items ask for, by name."""
        asked_for = {task.skill for entry in self.case.prepared.items for task in entry.tasks}
        return sorted(skill for skill in asked_for if skill is not None)

    def _marginal(self, ladder: Sequence[_Step]) -> tuple[Marginal, ...]:
        """What is known of each step: a gain is certain where both plans are proven to be the best.

        Where more never hurts, a plan for fewer hours is one for more, so the best found so far stands for them too.
        """
        found: list[Marginal] = []
        least = Fraction(0)
        for step in ladder:
            gain = step.change.gain
            if self.case.monotone and self._asked_at_all(ladder):
                gain = least = max(least, gain or least)
            if gain is not None:
                proven = step.change.kind == "exact" and self.case.best
                found.append(Marginal(hours=step.hours, value=float(gain), proven=proven))
        return tuple(found)

    def _asked_at_all(self, ladder: Sequence[_Step]) -> bool:
        return any(step.change.gain is not None for step in ladder)

    def _row(
        self, marginal: tuple[Marginal, ...], hours: int, name: str, *, specialist: str | None, skill: str | None
    ) -> CapacityPrice:
        complete = len(marginal) > 0 and all(step.proven for step in marginal)
        until = next((step.hours for step in marginal if step.value == marginal[-1].value), None)
        if complete and all(step.value == 0 for step in marginal):
            until = 0
        return CapacityPrice(
            specialist=specialist,
            skill=skill,
            sprint=SPRINT,
            hours=hours / 100,
            marginal=marginal,
            pays_until=until if complete else None,
            text=_said(name, marginal, until, self.case.prepared.scenario.unit, proven=complete),
        )


def _batches(count: int) -> Iterator[list[int]]:
    """Yield the last place, then the middles between those before, until all are there."""
    spans = [(-1, count - 1)]
    if count:
        yield [count - 1]
    while spans := [(low, high) for low, high in spans if high - low > 1]:
        yield [(low + high) // 2 for low, high in spans]
        spans = [half for low, high in spans for half in ((low, (low + high) // 2), ((low + high) // 2, high))]


def _best_of(ladders: Sequence[tuple[Marginal, ...]]) -> tuple[Marginal, ...]:
    """Give each step to the one of several people where it brings most."""
    by_hours: dict[float, list[Marginal]] = {}
    for ladder in ladders:
        for step in ladder:
            by_hours.setdefault(step.hours, []).append(step)
    return tuple(
        Marginal(hours=hours, value=max(one.value for one in steps), proven=all(one.proven for one in steps))
        for hours, steps in sorted(by_hours.items())
    )


def _said(name: str, marginal: Sequence[Marginal], until: float | None, unit: str, *, proven: bool) -> str:
    """Say what more hours bring, and where it stops; steps that bring no more than the one before are left out."""
    if not marginal:
        return f"{name}: what more {unit} bring was not settled in the time given."
    sure = "(proven)" if proven else "(as far as it was settled)"
    last_nothing = max((step.hours for step in marginal if step.value == 0), default=None)
    told: list[str] = []
    before = 0.0
    for step in marginal:
        if step.value != before:
            told.append(f"{number(step.hours)} more: {'+' if step.value > 0 else ''}{number(step.value)}")
        before = step.value
    if not told and not proven:
        return f"{name}: with up to {number(marginal[-1].hours)} more {unit} no better plan was found (not settled)."
    if not told:
        return f"{name}: even {number(marginal[-1].hours)} more {unit} bring nothing {sure}."
    if last_nothing is not None and marginal[0].value == 0:
        told.insert(0, f"{number(last_nothing)} more {unit} bring nothing")
    else:
        told[0] = told[0].replace(" more:", f" more {_of(unit, marginal[0].hours)}:", 1)
    if until is not None and until < marginal[-1].hours:
        told.append(f"more than {number(until)} bring no more, up to {number(marginal[-1].hours)}")
    return f"{name}: {', '.join(told)} {sure}."


def _of(unit: str, amount: float) -> str:
    return unit.removesuffix("s") if amount == 1 else unit
