"""Running a command: do what was parsed, and turn every failure into one sentence and an exit code."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from collections.abc import Callable, Mapping

from soda_tui import report
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.report import OutputFailed

log = logging.getLogger(__name__)

Command = Callable[[argparse.Namespace], Exit]


def run(arguments: argparse.Namespace) -> int:
    """Run a command and return its exit code; never raises."""
    # Until the program's log is open, an error has no place but its sentence.
    logging.getLogger().addHandler(logging.NullHandler())
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        return _run(arguments)
    except OutputFailed as failed:
        return _unsaid(failed)


def _run(arguments: argparse.Namespace) -> int:
    try:
        return _command(arguments)(arguments)
    except Failure as failure:
        return _fail(arguments, failure.problem)
    except KeyboardInterrupt:
        return 130
    except OutputFailed:
        raise
    except Exception as error:
        log.exception("a command failed")
        from soda_tui.cockpit.details import log_file

        kind = f"{type(error).__name__}: {error}"
        return _fail(arguments, Problem(ErrorCode.UNEXPECTED, say.UNEXPECTED_HERE(error=kind, log=log_file())))


def _unsaid(failed: OutputFailed) -> int:
    if sys.stdout is not None:
        # Nothing more can be said there, not even what is buffered while the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(failed.__cause__, BrokenPipeError):
        return Exit.OK
    report.warn(say.OUTPUT_FAILED(reason=failed))
    return Exit.UNEXPECTED


def _fail(arguments: argparse.Namespace, problem: Problem) -> int:
    if arguments.json:
        import json

        value = {"error": {"code": problem.code, "message": problem.message}}
        report.document(json.dumps(value, ensure_ascii=False).encode())
    else:
        report.warn(problem.message)
    return problem.exit


def _command(arguments: argparse.Namespace) -> Command:
    name = arguments.command or ("status" if arguments.refresh or arguments.json or arguments.watch else None)
    if arguments.status_line:
        from soda_tui.cli.status import line

        return line
    if name is None:
        from soda_tui.cli.screen import show

        return show
    if name in {"enroll", "unenroll", "init"}:
        from soda_tui.cli import enrolling

        return {"enroll": enrolling.enroll, "unenroll": enrolling.unenroll, "init": enrolling.init}[name]
    if name == "profiles":
        from soda_tui.cli.profiles import profiles

        return profiles
    if name == "help":
        from soda_tui.cli.help import help

        return help
    if name == "completion":
        from soda_tui.cli.completion import completion

        return completion
    if name == "config":
        from soda_tui.cli.configuring import config

        return config
    if name == "doctor":
        from soda_tui.cli.doctor import doctor

        return doctor
    if name == "keys":
        from soda_tui.cli.keys import keys

        return keys
    if name == "logs":
        from soda_tui.cli.logs import logs

        return logs
    if name == "replay":
        from soda_tui.cli.replay import replay

        return replay
    if name in {"attach", "message"}:
        from soda_tui.cli import reaching

        return {"attach": reaching.attach, "message": reaching.message}[name]
    if name == "retry":
        from soda_tui.cli.issues import retry

        return retry
    if name == "issue":
        from soda_tui.cli.issues import issue

        return issue
    if name in {"diff", "drift"}:
        from soda_tui.cli import looks

        return {"diff": looks.diff, "drift": looks.drift}[name]
    if name in {"recover", "cleanup"}:
        from soda_tui.cli import recovering

        return {"recover": recovering.recover, "cleanup": recovering.cleanup}[name]
    if name in {"history", "report"}:
        from soda_tui.cli import record

        return {"history": record.history, "report": record.tell}[name]
    if name in {"estop", "resume"}:
        from soda_tui.cli import stopping

        return {"estop": stopping.estop, "resume": stopping.resume}[name]
    if name == "service":
        from soda_tui.cli.service import service

        return service
    if name == "auto":
        from soda_tui.cli.auto import auto

        return auto
    if name == "status":
        from soda_tui.cli.status import status

        return status
    from soda_tui.cli import acts

    others: Mapping[str, Command] = {"peek": acts.peek, "path": acts.path}
    return others.get(name, acts.act)
