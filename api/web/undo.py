"""Undo and redo over versions that are only ever added: going back is a new version that restores an older one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.http.store.scenarios import Version


@dataclass(frozen=True)
class Steps:
    """The versions whose content undo and redo bring back; None where there is nothing to undo or redo."""

    undo: int | None
    redo: int | None

    @classmethod
    def of(cls, versions: Sequence[Version]) -> Steps:
        """Follow the versions, the latest first, from the oldest on.

        A version that restores what undo (or redo) led to is a step back (or forward); anything else, going back far
        in the history included, is something new, and ends what could be done again.
        """
        back: list[int] = []
        forward: list[int] = []
        now: int | None = None
        for version in sorted(versions, key=lambda one: one.version):
            target = version.version if version.restores is None else version.restores
            if now is None:
                now = target
                continue
            if version.restores is not None and back[-1:] == [target]:
                forward.append(now)
                back.pop()
            elif version.restores is not None and forward[-1:] == [target]:
                back.append(now)
                forward.pop()
            else:
                back.append(now)
                forward.clear()
            now = target
        return cls(back[-1] if back else None, forward[-1] if forward else None)
