"""Tests of `outbox`."""
