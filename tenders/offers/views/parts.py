"""Fill in an offer, part by part."""

from __future__ import annotations

import uuid
from typing import BinaryIO, cast

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import SelectChoice
from wtforms.validators import ValidationError

from portal.access import Permission, current_viewer, requires, streams_body
from portal.config import Settings
from portal.db import set_mode
from portal.errors import NotFound, Objection
from portal.forms import act_or_flash, page
from tenders.offers import intake, queries, rules, services, strongroom
from tenders.offers.content import Draft, LotDraft
from tenders.offers.forms import (
    LotsForm,
    UploadForm,
    organisation_form,
    price_form,
    quality_form,
    requirements_form,
)
from tenders.offers.models import Offer
from tenders.offers.rules import AskedLot
from tenders.offers.views.blueprint import bp, frame, may_edit
from tenders.vault.queries import envelope_key
from tenders.vault.states import Envelope

SAVED = "Opgeslagen in uw concept. Uw inschrijving is nog niet ingediend."


def _draft(number: str) -> tuple[Offer, Draft]:
    offer = queries.offer_for(current_viewer(), number)
    if offer.draft is None:
        raise NotFound
    return offer, strongroom.read_draft(offer)


def _lot(number: str, lot_id: uuid.UUID) -> tuple[Offer, AskedLot, LotDraft]:
    offer, draft = _draft(number)
    lot = queries.asked_of(offer.procedure).lot(str(lot_id))
    if lot is None or str(lot_id) not in draft.lots:
        raise NotFound
    return offer, lot, draft.lots[str(lot_id)]


def _saved(offer: Offer) -> ResponseReturnValue:
    flash(SAVED)
    return redirect(url_for(".show", number=offer.number))


