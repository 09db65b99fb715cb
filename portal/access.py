"""Who may do what: roles in an organisation, permissions on routes, and who is looking now.

A permission says what a role may do at all. Which records a viewer sees is decided in the queries.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from flask import g, has_request_context


class Role(StrEnum):
    """What somebody is in an organisation; what he is in one case hangs on the case."""

    BUYER = "buyer"
    ASSESSOR = "assessor"
    CONTRACT_MANAGER = "contract_manager"
    REFERRER = "referrer"
    FINANCE = "finance"
    PARTNER = "partner"
    ADMIN = "admin"
    PROVIDER = "provider"
    PROVIDER_ADMIN = "provider_admin"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.BUYER: "inkoop",
    Role.ASSESSOR: "beoordelaar",
    Role.CONTRACT_MANAGER: "contractmanager",
    Role.REFERRER: "aanmelder",
    Role.FINANCE: "financiën",
    Role.PARTNER: "deelnemende gemeente",
    Role.ADMIN: "beheerder",
    Role.PROVIDER: "aanbieder",
    Role.PROVIDER_ADMIN: "beheerder van de aanbieder",
}


class Permission(StrEnum):
    """Everything a route can ask for: `scope:action`, in alphabetical order."""

    ACCOUNT_MANAGE = "account:manage"
    ALLOCATION_CONSENT = "allocation:consent"
    ALLOCATION_MANAGE = "allocation:manage"
    ALLOCATION_READ = "allocation:read"
    AMENDMENT_APPROVE = "amendment:approve"
    AUDIT_READ = "audit:read"
    AWARD_APPROVE = "award:approve"
    AWARD_ASSESS = "award:assess"
    AWARD_DECIDE = "award:decide"
    AWARD_READ = "award:read"
    BUDGET_READ = "budget:read"
    CONSULTATION_MANAGE = "consultation:manage"
    CONSULTATION_RESPOND = "consultation:respond"
    CONTRACT_MANAGE = "contract:manage"
    CONTRACT_READ = "contract:read"
    COST_READ = "cost:read"
    INDEX_MANAGE = "index:manage"
    INVOICE_APPROVE = "invoice:approve"
    INVOICE_READ = "invoice:read"
    INVOICE_RETURN = "invoice:return"
    INVOICE_SUBMIT = "invoice:submit"
    INVOICE_VERIFY = "invoice:verify"
    OFFER_PREPARE = "offer:prepare"
    OFFER_SUBMIT = "offer:submit"
    PERIOD_CLOSE = "period:close"
    QUESTION_ANSWER = "question:answer"
    QUESTION_ASK = "question:ask"
    QUESTION_DRAFT = "question:draft"
    REPORT_ACCEPT = "report:accept"
    REPORT_DELIVER = "report:deliver"
    REPORT_READ = "report:read"
    SCORECARD_FIX = "scorecard:fix"
    SCORECARD_READ = "scorecard:read"
    SCORECARD_RESPOND = "scorecard:respond"
    SELF = "self"
    TENDER_FOLLOW = "tender:follow"
    TENDER_MANAGE = "tender:manage"
    TENDER_READ = "tender:read"
    TRAJECTORY_READ = "trajectory:read"
    TRAJECTORY_REFER = "trajectory:refer"
    TRAJECTORY_RESPOND = "trajectory:respond"
    VAULT_OPEN = "vault:open"


_PROVIDERS = frozenset({Role.PROVIDER, Role.PROVIDER_ADMIN})
_TENDER_STAFF = frozenset({Role.BUYER, Role.ASSESSOR, Role.CONTRACT_MANAGER, Role.PARTNER})

GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.ACCOUNT_MANAGE: frozenset({Role.ADMIN, Role.PROVIDER_ADMIN}),
    Permission.ALLOCATION_CONSENT: frozenset({Role.FINANCE, Role.PARTNER}),
    Permission.ALLOCATION_MANAGE: frozenset({Role.FINANCE}),
    Permission.ALLOCATION_READ: frozenset({Role.FINANCE, Role.CONTRACT_MANAGER, Role.PARTNER}),
    Permission.AMENDMENT_APPROVE: frozenset({Role.PARTNER, Role.BUYER}),
    Permission.AUDIT_READ: frozenset({Role.ADMIN}),
    Permission.AWARD_APPROVE: frozenset({Role.PARTNER, Role.BUYER}),
    Permission.AWARD_ASSESS: frozenset({Role.ASSESSOR, Role.BUYER}),
    Permission.AWARD_DECIDE: frozenset({Role.BUYER}),
    Permission.AWARD_READ: _PROVIDERS | _TENDER_STAFF,
    Permission.BUDGET_READ: frozenset({Role.FINANCE, Role.PARTNER, Role.CONTRACT_MANAGER}),
    Permission.CONSULTATION_MANAGE: frozenset({Role.BUYER}),
    Permission.CONSULTATION_RESPOND: _PROVIDERS,
    Permission.CONTRACT_MANAGE: frozenset({Role.CONTRACT_MANAGER, Role.BUYER}),
    Permission.CONTRACT_READ: frozenset(Role) - {Role.ADMIN},
    Permission.COST_READ: frozenset({Role.FINANCE, Role.PARTNER, Role.CONTRACT_MANAGER}),
    Permission.INDEX_MANAGE: frozenset({Role.FINANCE}),
    Permission.INVOICE_APPROVE: frozenset({Role.FINANCE}),
    Permission.INVOICE_READ: _PROVIDERS | {Role.FINANCE, Role.CONTRACT_MANAGER, Role.PARTNER},
    Permission.INVOICE_RETURN: frozenset({Role.FINANCE, Role.CONTRACT_MANAGER}),
    Permission.INVOICE_SUBMIT: _PROVIDERS,
    Permission.INVOICE_VERIFY: frozenset({Role.CONTRACT_MANAGER}),
    Permission.OFFER_PREPARE: _PROVIDERS,
    Permission.OFFER_SUBMIT: _PROVIDERS,
    Permission.PERIOD_CLOSE: frozenset({Role.FINANCE}),
    Permission.QUESTION_ANSWER: frozenset({Role.BUYER}),
    Permission.QUESTION_ASK: _PROVIDERS,
    Permission.QUESTION_DRAFT: _TENDER_STAFF,
    Permission.REPORT_ACCEPT: frozenset({Role.CONTRACT_MANAGER}),
    Permission.REPORT_DELIVER: _PROVIDERS,
    Permission.REPORT_READ: _PROVIDERS | {Role.CONTRACT_MANAGER, Role.PARTNER, Role.FINANCE},
    Permission.SCORECARD_FIX: frozenset({Role.CONTRACT_MANAGER}),
    Permission.SCORECARD_READ: _PROVIDERS | {Role.CONTRACT_MANAGER, Role.PARTNER, Role.BUYER},
    Permission.SCORECARD_RESPOND: _PROVIDERS,
    Permission.SELF: frozenset(Role),
    Permission.TENDER_FOLLOW: _PROVIDERS,
    Permission.TENDER_MANAGE: frozenset({Role.BUYER}),
    Permission.TENDER_READ: _TENDER_STAFF,
    Permission.TRAJECTORY_READ: _PROVIDERS | {Role.REFERRER, Role.CONTRACT_MANAGER, Role.PARTNER},
    Permission.TRAJECTORY_REFER: frozenset({Role.REFERRER}),
    Permission.TRAJECTORY_RESPOND: _PROVIDERS,
    Permission.VAULT_OPEN: _TENDER_STAFF,
}


@dataclass(frozen=True)
class Viewer:
    """Who is looking, in which organisation, with which roles; plain values only."""

    user_id: uuid.UUID | None = None
    name: str = "Bezoeker"
    email: str = ""
    membership_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    organisation_name: str = ""
    municipality_id: uuid.UUID | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    theme: str = "neutraal"

    def may(self, permission: Permission) -> bool:
        """Say whether one of the viewer's roles grants the permission."""
        return bool(self.roles & GRANTS[permission])

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_provider(self) -> bool:
        return bool(self.roles & _PROVIDERS)


