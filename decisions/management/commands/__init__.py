"""Commands that load and check decisions."""
