"""The working clock: dates to ticks and back, days off, time off (docs/semantics.md, "Clock")."""

from __future__ import annotations

import datetime
import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import WEEKDAYS
from models.team import Specialist
from planner import pipeline
from planner.clock import TICKS_PER_DAY, Clock, next_working_day, with_start
from planner.errors import InputError
from tests.builders import calendar, day, item, scenario, specialist

D = datetime.date.fromisoformat


def clock(**fields: object) -> Clock:
    return Clock.of(calendar(**fields))


def presence(person: Specialist, rate: Fraction | int = 6, **fields: object) -> tuple[tuple[int, int], ...]:
    return clock(**fields).presence(person, Fraction(rate))


# -- the horizon -----------------------------------------------------------------------------------------------


def test_a_sprint_is_ten_days_without_weekends() -> None:
    own = clock()
    assert own.days == tuple(day(k) for k in range(10))
    assert own.days[-1] == D("2027-03-12")
    assert own.horizon == 960


def test_a_start_on_a_weekend_is_the_next_monday() -> None:
    own = clock(start=D("2027-02-27"), sprint_days=5)
    assert own.first_day == D("2027-03-01")
    assert own.days == tuple(day(k) for k in range(5))


def test_a_start_on_a_holiday_stays_the_first_day_and_carries_no_ticks() -> None:
    own = clock(start=D("2027-05-31"), sprint_days=5, holidays={"country": "US"})  # Memorial Day
    assert own.first_day == D("2027-05-31")
    assert own.days == tuple(D(f"2027-06-0{number}") for number in (1, 2, 3, 4))
    assert own.day_before == D("2027-05-28")


def test_holidays_and_company_days_never_move_the_end() -> None:
    own = clock(company_days=[D("2027-03-03"), D("2027-03-06")])  # a Wednesday, and a Saturday that was free anyway
    assert own.days[-1] == D("2027-03-12")
    assert len(own.days) == 9


@pytest.mark.parametrize(
    ("country", "first", "free"),
    [
        ("US", "2027-11-22", ["2027-11-25"]),  # Thanksgiving
        ("DE", "2027-05-03", ["2027-05-06"]),  # Ascension Day
        ("GB", "2027-05-03", ["2027-05-03"]),  # Early May bank holiday
        ("FR", "2027-07-12", ["2027-07-14"]),
        ("JP", "2027-05-03", ["2027-05-03", "2027-05-04", "2027-05-05"]),
    ],
)
def test_public_holidays_of_a_country(country: str, first: str, free: list[str]) -> None:
    own = clock(start=D(first), sprint_days=5, holidays={"country": country})
    week = [D(first) + datetime.timedelta(days=number) for number in range(5)]
    assert [date for date in week if date not in own.days] == [D(date) for date in free]


def test_an_unknown_country_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InputError, match=r"calendar\.holidays\.country: .*'XX'.*Use one of .*DE.*US"):
        clock(holidays={"country": "XX"})


def test_a_missing_start_is_refused() -> None:
    with pytest.raises(InputError, match=r"calendar\.start"):
        clock(start=None)


def test_a_weekend_of_friday_and_saturday() -> None:
    own = clock(start=D("2027-03-05"), weekend=["fri", "sat"], sprint_days=6)  # a Friday
    assert own.first_day == D("2027-03-07")
    assert [WEEKDAYS[date.weekday()] for date in own.days] == ["sun", "mon", "tue", "wed", "thu", "sun"]
    assert own.day_before == D("2027-03-04")


def test_no_weekend_at_all() -> None:
    assert clock(start=D("2027-03-05"), weekend=[], sprint_days=4).days[-1] == D("2027-03-08")


def test_a_sprint_of_holidays_only_has_no_ticks() -> None:
    own = clock(sprint_days=1, company_days=[D("2027-03-01")])
    assert own.horizon == 0
    assert own.presence(specialist("Ana"), Fraction(6)) == ()
    assert own.finish_limit(D("2027-03-01")) == 0
    assert own.start_limit(D("2027-03-01")) == 0


