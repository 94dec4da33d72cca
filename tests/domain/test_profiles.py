"""Profiles: which one an issue is worked on with, what its agent inherits, and what keeps one from being launched."""

from __future__ import annotations

import pytest
from given import ENROLMENT, HOLDER, ME, NOW, facts, issue, remote, worktree
from msgspec import structs

from soda_tui.domain.actions import Verb
from soda_tui.domain.choosing import installed_of, prompt_file, wanted
from soda_tui.domain.configuration.passing import passed_on
from soda_tui.domain.configuration.profiles import Candidate, Given, Profile, filled
from soda_tui.domain.configuration.settings import Enrolment, LimitSettings
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan, StartAgent
from soda_tui.domain.planning import make_plan
from soda_tui.domain.view import repository_view

CLAUDE, CODEX, SMALL = (Profile(name, (name,)) for name in ("claude", "codex", "small"))
BOTH = structs.replace(ENROLMENT, profiles=(CLAUDE, CODEX), by_label=(("Docs", (SMALL,)), ("hard", (CODEX,))))
TOKENS = frozenset({"GH_TOKEN", "GITHUB_TOKEN"})


def plan(
    verb: Verb, enrolment: Enrolment, *agents: Candidate, held: bool, looked_up: bool = True, **options: object
) -> Plan | Problem:
    """What the verb comes to where these programs were looked for."""
    seen = remote(issue(12, "route:ready", "agent001" if held else "docs"), holder=HOLDER if held else None)
    found = structs.replace(facts(seen, worktree() if held else None), agents=agents if looked_up else None)
    view = repository_view(enrolment, found, ME, NOW)
    return make_plan(verb, enrolment, found, view, Options(**options), ME, NOW)  # type: ignore[arg-type]  # the tests name fields


@pytest.mark.parametrize(
    ("enrolment", "labels", "names", "why"),
    [
        (ENROLMENT, ("docs",), ("",), "no profile is named"),
        (BOTH, ("route:ready",), ("claude", "codex"), "profile says claude, codex"),
        (BOTH, ("hard", "docs"), ("small",), "for issues labelled Docs"),
        (BOTH, ("HARD",), ("codex",), "for issues labelled hard"),
    ],
)
def test_a_label_goes_before_the_repository_and_that_before_the_unnamed_one(
    enrolment: Enrolment, labels: tuple[str, ...], names: tuple[str, ...], why: str
) -> None:
    found = wanted(enrolment, labels)
    assert (tuple(one.name for one in found.profiles), found.why) == (names, why)


def test_the_template_of_a_label_goes_before_the_repositorys_and_that_before_a_profiles() -> None:
    own, labelled = structs.replace(CLAUDE, prompt_file="profile"), structs.replace(SMALL, prompt_file="label")
    agent, by_label = structs.replace(ENROLMENT.agent, prompt_file="agent"), (("docs", (labelled,)),)
    enrolment = structs.replace(BOTH, agent=agent, prompt_file="repository", by_label=by_label)
    assert prompt_file(enrolment, ("Docs",), labelled) == "label"
    assert prompt_file(enrolment, ("bug",), own) == prompt_file(enrolment, ("docs",), own) == "repository"
    assert prompt_file(structs.replace(enrolment, prompt_file=None), (), own) == "profile"
    assert prompt_file(structs.replace(enrolment, prompt_file=None), (), CODEX) == "agent"


def test_every_use_of_a_profile_is_told_with_its_reason() -> None:
    both, unnamed = (BOTH, ENROLMENT), Candidate(ENROLMENT.agent, None)
    claude = Candidate(CLAUDE, "/bin/claude", interpreter="node")
    codex = Candidate(CODEX, "/bin/codex")
    all_of_them = (claude, codex, unnamed)
    found = installed_of(codex, "codex 1", both, all_of_them)
    said = [("profile says claude, codex", True), ("for issues labelled hard", False)]
    assert [(use.why, use.taken) for use in found.used] == said
    assert installed_of(unnamed, None, both, all_of_them).used[0].why == "no profile is named"
    broken = installed_of(claude, None, both, all_of_them)
    assert (broken.fault, broken.used[0].taken) == ("/bin/claude lacks its interpreter, node", False)


