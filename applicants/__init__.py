"""Persons and firms, their verified facts, consents and data rights."""
