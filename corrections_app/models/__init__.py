"""THE TABLES. They know the rules, nothing above."""

from corrections_app.models.address import Address
from corrections_app.models.article import Article, Revision
from corrections_app.models.audit import AuditEvent
from corrections_app.models.bulk import Bulk, BulkItem
from corrections_app.models.conflict import Conflict
from corrections_app.models.correction import Contact, Correction, Placement
from corrections_app.models.decision import Decision
from corrections_app.models.idempotency import IdempotencyKey
from corrections_app.models.outbox import Letter, Owed
from corrections_app.models.source import Source
from corrections_app.models.triage import (
    Appeal,
    Approval,
    Escalation,
    Hold,
    Lease,
    ReasonWording,
    Skip,
)
from corrections_app.models.user import BrowserSession, OneTimeLink, User
from corrections_app.models.view import SavedView

__all__ = [
    "Address",
    "Appeal",
    "Approval",
    "Article",
    "AuditEvent",
    "BrowserSession",
    "Bulk",
    "BulkItem",
    "Conflict",
    "Contact",
    "Correction",
    "Decision",
    "Escalation",
    "Hold",
    "IdempotencyKey",
    "Lease",
    "Letter",
    "OneTimeLink",
    "Owed",
    "Placement",
    "ReasonWording",
    "Revision",
    "SavedView",
    "Skip",
    "Source",
    "User",
]
