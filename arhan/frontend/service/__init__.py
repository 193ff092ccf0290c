"""What the portal does, one function per verb."""
