"""Looking for faults: everything here only reads."""
