"""An embedded GitHub with real git remotes, for the demo and the tests."""
