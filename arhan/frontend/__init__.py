"""The portal: what people see of the bank, customers and staff alike."""
