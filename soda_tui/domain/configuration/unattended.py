"""Unattended work: what may be done without a person, how much of it, and when a pull request is merged."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from soda_tui.domain.configuration.meaning import LABELS, MINUTES, YES_NO, LabelList, Minutes, means


class AutoLand(StrEnum):
    """What is landed unattended: nothing, what a person has labelled so, or all that is ready."""

    NEVER = "never"
    LABELLED = "labelled"
    READY = "ready"


class AutoFeedback(StrEnum):
    """What becomes of pull requests that came back: nothing, a person is told, or the loop takes them up."""

    OFF = "off"
    ASK = "ask"
    AUTOMATIC = "automatic"


class AutoSettings(Struct, frozen=True):
    """What an agent may do unattended; a cap of 0 is none. Days are local ones."""

    enabled: Annotated[bool, means("Have soda-tui auto without REPO work this queue.", YES_NO)] = False
    attempts: Annotated[
        int,
        Meta(ge=1, le=20),
        means("How often an agent may try an issue before a person gets it.", "a number from 1 to 20"),
    ] = 2
    issues_per_day: Annotated[
        int,
        Meta(ge=0, le=1000),
        means("How many issues a day this machine pops unattended; 0: as many as there are.", "a number up to 1000"),
    ] = 20
    tokens_per_day: Annotated[
        int,
        Meta(ge=0, le=10**12),
        means(
            "After how many tokens a day this machine launches no agent unattended; 0: no such cap.",
            "a number of tokens",
        ),
    ] = 0
    max_work_hours: Annotated[
        float,
        Meta(ge=0.1, le=24),
        means("How many hours a day agents work unattended on this machine.", "a number of hours from 0.1 to 24"),
    ] = 8.0
    land: Annotated[
        AutoLand,
        means(
            "What is landed unattended: nothing, what a person has labelled ready_to_merge, or all that is ready.",
            "never, labelled or ready",
        ),
    ] = AutoLand.LABELLED
    feedback: Annotated[
        AutoFeedback,
        means(
            "What becomes of pull requests whose checks fail or whose review asks for changes: nothing, you are told, "
            "or the loop has an agent mend them.",
            "off, ask or automatic",
        ),
    ] = AutoFeedback.ASK
    ci_timeout: Annotated[
        Minutes,
        means("After how many minutes the loop does not wait for the checks of a pull request any more.", MINUTES),
    ] = 30.0
    profiles: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=40)], ...],
        Meta(max_length=20),
        means(
            "Which profiles take over unattended, in this order, from one that cannot be started, crashed, or is at a "
            "limit for long; empty: the repository's own.",
            "a list of names of profiles; soda-tui profiles lists them",
        ),
    ] = ()
    checkpoint_days: Annotated[
        float,
        Meta(ge=0, le=365),
        means("After how many days a loop pauses until you have looked; 0: never.", "a number of days up to 365"),
    ] = 0.0
    checkpoint_issues: Annotated[
        int,
        Meta(ge=0, le=1000),
        means("After how many issues a loop pauses until you have looked; 0: never.", "a number up to 1000"),
    ] = 0


class LandSettings(Struct, frozen=True):
    """What a pull request must have before it is merged, and how it is; whether its branch goes is GitHub's setting."""

    require_reviews: Annotated[
        int,
        Meta(ge=0, le=20),
        means("How many approvals a pull request needs, whatever GitHub asks for.", "a number from 0 to 20"),
    ] = 0
    block_labels: Annotated[
        LabelList, means("Land nothing whose issue or pull request has one of these labels.", LABELS)
    ] = ("security:review-required",)
    without_checks: Annotated[bool, means("Land pull requests that have no checks at all.", YES_NO)] = False
    strategy: Annotated[
        Literal["", "merge", "squash", "rebase"],
        means("How pull requests are merged; empty: as the repository prefers.", "merge, squash or rebase"),
    ] = ""
