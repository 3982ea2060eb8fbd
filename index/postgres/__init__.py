"""A library in PostgreSQL with pgvector: the same as in a folder, for more than one machine."""
