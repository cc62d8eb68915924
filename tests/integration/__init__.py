"""Tests with real servers, workers and mail."""
