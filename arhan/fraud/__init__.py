"""The fraud service: decides about every payment before any money is touched."""
