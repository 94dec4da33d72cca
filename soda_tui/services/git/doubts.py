"""What should not be taken into a commit, or pushed, unseen: files too large, named like credentials, or with some."""

from __future__ import annotations

from fnmatch import fnmatch

from soda_tui.domain import sentences
from soda_tui.domain.stakes import LARGEST
from soda_tui.services.redaction import holds_secret

# What credentials are called, in lower case; with the folder where a file's own name says nothing.
_CREDENTIALS = (
    *(".env", ".env.*", "*.env", ".envrc", "*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.jks", "*.keystore"),
    *("*.kdbx", "*.ppk", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "id_xmss*", "*_rsa", "*_ed25519"),
    *("credentials", "credentials.*", ".credentials", "*credentials*.json", "secrets.*", "*.tfvars", "*.tfstate"),
    *(".netrc", "_netrc", ".authinfo", ".pgpass", ".my.cnf", ".git-credentials", ".htpasswd", ".pypirc"),
    *("kubeconfig", "kubeconfig.*", "*.kubeconfig", ".kube/config", ".docker/config.json", ".dockercfg"),
    *("service[-_]account*.json", "*[-_]service[-_]account.json", ".aws/credentials", ".config/gh/hosts.yml"),
)
_HARMLESS = ("*.example", "*.sample", "*.template", "*.dist", "*.pub")


def doubt_of(name: str, size: int, content: bytes) -> str | None:
    """Why a file should not be taken into a commit, or pushed, unseen; None where nothing speaks against it."""
    if size > LARGEST:
        return sentences.DOUBT_LARGE(size=f"{size / 1e6:.1f}")
    if _fits(name, _CREDENTIALS) and not _fits(name, _HARMLESS):
        return sentences.DOUBT_NAME()
    return sentences.DOUBT_CONTENT() if holds_secret(content.decode("utf-8", "replace")) else None


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern fits the last parts of a path, as many as it has itself."""
    parts = name.lower().split("/")
    return any(fnmatch("/".join(parts[-pattern.count("/") - 1 :]), pattern) for pattern in patterns)
