"""Payment: orders to pay, from the first word of the payer to the books."""
