"""Undo and redo over versions that are only added, against a plain model: two stacks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.http.store.scenarios import Version
from api.web.undo import Steps


def versions(restored: list[int | None]) -> list[Version]:
    """The history, the latest first."""
    made = [
        Version(1, "0" * 32, number, "Sprint", 0.0, "local", None, restores, None, "")
        for number, restores in enumerate(restored, start=1)
    ]
    return made[::-1]


def test_there_is_nothing_to_undo_at_first() -> None:
    assert Steps.of(versions([None])) == Steps(None, None)


def test_undo_undo_redo_and_a_new_change() -> None:
    history: list[int | None] = [None, None, None]
    assert Steps.of(versions(history)) == Steps(2, None)
    history.append(2)  # undo
    assert Steps.of(versions(history)) == Steps(1, 3)
    history.append(1)  # undo
    assert Steps.of(versions(history)) == Steps(None, 2)
    history.append(2)  # redo
    assert Steps.of(versions(history)) == Steps(1, 3)
    history.append(None)  # something new: version 7
    assert Steps.of(versions(history)) == Steps(2, None)


def test_going_far_back_can_be_undone() -> None:
    assert Steps.of(versions([None, None, None, None, 1])) == Steps(4, None)


@given(st.lists(st.sampled_from(["change", "undo", "redo"]), max_size=30))
def test_as_two_stacks_would_have_it(actions: list[str]) -> None:
    history: list[int | None] = [None]
    back: list[int] = []
    now, forward = 1, list[int]()
    for action in actions:
        steps = Steps.of(versions(history))
        assert steps == Steps(back[-1] if back else None, forward[-1] if forward else None)
        if action == "change":
            history.append(None)
            back.append(now)
            now, forward = len(history), []
        elif action == "undo" and back:
            assert steps.undo is not None
            history.append(steps.undo)
            forward.append(now)
            now = back.pop()
        elif action == "redo" and forward:
            assert steps.redo is not None
            history.append(steps.redo)
            back.append(now)
            now = forward.pop()
