"""The answers of the other services, one file per service; unknown members are let pass."""
