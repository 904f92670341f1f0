"""What has to come before what: the dependencies of the open items (design.md section 4, "Item").

Built once from people's words and trusted afterwards: circles are refused, finished and unknown prerequisites are
settled, what follows from other arcs is left out. ``planner.chains`` reads long chains and descendants off it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from models.item import Dependency
from models.scenario import Scenario
from planner.errors import InputError
from planner.ordering import Link, arrivals, circle, needs, reduced
from planner.work import OpenItem, done_ids, ticks

if TYPE_CHECKING:
    import networkx as nx

MEND_UNKNOWN = "Correct the id, list it under `done`, or set policy.unknown_dependency: ignore."


@dataclass(frozen=True)
class ItemGraph:
    """The dependencies that bind, by item id; items in progress ask nothing any more.

    Attributes
    ----------
    requires
        Items that must all be in and finished, with lag; done ones dropped, and arcs that a path over other items
        implies. An ``any_of`` with one possible alternative stands here too.
    any_of
        Alternatives of which one must be in and finished; None where nothing is asked or a done one holds it.
    blocked
        Why an item can never enter, in words: an unknown dependency, or prerequisites that are blocked or pinned out.
    pinned_out
        Open items that a pin takes out.
    order
        All open items, prerequisites first, then by id. At least one alternative of ``any_of`` comes before an item,
        and all of them unless alternatives wait for each other. Items that can never enter come last.
    loops
        Groups of milestones that could hold one another up through ``any_of`` with no time between: a plan needs
        something outside such a group to carry it.
    dependency_load
        Share of the open items that wait for another open item.
    """

    requires: Mapping[str, tuple[Link, ...]]
    any_of: Mapping[str, tuple[Link, ...] | None]
    blocked: Mapping[str, str]
    pinned_out: frozenset[str]
    order: tuple[str, ...]
    loops: tuple[tuple[str, ...], ...]
    dependency_load: Fraction

    @classmethod
    def of(cls, scenario: Scenario, items: Sequence[OpenItem]) -> ItemGraph:
        """Read the dependencies of a scenario's open items.

        Raises
        ------
        InputError
            If items wait for each other in a circle, or an unknown one is named and the policy asks to stop.
        """
        asks = _all_asks(scenario, items)
        out = frozenset(pin.item for pin in scenario.pins if pin.out).intersection(asks)
        anyhow = arrivals(
            {name: ask.requires for name, ask in asks.items()},
            {name: None if ask.unknown_any else ask.any_of for name, ask in asks.items()},
        )
        if len(anyhow) < len(asks):
            _refuse_circle(asks, set(asks).difference(anyhow))
        can = _enterable(asks, out)
        order = arrivals(
            {name: asks[name].requires for name in can},
            {name: _among(asks[name].any_of, can) for name in can},
        )
        requires, any_of = _settled(asks, order)
        waiting = sum(bool(ask.requires or ask.any_of) for ask in asks.values())
        rest = [name for name in anyhow if name not in can]
        return cls(
            requires=reduced(requires, order) | {name: _links(asks[name].requires) for name in rest},
            any_of=any_of | {name: _optional_links(asks[name].any_of) for name in rest},
            blocked=_reasons(asks, can, out),
            pinned_out=out,
            order=(*order, *rest),
            loops=_loops({entry.item.id for entry in items if entry.milestone}, requires, any_of),
            dependency_load=Fraction(waiting, max(1, len(asks))),
        )

    @cached_property
    def digraph(self) -> nx.DiGraph[str]:
        """The binding arcs of ``requires``, from what comes first, with their ``lag``."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.order)
        for name in self.order:
            graph.add_edges_from((before, name, {"lag": lag}) for before, lag in self.requires[name])
        return graph


