"""The gaps in an agent's command that are filled with its prompt; read by the supervisor, so nothing else is here."""

from __future__ import annotations

PROMPT_GAP = "{prompt}"
PATH_GAP = "{prompt_path}"
