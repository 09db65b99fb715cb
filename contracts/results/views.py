"""Monthly reports on screen: the overview, one report, the ways in, and the judgement per row."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contracts.results import queries, review_services, sent_queries, services, trail
from contracts.results.draft import Draft
from contracts.results.expected import expected_measures, expected_rows
from contracts.results.exports import annotated
from contracts.results.forms import CorrectionForm, DraftForm, RowsForm, UploadForm
from contracts.results.presentation import TITLES_OF_SCREEN, preview_of, report_sheet
from contracts.results.queries import Case
from contracts.results.reading import empty_draft, read_draft, unchanged_draft
from contracts.results.states import EventKind, StopReason, Way
from contracts.results.template import template
from portal import audit, clock, filters
from portal.access import Permission, current_viewer, requires
from portal.db import db
from portal.documents import Document, open_document
from portal.errors import NotFound
from portal.features import related_links
from portal.forms import ActForm, act_or_flash, page
from portal.periods import Month, rolling
from portal.sheets import SheetRefused
from portal.tables import XLSX, download, workbook
from portal.ui import paginate

bp = Blueprint("contracts_results", __name__)

BASE = "/maandrapportages/<number>/<month_code>"


def _case(number: str, month_code: str) -> Case:
    return queries.case_for(current_viewer(), number, month_code)


def _to(endpoint: str, case: Case) -> ResponseReturnValue:
    return redirect(url_for(f".{endpoint}", number=case.contract.number, month_code=case.month.code))


@bp.get("/maandrapportages")
@requires(Permission.REPORT_READ)
def index() -> ResponseReturnValue:
    """The matrix of contracts and months, for both sides."""
    months = rolling(filters.month("tot") or Month.of(clock.today()))
    overview = queries.overview_for(current_viewer(), months)
    heads = [(line.party.organisation.name, "text") for line in overview]
    return page("contracts/results/index.html", overview=overview, months=months, heads=heads)


@bp.get(BASE)
@requires(Permission.REPORT_READ)
def show(number: str, month_code: str) -> ResponseReturnValue:
    """One report: how it stands, its rows, and what may be done now."""
    return _shown(_case(number, month_code), UploadForm())


def _shown(case: Case, form: UploadForm) -> ResponseReturnValue:
    viewer = current_viewer()
    own = queries.own_municipality(case, viewer)
    versions = queries.versions_of(case.report) if case.report else []
    newest = queries.newest_submitted(case.report)
    return page(
        "contracts/results/show.html",
        form=form,
        case=case,
        rows=paginate(queries.rows_statement(case.report, own)) if case.report else None,
        totals=queries.totals_of(case.report, own) if case.report else None,
        requests=queries.open_requests(case.report) if case.report else {},
        versions=versions,
        newest=newest,
        draft=queries.draft_of(case.report),
        measures=queries.reported_measures(newest) if newest else [],
        events=audit.history_of(case.report),
        is_narrowed=own is not None,
    )


@bp.get(f"{BASE}/sjabloon")
@requires(Permission.REPORT_READ)
def template_file(number: str, month_code: str) -> ResponseReturnValue:
    """The prefilled workbook; after a first version with what was sent and what is asked about it."""
    case = _case(number, month_code)
    queries.require_delivery(case)
    data = template(
        contract=case.contract.number,
        title=case.contract.title,
        month=case.month,
        due=case.due,
        expected=list(expected_rows(case.contract, case.party, case.month).values()),
        measures=list(expected_measures(case.contract, case.month).values()),
        sent=sent_queries.sent_before(case.report),
    )
    return download(data, f"maandrapportage-{case.contract.number}-{case.month.code}.xlsx", XLSX)


@bp.post(f"{BASE}/uploaden")
@requires(Permission.REPORT_DELIVER)
def upload(number: str, month_code: str) -> ResponseReturnValue:
    """Read a file into a draft; what cannot be read is refused with its reason."""
    case = _case(number, month_code)
    queries.require_delivery(case)
    form = UploadForm()
    if form.validate_on_submit():
        data, name = form.file.data.read(), str(form.file.data.filename)
        try:
            draft = read_draft(
                data,
                name,
                contract=case.contract.number,
                month=case.month,
                expected=expected_rows(case.contract, case.party, case.month),
                measures=expected_measures(case.contract, case.month),
            )
        except SheetRefused as refusal:
            form.file.errors = [refusal.message]
        else:
            kept = {"by": current_viewer(), "data": data, "file_name": name}
            if form.accepts(services.keep_draft, case, draft, Way.WORKBOOK, **kept):
                return _to("preview", case)
    return _shown(case, form)


@bp.post(f"{BASE}/geen-wijzigingen")
@requires(Permission.REPORT_DELIVER)
def unchanged(number: str, month_code: str) -> ResponseReturnValue:
    """The third way: no lessons and nothing happened."""
    case = _case(number, month_code)
    expected = expected_rows(case.contract, case.party, case.month)
    draft = unchanged_draft(expected, expected_measures(case.contract, case.month))
    kept = act_or_flash(services.keep_draft, case, draft, Way.UNCHANGED, by=current_viewer())
    return _to("preview" if kept else "show", case)


@bp.route(f"{BASE}/scherm", methods=["GET", "POST"])
@requires(Permission.REPORT_DELIVER)
def screen(number: str, month_code: str) -> ResponseReturnValue:
    """The second way: the same table on screen. The first POST makes the draft, the next ones keep it."""
    case = _case(number, month_code)
    queries.require_delivery(case)
    version = queries.draft_of(case.report)
    if version is None and request.method == "GET":
        return _to("show", case)
    if version is None:
        made = act_or_flash(services.keep_draft, case, _screen_draft(case), Way.SCREEN, by=current_viewer())
        return _to("screen" if made else "show", case)
    form = DraftForm()
    if form.validate_on_submit() and form.accepts(
        services.mend_draft, version, texts=_typed(), answers={}, by=current_viewer()
    ):
        return _to("preview", case)
    draft = Draft.from_json(version.draft).mended(_typed(), {})
    known = expected_rows(case.contract, case.party, case.month)
    names = expected_measures(case.contract, case.month)
    return page(
        "contracts/results/screen.html",
        form=form,
        case=case,
        draft=draft,
        known=known,
        measures=names,
        questions=sent_queries.sent_before(case.report).questions,
        titles=TITLES_OF_SCREEN,
        columns=[(title, "text") for _, title in TITLES_OF_SCREEN],
        event_labels=[kind.label for kind in EventKind],
        reason_labels=[reason.label for reason in StopReason],
        version=version,
    )


def _screen_draft(case: Case) -> Draft:
    expected = expected_rows(case.contract, case.party, case.month)
    measures = expected_measures(case.contract, case.month)
    return empty_draft(expected, measures, sent_queries.sent_before(case.report))


def _typed() -> dict[str, str]:
    return {name: text for name, text in request.form.items() if name[:1] in "rm" and "-" in name}


@bp.route(f"{BASE}/controle", methods=["GET", "POST"])
@requires(Permission.REPORT_DELIVER)
def preview(number: str, month_code: str) -> ResponseReturnValue:
    """What was read, with every wrong cell, and what would be stored."""
    case = _case(number, month_code)
    queries.require_delivery(case)
    version = queries.draft_of(case.report)
    if version is None:
        return _to("show", case)
    form = DraftForm()
    answers = {
        name.removeprefix("vraag-"): text for name, text in request.form.items() if name.startswith("vraag-")
    }
    if form.validate_on_submit() and form.accepts(
        services.mend_draft, version, texts=_typed(), answers=answers, by=current_viewer()
    ):
        return _to("preview", case)
    draft = Draft.from_json(version.draft).mended(_typed(), answers)
    seen = preview_of(services.checked_draft(case, draft), draft, sent_queries.kept_rows(case.report))
    earlier = queries.newest_submitted(case.report)
    document = db.session.get(Document, version.document_id) if version.document_id else None
    show_all = request.args.get("toon") == "alles"
    context = {"seen": seen, "earlier": earlier, "document": document, "show_all": show_all}
    return page("contracts/results/preview.html", form=form, case=case, version=version, **context)


@bp.get(f"{BASE}/controle/bestand")
@requires(Permission.REPORT_DELIVER)
def annotated_file(number: str, month_code: str) -> ResponseReturnValue:
    """The provider's own workbook back, with comments in the wrong cells."""
    case = _case(number, month_code)
    queries.require_delivery(case)
    version = queries.draft_of(case.report)
    document = db.session.get(Document, version.document_id) if version and version.document_id else None
    if version is None or document is None:
        raise NotFound
    findings = services.checked_draft(case, Draft.from_json(version.draft)).findings
    data = annotated(open_document(document), document.name, findings)
    return download(data, f"{document.name.rpartition('.')[0]}-fouten.xlsx", XLSX)


