"""The tables. Only `scheduling` writes them."""

from satselect.store.models.accounts import Account, Key, Role, User
from satselect.store.models.fleets import Fleet, Resource, Satellite, Supply
from satselect.store.models.iterations import Assignment, AssignmentResource, Iteration, ResourceUse
from satselect.store.models.journal import Audit, Event, History
from satselect.store.models.outages import Outage
from satselect.store.models.tasks import Batch, Signature, Task, TaskResource
from satselect.store.models.webhooks import Delivery, Webhook, WebhookCursor

__all__ = [
    "Account",
    "Assignment",
    "AssignmentResource",
    "Audit",
    "Batch",
    "Delivery",
    "Event",
    "Fleet",
    "History",
    "Iteration",
    "Key",
    "Outage",
    "Resource",
    "ResourceUse",
    "Role",
    "Satellite",
    "Signature",
    "Supply",
    "Task",
    "TaskResource",
    "User",
    "Webhook",
    "WebhookCursor",
]
