"""Django's SQLite, but for files that went away: see `store.sql.sqlite_file`."""
