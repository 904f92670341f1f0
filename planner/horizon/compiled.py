"""The compiled moves of a plan to capacity (``moves.py``), made ready beside the search."""

from __future__ import annotations

import numpy as np

from planner.solve.compiled import Loop


def _make() -> None:
    from planner.horizon import moves

    # A run over one item and one sprint has all the types.
    none, one = np.zeros(1, dtype=np.int64), np.zeros((1, 1))
    pairs, begins = np.zeros((0, 2), dtype=np.int64), np.zeros(2, dtype=np.int64)
    facts = moves.Facts(
        part=none,
        needed=np.zeros(1, dtype=np.bool_),
        earliest=none,
        gain=one,
        worth=one,
        pieces_from=begins,
        amount=np.zeros(0),
        kind=np.zeros((0, 1), dtype=np.int64),
        rows=none,
        weight=np.zeros((1, 1, 1)),
        most=one,
        weighs=np.zeros((1, 1, 1)),
        requires_from=begins,
        requires=pairs,
        any_from=begins,
        any_of=pairs,
        followers_from=begins,
        followers=np.zeros(0, dtype=np.int64),
        rivals_from=begins,
        rivals=np.zeros(0, dtype=np.int64),
        open_sprints=np.array([0, 1], dtype=np.int64),
    )
    state = moves.State(
        at=np.full(1, moves.OUT, dtype=np.int64),
        load=one.copy(),
        inside=np.zeros((1, 1), dtype=np.int64),
        size=none.copy(),
        place=none.copy(),
        log=np.zeros((8, 2), dtype=np.int64),
        lost=np.zeros((8, 2), dtype=np.int64),
        queue=np.zeros(8, dtype=np.int64),
        passed=np.zeros(1),
        counts=np.zeros(2, dtype=np.int64),
        levels=np.zeros(4),
    )
    random = np.ones(1, dtype=np.int64)
    moves.weigh(facts)
    moves.anneal(facts, state, np.zeros((1, 1), dtype=np.int64), state.at.copy(), random, 1, 1.0, 1.0)
    moves.make_room(facts, state, 0, moves.OUT, random)
    moves.place_lost(facts, state)


loop = Loop(_make)
