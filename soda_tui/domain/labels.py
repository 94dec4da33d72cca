"""Labels: the names that route issues, their colours and meanings, and the agents' own labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from msgspec import Struct

from soda_tui.domain.codes import PriorityName
from soda_tui.domain.configuration.meaning import LabelKey, names_label

_AGENT = re.compile(r"agent\d{3}")


class LabelNames(Struct, frozen=True):
    """The names of the labels that mean something here; all are compared without case."""

    ready: Annotated[LabelKey, names_label("An agent may take the issue.")] = "route:ready"
    unblocker: Annotated[LabelKey, names_label("The issue comes before all others.")] = "route:unblocker"
    review: Annotated[LabelKey, names_label("The work waits for a review.")] = "route:review"
    ready_to_merge: Annotated[LabelKey, names_label("The work can be landed.")] = "route:ready_to_merge"
    human_only: Annotated[LabelKey, names_label("Agents leave the issue to people.")] = "route:human-only"
    blocked: Annotated[LabelKey, names_label("The issue waits for something else.")] = "route:blocked"
    priority_low: Annotated[LabelKey, names_label("Priority 1.")] = "route:priority-low"
    priority_medium: Annotated[LabelKey, names_label("Priority 2.")] = "route:priority-medium"
    priority_high: Annotated[LabelKey, names_label("Priority 3.")] = "route:priority-high"
    priority_very_high: Annotated[LabelKey, names_label("Priority 4.")] = "route:priority-very-high"

    @property
    def priorities(self) -> tuple[tuple[str, PriorityName, int], ...]:
        """Label, name and weight, heaviest first (My Little Soda's `priority.rs`)."""
        return (
            (self.unblocker, PriorityName.UNBLOCKER, 200),
            (self.priority_very_high, PriorityName.VERY_HIGH, 4),
            (self.priority_high, PriorityName.HIGH, 3),
            (self.priority_medium, PriorityName.MEDIUM, 2),
            (self.priority_low, PriorityName.LOW, 1),
        )

    @property
    def routing(self) -> tuple[str, ...]:
        """Every label that makes an issue a matter of the cockpit, both spellings of the ambiguous ones."""
        return (
            self.ready,
            self.unblocker,
            self.review,
            *spellings(self.ready_to_merge),
            *spellings(self.human_only),
            self.blocked,
        )


class LabelDefinition(Struct, frozen=True):
    """A label as `init` creates it: colour as six hexadecimal digits without `#`."""

    name: str
    color: str
    description: str


def spellings(label: str) -> tuple[str, ...]:
    """A label's name as configured and with hyphens and underscores exchanged in its last part.

    My Little Soda's prompt says `route:ready-to-merge` where its code says `route:ready_to_merge`.
    """
    prefix, colon, word = label.rpartition(":")
    other = word.replace("_", "-") if "_" in word else word.replace("-", "_")
    return (label,) if other == word else (label, f"{prefix}{colon}{other}")


def has(labels: Iterable[str], name: str) -> bool:
    """Whether a label is among them, case ignored."""
    return name.casefold() in {label.casefold() for label in labels}


def has_any(labels: Iterable[str], names: Iterable[str]) -> bool:
    """Whether one of the names is among the labels, case ignored."""
    return not {label.casefold() for label in labels}.isdisjoint(name.casefold() for name in names)


def is_agent_label(label: str) -> bool:
    """Whether this is exactly `agent` and three digits, case ignored."""
    return _AGENT.fullmatch(label.casefold()) is not None


def definitions(names: LabelNames, agent: str) -> tuple[LabelDefinition, ...]:
    """The labels that `init` creates or corrects: My Little Soda's table, `route:blocked` and the agent's own."""
    return (
        LabelDefinition(names.ready, "0052cc", "Available for agent assignment"),
        LabelDefinition(names.ready_to_merge, "5319e7", "Completed work ready for merge"),
        LabelDefinition(names.unblocker, "d73a4a", "Critical system issues blocking other work"),
        LabelDefinition(names.review, "fbca04", "Under review"),
        LabelDefinition(names.human_only, "7057ff", "Requires human attention"),
        LabelDefinition(names.blocked, "e4e669", "Waits for something else; agents leave it alone"),
        LabelDefinition(names.priority_low, "c5def5", "Low priority task (Priority: 1)"),
        LabelDefinition(names.priority_medium, "1d76db", "Medium priority task (Priority: 2)"),
        LabelDefinition(names.priority_high, "b60205", "High priority task (Priority: 3)"),
        LabelDefinition(names.priority_very_high, "ee0701", "Very high priority task (Priority: 4)"),
        LabelDefinition("code-review-feedback", "e99695", "Issues created from code review feedback"),
        LabelDefinition("supertask-decomposition", "bfdadc", "Task broken down from larger work"),
        LabelDefinition(
            "code-quality", "d4c5f9", "Code quality improvements, refactoring, and technical debt reduction"
        ),
        LabelDefinition(agent, "0e8a16", f"Assigned to {agent}"),
    )
