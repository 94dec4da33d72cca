"""The options of the commands: what each takes, and its help."""
