"""The tour: one walk through the whole loop over HTTP, as people and a partner's machine would take it."""
