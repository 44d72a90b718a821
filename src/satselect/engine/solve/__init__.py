"""The way one part of a problem goes: by a table, by search, by a general solver."""
