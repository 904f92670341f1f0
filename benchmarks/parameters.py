"""Every number the benchmarks depend on: features of the made-up backlogs, their distributions, suites and seeds.

Changing anything here changes what all figures in docs/ are measured on.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

START = datetime.date(2027, 3, 1)
SPRINT_DAYS = 10


@dataclass(frozen=True)
class Features:
    """What a made-up backlog contains; each can be switched off without changing what the others draw.

    Only ``demand`` is kept whatever is on: efforts are scaled to the hours that are really there.
    """

    proficiency: bool = True
    time_off: bool = True
    half_days: bool = True
    part_time: bool = True
    busy: bool = True
    branches: bool = True
    waits: bool = True
    dependencies: bool = True
    lags: bool = True
    any_of: bool = True
    releases: bool = True
    deadlines: bool = True
    due_dates: bool = True
    second_eyes: bool = True


@dataclass(frozen=True)
class Skill:
    """A skill: where it stands in a marketing chain, how much work asks for it, how many of the team have it.

    ``supply`` is deliberately not proportional to ``demand``: some skills are short, as in real teams.
    """

    name: str
    demand: float
    supply: float


# In the order in which a piece of marketing work passes through them. The first six are in every team.
SKILLS = (
    Skill("copywriting", 1.0, 1.0),
    Skill("design", 1.0, 0.8),
    Skill("web", 0.8, 0.7),
    Skill("legal", 0.35, 0.25),
    Skill("marketing-ops", 0.6, 0.5),
    Skill("analytics", 0.6, 0.4),
    Skill("strategy", 0.4, 0.3),
    Skill("seo", 0.4, 0.3),
    Skill("video", 0.35, 0.2),
    Skill("paid-media", 0.4, 0.3),
)
# The order in which one item's work passes through the skills.
CHAIN = (
    "strategy",
    "seo",
    "copywriting",
    "design",
    "video",
    "legal",
    "web",
    "marketing-ops",
    "paid-media",
    "analytics",
)
SKILLS_IN_TEAM = (6, 10)
SKILLS_PER_SPECIALIST = ((1, 0.3), (2, 0.45), (3, 0.25))
PROFICIENCIES = ((1.0, 0.5), (1.2, 0.15), (0.8, 0.2), (0.6, 0.15))
HOURS_PER_DAY = ((6.0, 0.6), (5.0, 0.25), (6.5, 0.15))

TIME_OFF_SHARE = 0.4  # of the specialists take a run of days off
TIME_OFF_DAYS = (1, 3)
HALF_DAY_SHARE = 0.25
PART_TIME_SHARE = 0.25
PART_TIME_WEEKS = (("mon", "tue", "wed", "thu"), ("tue", "wed", "thu", "fri"), ("mon", "wed", "fri"))
BUSY_SHARE = 0.3
BUSY_HOURS = (1.0, 1.5, 2.0)

TYPES = (
    ("campaign-task", 0.35),
    ("business-as-usual", 0.25),
    ("optimization", 0.2),
    ("experiment", 0.12),
    ("strategic-initiative", 0.08),
)
THEMES = (("pipeline", 0.35), ("brand", 0.25), ("retention", 0.25), ("launch", 0.15))

TASKS_PER_ITEM = ((1, 0.2), (2, 0.25), (3, 0.25), (4, 0.2), (5, 0.1))
EFFORT_SIGMA = 0.7  # of the logarithm: many small tasks, few big ones
EFFORT_RANGE = (1.0, 16.0)
EFFORT_STEP = 0.5
BRANCH_SHARE = 0.3  # of the items of three tasks or more
# Roadmaps hold bigger pieces of work: more tasks, side by side where there are three or more, no pile at a longest one.
ROADMAP_TASKS_PER_ITEM = ((1, 0.1), (2, 0.15), (3, 0.2), (4, 0.25), (5, 0.2), (6, 0.1))
ROADMAP_BRANCH_SHARE = 0.8
ROADMAP_EFFORT_RANGE = (1.0, 40.0)
ROADMAP_ROOM = 0.8  # of the days an item has, at most: teams cut what is bigger; the rest is for absences
LEGAL_WAIT_SHARE = 0.7
OTHER_WAIT_SHARE = 0.05
WAIT_DAYS = (0.5, 1.0, 2.0)
SECOND_EYES_SHARE = 0.08  # of the items of two tasks or more

DEPENDENCY_SHARE = 0.3
DEPENDENCY_REACH = 6  # how far back in the chain of ideas a prerequisite lies
SECOND_DEPENDENCY_SHARE = 0.25
LAG_SHARE = 0.15
LAG_DAYS = (0.5, 1.0)
ANY_OF_SHARE = 0.05
RELEASE_SHARE = 0.2
RELEASE_DAYS = (1, 5)  # team working days after the start
DEADLINE_SHARE = 0.3
DEADLINE_CLUSTERS = 3  # launches, board meetings: deadlines come in bunches
DEADLINE_DAYS = (4, 9)
DAYS_BEFORE_DEADLINE = 3  # a release leaves at least so many days
DUE_SHARE = 0.25
DUE_DAYS = (2, 9)
DUE_COSTS = (1.0, 2.0, 3.0, 5.0)

VALUE_PER_HOUR = 1.7
VALUE_SIGMA = 0.5  # of the logarithm of value per hour
VALUE_RANGE = (5, 100)
ROADMAP_VALUE_RANGE = (5, 400)


@dataclass(frozen=True)
class Suite:
    """Made-up backlogs of one size, and what is asked of the planner on them.

    Attributes
    ----------
    demands
        The seeds go through them in turn.
    limits
        Seconds, ascending. Our planner makes a plan of its own within each (limits change what it does); the others
        make one within the last.
    each_feature_off
        After the backlogs with everything on, the same ones without each feature in turn.
    """

    items: int
    specialists: int
    demands: tuple[float, ...]
    seeds: int
    limits: tuple[float, ...]
    each_feature_off: bool = False


SUITES = {
    "sprint25": Suite(25, 6, (1.2, 1.5, 1.8, 2.1, 2.5), 20, (1, 10)),
    "sprint60": Suite(60, 10, (2.5,), 10, (10, 60)),
    "sprint200": Suite(200, 25, (2.5,), 10, (10, 60)),
    "sprint500": Suite(500, 40, (2.5,), 10, (60,)),
    "features": Suite(25, 6, (1.2, 2.0, 3.0, 4.0), 4, (5,), each_feature_off=True),
    "features60": Suite(60, 10, (2.5,), 3, (5,), each_feature_off=True),
    "features200": Suite(200, 25, (2.5,), 3, (5,), each_feature_off=True),
}
WORKERS = 2  # for every contestant
WITHIN = (0.01, 0.02, 0.05)  # parts below the best known value: after how many seconds is a plan so near
SPRING_XD_SEED = 1
SPRING_XD_SECONDS = 20
TUTORIAL_RUNS = 5
