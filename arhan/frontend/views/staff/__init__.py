"""The staff's workplace, one file per desk."""
