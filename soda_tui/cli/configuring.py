"""`config`: every key with its value and where that comes from; set, edited, taken over from the ancestor."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys

import msgspec

from soda_tui import report, wiring
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.toml import toml
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.shellwords import editor

_SHOWN = 40


def config(arguments: argparse.Namespace) -> Exit:
    """Do what the second word says."""
    return {"get": _get, "set": _set, "unset": _unset, "edit": _edit, "path": _path, "import": _import}[
        arguments.change
    ](arguments)


def _get(arguments: argparse.Namespace) -> Exit:
    found = wiring.configured(wiring.invocation(arguments), arguments.key, _repository(arguments))
    if arguments.json:
        report.document(wiring.encode_result(found))
        return Exit.OK
    for warning in found.warnings:
        report.warn(warning)
    whole = arguments.key is not None
    for one in found.settings:
        place = say.GET_FROM(place=one.place) if one.place else say.GET_DEFAULT()
        report.say(f"{one.key} = {toml(one.value)}   # {place}")
        if whole:
            words = {"right": one.right, "default": toml(one.default)}
            more = say.GET_ENVIRONMENT(**words, environment=one.environment) if one.environment else None
            report.say(f"  {one.meaning}")
            report.say(f"  {more or say.GET_ALSO(**words)}")
    return Exit.OK


def _set(arguments: argparse.Namespace) -> Exit:
    call = wiring.invocation(arguments)
    written = wiring.assign(call, arguments.key, arguments.value, arguments.repo)
    if arguments.json:
        report.document(wiring.encode_result(written))
        return Exit.OK
    sentence = say.SET_DONE if written.changed else say.SET_ALREADY
    report.say(sentence(key=written.key, value=toml(written.value), file=written.file, line=written.line))
    found = wiring.configured(call, written.key, None).settings[0]
    if found.environment and call.environ.get(found.environment):
        report.warn(say.SET_BELOW(name=found.environment))
    if written.changed and not found.at_once:
        report.say(say.CONFIG_REREAD())
    return Exit.OK


def _unset(arguments: argparse.Namespace) -> Exit:
    call = wiring.invocation(arguments)
    written = wiring.remove(call, arguments.key, arguments.repo)
    if arguments.json:
        report.document(wiring.encode_result(written))
        return Exit.OK
    now = wiring.configured(call, arguments.key, _repository(arguments)).settings[0]
    words = {"key": written.key, "file": written.file, "value": toml(now.value)}
    report.say(say.UNSET_BELOW(**words, place=now.place) if now.place else say.UNSET_DONE(**words))
    report.say(say.CONFIG_REREAD())
    return Exit.OK


def _path(arguments: argparse.Namespace) -> Exit:
    file = wiring.config_file(wiring.invocation(arguments))
    if arguments.json:
        report.document(json.dumps({"path": str(file), "exists": file.exists()}).encode())
    else:
        report.say(str(file))
    return Exit.OK


def _edit(arguments: argparse.Namespace) -> Exit:
    if arguments.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure(Problem(ErrorCode.USAGE, say.EDIT_NO_TERMINAL()))
    words = editor(os.environ)
    draft = wiring.draft(wiring.invocation(arguments))
    file = draft.paths.config_file
    while True:
        reason = _visit([*words, str(draft.file)])
        if reason is not None:
            kept = say.EDIT_KEPT(draft=draft.file) if draft.is_changed() else ""
            if not kept:
                draft.drop()
            failed = say.EDIT_FAILED(editor=words[0], reason=reason, file=file)
            raise Failure(Problem(ErrorCode.UNEXPECTED, f"{failed} {kept}".rstrip()))
        if not draft.is_changed():
            draft.drop()
            report.say(say.EDIT_UNCHANGED(file=file))
            return Exit.OK
        try:
            warnings = draft.put()
        except Failure as failure:
            if failure.problem.code in {ErrorCode.REFUSED, ErrorCode.BUSY}:
                raise
            report.warn(failure.problem.message)
            if not report.confirm(say.EDIT_AGAIN()):
                kept = say.EDIT_BROKEN(draft=draft.file, file=file)
                raise Failure(Problem(failure.problem.code, kept)) from None
            continue
        draft.drop()
        for warning in warnings:
            report.warn(warning)
        report.say(say.EDIT_DONE(file=file))
        report.say(say.CONFIG_REREAD())
        return Exit.OK


def _visit(command: list[str]) -> str | None:
    """Let the editor have the terminal; why it did not end well, where it did not. Ctrl-C is the editor's meanwhile."""
    # Unlike one that is ignored, a signal with a handler is the editor's own again once it is started.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        status = subprocess.run(command, check=False).returncode
    except OSError as error:
        return error.strerror or str(error)
    finally:
        signal.signal(signal.SIGINT, before)
    return None if status == 0 else f"exit {status}"


def _import(arguments: argparse.Namespace) -> Exit:
    call = wiring.invocation(arguments)
    repository, path, found = wiring.takeover(call, arguments.repository)
    if arguments.json:
        document = {"repository": repository, "file": str(path), "taken": found.taken, "left": found.left}
        if found.taken and not arguments.dry_run:
            _agree(arguments, repository)
            wiring.take_over(call, repository, found)
        report.document(msgspec.json.encode(document))
        return Exit.OK
    for one in found.taken:
        report.say(say.IMPORT_TAKES(old=one.old, value=toml(one.value), key=one.key, repository=repository))
    for left in found.left[:_SHOWN]:
        report.say(say.IMPORT_LEAVES(old=left.old, reason=left.reason))
    if len(found.left) > _SHOWN:
        report.say(say.IMPORT_MORE(count=len(found.left) - _SHOWN))
    if not found.taken:
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.IMPORT_NOTHING(path=path)))
    if arguments.dry_run:
        return Exit.OK
    _agree(arguments, repository)
    written = wiring.take_over(call, repository, found)
    report.say(say.IMPORT_DONE(count=len(written), repository=repository, file=written[0].file, path=path))
    return Exit.OK


def _agree(arguments: argparse.Namespace, repository: str) -> None:
    question = say.IMPORT_ASK(repository=repository)
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Failure(Problem(ErrorCode.REFUSED, say.ASKS_FIRST(question=question)))
    if not report.confirm(question):
        raise Failure(Problem(ErrorCode.REFUSED, say.CANCELLED(repository=repository)))


def _repository(arguments: argparse.Namespace) -> str | None:
    return arguments.repo[-1] if arguments.repo else None