def test_the_last_day_in_the_calendar_that_dates_allow() -> None:
    assert clock(start=D("2200-12-31"), sprint_days=120).horizon == 96 * 120


# -- dates to ticks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "tick"),
    [
        ("2027-02-01", 0),  # before the horizon
        ("2027-03-01", 0),
        ("2027-03-02", 96),
        ("2027-03-05", 384),
        ("2027-03-06", 480),  # Saturday: not before Monday
        ("2027-03-08", 480),
        ("2027-03-12", 864),
        ("2027-03-13", 960),  # never
        ("2028-01-01", 960),
    ],
)
def test_a_release_lies_at_the_first_tick_of_its_day(date: str, tick: int) -> None:
    assert clock().start_limit(D(date)) == tick


@pytest.mark.parametrize(
    ("date", "tick"),
    [
        ("2027-02-25", -96),
        ("2027-02-26", 0),  # Friday, the last working day before
        ("2027-02-28", 0),  # Sunday: the same
        ("2027-03-01", 96),
        ("2027-03-05", 480),
        ("2027-03-06", 480),  # on a day off: the working day before
        ("2027-03-07", 480),
        ("2027-03-12", 960),
        ("2099-01-01", 960),
    ],
)
def test_a_deadline_lies_at_the_last_tick_of_its_day(date: str, tick: int) -> None:
    assert clock().finish_limit(D(date)) == tick


def test_deadlines_on_holidays_count_the_working_day_before() -> None:
    own = clock(company_days=[D("2027-03-01"), D("2027-03-04")])
    assert own.finish_limit(D("2027-03-01")) == 0
    assert own.finish_limit(D("2027-03-04")) == own.finish_limit(D("2027-03-03")) == 192
    assert own.start_limit(D("2027-03-04")) == own.start_limit(D("2027-03-05")) == 192


def test_the_last_working_day_before_may_lie_before_a_holiday() -> None:
    own = clock(company_days=[D("2027-02-26"), D("2027-02-25")])
    assert own.day_before == D("2027-02-24")
    assert own.finish_limit(D("2027-02-24")) == own.finish_limit(D("2027-02-28")) == 0
    assert own.finish_limit(D("2027-02-23")) == -96


def test_the_index_of_a_day() -> None:
    own = clock(company_days=[D("2027-03-02")])
    assert own.day_index(D("2027-03-01")) == 0
    assert own.day_index(D("2027-03-02")) is None
    assert own.day_index(D("2027-03-03")) == 1
    assert own.day_index(D("2027-03-06")) is None
    assert own.day_index(D("2027-03-15")) is None
    assert own.day_index(D("2027-02-26")) is None


# -- ticks to moments ------------------------------------------------------------------------------------------


def test_a_border_is_the_next_day_as_a_start_and_the_day_before_as_a_finish() -> None:
    own = clock()
    assert own.start_time(480).isoformat() == "2027-03-08T09:00:00+00:00"
    assert own.finish_time(480).isoformat() == "2027-03-05T17:00:00+00:00"
    assert own.start_time(481).isoformat() == "2027-03-08T09:05:00+00:00"
    assert own.finish_time(481).isoformat() == "2027-03-08T09:05:00+00:00"
    assert own.finish_time(960).isoformat() == "2027-03-12T17:00:00+00:00"


def test_a_finish_at_tick_0_is_the_end_of_the_working_day_before() -> None:
    assert clock().finish_time(0).isoformat() == "2027-02-26T17:00:00+00:00"
    assert clock(company_days=[D("2027-02-26")]).finish_time(0).isoformat() == "2027-02-25T17:00:00+00:00"


def test_a_tick_is_a_part_of_the_day_whatever_its_hours() -> None:
    own = clock(day_hours=5, day_start="10:30")
    assert own.start_time(48).time() == datetime.time(13, 0)
    assert own.finish_time(96).time() == datetime.time(15, 30)
    assert own.start_time(1).time() == datetime.time(10, 33, 8)  # 187.5 seconds, to the second
    assert clock(day_hours=7.7, day_start="08:15").finish_time(96).time() == datetime.time(15, 57)


