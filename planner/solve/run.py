"""One solve of one model: watched, stoppable, its answer read back as a schedule."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import CpModel, CpSolver, CpSolverSolutionCallback

from planner.instance import Instance
from planner.solve.solution import Placed, Solution
from planner.solve.variables import Variables

POLL_SECONDS = 0.02
Status = Literal["optimal", "feasible", "infeasible", "unknown"]
OnSolution = Callable[[Solution], None]
OnBound = Callable[[int], None]
Stop = Callable[[], bool]

_STATUS: dict[int, Status] = {
    int(cp_model.OPTIMAL): "optimal",
    int(cp_model.FEASIBLE): "feasible",
    int(cp_model.INFEASIBLE): "infeasible",
}


def never() -> bool:
    """Do not stop."""
    return False


@dataclass(frozen=True)
class Effort:
    """How much one solve may do, and how.

    Attributes
    ----------
    seconds, work
        Wall clock and deterministic work, either may be infinite.
    workers
        Search threads, 0 for one a core.
    repeatable
        The same answer each time, however many threads: they wait for each other.
    """

    seconds: float
    work: float
    workers: int
    seed: int
    repeatable: bool = False


@dataclass(frozen=True)
class Answer:
    """What a solve found.

    Attributes
    ----------
    bound
        Proven limit of the objective, outwards to a whole number; None where there is no objective or nothing was
        proven.
    work
        Deterministic work it took.
    """

    status: Status
    solution: Solution | None
    bound: int | None
    work: float


def run(
    model: CpModel,
    instance: Instance,
    variables: Variables,
    effort: Effort,
    *,
    stop: Stop = never,
    on_solution: OnSolution | None = None,
    on_bound: OnBound | None = None,
) -> Answer:
    """Solve the model; the caller's thread still hears signals.

    Parameters
    ----------
    stop
        Asked again and again: whether to stop now, with what has been found so far.
    on_solution, on_bound
        Called from the solver's threads with each better schedule and each better proven bound.
    """
    solver = solver_for(effort)
    if on_bound is not None:
        tell = on_bound
        solver.best_bound_callback = lambda bound: tell(outwards(model, bound))
    watcher = _Watcher(instance, variables, on_solution) if on_solution is not None else None
    solve_in_thread(solver, model, watcher, stop)
    return _answer(model, instance, variables, solver)


@dataclass(frozen=True)
class Clash:
    """Whether literals can all be true.

    Attributes
    ----------
    status
        Infeasible if they cannot, feasible (or optimal) if they can.
    core
        Positions of literals that cannot all be true, not necessarily as few as possible; empty where they can or
        where it is not known.
    """

    status: Status
    core: tuple[int, ...]
    work: float


def clash(model: CpModel, literals: Sequence[cp_model.IntVar], effort: Effort, stop: Stop) -> Clash:
    """Ask whether the literals can all be true, and if not, which of them stand in each other's way."""
    model.add_assumptions(literals)
    solver = solver_for(effort)
    solve_in_thread(solver, model, None, stop)
    status = status_of(solver)
    named = set(solver.sufficient_assumptions_for_infeasibility()) if status == "infeasible" else set()
    found = tuple(at for at, literal in enumerate(literals) if literal.index in named)
    return Clash(status, found, solver.deterministic_time)


