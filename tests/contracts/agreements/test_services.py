"""Making, signing, extending and changing contracts, on both databases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from contracts.agreements import price_queries, promise_queries, promise_services, queries, services
from contracts.agreements.making_services import NewContract, make_contract as record_contract
from contracts.agreements.models import Contract
from contracts.agreements.promise_services import Agreed
from contracts.agreements.rules import OptionTerm, Term
from contracts.agreements.states import (
    ClaimKind,
    ContractKind,
    ContractPhase,
    ContractState,
    OptionAction,
    OptionState,
    PhaseTrigger,
    QualityMarkKind,
    QualityMarkState,
)
from portal import audit, clock
from portal.access import SYSTEM, Viewer
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import Unit, VatCategory
from portal.db import db
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from tests.factories import catalogue
from tests.factories.contracts import (
    make_agreement,
    make_contract,
    make_quality_mark,
    organisation,
    product_of,
)

pytestmark = pytest.mark.usefixtures("session")


def manager() -> Viewer:
    return viewer_by_email("contract@lansingerland.example")


def test_a_contract_gets_the_next_number_of_its_year(session: None) -> None:
    first = make_contract(starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    second = make_contract(product="PVT", starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    assert first.number.startswith("IB-2026-")
    assert int(second.number[-3:]) == int(first.number[-3:]) + 1


def test_the_contract_managers_of_the_lead_are_in_its_team(session: None) -> None:
    names = [name for name, _ in queries.member_names(make_contract())]
    assert names == ["Contractmanager Lansingerland"]


def test_a_contract_without_award_or_source_is_refused(session: None) -> None:
    with pytest.raises(Refused) as refused:
        record_contract(
            NewContract(
                title="Zonder grond",
                kind=ContractKind.CONTRACT,
                lead=catalogue.municipality("Lansingerland"),
                term=Term(date(2026, 5, 1), date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1)),
                parties=[],
                municipalities=[],
                products=[],
            ),
            by=SYSTEM,
        )
    fields = {objection.field for objection in refused.value.objections}
    assert fields == {"ends_on", "written_source", "municipalities"}


def test_signing_tells_the_provider_and_makes_it_run(session: None) -> None:
    contract = make_contract(signed=False)
    assert queries.phase_of(contract) is ContractPhase.DRAFT
    services.sign_contract(contract, on=clock.today(), by=manager())
    assert contract.state is ContractState.SIGNED
    assert queries.phase_of(contract) is ContractPhase.RUNNING
    assert audit.last().action == "contract:contract:sign"


def test_only_the_lead_signs(session: None) -> None:
    contract = make_contract(signed=False)
    with pytest.raises(NotYours):
        services.sign_contract(contract, on=clock.today(), by=viewer_by_email("inkoop@zoetermeer.example"))


def test_a_contract_is_signed_once_and_not_tomorrow(session: None) -> None:
    contract = make_contract(signed=False)
    with pytest.raises(Refused):
        services.sign_contract(contract, on=clock.today() + timedelta(days=1), by=manager())
    services.sign_contract(contract, on=clock.today(), by=manager())
    with pytest.raises(TransitionRefused):
        services.sign_contract(contract, on=clock.today(), by=manager())


def test_a_framework_without_maximum_is_not_signed(session: None) -> None:
    contract = make_contract(signed=False, ceiling=None)
    with pytest.raises(Refused) as refused:
        services.sign_contract(contract, on=clock.today(), by=manager())
    assert "maximale waarde" in refused.value.message


def test_extending_moves_the_term_and_the_uitloop(session: None) -> None:
    begin, end = clock.today() - timedelta(days=300), clock.today() + timedelta(days=300)
    option = OptionTerm(1, end + timedelta(days=1), end + timedelta(days=365), end - timedelta(days=100))
    contract = make_contract(
        starts_on=begin, ends_on=end, run_off_until=end + timedelta(days=90), options=[option]
    )
    (stored,) = queries.options_of(contract)
    services.decide_option(stored, OptionAction.EXERCISE, by=manager())
    assert stored.state is OptionState.EXERCISED
    assert contract.ends_on == contract.last_referral_on == option.ends_on
    assert contract.run_off_until == option.ends_on + timedelta(days=90)
    with pytest.raises(TransitionRefused):
        services.decide_option(stored, OptionAction.DECLINE, by=manager())


def test_an_option_cannot_be_used_after_its_last_day(session: None) -> None:
    end = clock.today() + timedelta(days=30)
    late = OptionTerm(
        1, end + timedelta(days=1), end + timedelta(days=365), clock.today() - timedelta(days=1)
    )
    contract = make_contract(starts_on=clock.today() - timedelta(days=300), ends_on=end, options=[late])
    (stored,) = queries.options_of(contract)
    with pytest.raises(Refused):
        services.decide_option(stored, OptionAction.EXERCISE, by=manager())
    services.decide_option(stored, OptionAction.DECLINE, by=manager())
    assert contract.ends_on == end


def test_a_new_price_ends_the_old_one_the_day_before(session: None) -> None:
    contract = make_contract()
    line = price_queries.price_lines_of(contract, clock.today())[0].line
    new = clock.today() + timedelta(days=30)
    services.change_price(
        line, contract, rate=Decimal("9774.50"), valid_from=new, source="indexering 2027", by=manager()
    )
    product = product_of(contract)
    before = price_queries.price_on(product, Unit.TRAJECTORY, new - timedelta(days=1))
    after = price_queries.price_on(product, Unit.TRAJECTORY, new)
    assert before is not None
    assert after is not None
    assert (before.rate, after.rate) == (Decimal("9500"), Decimal("9774.50"))
    assert after.predecessor_id == before.id


@pytest.mark.parametrize(("rate", "days"), [("-1", 30), ("9000", -3000)])
def test_a_price_that_does_not_do_is_refused(session: None, rate: str, days: int) -> None:
    contract = make_contract()
    line = price_queries.price_lines_of(contract, clock.today())[0].line
    with pytest.raises(Refused):
        services.change_price(
            line,
            contract,
            rate=Decimal(rate),
            valid_from=clock.today() + timedelta(days=days),
            source="indexering 2027",
            by=manager(),
        )


def test_phases_are_set_in_the_draft_and_fixed_after_signing(session: None) -> None:
    contract = make_contract(signed=False)
    line = price_queries.price_lines_of(contract, contract.starts_on)[0].line
    halves = [
        ("Start", Decimal("0.5"), PhaseTrigger.STARTED),
        ("Diploma", Decimal("0.5"), PhaseTrigger.DIPLOMA),
    ]
    services.set_phases(line, contract, halves, by=manager())
    assert [phase.trigger for phase in price_queries.phases_of(line)] == [
        PhaseTrigger.STARTED,
        PhaseTrigger.DIPLOMA,
    ]
    services.sign_contract(contract, on=clock.today(), by=manager())
    with pytest.raises(Refused):
        services.set_phases(line, contract, halves, by=manager())


def test_vat_comes_from_the_dated_table(session: None) -> None:
    contract = make_contract(product="MAP", provider="route-delta", vat_category=VatCategory.STANDARD)
    line = price_queries.price_lines_of(contract, clock.today())[0].line
    assert line.vat_rate == Decimal("0.21")
    exempt = price_queries.price_lines_of(make_contract(), clock.today())[0].line
    assert exempt.vat_rate == 0
    assert exempt.vat_exemption


def test_an_agreement_changes_by_a_new_version(session: None) -> None:
    contract = make_contract()
    agreement = make_agreement(contract, norm=Decimal("0.80"))
    new = clock.today()
    promise_services.change_agreement(
        agreement, Agreed(Decimal("0.85"), new), written="verslag jaargesprek, punt 2", by=manager()
    )
    newest, oldest = promise_queries.versions_of(agreement)
    assert (newest.number, newest.norm, newest.valid_until) == (2, Decimal("0.85"), None)
    assert (oldest.number, oldest.norm, oldest.valid_until) == (1, Decimal("0.80"), new - timedelta(days=1))
    (before,) = promise_queries.agreements_in_force(contract, new - timedelta(days=1))
    (after,) = promise_queries.agreements_in_force(contract, new)
    assert (before.number, after.number) == (1, 2)


def test_an_eighth_kernafspraak_is_refused(session: None) -> None:
    contract = make_contract()
    for code in ("start_on_time", "attendance", "dropout", "passed_b1", "passed_knm", "offered_hours"):
        make_agreement(contract, measure=code)
    make_agreement(contract, measure="report_on_time")
    with pytest.raises(Refused) as refused:
        make_agreement(contract, measure="unexcused_absence")
    assert "kernafspraken" in refused.value.message
    signal = make_agreement(contract, measure="unexcused_absence", is_key=False)
    assert signal.code == "PA-08"


def test_a_signal_measure_has_no_norm(session: None) -> None:
    agreement = make_agreement(make_contract(), measure="route_switch", norm=None)
    (version,) = promise_queries.versions_of(agreement)
    assert version.norm is None
    assert not version.is_key


def test_a_malus_is_recorded_with_its_period(session: None) -> None:
    agreement = make_agreement(make_contract())
    (version,) = promise_queries.versions_of(agreement)
    claim = promise_services.make_claim(
        version,
        kind=ClaimKind.MALUS,
        amount=Decimal("250"),
        period_code="2026-k3",
        reason="onder norm",
        by=SYSTEM,
    )
    assert promise_queries.claims_of(agreement) == [claim]


def test_a_state_of_the_keurmerk_ends_the_one_before(session: None) -> None:
    make_quality_mark(valid_from=date(2021, 1, 1))
    make_quality_mark(state=QualityMarkState.SUSPENDED, valid_from=date(2026, 5, 1))

    def state(day: date) -> QualityMarkState | None:
        found = queries.quality_mark_on(
            organisation("taalhuis-de-waterlinie").id, QualityMarkKind.KEURMERK, day
        )
        return found.state if found else None

    assert state(date(2020, 12, 31)) is None
    assert state(date(2026, 4, 30)) is QualityMarkState.INDEFINITE
    assert state(date(2026, 5, 1)) is QualityMarkState.SUSPENDED


def test_a_bsn_in_a_reason_is_refused(session: None) -> None:
    contract = make_contract()
    with pytest.raises(Refused):
        services.terminate_contract(
            contract, on=clock.today(), reason="Wegens de zaak 111222333 van een deelnemer.", by=manager()
        )


def test_who_takes_part_sees_the_contract_and_who_does_not_does_not(session: None) -> None:
    contract = make_contract(product="Z", municipalities=("Lansingerland", "Pijnacker-Nootdorp"))
    for email in (
        "contract@lansingerland.example",
        "regio@pijnacker-nootdorp.example",
        "info@taalhuis-de-waterlinie.example",
    ):
        assert queries.contract_for(viewer_by_email(email), contract.number) is contract
    for email in ("inkoop@zoetermeer.example", "info@route-delta.example", "regio@rotterdam.example"):
        with pytest.raises(NotFound):
            queries.contract_for(viewer_by_email(email), contract.number)


def test_a_draft_is_seen_by_the_lead_only(session: None) -> None:
    contract = make_contract(signed=False)
    assert queries.contract_for(manager(), contract.number) is contract
    for email in ("inkoop@zoetermeer.example", "info@taalhuis-de-waterlinie.example"):
        with pytest.raises(NotFound):
            queries.contract_for(viewer_by_email(email), contract.number)


def test_rotterdam_is_a_party_that_reports_and_invoices(session: None) -> None:
    contract = make_contract(
        product="ONDERWIJS",
        provider="rotterdam",
        municipalities=("Lansingerland",),
        kind=ContractKind.BETWEEN_MUNICIPALITIES,
        ceiling=None,
    )
    rotterdam = viewer_by_email("regio@rotterdam.example")
    assert queries.contract_for(rotterdam, contract.number) is contract
    party = queries.party_for(contract, rotterdam.organisation_id, clock.today())
    assert party is not None
    assert party.may_report
    assert party.may_invoice


def test_the_phase_in_sql_is_the_phase_of_the_rule(session: None) -> None:
    today = clock.today()
    made: list[Contract] = []
    for shift in (-900, -500, -200, 0, 200):
        begin = today + timedelta(days=shift)
        made.append(
            make_contract(
                starts_on=begin,
                last_referral_on=begin + timedelta(days=250),
                ends_on=begin + timedelta(days=400),
                run_off_until=begin + timedelta(days=600),
            )
        )
    for phase in ContractPhase:
        statement = queries.visible_to(SYSTEM).where(queries.in_phase(phase, today))
        assert {one.id for one in queries.all_of(statement)} == {
            one.id for one in made if queries.phase_of(one, today) is phase
        }


def test_the_database_refuses_a_signature_without_a_person(session: None) -> None:
    contract = make_contract(signed=False)
    contract.state, contract.signed_on = ContractState.SIGNED, clock.today()
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
