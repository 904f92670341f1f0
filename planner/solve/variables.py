"""The decisions of the model and the questions that constraints ask about them."""

from __future__ import annotations

from dataclasses import dataclass

from ortools.sat.python.cp_model import CpModel, IntervalVar, IntVar

from planner.instance import Choice, Instance


@dataclass(frozen=True)
class Option:
    """A task done by one specialist: chosen or not, and from which of their own ticks."""

    choice: Choice
    assigned: IntVar
    own_start: IntVar


class Variables:
    """What is in the plan, who does it, when.

    Attributes
    ----------
    chosen
        Per item: in the plan.
    start, finish
        Per task, ticks on the team's clock; without meaning if its item is out.
    options
        Per task, one entry for each specialist who may do it.
    item_start, item_finish
        Per item, ticks; waits included, a milestone's moment.
    """

    def __init__(self, model: CpModel, instance: Instance) -> None:
        self._model = model
        self._instance = instance
        self.chosen = [model.new_bool_var(f"in {item.id}") for item in instance.items]
        self.start: list[IntVar] = []
        self.finish: list[IntVar] = []
        self.options: list[tuple[Option, ...]] = []
        for task in instance.tasks:
            name = f"{instance.items[task.item].id}.{task.key}"
            self.start.append(model.new_int_var(task.earliest, task.latest - 1, f"start {name}"))
            self.finish.append(model.new_int_var(task.earliest + 1, task.latest, f"finish {name}"))
            self.options.append(self._options(len(self.options), name))
        self.item_finish = [
            model.new_int_var(item.earliest_finish, item.deadline, f"finish {item.id}") for item in instance.items
        ]
        self._item_starts: dict[int, IntVar] = {}

    def _options(self, task: int, name: str) -> tuple[Option, ...]:
        """Build an option per specialist; a single one is the item itself, and without pauses time is the team's."""
        data = self._instance.tasks[task]
        options = []
        for choice in data.choices:
            person = self._instance.specialists[choice.specialist]
            alone = len(data.choices) == 1
            assigned = self.chosen[data.item] if alone else self._model.new_bool_var(f"{name} by {person.name}")
            last = choice.latest - choice.duration
            plain = not person.axis.pauses
            own = self.start[task] if plain else self._model.new_int_var(choice.earliest, last, f"own {name}")
            options.append(Option(choice, assigned, own))
        return tuple(options)

    def assigned(self, task: int, specialist: int) -> IntVar | None:
        """Whether this specialist does the task; None if they cannot."""
        for option in self.options[task]:
            if option.choice.specialist == specialist:
                return option.assigned
        return None

    def item_start(self, item: int) -> IntVar:
        """Earliest task start of an item (not for milestones), made when first asked for."""
        if item not in self._item_starts:
            tasks = self._instance.items[item].tasks
            latest = max(self._instance.tasks[task].latest for task in tasks)
            start = self._model.new_int_var(0, latest, f"start {self._instance.items[item].id}")
            self._model.add_min_equality(start, [self.start[task] for task in tasks])
            self._item_starts[item] = start
        return self._item_starts[item]

    def own_interval(self, option: Option, name: str) -> IntervalVar:
        """Return the stretch of the specialist's own axis that the option takes."""
        return self._model.new_optional_fixed_size_interval_var(
            option.own_start, option.choice.duration, option.assigned, name
        )
