"""Commands of `outbox`."""
