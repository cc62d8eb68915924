"""The tests of the project; the named people in them are the same everywhere."""
