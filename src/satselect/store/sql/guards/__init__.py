"""What the database itself refuses, in triggers that are put up once."""
