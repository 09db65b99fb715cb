"""Keep the answers to the UEA: once in the profile of the provider, and sealed in each offer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from portal import audit, clock
from portal.access import Viewer
from portal.accounts.models import Organisation
from portal.db import db
from portal.errors import NotYours, refuse_if
from tenders.offers import uea
from tenders.offers.content import Claim
from tenders.offers.models import Offer, UeaProfile
from tenders.offers.services import editable, save_draft

Answers = Mapping[str, Claim]


def profile_answers(organisation_id: object) -> dict[str, Claim]:
    """Return what a provider keeps in its profile; empty when it never answered."""
    profile = db.session.get(UeaProfile, organisation_id) if organisation_id is not None else None
    raw = json.loads(profile.answers) if profile is not None else {}
    return {code: Claim(*values) for code, values in raw.items()}


def opened_answers(offer: Offer) -> dict[str, Claim]:
    """Return what a bidder declared; empty before the opening, and when nothing was asked."""
    raw = json.loads(offer.uea) if offer.uea else {}
    return {code: Claim(*values) for code, values in raw.items()}


def save_profile(answers: Answers, *, by: Viewer) -> UeaProfile:
    """Keep the answers in the profile of the viewer's own organisation, for the next offers.

    Raises:
        Refused: an answer lacks its explanation.
    """
    if by.organisation_id is None:
        raise NotYours("een aanbieder")
    refuse_if(uea.objections_to_answers(answers))
    profile = db.session.get(UeaProfile, by.organisation_id)
    if profile is None:
        profile = UeaProfile(organisation_id=by.organisation_id)
        db.session.add(profile)
    profile.answers = json.dumps({code: [one.stance, one.text.strip()] for code, one in answers.items()}, sort_keys=True)
    profile.saved_at, profile.saved_by_id = clock.now(), by.user_id
    db.session.flush()
    audit.record("provider:uea:save", db.session.get_one(Organisation, by.organisation_id), by=by)
    return profile


def save_uea(offer: Offer, answers: Answers, *, keep: bool = False, by: Viewer) -> None:
    """Keep the answers in the draft of an offer, and with `keep` in the profile as well.

    Raises:
        Refused: an answer lacks its explanation, or the offer is no draft any more.
    """
    draft = editable(offer)
    refuse_if(uea.objections_to_answers(answers))
    save_draft(offer, replace(draft, uea=dict(answers)))
    audit.record("offer:change", offer, by=by, part="eigen verklaring")
    if keep:
        save_profile(answers, by=by)
