"""The sizes that pictures are taken at; some only in the wide setting, for their time."""

from __future__ import annotations

import pytest

SIZES = tuple(
    pytest.param(size, id=f"{size[0]}x{size[1]}", marks=pytest.mark.wide if size == (180, 50) else ())
    for size in ((80, 24), (120, 40), (180, 50))
)
LIGHT_SIZES = tuple(pytest.param(size.values[0], id=size.id, marks=pytest.mark.wide) for size in SIZES)
