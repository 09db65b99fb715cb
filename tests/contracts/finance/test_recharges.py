"""Doorbelasting: one document per municipality and month, its answer and receipt, and a balance of nought."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from contracts.finance.recharge_queries import balance_of, lines_of_recharge, to_recharge
from contracts.finance.recharge_services import answer_recharge, make_recharge, receive_recharge
from contracts.finance.services import make_payable
from contracts.finance.settling_models import Recharge, RechargeLine
from contracts.finance.settling_states import RechargeState, VatTreatment
from contracts.invoicing.models import Invoice
from portal import audit, clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from portal.errors import NotYours, Refused, TransitionRefused
from portal.periods import Month
from tests.factories import catalogue
from tests.factories.finance import make_mappings
from tests.factories.invoices import FINANCE, PROVIDER, declared, last_month, make_invoice
from tests.pages import PageClient

D = Decimal
ClientAs = Callable[..., PageClient]
ZOETERMEER = "financien@zoetermeer.example"
PARTNER = "regio@pijnacker-nootdorp.example"


def booked() -> Invoice:
    """€ 3.000 in last month: 1.000 own, 500 for Pijnacker-Nootdorp, 1.500 for Zoetermeer."""
    make_mappings()
    invoice = declared(make_invoice())
    make_payable(invoice, by=viewer_by_email(FINANCE))
    return invoice


def sent(place: str = "Zoetermeer") -> Recharge:
    return make_recharge(
        catalogue.municipality(place), last_month(), treatment=VatTreatment.PASSED_ON, by=viewer_by_email(FINANCE)
    )


def test_what_was_paid_for_another_goes_in_one_document(session: None) -> None:
    booked()
    finance = viewer_by_email(FINANCE)
    assert [(one.municipality.name, one.total.gross) for one in to_recharge(finance)] == [
        ("Pijnacker-Nootdorp", D(500)), ("Zoetermeer", D(1500)),
    ]  # fmt: skip

    recharge = sent()

    assert (recharge.net, recharge.vat, recharge.state) == (D(1500), D(0), RechargeState.SENT)
    assert sum(one.net for one in lines_of_recharge(recharge)) == recharge.net
    assert [one.municipality.name for one in to_recharge(finance)] == ["Pijnacker-Nootdorp"]
    assert audit.last().action == "finance:recharge:send"
    with pytest.raises(Refused, match="niets"):
        sent()


def test_the_balance_is_nought_at_every_step(session: None) -> None:
    booked()
    finance, other = viewer_by_email(FINANCE), viewer_by_email(ZOETERMEER)

    def places() -> list[tuple[D, D, D, D]]:
        balance = balance_of(finance)
        assert balance.difference == 0
        assert balance.invoices == D(3000)
        return [(one.sent, one.agreed, one.received, one.open) for one in balance.places][-1:]

    assert places() == [(D(0), D(0), D(0), D(1500))]
    recharge = sent()
    assert places() == [(D(1500), D(0), D(0), D(0))]
    answer_recharge(recharge, agrees=True, reason="", by=other)
    assert places() == [(D(0), D(1500), D(0), D(0))]
    receive_recharge(recharge, on=clock.today(), by=finance)
    assert places() == [(D(0), D(0), D(1500), D(0))]


def test_a_refused_document_frees_its_lines(session: None) -> None:
    booked()
    first = sent()
    with pytest.raises(Refused, match="10 tekens"):
        answer_recharge(first, agrees=False, reason="nee", by=viewer_by_email(ZOETERMEER))
    answer_recharge(first, agrees=False, reason="Deze deelnemer woont hier niet.", by=viewer_by_email(ZOETERMEER))

    second = sent()

    assert second.number != first.number
    assert second.net == first.net
    assert balance_of(viewer_by_email(FINANCE)).difference == 0


def test_the_database_refuses_a_ledger_line_twice(session: None) -> None:
    booked()
    recharge, other = sent(), sent("Pijnacker-Nootdorp")
    line = db.session.query(RechargeLine).filter_by(recharge_id=recharge.id).first()
    assert line is not None
    db.session.add(RechargeLine(recharge_id=other.id, posting_id=line.posting_id, open_posting_id=line.posting_id))

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_who_may_do_what_and_when(session: None) -> None:
    booked()
    recharge = sent()
    finance = viewer_by_email(FINANCE)
    with pytest.raises(NotYours):
        answer_recharge(recharge, agrees=True, reason="", by=finance)
    with pytest.raises(NotYours):
        answer_recharge(recharge, agrees=True, reason="", by=viewer_by_email(PARTNER))
    with pytest.raises(TransitionRefused):
        receive_recharge(recharge, on=clock.today(), by=finance)
    answer_recharge(recharge, agrees=True, reason="", by=viewer_by_email(ZOETERMEER))
    with pytest.raises(Refused, match="tot en met vandaag"):
        receive_recharge(recharge, on=Month.of(clock.today()).next().first, by=finance)


def test_this_month_is_not_passed_on_yet(session: None) -> None:
    with pytest.raises(Refused, match="nog niet voorbij"):
        make_recharge(
            catalogue.municipality("Zoetermeer"), Month.of(clock.today()), treatment=VatTreatment.TAXED,
            by=viewer_by_email(FINANCE),
        )  # fmt: skip


def test_the_pages_from_sending_to_receipt(session: None, client_as: ClientAs) -> None:
    booked()
    client = client_as(FINANCE)
    page = client.get("/doorbelasting")
    assert "Verschil: €\u00a00,00" in page.body
    page = client.get(f"/doorbelasting/nieuw/{last_month().code}/0637").submit(
        "Doorbelasting versturen", treatment="common_account"
    )
    number = page.h1.removeprefix("Doorbelasting ")
    assert "1.500,00" in page.body
    assert client.get(f"/doorbelasting/{number}/pdf").data[:5] == b"%PDF-"
    other = client_as(ZOETERMEER)
    assert number in other.get("/mijn-werk").body
    wrong = other.get(f"/doorbelasting/{number}").submit("Antwoord vastleggen", agrees="nee", reason="nee")
    assert wrong.status_code == 422
    assert "10 tekens" in wrong.body
    assert "vastgelegd" in other.get(f"/doorbelasting/{number}").submit("Antwoord vastleggen", agrees="ja").flash
    done = client.get(f"/doorbelasting/{number}").submit(
        "Ontvangst vastleggen", received_on=f"{clock.today():%d-%m-%Y}"
    )
    assert "is ontvangen" in done.flash
    assert client_as(PARTNER).get(f"/doorbelasting/{number}").status_code == 404
    assert client_as(PROVIDER).get("/doorbelasting").status_code == 403
    assert client.get("/doorbelasting/download").status_code == 200
