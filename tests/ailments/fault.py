"""Faults: ways to plant something in a patient that the doctor must find, and to mend it on leaving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from patients import Patient

Planting = Callable[[Patient], AbstractContextManager[None]]


class Fault(NamedTuple):
    """A way to plant a fault, and to mend it on leaving; what is found by it, and whether without the network."""

    plant: Planting
    found: frozenset[str]
    local: bool

    @property
    def name(self) -> str:
        """What the test is called."""
        return self.plant.__name__


# All that have been registered, by the modules beside this one.
FAULTS: list[Fault] = []


def fault(*found: str, local: bool = True) -> Callable[[Callable[[Patient], Iterator[None]]], None]:
    """Register a fault."""

    def register(plant: Callable[[Patient], Iterator[None]]) -> None:
        FAULTS.append(Fault(contextmanager(plant), frozenset(found), local))

    return register


def of_github(*found: str) -> Callable[[Callable[[Patient], Iterator[None]]], None]:
    """Register a fault that GitHub, or the remote, tells."""
    return fault(*found, local=False)


@contextmanager
def other(file: Path, content: str | None) -> Iterator[None]:
    """A file with another content for a while, None for none at all."""
    before = file.read_bytes() if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    yield
    if before is None:
        file.unlink()
    else:
        file.write_bytes(before)


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    """Another mode for a while."""
    before = path.stat().st_mode
    path.chmod(bits)
    yield
    path.chmod(before)


@contextmanager
def configured(patient: Patient, repository: str = "", others: str = "") -> Iterator[None]:
    """Another configuration for a while."""
    patient.configure(repository, others)
    yield
    patient.configure()


@contextmanager
def setting(patient: Patient, key: str, value: str) -> Iterator[None]:
    """Another setting of the clone for a while."""
    before = patient.git("config", "--local", "--default", "", "--get", key)
    patient.git("config", "--local", key, value)
    yield
    if before:
        patient.git("config", "--local", key, before)
    else:
        patient.git("config", "--local", "--unset", key)


@contextmanager
def emptied(patient: Patient) -> Iterator[None]:
    """A clone without its files for a while."""
    away = patient.clone.with_name("away")
    patient.clone.rename(away)
    patient.clone.mkdir()
    (away / ".git").rename(patient.clone / ".git")
    yield
    (patient.clone / ".git").rename(away / ".git")
    patient.clone.rmdir()
    away.rename(patient.clone)
