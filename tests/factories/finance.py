"""Accounts of municipalities as a test needs them."""

from contracts.finance.models import LedgerMapping
from contracts.finance.states import Eligibility
from portal import clock
from portal.catalogue.queries import municipalities, products
from portal.catalogue.states import TargetGroup
from portal.db import db


def make_mappings(years: tuple[int, ...] = ()) -> None:
    """Give every product of every municipality an account, this year and last year unless told otherwise."""
    this = clock.today().year
    for year in years or (this - 1, this):
        for municipality in municipalities():
            for number, product in enumerate(products()):
                for group in TargetGroup:
                    db.session.add(
                        LedgerMapping(
                            product_id=product.id, municipality_id=municipality.id, target_group=group, year=year,
                            spuk=Eligibility.YES, task_field="6.1", ledger_account=f"44{number:03d}",
                            cost_centre="67110", economic_category="3.5.1",
                        )
                    )  # fmt: skip
    db.session.flush()