def test_a_day_may_end_at_midnight() -> None:
    own = clock(day_start="00:00", day_hours=24)
    assert own.finish_time(96).isoformat() == "2027-03-02T00:00:00+00:00"
    assert own.start_time(96).isoformat() == "2027-03-02T00:00:00+00:00"


@pytest.mark.parametrize(
    ("zone", "start", "before", "after"),
    [
        ("Europe/Berlin", "2027-03-26", "+01:00", "+02:00"),
        ("America/New_York", "2027-03-12", "-05:00", "-04:00"),
        ("Australia/Lord_Howe", "2027-04-02", "+11:00", "+10:30"),  # half an hour
        ("America/Santiago", "2027-04-02", "-03:00", "-04:00"),  # autumn there
        ("Asia/Kolkata", "2027-03-26", "+05:30", "+05:30"),
    ],
)
def test_daylight_saving_moves_the_offset_never_the_hour(zone: str, start: str, before: str, after: str) -> None:
    own = clock(start=D(start), timezone=zone, sprint_days=2)  # a Friday and the Monday after the change
    assert own.horizon == 192
    for tick, offset in ((0, before), (96, after)):
        moment = own.start_time(tick)
        assert moment.time() == datetime.time(9)
        assert moment.isoformat().endswith(offset)
        assert own.finish_time(tick + 96).time() == datetime.time(17)


def test_clocks_that_change_within_the_working_day() -> None:
    own = clock(start=D("2027-03-28"), weekend=[], timezone="Europe/Berlin", day_start="00:00", sprint_days=1)
    offsets = {own.start_time(tick).utcoffset() for tick in range(96)}
    assert offsets == {datetime.timedelta(hours=1), datetime.timedelta(hours=2)}
    walls = [own.start_time(tick).replace(tzinfo=None) for tick in range(96)]
    assert walls == [datetime.datetime(2027, 3, 28) + datetime.timedelta(minutes=5 * tick) for tick in range(96)]
    printed = [own.start_time(tick).isoformat() for tick in range(96)]
    read = [datetime.datetime.fromisoformat(text).replace(tzinfo=None) for text in printed]
    assert read == walls


def _tick(own: Clock, moment: datetime.datetime, is_start: bool) -> int:
    """Go the way back: the tick of a wall time, by the definition of a tick."""
    wall = moment.replace(tzinfo=None)
    if not is_start and wall.time() <= own.day_start:  # the end of a day that ends at midnight
        wall -= datetime.timedelta(microseconds=1)
    opening = datetime.datetime.combine(wall.date(), own.day_start)
    offset = round(Fraction((wall - opening) / datetime.timedelta(seconds=1)) * 96 / (own.day_hours * 3600))
    if not is_start and wall.date() == own.day_before:
        return offset - 96
    return 96 * own.days.index(wall.date()) + offset


@given(
    start=st.dates(D("2026-01-01"), D("2028-12-31")),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    opening=st.integers(0, 11),
    hours=st.sampled_from([1, 5, 7.7, 8, 12]),
    weekend=st.sets(st.sampled_from(WEEKDAYS), max_size=6),
    sprint_days=st.integers(1, 15),
    part=st.floats(0, 1),
)
def test_tick_to_moment_to_tick(
    start: datetime.date,
    zone: str,
    opening: int,
    hours: float,
    weekend: set[str],
    sprint_days: int,
    part: float,
) -> None:
    own = clock(
        start=start,
        timezone=zone,
        day_start=f"{opening:02}:00",
        day_hours=hours,
        weekend=sorted(weekend),
        sprint_days=sprint_days,
        holidays={"country": "US"},
    )
    if own.horizon == 0:
        return
    tick = int(part * (own.horizon - 1))
    assert _tick(own, own.start_time(tick), is_start=True) == tick
    assert _tick(own, own.finish_time(tick), is_start=False) == tick
    assert _tick(own, own.finish_time(own.horizon), is_start=False) == own.horizon
    assert own.finish_time(tick).replace(tzinfo=None) <= own.start_time(tick).replace(tzinfo=None)


