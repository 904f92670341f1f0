"""What an explanation says, in plain words; every report of an explanation speaks these sentences.

A sentence never says more than is known. "(proven)" stands where an exhaustive look at all plans was made.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner.explain.case import Case
from planner.explain.questions import Verdict
from planner.wording import listed, number

NOT_SETTLED = "This was not settled in the time given"


def with_it(case: Case, verdict: Verdict, itself: int) -> str:
    """Say what the best plan with an item that is left out would be."""
    if verdict.kind == "impossible":
        return "There is no plan with it."
    if verdict.value is None:
        if verdict.bound is not None and verdict.bound < case.total:
            return f"{_never_worth(case, verdict.bound)}; none was found in the time given."
        return f"{NOT_SETTLED}: no plan with it was found{_at_most(case, verdict)}."
    if (worse := case.worse(verdict)) is not None:
        return _costs_more_than_value(case, worse, case.left(verdict))
    left, came = case.left(verdict), case.came(verdict, besides=itself)
    if verdict.kind == "exact" or verdict.value == case.total:
        return _exactly(case, verdict.value, left, came)
    if verdict.value > case.total:
        return _better(case, verdict.value)
    changes = _changes(left, came)
    found = f"the best plan found with it is worth {_amount(case, verdict.value)}" + (
        f" ({changes})" if changes else ""
    )
    if verdict.bound is not None and verdict.bound < case.total:
        return f"{_never_worth(case, verdict.bound)}; {found}."
    return f"{NOT_SETTLED}: {found}, against {_amount(case, case.total)}{_at_most(case, verdict)}."


def _never_worth(case: Case, bound: int) -> str:
    return f"With it no plan is worth more than {_amount(case, bound)}, against {_amount(case, case.total)} (proven)"


def _exactly(case: Case, value: int, left: Sequence[str], came: Sequence[str]) -> str:
    """The best plan with it is known."""
    now, then = _amount(case, case.total), _amount(case, value)
    changes = _changes(left, came)
    if value > case.total:
        return _better(case, value)
    if value == case.total:
        if not left:
            return "It fits beside what is in the plan, but adds nothing to the total (proven)."
        return f"It could be in at the same total, {now} (proven): {changes}."
    if not left:
        return f"It fits beside what is in the plan, but makes it worth less: total value {now} → {then} (proven)."
    return f"With it in, {changes}: total value {now} → {then} (proven)."


def _better(case: Case, value: int) -> str:
    return (
        f"A better plan has it in: {_amount(case, value)} against {_amount(case, case.total)}. "
        "The search for this plan ended before it was found; give it more time."
    )


def _changes(left: Sequence[str], came: Sequence[str]) -> str:
    """Name what leaves and what comes in its place."""
    parts = [f"{listed(left)} would leave"] if left else []
    parts += [f"{listed(came)} would come in too"] if came else []
    return " and ".join(parts)


def _costs_more_than_value(case: Case, worse: tuple[str, int], left: Sequence[str]) -> str:
    """Having it would cost something that comes before value."""
    return f"It could be in only at a price that comes before value: {_earlier_term(case, worse)}" + (
        f": {listed(left)} would leave." if left else "."
    )


def _earlier_term(case: Case, worse: tuple[str, int]) -> str:
    name, less = worse
    if name == "carried_over":
        unit = case.prepared.scenario.unit
        return f"{number(less / 100)} {unit} less of the work in progress would be planned"
    return f"the minimum shares would be missed by {less} % more"


def without_it(case: Case, verdict: Verdict) -> str:
    """Say what the best plan without an item that is in would be."""
    if verdict.kind == "impossible":
        return "There is no plan without it."
    return _priced(case, verdict, "Without it")


def _priced(case: Case, verdict: Verdict, condition: str) -> str:
    """Say what the total is on a condition."""
    now = _amount(case, case.total)
    if verdict.value is None:
        return f"{condition}: {NOT_SETTLED[0].lower()}{NOT_SETTLED[1:]}{_at_most(case, verdict)}."
    if (worse := case.worse(verdict)) is not None:
        return f"{condition}, {_earlier_term(case, worse)}, which comes before value."
    then = _amount(case, verdict.value)
    if verdict.value > case.total:
        return f"{condition}, a better plan exists: {then} against {now}; give the search more time."
    if verdict.value == case.total:
        return f"{condition}, the total can be the same, {now} (proven)."
    if verdict.kind == "exact":
        loss = _amount(case, case.total - verdict.value)
        return f"{condition}, the total is {then} at best instead of {now}: {loss} less (proven)."
    if verdict.bound is not None and verdict.bound < case.total:
        most, loss = _amount(case, verdict.bound), _amount(case, case.total - verdict.bound)
        return f"{condition}, the total is at most {most} instead of {now}: at least {loss} less (proven)."
    return f"{condition}, the best plan found is worth {then} instead of {now}, and better ones are not ruled out."


def later(case: Case, verdict: Verdict, day: str) -> str:
    """Say what starting on this day or later would cost."""
    if verdict.kind == "impossible":
        return f"It cannot start on {day} or later."
    return _priced(case, verdict, f"Started on {day} or later")


def by_another(case: Case, verdict: Verdict, task: str, who: str, instead: Sequence[str]) -> str:
    """Say what it would cost if somebody else did a task."""
    if not instead:
        return f"Only {who} can do {task}."
    if verdict.kind == "impossible":
        return f"Only {who} can do {task}: with {either(instead)} there is no plan."
    return _priced(case, verdict, f"With {either(instead)} for {task} instead of {who}")


def either(names: Sequence[str]) -> str:
    """Write "A", "A or B", "A, B or C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _at_most(case: Case, verdict: Verdict) -> str:
    return "" if verdict.bound is None else f"; none is worth more than {_amount(case, verdict.bound)}"


def _amount(case: Case, units: int) -> str:
    return number(case.amount(units))
