"""What items are worth: from scores, words or order to one exact value each (semantics.md, "Value").

Everything is counted in fractions, so no plan hangs on a rounding; :class:`Scale` takes the values to the integers
that the solver needs, and back.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.base import exact
from models.item import Item
from models.policy import MOSCOW, PRIORITIES, Policy, Score
from models.scenario import Scenario
from planner.work import OpenItem, estimates

NEGATIVE_SCORES = frozenset({"risk", "complexity"})
LARGEST_SUM = 2**50  # sums stay exact in the solver and leave it room for its own products
NAMED_IN_NOTES = 5

_MISSING = {
    "value": "no `value`",
    "weighted": "no `scores`",
    "wsjf": "none of the scores business, time_criticality and risk_reduction",
    "rice": "not all of the scores reach, impact and confidence",
    "ice": "not both of the scores impact and confidence",
    "priority": "no `priority`",
    "moscow": "no `priority`",
}


@dataclass(frozen=True)
class Scores:
    """What every item of the backlog is worth, done ones too.

    Attributes
    ----------
    values
        Raw value by item id; 0 where the scheme finds none.
    scheme
        The scoring that was used: as the policy says, or found.
    ratio
        Value per effort, for ranking people look at (WSJF and RICE scores proper); None without effort.
    notes
        What a reader of the plan must know about the values, in words.
    """

    values: dict[str, Fraction]
    scheme: Score
    ratio: dict[str, Fraction | None]
    notes: tuple[str, ...]


def raw_values(scenario: Scenario, items: Sequence[OpenItem]) -> Scores:
    """Value every item of the backlog by the policy's scheme.

    Parameters
    ----------
    scenario
        Backlog and policy.
    items
        Its open items, in the order of the file.
    """
    scheme = scenario.policy.score or _found_scheme(scenario.backlog)
    efforts = {item_id: estimate.total for item_id, estimate in estimates(scenario).items()}
    found = _found_values(scenario, scheme, items, efforts)
    values = {item_id: value or Fraction(0) for item_id, value in found.items()}
    ratio = {item_id: value / efforts[item_id] if efforts[item_id] else None for item_id, value in values.items()}
    notes = [*_order_note(scenario, scheme), *_missing_notes(scenario.policy, scheme, items, found)]
    notes += [*_unused_weights_note(scenario, scheme), *_guess_note(items)]
    return Scores(values, scheme, ratio, tuple(notes))


def _found_scheme(backlog: Sequence[Item]) -> Score:
    """Return the first of value, scores, priority and order that the backlog has."""
    if any(item.value is not None for item in backlog):
        return "value"
    if any(item.scores for item in backlog):
        return "weighted"
    return "priority" if any(item.priority is not None for item in backlog) else "order"


def _found_values(
    scenario: Scenario, scheme: Score, items: Sequence[OpenItem], efforts: dict[str, Fraction]
) -> dict[str, Fraction | None]:
    """Value of each item, None where the scheme finds nothing to count."""
    if scheme == "order":
        return dict.fromkeys(efforts, Fraction(0)) | _by_order(items)
    if scheme in ("priority", "moscow"):
        factors = word_factors(scenario.policy, scheme)
        found = {item.id: factors.get(_word(item.priority or "")) for item in scenario.backlog}
        return {name: None if factor is None else factor * efforts[name] for name, factor in found.items()}
    score = _BY_SCORES[scheme]
    return {item.id: score(item, scenario.policy) for item in scenario.backlog}


def _by_order(items: Sequence[OpenItem]) -> dict[str, Fraction | None]:
    """Total effort times a factor that falls evenly from 2 in the first row to 1 in the last."""
    steps = max(1, len(items) - 1)
    return {open_item.item.id: open_item.total_effort * (2 - Fraction(i, steps)) for i, open_item in enumerate(items)}


def word_factors(policy: Policy, scheme: Score) -> dict[str, Fraction]:
    """Factor of each priority or MoSCoW word, the policy's words over the usual ones."""
    usual, own = (MOSCOW, policy.moscow) if scheme == "moscow" else (PRIORITIES, policy.priorities)
    return {_word(word): exact(factor) for word, factor in [*usual.items(), *own.items()]}


def _word(text: str) -> str:
    """Case does not matter, and a typographic apostrophe is a plain one."""
    return text.lower().replace("’", "'")


def _given_value(item: Item, _: Policy) -> Fraction | None:
    return None if item.value is None else exact(item.value)


def _weighted(item: Item, policy: Policy) -> Fraction | None:
    """Weighted sum of the scores over their scale's maximum; risk and complexity count against, never below 0."""
    if not item.scores:
        return None
    total = Fraction(0)
    for name, score in item.scores.items():
        part = exact(policy.weights.get(name, 1)) * exact(score)
        total += -part if name in NEGATIVE_SCORES else part
    return max(Fraction(0), total / exact(policy.scale))


def _cost_of_delay(item: Item, _: Policy) -> Fraction | None:
    """WSJF's cost of delay: the division by job size is what capacity already charges for."""
    parts = [item.scores[name] for name in ("business", "time_criticality", "risk_reduction") if name in item.scores]
    return sum(map(exact, parts), Fraction(0)) if parts else None


def _rice(item: Item, _: Policy) -> Fraction | None:
    """Reach × impact × confidence; a confidence above 1 is a percentage."""
    scores = [item.scores.get(name) for name in ("reach", "impact", "confidence")]
    reach, impact, confidence = (None if score is None else exact(score) for score in scores)
    if reach is None or impact is None or confidence is None:
        return None
    return reach * impact * (confidence / 100 if confidence > 1 else confidence)


