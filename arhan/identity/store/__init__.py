"""Every query and every lock of identity, one file per noun."""
