"""The address of a scorecard, also outside a request (jobs, demo)."""

from __future__ import annotations

from flask import url_for

from contracts.agreements.models import Contract
from portal.periods import Quarter


def card_path(contract: Contract, quarter: Quarter, code: str = "") -> str:
    """Return the address of a scorecard's page, or of one figure on it."""
    number, period = contract.number, quarter.code
    try:
        if code:
            return url_for("kpis_scorecards.line", number=number, period=period, code=code)
        return url_for("kpis_scorecards.show", number=number, period=period)
    except RuntimeError:  # outside a request
        return f"/scorecards/{number}/{period}" + (f"/{code}" if code else "")
