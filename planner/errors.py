"""The one error people see: where, what, what instead."""

from __future__ import annotations


class InputError(Exception):
    """The input is wrong; the message names the place, the cause and the remedy.

    Parameters
    ----------
    place
        File with line and column, row, key or item, as far as known: ``scenario.yaml:12:5``.
    cause
        What is wrong, with the bad value.
    remedy
        What to write instead.
    """

    def __init__(self, place: str, cause: str, remedy: str = "") -> None:
        self.place = place
        self.cause = cause
        self.remedy = remedy
        super().__init__(f"{place}: {cause}" + (f". {remedy}" if remedy else ""))

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str, str]]:
        """Come back from another process with all three parts."""
        return InputError, (self.place, self.cause, self.remedy)


class DefectError(Exception):
    """A plan broke a rule: the judge found what the solver got wrong.

    Parameters
    ----------
    broken
        Every violation, in the judge's words.
    """

    def __init__(self, broken: list[str]) -> None:
        self.broken = tuple(broken)
        super().__init__("the plan breaks a rule, which is a defect of sprintplan: " + "; ".join(broken[:5]))

    def __reduce__(self) -> tuple[type[DefectError], tuple[list[str]]]:
        """Come back from another process whole."""
        return DefectError, (list(self.broken),)
