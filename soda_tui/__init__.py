"""soda-tui: the terminal cockpit for one autonomous coding agent per repository."""

__version__ = "0.1.0"