@given(date=st.dates(D("2027-02-01"), D("2027-04-01")), closed=st.sets(st.integers(-5, 14), max_size=8))
def test_limits_agree_with_a_count_of_working_days(date: datetime.date, closed: set[int]) -> None:
    own = clock(company_days=[D("2027-03-01") + datetime.timedelta(days=number) for number in sorted(closed)])
    assert own.start_limit(date) == 96 * sum(1 for one in own.days if one < date)
    if date >= own.first_day:
        assert own.finish_limit(date) == 96 * sum(1 for one in own.days if one <= date)


# -- who is there ----------------------------------------------------------------------------------------------


def test_there_all_the_time_is_one_interval() -> None:
    assert presence(specialist("Ana")) == ((0, 960),)


def test_workdays() -> None:
    part_time = specialist("Ana", workdays=["mon", "tue", "wed", "thu"])
    assert presence(part_time) == ((0, 384), (480, 864))
    assert presence(specialist("Ana", workdays=["sat", "sun"])) == ()


def test_a_day_half_days_and_a_run_of_days_off() -> None:
    away = [
        D("2027-03-02"),
        {"date": D("2027-03-03"), "half": "am"},
        {"date": D("2027-03-04"), "half": "pm"},
        {"from": D("2027-03-06"), "to": D("2027-03-09")},  # from a Saturday on
    ]
    assert presence(specialist("Ana", time_off=away)) == ((0, 96), (240, 336), (384, 480), (672, 960))


def test_both_halves_of_a_day_are_a_day() -> None:
    halves = [{"date": D("2027-03-02"), "half": half} for half in ("am", "pm")]
    assert presence(specialist("Ana", time_off=halves)) == presence(specialist("Ana", time_off=[D("2027-03-02")]))


def test_time_off_on_a_day_off_takes_nothing() -> None:
    assert presence(specialist("Ana", time_off=[D("2027-03-06"), D("2026-01-01")])) == ((0, 960),)


def test_busy_takes_the_last_ticks_of_each_day() -> None:
    promised = {"from": D("2027-03-01"), "to": D("2027-03-02"), "hours": 2}
    assert presence(specialist("Ana", busy=[promised])) == ((0, 64), (96, 160), (192, 960))


def test_busy_entries_of_a_day_add_up_before_rounding() -> None:
    # 0.03 of 6 hours is 0.48 of a tick and rounds to none; twice that is one.
    twice = [{"from": D("2027-03-01"), "to": D("2027-03-01"), "hours": 0.03}] * 2
    assert presence(specialist("Ana", busy=twice)) == ((0, 95), (96, 960))
    once = twice[:1]
    assert presence(specialist("Ana", busy=once)) == ((0, 960),)


def test_busy_rounds_a_half_up() -> None:
    half_a_tick = {"from": D("2027-03-01"), "to": D("2027-03-01"), "hours": 0.03125}  # 96 × 0.03125 / 6 = 0.5
    assert presence(specialist("Ana", busy=[half_a_tick])) == ((0, 95), (96, 960))


def test_busy_takes_what_time_off_leaves() -> None:
    promised = {"from": D("2027-03-01"), "to": D("2027-03-01"), "hours": 2}
    afternoon = {"date": D("2027-03-01"), "half": "pm"}
    morning = {"date": D("2027-03-01"), "half": "am"}
    assert presence(specialist("Ana", busy=[promised], time_off=[afternoon]))[0] == (0, 16)
    assert presence(specialist("Ana", busy=[promised], time_off=[morning]))[0] == (48, 64)


def test_busy_beyond_the_day_takes_the_day_and_no_more() -> None:
    promised = {"from": D("2027-03-01"), "to": D("2027-03-01"), "hours": 1000}
    assert presence(specialist("Ana", busy=[promised])) == ((96, 960),)


