"""The records behind the desk, as plain admin pages that nobody can use to change history."""
