"""Commands of `core`."""
