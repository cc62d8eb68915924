"""Migrations of appeals."""