@bp.route("/inschrijvingen/<number>/percelen", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def lots(number: str) -> ResponseReturnValue:
    """Choose the lots."""
    offer, draft = _draft(number)
    asked = queries.asked_of(offer.procedure)
    form = LotsForm(data={"lots": list(draft.lots)})
    form.lots.choices = [SelectChoice(lot.id, f"Perceel {lot.number}: {lot.title}") for lot in asked.lots]
    if form.validate_on_submit() and form.accepts(
        services.choose_lots, offer, form.lots.data or [], by=current_viewer()
    ):
        return _saved(offer)
    return page("tenders/offers/lots.html", form=form, **frame(offer, "Percelen"))


@bp.route("/inschrijvingen/<number>/organisatie", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def organisation(number: str) -> ResponseReturnValue:
    """Contact and partners."""
    offer, draft = _draft(number)
    form = organisation_form(draft)
    if form.validate_on_submit() and form.accepts(
        services.save_organisation,
        offer,
        contact_name=form.contact_name.data,
        contact_email=form.contact_email.data,
        contact_phone=form.contact_phone.data or "",
        alone=form.alone.data == "ja",
        partners=form.partners(),
        by=current_viewer(),
    ):
        return _saved(offer)
    return page("tenders/offers/organisation.html", form=form, **frame(offer, "Organisatie"))


@bp.route("/inschrijvingen/<number>/eisen", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def requirements(number: str) -> ResponseReturnValue:
    """Answer the requirements."""
    offer, draft = _draft(number)
    asked = queries.asked_of(offer.procedure).requirements_for(draft.lots)
    form = requirements_form(asked, draft)
    if form.validate_on_submit() and form.accepts(
        services.save_claims, offer, form.claims(asked), by=current_viewer()
    ):
        return _saved(offer)
    return page("tenders/offers/requirements.html", form=form, asked=asked, **frame(offer, "Eisen"))


@bp.route("/inschrijvingen/<number>/percelen/<uuid:lot_id>/kwaliteit", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def quality(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    """Answer the quality criteria of a lot."""
    offer, lot, draft = _lot(number, lot_id)
    form = quality_form(lot, draft)
    if form.validate_on_submit() and form.accepts(
        services.save_answers, offer, lot.id, form.answers(lot), by=current_viewer()
    ):
        return _saved(offer)
    return page("tenders/offers/quality.html", form=form, lot=lot, **frame(offer, "Kwaliteit"))


@bp.route("/inschrijvingen/<number>/percelen/<uuid:lot_id>/prijs", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def price(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    """Fill in the rates of a lot."""
    offer, lot, draft = _lot(number, lot_id)
    form = price_form(lot, draft)
    if form.validate_on_submit() and form.accepts(
        services.save_prices, offer, lot.id, form.prices(lot), by=current_viewer()
    ):
        return _saved(offer)
    return page(
        "tenders/offers/price.html",
        form=form,
        lot=lot,
        total=rules.total(lot, draft),
        **frame(offer, "Prijs"),
    )


@bp.route("/inschrijvingen/<number>/percelen/<uuid:lot_id>/bijlagen")
@requires(Permission.OFFER_PREPARE)
def files(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    """The sealed files of a lot, and the way to add one."""
    return _files_page(number, lot_id, UploadForm())


@bp.route("/inschrijvingen/<number>/percelen/<uuid:lot_id>/bijlagen", methods=["POST"])
@requires(Permission.OFFER_PREPARE)
@streams_body
def upload(number: str, lot_id: uuid.UUID) -> ResponseReturnValue:
    """Seal a file while it streams in; the token is the first part of the form."""
    offer, lot, _ = _lot(number, lot_id)
    form = UploadForm(formdata=None)
    key = envelope_key(offer.procedure, Envelope.QUALITY)
    if key is None or not may_edit(offer):
        form.show([Objection("De aanbesteding is gesloten. U kunt niets meer wijzigen.")])
        return _files_page(number, lot_id, form)
    settings: Settings = current_app.extensions["portal_settings"]
    set_mode(writing=False)  # the read transaction ends here: an upload may take minutes
    try:
        body = intake.Body(cast(BinaryIO, request.stream), intake.boundary_of(request.headers))
        validate_csrf(body.field("csrf_token"))
        incoming = body.file(settings.max_upload_mb * 1024 * 1024)
        sealed = intake.seal_stream(incoming, key.public_key, strongroom.vault_folder())
    except ValidationError:
        form.show([Objection("Uw verzoek kwam niet goed aan. Kies het bestand opnieuw.")])
        return _files_page(number, lot_id, form)
    except intake.IntakeRefused as refusal:
        form.show([Objection(str(refusal))])
        return _files_page(number, lot_id, form)
    except RequestEntityTooLarge:
        limit = settings.max_upload_mb
        form.show(
            [Objection(f"Het bestand is groter dan {limit} MB. Splits het bestand of maak het kleiner.")]
        )
        return _files_page(number, lot_id, form)
    if form.accepts(services.add_file, offer, lot.id, sealed, by=current_viewer()):
        flash(f"‘{sealed.name}’ is verzegeld en toegevoegd. Uw inschrijving is nog niet ingediend.")
        return redirect(url_for(".files", number=number, lot_id=lot_id))
    strongroom.sealed_path(sealed.storage_key).unlink(missing_ok=True)
    return _files_page(number, lot_id, form)


def _files_page(number: str, lot_id: uuid.UUID, form: UploadForm) -> ResponseReturnValue:
    offer, lot, draft = _lot(number, lot_id)
    settings: Settings = current_app.extensions["portal_settings"]
    return page(
        "tenders/offers/files.html",
        form=form,
        lot=lot,
        files=draft.files,
        kinds=intake.KINDS,
        max_mb=settings.max_upload_mb,
        **frame(offer, "Bijlagen"),
    )


@bp.route(
    "/inschrijvingen/<number>/percelen/<uuid:lot_id>/bijlagen/<uuid:part_id>/verwijderen", methods=["POST"]
)
@requires(Permission.OFFER_PREPARE)
def remove_file(number: str, lot_id: uuid.UUID, part_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a sealed file from the draft."""
    offer, lot, _ = _lot(number, lot_id)
    part = queries.part_for(offer, part_id)
    if act_or_flash(services.remove_file, offer, lot.id, part, by=current_viewer()):
        flash("Het bestand is verwijderd.")
    return redirect(url_for(".files", number=number, lot_id=lot_id))
