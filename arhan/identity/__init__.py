"""Identity: who people are, how they prove it, and what they are permitted."""