@bp.post(f"{BASE}/indienen")
@requires(Permission.REPORT_DELIVER)
def submit(number: str, month_code: str) -> ResponseReturnValue:
    """Submit the draft."""
    case = _case(number, month_code)
    done = act_or_flash(services.submit_report, case, by=current_viewer())
    return _to("receipt" if done else "preview", case)


@bp.get(f"{BASE}/ontvangst")
@requires(Permission.REPORT_DELIVER)
def receipt(number: str, month_code: str) -> ResponseReturnValue:
    """What was received, to the second."""
    case = _case(number, month_code)
    queries.require_delivery(case)
    version = queries.newest_submitted(case.report)
    if case.report is None or version is None:
        return _to("show", case)
    rows = queries.current_rows(case.report)
    return page("contracts/results/receipt.html", case=case, version=version, rows=rows)


@bp.post(f"{BASE}/stoppen")
@requires(Permission.REPORT_DELIVER)
def discard(number: str, month_code: str) -> ResponseReturnValue:
    """Throw the draft away."""
    case = _case(number, month_code)
    if act_or_flash(services.discard_draft, case, by=current_viewer()):
        flash("Het concept is weggegooid. Wat u eerder indiende, blijft staan.")
    return _to("show", case)


@bp.post(f"{BASE}/terugtrekken")
@requires(Permission.REPORT_DELIVER)
def withdraw(number: str, month_code: str) -> ResponseReturnValue:
    """Take the submitted version back until the check began."""
    case = _case(number, month_code)
    if act_or_flash(services.withdraw_report, case, by=current_viewer()):
        flash("De maandrapportage is teruggetrokken. Uw gegevens staan als concept klaar.")
    return _to("show", case)


