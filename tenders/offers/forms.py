"""The forms of an offer; the fields follow from what the tender asks."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from wtforms import HiddenField, SelectChoice
from wtforms.validators import Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.choices import RadioField, SelectField, SelectMultipleField
from portal.fields import IdentifierField, LineField, TextField
from portal.forms import AtMost, BaseForm, DecimalNlField, Filled, RateField
from tenders.offers.content import Answer, Claim, Draft, LotDraft, Partner
from tenders.offers.rules import MAX_ANSWER, PARTNER_ROLES, AskedLot, AskedRequirement
from tenders.offers.states import Stance

PARTNER_ROWS = 3
ROLE_LABELS = {
    "combinant": "Combinant",
    "onderaannemer": "Onderaannemer",
    "derde": "Derde op wie wij een beroep doen",
}


class PercentageField(DecimalNlField):
    """A percentage typed as 85,5 and kept as a fraction (0.855)."""

    wrong = "Vul bij ‘{label}’ een percentage in, zoals 85 of 85,5."

    def parsed(self, text: str) -> Decimal:
        """Read the percentage; between 0 and 100."""
        value = super().parsed(text.replace("%", ""))
        if not 0 <= value <= 100:
            raise ValueError("Vul een percentage van 0 tot en met 100 in.")
        return value / 100

    def shown(self, value: Any) -> str:
        """Write the fraction as a percentage."""
        return super().shown(Decimal(value) * 100)


class LotsForm(BaseForm):
    """Choose the lots."""

    lots = SelectMultipleField(
        "Percelen waarop u inschrijft", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


class OrganisationForm(BaseForm):
    """Who the contact is, and with whom the provider offers."""

    contact_name = LineField(
        "Naam of functie van de contactpersoon", validators=[Filled("Vul de contactpersoon in."), AtMost(200)]
    )
    contact_email = LineField(
        "E-mailadres",
        validators=[
            Filled("Vul het e-mailadres in."),
            AtMost(200),
            Regexp(
                r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message="Vul een e-mailadres in, zoals naam@organisatie.nl."
            ),
        ],
    )
    contact_phone = IdentifierField("Telefoonnummer", validators=[Optional(), AtMost(40)])
    alone = RadioField(
        "Schrijft u alleen in?",
        choices=[SelectChoice("ja", "Ja, alleen"), SelectChoice("nee", "Nee, samen met andere ondernemers")],
        validators=[Filled("Kies of u alleen inschrijft.")],
    )

    def partner_fields(self) -> list[tuple[Any, Any, Any]]:
        """Return role, name and KvK number of each row for partners."""
        return [
            (self[f"partner_role_{row}"], self[f"partner_name_{row}"], self[f"partner_kvk_{row}"])
            for row in range(PARTNER_ROWS)
        ]

    def partners(self) -> list[Partner]:
        """Return the filled rows."""
        return [
            Partner(role.data, name.data.strip(), (kvk.data or "").strip())
            for role, name, kvk in self.partner_fields()
            if (name.data or "").strip()
        ]


for _row in range(PARTNER_ROWS):
    setattr(
        OrganisationForm,
        f"partner_role_{_row}",
        SelectField(
            "Rol", choices=[SelectChoice(role.value, ROLE_LABELS[role.value]) for role in PARTNER_ROLES]
        ),
    )
    setattr(
        OrganisationForm, f"partner_name_{_row}", LineField("Naam", validators=[Optional(), AtMost(200)])
    )
    setattr(
        OrganisationForm,
        f"partner_kvk_{_row}",
        IdentifierField(
            "KvK-nummer",
            validators=[Optional(), Regexp(r"^\d{8}$", message="Vul een KvK-nummer in van 8 cijfers.")],
        ),
    )


def organisation_form(draft: Draft) -> OrganisationForm:
    """Make the form, filled from the draft."""
    data: dict[str, Any] = {
        "contact_name": draft.contact_name,
        "contact_email": draft.contact_email,
        "contact_phone": draft.contact_phone,
        "alone": {None: None, True: "ja", False: "nee"}[draft.alone],
    }
    for row, partner in enumerate(draft.partners[:PARTNER_ROWS]):
        data |= {
            f"partner_role_{row}": partner.role,
            f"partner_name_{row}": partner.name,
            f"partner_kvk_{row}": partner.kvk,
        }
    return OrganisationForm(data=data)


class RequirementsForm(BaseForm):
    """Answer the requirements; the fields are added per tender."""

    def claims(self, asked: Iterable[AskedRequirement]) -> dict[str, Claim]:
        """Return what was answered."""
        return {
            one.id: Claim(self[f"stance_{one.id}"].data or "", (self[f"text_{one.id}"].data or "").strip())
            for one in asked
        }


def requirements_form(asked: Iterable[AskedRequirement], draft: Draft) -> RequirementsForm:
    """Make the form for these requirements, filled from the draft."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for one in asked:
        fields[f"stance_{one.id}"] = RadioField(
            "Voldoet u?",
            choices=[SelectChoice(stance.value, stance.label) for stance in Stance],
            validators=[Optional()],
        )
        fields[f"text_{one.id}"] = TextField(
            "Toelichting of bewijs", validators=[Optional(), AtMost(4000)]
        )
        claim = draft.claims.get(one.id, Claim())
        data |= {f"stance_{one.id}": claim.stance or None, f"text_{one.id}": claim.text}
    return cast(RequirementsForm, type("RequirementsForm", (RequirementsForm,), fields)(data=data))


