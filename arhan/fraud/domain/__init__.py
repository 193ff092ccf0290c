"""The rules of screening, pure: time is passed in, nothing is fetched."""
