"""The GraphQL that we send: text only, composed field by field into documents.

What costs points is a list inside a list, so the poll has flat lists only (one for each label), and labels and
assignees come by node id for those issues that moved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from soda_tui.domain.changes import Change
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.naming import LEDGER_BRANCH, RepositoryName
from soda_tui.services.github.mutations import mutation

PAGE = 100
_NEWEST = "orderBy:{field:UPDATED_AT,direction:DESC}"
_PAGE_INFO = "pageInfo{hasNextPage endCursor}"

_FRAGMENTS = {
    "IssueRow": "fragment IssueRow on Issue{id number title state updatedAt}",
    "IssueMore": "fragment IssueMore on Issue{id author{login} lastEditedAt editor{login} "
    "labels(first:100){nodes{name}} assignees(first:10){nodes{login}}}",
    "IssueHistory": "fragment IssueHistory on Issue{id author{login} authorAssociation lastEditedAt editor{login} "
    "timelineItems(last:100,itemTypes:[LABELED_EVENT,RENAMED_TITLE_EVENT]){nodes{"
    "... on LabeledEvent{createdAt actor{login} label{name}} ... on RenamedTitleEvent{createdAt actor{login}}}} "
    "userContentEdits(first:100){nodes{editedAt editor{login}}}}",
    "IssueRows": f"fragment IssueRows on IssueConnection{{{_PAGE_INFO} nodes{{...IssueRow}}}}",
    "PullRow": "fragment PullRow on PullRequest{id number title state isDraft updatedAt closedAt headRefName "
    "headRefOid baseRefName isCrossRepository reviewDecision statusCheckRollup{state}}",
    "PullMore": "fragment PullMore on PullRequest{id body labels(first:100){nodes{name}}}",
    "PullRows": f"fragment PullRows on PullRequestConnection{{{_PAGE_INFO} nodes{{...PullRow}}}}",
    "RefRow": "fragment RefRow on Ref{name prefix target{oid ... on Commit{committedDate}}}",
    "RefRows": f"fragment RefRows on RefConnection{{{_PAGE_INFO} nodes{{...RefRow}}}}",
    "PullLook": "fragment PullLook on PullRequest{mergeable mergeStateStatus isMergeQueueEnabled "
    "mergeQueueEntry{position} autoMergeRequest{enabledAt} "
    "latestOpinionatedReviews(first:100,writersOnly:true){nodes{state}}}",
    "PullRemarks": "fragment PullRemarks on PullRequest{headRefOid mergeable "
    "statusCheckRollup{contexts(first:100){nodes{__typename "
    "... on CheckRun{databaseId name conclusion title summary text detailsUrl annotations(first:20){nodes{"
    "path location{start{line}} title message rawDetails}}} "
    "... on StatusContext{context state description targetUrl}}}} "
    "reviewThreads(last:50){nodes{id isResolved path line comments(first:20){nodes{"
    "author{login} authorAssociation createdAt isMinimized body}}}} "
    "latestOpinionatedReviews(first:20,writersOnly:true){nodes{id state body submittedAt author{login} "
    "authorAssociation}}}",
    "LabelRow": "fragment LabelRow on Label{id name color description}",
    "IssueNow": "fragment IssueNow on Issue{closed labels(first:100){nodes{name}} "
    "assignees(first:10){nodes{login id}}}",
    "PullNow": "fragment PullNow on PullRequest{labels(first:100){nodes{name}} assignees(first:10){nodes{login}}}",
}
_SPREAD = re.compile(r"\.\.\.(\w+)")


class LabelSet(Struct, frozen=True):
    """The labels that one repository is read by: repositories with equal sets share a fragment.

    `buckets` are listed one by one; `wanted` are those whose node ids are asked for.
    """

    agent: str
    buckets: tuple[str, ...]
    wanted: tuple[str, ...]

    @classmethod
    def of(cls, names: LabelNames, agent: str, extra: Sequence[str] = ()) -> LabelSet:
        """The set for a repository's label names, each label once, case ignored."""
        return cls(
            agent,
            _distinct((*names.routing, agent)),
            _distinct((agent, names.ready, names.review, *extra)),
        )


