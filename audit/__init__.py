"""The append-only record of what happened: chained per case, sealed into signed Merkle checkpoints."""
