"""Sub-models for the search: what is set free is planned anew, the rest of a schedule keeps its specialists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from planner.instance import Instance, Task
from planner.solve.model import build_model
from planner.solve.objective import VALUE, Term, hold
from planner.solve.restrict import Restricted, restrict
from planner.solve.run import Answer, Effort, OnSolution, Stop, add_hint, run
from planner.solve.solution import Solution


def improve_around(
    instance: Instance,
    reached: Sequence[tuple[Term, int]],
    solution: Solution,
    free: Collection[int],
    effort: Effort,
    stop: Stop,
    on_solution: OnSolution,
) -> Answer:
    """Plan the free items anew, worth more than before.

    The others stay in or out, and with whom they are; when they are done may change, which costs the solver little
    and makes room where it is needed. What is out and not free is not even in the model.

    Parameters
    ----------
    reached
        Terms before value with the figure each must keep.
    """
    part = _kept_and_free(instance, solution, free)
    model, variables = build_model(part.instance)
    for term, figure in reached:
        hold(model, part.instance, variables, term, figure)
    value = VALUE.expression(model, part.instance, variables)
    model.add(value >= solution.terms(instance)["value"] + 1)
    model.maximize(value)
    for here, index in enumerate(part.items):
        if index not in free and part.instance.items[here].tasks:
            model.add(variables.chosen[here] == int(index in solution.items))
    add_hint(model, part.instance, variables, part.to_here(solution))
    answer = run(
        model,
        part.instance,
        variables,
        effort,
        stop=stop,
        on_solution=lambda found: on_solution(part.to_whole(found)),
    )
    return replace(answer, solution=None if answer.solution is None else part.to_whole(answer.solution))


def _kept_and_free(instance: Instance, solution: Solution, free: Collection[int]) -> Restricted:
    """What is in the plan, each task with its one specialist, and what is free."""
    part = restrict(instance, {*solution.items, *free})
    tasks = tuple(
        task if instance.tasks[old].item in free or old not in solution.tasks else _with(task, solution, old)
        for task, old in zip(part.instance.tasks, part.tasks, strict=True)
    )
    return replace(part, instance=replace(part.instance, tasks=tasks))


def _with(task: Task, solution: Solution, old: int) -> Task:
    who = solution.tasks[old].specialist
    return replace(task, choices=tuple(choice for choice in task.choices if choice.specialist == who))
