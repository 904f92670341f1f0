"""Small scenarios with every feature, for Hypothesis: most have three to eight features at once, all shrink to few."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from models.scenario import Scenario
from tests.builders import MONDAY

SKILLS = ("copy", "design")
NAMES = ("Ana", "Ben", "Cyd")
IDS = ("A", "B", "C", "D", "E", "F")
MOST_TASKS = 9  # the oracle's limit: beyond, a scenario can take it minutes
EFFORTS = (1.5, 3, 1, 2.25, 0.5, 4.5, 3.33, 2, 0, 6)
VALUES = (1, 2, 3, 5, 8, 2.5, 0.1, 0)

FEATURES = (
    # the calendar and the team
    *("company_day", "weekend", "proficiency", "half_day", "day_off", "busy", "workdays", "count", "points"),
    # tasks
    *("wait", "dag", "not_by", "same_as", "no_skill", "guess", "chain"),
    # items
    *("depends_on", "lag", "any_of", "exclusive", "together", "must", "release", "deadline", "due", "milestone"),
    *("in_progress", "remaining", "assignee", "done", "unknown", "scores", "ready_only"),
    # the policy and the pins
    *("max_parallel", "goal", "mix", "buffer", "compete", "pin_in", "pin_out", "pin_who", "pin_start"),
)
TOLD_APART = ("assignee", "pin_who", "in_progress", "remaining", "scores", "goal", "mix")  # names, and shares of all


@st.composite
def scenarios(draw: st.DrawFn, always: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Scenario:
    """Draw a scenario small enough for the oracle.

    Parameters
    ----------
    always, without
        Features that every scenario has, or none.
    """
    free = [feature for feature in FEATURES if feature not in (*always, *without)]
    on = {*always, *draw(st.sets(st.sampled_from(free), min_size=3, max_size=8))}
    return _Sketch(draw, frozenset(on)).scenario()


class _Sketch:
    """The draws of one scenario; what a feature does is asked for only where it is on."""

    def __init__(self, draw: st.DrawFn, on: frozenset[str]) -> None:
        self._draw = draw
        self._on = on
        self._start = MONDAY + datetime.timedelta(days=4 if "weekend" in on else 0)
        self._days = self._one((2, 1, 3))

    def scenario(self) -> Scenario:
        team = self._team()
        self._people = [name for person in team for name in _copies(person)]
        items = self._items()
        data = {
            "unit": "points" if "points" in self._on else "hours",
            "calendar": self._calendar(),
            "team": team,
            "backlog": items,
            "policy": self._policy(),
            "pins": self._pins(items),
            "solver": {"workers": 1, "time_limit": 20},
        }
        if "points" in self._on and self._velocity:
            data["team_velocity"] = self._velocity
        if "done" in self._on:
            data["done"] = [self._one((*IDS, "Z"))]
        return Scenario.model_validate(data)

    def _one(self, options: Any) -> Any:
        return self._draw(st.sampled_from(tuple(options)))

    def _sometimes(self, feature: str) -> bool:
        """Half of the places where a feature could be, if it is on; shrinks to not."""
        return feature in self._on and self._draw(st.booleans())

    def _seldom(self, feature: str) -> bool:
        return feature in self._on and self._draw(st.integers(0, 3)) == 3

    def _date(self, before: int = 1, after: int = 2) -> datetime.date:
        """Any day around the sprint, days off and days outside included."""
        return self._start + datetime.timedelta(days=self._draw(st.integers(-before, self._days + after)))

    def _calendar(self) -> dict[str, Any]:
        days = [self._date(0, 0)] if "company_day" in self._on else []
        return {"start": self._start, "sprint_days": self._days, "company_days": days}

    def _team(self) -> list[dict[str, Any]]:
        self._velocity = self._one((None, 12, 7.5)) if "points" in self._on else None
        return [self._person(name) for name in NAMES[: self._one((2, 1, 3))]]

    def _person(self, name: str) -> dict[str, Any]:
        skills = self._one((SKILLS, SKILLS[:1], SKILLS[1:]))
        levels = {skill: self._one((1.0, 0.5, 1.5, 0.7)) if "proficiency" in self._on else 1.0 for skill in skills}
        person: dict[str, Any] = {"name": name, "skills": levels}
        if "points" not in self._on:
            person["hours_per_day"] = self._one((6, 4, 7))
        elif not self._velocity:
            person["points_per_sprint"] = self._one((6, 4, 10)) * self._days
        if self._sometimes("workdays"):
            person["workdays"] = self._one((("mon", "wed"), ("tue",), ("fri", "mon")))
        person["time_off"] = list(self._time_off())
        if self._sometimes("busy"):
            day = self._date(0, 0)
            hours = self._one((2, 0.5, 3.3))
            person["busy"] = [{"from": day, "to": day + datetime.timedelta(days=self._one((0, 3))), "hours": hours}]
        if self._seldom("count"):
            person["count"] = 2
        return person

    def _time_off(self) -> Any:
        if self._sometimes("half_day"):
            yield {"date": self._date(0, 0), "half": self._one(("am", "pm"))}
        if self._sometimes("day_off"):
            yield self._date(0, 0)

    def _items(self) -> list[dict[str, Any]]:
        ids = IDS[: self._one((3, 4, 5, 2, 6, 1))]
        self._ids = ids
        self._rank = {name: place for place, name in enumerate(self._draw(st.permutations(ids)))}
        self._tasks_left = MOST_TASKS
        return [self._item(name) for name in ids]

    def _item(self, name: str) -> dict[str, Any]:
        item: dict[str, Any] = {"id": name, "value": self._one(VALUES)}
        if self._seldom("milestone") or self._tasks_left == 0:
            item["milestone"] = True
        else:
            item["work"] = self._work()
        self._state(item)
        self._dependencies(item)
        self._dates(item)
        self._labels(item)
        return item

    def _work(self) -> list[dict[str, Any]]:
        most = 4 if self._on & {"dag", "chain", "not_by", "same_as"} else 2
        count = min(self._tasks_left, self._draw(st.integers(1, most)))
        self._tasks_left -= count
        return [self._task(place) for place in range(1, count + 1)]

    def _task(self, place: int) -> dict[str, Any]:
        task: dict[str, Any] = {"skill": self._one(SKILLS), "effort": self._one(EFFORTS)}
        if self._seldom("no_skill"):
            task["skill"] = self._one((None, None, "law"))
        if self._seldom("guess"):
            task["effort"] = None
        if self._sometimes("wait"):
            task["wait_days"] = self._one((0.5, 0.25, 1))
        earlier = list(range(1, place))
        if "dag" in self._on:
            task["after"] = sorted(self._draw(st.sets(st.sampled_from(earlier)))) if earlier else []
        if earlier and self._sometimes("not_by"):
            task["not_by"] = [self._one(earlier)]
        if earlier and self._sometimes("same_as"):
            task["same_as"] = [self._one(earlier)]
        return task

    def _state(self, item: dict[str, Any]) -> None:
        if self._seldom("in_progress") or self._sometimes("remaining"):
            item["status"] = "in-progress"
        if "status" in item and "remaining" in self._on:
            item["remaining"] = self._one((3, 1.5, 0, 9))
        if self._sometimes("assignee"):
            item["assignee"] = self._one((*self._people, "Zoe"))
        if self._seldom("done") and "status" not in item:
            item["status"] = "done"
        item["must"] = self._seldom("must")

    def _dependencies(self, item: dict[str, Any]) -> None:
        """Lists `depends_on` in a drawn order, so that circles come through `any_of` alone."""
        own = self._rank[item["id"]]
        earlier = [name for name in self._ids if self._rank[name] < own]
        others = [name for name in self._ids if name != item["id"]]
        if earlier and self._sometimes("depends_on"):
            item["depends_on"] = self._links(earlier, 2)
        if others and (self._sometimes("any_of") or (item.get("milestone") and "any_of" in self._on)):
            item["any_of"] = self._links(others, 3)
        elif earlier and item.get("milestone") and "depends_on" not in item:
            item["depends_on"] = self._links(earlier, 2)
        if self._seldom("unknown"):
            item.setdefault(self._one(("depends_on", "any_of")), []).append({"item": "X"})

    def _links(self, names: list[str], most: int) -> list[dict[str, Any]]:
        picked = self._draw(st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True))
        return [{"item": name, "lag_days": self._one((0.5, 1)) if self._sometimes("lag") else 0} for name in picked]

    def _dates(self, item: dict[str, Any]) -> None:
        if self._sometimes("release"):
            item["release"] = self._date()
        if self._sometimes("deadline"):
            item["deadline"] = self._date()
        if self._sometimes("due"):
            item["due"] = {"date": self._date(), "cost_per_day": self._one((1, 0.5, 4, 0))}

    def _labels(self, item: dict[str, Any]) -> None:
        if self._sometimes("exclusive"):
            item["exclusive"] = self._one(("either", "or"))
        if self._sometimes("together"):
            item["together"] = self._one(("both", "pair"))
        if self._sometimes("goal"):
            item["theme"] = self._one(("growth", "brand"))
        if self._sometimes("mix"):
            item["type"] = self._one(("experiment", "campaign-task"))
        if self._sometimes("ready_only"):
            item["objective"] = "More trials"
        if self._seldom("ready_only"):
            item["ready"] = self._one((True, False))
        if "scores" in self._on:
            item["scores"] = {"business": self._one((8, 5, 3)), "risk": self._one((0, 4, 9))}

    def _policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = {}
        if "scores" in self._on:
            policy["score"] = self._one(("weighted", "wsjf", "priority", "order"))
        if "max_parallel" in self._on:
            policy["max_parallel"] = self._draw(st.integers(1, 2))
        if "goal" in self._on:
            policy["goal"] = {"themes": self._one((("growth",), ("growth", "brand"))), **self._shares()}
        if "mix" in self._on:
            policy["mix"] = [{"type": "experiment", **self._shares()}]
        if "buffer" in self._on:
            policy["buffer"] = self._one((0.1, 0.25, 0.333))
        if "unknown" in self._on:
            policy["unknown_dependency"] = self._one(("block", "ignore"))
        policy["ready_only"] = "ready_only" in self._on
        policy["carry_over"] = "compete" if "compete" in self._on else "keep"
        return policy

    def _shares(self) -> dict[str, Any]:
        low, high = self._one(((0.5, None), (None, 0.3), (0.2, 0.6), (0.333, 0.5)))
        return {key: share for key, share in (("min_share", low), ("max_share", high)) if share is not None}

    def _pins(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        pins: list[dict[str, Any]] = []
        for item in items:
            tasks = list(range(1, len(item.get("work", ())) + 1))
            if self._seldom("pin_in"):
                pins.append({"item": item["id"], "sprint": 1})
            if self._seldom("pin_out"):
                pins.append({"item": item["id"], "out": True})
            if self._sometimes("pin_who"):
                who = {self._one(("specialist", "not_specialist")): self._one(self._people)}
                pins.append({"item": item["id"], "task": self._one((None, *tasks)), **who})
            if self._seldom("pin_start"):
                pins.append({"item": item["id"], "task": self._one((None, *tasks)), "start": self._date(0, 0)})
        return pins


def _copies(person: dict[str, Any]) -> list[str]:
    if person.get("count", 1) == 1:
        return [person["name"]]
    return [f"{person['name']} {number}" for number in range(1, person["count"] + 1)]


@st.composite
def with_twins(draw: st.DrawFn) -> Scenario:
    """Draw a scenario with two of somebody, and an item twice, the second time perhaps worth more."""
    data = draw(scenarios(always=("count",), without=(*TOLD_APART, "milestone"))).model_dump(
        exclude_unset=True, by_alias=True
    )
    data["team"][0]["count"] = 2
    origin = draw(st.sampled_from(data["backlog"]))
    twin = {**origin, "id": "T", "value": origin["value"] + draw(st.sampled_from((0, 1, 3)))}
    data["backlog"] = [*data["backlog"], twin]
    return Scenario.model_validate(data)
