"""Targets: what is asked of GitHub for the enrolled repositories, account by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.ledger import Holder


def by_account(enrolments: Iterable[Enrolment]) -> Mapping[str, list[Enrolment]]:
    """The repositories by the keys of the accounts that read them: no token asks for those of another."""
    accounts: dict[str, list[Enrolment]] = defaultdict(list)
    for enrolment in enrolments:
        accounts[enrolment.reader].append(enrolment)
    return accounts


def targets_of(enrolments: Iterable[Enrolment]) -> list[Target]:
    """What stands for the repositories among fronts: what is asked of GitHub whoever has claimed something."""
    return [target_of(enrolment, None) for enrolment in enrolments]


def target_of(enrolment: Enrolment, holder: Holder | None) -> Target:
    """What is asked of GitHub for an enrolled repository; a claim may be another agent's than the configured one."""
    extra = enrolment.pull_request.labels
    if holder is not None and holder.agent != enrolment.agent_id:
        extra = (*extra, holder.agent)
    return Target(enrolment.name, enrolment.labels, enrolment.agent_id, extra, enrolment.base)
