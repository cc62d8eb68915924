"""Filters for the templates of the desk."""
