"""Which items can never enter any plan, and the proven reason (the data alone imply it).

The reasons follow the order of design.md section 6: pinned-out, not-ready, skill, dependency, release, deadline,
too-big, policy. What is left may enter; whether it does is the solver's question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.plan import Reason, ReasonCode
from models.scenario import Pin, Scenario
from planner.clock import Clock
from planner.windows import Draft, WaysToWork, fit
from planner.work import missing_readiness


def _reason(code: ReasonCode, text: str) -> Reason:
    return Reason(code=code, text=text, proven=True)


def _never_released(draft: Draft, horizon: int) -> bool:
    """Whether the release comes after the sprint's last working day; started work has none any more."""
    return draft.item.release is not None and draft.item.status != "in-progress" and draft.release >= horizon


class Refusals:
    """Reasons that hang on the item itself and the scenario's rules."""

    def __init__(
        self,
        scenario: Scenario,
        clock: Clock,
        done: frozenset[str],
        pins: Mapping[str, Sequence[Pin]],
        blocked: Mapping[str, str],
    ) -> None:
        self._clock = clock
        self._pins = pins
        self._blocked = blocked
        self._missing = missing_readiness(scenario) if scenario.policy.ready_only else {}
        self._closed = {item.exclusive: item.id for item in scenario.backlog if item.id in done and item.exclusive}

    def first(self, draft: Draft) -> Reason | None:
        """Pinned out, not ready, a skill nobody has, an unknown dependency."""
        item = draft.item
        if any(pin.out for pin in self._pins.get(item.id, ())):
            return _reason("pinned-out", "A pin takes it out.")
        missing = self._missing.get(item.id, ())
        if missing and not draft.milestone and item.status != "in-progress":
            verb = "is" if len(missing) == 1 else "are"
            text = f"Not ready: {', '.join(missing)} {verb} missing, and only ready items are planned."
            return _reason("not-ready", text)
        return self._nobody(draft) or self._unknown(draft)

    def _nobody(self, draft: Draft) -> Reason | None:
        for task in draft.tasks:
            if not task.able:
                return _reason("skill", f"Nobody in the team has the skill {task.task.skill}.")
            if not task.allowed:
                return _reason("skill", f"Pins leave nobody who may do task {task.task.key}.")
            for other in task.task.not_by:
                if len(task.allowed) == 1 and task.allowed == draft.tasks[other].allowed:
                    pair = f"tasks {task.task.key} and {draft.tasks[other].task.key}"
                    return _reason("skill", f"One and the same person would have to do {pair}, which it forbids.")
            for other in task.task.same_as:
                if not task.allowed & draft.tasks[other].allowed:
                    pair = f"tasks {task.task.key} and {draft.tasks[other].task.key}"
                    return _reason("skill", f"Nobody can do both {pair}, which it asks for.")
        return None

    def _unknown(self, draft: Draft) -> Reason | None:
        if draft.item.status == "in-progress" or draft.item.id not in self._blocked:
            return None
        return _reason("dependency", self._blocked[draft.item.id])

    def policy(self, draft: Draft) -> Reason | None:
        """An alternative that is done already."""
        name = draft.item.exclusive
        if name is None or name not in self._closed:
            return None
        return _reason("policy", f"Its alternative {self._closed[name]} ({name}) is done already.")

    def misfit(self, draft: Draft, ways: WaysToWork, ready: int) -> Reason:
        """Say why no window is left: without the release, without the deadline, without the prerequisites."""
        item, end = draft.item, self._clock.horizon
        if draft.milestone:
            return self._milestone_misfit(draft, ready)
        free = replace(draft, start_window=None, tasks=tuple(replace(t, start_window=None) for t in draft.tasks))
        if item.release is not None and draft.release > ready and fit(free, ways, ready, draft.deadline) is not None:
            return _reason("release", f"It may not start before {item.release}; too little time is left after that.")
        if draft.deadline < end and (fit(free, ways, max(ready, draft.release), end) is not None):
            return _reason("deadline", f"It cannot be finished by its deadline, {item.deadline}.")
        if fit(free, ways, 0, end) is None:
            return _reason("too-big", "It does not fit into one sprint even with everything else left out.")
        if fit(free, ways, max(ready, draft.release), draft.deadline) is not None:
            return _reason("policy", "It cannot start on the day it is pinned to.")
        if fit(free, ways, 0, draft.deadline) is None:
            return _reason("deadline", f"It cannot be finished by its deadline, {item.deadline}.")
        return _reason("dependency", "What it depends on cannot be finished early enough for it to fit.")

    def _milestone_misfit(self, draft: Draft, ready: int) -> Reason:
        item = draft.item
        if _never_released(draft, self._clock.horizon):
            return _reason("release", f"Its release, {item.release}, comes after the sprint.")
        if max(ready, draft.release) > draft.deadline:
            return _reason("deadline", "What it depends on cannot be finished by its deadline or the sprint's end.")
        return _reason("policy", "It cannot fall on the day it is pinned to.")


