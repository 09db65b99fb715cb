"""Kluiskaarten, and the vault of a tender: prepare, ask, confirm, refuse, read the record."""

from __future__ import annotations

import base64
import uuid
from contextlib import closing
from typing import Any

import segno
from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import SelectChoice

from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.db import writing
from portal.documents import attachment, response
from portal.errors import NotFound, Refused
from portal.forms import ActForm, act, page
from tenders.procedures.queries import may_change, refuse_unless_lead, staff_procedure
from tenders.procedures.states import ProcedureState
from tenders.vault import cards, ceremony, hooks, queries, rules, services
from tenders.vault.forms import CardAnswerForm, CardForm, HoldersForm, RefuseForm
from tenders.vault.models import EnvelopeHolder, EnvelopeKey, Opening
from tenders.vault.states import Envelope

bp = Blueprint("tenders_vault", __name__)
BY_LABEL = {envelope.label: envelope for envelope in Envelope}


@bp.route("/kluiskaarten")
@requires(Permission.VAULT_OPEN)
def card_list() -> ResponseReturnValue:
    """The viewer's own card and the reserve cards of his organisation."""
    found = queries.cards_of(current_viewer())
    return page(
        "tenders/vault/cards.html",
        cards=[(card, _trial_state(card)) for card in found],
        name_of=queries.name_of,
    )


@bp.route("/kluiskaarten/nieuw", methods=["GET", "POST"])
@requires(Permission.VAULT_OPEN)
def make_card() -> ResponseReturnValue:
    """Make a card; the answer to the POST is the only page that ever shows it."""
    form = CardForm()
    if form.validate_on_submit():
        label = (form.label.data or "") if form.kind.data == "reserve" else ""
        if form.accepts(
            services.make_card,
            department=form.department.data or "",
            by=current_viewer(),
            reserve_label=label,
        ):
            return page("tenders/vault/card_shown.html", **_shown(form.result, label))
    has_card = any(card.holder_id for card in queries.cards_of(current_viewer()))
    return page("tenders/vault/card_new.html", form=form, has_card=has_card)


def _shown(card: cards.Card, label: str) -> dict[str, Any]:
    qr = segno.make(card.code.replace("-", ""), error="m")
    svg = qr.svg_inline(scale=5, dark="#000", light="#fff", title="QR-code van uw kluiskaart", omitsize=False)
    return {
        "card": card,
        "label": label,
        "qr": Markup(svg),  # noqa: S704 - made by segno from the code
        "fingerprint": cards.fingerprint(card.public_key),
        "file_url": "data:text/plain;base64," + base64.b64encode(card.file.encode()).decode(),
    }


@bp.route("/kluiskaarten/<uuid:card_id>/proefopening", methods=["GET", "POST"])
@requires(Permission.VAULT_OPEN)
def try_card(card_id: uuid.UUID) -> ResponseReturnValue:
    """The trial opening with a test file."""
    card = queries.card_for(current_viewer(), card_id)
    form = CardAnswerForm()
    if form.validate_on_submit() and form.accepts(
        services.pass_trial, card, answer=form.text, by=current_viewer()
    ):
        flash("De proefopening is gelukt. Bewaar uw kluiskaart goed.")
        return redirect(url_for(".card_list"))
    return page("tenders/vault/trial.html", form=form, card=card, name=queries.name_of(card))


@bp.route("/kluiskaarten/<uuid:card_id>/testbestand")
@requires(Permission.VAULT_OPEN)
def trial_file(card_id: uuid.UUID) -> Response:
    """The test file, for who wants to do the trial opening at home."""
    card = queries.card_for(current_viewer(), card_id)
    return attachment(card.trial_file, name="testbestand.age", media_type="application/octet-stream")


@bp.route("/aanbestedingen/<number>/kluis")
@requires(Permission.TENDER_READ)
def show(number: str) -> ResponseReturnValue:
    """Where both envelopes stand; nothing about offers before they are opened."""
    viewer = current_viewer()
    procedure = staff_procedure(viewer, number)
    keys = queries.envelope_keys(procedure)
    return page(
        "tenders/vault/show.html",
        procedure=procedure,
        envelopes=[_envelope_view(keys[one]) for one in Envelope if one in keys],
        holders=[_holder_view(row) for row in queries.holders_of(keys[Envelope.QUALITY])] if keys else [],
        may_prepare=may_change(viewer, procedure) and procedure.state is ProcedureState.PREPARATION,
        missing=services.missing_before_publication(procedure)
        if procedure.state is ProcedureState.PREPARATION
        else [],
        history=audit.history_of(procedure),
    )