def test_launch_takes_what_is_installed_in_order_and_says_what_it_passed_over() -> None:
    planned = plan(
        Verb.LAUNCH, BOTH, Candidate(CLAUDE, None), Candidate(CODEX, "/bin/codex"), held=True, extra="Hurry."
    )
    assert isinstance(planned, Plan)
    start = planned.steps[-1]
    assert isinstance(start, StartAgent) and (start.profiles, start.extra) == ((CODEX,), "Hurry.")
    assert planned.notes == ("claude was passed over for codex: claude is not on this machine.",)


def test_a_program_that_is_missing_is_said_before_anything_is_claimed() -> None:
    missing = (Candidate(CLAUDE, None), Candidate(CODEX, None))
    for verb, held, options in ((Verb.LAUNCH, True, {}), (Verb.POP, False, {"launching": True})):
        refused = plan(verb, BOTH, *missing, held=held, **options)
        assert isinstance(refused, Problem) and refused.code is ErrorCode.CONFIGURATION
        assert "The agent of acme/rocket cannot be started" in refused.message
        assert "claude is not on this machine; codex is not on this machine" in refused.message
    assert isinstance(plan(Verb.POP, BOTH, *missing, held=False), Plan)
    nobody = plan(
        Verb.POP, structs.replace(BOTH, agent=Profile()), Candidate(Profile(), None), held=False, launching=True
    )
    assert isinstance(nobody, Problem) and "No agent is configured" in nobody.message


def test_what_was_not_looked_up_is_left_to_the_start() -> None:
    planned = plan(Verb.LAUNCH, BOTH, held=True, looked_up=False)
    assert isinstance(planned, Plan)
    start = planned.steps[-1]
    assert isinstance(start, StartAgent) and start.profiles == (CLAUDE, CODEX)


def test_a_profiles_own_limits_go_before_those_of_the_repository() -> None:
    limits = structs.replace(ENROLMENT, limits=LimitSettings(30.0, 5.0, 8))
    assert limits.limits_of(Profile()) == LimitSettings(30.0, 5.0, 8)
    assert limits.limits_of(Profile(run_minutes=240.0)) == LimitSettings(240.0, 5.0, 8)
    assert limits.limits_of(Profile(log_megabytes=2)) == LimitSettings(30.0, 5.0, 2)


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (("a", "-p", "Do: {prompt}"), Given.ARGUMENT),
        (("a", "--file={prompt_path}"), Given.FILE),
        (("a", "{prompts}", "{git}"), Given.INPUT),
    ],
)
def test_the_command_says_how_the_prompt_is_given(command: tuple[str, ...], given: Given) -> None:
    assert Profile(command=command).prompt is given


def test_places_are_filled_once_and_what_is_not_known_stays() -> None:
    assert filled(("{git}x", "{summaries}", "{session}", "{prompt}"), git="{summaries}", summaries="/s") == (
        *("{summaries}x", "/s", "{session}", "{prompt}"),
    )


def test_an_agent_inherits_what_may_pass_and_what_its_profile_names() -> None:
    inherited = dict.fromkeys(
        (
            *("PATH", "HOME", "LC_ALL", "XDG_CACHE_HOME", "https_proxy", "SSL_CERT_FILE", "GIT_AUTHOR_NAME"),
            *("SSH_AUTH_SOCK", "ANTHROPIC_API_KEY", "NPM_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"),
            *(
                "VIRTUAL_ENV",
                "PYTHONPATH",
                "HOMEBREW_GITHUB_API_TOKEN",
                "MISE_GITHUB_TOKEN",
                "SODA_TUI_CONFIG",
                "PATHS",
            ),
        ),
        "x",
    )
    usual = {"PATH", "HOME", "LC_ALL", "XDG_CACHE_HOME", "https_proxy", "SSL_CERT_FILE", "GIT_AUTHOR_NAME"}
    assert passed_on(inherited, Profile(), TOKENS).keys() == usual
    named = Profile(environment=("ANTHROPIC_*", "NPM_TOKEN"))
    assert passed_on(inherited, named, TOKENS).keys() == usual | {"ANTHROPIC_API_KEY", "NPM_TOKEN"}
    assert passed_on(inherited, Profile(environment=("*",)), TOKENS).keys() == inherited.keys() - TOKENS
    trusted = Profile(environment=("GITHUB_TOKEN",), secrets=("GH_TOKEN",))
    assert passed_on(inherited, trusted, TOKENS).keys() == usual | {"GH_TOKEN"}