def _ice(item: Item, _: Policy) -> Fraction | None:
    """Impact × confidence, both as scored; ease is what effort says."""
    impact, confidence = item.scores.get("impact"), item.scores.get("confidence")
    return None if impact is None or confidence is None else exact(impact) * exact(confidence)


_BY_SCORES: dict[Score, Callable[[Item, Policy], Fraction | None]] = {
    "value": _given_value,
    "weighted": _weighted,
    "wsjf": _cost_of_delay,
    "rice": _rice,
    "ice": _ice,
}


def named(ids: Sequence[str]) -> str:
    """Name the first few ids and count the rest."""
    more = len(ids) - NAMED_IN_NOTES
    return ", ".join(ids[:NAMED_IN_NOTES]) + (f" and {more} more" if more > 0 else "")


def _counted(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _order_note(scenario: Scenario, scheme: Score) -> list[str]:
    if scheme != "order":
        return []
    why = "As policy.score says" if scenario.policy.score == "order" else "The backlog has no value, score or priority"
    return [
        f"{why}: THE ORDER OF THE BACKLOG COUNTS AS VALUE, effort × a factor falling from 2 (first row) to 1 (last)."
        " Give items a `value`, `scores` or a `priority` to plan by what they are worth."
    ]


def _missing_notes(
    policy: Policy, scheme: Score, items: Sequence[OpenItem], found: dict[str, Fraction | None]
) -> list[str]:
    """Say which open items count 0 for want of a value; milestones need none."""
    unvalued = [entry.item for entry in items if found[entry.item.id] is None and not entry.milestone]
    by_words = scheme in ("priority", "moscow")
    unknown: defaultdict[str, list[str]] = defaultdict(list)
    missing: list[str] = []
    for item in unvalued:
        if by_words and item.priority is not None:
            unknown[item.priority].append(item.id)
        else:
            missing.append(item.id)
    notes = [_unknown_word_note(word, ids, policy, scheme) for word, ids in sorted(unknown.items())]
    if missing:
        verb = "has" if len(missing) == 1 else "have"
        cause = f"{_counted(len(missing))} {verb} {_MISSING[scheme]} (score: {scheme})"
        notes.insert(0, f"{cause} and count{'s' if verb == 'has' else ''} 0: {named(missing)}.")
    return notes


def _unknown_word_note(word: str, ids: Sequence[str], policy: Policy, scheme: Score) -> str:
    key = "moscow" if scheme == "moscow" else "priorities"
    known = ", ".join(word_factors(policy, scheme))
    cause = f"The priority word {word!r} ({named(ids)}) is unknown and counts 0"
    return f"{cause}; add it to policy.{key} or use one of {known}."


def _unused_weights_note(scenario: Scenario, scheme: Score) -> list[str]:
    """Point out a weight that nothing is scored by: most likely a slip of the pen."""
    if scheme != "weighted":
        return []
    used = {name for item in scenario.backlog for name in item.scores}
    unused = [name for name in scenario.policy.weights if name not in used]
    return [f"policy.weights names {', '.join(unused)}, but no item has such a score."] if unused else []


def _guess_note(items: Sequence[OpenItem]) -> list[str]:
    guessed = [entry.item.id for entry in items if entry.guessed]
    if not guessed:
        return []
    return [f"{_counted(len(guessed))} without a full estimate got the median effort of their type: {named(guessed)}."]


@dataclass(frozen=True)
class Scale:
    """The way between exact amounts and the solver's integers.

    Attributes
    ----------
    factor
        Integer units per 1 of value.
    exact
        Every amount it was made for is a whole number of units.
    """

    factor: Fraction
    exact: bool

    def to_int(self, amount: Fraction) -> int:
        """Whole units nearest to the amount, a half rounded up."""
        scaled = amount * self.factor
        return (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)

    def to_value(self, units: int) -> Fraction:
        """Return the amount that so many units stand for."""
        return units / self.factor

    def error(self, amounts: int) -> Fraction:
        """Most by which a sum of so many rounded amounts differs from the true sum (an amount taken n times is n)."""
        return Fraction(0) if self.exact else amounts / (2 * self.factor)


def integer_scale(amounts: Iterable[Fraction], largest_sum: Fraction | None = None) -> Scale:
    """Find the smallest scale on which all amounts are integers.

    Where the largest sum would pass 2**50 units, the amounts are rounded instead, to the finest power of two that
    keeps the sum below: a part in 2**50 of all value, which no one can see in a plan.

    Parameters
    ----------
    amounts
        Values, due costs: everything that adds up in the objective.
    largest_sum
        Largest absolute sum the objective may reach. Absent: every amount once.
    """
    sizes = [abs(amount) for amount in amounts if amount]
    total = sum(sizes, Fraction(0)) if largest_sum is None else largest_sum
    common = math.lcm(*(size.denominator for size in sizes))
    shared = math.gcd(*(size.numerator * (common // size.denominator) for size in sizes)) or 1
    factor = Fraction(common, shared)
    if total * factor <= LARGEST_SUM:
        return Scale(factor, exact=True)
    return Scale(_power_of_two_below(LARGEST_SUM / total), exact=False)


def _power_of_two_below(number: Fraction) -> Fraction:
    """Return the largest power of two that is at most a positive number."""
    power = number.numerator.bit_length() - number.denominator.bit_length()
    bound = Fraction(2) ** power
    return bound if bound <= number else bound / 2
