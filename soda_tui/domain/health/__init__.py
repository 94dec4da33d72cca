"""Health: what may keep the cockpit from working, as a table of checks over facts that were gathered for them."""
