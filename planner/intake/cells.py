"""What a cell of a backlog table says: numbers, dates, yes or no, status words, lists. And the way back to text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from difflib import get_close_matches

from models.item import Dependency


class CellError(Exception):
    """A cell cannot be understood: the cause, and what to write instead."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        self.cause = cause
        self.remedy = remedy
        super().__init__(cause)


# Reading -------------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<group>[.,])\d{3}(?:(?P=group)\d{3})*(?P<rest>[.,]\d+)?", re.ASCII)
_FLAGS = dict.fromkeys(("yes", "true", "1", "x", "y", "✓"), True) | dict.fromkeys(("no", "false", "0", "n"), False)
_STATUS = {
    "todo": "to do|open|new|backlog|ready|planned|not started|selected for development|proposed|reopened|next",
    "in-progress": "in progress|doing|started|active|in review|in work|under way|wip|in development|in testing",
    "done": "done|closed|complete|completed|finished|resolved|released|shipped|delivered",
}
_STATUS_WORDS = {word: status for status, words in _STATUS.items() for word in (*words.split("|"), status)}
_DROPPED = {"cancelled", "canceled", "won't do", "wont do", "rejected", "duplicate", "obsolete", "removed"}
_LAG = re.compile(r"(?P<item>.*\S)\s+\+\s?(?P<days>\d{1,6}(?:[.,]\d{1,6})?)\s?d(?:ays?)?", re.DOTALL | re.ASCII)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def number(text: str) -> float:
    """Read a number with a decimal point or comma; what could be either way is refused."""
    grouped = _GROUPED.fullmatch(text)
    if grouped and grouped["rest"] and grouped["rest"][0] != grouped["group"]:
        text = text.replace(grouped["group"], "")
    elif grouped and (grouped["group"] == "," or text.count(".") > 1):
        digits, fraction = re.sub("[.,]", "", text), text.replace(",", ".")
        remedy = f"Write {digits} or {number_text(float(fraction))}" if fraction.count(".") == 1 else f"Write {digits}"
        raise CellError(f"{text!r} may mean thousands or a fraction", remedy)
    plain = text.replace(",", ".") if text.count(",") == 1 else text
    if not _NUMBER.fullmatch(plain):
        raise CellError(f"{shown(text)} is not a number", "Write a plain number such as 8 or 2.5")
    return float(plain)


def flag(text: str) -> bool:
    """Read yes or no."""
    try:
        return _FLAGS[text.casefold()]
    except KeyError:
        raise CellError(f"{shown(text)} is neither yes nor no", "Write yes or no") from None


def status(text: str) -> str:
    """Read the words people and trackers use for where an item stands."""
    word = re.sub(r"[\s_-]+", " ", text.casefold().replace("’", "'"))
    if word in _DROPPED:
        raise CellError(f"{shown(text)} is work that nobody will do", "Take the row out")
    found = _STATUS_WORDS.get(word) or _STATUS_WORDS.get(word.replace(" ", "-"))
    if found is None:
        raise CellError(f"{shown(text)} is not a known status", "Write todo, in-progress or done")
    return found


def date(text: str) -> datetime.date:
    """Read a day: ISO, with a month's name, or with numbers where day and month cannot be mistaken."""
    match = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?", text, re.ASCII)
    if match:
        return _day(text, *map(int, match.groups()))
    match = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text, re.ASCII)
    if match:
        return _by_numbers(text, int(match[1]), int(match[3]), int(match[4]), german=match[2] == ".")
    for form in ("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d. %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d/%b/%Y"):
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        raise CellError(f"{shown(text)} has a time of day", f"Write the day alone: {text[:10]}")
    raise CellError(f"{shown(text)} is not a date", "Write YEAR-MONTH-DAY, such as 2027-03-01")


def _by_numbers(text: str, first: int, second: int, year: int, *, german: bool) -> datetime.date:
    """Dots are only written day first; elsewhere a number above 12 must be the day."""
    if german or first > 12 or first == second:
        return _day(text, year, second, first)
    if second > 12:
        return _day(text, year, first, second)
    days = f"{year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}"
    raise CellError(f"{text!r} may be day or month first", f"Write {days}")


def _day(text: str, year: int, month: int, day: int) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise CellError(f"there is no day {text!r} in the calendar", "Write a day such as 2027-03-01") from None


def entries(text: str, separators: str = ",;\n") -> list[str]:
    """Split a list; separators inside quotation marks do not count."""
    pattern = rf'(?:"(?:[^"]|"")*"|[^{re.escape(separators)}"]|")+'
    return [entry for match in re.finditer(pattern, text) if (entry := match[0].strip())]


def name(text: str) -> str:
    """Take the quotation marks off a name that needed them."""
    return text[1:-1].replace('""', '"') if _QUOTED.fullmatch(text) else text


def dependency(entry: str) -> dict[str, object]:
    """Read ``MKT-9`` or ``MKT-9 +1d`` (a lag of one working day)."""
    match = _LAG.fullmatch(entry)
    if match is None:
        return {"item": name(entry)}
    return {"item": name(match["item"]), "lag_days": number(match["days"])}


def shown(text: str) -> str:
    """Quote a bad value, shortened, for a message."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known word that was probably meant."""
    lower = {other.casefold(): other for other in sorted(known, reverse=True)}
    found = get_close_matches(word.casefold(), sorted(lower), n=1, cutoff=cutoff)
    return lower[found[0]] if found else None


# Writing -------------------------------------------------------------------------------------------------------------


def number_text(amount: float) -> str:
    """Write a number so that it reads back equal, without a needless ``.0``."""
    return str(int(amount)) if float(amount).is_integer() and abs(amount) < 1e15 else repr(float(amount))


def entry_text(entry: str, separators: str = ",;\n") -> str:
    """Write an entry of a list; in quotation marks where it would not read back."""
    plain = entry and not set(entry) & set(f'{separators}"') and not _LAG.fullmatch(entry) and entry == entry.strip()
    return entry if plain else quoted(entry)


def dependency_text(link: Dependency) -> str:
    """Write a dependency as :func:`dependency` reads it."""
    lag = f" +{number_text(link.lag_days)}d" if link.lag_days else ""
    return entry_text(link.item) + lag


def quoted(text: str) -> str:
    """Put a name in quotation marks."""
    return '"' + text.replace('"', '""') + '"'
