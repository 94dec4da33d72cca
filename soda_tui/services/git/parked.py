"""Parked commits: each has a ref of its own, unless another parked one holds it as well."""

from __future__ import annotations

from soda_tui.cockpit.ports.place import Place
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.git.refs import PARKED

# So many of the newest are compared with each other.
_MOST = 100


async def thin(runner: Runner, place: Place, deadlines: Deadlines) -> None:
    """Take away the refs of those that a newer one contains: every commit stays held by just such a ref.

    What was merged stays below what was made on top of it later, so only what never got there keeps a ref. Where git
    cannot say, or was faster elsewhere, all stay.
    """
    form = "--format=%(objecttype) %(objectname)"
    order = ("--sort=-committerdate", f"--count={_MOST}")
    listed = await runner.run(place.path, "for-each-ref", *order, form, PARKED, deadline=deadlines.local)
    commits = [row.removeprefix("commit ") for row in listed.text.splitlines() if row.startswith("commit ")]
    if len(commits) < 2:
        return
    # A replaced commit would show ancestors that it does not hold.
    compared = ("--no-replace-objects", "merge-base", "--independent", *commits)
    found = await runner.run(place.path, *compared, deadline=deadlines.local)
    tips = set(found.text.splitlines())
    if found.code == 0 and tips and tips < set(commits):
        orders = "".join(f"delete {PARKED}{oid} {oid}\n" for oid in commits if oid not in tips)
        await runner.run(place.path, "update-ref", "--stdin", deadline=deadlines.local, feed=orders.encode())