class Candidates:
    """The items that may enter, with their windows, and those that never can."""

    def __init__(
        self, drafts: Mapping[str, Draft], refusals: Refusals, order: Sequence[str], horizon: int, ways: WaysToWork
    ) -> None:
        self._drafts = drafts
        self._refusals = refusals
        self._order = order
        self._horizon = horizon
        self._ways = ways
        self.chosen: dict[str, Draft] = {}
        self.excluded: dict[str, Reason] = {}

    def settle(self) -> Candidates:
        """Rule items out until nothing changes: one left out can take others with it."""
        for id_, draft in self._drafts.items():
            reason = self._refusals.first(draft)
            if reason is not None:
                self.excluded[id_] = reason
        while True:
            self.chosen = {}
            self._place_all()
            halves = self._broken_groups()
            if not halves:
                return self
            self.excluded.update(halves)

    def _place_all(self) -> None:
        """Place what something placed before can carry; what only carries itself (over `any_of`) never enters."""
        waiting = [self._drafts[id_] for id_ in self._order if id_ not in self.excluded]
        while waiting:
            later = []
            for draft in waiting:
                if self._carried(draft):
                    self._place(draft)
                else:
                    later.append(draft)
            if len(later) == len(waiting):
                self.excluded.update((draft.item.id, self._nothing_carries(draft)) for draft in later)
                return
            waiting = later

    def _carried(self, draft: Draft) -> bool:
        """Whether what it needs is settled: all it requires, and one alternative placed or every one ruled out."""
        settled = all(id_ in self.chosen or id_ in self.excluded for id_, _ in draft.requires)
        if draft.any_of is None or not settled:
            return settled
        links = draft.any_of
        return any(id_ in self.chosen for id_, _ in links) or all(id_ in self.excluded for id_, _ in links)

    def _nothing_carries(self, draft: Draft) -> Reason:
        names = ", ".join(id_ for id_, _ in (*draft.requires, *(draft.any_of or ())))
        return _reason("dependency", f"It needs {names}; they wait for each other, and nothing else can come first.")

    def _place(self, draft: Draft) -> None:
        reason = self._waits_for_excluded(draft)
        if reason is None:
            ready = self._ready(draft)
            start = max(ready, draft.release)
            placed = self._milestone(draft, start) if draft.milestone else fit(draft, self._ways, start, draft.deadline)
            reason = self._refusals.misfit(draft, self._ways, ready) if placed is None else self._refusals.policy(draft)
            if placed is not None and reason is None:
                self.chosen[draft.item.id] = placed
        if reason is not None:
            self.excluded[draft.item.id] = reason

    def _milestone(self, draft: Draft, start: int) -> Draft | None:
        """Return the milestone with its earliest moment; a release after the sprint's last day never comes."""
        too_late = start > draft.deadline or _never_released(draft, self._horizon)
        if too_late or (draft.start_window is not None and start > draft.start_window[1] + 1):
            return None
        return replace(draft, earliest_finish=start)

    def _waits_for_excluded(self, draft: Draft) -> Reason | None:
        for id_, _ in draft.requires:
            if id_ in self.excluded:
                return _reason("dependency", f"It depends on {id_}, which cannot be in the plan.")
        if draft.any_of is not None and all(id_ in self.excluded for id_, _ in draft.any_of):
            names = ", ".join(id_ for id_, _ in draft.any_of)
            return _reason("dependency", f"It needs one of {names}; none of them can be in the plan.")
        return None

    def _ready(self, draft: Draft) -> int:
        """Earliest tick its prerequisites allow."""
        ready = [self.chosen[id_].earliest_finish + lag for id_, lag in draft.requires]
        if draft.any_of is not None:
            ready.append(min(self._end(id_) + lag for id_, lag in draft.any_of if id_ not in self.excluded))
        return max(ready, default=0)

    def _end(self, id_: str) -> int:
        """Earliest finish; its release alone bounds an alternative that is not placed yet, as it waits for others."""
        return self.chosen[id_].earliest_finish if id_ in self.chosen else self._drafts[id_].release

    def _broken_groups(self) -> dict[str, Reason]:
        """Members of a `together` group of which another can never be in."""
        gone: defaultdict[str, list[str]] = defaultdict(list)
        for id_ in sorted(self.excluded):
            if (name := self._drafts[id_].item.together) is not None:
                gone[name].append(id_)
        halves = {}
        for id_, draft in self.chosen.items():
            if draft.item.together is not None and draft.item.together in gone:
                other = gone[draft.item.together][0]
                halves[id_] = _reason("policy", f"It goes together with {other}, which cannot be in the plan.")
        return halves
