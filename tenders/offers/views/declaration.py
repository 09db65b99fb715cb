"""Pages of the UEA: the profile of a provider, the part of an offer, and what was opened for inkoop."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField
from wtforms.validators import Optional

from portal.access import Permission, current_viewer, requires
from portal.choices import RadioField
from portal.errors import NotFound
from portal.fields import TextField
from portal.forms import AtMost, BaseForm, page
from tenders.offers import declaring, queries, strongroom, uea
from tenders.offers.content import Claim
from tenders.offers.models import Offer
from tenders.offers.states import OfferState
from tenders.offers.views.blueprint import bp, frame
from tenders.procedures.queries import refuse_unless_lead, staff_procedure


class UeaForm(BaseForm):
    """The questions of the UEA; the fields are added from the list."""

    keep = BooleanField("Bewaar deze antwoorden ook voor volgende inschrijvingen", default=True)

    def answers(self) -> dict[str, Claim]:
        """Return what was answered."""
        return {
            item.code: Claim(self[f"stance_{item.code}"].data or "", (self[f"text_{item.code}"].data or "").strip())
            for item in uea.ITEMS
        }


def _form(answers: declaring.Answers) -> UeaForm:
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {"keep": True}
    for item in uea.ITEMS:
        fields[f"stance_{item.code}"] = RadioField(
            item.question, [Optional()], choices=[(uea.YES, "Ja"), (uea.NO, "Nee")]
        )
        fields[f"text_{item.code}"] = TextField(f"Toelichting bij {item.title}", [Optional(), AtMost(2000)])
        claim = answers.get(item.code, Claim())
        data |= {f"stance_{item.code}": claim.stance or None, f"text_{item.code}": claim.text}
    return type("FilledUeaForm", (UeaForm,), fields)(data=data)  # type: ignore[no-any-return]


@bp.route("/inschrijvingen/uea", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def uea_profile() -> ResponseReturnValue:
    """The answers of the own organisation, kept for every offer."""
    viewer = current_viewer()
    form = _form(declaring.profile_answers(viewer.organisation_id))
    if form.validate_on_submit() and form.accepts(declaring.save_profile, form.answers(), by=viewer):
        flash("Uw antwoorden zijn bewaard. Nieuwe inschrijvingen beginnen ermee.")
        return redirect(url_for(".uea_profile"))
    return page("tenders/offers/uea.html", form=form, items=uea.ITEMS, parts=uea.PARTS, offer=None)


@bp.route("/inschrijvingen/<number>/uea", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def declaration(number: str) -> ResponseReturnValue:
    """The eigen verklaring of one offer, begun from the profile."""
    viewer = current_viewer()
    offer = queries.offer_for(viewer, number)
    if offer.state is not OfferState.DRAFT:
        return redirect(url_for(".show", number=number))
    draft = strongroom.read_draft(offer)
    form = _form(draft.uea or declaring.profile_answers(viewer.organisation_id))
    if form.validate_on_submit() and form.accepts(
        declaring.save_uea, offer, form.answers(), keep=form.keep.data, by=viewer
    ):
        flash("De eigen verklaring is opgeslagen.")
        return redirect(url_for(".show", number=number))
    return page(
        "tenders/offers/uea.html", form=form, items=uea.ITEMS, parts=uea.PARTS, **frame(offer, "Eigen verklaring")
    )


@bp.get("/aanbestedingen/<number>/eigen-verklaringen")
@requires(Permission.TENDER_MANAGE)
def declarations(number: str) -> ResponseReturnValue:
    """What bidders declared, after the opening of the quality envelope; for inkoop of the lead alone."""
    viewer = current_viewer()
    procedure = staff_procedure(viewer, number)
    refuse_unless_lead(viewer, procedure)
    if procedure.opened_at is None:
        raise NotFound
    return page(
        "tenders/offers/declarations.html",
        procedure=procedure,
        items=uea.ITEMS,
        offers=[(offer, declaring.opened_answers(offer)) for offer in _opened(queries.submitted_offers(procedure))],
    )


def _opened(offers: list[Offer]) -> list[Offer]:
    return [offer for offer in offers if offer.state is OfferState.OPENED]