def test_busy_in_points_takes_its_share_of_a_day() -> None:
    promised = {"from": D("2027-03-01"), "to": D("2027-03-01"), "hours": 0.5}
    person = specialist("Ana", points_per_sprint=10, busy=[promised])
    assert presence(person, Fraction(10, 10))[0] == (0, 48)


@given(
    away=st.lists(
        st.tuples(st.integers(-2, 16), st.sampled_from([None, "am", "pm"]), st.integers(0, 3)),
        max_size=5,
    ),
    workdays=st.none() | st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    busy=st.lists(
        st.tuples(st.integers(0, 13), st.integers(0, 6), st.sampled_from([0.03, 0.5, 2, 5.97, 9])), max_size=3
    ),
    closed=st.sets(st.integers(0, 13), max_size=3),
)
def test_presence_is_a_naive_walk_over_all_ticks(
    away: list[tuple[int, str | None, int]],
    workdays: set[str] | None,
    busy: list[tuple[int, int, float]],
    closed: set[int],
) -> None:
    first = D("2027-03-01")

    def on(number: int) -> datetime.date:
        return first + datetime.timedelta(days=number)

    time_off = [
        {"date": on(begin), "half": half} if half else {"from": on(begin), "to": on(begin + more)}
        for begin, half, more in away
    ]
    promised = [{"from": on(begin), "to": on(begin + more), "hours": hours} for begin, more, hours in busy]
    order = sorted(workdays, key=WEEKDAYS.index) if workdays else None
    person = specialist("Ana", time_off=time_off, workdays=order, busy=promised)
    own = clock(company_days=[on(number) for number in sorted(closed)])
    found = own.presence(person, Fraction(6))
    assert all(start < end for start, end in found)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found))  # merged and sorted
    expected = []
    for index, date in enumerate(own.days):
        number = (date - first).days
        free = [
            tick
            for tick in range(96)
            if (workdays is None or WEEKDAYS[date.weekday()] in workdays)
            and not any(
                (number == begin and tick // 48 == (half == "pm")) if half else begin <= number <= begin + more
                for begin, half, more in away
            )
        ]
        amounts = (Fraction(str(amount)) for begin, more, amount in busy if begin <= number <= begin + more)
        taken = (96 * sum(amounts, Fraction(0)) / 6 + Fraction(1, 2)) // 1
        expected += [96 * index + tick for tick in free[: max(0, len(free) - taken)]]
    assert [tick for start, end in found for tick in range(start, end)] == expected


# -- the start, where it is left open --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "start"),
    [
        ("2027-03-01", "2027-03-02"),
        ("2027-03-05", "2027-03-08"),
        ("2027-03-06", "2027-03-08"),
        ("2027-05-28", "2027-06-01"),
    ],
)
def test_the_next_working_day(today: str, start: str) -> None:
    assert next_working_day(calendar(holidays={"country": "US"}), D(today)) == D(start)


def test_today_is_told_in_the_scenario_s_time_zone() -> None:
    late = datetime.datetime(2027, 3, 1, 23, 30, tzinfo=datetime.UTC)
    for zone, expected in (("UTC", "2027-03-02"), ("Asia/Tokyo", "2027-03-03"), ("America/New_York", "2027-03-02")):
        given_ = scenario([item("A", effort=1)], start=None, timezone=zone)
        assert with_start(given_, late).calendar.start == D(expected)


def test_a_given_start_is_kept() -> None:
    given_ = scenario([item("A", effort=1)])
    assert with_start(given_, datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)) is given_


def test_ticks_a_day() -> None:
    assert TICKS_PER_DAY == 96


def test_a_plan_records_the_start_that_was_left_open() -> None:
    plan = pipeline.plan(scenario([item("A", effort=1)], start=None, weekend=[]))
    today = datetime.datetime.now(datetime.UTC).date()
    assert plan.start - today in (datetime.timedelta(days=0), datetime.timedelta(days=1))  # 0: midnight just passed
