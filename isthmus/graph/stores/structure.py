"""What a store is made of besides what it holds: the steps that made it, its indexes, whether its file is whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Structure:
    """How a store stands.

    ``schema`` of ``newest`` steps were taken. ``indexes`` are there and ready; ``missing`` were taken out by somebody,
    ``unready`` are being built, or failed: each a name with what the store says of it. ``damage`` is what the store finds
    wrong with its own file. ``clock_ahead`` are the seconds by which the store's clock is ahead of ours, where it has one.
    """

    schema: int
    newest: int
    indexes: int
    missing: tuple[str, ...] = ()
    unready: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    clock_ahead: float | None = None
