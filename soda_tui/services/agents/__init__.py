"""Agent processes: their supervisor, their records and their logs."""
