"""Cells to values: numbers, durations, dates and people, in the ways trackers write them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateutil.parser import parserinfo

MAX_EFFORT = 100_000  # the contract's limit of an effort
_HOURS = {"w": 40.0, "d": 8.0, "h": 1.0, "m": 1 / 60, "s": 1 / 3600}
_DURATION = re.compile(r"(\d{1,9}(?:[.,]\d{1,6})?)\s*([wdhms])[a-z]*\.?", re.I)
_NUMBER = re.compile(r"([-+]?\d{1,15})(?:[.,](\d{1,9})\d*)?")
_NUMERIC_DATE = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")


def number(text: str) -> float | None:
    """Read ``3``, ``3.5``, ``3,5``; None if it is no plain number."""
    found = _NUMBER.fullmatch(text.replace("\u00a0", "").strip())
    return float(f"{found[1]}.{found[2] or 0}") if found else None


def hours(text: str, bare: str) -> float | None:
    """Read ``38h``, ``1d 4h``, ``2 hours, 30 minutes`` or a bare number in the unit ``bare`` (h, m or s).

    A day is 8 hours and a week 40, as the trackers count them.
    """
    amount = number(text)
    if amount is not None:
        return amount * _HOURS[bare]
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip(" ,"):
        return None
    return sum(float(amount.replace(",", ".")) * _HOURS[unit.lower()] for amount, unit in parts)


class Dates:
    """Reads dates the way the file writes them.

    Whether 3/4/2026 is a day in March or in April is decided once for the file, by all its dates: a first number above
    12 makes them day-first, a second one month-first; without any such evidence a time with AM or PM does the latter.
    """

    def __init__(self, samples: Iterable[str]) -> None:
        first = second = half_days = 0
        for text in samples:
            found = _NUMERIC_DATE.match(text)
            if found:
                first += int(found[1]) > 12
                second += int(found[3]) > 12
                half_days += bool(re.search(r"\d\s*[ap]\.?m\b", text, re.I))
        self.decided = bool(first or second)
        self.day_first = first >= second if self.decided else not half_days

    def read(self, text: str) -> datetime.date | None:
        """Return the day; None if the text is no date. The time of day and its zone are left out."""
        text = " ".join(text.split())
        if not text or len(text) > 80:
            return None
        iso = _ISO_DATE.match(text)
        if iso:
            return _day(int(iso[1]), int(iso[2]), int(iso[3]))
        numeric = _NUMERIC_DATE.match(text)
        if numeric:
            return self._numeric(int(numeric[1]), int(numeric[3]), _year(int(numeric[4])))
        return _spoken(text)

    def ambiguous(self, text: str) -> bool:
        """Whether the day had to be guessed: both numbers could be the month and nothing in the file decides."""
        found = _NUMERIC_DATE.match(" ".join(text.split()))
        return bool(found) and not self.decided and found[2] != "." and max(int(found[1]), int(found[3])) <= 12  # type: ignore[index]

    def _numeric(self, first: int, second: int, year: int) -> datetime.date | None:
        day_first = self.day_first if max(first, second) <= 12 else first > 12
        day, month = (first, second) if day_first else (second, first)
        return _day(year, month, day)


def _year(year: int) -> int:
    return year if year >= 100 else 2000 + year if year < 70 else 1900 + year


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2200 else None


_MONTHS = (
    "Jan January Januar Jänner janv janvier ene enero janeiro gen gennaio januari sty stycznia",
    "Feb February Februar févr fév fevr février febrero fev fevereiro febbraio februari lut lutego",
    "Mar March März Mär Mrz mars marzo março maart mrt marca",
    "Apr April avr avril abr abril aprile kwi kwietnia",
    "May Mai mayo maio mag maggio mei maj maja",
    "Jun June Juni juin junio junho giu giugno cze czerwca",
    "Jul July Juli juil juillet julio julho lug luglio lip lipca",
    "Aug August août aout ago agosto augustus augusti sie sierpnia",
    "Sep Sept September septembre septiembre set setembro settembre wrz września",
    "Oct October Okt Oktober octobre octubre out outubro ott ottobre paź października",
    "Nov November novembre noviembre novembro lis listopada",
    "Dec December Dez Dezember déc décembre dic diciembre dezembro dicembre gru grudnia",
)


@cache
def _languages() -> parserinfo:
    """Month names of the languages a tracker's site may speak; weekdays only in English (``mar`` is Tuesday, too)."""
    from dateutil.parser import parserinfo

    class Languages(parserinfo):
        JUMP = [*parserinfo.JUMP, "de", "den", "le", "el", "del", "di", "el", "gmt", "(gmt)"]  # noqa: RUF012
        MONTHS = [tuple(words.split()) for words in _MONTHS]  # type: ignore[misc]  # noqa: RUF012

        def convertyear(self, year: int, century_specified: bool = False) -> int:  # noqa: ARG002
            return _year(year)  # the library's own window moves with today

    return Languages()


