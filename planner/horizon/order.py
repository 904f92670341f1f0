"""What comes before what over many sprints, and groups, as rows of a program."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from planner.horizon.part import Expression
from planner.horizon.placement import first_of

if TYPE_CHECKING:
    from planner.horizon.program import Program


def add_dependencies(program: Program) -> None:
    """An item is done by a sprint only if what it needs is done so many sprints earlier."""
    horizon, free = program.horizon, program.part.choices.keys()
    looked_at = sorted({*free, *(after for index in free for after in horizon.followers[index])})
    for index in looked_at:
        item = horizon.items[index]
        for before, offset in item.requires:
            if index in free or before in free:
                _add_needs(program, index, [(before, offset)])
        if item.any_of is not None and (index in free or any(before in free for before, _ in item.any_of)):
            _add_needs(program, index, list(item.any_of))


def _add_needs(program: Program, index: int, links: list[tuple[int, int]]) -> None:
    """One of the links is done early enough; rows that a later sprint implies are left out."""
    choices = program.part.choices.get(index)
    settled = choices is None
    if choices is None:
        at = program.part.at[index]
        if at is None:
            return
        choices = (first_of(at),)  # work that is cut begins before the sprint that it is done in
    implied: tuple[int | bool, ...] | None = None
    for sprint in reversed(choices):
        end = program.block_end(sprint)
        carriers = tuple(program.done_by(before, end - offset) for before, offset in links)
        if any(one is True for one in carriers) or carriers == implied:
            continue
        implied = carriers
        needed = True if settled else program.done_by(index, sprint)
        program.need_rows.append((program.lp.rows, index, end, tuple(links)))
        terms: Expression = [(one, -1.0) for one in carriers if one is not False]
        if needed is True:
            program.lp.row(terms, most=-1.0)
        else:
            program.lp.row([(needed, 1.0), *terms], most=0.0)


def add_groups(program: Program) -> None:
    """Of alternatives at most one is in; what goes together is in or out together."""
    horizon, last = program.horizon, program.horizon.sprints - 1
    for group in sorted({group for index in program.part.choices for group in horizon.groups[index]}):
        inside = [program.done_by(index, last) for index in group]
        columns = [one for one in inside if not isinstance(one, bool)]
        settled = sum(one is True for one in inside)
        if group in horizon.exclusive:
            program.lp.row([(column, 1.0) for column in columns], most=1.0 - settled)
        if group in horizon.together:
            for one, other in pairwise(inside):
                _add_same(program, one, other)


def _add_same(program: Program, one: int | bool, other: int | bool) -> None:
    terms = [(column, sign) for column, sign in ((one, 1.0), (other, -1.0)) if not isinstance(column, bool)]
    settled = (one is True) - (other is True)
    if terms:
        program.lp.row(terms, least=-float(settled), most=-float(settled))
