"""The command `smart-sre`."""
