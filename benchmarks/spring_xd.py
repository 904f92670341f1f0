"""Make the real backlog in ``scenarios/spring-xd`` from the whole export of the Spring XD tracker.

``python -m benchmarks.spring_xd FULL_EXPORT.csv`` selects linked issues, imports them as anybody would, then makes up
what the source lacks: skills, values, a team. Same export, same files. The README beside the scenario says what is
real and what is not.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random

import networkx as nx

from planner.intake.table_writer import write_whole
from planner.intake.trackers import import_export

FOLDER = Path(__file__).parent.parent / "scenarios" / "spring-xd"
MOST_ISSUES = 150
LINKS = ("Inward issue link (Depends)", "Outward issue link (Depends)")
SEED = "spring-xd"

# The first skill with one of its words in the title; runtime where none has.
SKILL_WORDS = {
    "hadoop": "hdfs hadoop yarn avro parquet spark mapreduce phd shdp gemfire",
    "interface": "ui shell command angular angularjs grunt jasmine paging pagination page list rest endpoint",
    "build": "build gradle docs document documentation asciidoctor ci ec2 windows update upgrade script pom test",
    "batch": "batch job jobs step steps trigger jobrepository joblaunchrequest",
    "messaging": "rabbit redis tap queue queues channel channels message counter transport sink source aggregate",
}
TEAM = """\
team:  # made up
  - {name: Ada, skills: {runtime: 1.0, messaging: 0.8}, points_per_sprint: 12}
  - {name: Bao, skills: {runtime: 1.0, batch: 1.0}, points_per_sprint: 10, time_off: [2027-03-04, 2027-03-05]}
  - {name: Carla, skills: {messaging: 1.0, batch: 0.7}, points_per_sprint: 10}
  - {name: Dmitri, skills: {hadoop: 1.0, build: 0.8}, points_per_sprint: 9, time_off: [{date: 2027-03-09, half: pm}]}
  - {name: Esra, skills: {interface: 1.0}, points_per_sprint: 11}
  - {name: Femi, skills: {interface: 0.9, build: 1.0}, points_per_sprint: 8, workdays: [mon, tue, wed, thu]}
  - {name: Greta, skills: {build: 1.0, hadoop: 0.6}, points_per_sprint: 9, time_off: [2027-03-11, 2027-03-12]}
"""
HEADER = """\
# A real backlog: 149 linked issues of the Spring XD tracker, imported, then filled up. Real are ids, titles, points and
# dependencies; skills, values, team and dates are made up. README.md says how.
"""


def main(full: Path) -> None:
    header, rows = _read(full)
    chosen = _selection(header, rows)
    export = FOLDER / "export.csv"
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_whole(export, _csv([header, *(row for row in rows if _key(header, row) in chosen)], "\ufeff", "\r\n"))
    with tempfile.TemporaryDirectory() as imported:
        report = import_export(export, team=7, out=Path(imported))
        scenario = (Path(imported) / "scenario.yaml").read_text(encoding="utf-8")
        backlog = (Path(imported) / "backlog.csv").read_text(encoding="utf-8")
        write_whole(FOLDER / "import-report.md", (Path(imported) / "import-report.md").read_text(encoding="utf-8"))
    write_whole(FOLDER / "backlog.csv", _filled(backlog))
    write_whole(FOLDER / "scenario.yaml", _finished(scenario))
    print(report)


def fill(folder: Path) -> None:
    """Make up, in an imported scenario's folder, what the source lacks."""
    for name, change in (("backlog.csv", _filled), ("scenario.yaml", _finished)):
        write_whole(folder / name, change((folder / name).read_text(encoding="utf-8")))


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def _csv(records: Iterable[Sequence[str]], mark: str, line_end: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=line_end).writerows(records)
    return mark + out.getvalue()


def _key(header: Sequence[str], row: Sequence[str]) -> str:
    return row[header.index("Issue key")]


def _selection(header: Sequence[str], rows: Sequence[Sequence[str]]) -> set[str]:
    """Take every dependency component of three or more issues, then pairs in the order of the file up to 150 issues."""
    place = {_key(header, row): index for index, row in enumerate(rows)}
    columns = [index for index, name in enumerate(header) if name in LINKS]
    graph = nx.Graph()
    for row in rows:
        graph.add_edges_from((_key(header, row), row[column]) for column in columns if row[column] in place)
    components = sorted(nx.connected_components(graph), key=lambda members: min(place[key] for key in members))
    chosen = {key for members in components if len(members) > 2 for key in members}
    for members in components:
        if len(members) == 2 and len(chosen) + 2 <= MOST_ISSUES:
            chosen |= members
    return chosen


def _filled(backlog: str) -> str:
    """Add the made-up skill and value of each item."""
    items = list(csv.DictReader(io.StringIO(backlog, newline="")))
    needed = {name for item in items for name in item["depends_on"].split(", ")}
    columns = ["id", "title", "type", "value", "effort", "skill", "depends_on"]
    records = [{**item, "value": str(_value(item, needed)), "skill": _skill(item["title"])} for item in items]
    return _csv([columns, *([record[column] for column in columns] for record in records)], "", "\n")


def _skill(title: str) -> str:
    words = set(re.findall(r"[a-z]\w*", title.lower()))
    return next((skill for skill, listed in SKILL_WORDS.items() if words.intersection(listed.split())), "runtime")


def _value(item: Mapping[str, str], needed: set[str]) -> int:
    """Grow with effort, less than in proportion, times a lognormal draw of the item's own.

    What waits for others is worth half as much again, groundwork for others half: value comes with the finished thing.
    """
    worth = 5 * float(item["effort"]) ** 0.8 * Random(f"{SEED}/{item['id']}").lognormvariate(0, 0.4)
    worth *= 1.5 if item["depends_on"] else 1.0
    worth *= 0.5 if item["id"] in needed else 1.0
    return max(1, round(worth))


def _finished(scenario: str) -> str:
    """Fill in what `import` left to look at: the day, the team, the values."""
    calendar, _, rest = scenario.partition("# LOOK: the export has no components")
    policy = rest[rest.index("backlog:") :]
    text = HEADER + calendar[calendar.index("name:") :] + TEAM + policy
    for pattern, new in (
        (r"sprint_days: 10 .*", "sprint_days: 10  # made up"),
        (r" *# start: .*", "  start: 2027-03-01  # made up"),
        (r" *# holidays: .*\n", ""),
        (
            r"policy: .*",
            "policy: {score: value}  # values are made up\nsolver: {time_limit: 60}  # ends when the plan is proven",
        ),
    ):
        text, times = re.subn(pattern, new, text)
        if times != 1:
            raise ValueError(f"the imported scenario has no line like {pattern!r}")
    return text


if __name__ == "__main__":
    main(Path(sys.argv[1]))
