"""Pacing: how much of the usual time whatever waits is given; only tests say so, by a variable of the environment."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from soda_tui.domain.configuration.settings import Enrolment, Settings

PACE = "SODA_TUI_TEST_PACE"


def paced(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """The settings with every wait at this pace: between polls, for runs, and of loops after what went wrong."""
    if not environ.get(PACE):
        return settings
    pace = float(environ[PACE])
    enrolments = tuple(_paced(enrolment, pace) for enrolment in settings.repositories)
    share = min(settings.share / pace, 1.0)
    return structs.replace(settings, repositories=enrolments, interval=settings.interval * pace, pace=pace, share=share)


def _paced(enrolment: Enrolment, pace: float) -> Enrolment:
    limits = enrolment.limits
    shorter = structs.replace(
        limits, run_minutes=limits.run_minutes * pace, silent_minutes=limits.silent_minutes * pace
    )
    auto = structs.replace(enrolment.auto, ci_timeout=enrolment.auto.ci_timeout * pace)
    return structs.replace(enrolment, limits=shorter, auto=auto)
