"""Private PostgreSQL and Redis servers of this checkout, and the processes of the demonstration."""
