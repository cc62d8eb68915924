"""Management commands of creditportal."""
