"""Knowing the customer: what each tier takes, and what a document must be."""
