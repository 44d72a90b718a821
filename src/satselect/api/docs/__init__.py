"""The description as a page to read: made by the server, with no script and nothing from elsewhere."""
