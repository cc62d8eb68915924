"""Tests of applicants."""
