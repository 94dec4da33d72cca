"""A GitHub with so many repositories of so many issues each, that answers at once: the sandbox takes its time for that.

It knows the shapes that a poll asks for and nothing else; `python tests/bench` measures who asks, not who answers.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

_FIELD = re.compile(
    r"(f\d+):(repository|nodes|node)\([^)]*\)\{(?:\.\.\.(\w+)|\.\.\. on Repository\{(?:\.\.\.(\w+)|page)?)"
)
_PAGE = 100
_CHANGED = "2026-01-02T03:04:05Z"


class Plenty:
    """The answers; repositories are acme/r01 and so on, all their issues are ready to be taken.

    `edit` gives every issue a new title, as if all had been changed.
    """

    def __init__(self, repositories: int, issues: int) -> None:
        self._names = [f"r{number:02}" for number in range(1, repositories + 1)]
        self._issues = issues
        self.edit("before")

    def edit(self, word: str) -> None:
        """Change every title."""
        self._rows = {
            name: [
                {
                    "id": f"I_{name}_{number}",
                    "number": number,
                    "title": f"Something to do {word} ({number})" if number > 1 else f"Marker-{name[1:]}-here",
                    "state": "OPEN",
                    "updatedAt": _CHANGED,
                }
                for number in range(1, self._issues + 1)
            ]
            for name in self._names
        }

    def answer(self, text: str, variables: Mapping[str, Any]) -> bytes:
        """The answer to a document."""
        data: dict[str, object] = {
            "viewer": {"id": "U_1", "login": "you"},
            "rateLimit": {"cost": 1, "limit": 5000, "remaining": 4000, "resetAt": "2036-01-01T00:00:00Z"},
        }
        for alias, kind, direct, within in _FIELD.findall(text.partition("\n")[0]):
            if kind == "repository":
                data[alias] = self._repository(variables[f"{alias}name"], within or direct, variables)
            elif kind == "node":
                after = int(variables.get(f"{alias}after", "0"))
                data[alias] = {"page": self._page(variables[f"{alias}id"][2:], after)}
            elif direct:
                data[alias] = [self._more(id) for id in variables[f"{alias}ids"]]
            else:
                data[alias] = [self._repository(id[2:], within, variables) for id in variables[f"{alias}ids"]]
        return json.dumps({"data": data}).encode()

    def _repository(self, name: str, fragment: str, variables: Mapping[str, Any]) -> dict[str, object]:
        empty = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
        labels = {key.removeprefix(fragment): value for key, value in variables.items() if key.startswith(fragment)}
        return {
            "id": f"R_{name}",
            "nameWithOwner": f"acme/{name}",
            "url": f"https://github.com/acme/{name}",
            "isArchived": False,
            "viewerPermission": "WRITE",
            "defaultBranchRef": {"name": "main", "target": {"oid": "0" * 40}},
            "open": {"totalCount": self._issues},
            "pullRequests": empty,
            "refs": empty,
            "ledger": None,
            **{key: {"id": f"LA_{label}", "name": label} for key, label in labels.items() if key.startswith("l")},
            **{
                key: self._page(name, 0) if label == "route:ready" else empty
                for key, label in labels.items()
                if re.fullmatch(r"b\d+", key)
            },
        }

    def _more(self, id: str) -> dict[str, object]:
        return {
            "id": id,
            "author": {"login": "ada"},
            "lastEditedAt": None,
            "editor": None,
            "labels": {"nodes": [{"name": "route:ready"}, {"name": "route:priority-high"}]},
            "assignees": {"nodes": []},
        }

    def _page(self, name: str, after: int) -> dict[str, object]:
        rows = self._rows[name]
        more = after + _PAGE < len(rows)
        return {
            "pageInfo": {"hasNextPage": more, "endCursor": str(after + _PAGE) if more else None},
            "nodes": rows[after : after + _PAGE],
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    plenty: Plenty

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/edit":
            self.plenty.edit(asked)
        body = b"" if self.path == "/edit" else self.plenty.answer(asked["query"], asked.get("variables", {}))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is told."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """What is measured is ended while it asks: only what goes wrong here is told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def plenty(repositories: int, issues: int) -> Iterator[str]:
    """The URL of such a GitHub, in a process of its own: its work must not delay what is measured here."""
    command = [sys.executable, __file__, str(repositories), str(issues)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def edit(url: str, word: str) -> None:
    """Change every title."""
    urlopen(Request(f"{url}/edit", json.dumps(word).encode(), method="POST"), timeout=30).close()


def main(repositories: int, issues: int) -> None:
    """Print the URL and answer until the process is ended."""
    handler = type("Handler", (_Handler,), {"plenty": Plenty(repositories, issues)})
    server = _Server(("127.0.0.1", 0), handler)
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
