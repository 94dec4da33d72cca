"""What may be wrong with a host, a token, or their limits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from ailments.fault import configured, of_github
from patients import LOGIN, ROCKET, TOKEN, Patient, now


@of_github("host.unreachable")
def nobody_listens(patient: Patient) -> Iterator[None]:
    with patient.environment({"GITHUB_API_URL": "http://127.0.0.1:9"}):
        yield


@of_github("host.unreachable")
def host_broken(patient: Patient) -> Iterator[None]:
    patient.world.faults.order("bad_gateway", times=1000, matching="query")
    yield
    patient.world.faults.clear()


@of_github("host.address")
def address_that_is_none(patient: Patient) -> Iterator[None]:
    with patient.environment({"GITHUB_API_URL": "ftp://example.org"}):
        yield


@of_github("token.refused")
def revoked_token(patient: Patient) -> Iterator[None]:
    gh = patient.root / "gh"
    gh.write_text("#!/bin/sh\necho gho_revoked\n")
    gh.chmod(0o755)
    with patient.environment({"GH_TOKEN": None, "GH_PATH": str(gh)}):
        yield


@contextmanager
def token(patient: Patient, **changes: object) -> Iterator[None]:
    """Another kind of token for a while."""
    before = patient.world.tokens[TOKEN]
    patient.world.tokens[TOKEN] = replace(before, **changes)  # type: ignore[arg-type]  # by name
    yield
    patient.world.tokens[TOKEN] = before


@of_github("token.scope")
def without_scopes(patient: Patient) -> Iterator[None]:
    with token(patient, scopes=""):
        yield


@of_github("token.public")
def public_scope_only(patient: Patient) -> Iterator[None]:
    with token(patient, scopes="public_repo, workflow"):
        yield


@of_github("token.workflow")
def without_workflow(patient: Patient) -> Iterator[None]:
    folder = patient.clone / ".github" / "workflows"
    folder.mkdir(parents=True)
    with token(patient, scopes="repo"):
        yield
    shutil.rmtree(folder.parent)


@of_github("token.organisation")
def teams_out_of_reach(patient: Patient) -> Iterator[None]:
    reviewers = '[repository.pull_request]\nreviewers = ["acme/core"]\n'
    with token(patient, scopes="repo, workflow"), configured(patient, reviewers):
        yield


@of_github("token.broad")
def dangerous_token(patient: Patient) -> Iterator[None]:
    with token(patient, scopes="repo, workflow, delete_repo, admin:org"):
        yield


@of_github("token.expiring")
def token_that_expires(patient: Patient) -> Iterator[None]:
    with token(patient, expires=now() + timedelta(days=2)):
        yield


@of_github("repository.hidden")
def fine_grained_token(patient: Patient) -> Iterator[None]:
    with token(patient, scopes=None, forbidden=frozenset({"Repository.rulesets"})):
        yield


@of_github("token.sso")
def single_sign_on(patient: Patient) -> Iterator[None]:
    patient.people.require_sso(ROCKET, LOGIN)
    yield
    patient.people.require_sso(ROCKET, LOGIN, False)


@contextmanager
def spent(patient: Patient, left: int) -> Iterator[None]:
    """A budget of which so many points are left."""
    bucket = patient.world.limiter.bucket(LOGIN, patient.world.now())
    bucket.used = bucket.limit - left
    yield
    patient.world.limiter.bucket(LOGIN, patient.world.now()).used = 0


@of_github("limit.spent")
def budget_spent(patient: Patient) -> Iterator[None]:
    with spent(patient, 0):
        yield
    # The hour has not ended, as whoever was told would have it.
    (patient.paths.cache / "limits.json").unlink()


@of_github("limit.low")
def budget_low(patient: Patient) -> Iterator[None]:
    with spent(patient, 100):
        yield


@of_github("clock.skew")
def clock_behind(patient: Patient) -> Iterator[None]:
    patient.world.ahead = timedelta(minutes=10)
    yield
    patient.world.ahead = timedelta(0)
