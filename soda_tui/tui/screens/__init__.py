"""Screens and dialogues."""
