"""Django's PostgreSQL engine, asking a kept connection for its life without a statement."""
