"""The description as a page to read: made by the server, nothing from elsewhere, a script only to find things."""
