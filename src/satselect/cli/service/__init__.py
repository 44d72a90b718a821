"""Commands on the service's own database: serving, working, users, keys, batches."""