@cache
def _spoken(text: str) -> datetime.date | None:
    """Read a date with the month in words; None unless day, month and year are all there."""
    from dateutil.parser import parse

    if not re.search(r"[^\W\d_]{3}", text) or not re.search(r"\d", text):
        return None
    text = re.sub(r"(?<=[^\W\d_])\.", " ", text)  # févr./24
    found = []
    for default in (datetime.datetime(2001, 1, 1), datetime.datetime(2004, 12, 28)):
        try:
            moment = parse(text, parserinfo=_languages(), default=default, dayfirst=True, ignoretz=True)
        except (ValueError, OverflowError, TypeError, AttributeError):
            return None
        found.append(moment.date())
    return _day(found[0].year, found[0].month, found[0].day) if found[0] == found[1] else None


# --- people ----------------------------------------------------------------------------------------------------------

_NAME_AND_MAIL = re.compile(r"(.*?)\s*<([^<>]*)>")
_NOBODY = frozenset(("", "unassigned", "none", "nobody", "no one", "not assigned", "no assignee", "nicht zugewiesen"))


def person(text: str) -> str:
    """Name the person: without the mail address where there is a name, from the address where there is none."""
    text = clean(text, 200).strip("'\" ")
    found = _NAME_AND_MAIL.fullmatch(text)
    if found:
        text = found[1].strip("'\" ") or found[2]
    return "" if text.casefold() in _NOBODY else text


def readable(people: Iterable[str]) -> dict[str, str]:
    """Turn mail addresses into names (``ana.perez@example.com`` is Ana Perez) where that keeps people apart."""
    distinct = sorted(set(people))
    spoken = {one: _from_address(one) for one in distinct}
    taken: dict[str, int] = {}
    for name in spoken.values():
        taken[name.casefold()] = taken.get(name.casefold(), 0) + 1
    return {one: name if taken[name.casefold()] == 1 else one for one, name in spoken.items()}


def _from_address(text: str) -> str:
    local, at, domain = text.partition("@")
    if not at or "." not in domain or " " in text:
        return text
    parts = [part for part in re.split(r"[._\-+]+", local) if part]
    return " ".join(part[:1].upper() + part[1:] for part in parts) or text


def listed(text: str, separators: str = ",;") -> tuple[str, ...]:
    """Split a cell that holds several values."""
    return tuple(part for part in (part.strip() for part in re.split(f"[{separators}]", text)) if part)


def clean(text: str, limit: int) -> str:
    """One line of printable text of at most ``limit`` characters."""
    text = " ".join("".join(sign if sign.isprintable() or sign.isspace() else " " for sign in text).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean_id(text: str) -> str:
    """An id that can stand in a list: no blanks, commas or semicolons in it."""
    return re.sub(r"[\s,;]+", "-", clean(text, 150)).strip("-")