VISITOR = Viewer()
SYSTEM = Viewer(name="Het portaal", organisation_name="Het portaal")


@dataclass(frozen=True)
class Access:
    """What a route declared: a permission, or that everybody may come in."""

    permission: Permission | None
    records_read: bool = False


V = TypeVar("V", bound=Callable[..., Any])


def requires(permission: Permission, *, records_read: bool = False) -> Callable[[V], V]:
    """Declare the permission of a route; the kernel checks it before the view runs.

    `records_read=True` declares a GET that must leave a trace (a download that is audited).
    """

    def declare(view: V) -> V:
        @wraps(view)
        def declared(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        declared.access = Access(permission, records_read)  # type: ignore[attr-defined]
        declared.streams_body = getattr(view, "streams_body", False)  # type: ignore[attr-defined]
        return declared  # type: ignore[return-value]

    return declare


def public(view: V) -> V:
    """Declare aloud that a route needs no sign-in."""
    view.access = Access(None)  # type: ignore[attr-defined]
    return view


def streams_body(view: V) -> V:
    """Declare that a view reads the request body itself and checks the CSRF token as its first part."""
    view.streams_body = True  # type: ignore[attr-defined]
    return view


def access_of(view: Any) -> Access | None:
    """Return what a view declared, or None when it declared nothing."""
    declared = getattr(view, "access", None)
    return declared if isinstance(declared, Access) else None


def current_viewer() -> Viewer:
    """Return who is looking at this request; a visitor when nobody signed in."""
    if not has_request_context():
        return VISITOR
    viewer = getattr(g, "viewer", None)
    return viewer if isinstance(viewer, Viewer) else VISITOR
