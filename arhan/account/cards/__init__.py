"""What is true of cards whatever the database says: numbers, codes, states, controls. Pure."""
