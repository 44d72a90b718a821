"""Routes about users, their keys and webhooks, and the audit."""
