"""The configuration: what can be set, for a host, a repository, an agent, a screen, and what holds where nothing is."""
