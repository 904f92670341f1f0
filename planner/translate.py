"""From a scenario in people's words to the solver's integers (``Scenario`` -> ``Instance``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.base import exact, hundredths
from models.item import Item as BacklogItem
from models.scenario import Pin, Scenario
from models.team import Specialist as TeamMember
from planner import work
from planner.axis import Axis
from planner.baseline import Churn, churn_against
from planner.clock import TICKS_PER_DAY, Clock
from planner.eligibility import Candidates, Refusals
from planner.graph import ItemGraph
from planner.instance import Instance, Item, ShareRule, Specialist, Task
from planner.scoring import Scores, integer_scale
from planner.team import expand, rates
from planner.windows import Draft, TaskDraft, WaysToWork

_ToInt = Callable[[Fraction], int]


def build(scenario: Scenario, graph: ItemGraph, scores: Scores, *, reassign: frozenset[str] = frozenset()) -> Instance:
    """Translate a scenario whose start is known.

    Parameters
    ----------
    scenario
        Validated, references checked.
    graph, scores
        Of the same scenario.
    reassign
        Items in progress that their assignee cannot finish in time: anyone may do them.
    """
    return _Translation(scenario, graph, scores, reassign).instance()


def kept_alone(scenario: Scenario, graph: ItemGraph, scores: Scores) -> Iterator[tuple[str, Instance]]:
    """Yield each item whose assignee keeps tasks, with the instance in which it is all that is asked for.

    Where that instance has no plan, she could not finish it in time even alone: anyone may do it then.
    """
    translation = _Translation(scenario, graph, scores, frozenset())
    for id_ in sorted(translation.kept):
        yield id_, translation.instance(only=id_)


@dataclass(frozen=True)
class Drafted:
    """The open items before anything is ruled out, and what is known about who can work on them when.

    Attributes
    ----------
    specialists
        By name; their axes run over the whole horizon.
    kept
        Items in progress whose assignee keeps tasks.
    demands
        Why an item has to be in, in words, for those that must.
    """

    clock: Clock
    specialists: tuple[Specialist, ...]
    rates: tuple[Fraction, ...]
    drafts: Mapping[str, Draft]
    refusals: Refusals
    ways: WaysToWork
    kept: frozenset[str]
    demands: Mapping[str, str]


def draft_items(
    scenario: Scenario, graph: ItemGraph, scores: Scores, *, reassign: frozenset[str] = frozenset()
) -> Drafted:
    """Draft every open item of a scenario whose start is known, over its whole horizon."""
    translation = _Translation(scenario, graph, scores, reassign)
    return Drafted(
        clock=translation.clock,
        specialists=translation.specialists,
        rates=tuple(translation.rates),
        drafts={id_: translation._draft(entry) for id_, entry in sorted(translation.open.items())},
        refusals=Refusals(scenario, translation.clock, translation.done, translation.pins, graph.blocked),
        ways=translation.ways,
        kept=frozenset(translation.kept),
        demands={id_: translation._demand(entry.item) for id_, entry in sorted(translation.open.items())},
    )


class _Translation:
    """What the steps of one translation share."""

    def __init__(self, scenario: Scenario, graph: ItemGraph, scores: Scores, reassign: frozenset[str]) -> None:
        self.scenario = scenario
        self.graph = graph
        self.scores = scores
        self.clock = Clock.of(scenario.calendar)
        self.people, self.rates = _by_name(scenario)
        self.specialists = _specialists(scenario, self.clock, self.people, self.rates)
        self.by_name = {person.name: index for index, person in enumerate(self.people)}
        self.pins = _pins_by_item(scenario.pins)
        self.done = work.done_ids(scenario)
        self.begun = {item.together: item.id for item in scenario.backlog if item.together and item.id in self.done}
        self.open = {entry.item.id: entry for entry in work.open_items(scenario)}
        self.ways = WaysToWork(self.people, self.specialists, self.rates)
        self.kept = {
            entry.item.id: who for entry in self.open.values() if (who := self._keeper(entry, reassign)) is not None
        }

    def instance(self, only: str | None = None) -> Instance:
        """Put all parts together, or those of one item as if nothing else were asked for."""
        asked = self.open if only is None else {only: self.open[only]}
        drafts = {id_: self._draft(entry) for id_, entry in asked.items()}
        if only is not None:
            drafts = {only: drafts[only].alone()}
        refusals = Refusals(self.scenario, self.clock, self.done, self.pins, self.graph.blocked)
        candidates = Candidates(
            drafts, refusals, [id_ for id_ in self.graph.order if id_ in drafts], self.clock.horizon, self.ways
        ).settle()
        ids = sorted(candidates.chosen)
        index = {id_: position for position, id_ in enumerate(ids)}
        churn = churn_against(self.scenario, self.clock, self.open)
        lost = sum((self._loss(drafts[id_]) for id_ in candidates.excluded), Fraction(0))
        scale = integer_scale([*self._amounts(ids, churn), lost])
        tasks: list[Task] = []
        items: list[Item] = []
        for id_ in ids:
            draft = candidates.chosen[id_]
            numbers = {place: len(tasks) + place for place in range(len(draft.tasks))}
            tasks.extend(self._task(task, index[id_], numbers) for task in draft.tasks)
            items.append(self._item(draft, index, tuple(numbers.values()), scale.to_int))
        return Instance(
            horizon=self.clock.horizon,
            specialists=self.specialists,
            items=tuple(items),
            tasks=tuple(tasks),
            exclusive=() if only else self._groups("exclusive", index),
            together=() if only else self._groups("together", index),
            loops=() if only else tuple(self._loops(index)),
            max_parallel=None if only else self.scenario.policy.max_parallel,
            carries_over=self._carries_over(),
            shares=() if only else self._shares(index),
            scale=scale,
            lost=scale.to_int(lost),
            excluded=dict(sorted(candidates.excluded.items())),
            kept=tuple(index[id_] for id_ in sorted(self.kept) if id_ in index),
            churn=churn,
            unmet=tuple(
                (id_, demand) for id_ in sorted(candidates.excluded) if (demand := self._demand(drafts[id_].item))
            ),
        )

    def _carries_over(self) -> bool:
        started = any(entry.item.status == "in-progress" for entry in self.open.values())
        return started and self.scenario.policy.carry_over == "keep"

    def _amounts(self, ids: Sequence[str], churn: Churn | None) -> Iterator[Fraction]:
        """Every amount of value that must be a whole number inside the solver: the fewer, the coarser its units."""
        if churn is not None and churn.weight is not None:
            yield churn.weight
        for id_ in ids:
            yield self.scores.values[id_]
            if (due := self.open[id_].item.due) is not None:
                yield exact(due.cost_per_day)

    def _keeper(self, entry: work.OpenItem, reassign: frozenset[str]) -> int | None:
        """Index of the assignee who keeps this item's tasks."""
        item = entry.item
        if item.status != "in-progress" or item.assignee is None or item.id in reassign:
            return None
        return self.by_name.get(item.assignee)

    def _draft(self, entry: work.OpenItem) -> Draft:
        """An item with its windows' raw limits, before anything is ruled out."""
        item = entry.item
        started = item.status == "in-progress"
        due = self.clock.finish_limit(max(item.due.date, self.clock.first_day)) if item.due else 0
        return Draft(
            item=item,
            milestone=entry.milestone,
            tasks=tuple(self._task_draft(entry, task) for task in entry.tasks),
            requires=() if started else tuple(self.graph.requires[item.id]),
            any_of=None if started else self.graph.any_of[item.id],
            release=self.clock.start_limit(item.release) if item.release and not started else 0,
            deadline=self._deadline(item),
            start_window=self._start_window(item, None),
            must=bool(self._demand(item)),
            due_days=due // TICKS_PER_DAY,
            remaining=hundredths(entry.remaining_effort),
        )

    def _deadline(self, item: BacklogItem) -> int:
        if item.deadline is None:
            return self.clock.horizon
        return min(self.clock.horizon, self.clock.finish_limit(item.deadline))

    def _pins(self, item: BacklogItem) -> list[Pin]:
        return self.pins.get(item.id, [])

    def _start_window(self, item: BacklogItem, place: int | None) -> tuple[int, int] | None:
        """Ticks of the day a pin names, for a task or (place None) the whole item; an impossible day is (0, -1)."""
        window = (0, self.clock.horizon - 1)
        asked = False
        for pin in self._pins(item):
            named = None if pin.task is None else work.task_index(item, pin.task)
            if pin.start is None or named != place:
                continue
            asked = True
            day = self.clock.day_index(pin.start)
            first, last = (0, -1) if day is None else (TICKS_PER_DAY * day, TICKS_PER_DAY * (day + 1) - 1)
            window = (max(window[0], first), min(window[1], last))
        return window if asked else None

    def _task_draft(self, entry: work.OpenItem, task: work.OpenTask) -> TaskDraft:
        item = entry.item
        named: frozenset[int] | None = None
        forbidden: set[int] = set()
        for pin in self._pins(item):
            if pin.task is not None and work.task_index(item, pin.task) != task.position - 1:
                continue
            if pin.specialist is not None:
                only_one = frozenset({self.by_name[pin.specialist]})
                named = only_one if named is None else named & only_one
            if pin.not_specialist is not None:
                forbidden.add(self.by_name[pin.not_specialist])
        able = self.ways.able(task.skill)
        allowed = (able if named is None else able & named) - forbidden
        keeper = self.kept.get(item.id)
        if keeper is not None and keeper in able and keeper not in forbidden and named in (None, {keeper}):
            allowed = frozenset({keeper})
        todo = item.status == "todo" and item.assignee is not None
        preferred = self.by_name.get(item.assignee or "") if todo else None
        return TaskDraft(
            task=task,
            able=bool(able),
            allowed=frozenset(allowed),
            start_window=self._start_window(item, task.position - 1),
            preferred=preferred if preferred in able else None,
        )

    def _task(self, draft: TaskDraft, item: int, numbers: Mapping[int, int]) -> Task:
        def named(places: Iterable[int]) -> tuple[int, ...]:
            return tuple(numbers[place] for place in places)

        return Task(
            item=item,
            key=draft.task.key,
            effort=hundredths(draft.task.effort),
            wait=draft.task.wait_ticks,
            after=named(draft.task.after),
            not_by=named(draft.task.not_by),
            same_as=named(draft.task.same_as),
            choices=draft.choices,
            earliest=draft.earliest,
            latest=draft.latest,
            preferred=draft.preferred,
        )

    def _item(self, draft: Draft, index: Mapping[str, int], tasks: tuple[int, ...], scaled: _ToInt) -> Item:
        item = draft.item
        started = item.status == "in-progress" and not draft.milestone
        keep = self.scenario.policy.carry_over == "keep"
        known = None
        if draft.any_of is not None:
            known = tuple((index[id_], lag) for id_, lag in draft.any_of if id_ in index)
        return Item(
            id=item.id,
            milestone=draft.milestone,
            tasks=tasks,
            value=scaled(self.scores.values[item.id]),
            late_cost=scaled(exact(item.due.cost_per_day)) if item.due else 0,
            due_days=draft.due_days,
            requires=tuple((index[id_], lag) for id_, lag in draft.requires),
            any_of=known,
            release=draft.release,
            deadline=draft.deadline,
            earliest_finish=draft.earliest_finish,
            must=draft.must,
            start_window=draft.start_window,
            effort=draft.remaining,
            carried=draft.remaining if started and keep else 0,
        )

    def _loss(self, draft: Draft) -> Fraction:
        """Due cost that an item outside every plan pays to the end of the horizon."""
        if draft.item.due is None:
            return Fraction(0)
        late = max(0, self.clock.horizon // TICKS_PER_DAY - draft.due_days)
        return exact(draft.item.due.cost_per_day) * late

    def _demand(self, item: BacklogItem) -> str:
        """Say in words why an item has to be in, empty if it need not."""
        if item.must:
            return f"{item.id} must be in the plan"
        for pin in self._pins(item):
            if pin.start is not None:
                return f"{item.id} is pinned to start on {pin.start}"
            if pin.sprint is not None:
                return f"{item.id} is pinned into sprint {pin.sprint}"
        if item.together in self.begun:
            return f"{item.id} goes together with {self.begun[item.together]}, which is done"
        return ""

    def _groups(self, key: str, index: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for id_, position in sorted(index.items()):
            if (name := getattr(self.open[id_].item, key)) is not None:
                groups[name].append(position)
        return tuple(tuple(members) for _, members in sorted(groups.items()) if len(members) > 1)

    def _loops(self, index: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
        for names in self.graph.loops:
            members = tuple(index[id_] for id_ in names if id_ in index)
            if len(members) > 1:
                yield members

    def _shares(self, index: Mapping[str, int]) -> tuple[ShareRule, ...]:
        policy = self.scenario.policy
        rules: list[ShareRule] = []
        if policy.goal is not None:
            themes = frozenset(policy.goal.themes)
            members = [id_ for id_ in sorted(index) if self.open[id_].item.theme in themes]
            rules.append(self._share("goal", policy.goal.min_share, policy.goal.max_share, members, index))
        for rule in policy.mix:
            members = [id_ for id_ in sorted(index) if self.open[id_].item.type == rule.type]
            rules.append(self._share(rule.type, rule.min_share, rule.max_share, members, index))
        return tuple(rules)

    def _share(
        self, name: str, minimum: float | None, maximum: float | None, members: list[str], index: Mapping[str, int]
    ) -> ShareRule:
        def has_benefit(id_: str) -> bool:
            due = self.open[id_].item.due
            return self.scores.values[id_] > 0 or (due is not None and due.cost_per_day > 0)

        return ShareRule(
            name=name,
            minimum=None if minimum is None else exact(minimum),
            maximum=None if maximum is None else exact(maximum),
            members=tuple(index[id_] for id_ in members),
            counted=tuple(index[id_] for id_ in members if has_benefit(id_)),
        )


def _by_name(scenario: Scenario) -> tuple[list[TeamMember], list[Fraction]]:
    """Everybody with their rate, by name: the order of the file must not reach the solver."""
    pairs = sorted(zip(expand(scenario.team), rates(scenario), strict=True), key=lambda pair: pair[0].name)
    return [person for person, _ in pairs], [rate for _, rate in pairs]


def _specialists(
    scenario: Scenario, clock: Clock, people: list[TeamMember], speeds: list[Fraction]
) -> tuple[Specialist, ...]:
    """Axes and limits: hours available in the sprint, less the buffer (semantics.md, "Numbers")."""
    share = 1 - exact(scenario.policy.buffer)
    specialists = []
    for person, rate in zip(people, speeds, strict=True):
        axis = Axis.of(clock.presence(person, rate))
        limit = hundredths(Fraction(axis.length, TICKS_PER_DAY) * rate * share)
        specialists.append(Specialist(person.name, axis, limit))
    return tuple(specialists)


def _pins_by_item(pins: Iterable[Pin]) -> dict[str, list[Pin]]:
    grouped: defaultdict[str, list[Pin]] = defaultdict(list)
    for pin in pins:
        grouped[pin.item].append(pin)
    return dict(grouped)
