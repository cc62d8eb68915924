"""Migrations of decisions."""
