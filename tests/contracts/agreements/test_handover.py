"""A final award becomes a contract, with nothing retyped."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from contracts.agreements import price_queries, promise_queries, queries
from contracts.agreements.award_services import hand_over_of, make_contract_from_award, objections_to
from contracts.agreements.origin_queries import origins_of
from contracts.agreements.states import ContractKind, ContractState, SourceKind
from portal import clock
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import VatCategory
from portal.db import db
from portal.errors import NotFound, Refused
from tenders.awards import services as award_services
from tenders.awards.models import Award
from tenders.offers.models import OfferAnswer
from tests.factories import awards, catalogue
from tests.factories.awards import Case
from tests.pages import PageClient

BUYER = "inkoop@lansingerland.example"


def buyer() -> Viewer:
    return viewer_by_email(BUYER)


def final_award(*, with_term: bool = True) -> tuple[Case, Award]:
    """Bring a case with a promise on attendance to its final award."""
    case = awards.make_opened_case()
    lot = case.lot
    lot.starts_on = lot.ends_on = None
    if with_term:
        lot.starts_on, lot.ends_on = date(2027, 1, 1), date(2029, 12, 31)
        lot.extension_count, lot.extension_months, lot.run_off_months = 2, 12, 6
    case.criteria[0].measure = catalogue.measure("attendance")
    for answer in db.session.scalars(
        select(OfferAnswer).where(OfferAnswer.criterion_id == case.criteria[0].id)
    ):
        answer.promised_value = Decimal("0.87")
    db.session.flush()
    award = awards.sent(case, clock.now() - timedelta(days=30))
    awards.verify(award)
    award_services.make_final(award, by=buyer())
    return case, award


@pytest.mark.usefixtures("session")
def test_everything_of_the_award_is_in_the_one_contract_with_its_promises() -> None:
    case, award = final_award()
    contract = make_contract_from_award(award, by=buyer())

    assert contract.state is ContractState.DRAFT
    assert contract.kind is ContractKind.FRAMEWORK
    assert contract.award_id == award.id
    assert (contract.starts_on, contract.ends_on) == (date(2027, 1, 1), date(2029, 12, 31))
    assert contract.run_off_until == date(2030, 6, 30)
    assert contract.ceiling == Decimal(3_000_000)
    assert [option.decide_by for option in queries.options_of(contract)] == [
        date(2029, 6, 30),
        date(2030, 6, 30),
    ]
    assert [one.municipality.name for one in queries.municipalities_of(contract)] == [
        "Lansingerland",
        "Pijnacker-Nootdorp",
        "Zoetermeer",
    ]
    (party,) = queries.parties_of(contract)
    assert party.organisation_id == hand_over_of(award).offer.lead_organisation_id
    assert party.may_report
    assert party.may_invoice
    (item,) = price_queries.price_lines_of(contract, contract.starts_on)
    assert item.current is not None
    assert item.current.rate == Decimal(awards.PRICES[party.organisation.slug])
    assert item.line.offer_price_id is not None
    assert item.line.vat_category is VatCategory.EXEMPT
    assert sum(phase.share for phase in item.phases) == 1
    assert queries.products_of(contract)[0].needs_keurmerk
    assert case.lot.title in contract.title

    clauses = promise_queries.clauses_of(contract)
    assert [clause.number for clause in clauses] == ["3.1", "7.1", "7.2"]
    (version,) = promise_queries.newest_versions(contract)
    assert version.norm == Decimal("0.87")
    assert version.source_kind is SourceKind.PROMISE
    assert version.offer_answer_id == clauses[1].offer_answer_id
    origin = origins_of(buyer(), [version])[version.id]
    assert origin.criterion_id == case.criteria[0].id
    assert origin.procedure_number == case.procedure.number
    with pytest.raises(Refused) as refused:
        make_contract_from_award(award, by=buyer())
    assert contract.number in refused.value.message


@pytest.mark.usefixtures("session")
def test_a_lot_without_a_term_says_so_and_only_its_own_lead_hands_over() -> None:
    _, award = final_award(with_term=False)
    assert objections_to(hand_over_of(award)) == ["Het perceel heeft geen ingangsdatum en einddatum."]
    with pytest.raises(Refused):
        make_contract_from_award(award, by=buyer())
    with pytest.raises(NotFound):
        queries.award_for(viewer_by_email("inkoop@zoetermeer.example"), award.id)


@pytest.mark.usefixtures("session")
def test_the_buyer_makes_and_signs_the_contract_on_screen(client_as: Callable[..., PageClient]) -> None:
    case, award = final_award()
    award_id, criterion_title, offered = award.id, case.criteria[0].title, awards.PRICES
    client = client_as(BUYER)

    work = client.get("/mijn-werk")
    assert "Contract maken: B1-leerroute" in work.body
    check = client.get(f"/contracten/uit-gunning/{award_id}")
    assert check.h1 == "Contract maken uit de gunning"
    assert any(f"{price:,}".replace(",", ".") in check.body for price in offered.values())
    shown = check.submit()
    assert "is gemaakt uit de gunning" in shown.flash
    assert "87%" in shown.row("Aanwezigheid")
    assert criterion_title in shown.row("Aanwezigheid")

    signed = shown.click("Ondertekenen").submit()
    assert "is getekend" in signed.flash
    again = client.get(f"/contracten/uit-gunning/{award_id}")
    assert again.h1 == signed.h1