@bp.post(f"{BASE}/goedkeuren")
@requires(Permission.REPORT_ACCEPT)
def accept(number: str, month_code: str) -> ResponseReturnValue:
    """Accept the ticked rows."""
    case = _case(number, month_code)
    form = RowsForm()
    chosen = [_uuid(text) for text in request.form.getlist("rij")]
    accepted = review_services.accept_rows
    if form.validate_on_submit() and act_or_flash(accepted, case, chosen, by=current_viewer()):
        flash("De regels zijn goedgekeurd.")
    return _to("show", case)


@bp.post(f"{BASE}/alles-goedkeuren")
@requires(Permission.REPORT_ACCEPT)
def accept_all(number: str, month_code: str) -> ResponseReturnValue:
    """Accept every row that is open; questioned rows stay questioned."""
    case = _case(number, month_code)
    form = ActForm()
    if form.validate_on_submit() and act_or_flash(
        review_services.accept_rows, case, None, by=current_viewer()
    ):
        flash("De open regels zijn goedgekeurd.")
    return _to("show", case)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None


@bp.route(f"{BASE}/regels/<uuid:row_id>", methods=["GET"])
@requires(Permission.REPORT_READ)
def row(number: str, month_code: str, row_id: uuid.UUID) -> ResponseReturnValue:
    """One row: what was delivered, from which cell, what happened, and which figures rest on it."""
    case = _case(number, month_code)
    found = queries.row_of(case.report, row_id)
    own = queries.own_municipality(case, current_viewer())
    if own is not None and found.municipality_id != own:
        raise NotFound
    others = queries.history_rows(found.trajectory_id, case.contract.id)
    return page(
        "contracts/results/row.html",
        case=case,
        row=found,
        others=others,
        linked={one.id for one in others if one.id != found.id and own in (None, one.municipality_id)},
        links=related_links("monthly_row", found.id),
        referral=trail.referral_links(current_viewer(), [found]),
    )


@bp.route(f"{BASE}/regels/<uuid:row_id>/correctie", methods=["GET", "POST"])
@requires(Permission.REPORT_ACCEPT)
def correction(number: str, month_code: str, row_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the provider to mend one row."""
    case = _case(number, month_code)
    queries.require_acceptance(case)
    found = queries.row_of(case.report, row_id)
    form = CorrectionForm()
    if form.validate_on_submit() and form.accepts(
        review_services.ask_correction, case, found, reason=form.reason.data, by=current_viewer()
    ):
        flash(f"De correctie van traject {found.trajectory.number} is gevraagd. De aanbieder krijgt bericht.")
        return _to("show", case)
    return page("contracts/results/correction.html", form=form, case=case, row=found)


@bp.post(f"{BASE}/bevestigen")
@requires(Permission.REPORT_ACCEPT)
def confirm(number: str, month_code: str) -> ResponseReturnValue:
    """Confirm the provisional events as the municipality."""
    case = _case(number, month_code)
    if ActForm().validate_on_submit() and act_or_flash(
        review_services.confirm_events, case, by=current_viewer()
    ):
        flash("De gebeurtenissen zijn bevestigd.")
    return _to("show", case)


@bp.get(f"{BASE}/download")
@requires(Permission.REPORT_READ)
def export(number: str, month_code: str) -> ResponseReturnValue:
    """The rows that count now, as Excel."""
    case = _case(number, month_code)
    if case.report is None:
        raise NotFound
    rows = queries.current_rows(case.report, queries.own_municipality(case, current_viewer()))
    data = workbook([report_sheet(case, rows)], title=f"Maandrapportage {case.month.label}")
    return download(data, f"maandrapportage-{case.contract.number}-{case.month.code}-regels.xlsx", XLSX)
