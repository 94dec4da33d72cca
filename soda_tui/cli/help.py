"""`help`: a topic of the package's documents, a command's own help, or which there are."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress

from soda_tui import report
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.nearness import nearest
from soda_tui.help import TOPICS, topic


def help(arguments: argparse.Namespace) -> Exit:
    """Print it; on a terminal laid out, elsewhere as it was written."""
    name = arguments.topic
    if name is None:
        if arguments.json:
            report.document(json.dumps({"topics": dict(TOPICS)}).encode())
            return Exit.OK
        for one, about in TOPICS.items():
            report.say(f"{one:12} {about}")
        report.say(say.HELP_ALSO())
        return Exit.OK
    if name in TOPICS:
        if arguments.json:
            report.document(json.dumps({"topic": name, "markdown": topic(name)}, ensure_ascii=False).encode())
        else:
            report.markdown(topic(name))
        return Exit.OK
    from soda_tui.cli.parser import build_parser
    from soda_tui.cli.words import places

    parser = build_parser()
    commands = [one.at for one in places(parser)]
    if name not in commands:
        near = nearest(name, [*TOPICS, *commands])
        hint = say.DID_YOU_MEAN(name=near) if near else say.HELP_LISTS(command=parser.prog)
        raise Failure(Problem(ErrorCode.USAGE, say.HELP_UNKNOWN(topic=name, hint=hint, choices=", ".join(TOPICS))))
    with suppress(SystemExit):
        parser.parse_args([*name.split(), "--help"])
    return Exit.OK
