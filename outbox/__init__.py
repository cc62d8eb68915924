"""Work that must happen after commit: queued in the transaction, dispatched, drained exactly once."""
