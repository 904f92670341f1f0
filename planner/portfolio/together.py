"""Plan teams that hang together, and write each of them a plan of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.item import Dependency
from models.plan import Plan
from models.portfolio import Coordination, SharedUse, TeamResult
from models.scenario import Scenario
from planner.errors import DefectError, InputError
from planner.intake.portfolio_file import LoadedPortfolio
from planner.portfolio.coordinate import Coordinator, Outcome
from planner.portfolio.group import Foreign, Group, Team, build_group, split_dependencies, with_shared
from planner.portfolio.links import Linked
from planner.portfolio.runner import Runner
from planner.portfolio.store import Keeper, key_of
from planner.portfolio.texts import TeamText, plan_text, reason, result_of
from planner.prepare import Prepared
from planner.solve import search
from planner.solve.objective import LATER, VALUE, asked
from planner.solve.reached import Reached
from planner.solve.solution import Placed, Solution

TOGETHER = (
    "Planned together with {teams}, with whom it shares people or waits for each other. The bound is what this team "
    "alone, all shared hours to itself, cannot pass; the bound of all of them together is in the summary."
)


@dataclass(frozen=True)
class Done:
    """What became of the teams of a group."""

    results: tuple[TeamResult, ...]
    coordination: Coordination | None


def plan_together(
    loaded: LoadedPortfolio,
    linked: Linked,
    texts: Mapping[str, TeamText],
    runner: Runner,
    store: Keeper,
    stopped: Callable[[], bool],
) -> Done:
    """Plan the teams of a group together, or keep what is current of all of them.

    Raises
    ------
    InputError
        If what is between the teams is wrong: a name twice, a circle through several teams.
    """
    entries = {team.name: team for team in loaded.portfolio.teams}
    parts = [part for team in linked.teams for part in (texts[team].packed, f"{team} {entries[team].weight}".encode())]
    key = key_of([*parts, *(person.model_dump_json().encode() for person in linked.shared)])
    kept = _kept(store, linked, key)
    if kept is not None:
        return kept
    written = {team: texts[team].scenario() for team in linked.teams}
    return _Together(linked, written, {t: entries[t].weight for t in linked.teams}, runner, store, key, stopped).run()


def _kept(store: Keeper, linked: Linked, key: str) -> Done | None:
    """All teams' plans and their common figures, if they are all current."""
    results = [store.current(team, key) for team in linked.teams]
    told = store.common(linked.teams[0], key)
    if told is None or any(result is None for result in results):
        return None
    return Done(tuple(result for result in results if result is not None), Coordination.model_validate(told))


