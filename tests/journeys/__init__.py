"""Tests that walk through the pages in a browser."""