class QualityForm(BaseForm):
    """Answer the criteria of a lot; the fields are added per lot."""

    def answers(self, lot: AskedLot) -> dict[str, Answer]:
        """Return what was answered, a promise in the unit of its measure."""
        found = {}
        for one in lot.criteria:
            promised = self[f"promise_{one.id}"].data if one.measure else None
            text = (self[f"text_{one.id}"].data or "").strip()
            found[one.id] = Answer(text, "" if promised is None else str(promised))
        return found


def quality_form(lot: AskedLot, draft: LotDraft) -> QualityForm:
    """Make the form for the criteria of a lot, filled from the draft."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for one in lot.criteria:
        answer = draft.answers.get(one.id, Answer())
        fields[f"text_{one.id}"] = TextField(
            f"Uw antwoord op {one.title}", validators=[Optional(), AtMost(MAX_ANSWER)]
        )
        data[f"text_{one.id}"] = answer.text
        if one.measure:
            kind = PercentageField if one.is_percentage else DecimalNlField
            fields[f"promise_{one.id}"] = kind(
                f"Wat u belooft: {one.measure} ({one.unit})", validators=[Optional()]
            )
            data[f"promise_{one.id}"] = Decimal(answer.promised) if answer.promised else None
    return cast(QualityForm, type("QualityForm", (QualityForm,), fields)(data=data))


class PriceForm(BaseForm):
    """Fill in the rates of a lot; the fields are added per lot."""

    def prices(self, lot: AskedLot) -> dict[str, str]:
        """Return the rates that are filled in."""
        found = {line.id: self[f"price_{line.id}"].data for line in lot.prices}
        return {key: str(rate) for key, rate in found.items() if rate is not None}


def price_form(lot: AskedLot, draft: LotDraft) -> PriceForm:
    """Make the form for the price lines of a lot, filled from the draft."""
    fields = {
        f"price_{line.id}": RateField(f"Tarief per {line.unit}", validators=[Optional()])
        for line in lot.prices
    }
    data = {f"price_{key}": Decimal(rate) for key, rate in draft.prices.items()}
    return cast(PriceForm, type("PriceForm", (PriceForm,), fields)(data=data))


class SubmitForm(BaseForm):
    """Submit: only the code that was made on the check page."""

    code = HiddenField()


class CodeForm(BaseForm):
    """Give the wijzigingscode."""

    code = IdentifierField("Wijzigingscode", validators=[Filled("Vul de wijzigingscode in."), AtMost(100)])


class WithdrawForm(BaseForm):
    """Withdraw, with the code (the data stays) or without (the data is destroyed)."""

    keep = RadioField(
        "Wat wilt u met uw gegevens?",
        choices=[
            SelectChoice("ja", "Bewaren als concept. Daarvoor is uw wijzigingscode nodig"),
            SelectChoice("nee", "Vernietigen. Ik heb mijn wijzigingscode niet, of begin opnieuw"),
        ],
        default="ja",
        validators=[Filled("Kies wat u met uw gegevens wilt.")],
    )
    code = IdentifierField("Wijzigingscode", validators=[Optional(), AtMost(100)])


class UploadForm(BaseForm):
    """Only shows the errors of an upload; the file itself is never read through a form."""
