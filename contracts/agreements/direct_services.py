"""Record a contract that does not come from an award in this portal."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.agreements.making_services import (
    NewContract,
    NewLine,
    NewParty,
    NewProduct,
    make_contract,
)
from contracts.agreements.models import Contract
from contracts.agreements.rules import DEFAULT_PHASES, Term
from contracts.agreements.states import ContractKind, InvoiceChannel
from portal.access import Viewer
from portal.accounts.models import Organisation, OrganisationKind
from portal.catalogue.models import Municipality
from portal.catalogue.queries import municipality_of, product_by_code
from portal.catalogue.states import PaymentModel, Unit
from portal.db import db
from portal.errors import NotYours, Objection, refuse_if


@dataclass(frozen=True)
class DirectContract:
    """What a person fills in; the rate in euros per unit of the product, without VAT."""

    title: str
    kind: str
    written_source: str
    organisation_id: str
    product_code: str
    municipality_ids: Sequence[str]
    rate: Decimal
    ceiling: Decimal | None
    starts_on: date
    last_referral_on: date
    ends_on: date
    run_off_until: date


def record_direct_contract(direct: DirectContract, *, by: Viewer) -> Contract:
    """Record a draft contract led by the viewer's municipality, with one product and one price.

    Raises:
        NotYours: the viewer does not work for a municipality.
        Refused: the price is negative, the dates are not in order, or the source is missing.
    """
    lead = municipality_of(by.organisation_id)
    if lead is None:
        raise NotYours("een gemeente")
    negative = [Objection("De prijs moet 0 of meer zijn.", "rate")] if direct.rate < 0 else []
    refuse_if(negative)
    organisation = db.session.get_one(Organisation, uuid.UUID(direct.organisation_id))
    product = product_by_code(direct.product_code)
    phased = product.payment_model is PaymentModel.PHASED and product.unit is Unit.TRAJECTORY
    line = NewLine(
        code=f"{product.code}-1",
        name=f"{product.short_name}, per {product.unit.label}",
        unit=product.unit,
        rate=direct.rate,
        vat_category=product.vat_category,
        vat_exemption=product.vat_exemption,
        source=direct.written_source.strip()[:200],
        phases=DEFAULT_PHASES if phased else (),
    )
    between = organisation.kind is OrganisationKind.MUNICIPALITY
    return make_contract(
        NewContract(
            title=direct.title,
            kind=ContractKind(direct.kind),
            lead=lead,
            term=Term(direct.starts_on, direct.last_referral_on, direct.ends_on, direct.run_off_until),
            parties=[NewParty(organisation)],
            municipalities=[
                db.session.get_one(Municipality, uuid.UUID(one)) for one in direct.municipality_ids
            ],
            products=[NewProduct(product, [line], needs_keurmerk=product.needs_keurmerk)],
            written_source=direct.written_source,
            ceiling=direct.ceiling,
            invoice_channel=InvoiceChannel.CHARGE if between else InvoiceChannel.UPLOAD,
        ),
        by=by,
    )