class _Together:
    """The state of one group's planning."""

    def __init__(
        self,
        linked: Linked,
        written: Mapping[str, Scenario],
        weights: Mapping[str, float],
        runner: Runner,
        store: Keeper,
        key: str,
        stopped: Callable[[], bool],
    ) -> None:
        self.linked = linked
        self.written = written
        self.weights = weights
        self.runner = runner
        self.store = store
        self.key = key
        self.stopped = stopped
        self.results: dict[str, TeamResult] = {}

    def run(self) -> Done:
        """Prepare, coordinate, write, judge, save."""
        scenarios = {team: with_shared(scenario, self.linked.shared, team) for team, scenario in self.written.items()}
        own, foreign = split_dependencies(scenarios)
        prepared = self._prepared(own)
        if not prepared:
            return Done(tuple(self.results.values()), None)
        waits = {team: foreign[team] for team in prepared}
        group = build_group(prepared, self.linked.shared, waits, self.weights)
        solvers = [self.written[team].solver for team in prepared]
        seconds = sum(solver.work_limit or solver.time_limit for solver in solvers) / self.runner.width
        outcome = Coordinator(group, self.runner, seconds, solvers[0].seed, self.stopped).run()
        if self.stopped():
            return Done((), None)
        plans = self._plans(group, outcome, own, foreign)
        self._judge(plans)
        coordination = self._coordination(group, outcome)
        for team, (scenario, plan) in plans.items():
            result = result_of(team, plan, group.names).model_copy(update={"together": self.linked.teams})
            self.store.save_scenario(team, scenario.model_dump_json(by_alias=True, exclude_unset=True, indent=2) + "\n")
            self.results[team] = self.store.save(team, self.key, plan_text(plan), result)
        self.store.save_common(self.linked.teams[0], self.key, coordination.model_dump(mode="json"))
        return Done(tuple(self.results[team] for team in self.linked.teams), coordination)

    def _prepared(self, scenarios: Mapping[str, Scenario]) -> dict[str, Prepared]:
        """Work the scenarios out; one that is wrong is that team's failure."""
        from planner.pipeline import prepare

        prepared: dict[str, Prepared] = {}
        for team, scenario in scenarios.items():
            try:
                made = prepare(scenario)
            except InputError as error:
                self._fail(team, "failed", reason(error))
                continue
            if made.instance.unmet:
                self._fail(team, "infeasible", "; ".join(demand for _, demand in made.instance.unmet))
                continue
            prepared[team] = made
        return prepared

    def _fail(self, team: str, status: str, error: str) -> None:
        self.store.forget(team)
        self.results[team] = TeamResult.model_validate(
            {"team": team, "status": status, "error": error, "together": self.linked.teams}
        )

    def _plans(
        self,
        group: Group,
        outcome: Outcome,
        own: Mapping[str, Scenario],
        foreign: Mapping[str, list[Foreign]],
    ) -> dict[str, tuple[Scenario, Plan]]:
        """Write the plan of each team, in terms of a scenario of its own that says what other teams deliver."""
        delivered = {
            f"{team.name}:{team.instance.items[item].id}"
            for index, team in enumerate(group.teams)
            if index in outcome.plans
            for item in outcome.plans[index].items
        }
        plans: dict[str, tuple[Scenario, Plan]] = {}
        for index, team in enumerate(group.teams):
            if index not in outcome.plans:
                alone = index in outcome.impossible
                why = (
                    "it has no plan even alone" if alone else "it has no plan beside the others: shared people's hours"
                )
                self._fail(team.name, "infeasible", why)
                continue
            scenario = settled(own[team.name], foreign[team.name], delivered)
            plans[team.name] = (scenario, self._plan(group, index, outcome, scenario))
        return plans

    def _plan(self, group: Group, index: int, outcome: Outcome, scenario: Scenario) -> Plan:
        from planner.pipeline import prepare
        from planner.proposal import propose

        team = group.teams[index]
        made = prepare(scenario)
        plan = translated(outcome.plans[index], team, made)
        value = plan.terms(made.instance)["value"]
        others = ", ".join(name for name in self.linked.teams if name != team.name)
        bound = max(value, self._alone(team, outcome.alone[index], outcome.plans[index]))
        terms = (*asked(made.instance), VALUE, *LATER)
        figures = plan.terms(made.instance)
        best = bound == value and not asked(made.instance)
        reached = tuple(Reached(term.name, figures[term.name], best and term is VALUE) for term in terms)
        told = search.Outcome(
            status="optimal" if best else "feasible",
            solution=plan,
            bound=bound,
            terms=reached,
            greedy=None,
            seconds=outcome.seconds,
            notes=(TOGETHER.format(teams=others),) if others else (),
        )
        return propose(made, told)

    def _alone(self, team: Team, bound: int, plan: Solution) -> int:
        """Bound of the team's own value, in the instance's units, among plans at least as good in what comes before."""
        return (bound - team.before(plan)) // team.value

    def _judge(self, plans: Mapping[str, tuple[Scenario, Plan]]) -> None:
        """Let the judge look at every plan, and at all of them together."""
        from planner.verify import violations
        from planner.verify.portfolio import violations_between

        for team, (scenario, plan) in plans.items():
            if broken := violations(scenario, plan):
                raise DefectError([f"{team}: {violation}" for violation in broken])
        if broken := violations_between(plans, self.linked.shared, self.written):
            raise DefectError(broken)

    def _coordination(self, group: Group, outcome: Outcome) -> Coordination:
        before = sum(group.teams[index].before(plan) for index, plan in outcome.plans.items())
        worth = sum(group.teams[index].worth(plan) for index, plan in outcome.plans.items())
        value, bound = Fraction(worth - before) / group.scale, Fraction(outcome.bound - before) / group.scale
        uses = []
        for person, name in enumerate(group.names):
            planned = {
                group.teams[index].name: group.teams[index].hours(plan)[person] / 100
                for index, plan in sorted(outcome.plans.items())
                if person in group.teams[index].hours(plan)
            }
            price = float(100 * outcome.prices.hours[person] / group.scale)
            uses.append(SharedUse(specialist=name, available=group.limits[person] / 100, planned=planned, price=price))
        return Coordination(
            teams=self.linked.teams,
            value=float(value),
            bound=float(bound),
            gap=0.0 if bound == value else float((bound - value) / abs(bound)) if bound else None,
            seconds=round(outcome.seconds, 3),
            method="joint" if outcome.method == "joint" else "prices",
            shared=tuple(uses),
        )


def settled(scenario: Scenario, foreign: list[Foreign], delivered: set[str]) -> Scenario:
    """Return a team's scenario in which other teams' items are done where they are planned, and else unknown.

    Unknown dependencies block in it: what the policy wants of the team's own unknown ones is done here.
    """
    known = {item.id for item in scenario.backlog} | set(scenario.done)
    ignore = scenario.policy.unknown_dependency == "ignore"
    backlog = []
    for item in scenario.backlog:
        all_of = tuple(need for need in item.depends_on if not ignore or need.item in known)
        one_of = tuple(need for need in item.any_of if not ignore or need.item in known)
        waits = [wait for wait in foreign if wait.item == item.id]
        all_of += tuple(Dependency(item=wait.name, lag_days=wait.lag_days) for wait in waits)
        same = (all_of, one_of) == (item.depends_on, item.any_of)
        backlog.append(item if same else item.model_copy(update={"depends_on": all_of, "any_of": one_of}))
    policy = scenario.policy.model_copy(update={"unknown_dependency": "block"})
    done = (*scenario.done, *sorted({wait.name for wait in foreign if wait.done or wait.name in delivered}))
    # Copies do not count what they update as written; what is saved must hold it.
    fields = {name: getattr(scenario, name) for name in scenario.model_fields_set}
    written = policy.model_dump(by_alias=True, exclude_unset=True) | {"unknown_dependency": "block"}
    return Scenario.model_validate(fields | {"backlog": tuple(backlog), "policy": written, "done": done})


def translated(solution: Solution, team: Team, made: Prepared) -> Solution:
    """Read a solution of the group's instance as one of the instance that the written plan speaks of."""
    items = {item.id: index for index, item in enumerate(made.instance.items)}
    people = {person.name: index for index, person in enumerate(made.instance.specialists)}
    chosen: dict[int, tuple[int, int]] = {}
    tasks: dict[int, Placed] = {}
    for index, span in solution.items.items():
        old = team.instance.items[index]
        new = items[old.id]
        chosen[new] = span
        for before, after in zip(old.tasks, made.instance.items[new].tasks, strict=True):
            placed = solution.tasks[before]
            who = people[team.instance.specialists[placed.specialist].name]
            tasks[after] = Placed(who, placed.own_start, placed.start, placed.finish, placed.cost)
    return Solution(chosen, tasks)
