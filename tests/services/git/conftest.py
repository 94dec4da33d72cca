"""One remote for each test of git."""

from __future__ import annotations

from pathlib import Path

import pytest
from services.git.yard import Yard


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    """A remote with one branch and two commits."""
    return Yard(tmp_path)
