"""The Django app that holds the tables."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """The tables, and the rows that every database starts with."""

    name = "satselect.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill and guard the tables after each migration."""
        from django.db.models.signals import post_migrate

        from satselect.store.defaults import create_defaults
        from satselect.store.sql.guards.append_only import guard_audit
        from satselect.store.sql.guards.plan_guard import guard_plans
        from satselect.store.sql.guards.transition_guard import guard_transitions

        # After migrations and not in one: rows and triggers are there again if a migration made a table anew
        # (decision 0160).
        post_migrate.connect(create_defaults, sender=self)
        post_migrate.connect(guard_audit, sender=self)
        post_migrate.connect(guard_plans, sender=self)
        post_migrate.connect(guard_transitions, sender=self)
