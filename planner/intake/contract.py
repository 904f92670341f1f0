"""A file, or a part of one, as what its contract says."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from models.base import Model
from planner.errors import InputError
from planner.intake.messages import refusal
from planner.intake.source import Source

Contract = TypeVar("Contract", bound=Model)


def held(source: Source, contract: type[Contract], what: str, begin: str) -> Contract:
    """Check what a source says against a contract.

    Parameters
    ----------
    what, begin
        What it should be ("a portfolio"), and the key it begins with.

    Raises
    ------
    InputError
        With place, cause and remedy, for the first thing that is wrong.
    """
    if not isinstance(source.data, dict):
        cause = f"{what} consists of keys such as `{begin}:`, this does not"
        raise InputError(source.where(()), cause, f"Begin with `{begin}:`")
    try:
        return contract.model_validate(source.data)
    except ValidationError as error:
        raise refusal(error, source, contract) from None
