"""Documents sent as evidence."""
