"""The world: GitHub, git, processes and files, one adapter per file."""
