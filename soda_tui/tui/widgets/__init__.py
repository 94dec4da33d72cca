"""Widgets: they render values and post intentions."""
