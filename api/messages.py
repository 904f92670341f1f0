"""What goes wrong becomes one message on stderr and an exit code; never a traceback (design.md sections 6 and 7)."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from planner.errors import InputError

DEBUG = "SPRINTPLAN_DEBUG"
NO_PLAN, WRONG_INPUT = 1, 2


class Commands(TyperGroup):
    """The commands; an error in one of them becomes its message."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command and turn what it raises into words."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            if os.environ.get(DEBUG):
                raise
            say_error(_words(error))
            raise typer.Exit(WRONG_INPUT) from None


def _words(error: Exception) -> str:
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Plan fewer items at once, or use a machine with more memory."
    if isinstance(error, RecursionError):
        return "The input is nested too deeply. Make it flatter."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}. Check that the file exists and may be read or written."
    kind = " ".join(f"{type(error).__name__}: {error}".split())
    return f"Something unexpected happened ({kind}). Please report it; {DEBUG}=1 shows where it happened."


def say(text: str) -> None:
    """Print a message to stderr; data alone goes to stdout."""
    print(_printable(text), file=sys.stderr, flush=True)


def say_error(text: str) -> None:
    """Print what went wrong, with a red first word on a terminal."""
    red = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    print("\033[1;31mError:\033[0m" if red else "Error:", _printable(text), file=sys.stderr, flush=True)


def _printable(text: str) -> str:
    """No value from a file steers the terminal."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in text)
