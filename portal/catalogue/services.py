"""Fill the catalogue from the data that comes with the package."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import resources

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Organisation, OrganisationKind
from portal.catalogue.models import (
    GlossaryTerm,
    Measure,
    Municipality,
    MunicipalityFigure,
    PolicyBudgetLine,
    PolicyVolume,
    Product,
    ReferenceValue,
)
from portal.catalogue.rules import slug_of
from portal.catalogue.states import (
    Direction,
    FigureKind,
    LegalStatus,
    MeasureUnit,
    PaymentModel,
    TargetGroup,
    Unit,
    VatCategory,
)
from portal.db import db

POLICY_PLAN = "Beleidsplan inburgering Lansingerland (addendum, 2021)"
POLICY_DATE = date(2021, 10, 1)


def seed_catalogue() -> None:
    """Put products, municipalities, measures and facts in an empty catalogue; what is there stays.

    Source: the policy plan of Lansingerland (2021), tables 2.1, 2.2 and 5.1 and its first annex, and the
    dated values with the source that stands beside each.
    """
    _seed_municipalities()
    _seed_products()
    _seed_measures()
    _seed_glossary()
    _seed_reference_values()
    _seed_volumes()
    _seed_budget()
    db.session.flush()


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("portal.catalogue").joinpath("data", f"{name}.csv")
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter=";")


def _seed_municipalities() -> None:
    known = {one.cbs_code for one in db.session.scalars(select(Municipality))}
    for row in _rows("municipalities"):
        if row["cbs_code"] in known:
            continue
        organisation = _organisation_of(row["name"])
        municipality = Municipality(
            organisation_id=organisation.id, name=row["name"], cbs_code=row["cbs_code"]
        )
        db.session.add(municipality)
        db.session.flush()
        db.session.add(
            MunicipalityFigure(
                municipality_id=municipality.id,
                kind=FigureKind.INHABITANTS,
                on=date.fromisoformat(row["on"]),
                value=int(row["inhabitants"]),
                source=row["source"],
            )
        )


def _organisation_of(name: str) -> Organisation:
    found = db.session.scalars(
        select(Organisation).where(
            Organisation.name == name, Organisation.kind == OrganisationKind.MUNICIPALITY
        )
    ).one_or_none()
    if found is None:
        found = Organisation(
            kind=OrganisationKind.MUNICIPALITY, name=name, slug=slug_of(name), created_at=clock.now()
        )
        db.session.add(found)
        db.session.flush()
    return found


def _seed_products() -> None:
    known = {one.code for one in db.session.scalars(select(Product))}
    for position, row in enumerate(_rows("products"), 1):
        if row["code"] in known:
            continue
        db.session.add(
            Product(
                code=row["code"],
                name=row["name"],
                short_name=row["short_name"],
                description=row["description"],
                position=position,
                unit=Unit(row["unit"]),
                payment_model=PaymentModel(row["payment_model"]),
                vat_category=VatCategory(row["vat_category"]),
                vat_exemption=row["vat_exemption"],
                needs_keurmerk=row["needs_keurmerk"] == "1",
                needs_diploma_recognition=row["needs_diploma_recognition"] == "1",
                has_trajectories=row["has_trajectories"] == "1",
                spuk_eligible=row["spuk_eligible"] == "1",
            )
        )


def _seed_measures() -> None:
    known = {one.code for one in db.session.scalars(select(Measure))}
    for position, row in enumerate(_rows("measures"), 1):
        if row["code"] in known:
            continue
        db.session.add(
            Measure(
                code=row["code"],
                position=position,
                name=row["name"],
                sentence=row["sentence"],
                unit=MeasureUnit(row["unit"]),
                direction=Direction(row["direction"]),
                numerator=row["numerator"],
                denominator=row["denominator"],
                waiting_weeks=int(row["waiting_weeks"]),
                parameter_name=row["parameter_name"],
                default_parameter=int(row["default_parameter"]) if row["default_parameter"] else None,
                is_reported=row["is_reported"] == "1",
                source=row["source"],
            )
        )


def _seed_glossary() -> None:
    known = {one.term for one in db.session.scalars(select(GlossaryTerm))}
    for row in _rows("glossary"):
        if row["term"] not in known:
            db.session.add(
                GlossaryTerm(
                    term=row["term"],
                    definition=row["definition"],
                    dated_on=POLICY_DATE,
                    source=POLICY_PLAN,
                )
            )


def _seed_reference_values() -> None:
    known = {(one.code, one.valid_from) for one in db.session.scalars(select(ReferenceValue))}
    for row in _rows("reference_values"):
        valid_from = date.fromisoformat(row["valid_from"])
        if (row["code"], valid_from) in known:
            continue
        db.session.add(
            ReferenceValue(
                code=row["code"],
                name=row["name"],
                value=Decimal(row["value"]) if row["value"] else None,
                unit=row["unit"],
                valid_from=valid_from,
                valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                legal_status=LegalStatus(row["legal_status"]),
                source=row["source"],
                remark=row["remark"],
            )
        )


def _seed_volumes() -> None:
    if db.session.scalars(select(PolicyVolume).limit(1)).first() is not None:
        return
    by_code = {one.code: one.id for one in db.session.scalars(select(Product))}
    for position, row in enumerate(_rows("policy_volumes"), 1):
        db.session.add(
            PolicyVolume(
                position=position,
                component=row["component"],
                product_id=by_code.get(row["product"]),
                target_group=TargetGroup(row["target_group"]),
                year=int(row["year"]) if row["year"] else None,
                number=int(row["number"]),
                remark=row["remark"],
            )
        )


def _seed_budget() -> None:
    if db.session.scalars(select(PolicyBudgetLine).limit(1)).first() is not None:
        return
    for position, row in enumerate(_rows("policy_budget"), 1):
        db.session.add(
            PolicyBudgetLine(
                year=int(row["year"]),
                position=position,
                label=row["label"],
                amount=Decimal(row["amount"]),
                is_printed_total=row["is_printed_total"] == "1",
                remark=row["remark"],
            )
        )
