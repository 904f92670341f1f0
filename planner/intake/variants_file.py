"""A file of variants and sweeps, checked, with the place of each for messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.variants import Variants
from planner.errors import InputError
from planner.intake.contract import held
from planner.intake.source import Source, read_source

KEYS = ("variants", "sweeps")


@dataclass(frozen=True)
class LoadedVariants:
    """What a file of variants says, the file itself, and the scenario file it names."""

    variants: Variants
    source: Source
    base: Path | None


def holds_variants(path: Path) -> bool:
    """Whether a file holds variants rather than a scenario."""
    data = read_source(path).data
    return isinstance(data, dict) and "team" not in data and any(key in data for key in KEYS)


def load_variants(path: Path) -> LoadedVariants:
    """Read a file of variants and sweeps.

    Raises
    ------
    InputError
        With place, cause and remedy, for the first thing that is wrong.
    """
    source = read_source(path)
    variants = held(source, Variants, "a file of what-ifs", "variants")
    if not variants.variants and not variants.sweeps:
        raise InputError(source.where(()), "there is no variant and no sweep in it", "Add `variants:` or `sweeps:`")
    return LoadedVariants(variants, source, None if variants.base is None else path.parent / variants.base)
