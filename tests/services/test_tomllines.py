"""Lines of keys in a TOML text."""

from __future__ import annotations

import pytest

from soda_tui.services.config.tomllines import KeyPath, scan

TEXT = '''# a comment = 1
top = """
[defaults]
agent_id = 3
"""
[defaults] # more
agent_id = "agent001"
labels.ready = "x"
list = [
  "a", # ]
  "[x]",
]
"quoted . key" = 1

[[repository]]
name = "a/b"
[repository.labels]
ready = "r"
# about the next
[[repository]]
name = "c/d"
[hosts."git.example.org"]
api_url = ""
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("defaults",), 6),
        (("defaults", "agent_id"), 7),
        (("defaults", "labels", "ready"), 8),
        (("defaults", "list"), 9),
        (("defaults", "quoted . key"), 13),
        (("repository", 0), 15),
        (("repository", 0, "name"), 16),
        (("repository", 0, "labels", "ready"), 18),
        (("repository", 1, "name"), 21),
        (("repository", 1, "path"), 20),
        (("hosts", "git.example.org", "api_url"), 23),
        (("nowhere",), 1),
    ],
)
def test_every_key_has_its_line(path: KeyPath, line: int) -> None:
    assert scan(TEXT).number(path) == line


def test_a_block_ends_with_its_last_key() -> None:
    blocks = {block.path: (block.first, block.end) for block in scan(TEXT).blocks}
    assert blocks[("defaults",)] == (5, 13)
    assert blocks[("repository", 0, "labels")] == (16, 18)
    assert blocks[("repository", 1)] == (19, 21)


def test_other_line_ends_do_not_count() -> None:
    assert scan('a = "x\u2028y"\r\nb = 1\r\n').number(("b",)) == 2
