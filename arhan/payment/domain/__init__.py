"""What a payment order is and may become. Pure: no Django, no clock, no input or output."""
