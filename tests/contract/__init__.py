"""Tests of the API against its own description."""
