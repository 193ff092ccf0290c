"""Every query and every lock, one file per noun."""
