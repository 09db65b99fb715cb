"""What amendments, obligations and the register of keurmerken put on Mijn werk."""

from collections.abc import Iterator

from flask import url_for

from contracts.agreements import change_queries, duty_queries, queries
from contracts.agreements.change_models import Amendment
from contracts.agreements.change_states import AmendmentState
from contracts.agreements.duty_rules import WARN_AHEAD, look_of_duty
from contracts.agreements.duty_states import DutyOwner
from portal import clock
from portal.access import Permission, Viewer
from portal.features import Task
from portal.periods import Month


def manager_tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield what an amendment asks of who manages the contract: ask, announce, settle or take back."""
    for amendment in change_queries.open_amendments(viewer):
        if queries.may_manage(amendment.contract, viewer):
            title, state = _next(amendment)
            yield Task(
                f"{title}: {amendment.title}",
                _url(amendment),
                when=amendment.effective_on,
                state=state,
                second=f"{amendment.contract.number}, wijziging {amendment.number}, {amendment.ground.article}",
            )


def consent_tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield the amendments that wait for the answer of the viewer's municipality."""
    if not viewer.may(Permission.AMENDMENT_APPROVE) or viewer.municipality_id is None:
        return
    for amendment in change_queries.open_amendments(viewer):
        if change_queries.may_answer(amendment, viewer):
            yield Task(
                f"Akkoord geven op wijziging: {amendment.title}",
                _url(amendment),
                when=amendment.effective_on,
                second=f"{amendment.contract.number}, {amendment.contract.title}",
            )


def _next(amendment: Amendment) -> tuple[str, str]:
    if amendment.state is AmendmentState.DRAFT:
        return "Akkoord vragen op wijziging", "Concept"
    waits = change_queries.waits_for(amendment)
    if not waits:
        return "Wijziging vaststellen", "Klaar"
    if amendment.ground.needs_notice and amendment.notice_on is None:
        return "Wijziging aankondigen op TenderNed", "Wacht"
    return "Wijziging volgen", "Wacht"


def _url(amendment: Amendment) -> str:
    return url_for(
        "contracts_agreements.amendment", number=amendment.contract.number, position=amendment.number
    )


def duty_tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield the obligations that are due within a month or late: the provider's own, and all for the manager."""
    for duty in duty_queries.open_duties(viewer, clock.today() + WARN_AHEAD):
        mine = duty.owner is DutyOwner.PROVIDER and viewer.may(Permission.REPORT_DELIVER)
        manages = queries.may_manage(duty.contract, viewer)
        if mine or manages:
            tone, _, state = look_of_duty(duty.due_on, duty.met_on, clock.today())
            yield Task(
                f"{'Bewijs vastleggen' if manages else 'Bewijs aanleveren'}: {duty.title}",
                url_for("contracts_agreements.duties", number=duty.contract.number),
                when=duty.due_on,
                tone=tone,
                state=state,
                second=f"{duty.contract.number}, {duty.kind.label}",
            )


def register_tasks(viewer: Viewer) -> Iterator[Task]:
    """Yield the providers whose keurmerk was not looked up this month."""
    for one in duty_queries.watched(viewer):
        if one.is_due:
            yield Task(
                f"Keurmerk controleren in het register: {one.organisation.name}",
                url_for("contracts_agreements.quality_marks"),
                when=Month.of(clock.today()).last,
                second=f"laatst gezien op {one.last.checked_on:%d-%m-%Y}" if one.last else "nog niet gecontroleerd",
            )
