"""Users, their roles and permissions, and who is acting."""
