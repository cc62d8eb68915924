"""The door for caseworkers: the admin site and the review workbench inside it."""
