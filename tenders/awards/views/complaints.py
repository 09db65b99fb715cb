"""The register of complaints, for inkoop and for who complains."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.forms import act_or_flash, page
from portal.tables import XLSX, Column, Sheet, download, workbook
from tenders.awards import queries, services
from tenders.awards.forms import ComplaintForm, DecideComplaintForm, OwnComplaintForm
from tenders.awards.states import COMPLAINT, ComplaintAction
from tenders.awards.views.blueprint import bp
from tenders.procedures import queries as tender

STAFF = "/aanbestedingen/<number>/klachten"
MARKET = "/opdrachten/<number>/klachten"
COLUMNS = (
    Column("Nummer", "integer", 10),
    Column("Klager", "text", 30),
    Column("Onderwerp", "text", 40),
    Column("Ontvangen", "date", 14),
    Column("Antwoord uiterlijk", "date", 18),
    Column("Toestand", "text", 26),
    Column("Oordeel", "text", 60),
)


@bp.route(STAFF)
@requires(Permission.TENDER_READ)
def complaints(number: str) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = tender.staff_procedure(viewer, number)
    return page(
        "tenders/awards/complaints.html",
        procedure=procedure,
        complaints=queries.complaints_about(procedure),
        may_record=tender.may_change(viewer, procedure),
    )


@bp.route(f"{STAFF}/klachten.xlsx")
@requires(Permission.TENDER_READ)
def complaints_workbook(number: str) -> ResponseReturnValue:
    procedure = tender.staff_procedure(current_viewer(), number)
    rows = [
        (one.number, one.complainant, one.subject, one.received_at.date(), one.due_on, one.state.label, one.outcome)
        for one in queries.complaints_about(procedure)
    ]
    return download(workbook([Sheet("Klachten", COLUMNS, rows)]), f"klachten-{number}.xlsx", XLSX)


@bp.route(f"{STAFF}/nieuw", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def record_complaint(number: str) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = tender.staff_procedure(viewer, number)
    tender.refuse_unless_lead(viewer, procedure)
    form = ComplaintForm()
    if form.validate_on_submit() and form.accepts(
        services.complain,
        procedure,
        subject=form.subject.data or "",
        text=form.text.data or "",
        wish=form.wish.data or "",
        complainant=form.complainant.data or "",
        by=viewer,
    ):
        flash("De klacht staat in het register.")
        return redirect(url_for(".complaints", number=number))
    back = url_for(".complaints", number=number)
    return page("tenders/awards/complain.html", form=form, procedure=procedure, back=back, staff=True)


@bp.route(f"{STAFF}/<int:complaint_number>", methods=["GET", "POST"])
@requires(Permission.TENDER_READ)
def complaint(number: str, complaint_number: int) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = tender.staff_procedure(viewer, number)
    found = queries.complaint_about(procedure, complaint_number)
    form = DecideComplaintForm()
    if form.validate_on_submit() and form.accepts(
        services.decide_complaint,
        found,
        action=ComplaintAction(form.action.data),
        outcome=form.outcome.data or "",
        by=viewer,
    ):
        flash("Het oordeel is vastgelegd. De klager heeft bericht gekregen.")
        return redirect(url_for(".complaints", number=number))
    actions = COMPLAINT.actions(found.state)
    return page(
        "tenders/awards/complaint.html",
        form=form,
        procedure=procedure,
        complaint=found,
        handler=queries.name_of(found.handler_id) if found.handler_id else "",
        may_take=ComplaintAction.TAKE in actions and not tender.is_member(viewer, procedure),
        may_decide=ComplaintAction.FIND in actions and found.handler_id == viewer.user_id,
    )


@bp.route(f"{STAFF}/<int:complaint_number>/behandelen", methods=["POST"])
@requires(Permission.TENDER_READ)
def take_complaint(number: str, complaint_number: int) -> ResponseReturnValue:
    viewer = current_viewer()
    found = queries.complaint_about(tender.staff_procedure(viewer, number), complaint_number)
    if act_or_flash(services.take_complaint, found, by=viewer):
        flash("U behandelt deze klacht.")
    return redirect(url_for(".complaint", number=number, complaint_number=complaint_number))


# The complainant's side ---------------------------------------------------------------------------------


@bp.route(MARKET)
@requires(Permission.QUESTION_ASK)
def own_complaints(number: str) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = tender.market_procedure(viewer, number)
    return page(
        "tenders/awards/own_complaints.html",
        procedure=procedure,
        complaints=queries.own_complaints(viewer, procedure),
        withdrawable=[state for state, action in COMPLAINT.table if action is ComplaintAction.WITHDRAW],
    )


@bp.route(f"{MARKET}/nieuw", methods=["GET", "POST"])
@requires(Permission.QUESTION_ASK)
def complain(number: str) -> ResponseReturnValue:
    viewer = current_viewer()
    procedure = tender.market_procedure(viewer, number)
    form = OwnComplaintForm()
    if form.validate_on_submit() and form.accepts(
        services.complain,
        procedure,
        subject=form.subject.data or "",
        text=form.text.data or "",
        wish=form.wish.data or "",
        by=viewer,
    ):
        flash("Wij hebben uw klacht ontvangen. U krijgt een bevestiging per mail.")
        return redirect(url_for(".own_complaints", number=number))
    back = url_for(".own_complaints", number=number)
    return page("tenders/awards/complain.html", form=form, procedure=procedure, back=back, staff=False)


@bp.route(f"{MARKET}/<int:complaint_number>/intrekken", methods=["POST"])
@requires(Permission.QUESTION_ASK)
def withdraw_complaint(number: str, complaint_number: int) -> ResponseReturnValue:
    viewer = current_viewer()
    found = queries.own_complaint(viewer, tender.market_procedure(viewer, number), complaint_number)
    if act_or_flash(services.withdraw_complaint, found, by=viewer):
        flash("Uw klacht is ingetrokken.")
    return redirect(url_for(".own_complaints", number=number))
