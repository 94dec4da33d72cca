"""Runs: what an agent says and does, what it has used, how its run ended, and what of that a person reads."""
