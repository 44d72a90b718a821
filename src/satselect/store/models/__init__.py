"""The tables. Only `application` writes them."""

from satselect.store.models.accounts import Account, Key, Role, User
from satselect.store.models.elements import ElementSet
from satselect.store.models.fleets import Fleet, Pass, Resource, Satellite, Supply
from satselect.store.models.iterations import Assignment, AssignmentResource, Iteration, ResourceUse
from satselect.store.models.journal import Audit, Event, History
from satselect.store.models.outages import Outage
from satselect.store.models.products import BreakEven, Order, Product
from satselect.store.models.searches import OpportunitySearch
from satselect.store.models.stations import Station
from satselect.store.models.targets import Target
from satselect.store.models.tasks import Batch, Opportunity, Signature, Task
from satselect.store.models.webhooks import Delivery, Webhook, WebhookCursor

__all__ = [
    "Account",
    "Assignment",
    "AssignmentResource",
    "Audit",
    "Batch",
    "BreakEven",
    "Delivery",
    "ElementSet",
    "Event",
    "Fleet",
    "History",
    "Iteration",
    "Key",
    "Opportunity",
    "OpportunitySearch",
    "Order",
    "Outage",
    "Pass",
    "Product",
    "Resource",
    "ResourceUse",
    "Role",
    "Satellite",
    "Signature",
    "Station",
    "Supply",
    "Target",
    "Task",
    "User",
    "Webhook",
    "WebhookCursor",
]
