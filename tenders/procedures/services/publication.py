"""Publish a tender, and the acts that end it; the storeys above open and award through here."""

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import Objection, Refused, refuse_if
from portal.notifications import notify
from tenders.procedures import queries
from tenders.procedures.models import Lot, Procedure
from tenders.procedures.rules import objections_to_withdrawal
from tenders.procedures.services.findings import attach_report
from tenders.procedures.states import (
    LOT,
    PROCEDURE,
    LotAction,
    LotState,
    ProcedureAction,
    ProcedureState,
)


def ask_publication(procedure: Procedure, *, by: Viewer) -> None:
    """Ask a second person to check and publish a tender that is complete; the others get a mail.

    Raises:
        TransitionRefused: it was published before.
        Refused: something is missing; carries a sentence for each thing.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    PROCEDURE.next(procedure.state, ProcedureAction.PUBLISH)
    if procedure.is_template:
        raise Refused([Objection("Dit is een sjabloon. Maak er eerst een aanbesteding van.")])
    refuse_if(Objection(item.message) for item in queries.check_items(procedure))
    attach_report(procedure, by=by)
    procedure.publication_asked_at, procedure.publication_asked_by_id = clock.now(), by.user_id
    audit.record("tender:procedure:ask_publish", procedure, by=by)
    notify(
        [one for one in queries.publishers_of(procedure) if one.id != by.user_id], "publication_asked",
        about=procedure, path=f"/aanbestedingen/{procedure.number}/controleren", procedure=procedure, asker=by.name,
    )  # fmt: skip


def take_back_publication(procedure: Procedure, *, by: Viewer) -> None:
    """Take back the question to publish, so that the tender can be changed in peace."""
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    PROCEDURE.next(procedure.state, ProcedureAction.PUBLISH)
    if procedure.publication_asked_at is not None:
        procedure.publication_asked_at = procedure.publication_asked_by_id = None
        audit.record("tender:procedure:ask_back", procedure, by=by)


def publish(procedure: Procedure, *, by: Viewer) -> None:
    """Publish a tender to everyone, or to who is invited; another person than the one who asked for it.

    Raises:
        NotYours: the viewer is not among those who publish this tender.
        TransitionRefused: it was published before.
        Refused: nobody asked for it, the viewer asked it himself, or something is missing.
    """
    lock(procedure)
    queries.refuse_unless_second(by, procedure)
    state = PROCEDURE.next(procedure.state, ProcedureAction.PUBLISH)
    if procedure.publication_asked_at is None:
        raise Refused([Objection("De publicatie is nog niet aangevraagd. Een inkoper vraagt haar eerst aan.")])
    if not queries.may_confirm(by, procedure, procedure.publication_asked_by_id):
        raise Refused([Objection("U vroeg de publicatie zelf aan. Een tweede persoon controleert en publiceert.")])
    refuse_if(Objection(item.message) for item in queries.check_items(procedure))
    attach_report(procedure, by=by)
    procedure.state, procedure.published_at, procedure.published_by_id = state, clock.now(), by.user_id
    audit.record("tender:procedure:publish", procedure, by=by, number=procedure.number)


def mark_opened(procedure: Procedure, *, by: Viewer) -> None:
    """Record that the offers are open for reading; called by the vault, in its transaction.

    Raises:
        TransitionRefused: it is not published, or was opened before.
        Refused: the deadline has not passed.
    """
    lock(procedure)
    state = PROCEDURE.next(procedure.state, ProcedureAction.OPEN)
    opens_from = queries.opens_from(procedure)
    if opens_from is None or clock.now() < opens_from:
        raise Refused([Objection("De kluis kan pas open na de sluitingstijd.")])
    procedure.state, procedure.opened_at = state, clock.now()
    audit.record("tender:procedure:open", procedure, by=by)


def award_lot(lot: Lot, *, by: Viewer) -> None:
    """Record that a lot is finally awarded; the tender follows when no lot is left open.

    Raises:
        TransitionRefused: the lot is awarded or withdrawn already, or the tender is not opened.
    """
    lock(lot.procedure)
    lock(lot)
    lot.state, lot.awarded_at = LOT.next(lot.state, LotAction.AWARD), clock.now()
    audit.record("tender:lot:award", lot.procedure, by=by, title=lot.title)
    db.session.flush()
    _finish(lot.procedure, by)


def _finish(procedure: Procedure, by: Viewer) -> None:
    states = {lot.state for lot in queries.lots_of(procedure)}
    if LotState.OPEN in states or LotState.AWARDED not in states:
        return
    procedure.state = PROCEDURE.next(procedure.state, ProcedureAction.AWARD)
    procedure.awarded_at = clock.now()
    audit.record("tender:procedure:award", procedure, by=by)


def withdraw_lot(lot: Lot, *, reason: str, by: Viewer) -> None:
    """Withdraw a lot and tell everyone who follows the tender.

    Raises:
        TransitionRefused: the lot is awarded or already withdrawn.
        Refused: the reason does not suffice.
    """
    lock(lot.procedure)
    lock(lot)
    queries.refuse_unless_lead(by, lot.procedure)
    if lot.procedure.state is ProcedureState.PREPARATION:
        raise Refused([Objection("Een perceel intrekken kan pas na publicatie. Wijzig of verwijder het perceel.")])
    state = LOT.next(lot.state, LotAction.WITHDRAW)
    refuse_if(objections_to_withdrawal(opened=lot.procedure.opened_at is not None, reason=reason))
    lot.state, lot.withdrawn_at, lot.withdrawal_reason = state, clock.now(), reason.strip()
    audit.record("tender:lot:withdraw", lot.procedure, by=by, title=lot.title)
    notify(
        queries.followers_of(lot.procedure), "lot_withdrawn",
        about=lot, path=f"/opdrachten/{lot.procedure.number}", lot=lot, procedure=lot.procedure,
    )  # fmt: skip
    db.session.flush()
    if lot.procedure.state is ProcedureState.OPENED:
        _finish(lot.procedure, by)


def withdraw_procedure(procedure: Procedure, *, reason: str, by: Viewer) -> None:
    """Withdraw a published tender with all its lots and tell everyone who follows it.

    Raises:
        TransitionRefused: it is not published, awarded, or already withdrawn.
        Refused: the reason does not suffice.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    state = PROCEDURE.next(procedure.state, ProcedureAction.WITHDRAW)
    refuse_if(objections_to_withdrawal(opened=procedure.opened_at is not None, reason=reason))
    for lot in queries.lots_of(procedure):
        if lot.state is LotState.OPEN:
            lot.state, lot.withdrawn_at = LotState.WITHDRAWN, clock.now()
            lot.withdrawal_reason = reason.strip()
    procedure.state, procedure.withdrawn_at = state, clock.now()
    procedure.withdrawal_reason = reason.strip()
    audit.record("tender:procedure:withdraw", procedure, by=by)
    notify(
        queries.followers_of(procedure), "procedure_withdrawn",
        about=procedure, path=f"/opdrachten/{procedure.number}", procedure=procedure,
    )  # fmt: skip
