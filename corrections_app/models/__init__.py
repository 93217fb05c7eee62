"""THE TABLES. They know the rules, nothing above."""

from corrections_app.models.article import Article, Retirement, Revision
from corrections_app.models.audit import AuditEvent, IdempotencyKey
from corrections_app.models.correction import Contact, Correction, Placement, SetAside
from corrections_app.models.decision import Bulk, BulkItem, Conflict, Decision
from corrections_app.models.house_rule import FoundElsewhere, HouseRule
from corrections_app.models.letter import Address, Letter, Owed, Worker
from corrections_app.models.media import MediaFile
from corrections_app.models.notice import Notice, NoticeChange, NoticePlacing, NoticeWording
from corrections_app.models.outside.hook import Call, Event, Hook
from corrections_app.models.outside.site import Site, SiteArticle, WriteBack
from corrections_app.models.outside.source import Source
from corrections_app.models.outside.token import Token
from corrections_app.models.setting import PublicVersion, Setting
from corrections_app.models.side_facts import (
    Appeal,
    Approval,
    Enquiry,
    Escalation,
    Hold,
    Lease,
    ReasonWording,
    Sender,
    Skip,
    Wordprint,
)
from corrections_app.models.user import (
    Authenticator,
    BrowserSession,
    OneTimeLink,
    Passkey,
    RecoveryCode,
    SavedView,
    User,
)

__all__ = [
    "Address",
    "Appeal",
    "Approval",
    "Article",
    "AuditEvent",
    "Authenticator",
    "BrowserSession",
    "Bulk",
    "BulkItem",
    "Call",
    "Conflict",
    "Contact",
    "Correction",
    "Decision",
    "Enquiry",
    "Escalation",
    "Event",
    "FoundElsewhere",
    "Hold",
    "Hook",
    "HouseRule",
    "IdempotencyKey",
    "Lease",
    "Letter",
    "MediaFile",
    "Notice",
    "NoticeChange",
    "NoticePlacing",
    "NoticeWording",
    "OneTimeLink",
    "Owed",
    "Passkey",
    "Placement",
    "PublicVersion",
    "ReasonWording",
    "RecoveryCode",
    "Retirement",
    "Revision",
    "SavedView",
    "Sender",
    "SetAside",
    "Setting",
    "Site",
    "SiteArticle",
    "Skip",
    "Source",
    "Token",
    "User",
    "Wordprint",
    "Worker",
    "WriteBack",
]