def _envelope_view(key: EnvelopeKey) -> dict[str, Any]:
    viewer = current_viewer()
    asked = queries.asked_opening(key)
    opened = queries.confirmed_opening(key.procedure, key.envelope)
    facts = queries.facts_of(key.procedure, key.envelope)
    objections = rules.objections_to_opening(facts, now=clock.now())
    if not objections and key.envelope is Envelope.PRICE:
        objections = hooks.objections_to_price(key.procedure)
    return {
        "key": key,
        "label": key.envelope.label,
        "fingerprint": cards.fingerprint(key.public_key),
        "asked": asked,
        "opened": opened,
        "lines": queries.lines_of(opened) if opened else [],
        "objections": [objection.message for objection in objections],
        "is_holder": viewer.may(Permission.VAULT_OPEN) and bool(queries.usable_holders(key, viewer)),
        "may_confirm": asked is not None and queries.may_confirm(asked, viewer),
        "is_own_request": asked is not None and asked.asked_by_id == viewer.user_id,
    }


def _holder_view(row: EnvelopeHolder) -> dict[str, Any]:
    return {
        "name": queries.name_of(row.card),
        "group": row.group_name,
        "fingerprint": cards.fingerprint(row.card.public_key),
        "tried": rules.is_tried(queries.card_facts(row.card), clock.now()),
        "is_you": row.card.holder_id == current_viewer().user_id,
    }


