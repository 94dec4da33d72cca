"""Launching with profiles: which one is taken, what is said to it, and what is refused before anything is claimed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from msgspec import structs
from stations import KEY, OpenStation, Station, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.services.agents import slots
from soda_tui.services.agents.records import PROMPT, read_spec

pytestmark = pytest.mark.anyio
YES = Options(yes=True)
MISSING = Profile("nobody", ("no-such-agent",))


def shell(name: str, script: str, **more: object) -> Profile:
    """A profile of a shell script."""
    return Profile(name, ("sh", "-c", script), **more)  # type: ignore[arg-type]  # the tests name fields of Profile


async def act(one: Station, verb: Verb, options: Options = YES) -> Outcome:
    return await one.opened.engine.act(KEY, verb, options)


async def said(one: Station) -> tuple[Path, str]:
    """The folder of the newest run, and what its agent has said once it has ended."""
    runs = one.opened.world.runs
    run = (await runs.current([KEY]))[KEY]
    return Path(run.log).parent, b"".join([chunk async for chunk in runs.follow(run)]).decode()


async def test_where_no_program_is_here_nothing_is_claimed_for_a_launch(station: OpenStation) -> None:
    async with station(profiles=(MISSING,)) as one:
        refused = await act(one, Verb.POP, Options(launching=True))
        assert refused.problem is not None and refused.problem.code is ErrorCode.CONFIGURATION
        assert "no-such-agent" in refused.message
        assert (await one.view()).agent.status is Status.IDLE
        assert (await act(one, Verb.POP)).ok
        assert "no-such-agent" in (await act(one, Verb.LAUNCH)).message
        assert await one.opened.world.runs.current([KEY]) == {}


async def test_where_no_more_agents_may_run_nothing_is_claimed_for_a_launch(station: OpenStation) -> None:
    async with station(profiles=(shell("one", "echo it is me"),)) as one:
        places = one.opened.world.runs._slots  # type: ignore[attr-defined]
        Path(places.folder).mkdir(parents=True)
        held = [slots.take(places, f"github.com/acme/r{number}") for number in range(4)]
        refused = await act(one, Verb.POP, Options(launching=True))
        assert refused.problem is not None and refused.problem.code is ErrorCode.REFUSED
        assert "allows (4): github.com/acme/r0, github.com/acme/r1" in refused.message
        assert (await one.view()).agent.status is Status.IDLE
        assert (await act(one, Verb.POP)).ok
        assert "max_agents" in (await act(one, Verb.LAUNCH)).message
        os.close(held[1] or pytest.fail())
        assert (await act(one, Verb.LAUNCH)).ok
        assert (await said(one))[1] == "it is me\n"


async def test_the_first_that_can_be_started_is_and_the_others_are_named(station: OpenStation, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF no program")
    broken.chmod(0o755)
    hollow = shell("hollow", "exec nobody-either")
    profiles = (MISSING, Profile("broken", (str(broken),)), hollow, shell("third", "echo it is me"))
    async with station(profiles=profiles) as one:
        assert (await act(one, Verb.POP)).ok
        launched = await act(one, Verb.LAUNCH)
        assert launched.ok, launched
        assert "nobody was passed over for broken" in launched.message
        assert "broken could not be started, so hollow was" in launched.message
        assert "hollow could not be started, so third was" in launched.message and "exit 127" in launched.message
        assert "(third, process " in launched.message
        folder, words = await said(one)
        assert words == "it is me\n" and read_spec(folder).profile == "third"
        assert launched.steps[-1].what.startswith("start broken on ")


async def test_a_profile_that_came_to_its_limit_waits_behind_the_next(station: OpenStation) -> None:
    limit = '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":%d}}'
    once = shell("first", f"cat; echo '{limit % 4102444800}'; exit 1", format="claude")
    async with station(profiles=(once, shell("second", "echo second"))) as one:
        assert (await act(one, Verb.POP)).ok
        assert (await act(one, Verb.LAUNCH)).ok
        await said(one)
        launched = await act(one, Verb.LAUNCH)
        assert "first was passed over for second" in launched.message and "usage limit" in launched.message
        assert (await said(one))[1] == "second\n"
        # What was tried in between does not make it forgotten.
        third = await act(one, Verb.LAUNCH)
        assert "first was passed over for second" in third.message
        assert (await said(one))[1] == "second\n"
        again = await act(one, Verb.LAUNCH, Options(profile="claude", dry_run=True))
        assert again.problem is not None and "claude" in again.message


async def test_an_agent_is_told_what_came_before_and_what_a_person_adds(station: OpenStation) -> None:
    script = 'cat >/dev/null; echo "Half of it." >"$SODA_SUMMARY"; exit 3'
    async with station(profiles=(shell("half", script),)) as one:
        assert (await act(one, Verb.POP)).ok
        assert (await act(one, Verb.LAUNCH)).ok
        await said(one)
        assert (await act(one, Verb.LAUNCH, Options(extra="Mind the tests."))).ok
        prompt = ((await said(one))[0] / PROMPT).read_text()
        assert "This is attempt 2." in prompt and "ended with exit 3." in prompt
        assert "```text\nHalf of it.\n```" in prompt and "Mind the tests." in prompt
        shown = await one.opened.engine.prompt(KEY, None, None, "Mind the tests.")
        assert "Mind the tests." in shown
        long = await act(one, Verb.LAUNCH, Options(extra="x" * 20_000))
        assert long.problem is not None and "16 KiB" in long.message


async def test_a_prompt_comes_in_a_file_and_places_are_filled(station: OpenStation) -> None:
    program = "import sys; print(*sys.argv[2:], open(sys.argv[1]).read()[:30], sys.stdin.read(), sep='|')"
    profile = Profile("file", (sys.executable, "-c", program, "{prompt_path}", "{git}", "{summaries}"))
    async with station(profiles=(profile,)) as one:
        popped = await act(one, Verb.POP)
        assert (await act(one, Verb.LAUNCH)).ok
        _, words = await said(one)
        git, summaries, begins, rest = words.split("|")
        assert Path(git).is_dir() and (worktree_of(popped) / ".git").read_text().startswith(f"gitdir: {git}/")
        assert Path(summaries).is_dir() and begins == "You are the coding agent of th" and rest == "\n"


async def test_a_profile_says_what_its_agent_inherits(station: OpenStation, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NPM_TOKEN", "SSH_AUTH_SOCK", "GH_TOKEN"):
        monkeypatch.setenv(name, f"my-{name}")
    show = 'echo "${NPM_TOKEN:+npm} ${SSH_AUTH_SOCK:+ssh} ${GH_TOKEN:+github} $SODA_ISSUE"'
    labelled = shell("labelled", show, environment=("NPM_TOKEN",), secrets=("GH_TOKEN",))
    by_label = (("Route:Unblocker", (labelled,)),)
    async with station(profiles=(shell("usual", show),), by_label=by_label) as one:
        popped = await act(one, Verb.POP)
        assert (await act(one, Verb.LAUNCH)).ok
        assert (await said(one))[1] == f"npm  github {popped.issue}\n"
        candidates = await one.opened.engine.profiles(KEY)
        assert [found.profile.name for found in candidates[:2]] == ["labelled", "aider"]


async def test_the_undo_of_a_stop_goes_on_with_what_was_stopped(station: OpenStation) -> None:
    async with station(profiles=(shell("one", "sleep 60"), shell("two", "sleep 60"))) as one:
        board = one.opened.engine._board
        enrolment = board.enrolments[KEY]
        assert (await act(one, Verb.POP)).ok
        board.enrolments = {KEY: structs.replace(enrolment, profiles=enrolment.profiles[::-1])}
        assert (await act(one, Verb.LAUNCH)).ok and (await act(one, Verb.STOP)).ok
        board.enrolments = {KEY: enrolment}
        assert (await act(one, Verb.UNDO)).ok
        run = (await one.opened.world.runs.current([KEY]))[KEY]
        assert run.alive and run.profile == "two"
        assert (await act(one, Verb.STOP)).ok


async def test_a_launch_that_failed_half_way_is_not_said_to_go_on(station: OpenStation, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF no program")
    broken.chmod(0o755)
    async with station(profiles=(Profile("broken", (str(broken),)),)) as one:
        board = one.opened.engine._board
        clone = Path(board.enrolments[KEY].path)
        (clone / ".git/info/exclude").write_text(".env\n")
        (clone / ".env").write_text("A=1\n")
        assert (await act(one, Verb.POP)).ok
        setup = structs.replace(board.enrolments[KEY].setup, copy=(".env",))
        board.enrolments = {KEY: structs.replace(board.enrolments[KEY], setup=setup)}
        failed = await act(one, Verb.LAUNCH)
        assert [step.done for step in failed.steps] == [True, False]
        assert failed.goes_on is None and "goes on" not in failed.message and "launch again" in failed.message
        assert (await act(one, Verb.CONTINUE)).problem is not None
