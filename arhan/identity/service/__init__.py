"""What identity does, one function per verb; each opens its transaction."""
