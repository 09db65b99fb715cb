"""Addresses of verbeteracties, notices and talks, also outside a request (jobs, demo)."""

from __future__ import annotations


def action_path(number: str, action: int) -> str:
    """Return the address of a verbeteractie."""
    return f"/verbeteracties/{number}/{action}"


def notice_path(number: str, notice: int) -> str:
    """Return the address of a notice of default."""
    return f"/ingebrekestellingen/{number}/{notice}"


def talk_path(number: str, talk: int) -> str:
    """Return the address of a contract talk."""
    return f"/contractgesprekken/{number}/{talk}"
