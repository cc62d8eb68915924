"""Migrations of applicants."""
