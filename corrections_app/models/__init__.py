"""THE TABLES. They know the rules, nothing above."""

from corrections_app.models.article import Article, Revision
from corrections_app.models.audit import AuditEvent
from corrections_app.models.correction import Contact, Correction, Placement
from corrections_app.models.decision import Decision
from corrections_app.models.idempotency import IdempotencyKey
from corrections_app.models.outbox import Letter, Owed
from corrections_app.models.user import OneTimeLink, User

__all__ = [
    "Article",
    "AuditEvent",
    "Contact",
    "Correction",
    "Decision",
    "IdempotencyKey",
    "Letter",
    "OneTimeLink",
    "Owed",
    "Placement",
    "Revision",
    "User",
]
