"""Django's PostgreSQL engine with fewer indexes, asking a kept connection for its life without a word."""
