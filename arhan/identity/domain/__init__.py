"""The rules of identity: pure, told the time, doing no I/O."""
