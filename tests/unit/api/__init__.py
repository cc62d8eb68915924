"""Tests of the api door."""
