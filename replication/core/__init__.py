"""The rules of the replication model: pure values and functions, no I/O, no clock."""