def solve_in_thread(solver: CpSolver, model: CpModel, watcher: CpSolverSolutionCallback | None, stop: Stop) -> None:
    """Solve in a thread of its own, so that the caller's thread still hears signals."""
    failure: list[BaseException] = []

    def solve() -> None:
        try:
            solver.solve(model, watcher)
        except BaseException as error:  # handed on to the caller's thread below
            failure.append(error)

    thread = threading.Thread(target=solve, name="solve", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(POLL_SECONDS)
        if stop():
            solver.stop_search()
    if failure:
        raise failure[0]


def solver_for(effort: Effort) -> CpSolver:
    """Make a solver with the parameters that serve our models."""
    solver = CpSolver()
    parameters = solver.parameters
    parameters.catch_sigint_signal = False  # Ctrl-C is the command line's business
    parameters.num_workers = effort.workers
    parameters.random_seed = effort.seed
    parameters.interleave_search = effort.repeatable and effort.workers != 1
    # Clause learning alone is several times quicker here, and probing and symmetries cost more than they bring: see
    # docs/solver.md for the figures.
    parameters.linearization_level = 0
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    if math.isfinite(effort.seconds):
        parameters.max_time_in_seconds = effort.seconds
    if math.isfinite(effort.work):
        parameters.max_deterministic_time = effort.work
    return solver


def _answer(model: CpModel, instance: Instance, variables: Variables, solver: CpSolver) -> Answer:
    status = status_of(solver)
    found = status in ("optimal", "feasible")
    bound = None
    if model.has_objective() and found:  # stopped before it found anything the solver says 0, which proves nothing
        bound = outwards(model, solver.best_objective_bound)
    return Answer(
        status=status,
        solution=read(instance, variables, solver.value, solver.boolean_value) if found else None,
        bound=bound,
        work=solver.deterministic_time,
    )


def status_of(solver: CpSolver) -> Status:
    """How a solve ended."""
    return _STATUS.get(int(solver.response_proto.status), "unknown")


def outwards(model: CpModel, bound: float) -> int:
    """A bound as a whole number: the objective is one, so what lies between two is rounded to its own side."""
    maximise = model.proto.objective.scaling_factor < 0
    return math.floor(bound + 1e-6) if maximise else math.ceil(bound - 1e-6)


class _Watcher(CpSolverSolutionCallback):
    """Hands each better schedule on."""

    def __init__(self, instance: Instance, variables: Variables, on_solution: OnSolution) -> None:
        super().__init__()
        self._instance = instance
        self._variables = variables
        self._on_solution = on_solution

    def on_solution_callback(self) -> None:
        self._on_solution(read(self._instance, self._variables, self.value, self.boolean_value))


def read(
    instance: Instance,
    variables: Variables,
    value: Callable[[cp_model.IntVar], int],
    holds: Callable[[cp_model.IntVar], bool],
) -> Solution:
    """Read the schedule that an assignment of the variables stands for.

    Start and finish follow from the specialist's own ticks; the item's finish from its tasks, as early as they are.
    """
    items: dict[int, tuple[int, int]] = {}
    tasks: dict[int, Placed] = {}
    for index, item in enumerate(instance.items):
        if not holds(variables.chosen[index]):
            continue
        if item.milestone:
            moment = value(variables.item_finish[index])
            items[index] = (moment, moment)
            continue
        for task in item.tasks:
            option = next(option for option in variables.options[task] if holds(option.assigned))
            tasks[task] = _placed(instance, variables, task, option.choice.specialist, value(option.own_start))
        items[index] = (
            min(tasks[task].start for task in item.tasks),
            max(tasks[task].finish + instance.tasks[task].wait for task in item.tasks),
        )
    return Solution(items, tasks)


def _placed(instance: Instance, variables: Variables, task: int, who: int, own: int) -> Placed:
    choice = next(option.choice for option in variables.options[task] if option.choice.specialist == who)
    axis = instance.specialists[who].axis
    return Placed(who, own, axis.start_tick(own), axis.finish_tick(own + choice.duration), choice.cost)


def add_hint(model: CpModel, instance: Instance, variables: Variables, solution: Solution) -> None:
    """Tell the solver of a schedule to start from; what it already knew is forgotten."""
    model.clear_hints()  # type: ignore[no-untyped-call]
    hint_also(model, instance, variables, solution)


def hint_also(model: CpModel, instance: Instance, variables: Variables, solution: Solution) -> None:
    """Tell the solver of a schedule besides what it was told of other instances in the same model."""
    for index, item in enumerate(instance.items):
        inside = index in solution.items
        model.add_hint(variables.chosen[index], inside)
        if inside:
            model.add_hint(variables.item_finish[index], solution.items[index][1])
        for task in item.tasks:
            _hint_task(model, variables, task, solution.tasks.get(task), item_chosen=variables.chosen[index])


def _hint_task(
    model: CpModel, variables: Variables, task: int, placed: Placed | None, item_chosen: cp_model.IntVar
) -> None:
    if placed is not None:
        model.add_hint(variables.start[task], placed.start)
        model.add_hint(variables.finish[task], placed.finish)
    for option in variables.options[task]:
        by_them = placed is not None and option.choice.specialist == placed.specialist
        if option.assigned is not item_chosen:
            model.add_hint(option.assigned, by_them)
        if placed is not None and by_them and option.own_start is not variables.start[task]:
            model.add_hint(option.own_start, placed.own_start)
