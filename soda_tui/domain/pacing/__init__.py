"""Pacing: what is read of GitHub next, and when, so that a share of an account's hourly points is enough."""
