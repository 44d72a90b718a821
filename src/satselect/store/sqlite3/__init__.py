"""Django's SQLite, but for files that went away: see `store.sqlite_file`."""
