"""What a person gathers with `gh` to know what `--refresh` knows of GitHub, and both reduced to the same facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from github_cli import GitHubCli

from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.ledger.entry import decode
from soda_tui.domain.ledger.state import Holder

AGENT = "agent001"
_ISSUE = "number,title,url,author,labels,assignees"
_PULL_REQUEST = "number,title,url,headRefName,isDraft,reviewDecision,statusCheckRollup"
# What the two lists lack.
_REPOSITORY = (
    "query($owner:String!,$name:String!){repository(owner:$owner,name:$name){"
    "id url isArchived viewerPermission defaultBranchRef{name target{oid}} "
    'ledger:ref(qualifiedName:"refs/heads/soda/ledger"){target{oid ... on Commit{message}}} '
    f'refs(refPrefix:"refs/heads/{AGENT}/",first:100){{nodes{{name target{{oid}}}}}} '
    "issues(first:100,states:OPEN){nodes{number lastEditedAt editor{login} issueDependenciesSummary{blockedBy}}}}}"
)
# What can be asked only when it is known what the ledger says.
_CLAIM = (
    "query($owner:String!,$name:String!,$number:Int!,$branch:String!){repository(owner:$owner,name:$name){"
    "issue(number:$number){title state timelineItems(last:100,itemTypes:[LABELED_EVENT,RENAMED_TITLE_EVENT]){nodes{"
    "... on LabeledEvent{createdAt label{name}} ... on RenamedTitleEvent{createdAt}}} "
    "userContentEdits(first:100){nodes{editedAt editor{login}}}} "
    "pullRequests(first:5,headRefName:$branch,orderBy:{field:CREATED_AT,direction:DESC}){nodes{number state}} "
    "defaultBranchRef{compare(headRef:$branch){behindBy}}}}"
)
# All that the two lists tell as well, for who would rather write one document.
_LISTS = (
    "issues(first:100,states:OPEN){nodes{number title url author{login} labels(first:20){nodes{name}} "
    "assignees(first:10){nodes{login}} lastEditedAt editor{login} issueDependenciesSummary{blockedBy}}} "
    "pullRequests(first:100,states:OPEN){nodes{number title url headRefName isDraft reviewDecision "
    "statusCheckRollup{contexts(first:50){nodes{... on CheckRun{conclusion} ... on StatusContext{state}}}}}}"
)
_CHECKS = (("failure", {"FAILURE", "ERROR"}), ("pending", {"PENDING", "EXPECTED"}), ("success", {"SUCCESS"}))


@dataclass(frozen=True)
class Gathered:
    """What `gh` told of one repository; `claim` is about the issue that its ledger names, where it names one."""

    repository: Mapping[str, Any]
    issues: Sequence[Mapping[str, Any]]
    pull_requests: Sequence[Mapping[str, Any]]
    holder: Holder | None
    claim: Mapping[str, Any] | None


@dataclass(frozen=True)
class Rival:
    """`gh`, and the repositories that it is asked about."""

    gh: GitHubCli
    names: Sequence[str]

    def gather(self, at_once: int) -> dict[str, Gathered]:
        """All that it tells, so many calls at a time."""
        with ThreadPoolExecutor(at_once) as pool:
            first = list(self._all(pool, (call for name in self.names for call in _calls(name))))
            told = [answer["data"]["repository"] for answer in first[::3]]
            holders = [_holder(one) for one in told]
            claims = self._all(
                pool, (_about(name, held) for name, held in zip(self.names, holders, strict=True) if held is not None)
            )
            return {
                name: Gathered(
                    told[at],
                    first[3 * at + 1],
                    first[3 * at + 2],
                    holders[at],
                    next(claims)["data"]["repository"] if holders[at] is not None else None,
                )
                for at, name in enumerate(self.names)
            }

    def gather_together(self) -> dict[str, Gathered]:
        """The same with one `gh api graphql` for all repositories, and another one for what is claimed."""
        told = self._ask({name: _whole() for name in self.names})
        holders = {name: holder for name, one in told.items() if (holder := _holder(one)) is not None}
        claims = self._ask({name: _claimed(held) for name, held in holders.items()}) if holders else {}
        return {name: _gathered(one, holders.get(name), claims.get(name)) for name, one in told.items()}

    def _ask(self, wanted: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
        fields = []
        for place, (name, text) in enumerate(wanted.items()):
            owner, _, short = name.partition("/")
            fields.append(f'r{place}:repository(owner:"{owner}",name:"{short}"){{{text}}}')
        found = json.loads(self.gh.run("api", "graphql", "-f", f"query={{{' '.join(fields)}}}"))["data"]
        return {name: found[f"r{place}"] for place, name in enumerate(wanted)}

    def _all(self, pool: Executor, calls: Iterable[list[str]]) -> Any:
        return (json.loads(text) for text in pool.map(lambda call: self.gh.run(*call), calls))


def _whole() -> str:
    """What is asked of a repository where all is asked at once."""
    fields = _REPOSITORY.partition("name:$name){")[2].partition(" issues(")[0]
    return f"{fields} {_LISTS}"


def _claimed(held: Holder) -> str:
    fields = _CLAIM.partition("name:$name){")[2].removesuffix("}}")
    return fields.replace("$number", str(held.issue)).replace("$branch", json.dumps(held.branch))


def _gathered(told: Mapping[str, Any], held: Holder | None, claim: Mapping[str, Any] | None) -> Gathered:
    """What one document told, in the form in which the lists of `gh` tell it."""
    issues = [
        {**issue, "labels": issue["labels"]["nodes"], "assignees": issue["assignees"]["nodes"]}
        for issue in told["issues"]["nodes"]
    ]
    pulls = [
        {
            **pull,
            "reviewDecision": pull["reviewDecision"] or "",
            "statusCheckRollup": ((pull["statusCheckRollup"] or {}).get("contexts") or {"nodes": []})["nodes"],
        }
        for pull in told["pullRequests"]["nodes"]
    ]
    return Gathered(told, issues, pulls, held, claim)


def _calls(name: str) -> Iterable[list[str]]:
    everything = ["--repo", name, "--limit", "1000", "--json"]
    yield _query(name, _REPOSITORY)
    yield ["issue", "list", *everything, _ISSUE]
    yield ["pr", "list", *everything, _PULL_REQUEST]


def _about(name: str, held: Holder) -> list[str]:
    return [*_query(name, _CLAIM), "-F", f"number={held.issue}", "-f", f"branch={held.branch}"]


def _query(name: str, text: str) -> list[str]:
    owner, _, short = name.partition("/")
    return ["api", "graphql", "-f", f"query={text}", "-f", f"owner={owner}", "-f", f"name={short}"]


def _holder(repository: Mapping[str, Any]) -> Holder | None:
    ledger = repository["ledger"]
    if ledger is None:
        return None
    state = decode(LedgerHead(ledger["target"]["oid"], ledger["target"]["message"], None)).state
    return state.holder if state is not None else None


def of_document(repository: Mapping[str, Any]) -> dict[str, Any]:
    """What `--refresh --json` says of a repository, as far as it comes from GitHub."""
    agent = repository["agent"]
    wanted = ("title", "author", "labels", "assignees", "url")
    return {
        **{key: repository[key] for key in ("id", "url", "archived", "viewer_permission", "default_branch", "ledger")},
        "open": repository["counts"]["open"],
        "agent": (agent["issue"], agent["title"], agent["branch"]),
        "queue": {entry["number"]: [_sorted(entry[key]) for key in wanted] for entry in repository["queue"]},
        "excluded": {entry["number"]: entry["title"] for entry in repository["excluded"]},
        "pull_requests": {
            one["number"]: [one[key] for key in ("title", "url", "branch", "draft", "review", "checks")]
            for one in repository["pull_requests"]
        },
    }


def of_gh(gathered: Gathered, queued: Iterable[int]) -> dict[str, Any]:
    """The same of what `gh` told; which of the routed issues can be taken is for the cockpit to say."""
    told, held, claim = gathered.repository, gathered.holder, gathered.claim
    meant = {label.casefold() for label in (*LabelNames().routing, AGENT)}
    routed = {
        issue["number"]: issue
        for issue in gathered.issues
        if meant & {label["name"].casefold() for label in issue["labels"]}
    }
    taken = {number: routed[number] for number in queued}
    return {
        "id": told["id"],
        "url": told["url"],
        "archived": told["isArchived"],
        "viewer_permission": told["viewerPermission"],
        "default_branch": told["defaultBranchRef"]["name"],
        "ledger": told["ledger"] and told["ledger"]["target"]["oid"],
        "open": len(gathered.issues),
        "agent": (held.issue, claim["issue"]["title"], held.branch) if held and claim else (None, None, None),
        "queue": {
            number: [
                issue["title"],
                issue["author"]["login"],
                sorted(label["name"] for label in issue["labels"]),
                sorted(user["login"] for user in issue["assignees"]),
                issue["url"],
            ]
            for number, issue in taken.items()
        },
        "excluded": {number: issue["title"] for number, issue in routed.items() if number not in taken},
        "pull_requests": {
            one["number"]: [
                one["title"],
                one["url"],
                one["headRefName"],
                one["isDraft"],
                one["reviewDecision"].casefold().removeprefix("review_") or "none",
                _rolled_up({check.get("conclusion") or check["state"] for check in one["statusCheckRollup"]}),
            ]
            for one in gathered.pull_requests
        },
    }


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _rolled_up(states: set[str]) -> str:
    return next((name for name, kinds in _CHECKS if states & kinds), "none")
