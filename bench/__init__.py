"""Named workloads: how fast the bank is, beside what its PostgreSQL does by itself."""