@dataclass
class _Asks:
    """What one open item asks for: open items of the backlog with their lag, and ids nobody knows."""

    requires: dict[str, int] = field(default_factory=dict)
    any_of: dict[str, int] | None = None
    unknown: list[str] = field(default_factory=list)
    unknown_any: list[str] = field(default_factory=list)

    @property
    def hopeless(self) -> bool:
        """Only unknown ids could satisfy it."""
        return bool(self.unknown) or (bool(self.unknown_any) and not self.any_of)


def _all_asks(scenario: Scenario, items: Sequence[OpenItem]) -> dict[str, _Asks]:
    """Ask of each open item by id, in the order of the ids."""
    known = {entry.item.id for entry in items}
    done = done_ids(scenario)
    asks: dict[str, _Asks] = {}
    for entry in sorted(items, key=lambda entry: entry.item.id):
        asks[entry.item.id] = ask = _Asks()
        if entry.item.status == "in-progress":
            continue
        _collect_all(ask, entry.item.depends_on, known, done)
        _collect_any(ask, entry.item.any_of, known, done)
        if scenario.policy.unknown_dependency == "ignore":
            ask.unknown, ask.unknown_any = [], []
            ask.any_of = ask.any_of or None
        elif scenario.policy.unknown_dependency == "error" and (ask.unknown or ask.unknown_any):
            _refuse_unknown(entry.item.id, [*ask.unknown, *ask.unknown_any][0], known | done)
    return asks


def _collect_all(ask: _Asks, depends_on: Iterable[Dependency], known: set[str], done: frozenset[str]) -> None:
    """Of two entries for one item the longer lag binds."""
    for dependency in depends_on:
        before = dependency.item
        if before in known:
            ask.requires[before] = max(ask.requires.get(before, 0), _lag(dependency))
        elif before not in done:
            ask.unknown.append(before)


def _collect_any(ask: _Asks, any_of: Sequence[Dependency], known: set[str], done: frozenset[str]) -> None:
    """Of two entries for one alternative the shorter lag is enough, and a done one for all."""
    unknown = [dependency.item for dependency in any_of if dependency.item not in known and dependency.item not in done]
    if not any_of or any(dependency.item in done for dependency in any_of):
        return
    ask.unknown_any = unknown
    ask.any_of = {}
    for dependency in any_of:
        if dependency.item in known:
            lag = _lag(dependency)
            ask.any_of[dependency.item] = min(ask.any_of.get(dependency.item, lag), lag)


def _lag(dependency: Dependency) -> int:
    return ticks(dependency.lag_days) if dependency.lag_days else 0


def _refuse_unknown(item: str, unknown: str, known: Collection[str]) -> None:
    from difflib import get_close_matches

    nearest = get_close_matches(unknown, sorted(known), n=1)
    hint = f"Did you mean {nearest[0]!r}? " if nearest else ""
    raise InputError(
        f"item {item}",
        f"it depends on {unknown!r}, which is not in the backlog",
        f"{hint}Correct the id, list it under `done`, or set policy.unknown_dependency to block or ignore",
    )


def _refuse_circle(asks: Mapping[str, _Asks], stuck: set[str]) -> None:
    shown = circle({name: asks[name].requires for name in stuck}, {name: asks[name].any_of for name in stuck})
    cause = "it depends on itself" if len(shown) == 2 else "these items wait for each other"
    raise InputError(f"item {shown[0]}", f"{cause}: {' → '.join(shown)}", "Take one of these dependencies out")


def _enterable(asks: Mapping[str, _Asks], out: frozenset[str]) -> frozenset[str]:
    """Items that no unknown dependency and no pin keeps out, directly or over others."""
    possible = {name: ask for name, ask in asks.items() if name not in out and not ask.hopeless}
    return frozenset(
        arrivals(
            {name: ask.requires for name, ask in possible.items()},
            {name: ask.any_of for name, ask in possible.items()},
        )
    )


def _among(options: Mapping[str, int] | None, can: frozenset[str]) -> dict[str, int] | None:
    return None if options is None else {name: lag for name, lag in options.items() if name in can}


