"""Pages: each parses, makes its calls, renders."""
