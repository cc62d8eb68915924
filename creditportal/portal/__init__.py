"""The door for applicants: server-rendered pages in two languages."""
