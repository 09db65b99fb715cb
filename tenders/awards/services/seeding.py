"""Load the kinds of evidence and the dated rules of judging and awarding from the data files beside this package."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import resources

from sqlalchemy import select

from portal.catalogue.states import LegalStatus
from portal.db import db
from tenders.awards.models import EvidenceKind
from tenders.awards.states import EvidenceFor
from tenders.procedures.models import ProcedureRule


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("tenders.awards").joinpath("data", name)
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter=";")


def seed_award_rules() -> None:
    """Add the kinds of evidence and the rules that are not there yet; what is there stays as it is.

    Source: the columns `citation` and `source` of the data files (practice.md D2, D10, T3).
    """
    known = set(db.session.scalars(select(EvidenceKind.code)))
    for row in _rows("evidence_kinds.csv"):
        if row["code"] not in known:
            db.session.add(
                EvidenceKind(
                    code=row["code"],
                    position=int(row["position"]),
                    title=row["title"],
                    text=row["text"],
                    asked_for=EvidenceFor(row["asked_for"]),
                    max_age_months=int(row["max_age_months"]) if row["max_age_months"] else None,
                    citation=row["citation"],
                    valid_from=date.fromisoformat(row["valid_from"]),
                    valid_until=_day(row["valid_until"]),
                )
            )
    rules = set(db.session.execute(select(ProcedureRule.kind_code, ProcedureRule.code, ProcedureRule.valid_from)))
    for row in _rows("award_rules.csv"):
        if (row["kind"], row["code"], date.fromisoformat(row["valid_from"])) not in rules:
            db.session.add(
                ProcedureRule(
                    kind_code=row["kind"],
                    code=row["code"],
                    legal_status=LegalStatus(row["legal_status"]),
                    citation=row["citation"],
                    value=Decimal(row["value"]) if row["value"] else None,
                    unit=row["unit"],
                    text=row["text"],
                    source=row["source"],
                    valid_from=date.fromisoformat(row["valid_from"]),
                    valid_until=_day(row["valid_until"]),
                )
            )
    db.session.flush()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
