"""What fraud does, one function per verb; transactions are opened here."""
