"""Shares of themes and types, and work in progress, as rows of a program."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.horizon.part import Expression, merged

if TYPE_CHECKING:
    from planner.horizon.program import Program

ROUNDED = (
    0.5  # hundredths in a sprint that may be missing once the parts of cut items are written down in whole figures
)


def add_maximum_shares(program: Program) -> None:
    """No theme or type takes more than its maximum share of a sprint's hours."""
    horizon = program.horizon
    for rule in horizon.shares:
        if rule.maximum is None:
            continue
        for block, (first, last) in enumerate(program.part.sprints):
            most = sum(math.floor(rule.maximum * horizon.capacity[k]) for k in range(first, last + 1))
            terms, settled = program.efforts_in(rule.members, block)
            if terms:
                program.lp.row(terms, most=float(most - settled))


def add_minimum_shares(program: Program) -> None:
    """The shortfall of each minimum share in each sprint, in whole percent; all of them at most what is settled."""
    part, wish, horizon = program.part, program.wish, program.horizon
    if part.shortfall is None and not (wish is not None and wish.shortfall):
        return
    gain = -wish.shortfall if wish is not None else 0.0
    every: Expression = []
    for rule in horizon.shares:
        if rule.minimum is None:
            continue
        for block, (first, last) in enumerate(part.sprints):
            capacity = horizon.capacity[first]
            if first != last or not capacity:
                continue
            missing = program.lp.column(float(math.ceil(100 * rule.minimum)), gain=gain, whole=True)
            every.append((missing, 1.0))
            terms, settled = program.efforts_in(rule.counted, block)
            least = 100 * float(rule.minimum) - 100 * float(settled) / capacity
            # What lies in the sprint of items that are cut is rounded afterwards, to ten-thousandths.
            cut = sum(block in work for index in rule.counted for work in program.work.get(index, ()))
            least += 0.0 if program.proving else cut / capacity
            scaled = [(column, 100 * factor / capacity) for column, factor in terms]
            program.lp.row([(missing, 1.0), *scaled], least=least)
    if every and part.shortfall is not None:
        program.lp.row(every, most=float(part.shortfall))


def add_carried_over(program: Program) -> None:
    """No less work in progress is carried over in each sprint than was reached."""
    part = program.part
    started = [(index, item.carried) for index, item in enumerate(program.horizon.items) if item.carried]
    for sprint, least in part.carried.items():
        if program.block_of(sprint) is None:
            continue
        end = program.block_end(sprint)
        begin = part.sprints[program.block_of(sprint) or 0][0]
        terms: Expression = []
        settled = 0
        for index, effort in started:
            for place, at in enumerate(part.choices.get(index, ())):
                if begin <= at <= end:
                    terms.extend(program.placed(index, place, float(effort)))
            at_rest = None if index in part.choices else part.at[index]
            if at_rest is not None and begin <= at_rest <= end:
                settled += effort
        if terms:
            program.lp.row(merged(terms), least=float(least - settled))