@dataclass(slots=True)
class Document:
    """A document in the making: each method adds one field and returns the alias under which its answer comes."""

    mutation: bool = False
    _fields: list[str] = field(default_factory=list)
    _types: dict[str, str] = field(default_factory=dict)
    _fragments: dict[str, str] = field(default_factory=dict)
    _sets: dict[LabelSet, str] = field(default_factory=dict)
    variables: dict[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole document; equal compositions have equal texts."""
        types = ",".join(f"${name}:{kind}" for name, kind in self._types.items())
        meta = "" if self.mutation else " viewer{id login} rateLimit{cost limit remaining resetAt}"
        operation = f"{'mutation' if self.mutation else 'query'}{f'({types})' if types else ''}"
        return f"{operation}{{{' '.join(self._fields)}{meta}}}\n" + "\n".join(self._fragments.values())

    def repository(self, name: RepositoryName, labels: LabelSet) -> str:
        """A repository by its name, which may be an old one."""
        return self._add(
            f"repository(owner:$@owner,name:$@name,followRenames:true){{...{self._label_set(labels)}}}",
            owner=("String!", name.owner),
            name=("String!", name.name),
        )

    def repositories(self, ids: Sequence[str], labels: LabelSet) -> str:
        """Repositories with one label set by their node ids."""
        return self._add(
            f"nodes(ids:$@ids){{... on Repository{{...{self._label_set(labels)}}}}}", ids=("[ID!]!", list(ids))
        )

    def issue_page(self, repository: str, label: str, after: str) -> str:
        """The next page of the issues with a label."""
        return self._in_repository(
            f"page:issues(first:{PAGE},after:$@after,states:OPEN,labels:[$@label],{_NEWEST}){{...IssueRows}}",
            repository,
            label=("String!", label),
            after=("String!", after),
        )

    def pull_request_page(self, repository: str, after: str) -> str:
        """The next page of the open pull requests."""
        return self._in_repository(
            f"page:pullRequests(first:{PAGE},after:$@after,states:OPEN,{_NEWEST}){{...PullRows}}",
            repository,
            after=("String!", after),
        )

    def branch_page(self, repository: str, agent: str, after: str) -> str:
        """The next page of an agent's work branches."""
        return self._in_repository(
            f"page:refs(refPrefix:$@prefix,first:{PAGE},after:$@after){{...RefRows}}",
            repository,
            prefix=("String!", _prefix(agent)),
            after=("String!", after),
        )

    def issue(self, repository: str, number: int, *, more: bool) -> str:
        """One issue by its number, open or closed; with `more`, its labels and assignees as well."""
        rest = " ...IssueMore" if more else ""
        return self._in_repository(f"issue(number:$@number){{...IssueRow{rest}}}", repository, number=("Int!", number))

    def pull_request(self, repository: str, number: int, *, more: bool) -> str:
        """One pull request by its number, whatever its state; with `more`, its body and labels as well."""
        rest = " ...PullMore" if more else ""
        return self._in_repository(
            f"pullRequest(number:$@number){{...PullRow{rest}}}", repository, number=("Int!", number)
        )

    def pull_requests_of(self, repository: str, branch: str, *, more: bool) -> str:
        """The newest five pull requests of a head branch, whatever their state."""
        rest = " ...PullMore" if more else ""
        return self._in_repository(
            "page:pullRequests(first:5,headRefName:$@head,orderBy:{field:CREATED_AT,direction:DESC})"
            f"{{{_PAGE_INFO} nodes{{...PullRow{rest}}}}}",
            repository,
            head=("String!", branch),
        )

    def branch(self, repository: str, branch: str) -> str:
        """One branch by its name."""
        return self._in_repository(
            "ref(qualifiedName:$@ref){...RefRow}", repository, ref=("String!", f"refs/heads/{branch}")
        )

    def behind(self, repository: str, base: str | None, branch: str) -> str:
        """How many commits of the base (None for the default branch) a branch lacks."""
        compared = "compare(headRef:$@head){behindBy}"
        head = ("String!", branch)
        if base is None:
            return self._in_repository(f"base:defaultBranchRef{{{compared}}}", repository, head=head)
        ref = ("String!", f"refs/heads/{base}")
        return self._in_repository(f"base:ref(qualifiedName:$@ref){{{compared}}}", repository, ref=ref, head=head)

    def mergeable(self, ids: Sequence[str]) -> str:
        """Whether pull requests conflict with their bases, which GitHub may have to find out first."""
        return self._add("nodes(ids:$@ids){... on PullRequest{id mergeable}}", ids=("[ID!]!", list(ids)))

    def issues(self, ids: Sequence[str]) -> str:
        """Author, labels and assignees of at most a hundred issues."""
        return self._add("nodes(ids:$@ids){...IssueMore}", ids=("[ID!]!", list(ids)))

    def history(self, id: str) -> str:
        """How an issue came to its text, for which GitHub goes through its timeline."""
        return self._add("nodes(ids:$@ids){...IssueHistory}", ids=("[ID!]!", [id]))

    def pull_requests(self, ids: Sequence[str]) -> str:
        """Body and labels of at most a hundred pull requests."""
        return self._add("nodes(ids:$@ids){...PullMore}", ids=("[ID!]!", list(ids)))

    def detail(self, name: RepositoryName, number: int) -> str:
        """One issue with its body, how it came to it, and the newest comments."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true){url issue(number:$@number){"
            "...IssueRow ...IssueMore ...IssueHistory body comments(last:50){totalCount nodes{"
            "author{login} authorAssociation createdAt lastEditedAt isMinimized body}}}}",
            owner=("String!", name.owner),
            name=("String!", name.name),
            number=("Int!", number),
        )

    def remarks(self, name: RepositoryName, number: int) -> str:
        """What checks and reviews say of a pull request."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true){pullRequest(number:$@number){...PullRemarks}}",
            owner=("String!", name.owner),
            name=("String!", name.name),
            number=("Int!", number),
        )

    def faults(self, ids: Sequence[str]) -> str:
        """Of which commits of pull requests reviews ask for changes."""
        return self._add(
            "nodes(ids:$@ids){... on PullRequest{id latestOpinionatedReviews(first:20,writersOnly:true)"
            "{nodes{state commit{oid}}}}}",
            ids=("[ID!]!", list(ids)),
        )

    def comments(self, ids: Sequence[str]) -> str:
        """The newest comments of pull requests, in the order of the ids."""
        selection = "nodes(ids:$@ids){... on PullRequest{comments(last:50){nodes{body}}}}"
        return self._add(selection, ids=("[ID!]!", list(ids)))

    def labels(self, name: RepositoryName, after: str | None) -> str:
        """A page of a repository's labels; the first one without a cursor."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true)"
            f"{{id labels(first:{PAGE},after:$@after){{{_PAGE_INFO} nodes{{...LabelRow}}}}}}",
            owner=("String!", name.owner),
            name=("String!", name.name),
            after=("String", after),
        )

    def questions(self, name: RepositoryName, labels: tuple[str, str]) -> str:
        """What may answer questions that GitHub's documents leave open."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true){updatedAt pushedAt "
            f"newest:issues(first:1,{_NEWEST}){{nodes{{updatedAt}}}} "
            "both:issues(first:20,labels:$@labels){nodes{labels(first:20){nodes{name}}}} "
            "defaultBranchRef{target{... on Commit{statusCheckRollup{state}}}}}",
            owner=("String!", name.owner),
            name=("String!", name.name),
            labels=("[String!]", list(labels)),
        )

    def standing(self, name: RepositoryName, agent: str, base: str | None) -> str:
        """What forbids or hinders the branches of a repository's agent, and what its ledger sets off."""
        configured = "base:ref(qualifiedName:$@base){id} " if base is not None else ""
        protected = "name prefix refUpdateRule{pattern viewerCanPush requiresSignatures}"
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true){hasIssuesEnabled "
            f"{configured}"
            f'ledger:ref(qualifiedName:"refs/heads/{LEDGER_BRANCH}"){{{protected} '
            "target{... on Commit{statusCheckRollup{state}}}} "
            f"work:refs(refPrefix:$@prefix,first:1){{nodes{{{protected}}}}} "
            "rulesets(first:50,includeParents:true){nodes{name target enforcement updatedAt "
            "conditions{refName{include exclude}} rules(first:50){nodes{type}}}}}",
            owner=("String!", name.owner),
            name=("String!", name.name),
            prefix=("String!", _prefix(agent)),
            **({"base": ("String!", f"refs/heads/{base}")} if base is not None else {}),
        )

    def work(self, name: RepositoryName, branch: str) -> str:
        """The newest ten pull requests of a head branch, whole, whatever their state."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true){url pullRequests(first:10,headRefName:$@head,"
            f"orderBy:{{field:CREATED_AT,direction:DESC}}){{{_PAGE_INFO} nodes{{...PullRow ...PullMore}}}}}}",
            owner=("String!", name.owner),
            name=("String!", name.name),
            head=("String!", branch),
        )

    def terms(self, id: str) -> str:
        """How a repository merges."""
        return self._in_repository(
            "url viewerDefaultMergeMethod mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed autoMergeAllowed", id
        )

    def looks(self, ids: Sequence[str]) -> str:
        """Pull requests with all that tells whether they can be landed, for which GitHub tries to merge them."""
        return self._add("nodes(ids:$@ids){...PullRow ...PullMore ...PullLook}", ids=("[ID!]!", list(ids)))

    def whole_issues(self, ids: Sequence[str]) -> str:
        """Issues with labels and assignees."""
        return self._add("nodes(ids:$@ids){...IssueRow ...IssueMore}", ids=("[ID!]!", list(ids)))

    def change(self, change: Change) -> str:
        """A mutation that reads back what the subject is now."""
        name, selection, values = mutation(change)
        kind = f"{name[0].upper()}{name[1:]}Input!"
        return self._add(f"{name}(input:$@input){{{selection}}}", input=(kind, values))

    def _add(self, template: str, /, **variables: tuple[str, object]) -> str:
        alias = f"f{len(self._fields)}"
        self._fields.append(f"{alias}:{template.replace('@', alias)}")
        for name, (kind, value) in variables.items():
            self._types[f"{alias}{name}"] = kind
            self.variables[f"{alias}{name}"] = value
        self._use(template)
        return alias

    def _in_repository(self, selection: str, repository: str, /, **variables: tuple[str, object]) -> str:
        return self._add(f"node(id:$@id){{... on Repository{{{selection}}}}}", id=("ID!", repository), **variables)

    def _use(self, text: str) -> None:
        for name in _SPREAD.findall(text):
            if name in _FRAGMENTS and name not in self._fragments:
                self._fragments[name] = _FRAGMENTS[name]
                self._use(_FRAGMENTS[name])

    def _label_set(self, labels: LabelSet) -> str:
        if labels in self._sets:
            return self._sets[labels]
        name = self._sets[labels] = f"R{len(self._sets)}"
        values = {
            f"{name}prefix": _prefix(labels.agent),
            **{f"{name}b{place}": label for place, label in enumerate(labels.buckets)},
            **{f"{name}l{place}": label for place, label in enumerate(labels.wanted)},
        }
        self.variables.update(values)
        self._types.update(dict.fromkeys(values, "String!"))
        buckets = " ".join(
            f"b{place}:issues(first:{PAGE},states:OPEN,labels:[${name}b{place}],{_NEWEST}){{...IssueRows}}"
            for place in range(len(labels.buckets))
        )
        wanted = " ".join(f"l{place}:label(name:${name}l{place}){{id name}}" for place in range(len(labels.wanted)))
        self._fragments[name] = (
            f"fragment {name} on Repository{{id nameWithOwner url isArchived viewerPermission "
            f"defaultBranchRef{{name target{{oid}}}} open:issues(states:OPEN){{totalCount}} {buckets} "
            f"pullRequests(first:{PAGE},states:OPEN,{_NEWEST}){{...PullRows}} "
            f"refs(refPrefix:${name}prefix,first:{PAGE}){{...RefRows}} "
            f'ledger:ref(qualifiedName:"refs/heads/{LEDGER_BRANCH}")'
            f"{{target{{oid ... on Commit{{message committedDate}}}}}} {wanted}}}"
        )
        self._use(self._fragments[name])
        return name


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for label in labels:
        found.setdefault(label.casefold(), label)
    return tuple(found.values())


def _prefix(agent: str) -> str:
    return f"refs/heads/{agent}/"
