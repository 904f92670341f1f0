"""Who waits for whom, once links that order nothing we plan are reported and circles are cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.intake.trackers.directory import Directory
from planner.intake.trackers.issue import Findings, Issue
from planner.intake.trackers.nesting import Epics, Tree
from planner.intake.trackers.values import clean_id

_MOST = 5000  # the contract's limit of depends_on


@dataclass
class Order:
    """What comes first.

    Attributes
    ----------
    needs
        Items that each item waits for, in the order of the file.
    outside
        Ids outside the export that an item waits for (only if links are to be kept strictly).
    after
        Tasks of the same item that each task waits for.
    """

    needs: dict[int, list[int]] = field(default_factory=dict)
    outside: dict[int, list[str]] = field(default_factory=dict)
    after: dict[int, list[int]] = field(default_factory=dict)


class Linker:
    """Turns the references of issues into an order of items and tasks without circles."""

    def __init__(
        self, issues: Sequence[Issue], directory: Directory, tree: Tree, epics: Epics, strict: bool, findings: Findings
    ) -> None:
        self.issues = issues
        self.directory = directory
        self.tree = tree
        self.epics = epics
        self.strict = strict
        self.findings = findings
        self._seen: set[tuple[int, int]] = set()

    def order(self) -> Order:
        """Read all links; both ends may name the same one, it counts once."""
        order = Order()
        for index, issue in enumerate(self.issues):
            for reference in self._references(issue.waits_for):
                self._waits(index, reference, order)
            for reference in self._references(issue.holds_up):
                self._holds_up(index, reference, order)
        if self.epics == "milestones":
            self._epics_wait(order)
        order.needs = self._without_circles(order.needs, "waits for")
        order.after = self._without_circles(order.after, "comes after")
        return self._within_limits(order)

    def _references(self, cells: Sequence[str]) -> Iterator[str]:
        return (reference for cell in dict.fromkeys(cells) for reference in self.directory.split(cell))

    def _waits(self, index: int, reference: str, order: Order) -> None:
        found = self.directory.all(reference)
        if len(found) == 1:
            self._link(index, found[0], order)
        elif found:
            self._ambiguous(index, f"waits for {reference}", len(found))
        elif (item := self._open_item(index)) is not None:
            kept = clean_id(reference) if self.strict else ""
            reason = "not in the export: kept, so the item stays out" if kept else "not in the export: not kept"
            self.findings.link(self._row(index), f"{self._name(index)} waits for {reference[:120]}", reason)
            if kept and kept not in order.outside.setdefault(item, []):
                order.outside[item].append(kept)

    def _holds_up(self, index: int, reference: str, order: Order) -> None:
        found = self.directory.all(reference)
        if len(found) == 1:
            self._link(found[0], index, order)
        elif found:
            self._ambiguous(index, f"comes before {reference}", len(found))
        elif self._open_item(index) is not None:
            what = f"{reference[:120]} waits for {self._name(index)}"
            self.findings.link(self._row(index), what, "not in the export: nothing to plan")

    def _link(self, waiter: int, first: int, order: Order) -> None:
        """Sort one link by what its two ends have become."""
        if (waiter, first) in self._seen:
            return
        self._seen.add((waiter, first))
        reason = self._idle(waiter, first)
        if reason:
            self.findings.link(self._row(waiter), f"{self._name(waiter)} waits for {self._name(first)}", reason)
            return
        item, other = self._open_item(waiter), self.tree.owner[first]
        if item is None or other is None:
            return
        if item != other:
            if (waiter, first) != (item, other):
                what = f"{self._name(waiter)} waits for {self._name(first)}"
                self.findings.guess(self._row(waiter), what, "a link of a sub-task: taken for the whole item")
            order.needs.setdefault(item, []).append(other)
        else:
            order.after.setdefault(waiter, []).append(first)

    def _idle(self, waiter: int, first: int) -> str:
        """Say why a link orders nothing although its waiter is still open; empty if it does, or holds already."""
        ahead = self.issues[first]
        if self._open_item(waiter) is None:
            epic = self.issues[waiter].container and self.issues[waiter].standing in ("todo", "in-progress")
            return "an epic is only a theme here: --epics milestones keeps the link" if epic else ""
        if waiter == first:
            return "an issue cannot wait for itself: not kept"
        if ahead.standing == "dropped":
            return f"closed without delivery ({ahead.ended or 'dropped'}): no longer blocks"
        if ahead.standing == "done":
            return ""
        other = self.tree.owner[first]
        if other is None:
            theme = ahead.container
            return "an epic is only a theme here: --epics milestones keeps the link" if theme else "not in the backlog"
        inside = other == self.tree.owner[waiter] and other in (waiter, first)
        return "an item and its own part do not wait for each other: not kept" if inside else ""

    def _open_item(self, index: int) -> int | None:
        item = self.tree.owner[index]
        return item if item is not None and self.issues[item].standing != "done" else None

    def _ambiguous(self, index: int, what: str, count: int) -> None:
        if self._open_item(index) is not None:
            self.findings.link(
                self._row(index), f"{self._name(index)} {what[:160]}", f"{count} have this name: not kept"
            )

    def _row(self, index: int) -> int:
        return self.issues[index].row

    def _name(self, index: int) -> str:
        return self.issues[index].name

    def _epics_wait(self, order: Order) -> None:
        """An epic that is a milestone waits for what is below it."""
        for index, epic in enumerate(self.tree.epic):
            item = self.tree.owner[index]
            if (
                item == index
                and epic is not None
                and self.tree.owner[epic] == epic
                and self._open_item(epic) is not None
            ):
                order.needs.setdefault(epic, []).append(index)

    def _without_circles(self, needs: dict[int, list[int]], verb: str) -> dict[int, list[int]]:
        """Cut the link that closes each circle, seen from the first issue of the file; linear in the links."""
        kept: dict[int, list[int]] = {}
        done: set[int] = set()
        for start in sorted(needs):
            if start in done:
                continue
            path: dict[int, Iterator[int]] = {start: iter(sorted(set(needs[start])))}
            while path:
                at = next(reversed(path))
                ahead = next(path[at], None)
                if ahead is None:
                    done.add(at)
                    path.popitem()
                elif ahead in path:
                    self._cut(list(path), ahead, verb)
                else:
                    kept.setdefault(at, []).append(ahead)
                    if ahead not in done:
                        path[ahead] = iter(sorted(set(needs.get(ahead, ()))))
        return {item: sorted(firsts) for item, firsts in kept.items()}

    def _cut(self, path: list[int], ahead: int, verb: str) -> None:
        circle = [self.issues[index].key for index in [*path[path.index(ahead) :], ahead]]
        shown = circle if len(circle) <= 12 else [*circle[:6], "…", *circle[-5:]]
        what = f"{self._name(path[-1])} {verb} {self._name(ahead)}"
        self.findings.link(self._row(path[-1]), what, f"closes a circle ({' → '.join(shown)}): cut")

    def _within_limits(self, order: Order) -> Order:
        for item, firsts in order.needs.items():
            for first in firsts[_MOST:]:
                what = f"{self._name(item)} waits for {self._name(first)}"
                self.findings.link(self._row(item), what, f"more than {_MOST:,} links of one item: not kept")
            del firsts[_MOST:]
        return order
