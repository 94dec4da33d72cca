"""The arrows of the architecture: who may import whom, read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import soda_tui

ROOT = Path(soda_tui.__file__).parent
# What each part may import of the package, besides itself; all of `wiring` together names them all.
MAY = {
    "domain": set[str](),
    "services": {"domain", "cockpit.ports"},
    "cockpit": {"domain"},
    "sandbox": {"domain", "services"},
    "tui": {"domain", "cockpit", "help"},
    "help": set[str](),
    "cli": {"domain", "cockpit", "wiring", "report", "help", "__init__"},
    "report": {"domain"},
    "wiring": {"domain", "cockpit", "services"},
    "wiring.screen": {"domain", "cockpit", "tui"},
    "wiring.demo": {"domain", "services", "sandbox"},
    "__main__": {"cli", "domain", "report"},
}
# The sandbox serves tests and the demo on the services' own ports; these of its programs read the documents.
HEAVY = ("textual", "rich", "gql", "graphql", "git", "watchfiles", "tomlkit", "httpx")


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts != ("__init__",):
            yield ".".join(parts), path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("name,path", [pytest.param(name, path, id=name) for name, path in modules()])
def test_the_arrows(name: str, path: Path) -> None:
    part = name.split(".")[0]
    allowed = MAY.get(name, MAY[part]) | {part}
    for target in imports(path):
        if not target.startswith("soda_tui."):
            continue
        wanted = target.removeprefix("soda_tui.")
        assert any(wanted == one or wanted.startswith(f"{one}.") for one in allowed) or wanted == "__version__", (
            f"{name} imports {wanted}"
        )


@pytest.mark.parametrize("name,path", [pytest.param(n, p, id=n) for n, p in modules() if n.startswith("domain")])
def test_the_domain_is_pure(name: str, path: Path) -> None:
    for target in imports(path):
        top = target.split(".")[0]
        # Structures of msgspec are data as frozen dataclasses are, and made 30 times faster (the first frame needs it).
        assert top in {"soda_tui", "msgspec", *sys.stdlib_module_names}, f"{name} imports {target}"
        assert top not in {"os", "time", "subprocess", "socket", "asyncio", "random", "io"}, name
        assert not target.startswith("pathlib.") or target.startswith("pathlib.Pure"), name
    source = path.read_text()
    assert ".now(" not in source and ".today(" not in source and "open(" not in source, name


@pytest.mark.parametrize(
    "arguments,forbidden",
    [
        (["--version"], HEAVY),
        (["--help"], HEAVY),
        (["--demo", "--refresh", "--json"], ("textual", "rich", "tomlkit", "watchfiles")),
        (["--demo", "status"], ("textual", "tomlkit", "watchfiles")),
        (["--status-line"], HEAVY),
    ],
)
def test_headless_commands_stay_light(arguments: list[str], forbidden: tuple[str, ...]) -> None:
    program = (
        "import sys\n"
        "from soda_tui.__main__ import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print(sorted(set({forbidden!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.strip().endswith("[]"), done.stderr


def test_the_first_frame_waits_for_nothing_that_reads_anew_or_acts() -> None:
    program = (
        "import sys\n"
        "import soda_tui.wiring.screen, soda_tui.services.config.reading, soda_tui.services.store\n"
        "import soda_tui.cockpit.late, soda_tui.tui.app\n"
        "later = {'soda_tui.cockpit.engine', 'soda_tui.cockpit.ports', 'soda_tui.domain.planning'}\n"
        f"print(sorted((later | set({HEAVY[2:]!r})) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
