"""The command line as a program of its own: signals, terminals, pipes, what it loads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command import PROGRAM, ROOT, TUTORIAL, environment, generated, run

posix = pytest.mark.skipif(os.name == "nt", reason="signals and terminals as on POSIX")


def test_data_goes_to_stdout_and_nothing_else() -> None:
    answer = run("plan", TUTORIAL, "--format", "json")
    assert answer.code == 0
    assert json.loads(answer.out)["status"] == "optimal"
    assert answer.err == ""


def test_the_plan_of_one_run_is_judged_by_the_next(tmp_path: Path) -> None:
    assert run("plan", TUTORIAL, "--out", "plan.json", cwd=tmp_path).code == 0
    assert run("verify", TUTORIAL, "plan.json", cwd=tmp_path).code == 0


def test_an_error_is_one_message_on_stderr() -> None:
    answer = run("plan", "no-such-file.yaml")
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("Error: no-such-file.yaml")
    assert "Traceback" not in answer.err


def test_an_output_that_knows_only_ascii_gets_only_ascii() -> None:
    answer = run("plan", TUTORIAL, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert answer.code == 0
    assert answer.out.isascii()
    assert "Who does what when ---" in answer.out


def started(*arguments: object, stderr: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=stderr, env=environment(TERM="xterm")
    )


@posix
def test_a_reader_that_goes_away_is_no_error() -> None:
    with started("schema") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(60) == 0


@posix
def test_ctrl_c_returns_the_best_plan_so_far(tmp_path: Path) -> None:
    scenario = generated(tmp_path / "large.json", items=60, specialists=10)
    with started("plan", scenario, "--time-limit", 300, "--workers", 2, "--format", "json") as program:
        time.sleep(6)
        program.send_signal(signal.SIGINT)
        begin = time.monotonic()
        out, err = program.communicate(timeout=60)
    assert program.returncode == 0
    assert time.monotonic() - begin < 30
    assert err == b"stopping; what was found so far follows\n"
    plan = json.loads(out)
    assert plan["status"] == "feasible"
    assert plan["selected"]
    assert plan["bound"] >= plan["value"]


@posix
def test_a_second_ctrl_c_ends_the_program(tmp_path: Path) -> None:
    scenario = generated(tmp_path / "large.json", items=250, specialists=25)
    with started("plan", scenario, "--time-limit", 300, "--workers", 2) as program:
        time.sleep(6)
        # Two signals on a busy machine may reach the program as one: send them until it ends.
        for _ in range(200):
            program.send_signal(signal.SIGINT)
            time.sleep(0.02)
            if program.poll() is not None:
                break
        out, _ = program.communicate(timeout=30)
    assert program.returncode == -signal.SIGINT
    assert out == b""


def on_a_terminal(*arguments: object, output: bool, **env: str) -> tuple[int, str]:
    """Run a command whose stderr (and perhaps stdout) is a terminal; return the exit code and what the terminal got."""
    import pty
    import threading

    master, slave = pty.openpty()
    received: list[bytes] = []

    def read() -> None:
        try:
            while data := os.read(master, 65_536):
                received.append(data)
        except OSError:
            pass  # the other side is closed

    program = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        stdin=slave,
        stdout=slave if output else subprocess.DEVNULL,
        stderr=slave,
        env=environment(**({"TERM": "xterm-256color", "COLUMNS": "90"} | env)),
    )
    os.close(slave)
    reader = threading.Thread(target=read)
    reader.start()
    code = program.wait(60)
    reader.join()
    os.close(master)
    return code, b"".join(received).decode("utf-8")


@posix
def test_a_terminal_has_a_live_line_that_goes_away_again(tmp_path: Path) -> None:
    scenario = generated(tmp_path / "large.json", items=60, specialists=10)
    code, shown = on_a_terminal("plan", scenario, "--time-limit", 2, "--workers", 2, output=False)
    assert code == 0
    assert "0 s · looking for a first plan · Ctrl-C keeps the best plan so far" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")  # the cursor is back
    assert "Who does what when" not in shown


@posix
def test_colour_only_on_a_terminal_and_only_if_wanted() -> None:
    assert "48;5;" in on_a_terminal("plan", TUTORIAL, output=True)[1]
    assert "48;5;" not in on_a_terminal("plan", TUTORIAL, output=True, NO_COLOR="1")[1]
    assert "\x1b" not in run("plan", TUTORIAL).out
    assert "\x1b[1;31mError" in on_a_terminal("plan", "none.yaml", output=True)[1]
    assert "\x1b[1;31mError" not in on_a_terminal("plan", "none.yaml", output=True, NO_COLOR="1")[1]


@posix
def test_a_terminal_that_moves_no_cursor_gets_no_live_line() -> None:
    code, shown = on_a_terminal("plan", TUTORIAL, output=False, TERM="dumb")
    assert (code, shown) == (0, "")


def modules_after(*arguments: str) -> set[str]:
    """Modules that a command has loaded when it is done."""
    script = (
        "import sys, json, contextlib, io\n"
        "from api.cli import app\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):\n"
        "    app(sys.argv[1:])\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, check=True, env=environment(), cwd=ROOT
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("arguments", [("--version",), ("schema",), ("plan", "no-such-file.yaml")])
def test_nothing_heavy_is_loaded_that_a_command_does_not_use(arguments: tuple[str, ...]) -> None:
    assert not modules_after(*arguments) & {"ortools", "networkx", "pandas", "openpyxl", "highspy", "holidays"}


def test_planning_a_yaml_file_loads_no_spreadsheets() -> None:
    assert not modules_after("plan", str(TUTORIAL)) & {"openpyxl", "highspy", "holidays", "charset_normalizer"}


def test_shells_can_complete() -> None:
    answer = run("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert answer.code == 0
    assert "_COMPLETE=complete_bash" in answer.out
