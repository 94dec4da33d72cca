"""Dialogues in which a person writes."""
