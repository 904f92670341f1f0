"""The board against the picture it had: coarse, because letters differ from machine to machine, shapes do not.

``SPRINTPLAN_PICTURES=renew`` writes the pictures anew; look at them before they are committed.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page, expect

from tests.web.browsing import TUTORIAL, board_of

PICTURES = Path(__file__).parent / "pictures"
COARSE = (120, 40)  # a letter is less than a point of it
MOST_APART = 4.0  # of 255, on average


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_board_looks_as_it_did(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    board_of(page, TUTORIAL)
    expect(page.locator(".arrows .arrow").first).to_be_attached()
    now = seen(page.locator("#timeline").screenshot())
    kept = PICTURES / f"board-{scheme}.png"
    if os.environ.get("SPRINTPLAN_PICTURES") == "renew":
        now.save(kept)
    before = Image.open(kept).convert("RGB")
    assert apart(before, now) < MOST_APART
    # The measure sees what a person would: a bar that is gone, a scheme that is the other one.
    assert apart(before, without_a_bar(page)) > 1.5 * apart(before, now)
    other = Image.open(PICTURES / f"board-{'dark' if scheme == 'light' else 'light'}.png").convert("RGB")
    assert apart(other, now) > 10 * MOST_APART


def seen(picture: bytes) -> Image.Image:
    """A picture as it looks from far away."""
    return Image.open(io.BytesIO(picture)).convert("RGB").resize(COARSE, Image.Resampling.BOX)


def apart(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart, on average over points and colours."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def without_a_bar(page: Page) -> Image.Image:
    """The board with its longest bar taken away."""
    page.evaluate(
        """() => { const bars = [...document.querySelectorAll(".vis-item.task")];
           bars.sort((a, b) => b.offsetWidth - a.offsetWidth)[0].style.visibility = "hidden"; }"""
    )
    return seen(page.locator("#timeline").screenshot())
