"""The configuration file: read, checked, changed in place, and its keys with all that is said of them."""
