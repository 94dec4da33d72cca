"""The engine: gathers facts, runs plans, publishes snapshots; knows ports, not services."""
