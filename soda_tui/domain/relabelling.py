"""Changing an issue's labels: its priority by one step, or what a person picked."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from soda_tui.domain.labels import LabelNames, has
from soda_tui.domain.queue import priority


class Relabelling(Struct, frozen=True):
    """Label names to add and to take off; nothing is done twice."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def step_priority(labels: Iterable[str], names: LabelNames, step: int) -> Relabelling:
    """One priority up (1) or down (-1), between none and very high; `route:unblocker` is no step and stays."""
    present = tuple(labels)
    ladder = [label for label, _, _ in reversed(names.priorities[1:])]
    weight, _ = priority([label for label in present if not has((names.unblocker,), label)], names)
    wanted = min(max(weight + step, 0), len(ladder))
    target = ladder[wanted - 1] if wanted else None
    return Relabelling(
        () if target is None or has(present, target) else (target,),
        tuple(label for label in ladder if label != target and has(present, label)),
    )


def exact(labels: Iterable[str], wanted: Iterable[str]) -> Relabelling:
    """From the labels of now to just the wanted ones."""
    present, picked = tuple(labels), tuple(wanted)
    return Relabelling(
        tuple(label for label in picked if not has(present, label)),
        tuple(label for label in present if not has(picked, label)),
    )
