"""The ports: what the engine asks of the world. Services implement them; the engine knows nothing else of services.

Every method may raise `Failure` with a problem that a person can read, and has a deadline of its own.
"""
