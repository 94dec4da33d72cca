"""Pure decisions and data: standard library only, no clock, no environment, no IO."""
