"""Things that tests need, made in the words of the domain."""
