"""What people fill in: parsing only; every rule that matters is the services' own."""
