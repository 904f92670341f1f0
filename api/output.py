"""Where results go: to stdout, or whole into a file."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from api.messages import say
from planner.errors import InputError


def emit(text: str, out: Path | None, mark: str = "") -> None:
    """Print a result, or write it to the file that was asked for and say so.

    Parameters
    ----------
    mark
        What a file begins with, and stdout does not: the byte order mark by which Excel knows UTF-8.
    """
    emit_bytes(text.encode("utf-8"), out, mark.encode("utf-8"))


def emit_bytes(data: bytes, out: Path | None, mark: bytes = b"") -> None:
    """Print a result, or write it to the file that was asked for and say so; as :func:`emit`."""
    if out is None:
        write_stdout(data)
        return
    if out.exists() and not out.is_file():
        out.write_bytes(data)  # a pipe or device: nothing to put in its place
    else:
        from planner.intake.table_writer import write_whole

        write_whole(out.resolve(), mark + data)
    say(f"wrote {out}")


def write_stdout(data: bytes) -> None:
    """Write to stdout; a reader that has gone away (``| head``) has seen enough."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python flushes stdout once more on its way out, which must not fail either.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def check_target(out: Path | None) -> None:
    """Refuse a file that cannot be written, before the work for it is done.

    Raises
    ------
    InputError
        If it is a folder, or its folder does not exist.
    """
    if out is None:
        return
    if out.is_dir():
        raise InputError(f"--out {out}", "this is a folder", f"Name a file in it, such as {out / 'plan.json'}")
    if not out.parent.is_dir():
        raise InputError(f"--out {out}", f"there is no folder {out.parent}", "Make it first")
