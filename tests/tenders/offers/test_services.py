"""An offer from first draft to opened rows."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal import audit
from portal.accounts.queries import viewer_by_email
from portal.config import current_settings
from portal.db import commit, db, set_mode
from portal.documents import open_document
from portal.errors import NotFound, Refused, TransitionRefused
from portal.notifications.models import OutboxMessage
from tenders.offers import content, queries, receipts, services, strongroom, submitting
from tenders.offers.content import Answer
from tenders.offers.models import Offer, OfferParty, SealedPart, Submission
from tenders.offers.states import OfferState, PartState, PartyRole, Stance, SubmissionKind
from tenders.offers.submitting import TooLate
from tenders.vault import cards, ceremony, hooks
from tenders.vault.queries import lines_of
from tenders.vault.states import Envelope
from tests.factories.offers import DELTA, PLAN, TAALHUIS, make_draft, make_submitted, submit
from tests.factories.vault import BUYER, ZOETERMEER, GuardedTender, make_guarded_tender, make_tender

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def tender(frozen: Callable[[datetime], None], session: Any) -> GuardedTender:
    frozen(NOON - timedelta(days=2))
    return make_guarded_tender(deadline=NOON, lots=2)


def keep() -> None:
    """Commit as the end of a request does, so that what waits for it happens."""
    commit()
    set_mode(writing=True)


def open_vault(tender: GuardedTender, envelope: Envelope = Envelope.QUALITY) -> list[str]:
    """Open an envelope with two cards; gives the outcomes of the record."""
    first, second = viewer_by_email(BUYER), viewer_by_email(ZOETERMEER)
    opening = ceremony.ask_opening(tender.key(envelope), answer=tender.codes[BUYER], by=first)
    unsealed = ceremony.unseal_with(opening, answer=tender.codes[ZOETERMEER], by=second)
    ceremony.confirm_opening(opening, unsealed, by=second)
    return [line.outcome for line in lines_of(opening)]


def test_starting_twice_gives_the_same_offer_with_a_number_that_counts_nothing(tender: GuardedTender) -> None:
    first = services.start_offer(tender.procedure, by=viewer_by_email(TAALHUIS))
    assert services.start_offer(tender.procedure, by=viewer_by_email(TAALHUIS)).id == first.id
    other = services.start_offer(tender.procedure, by=viewer_by_email(DELTA))
    assert other.number != first.number
    assert first.number.startswith("IN-2026-")
    assert len(first.number) == 14


def test_an_unpublished_or_closed_tender_takes_no_offer(
    tender: GuardedTender, frozen: Callable[[datetime], None]
) -> None:
    with pytest.raises(Refused):
        services.start_offer(make_tender(), by=viewer_by_email(TAALHUIS))
    frozen(NOON)
    with pytest.raises(Refused, match="gesloten"):
        services.start_offer(tender.procedure, by=viewer_by_email(TAALHUIS))


def test_another_provider_cannot_find_an_offer(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    with pytest.raises(NotFound):
        queries.offer_for(viewer_by_email(DELTA), offer.number)
    with pytest.raises(NotFound):
        queries.offer_for(viewer_by_email(BUYER), offer.number)


def test_submitting_gives_a_receipt_that_is_genuine_and_carries_the_audit_head(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    submission, _ = submit(offer)
    pem = receipts.public_pem(receipts.signing_key(current_settings().server_key))
    signature = base64.b64decode(submission.signature)
    verdict = receipts.verify(submission.receipt.encode(), signature, pem)
    assert verdict.genuine
    text = json.loads(submission.receipt)
    assert text["ontvangen_op"] == "2026-11-18T11:00:00.000000+00:00"
    assert (text["spoor"]["nummer"], text["spoor"]["sha256"]) == audit.head()
    assert text["enveloppen"]["kwaliteit"]["sleutel"] == tender.key().public_key
    assert text["enveloppen"]["prijs"]["zegel"] == cards.fingerprint(tender.key(Envelope.PRICE).public_key)
    assert sorted(seal for _, seal in text["verzegelde_bestanden"]) == sorted(
        part.sha256 for part in queries.parts_in(submission)
    )
    assert len(queries.parts_in(submission)) == 4
    assert offer.state is OfferState.SUBMITTED
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "offer_submitted")).one()
    assert mail.subject.startswith("Ontvangen: uw inschrijving")


def test_the_same_request_twice_gives_the_same_receipt(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    first, code = submit(offer)
    again, _ = submit(offer, code=code)
    assert again.id == first.id
    assert len(queries.submissions_of(offer)) == 1
    with pytest.raises(TransitionRefused):
        submit(offer)


def test_a_half_filled_offer_is_not_submitted(tender: GuardedTender) -> None:
    offer = services.start_offer(tender.procedure, by=viewer_by_email(TAALHUIS))
    with pytest.raises(Refused, match="perceel"):
        submit(offer)
    assert offer.state is OfferState.DRAFT


@pytest.mark.parametrize(("shift", "accepted"), [(-1, True), (0, False), (1, False)])
def test_the_deadline_decides_to_the_microsecond(
    tender: GuardedTender, frozen: Callable[[datetime], None], shift: int, accepted: bool
) -> None:
    offer = make_draft(tender.procedure)
    frozen(NOON + timedelta(microseconds=shift))
    if accepted:
        assert submit(offer)[0].kind is SubmissionKind.SUBMITTED
        return
    with pytest.raises(TooLate) as late:
        submit(offer)
    assert "sluitingstijd was 12:00:00" in late.value.message
    refusal = submitting.refuse_late(offer, late.value, code="x", by=viewer_by_email(TAALHUIS))
    text = json.loads(refusal.receipt)
    assert text["ontvangen_op"] != ""
    assert text["sluitingstijd"].startswith("2026-11-20T11:00:00")
    assert text["soort"] == "bewijs van weigering: te laat"
    assert offer.state is OfferState.DRAFT
    assert strongroom.read_draft(offer).lots


def test_the_key_of_the_draft_goes_when_the_offer_is_submitted(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    keep()
    path, old = strongroom.drafts_folder() / offer.draft_key, offer.draft
    assert path.exists()
    assert old is not None
    assert b"MARKER" not in old
    submit(offer)
    assert path.exists()
    keep()
    assert not path.exists()
    offer.draft = old
    offer.draft_key = path.name
    with pytest.raises(strongroom.DraftLost):
        strongroom.read_draft(offer)
    db.session.expire(offer)


def test_the_code_reads_the_offer_back_and_no_other_code_does(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    _, code = submit(offer)
    draft = submitting.read_back(offer, code=code.lower())
    assert "MARKER-ANTWOORD" in str(draft)
    with pytest.raises(Refused, match="hoort niet bij"):
        submitting.read_back(offer, code=cards.new_card().code)
    with pytest.raises(Refused, match="tekens"):
        submitting.read_back(offer, code="abc")


def test_taking_back_with_the_code_keeps_the_data_and_one_can_submit_again(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    first, code = submit(offer)
    gone = [part.storage_key for part in queries.parts_in(first) if part.kind.value != "file"]
    withdrawal = submitting.take_back(offer, code=code, by=viewer_by_email(TAALHUIS))
    keep()
    assert withdrawal.kind is SubmissionKind.WITHDRAWN
    assert offer.state is OfferState.DRAFT
    assert not any(strongroom.sealed_path(key).exists() for key in gone)
    second, _ = submit(offer)
    assert (first.version, withdrawal.version, second.version) == (1, 2, 3)
    assert queries.standing_submission(offer) == second


def test_withdrawing_without_the_code_destroys_what_was_sealed(tender: GuardedTender) -> None:
    offer = make_submitted(tender.procedure)
    standing = queries.standing_submission(offer)
    assert standing is not None
    paths = [strongroom.sealed_path(part.storage_key) for part in queries.parts_in(standing)]
    submitting.withdraw(offer, by=viewer_by_email(TAALHUIS))
    keep()
    assert offer.state is OfferState.WITHDRAWN
    assert not any(path.exists() for path in paths)
    assert db.session.scalars(select(SealedPart).where(SealedPart.offer_id == offer.id)).all() == []
    services.restart(offer, by=viewer_by_email(TAALHUIS))
    assert strongroom.read_draft(offer).lots == {}


def test_after_the_deadline_nothing_can_be_withdrawn(
    tender: GuardedTender, frozen: Callable[[datetime], None]
) -> None:
    offer = make_submitted(tender.procedure)
    frozen(NOON)
    with pytest.raises(TooLate):
        submitting.withdraw(offer, by=viewer_by_email(TAALHUIS))


def test_opening_the_quality_envelope_gives_answers_files_and_parties_but_no_price(
    tender: GuardedTender, frozen: Callable[[datetime], None]
) -> None:
    offer = make_submitted(tender.procedure)
    make_submitted(tender.procedure, email=DELTA, rate="7999.99")
    frozen(NOON)
    outcomes = open_vault(tender)
    assert outcomes == ["antwoorden: geopend", *["MARKER-NAAM plan.pdf: geopend"] * 2] * 2
    lots = queries.opened_lots(tender.procedure)
    assert len(lots) == 4
    answers = queries.answers_of(lots[0])
    assert {answer.promised_value for answer in answers if answer.criterion_id} == {Decimal("0.87"), None}
    assert [answer.stance for answer in answers if answer.requirement_id] == [Stance.EQUIVALENT]
    assert open_document(queries.documents_of(lots[0])[0].document) == PLAN
    assert queries.prices_of(lots[0]) == []
    parties = db.session.scalars(select(OfferParty).where(OfferParty.offer_id == offer.id)).all()
    assert [(party.role, party.kvk) for party in parties] == [(PartyRole.LEAD, "90001338")]


def test_a_party_in_two_offers_on_one_lot_is_a_line_in_the_record(
    tender: GuardedTender, frozen: Callable[[datetime], None]
) -> None:
    make_submitted(tender.procedure)
    other = make_draft(tender.procedure, email=DELTA)
    services.save_organisation(
        other,
        contact_name="Inschrijvingen",
        contact_email=DELTA,
        contact_phone="",
        alone=False,
        partners=(content.Partner("onderaannemer", "Taalhuis", "90001338"),),
        by=viewer_by_email(DELTA),
    )
    submit(other, email=DELTA)
    frozen(NOON)
    notes = [line for line in open_vault(tender) if line.startswith("let op: Taalhuis")]
    assert len(notes) == 4
    assert "niemand is hierdoor uitgesloten" in notes[0]
    parties = db.session.scalars(select(OfferParty).where(OfferParty.offer_id == other.id)).all()
    assert {party.role for party in parties} == {PartyRole.LEAD, PartyRole.SUBCONTRACTOR}


def test_opening_the_price_envelope_gives_the_rates(
    tender: GuardedTender, frozen: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_submitted(tender.procedure, rate="8123.4567")
    frozen(NOON)
    open_vault(tender)
    monkeypatch.setattr(hooks, "price_checks", [])
    assert open_vault(tender, Envelope.PRICE) == ["prijzen: geopend"]
    rates = [price.rate for lot in queries.opened_lots(tender.procedure) for price in queries.prices_of(lot)]
    assert rates == [Decimal("8123.4567")] * 2


def test_a_vault_without_offers_opens_too(tender: GuardedTender, frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)
    assert open_vault(tender) == []


@pytest.mark.parametrize("kind", ["manifest", "file"])
@pytest.mark.parametrize("damage", ["changed", "gone", "swapped"])
def test_a_damaged_file_is_a_line_in_the_record_and_the_rest_opens(
    tender: GuardedTender, frozen: Callable[[datetime], None], kind: str, damage: str
) -> None:
    offer = make_submitted(tender.procedure)
    other = make_submitted(tender.procedure, email=DELTA)
    part = _part(offer, kind)
    path = strongroom.sealed_path(part.storage_key)
    if damage == "changed":
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
    elif damage == "gone":
        path.unlink()
    else:
        twin = _part(other, kind)
        data = strongroom.sealed_path(twin.storage_key).read_bytes()
        path.write_bytes(data)
        part.sha256 = twin.sha256
        db.session.flush()
    frozen(NOON)
    outcomes = open_vault(tender)
    same_plan = damage == "swapped" and kind == "file"
    assert part.state is (PartState.OPENED if same_plan else PartState.DAMAGED)
    assert sum("geopend" in line and ": geopend" in line for line in outcomes) >= 3
    opened = {row.offer_id for row in queries.opened_lots(tender.procedure)}
    assert other.id in opened
    assert (offer.id in opened) is (kind == "file")
    assert db.session.get_one(Offer, offer.id).state is OfferState.OPENED


def _part(offer: Offer, kind: str) -> SealedPart:
    submission = queries.standing_submission(offer)
    assert submission is not None
    return next(part for part in queries.parts_in(submission) if part.kind.value == kind)


def test_an_offer_that_comes_in_between_reading_and_opening_stops_the_opening(
    tender: GuardedTender, frozen: Callable[[datetime], None]
) -> None:
    make_submitted(tender.procedure)
    frozen(NOON)
    first, second = viewer_by_email(BUYER), viewer_by_email(ZOETERMEER)
    opening = ceremony.ask_opening(tender.key(), answer=tender.codes[BUYER], by=first)
    unsealed = ceremony.unseal_with(opening, answer=tender.codes[ZOETERMEER], by=second)
    tender.procedure.submission_deadline_at = NOON + timedelta(hours=1)
    db.session.flush()
    make_submitted(tender.procedure, email=DELTA)
    with pytest.raises(Refused, match="na de sluitingstijd"):
        ceremony.confirm_opening(opening, unsealed, by=second)
    unsealed.close()


def test_a_price_outside_the_model_and_a_number_like_a_bsn_are_refused(tender: GuardedTender) -> None:
    by = viewer_by_email(TAALHUIS)
    offer = make_draft(tender.procedure)
    lot = queries.asked_of(tender.procedure).lots[0]
    with pytest.raises(Refused, match="ten hoogste"):
        services.save_prices(offer, lot.id, {lot.prices[0].id: "9000.01"}, by=by)
    with pytest.raises(Refused, match="burgerservicenummer"):
        services.save_answers(offer, lot.id, {lot.criteria[0].id: Answer("deelnemer 111222333")}, by=by)


def test_leaving_a_lot_out_drops_its_files(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    first, second = (lot.id for lot in queries.asked_of(tender.procedure).lots)
    note = strongroom.read_draft(offer).lots[second].files[0]
    path = strongroom.sealed_path(
        next(p.storage_key for p in queries.draft_parts(offer) if str(p.id) == note.part_id)
    )
    services.choose_lots(offer, [first], by=viewer_by_email(TAALHUIS))
    keep()
    assert not path.exists()
    assert list(strongroom.read_draft(offer).lots) == [first]


def test_the_sweep_removes_only_old_files_that_belong_to_nothing(
    tender: GuardedTender, frozen: Callable[[datetime], None]
) -> None:
    offer = make_draft(tender.procedure)
    orphan = strongroom.vault_folder() / "0123.part"
    orphan.write_bytes(b"half")
    now = datetime.now(UTC)
    frozen(now)
    assert strongroom.sweep_files(*queries.known_files()) == 0
    frozen(now + strongroom.KEPT_PART + timedelta(seconds=5))
    assert strongroom.sweep_files(*queries.known_files()) >= 1
    assert not orphan.exists()
    assert all(strongroom.sealed_path(part.storage_key).exists() for part in queries.draft_parts(offer))


def test_the_hash_on_the_check_page_is_that_of_the_offer(tender: GuardedTender) -> None:
    offer = make_draft(tender.procedure)
    draft = strongroom.read_draft(offer)
    shown = content.digest(tender.procedure.number, offer.lead_organisation.name, draft)
    _, code = submit(offer)
    back = submitting.read_back(offer, code=code)
    assert content.digest(tender.procedure.number, offer.lead_organisation.name, back) == shown
    assert db.session.scalars(select(Submission)).all()[0].receipt.find(shown) == -1
