"""From a scenario to the horizon's own numbers: which sprints can take an item, and why some never can."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from models.base import exact, hundredths
from models.plan import Reason, ReasonCode
from models.scenario import Scenario
from planner.clock import TICKS_PER_DAY
from planner.graph import ItemGraph
from planner.horizon.alone import AloneTests, limits_by_sprint, task_order
from planner.horizon.data import Horizon, Item, Piece, Pool
from planner.instance import ShareRule
from planner.scoring import Scores, integer_scale
from planner.translate import Drafted, draft_items
from planner.windows import Draft, WaysToWork


def build(scenario: Scenario, graph: ItemGraph, scores: Scores) -> tuple[Horizon, frozenset[str]]:
    """Translate a scenario whose start is known.

    Returns
    -------
    tuple[Horizon, frozenset[str]]
        The horizon, and the items in progress that their assignee could not finish in time even alone.
    """
    drafted = draft_items(scenario, graph, scores)
    late = frozenset(_Translation(scenario, graph, scores, drafted).cannot_keep())
    if late:
        drafted = draft_items(scenario, graph, scores, reassign=late)
    return _Translation(scenario, graph, scores, drafted).horizon(), late


@dataclass(frozen=True)
class _Possible:
    """An item with the sprints that can take it, and for one that may span the least cover up to each."""

    draft: Draft
    sprints: tuple[int, ...]
    cover: tuple[int, ...]


class _Translation:
    def __init__(self, scenario: Scenario, graph: ItemGraph, scores: Scores, drafted: Drafted) -> None:
        self.scenario = scenario
        self.graph = graph
        self.scores = scores
        self.drafted = drafted
        self.ends = drafted.clock.sprint_ends
        axes = [person.axis for person in drafted.specialists]
        self.limits = limits_by_sprint(axes, drafted.rates, self.ends, 1 - exact(scenario.policy.buffer))
        self.tests = AloneTests(drafted.ways, self.ends, self.limits)
        self.found: dict[str, _Possible] = {}
        self.excluded: dict[str, Reason] = {}
        self.pools: dict[tuple[tuple[int, Fraction], ...], int] = {}

    def cannot_keep(self) -> Iterable[str]:
        """Items in progress whose assignee, kept, leaves no sprint that takes them."""
        for id_ in sorted(self.drafted.kept):
            draft = replace(self.drafted.drafts[id_], requires=(), any_of=None)
            if self.drafted.refusals.first(draft) is None and not self._sprints(draft).sprints:
                yield id_

    def horizon(self) -> Horizon:
        """Put all parts together."""
        self._settle()
        ids = sorted(self.found)
        index = {id_: place for place, id_ in enumerate(ids)}
        discount = exact(self.scenario.policy.discount_per_sprint)
        started = any(draft.item.status == "in-progress" for draft in self.drafted.drafts.values())
        bare = Horizon(
            ends=self.ends,
            specialists=self.drafted.specialists,
            rates=self.drafted.rates,
            limits=self.limits,
            pools=(),
            items=(),
            exclusive=self._groups("exclusive", index),
            together=self._groups("together", index),
            shares=self._shares(index),
            discount=discount,
            detailed=min(self.scenario.calendar.detailed_sprints, self.scenario.calendar.sprints),
            carries_over=started and self.scenario.policy.carry_over == "keep",
            fixed_loss=sum((self._loss(self.drafted.drafts[id_]) for id_ in self.excluded), Fraction(0)),
            grain=self._grain(discount),
            excluded=dict(sorted(self.excluded.items())),
            unmet=tuple((id_, words) for id_ in sorted(self.excluded) if (words := self.drafted.demands[id_])),
        )
        items = tuple(self._item(bare, self.found[id_], index) for id_ in ids)
        return replace(bare, items=items, pools=tuple(Pool(members) for members in self.pools))

    # -- which sprints -------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Rule items out until nothing changes: one left out can take others with it."""
        for id_, draft in self.drafted.drafts.items():
            reason = self.drafted.refusals.first(draft)
            if reason is not None:
                self.excluded[id_] = reason
        possible = {id_: self._sprints(draft) for id_, draft in self.drafted.drafts.items() if id_ not in self.excluded}
        while True:
            self.found = {}
            self._place_all(possible)
            halves = self._broken_groups()
            if not halves:
                return
            self.excluded.update(halves)

    def _sprints(self, draft: Draft) -> _Possible:
        """Sprints that can take the item, looked at alone."""
        asked = [pin.sprint - 1 for pin in self.scenario.pins if pin.item == draft.item.id and pin.sprint is not None]
        if draft.milestone:
            sprints = self._milestone_sprints(draft)
            if not draft.requires and draft.any_of is None:
                sprints = sprints[:1]  # nothing could delay it
            return _Possible(draft, tuple(k for k in sprints if all(k == one for one in asked)), ())
        sprints = self.tests.sprints(draft, draft.release, draft.deadline)
        cover: dict[int, int] = {}
        if draft.item.may_span:
            cover = dict.fromkeys(sprints, 1)
            for sprint in range(self.scenario.calendar.detailed_sprints, len(self.ends)):
                count = cover.get(sprint) or self.tests.cover(draft, sprint, draft.release, draft.deadline)
                if count is not None and sprint - count + 1 >= self.scenario.calendar.detailed_sprints:
                    cover[sprint] = count
            sprints = sorted(cover)
        kept = tuple(k for k in sprints if all(k == one for one in asked))
        return _Possible(draft, kept, tuple(cover[k] for k in kept) if cover else ())

    def _milestone_sprints(self, draft: Draft) -> list[int]:
        begins = (0, *self.ends[:-1])
        return [
            k
            for k, (begin, end) in enumerate(zip(begins, self.ends, strict=True))
            if (draft.release < end or draft.item.release is None)
            and (draft.deadline > begin or (k == 0 and draft.deadline >= 0))
            and (draft.start_window is None or begin < draft.start_window[1] + 1 <= end)
        ]

    def _place_all(self, possible: Mapping[str, _Possible]) -> None:
        waiting = [id_ for id_ in self.graph.order if id_ not in self.excluded]
        while waiting:
            later = [id_ for id_ in waiting if not self._place(possible[id_])]
            if len(later) == len(waiting):
                for id_ in later:
                    names = ", ".join(other for other, _ in (*self._requires(id_), *(self._any_of(id_) or ())))
                    text = f"It needs {names}; they wait for each other, and nothing else can come first."
                    self.excluded[id_] = _reason("dependency", text)
                return
            waiting = later

    def _requires(self, id_: str) -> tuple[tuple[str, int], ...]:
        return self.drafted.drafts[id_].requires

    def _any_of(self, id_: str) -> tuple[tuple[str, int], ...] | None:
        return self.drafted.drafts[id_].any_of

    def _place(self, one: _Possible) -> bool:
        """Narrow the item's sprints by what comes before it; False while that is not settled."""
        id_, known = one.draft.item.id, self.found.keys() | self.excluded.keys()
        links = one.draft.any_of
        if not all(other in known for other, _ in one.draft.requires):
            return False
        some = links is None or any(other in self.found for other, _ in links)
        if not some and not all(other in self.excluded for other, _ in links or ()):
            return False
        missing = [other for other, _ in one.draft.requires if other in self.excluded]
        if missing:
            text = f"It depends on {missing[0]}, which cannot be in the plan."
            self.excluded[id_] = _reason("dependency", text)
            return True
        if links is not None and all(other in self.excluded for other, _ in links):
            text = f"It needs one of {', '.join(other for other, _ in links)}; none of them can be in the plan."
            self.excluded[id_] = _reason("dependency", text)
            return True
        ready = max((self._after(one.draft, other, lag) for other, lag in one.draft.requires), default=0)
        if links is not None:
            options = [(other, lag) for other, lag in links if other not in self.excluded]
            ready = max(ready, min(self._after(one.draft, other, lag) for other, lag in options))
        kept = [place for place, k in enumerate(one.sprints) if k - (one.cover[place] - 1 if one.cover else 0) >= ready]
        closed = self.drafted.refusals.policy(one.draft)
        if kept and closed is not None:
            self.excluded[id_] = closed
        elif kept:
            cover = tuple(one.cover[place] for place in kept) if one.cover else ()
            self.found[id_] = replace(one, sprints=tuple(one.sprints[place] for place in kept), cover=cover)
        else:
            self.excluded[id_] = self._misfit(one, ready)
        return True

    def _after(self, draft: Draft, before: str, lag: int) -> int:
        """Earliest sprint after something that comes before it."""
        if before not in self.found:
            return 0
        return self.found[before].sprints[0] + self._offset(self.drafted.drafts[before], lag, draft)

    def _offset(self, before: Draft, lag: int, after: Draft) -> int:
        """Least number of sprints between two items (design.md section 4, "Horizon")."""
        ticks = least_span(before, self.drafted.ways) + lag + least_span(after, self.drafted.ways)
        return max(0, math.ceil(Fraction(ticks, TICKS_PER_DAY * self.scenario.calendar.sprint_days)) - 1)

    def _misfit(self, one: _Possible, ready: int) -> Reason:
        """Say why no sprint is left: without the release, without the deadline, without the prerequisites."""
        draft, end = one.draft, self.ends[-1]
        item = draft.item
        free = replace(draft, start_window=None, tasks=tuple(replace(t, start_window=None) for t in draft.tasks))

        def fits(release: int, deadline: int, first: int = 0) -> bool:
            sprints = (
                self._milestone_sprints(replace(free, release=release, deadline=deadline))
                if draft.milestone
                else self.tests.sprints(free, release, deadline)
            )
            return any(k >= first for k in sprints)

        if item.release is not None and draft.release > 0 and fits(0, draft.deadline, ready):
            return _reason("release", f"It may not start before {item.release}; no sprint takes it after that.")
        if draft.deadline < end and fits(draft.release, end, ready):
            return _reason("deadline", f"It cannot be finished by its deadline, {item.deadline}.")
        if not fits(0, end):
            return _reason("too-big", "It does not fit into any sprint even with everything else left out.")
        if fits(draft.release, draft.deadline, ready):
            return _reason("policy", "It cannot be where it is pinned to.")
        if not fits(0, draft.deadline):
            return _reason("deadline", f"It cannot be finished by its deadline, {item.deadline}.")
        return _reason("dependency", "What it depends on cannot be finished early enough for it to fit.")

    def _broken_groups(self) -> dict[str, Reason]:
        """Members of a `together` group of which another can never be in."""
        gone: dict[str, str] = {}
        for id_ in sorted(self.excluded, reverse=True):
            if (name := self.drafted.drafts[id_].item.together) is not None:
                gone[name] = id_
        return {
            id_: _reason("policy", f"It goes together with {gone[name]}, which cannot be in the plan.")
            for id_, one in self.found.items()
            if (name := one.draft.item.together) is not None and name in gone
        }

    # -- the parts -----------------------------------------------------------------------------------------------

    def _item(self, bare: Horizon, one: _Possible, index: Mapping[str, int]) -> Item:
        draft = one.draft
        started = draft.item.status == "in-progress" and not draft.milestone
        known = None
        if draft.any_of is not None:
            known = tuple(
                (index[id_], self._offset(self.drafted.drafts[id_], lag, draft))
                for id_, lag in draft.any_of
                if id_ in index
            )
        item = Item(
            id=draft.item.id,
            milestone=draft.milestone,
            pieces=self._pieces(draft),
            sprints=one.sprints,
            gain=(),
            value=self.scores.values[draft.item.id],
            late_cost=exact(draft.item.due.cost_per_day) if draft.item.due else Fraction(0),
            due_days=draft.due_days,
            left_out=float(self._loss(draft)),
            requires=tuple(
                (index[id_], self._offset(self.drafted.drafts[id_], lag, draft)) for id_, lag in draft.requires
            ),
            any_of=known,
            must=draft.must,
            effort=draft.remaining,
            carried=draft.remaining if started and bare.carries_over else 0,
            cover=one.cover,
            release=draft.release,
            deadline=draft.deadline,
            least=least_span(draft, self.drafted.ways),
        )
        value, cost = float(item.value), float(item.late_cost)
        gain = tuple(
            value * float(bare.discount_factors[k]) - cost * bare.late_days(item, k) - item.left_out
            for k in item.sprints
        )
        return replace(item, gain=gain)

    def _pieces(self, draft: Draft) -> tuple[Piece, ...]:
        """Work by pool: tasks that the same people may do go together."""
        by_pool: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, task in enumerate(draft.tasks):
            members = tuple((who, self.drafted.ways.proficiency(task.task.skill, who)) for who in sorted(task.allowed))
            pool = self.pools.setdefault(members, len(self.pools))
            by_pool[pool].append((place, hundredths(task.task.effort)))
        members_of = list(self.pools)
        return tuple(
            Piece(
                pool,
                sum(effort for _, effort in tasks),
                float(sum((self._least(effort, members_of[pool]) for _, effort in tasks), Fraction(0))),
                tuple(tasks),
            )
            for pool, tasks in sorted(by_pool.items())
        )

    def _least(self, effort: int, members: Iterable[tuple[int, Fraction]]) -> Fraction:
        """Least that an effort (hundredths) can count for to the tick: its cost is rounded, its ticks rounded down."""
        counts = [Fraction(effort)]
        for who, level in members:
            rate = 100 * self.drafted.rates[who]
            ticks = max(1, int(TICKS_PER_DAY * effort / (rate * level)))
            counts += [hundredths(Fraction(effort, 100) / level) * level, Fraction(ticks, TICKS_PER_DAY) * rate * level]
        return min(counts)

    def _loss(self, draft: Draft) -> Fraction:
        """Benefit of leaving the item out: its due cost to the end of the horizon."""
        if draft.item.due is None:
            return Fraction(0)
        late = max(0, self.ends[-1] // TICKS_PER_DAY - draft.due_days)
        return -exact(draft.item.due.cost_per_day) * late

    def _grain(self, discount: Fraction) -> Fraction:
        """Every value total is a multiple of it; none where discounts or long fractions leave it too fine to use."""
        if discount:
            return Fraction(0)
        amounts = [self.scores.values[id_] for id_ in self.drafted.drafts]
        amounts += [exact(d.item.due.cost_per_day) for d in self.drafted.drafts.values() if d.item.due]
        scale = integer_scale(amounts)
        return 1 / scale.factor if scale.exact else Fraction(0)

    def _groups(self, key: str, index: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for id_, place in sorted(index.items()):
            if (name := getattr(self.drafted.drafts[id_].item, key)) is not None:
                groups[name].append(place)
        return tuple(tuple(members) for _, members in sorted(groups.items()) if len(members) > 1)

    def _shares(self, index: Mapping[str, int]) -> tuple[ShareRule, ...]:
        policy = self.scenario.policy
        drafts = self.drafted.drafts
        rules: list[ShareRule] = []
        if policy.goal is not None:
            themes = frozenset(policy.goal.themes)
            members = [id_ for id_ in index if drafts[id_].item.theme in themes]
            rules.append(self._share("goal", policy.goal.min_share, policy.goal.max_share, members, index))
        for rule in policy.mix:
            members = [id_ for id_ in index if drafts[id_].item.type == rule.type]
            rules.append(self._share(rule.type, rule.min_share, rule.max_share, members, index))
        return tuple(rules)

    def _share(
        self, name: str, minimum: float | None, maximum: float | None, members: list[str], index: Mapping[str, int]
    ) -> ShareRule:
        def has_benefit(id_: str) -> bool:
            due = self.drafted.drafts[id_].item.due
            return self.scores.values[id_] > 0 or (due is not None and due.cost_per_day > 0)

        return ShareRule(
            name=name,
            minimum=None if minimum is None else exact(minimum),
            maximum=None if maximum is None else exact(maximum),
            members=tuple(sorted(index[id_] for id_ in members)),
            counted=tuple(sorted(index[id_] for id_ in members if has_benefit(id_))),
        )


def least_span(draft: Draft, ways: WaysToWork) -> int:
    """Least ticks from the item's start to its finish, waits included, if nobody were ever away.

    An item that may be cut at sprint ends counts nothing: what is left of it in its last sprint can be short.
    """
    if draft.item.may_span:
        return 0
    ends: dict[int, int] = {}
    for place in task_order(draft.tasks):
        task, allowed = draft.tasks[place].task, draft.tasks[place].allowed
        shortest = min((ways.measure(task.skill, task.effort, who)[0] for who in allowed), default=0)
        ends[place] = max((ends[before] for before in task.after), default=0) + shortest + task.wait_ticks
    return max(ends.values(), default=0)


def _reason(code: ReasonCode, text: str) -> Reason:
    return Reason(code=code, text=text, proven=True)
