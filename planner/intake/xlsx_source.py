"""Records of a workbook: the first sheet with content, values as text; a zip bomb is refused before it is opened."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.intake.text import check_size

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_BYTES = 200_000_000
MAX_UNZIPPED = 500_000_000
MAX_RATIO = 200  # real sheets shrink to a tenth, at best a fiftieth
SMALL = 10_000_000  # unzipped; below it any ratio is harmless
MAX_SLOTS = 50_000_000  # places of cells, empty ones too: a sheet may claim a million columns


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its number.

    Raises
    ------
    InputError
        If the file is missing, too large, packed like a bomb, or no workbook.
    """
    check_size(path, MAX_BYTES)
    _check_zip(path)
    workbook = _opened(path)
    slots = 0
    try:
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # what the sheet claims about its size may be wrong
            filled = False
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                slots += len(values)
                if slots > MAX_SLOTS:
                    raise InputError(
                        f"{path}, row {number}", "the sheet has too many cells", "Save the filled ones only"
                    )
                if any(value is not None for value in values):
                    filled = True
                    yield number, list(map(_as_text, values))
            if filled:
                return
    except InputError:
        raise
    except Exception as error:  # openpyxl meets broken XML with errors of many kinds
        raise _broken(path, error) from None
    finally:
        workbook.close()


def _check_zip(path: Path) -> None:
    """Judge by the directory of the zip file, which costs nothing; the reader trusts the same directory."""
    try:
        with path.open("rb") as file:
            if file.read(4) == b"\xd0\xcf\x11\xe0":
                raise InputError(str(path), "the workbook is encrypted or in the old format", "Save it as plain .xlsx")
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except OSError as error:
        raise InputError(str(path), f"the file cannot be read: {error.strerror}") from None
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError(str(path), "this is not an .xlsx workbook", "Save it as .xlsx, or as CSV") from None
    unzipped = sum(entry.file_size for entry in entries)
    zipped = sum(entry.compress_size for entry in entries)
    if unzipped > MAX_UNZIPPED or (unzipped > SMALL and unzipped > MAX_RATIO * zipped):
        cause = f"the workbook unpacks to {unzipped // 1_000_000:,} MB"
        raise InputError(str(path), cause, "Save only the sheet with the backlog, or save it as CSV")


def _opened(path: Path) -> Workbook:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions nobody here needs
            return load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl meets broken XML with errors of many kinds
        raise _broken(path, error) from None


def _broken(path: Path, error: Exception) -> InputError:
    cause = f"the workbook is damaged ({type(error).__name__})"
    return InputError(str(path), cause, "Open it in a spreadsheet program and save it again, or save it as CSV")


def _as_text(value: object) -> str:
    """Write a cell's value as a person reads it: no 3.0 for 3, dates as in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(timespec="seconds")
    return str(value)
