"""The forms of a trial of the award model."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from portal.choices import SelectField
from portal.fields import TextField
from portal.forms import AtMost, BaseForm, EuroField, Filled
from tenders.awards.rules import Bid, CriterionScore, Scale, shown
from tenders.procedures.models import AwardCriterion

OFFERS = ("Inschrijving A", "Inschrijving B", "Inschrijving C", "Inschrijving D")


class TrialForm(BaseForm):
    """Made-up offers, each with a price and a score per criterion; an offer left empty does not count."""

    criteria: Sequence[AwardCriterion] = ()
    asks_price = True

    def bids(self) -> list[tuple[str, Bid]]:
        """Return the offers that were filled in, with their names."""
        found = []
        for number, name in enumerate(OFFERS):
            scores = [self[f"score_{number}_{place}"].data for place in range(len(self.criteria))]
            price = self[f"price_{number}"].data if self.asks_price else None
            if any(not score for score in scores) or (self.asks_price and price is None):
                continue
            values = tuple(
                CriterionScore(one.title, one.weight, Decimal(score), one.minimum_score)
                for one, score in zip(self.criteria, scores, strict=True)
            )
            found.append((name, Bid(uuid.uuid5(uuid.NAMESPACE_OID, name), values, price)))
        return found


def trial_form(criteria: Sequence[AwardCriterion], scale: Scale, *, asks_price: bool) -> TrialForm:
    """Build the form: per offer a price and a score of the scale per criterion."""
    choices = [("", "Kies"), *((f"{one.normalize():f}", shown(one)) for one in scale.choices())]
    fields: dict[str, Any] = {}
    for number, name in enumerate(OFFERS):
        offer = name.replace("Inschrijving", "inschrijving")
        if asks_price:
            fields[f"price_{number}"] = EuroField(f"Totaalprijs {offer}")
        for place, criterion in enumerate(criteria):
            fields[f"score_{number}_{place}"] = SelectField(f"{criterion.title}, {offer}", choices=choices)
    form = cast(TrialForm, type("LotTrialForm", (TrialForm,), fields)())
    form.criteria, form.asks_price = criteria, asks_price
    return form


class RealTrialForm(BaseForm):
    """Why the model is shown with the real offers."""

    reason = TextField("Reden", [Filled("Geef de reden."), AtMost(4000)])
