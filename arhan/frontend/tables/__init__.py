"""Every table people take along, as columns and rows; one file per noun."""
