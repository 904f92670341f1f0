"""Sub-models for the search: the model once, and copies of it in which most of a schedule stands still."""

from __future__ import annotations

from collections.abc import Collection

from ortools.sat.python.cp_model import CpModel, IntVar

from planner.instance import Instance
from planner.solve.model import build_model
from planner.solve.objective import VALUE, Term, hold
from planner.solve.run import Answer, Effort, OnSolution, Stop, add_hint, run
from planner.solve.solution import Solution


class SubModels:
    """The model of an instance, built once; what it asks for is value.

    Parameters
    ----------
    reached
        Terms before value with the figure each must keep.
    """

    def __init__(self, instance: Instance, reached: Collection[tuple[Term, int]]) -> None:
        self.instance = instance
        self._model, self._variables = build_model(instance)
        for term, value in reached:
            hold(self._model, instance, self._variables, term, value)
        self._value = VALUE.expression(self._model, instance, self._variables)
        self._model.maximize(self._value)

    def without(self, out: Collection[int], hint: Solution, effort: Effort, stop: Stop) -> Answer:
        """Plan anew without some of the items."""
        model = self._model.clone()
        for index in out:
            _fix(model, self._variables.chosen[index], 0)
        add_hint(model, self.instance, self._variables, hint)
        return run(model, self.instance, self._variables, effort, stop=stop)

    def around(
        self, solution: Solution, free: Collection[int], effort: Effort, stop: Stop, on_solution: OnSolution
    ) -> Answer:
        """Plan the free items anew, worth more than before.

        The others stay in or out, and with whom they are; when they are done may change, which costs the solver little
        and makes room where it is needed.
        """
        model = self._model.clone()
        model.add(self._value >= solution.terms(self.instance)["value"] + 1)
        for index, item in enumerate(self.instance.items):
            if index in free or item.milestone:
                continue
            inside = index in solution.items
            _fix(model, self._variables.chosen[index], int(inside))
            for task in item.tasks if inside else ():
                who = solution.tasks[task].specialist
                for option in self._variables.options[task]:
                    _fix(model, option.assigned, int(option.choice.specialist == who))
        return run(model, self.instance, self._variables, effort, stop=stop, on_solution=on_solution)


def _fix(model: CpModel, variable: IntVar, value: int) -> None:
    domain = model.proto.variables[variable.index].domain
    domain.clear()
    domain.extend([value, value])
