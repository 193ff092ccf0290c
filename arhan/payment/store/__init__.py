"""Every query and every lock of payment; one file per noun."""
