"""`satselect passes`."""
