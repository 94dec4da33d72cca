"""The `[keys]` of the configuration: two spellings of one thing, and what is odd named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from soda_tui.domain.failure import Failure
from soda_tui.services.config.document import parse
from soda_tui.services.config.reading import settings

FILE = Path("/config/config.toml")


@pytest.mark.parametrize("name", ['"repo.pop"', "repo.pop", "'repo'.pop"])
@pytest.mark.parametrize(("value", "keys"), [('"f5"', ("f5",)), ('["f5", "%"]', ("f5", "percent_sign"))])
def test_a_key_or_a_list_of_them(name: str, value: str, keys: tuple[str, ...]) -> None:
    found = settings(parse(FILE, f"[keys]\n{name} = {value}\n"))
    assert found.keys == {"repo.pop": keys}
    assert not found.warnings


def test_what_is_odd_is_named_with_file_and_line_and_keeps_its_own() -> None:
    text = '[keys]\nrepo.pop = "x"\n# none\n"repo.pip" = "f1"\napp.help = "f1"\nrepo.peek = "f25"\n'
    found = settings(parse(FILE, text))
    assert found.keys == {"app.help": ("f1",)}
    assert [(f"line {line}:" in warning, word in warning) for line, word, warning in zip(
        (4, 6, 2), ("Did you mean repo.pop?", "f25 is no key", "the key of repo.stop already"),
        sorted(found.warnings, key=lambda said: ("repo.pip" not in said, "f25" not in said)), strict=True,
    )] == [(True, True)] * 3  # fmt: skip
    assert all(str(FILE) in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "text", ["keys = 1", "[keys]\nrepo.pop = 5", "[keys]\nrepo.pop = [1]", "[keys]\na.b.c.d.e.f = 1"]
)
def test_what_is_no_key_at_all_is_a_failure(text: str) -> None:
    with pytest.raises(Failure) as caught:
        settings(parse(FILE, f"{text}\n"))
    assert "line" in caught.value.problem.message


@pytest.mark.parametrize(("environ", "ascii_only"), [({}, False), ({"SODA_TUI_COCKPIT__ASCII": "true"}, True)])
def test_ascii_on_request(environ: dict[str, str], ascii_only: bool) -> None:
    assert settings(parse(FILE, ""), environ).ascii is ascii_only
    assert settings(parse(FILE, "[cockpit]\nascii = true\n"), environ).ascii
