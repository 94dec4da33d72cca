"""The GraphQL that we send: text only, composed field by field into documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soda_tui.domain.changes import Change
from soda_tui.domain.naming import LEDGER_BRANCH, RepositoryName
from soda_tui.services.github.composing import Composition
from soda_tui.services.github.fragments import NEWEST, PAGE, PAGE_INFO, LabelSet, prefix
from soda_tui.services.github.mutations import mutation

_OWNED = "name owner{login} isArchived isFork pushedAt viewerPermission"


@dataclass(slots=True)
class Document(Composition):
    """A document in the making: each method adds one field and returns the alias under which its answer comes."""

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

    def signs(self, name: RepositoryName) -> str:
        """The newest changes of a repository by its name."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true){...Signs}",
            owner=("String!", name.owner),
            name=("String!", name.name),
        )

    def signs_of(self, ids: Sequence[str]) -> str:
        """The newest changes of repositories by their node ids."""
        return self._add("nodes(ids:$@ids){...Signs}", ids=("[ID!]!", list(ids)))

    def newest(self, ids: Sequence[str]) -> str:
        """The rest of the five issues of repositories that were changed last."""
        page = f"page:issues(first:5,states:OPEN,{NEWEST}){{nodes{{...IssueMore}}}}"
        return self._add(f"nodes(ids:$@ids){{... on Repository{{{page}}}}}", ids=("[ID!]!", list(ids)))

    def occupant(self, name: RepositoryName) -> str:
        """The repository that has a name itself: a former name leads nowhere."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:false){id}",
            owner=("String!", name.owner),
            name=("String!", name.name),
        )

    def checked(self, ids: Sequence[str]) -> str:
        """What moves of at most a hundred pull requests and issues unseen, which costs nothing beside other questions.

        That are checks, and for how many others an issue waits.
        """
        return self._add("nodes(ids:$@ids){...Checked ...Waiting}", ids=("[ID!]!", list(ids)))

    def issue_page(self, repository: str, label: str, after: str) -> str:
        """The next page of the issues with a label."""
        return self._in_repository(
            f"page:issues(first:{PAGE},after:$@after,states:OPEN,labels:[$@label],{NEWEST}){{...IssueRows}}",
            repository,
            label=("String!", label),
            after=("String!", after),
        )

    def pull_request_page(self, repository: str, after: str) -> str:
        """The next page of the open pull requests."""
        return self._in_repository(
            f"page:pullRequests(first:{PAGE},after:$@after,states:OPEN,{NEWEST}){{...PullRows}}",
            repository,
            after=("String!", after),
        )

    def branch_page(self, repository: str, agent: str, after: str) -> str:
        """The next page of an agent's work branches."""
        return self._in_repository(
            f"page:refs(refPrefix:$@prefix,first:{PAGE},after:$@after){{...RefRows}}",
            repository,
            prefix=("String!", prefix(agent)),
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
            f"{{{PAGE_INFO} nodes{{...PullRow{rest}}}}}",
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

    def blockers(self, ids: Sequence[str]) -> str:
        """What issues wait for, at most ten each."""
        return self._add(
            "nodes(ids:$@ids){... on Issue{id blockedBy(first:10){nodes{number state repository{nameWithOwner}}}}}",
            ids=("[ID!]!", list(ids)),
        )

    def fields_of(self, type: str) -> str:
        """Which fields a type of the host's schema has."""
        return self._add(f'__type(name:"{type}"){{fields(includeDeprecated:true){{name}}}}')

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
            f"{{id labels(first:{PAGE},after:$@after){{{PAGE_INFO} nodes{{...LabelRow}}}}}}",
            owner=("String!", name.owner),
            name=("String!", name.name),
            after=("String", after),
        )

    def questions(self, name: RepositoryName, labels: tuple[str, str]) -> str:
        """What may answer questions that GitHub's documents leave open."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true){updatedAt pushedAt "
            f"newest:issues(first:1,{NEWEST}){{nodes{{updatedAt}}}} "
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
            prefix=("String!", prefix(agent)),
            **({"base": ("String!", f"refs/heads/{base}")} if base is not None else {}),
        )

    def owner(self, login: str, after: str | None) -> str:
        """A page of an account's repositories, the newest pushed first."""
        selection = (
            f"repositoryOwner(login:$@login){{login repositories(first:{PAGE},after:$@after,ownerAffiliations:[OWNER],"
            f"orderBy:{{field:PUSHED_AT,direction:DESC}}){{totalCount {PAGE_INFO} nodes{{{_OWNED}}}}}}}"
        )
        return self._add(selection, login=("String!", login), after=("String", after))

    def owned(self, login: str, name: str) -> str:
        """One of an account's repositories, as in a page of them."""
        selection = f"repository(owner:$@owner,name:$@name){{{_OWNED}}}"
        return self._add(selection, owner=("String!", login), name=("String!", name))

    def work(self, name: RepositoryName, branch: str) -> str:
        """The newest ten pull requests of a head branch, whole, whatever their state."""
        return self._add(
            "repository(owner:$@owner,name:$@name,followRenames:true){url pullRequests(first:10,headRefName:$@head,"
            f"orderBy:{{field:CREATED_AT,direction:DESC}}){{{PAGE_INFO} nodes{{...PullRow ...PullMore}}}}}}",
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