@bp.route("/aanbestedingen/<number>/kluis/voorbereiden", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def prepare(number: str) -> ResponseReturnValue:
    """Choose the holders; makes the key pairs of both envelopes."""
    viewer = current_viewer()
    procedure = staff_procedure(viewer, number)
    refuse_unless_lead(viewer, procedure)
    choices = queries.cards_to_choose(procedure)
    form = HoldersForm()
    form.cards.choices = [SelectChoice(str(card.id), _choice(card)) for card in choices]
    if not form.is_submitted():
        form.cards.data = [str(card.id) for card in queries.chosen_cards(procedure)]
    if form.validate_on_submit():
        chosen = [card for card in choices if str(card.id) in set(form.cards.data or [])]
        if form.accepts(services.prepare, procedure, chosen, by=viewer):
            flash("De kluis is klaargemaakt. Vraag elke sleutelhouder om de proefopening.")
            return redirect(url_for(".show", number=number))
    several = len(queries.participants(procedure)) > 1
    return page(
        "tenders/vault/prepare.html", form=form, procedure=procedure, several=several, count=len(choices)
    )


def _choice(card: Any) -> str:
    state = (
        "proefopening gedaan"
        if rules.is_tried(queries.card_facts(card), clock.now())
        else "nog geen proefopening"
    )
    place = card.organisation.name + (f", {card.department}" if card.department else "")
    name = card.holder.name if card.holder is not None else card.label
    return f"{name} ({place}; {state})"


@bp.route("/aanbestedingen/<number>/kluis/<envelope>/aanvragen", methods=["GET", "POST"])
@requires(Permission.VAULT_OPEN)
def ask(number: str, envelope: str) -> ResponseReturnValue:
    """First act: Openen aanvragen."""
    key = _key(number, envelope)
    form = CardAnswerForm()
    if form.validate_on_submit():
        if form.accepts(ceremony.ask_opening, key, answer=form.text, by=current_viewer()):
            flash("Het openen is aangevraagd. De andere sleutelhouders hebben bericht gekregen.")
            return redirect(url_for(".show", number=number))
        _note(key, form)
    view = _ceremony_view(key)
    closed = view["asked"] is not None or view["objections"]
    template = "tenders/vault/wait.html" if closed else "tenders/vault/ask.html"
    return page(template, form=form, procedure=key.procedure, **view)


@bp.route("/aanbestedingen/<number>/kluis/<envelope>/aanvragen/thuis", methods=["GET", "POST"])
@requires(Permission.VAULT_OPEN)
def ask_at_home(number: str, envelope: str) -> ResponseReturnValue:
    """First act without showing the card: download, peel at home, upload what is left."""
    key = _key(number, envelope)
    viewer = current_viewer()
    own = queries.usable_holders(key, viewer)
    others = [row for row in queries.holders_of(key) if row.group_name != own[0].group_name]
    form = ActForm()
    if form.validate_on_submit():
        files = {}
        for row in others:
            sent = request.files.get(f"peeled_{row.id}")
            if sent is not None and sent.filename:
                files[row] = sent.stream.read(20_000)
        if form.accepts(ceremony.ask_with_files, key, files=files, by=viewer):
            flash("Het openen is aangevraagd. De andere sleutelhouders hebben bericht gekregen.")
            return redirect(url_for(".show", number=number))
        _note(key, form)
    view = _ceremony_view(key)
    closed = view["asked"] is not None or view["objections"]
    template = "tenders/vault/wait.html" if closed else "tenders/vault/ask_at_home.html"
    named = [(row, queries.name_of(row.card)) for row in others]
    return page(template, form=form, procedure=key.procedure, others=named, **view)


@bp.route("/aanbestedingen/<number>/kluis/<envelope>/bestand/<uuid:holder_id>")
@requires(Permission.VAULT_OPEN, records_read=True)
def outer_file(number: str, envelope: str, holder_id: uuid.UUID) -> Response:
    """The file to peel at home for one colleague; only once the envelope may open."""
    key = _key(number, envelope)
    viewer = current_viewer()
    files = ceremony.outer_files(key, queries.usable_holders(key, viewer)[0])
    found = next((data for row, data in files.items() if row.id == holder_id), None)
    if found is None:
        raise NotFound
    act(ceremony.note_download, key, by=viewer)
    return attachment(found, name=f"{number}-{envelope}-verzegeld.age", media_type="application/octet-stream")


@bp.route("/aanbestedingen/<number>/kluis/<envelope>/gepeld")
@requires(Permission.VAULT_OPEN, records_read=True)
def peeled_file(number: str, envelope: str) -> Response:
    """What the first card peeled for this viewer, to unwrap at home."""
    key = _key(number, envelope)
    viewer = current_viewer()
    found = ceremony.peeled_for(key, viewer)
    act(ceremony.note_download, key, by=viewer)
    return attachment(found, name=f"{number}-{envelope}-gepeld.age", media_type="application/octet-stream")


@bp.route("/aanbestedingen/<number>/kluis/<envelope>/bevestigen", methods=["GET", "POST"])
@requires(Permission.VAULT_OPEN)
def confirm(number: str, envelope: str) -> ResponseReturnValue:
    """Second act: Openen bevestigen."""
    key = _key(number, envelope)
    opening = queries.asked_opening(key)
    if opening is None:
        return redirect(url_for(".show", number=number))
    form = CardAnswerForm()
    if form.validate_on_submit():
        if _unseal_and_confirm(form, opening):
            flash(f"De envelop {key.envelope.label} is geopend. Het proces-verbaal is gemaakt.")
            return redirect(url_for(".show", number=number))
        _note(key, form)
    view = _ceremony_view(key)
    template = "tenders/vault/confirm.html" if view["may_confirm"] else "tenders/vault/wait.html"
    return page(template, form=form, procedure=key.procedure, opening=opening, **view)


def _unseal_and_confirm(form: CardAnswerForm, opening: Opening) -> bool:
    viewer = current_viewer()
    try:
        unsealed = ceremony.unseal_with(opening, answer=form.text, by=viewer)
    except Refused as refusal:
        form.show(refusal.objections)
        return False
    with closing(unsealed):
        return form.accepts(ceremony.confirm_opening, opening, unsealed, by=viewer)


@bp.route("/aanbestedingen/<number>/kluis/<envelope>/niet-bevestigen", methods=["GET", "POST"])
@requires(Permission.VAULT_OPEN)
def refuse(number: str, envelope: str) -> ResponseReturnValue:
    """Say no to a request, with a reason."""
    key = _key(number, envelope)
    opening = queries.asked_opening(key)
    if opening is None:
        return redirect(url_for(".show", number=number))
    form = RefuseForm()
    if form.validate_on_submit() and form.accepts(
        ceremony.refuse_opening, opening, reason=form.reason.data or "", by=current_viewer()
    ):
        flash("De aanvraag is niet bevestigd. Wie hem deed, heeft bericht gekregen.")
        return redirect(url_for(".show", number=number))
    return page(
        "tenders/vault/refuse.html",
        form=form,
        procedure=key.procedure,
        opening=opening,
        envelope=key.envelope,
    )


@bp.route("/aanbestedingen/<number>/kluis/<envelope>/proces-verbaal")
@requires(Permission.TENDER_READ, records_read=True)
def record_pdf(number: str, envelope: str) -> Response:
    """The record of opening."""
    procedure = staff_procedure(current_viewer(), number)
    opening = queries.confirmed_opening(procedure, _envelope(envelope))
    if opening is None or opening.record_document is None:
        raise NotFound
    answer = response(opening.record_document)
    act(ceremony.note_record_read, opening.envelope_key, by=current_viewer())
    return answer


def _envelope(label: str) -> Envelope:
    if label not in BY_LABEL:
        raise NotFound
    return BY_LABEL[label]


def _key(number: str, label: str) -> EnvelopeKey:
    viewer = current_viewer()
    procedure = staff_procedure(viewer, number)
    key = queries.envelope_key(procedure, _envelope(label))
    if key is None or not queries.usable_holders(key, viewer):
        raise NotFound
    return key


def _ceremony_view(key: EnvelopeKey) -> dict[str, Any]:
    view = _envelope_view(key)
    view["holders"] = [_holder_view(row) for row in queries.holders_of(key)]
    view["envelope"] = key.envelope
    asked = view["asked"]
    view["able"] = [_holder_view(row) for row in queries.holders_to_confirm(asked)] if asked else view["holders"]
    return view


def _note(key: EnvelopeKey, form: Any) -> None:
    sentences = [str(error) for errors in form.errors.values() for error in errors]
    with writing():
        ceremony.note_refusal(key, sentence=" ".join(sentences)[:200], by=current_viewer())


def _trial_state(card: Any) -> bool:
    return rules.is_tried(queries.card_facts(card), clock.now())
