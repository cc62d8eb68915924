#!/usr/bin/env python
"""Runs Django's management commands."""

import os
import sys

from django.core.management import execute_from_command_line

WITHOUT_DATABASE = {"score_pmml", "fit_scorecard"}
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
OWNER_COMMANDS = {"migrate", "createcachetable", "secure_database", "prepare_database", "backup", "restore"}


def main() -> None:
    """Run the command; those that change the schema connect as the owner of the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    if OWNER_COMMANDS.intersection(sys.argv[1:2]):
        os.environ["AS_OWNER"] = "1"
    if WITHOUT_DATABASE.intersection(sys.argv[1:2]):
        os.environ.setdefault("DATABASE_URL", NO_DATABASE)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