def _links(lags: Mapping[str, int]) -> tuple[Link, ...]:
    return tuple(sorted(lags.items()))


def _optional_links(lags: Mapping[str, int] | None) -> tuple[Link, ...] | None:
    return None if lags is None else _links(lags)


def _settled(
    asks: Mapping[str, _Asks], order: Sequence[str]
) -> tuple[dict[str, tuple[Link, ...]], dict[str, tuple[Link, ...] | None]]:
    """Reduce alternatives to those that can help; where one is left it is simply required."""
    can = frozenset(order)
    position = {name: index for index, name in enumerate(order)}
    requires = {name: dict(asks[name].requires) for name in order}
    choices = {name: options for name in order if (options := _among(asks[name].any_of, can)) is not None}
    _require_the_only(choices, requires)
    for name, options in choices.items():
        for other in [other for other in options if position[other] >= position[name]]:
            if needs(other, name, requires, position):
                del options[other]
    _require_the_only(choices, requires)
    any_of: dict[str, tuple[Link, ...] | None] = dict.fromkeys(order)
    any_of.update((name, _links(options)) for name, options in choices.items())
    return {name: _links(lags) for name, lags in requires.items()}, any_of


def _require_the_only(choices: dict[str, dict[str, int]], requires: Mapping[str, dict[str, int]]) -> None:
    """Move an alternative without alternatives to what is required."""
    for name in [name for name, options in choices.items() if len(options) == 1]:
        ((only, lag),) = choices.pop(name).items()
        requires[name][only] = max(requires[name].get(only, 0), lag)


def _loops(
    milestones: Collection[str],
    requires: Mapping[str, tuple[Link, ...]],
    any_of: Mapping[str, tuple[Link, ...] | None],
) -> tuple[tuple[str, ...], ...]:
    """Find milestones in a circle without lag: work or a lag on the way would make time forbid it."""
    if not any(any_of.get(name) for name in milestones):
        return ()
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for name in milestones:
        links = (*requires.get(name, ()), *(any_of.get(name) or ()))
        graph.add_edges_from((before, name) for before, lag in links if lag == 0 and before in milestones)
    groups = (tuple(sorted(group)) for group in nx.strongly_connected_components(graph) if len(group) > 1)
    return tuple(sorted(groups))


def _reasons(asks: Mapping[str, _Asks], can: frozenset[str], out: frozenset[str]) -> dict[str, str]:
    """Say why each item can never enter, pinned-out ones aside: their pin says it."""
    lookalikes: dict[str, str] = {}
    for name in asks:
        lookalikes.setdefault(_bare(name), name)
    return {
        name: _reason(ask, can, out, lookalikes) for name, ask in asks.items() if name not in can and name not in out
    }


def _reason(ask: _Asks, can: frozenset[str], out: frozenset[str], lookalikes: Mapping[str, str]) -> str:
    if ask.unknown:
        return f"It depends on {_unknown(ask.unknown[0], lookalikes)}. {MEND_UNKNOWN}"
    for other in sorted(ask.requires):
        if other not in can:
            return f"It depends on {other}, which {_fate(other, out)}."
    options = [f"{other} ({_fate(other, out)})" for other in sorted(ask.any_of or ())]
    if not ask.unknown_any:
        return f"It needs one of {', '.join(options)}."
    options += [f"{_unknown(other, lookalikes)}" for other in ask.unknown_any]
    return f"It needs one of {', '.join(options)}. {MEND_UNKNOWN}"


def _fate(name: str, out: frozenset[str]) -> str:
    return "a pin takes out" if name in out else "cannot be in the plan"


def _unknown(name: str, lookalikes: Mapping[str, str]) -> str:
    nearest = lookalikes.get(_bare(name))
    return f"{name}, which is not in the backlog" + (f" (but {nearest} is)" if nearest else "")


def _bare(name: str) -> str:
    """Id without what people write differently: case, dashes, blanks."""
    return "".join(filter(str.isalnum, name.casefold()))
