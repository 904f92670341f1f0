"""Why an item is in, why then, why with these people: the plan is made again without each of these choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from models.base import exact
from models.explanation import Link, OtherPerson, Price, WhyIn
from models.plan import PlannedItem
from planner.chains import unlocks
from planner.clock import TICKS_PER_DAY
from planner.explain import dates, sentences
from planner.explain.budget import Job
from planner.explain.case import Case
from planner.explain.questions import IMPOSSIBLE, OPEN, Demand, Verdict, by_another, not_before, outside
from planner.solve.restrict import Restricted
from planner.wording import day, listed, number

MOST_STEPS = 4  # of a chain in a sentence; all of it stands in the chain itself


@dataclass
class _Asked:
    """One question and its answer so far.

    Attributes
    ----------
    within
        The same demand for the instance without what the plan leaves out, None where that cannot answer it.
    """

    case: Case
    demand: Demand
    within: Demand | None = None
    verdict: Verdict = OPEN

    def settle(self, seconds: float) -> bool:
        """Look for the best plan; most choices cost nothing, and the items of the plan alone show it."""
        if not self._costs_nothing(seconds):
            self.verdict = self.case.questions.ask(self.demand, seconds)
        return self.verdict.kind != "open"

    def _costs_nothing(self, seconds: float) -> bool:
        if self.within is None or not self.case.best:
            return False
        part, questions = self.case.chosen_only
        found = questions.reaches(self.within, self.case.total, seconds)
        if found is None or found.solution is None:
            return False
        self.verdict = Verdict("exact", found.value, found.value, part.to_whole(found.solution), found.terms)
        return True

    def price(self, text: str) -> Price:
        """Write the answer as a price."""
        case, verdict = self.case, self.verdict
        possible = True if verdict.value is not None else None
        return Price(
            text=text,
            value=None if verdict.value is None else case.amount(verdict.value),
            bound=None if verdict.bound is None else case.amount(verdict.bound),
            possible=False if verdict.kind == "impossible" else possible,
            proven=verdict.kind != "open",
        )


@dataclass
class InQuestion:
    """The questions about one item that is in the plan."""

    case: Case
    planned: PlannedItem
    without: _Asked | None = None
    later: _Asked | None = None
    others: dict[int, _Asked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Decide what is worth asking."""
        item = self.case.prepared.instance.items[self.index]
        here = self._part.items.index(self.index)
        if not item.must and not item.milestone:
            self.without = _Asked(self.case, outside(self.index))
        if not item.milestone and self.case.prepared.open[item.id].item.status == "todo":
            self.later = self._later(here)
        for task in () if self.index in self.case.prepared.instance.kept else item.tasks:
            who = self.case.found.tasks[task].specialist
            demand = by_another(self.index, task, who)
            self.others[task] = _Asked(self.case, demand, by_another(here, self._part.tasks.index(task), who))
            if not self._instead(task):
                self.others[task].verdict = IMPOSSIBLE

    @property
    def index(self) -> int:
        """Of the item in the instance."""
        return self.case.index[self.planned.id]

    @property
    def _next_day(self) -> int:
        """Working day after the one on which the item starts."""
        return self.case.found.items[self.index][0] // TICKS_PER_DAY + 1

    @property
    def _part(self) -> Restricted:
        return self.case.chosen_only[0]

    def _later(self, here: int) -> _Asked:
        tick = TICKS_PER_DAY * self._next_day
        demand = not_before(self.case.prepared.instance, self.index, tick)
        asked = _Asked(self.case, demand, not_before(self._part.instance, here, tick))
        if self._next_day >= self.case.prepared.instance.days():
            asked.verdict = IMPOSSIBLE
        return asked

    def jobs(self) -> Iterator[Job]:
        """Everything that is not known without a look at other plans."""
        for asked in (self.without, self.later, *self.others.values()):
            if asked is not None and asked.verdict is not IMPOSSIBLE:
                yield asked.settle

    def _instead(self, task: int) -> tuple[str, ...]:
        """Who else could do a task."""
        instance = self.case.prepared.instance
        who = self.case.found.tasks[task].specialist
        able = (choice.specialist for choice in instance.tasks[task].choices if choice.specialist != who)
        return tuple(instance.specialists[one].name for one in sorted(able))

    def _skill(self, key: str) -> str | None:
        return next(one.skill for one in self.case.prepared.open[self.planned.id].tasks if one.key == key)

    # -- the answer ----------------------------------------------------------------------------------------------------

    def answer(self) -> WhyIn:
        """Write what was found."""
        case = self.case
        needed_by = self._needed_by()
        benefits = {planned.id: exact(planned.benefit) for planned in case.plan.selected}
        unlocked = sum((benefits[name] for name in needed_by), Fraction(0))
        without = self._without()
        later = self._later_price()
        others = tuple(self._other(task) for task in self.others)
        chain = dates.chain(case, self.index)
        said = [self._brings(), *self._unlocking(needed_by, unlocked)]
        said += [price.text for price in (without, later) if price is not None]
        said += [*self._people(others), _dated(chain)]
        return WhyIn(
            id=self.planned.id,
            title=self.planned.title,
            text=" ".join(said),
            benefit=self.planned.benefit,
            unlocks=needed_by,
            unlocked=float(unlocked),
            without=without,
            later=later,
            others=others,
            chain=chain,
        )

    def _brings(self) -> str:
        """What the item itself adds, or why it has to be in."""
        case, planned = self.case, self.planned
        total = number(case.plan.value or 0)
        brings = f"It brings {number(planned.benefit)} of {total}"
        if planned.benefit != planned.value:
            brings += f" ({number(planned.value)} less {number(planned.value - planned.benefit)} for being late)"
        item = case.prepared.instance.items[self.index]
        if item.milestone:
            brings = "It is reached because what it depends on is done by its date" + (
                f"; {brings[0].lower()}{brings[1:]}" if planned.value else ""
            )
        elif item.must:
            brings += "; it has to be in (must-do or pin)"
        elif item.carried:
            brings += "; it is carried over, which comes before anything new"
        return f"{brings}."

    def _needed_by(self) -> tuple[str, ...]:
        """Items of the plan that cannot be done without this one."""
        case, name = self.case, self.planned.id
        found = unlocks(case.prepared.graph, case.prepared.scores.values, [name])[name]
        return tuple(other for other in found.items if case.index.get(other) in case.found.items)

    def _unlocking(self, needed_by: tuple[str, ...], unlocked: Fraction) -> Iterator[str]:
        if needed_by:
            verb = "needs it and brings" if len(needed_by) == 1 else "need it and bring"
            yield f"{listed(needed_by)} {verb} {number(float(unlocked))} more."

    def _people(self, others: Sequence[OtherPerson]) -> Iterator[str]:
        """Say who is needed and who could be replaced; what is alike stands in one sentence."""
        only = [f"only {one.specialist} can do {self._named(one)}" for one in others if not one.instead]
        free = [one for one in others if one.instead and one.value is not None and one.value == self.case.plan.value]
        if only:
            yield f"{only[0][0].upper()}{only[0][1:]}{''.join(f', {part}' for part in only[1:])}."
        if free:
            swaps = [f"{sentences.either(one.instead)} could do {self._named(one)}" for one in free]
            yield f"At the same total, {listed(swaps)}."
        yield from (one.text for one in others if one.instead and one not in free)

    def _named(self, other: OtherPerson) -> str:
        return _task_named(other.task, self._skill(other.task))

    def _without(self) -> Price | None:
        if self.without is None:
            return None
        return self.without.price(sentences.without_it(self.case, self.without.verdict))

    def _later_price(self) -> Price | None:
        if self.later is None:
            return None
        days = self.case.prepared.clock.days
        if self._next_day >= len(days):
            return self.later.price("It cannot start a day later: it starts on the sprint's last day.")
        return self.later.price(sentences.later(self.case, self.later.verdict, day(days[self._next_day])))

    def _other(self, task: int) -> OtherPerson:
        case, asked = self.case, self.others[task]
        data = case.prepared.instance.tasks[task]
        who = case.prepared.instance.specialists[case.found.tasks[task].specialist].name
        instead = self._instead(task)
        named = _task_named(data.key, self._skill(data.key))
        price = asked.price(sentences.by_another(case, asked.verdict, named, who, instead))
        return OtherPerson(**price.model_dump(), task=data.key, specialist=who, instead=instead)


def _task_named(key: str, skill: str | None) -> str:
    return f"task {key}" + (f" ({skill})" if skill else "")


def _dated(chain: tuple[Link, ...]) -> str:
    """Say the chain that fixes an item's finish, from its end to its beginning; a long one in short."""
    steps = [f"{_step(link)} {link.because}" for link in chain]
    if len(steps) > MOST_STEPS:
        steps = [*steps[: MOST_STEPS - 1], f"and so on back to {steps[-1]}"]
    return f"What fixes its dates: {'; '.join(steps)}."


def _step(link: Link) -> str:
    if link.task is None:
        return f"{link.item} ({day(link.finish)})"
    return f"{link.item}, task {link.task}, {link.specialist}, {_days(link)},"


def _days(link: Link) -> str:
    first, last = day(link.start), day(link.finish)
    return first if first == last else f"{first} – {last}"
