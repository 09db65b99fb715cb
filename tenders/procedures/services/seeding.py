"""Load the kinds of procedure and their dated rules from the data files beside this package."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import resources

from sqlalchemy import select

from portal.catalogue.states import LegalStatus
from portal.db import db
from tenders.procedures.models import ProcedureKind, ProcedureRule


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("tenders.procedures").joinpath("data", name)
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter=";")


def seed_procedure_rules() -> None:
    """Add the kinds and rules that are not there yet; what is there stays as it is.

    Source: the columns `citation` and `source` of the data file (practice.md D2, D10).
    """
    kinds = set(db.session.scalars(select(ProcedureKind.code)))
    for row in _rows("procedure_kinds.csv"):
        if row["code"] not in kinds:
            db.session.add(
                ProcedureKind(
                    code=row["code"],
                    name=row["name"],
                    short_name=row["short_name"],
                    description=row["description"],
                    is_public=row["is_public"] == "1",
                    position=int(row["position"]),
                )
            )
    db.session.flush()
    rules = set(db.session.execute(select(ProcedureRule.kind_code, ProcedureRule.code, ProcedureRule.valid_from)))
    for row in _rows("procedure_rules.csv"):
        key = (row["kind"], row["code"], date.fromisoformat(row["valid_from"]))
        if key not in rules:
            db.session.add(_rule(row))
    db.session.flush()


def _rule(row: dict[str, str]) -> ProcedureRule:
    return ProcedureRule(
        kind_code=row["kind"],
        code=row["code"],
        legal_status=LegalStatus(row["legal_status"]),
        citation=row["citation"],
        value=Decimal(row["value"]) if row["value"] else None,
        unit=row["unit"],
        text=row["text"],
        source=row["source"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
    )
