"""What inkoop and providers fill in for a tender."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange, Optional, ValidationError

from portal.catalogue.states import Unit, VatCategory
from portal.choices import RadioField, SelectField
from portal.fields import LineField, TextField
from portal.forms import (
    AtMost,
    BaseForm,
    DecimalNlField,
    DutchDateField,
    DutchDateTimeField,
    EuroField,
    Filled,
    QuantityField,
    RateField,
)
from portal.uploads import DocumentField
from tenders.consultations.forms import ChecksField
from tenders.procedures.states import (
    CaseRole,
    DistributionRule,
    DocumentKind,
    OutsideBounds,
    PriceFormula,
    PriceModel,
    RequirementAspect,
    RequirementKind,
)

WHOLE = "Vul een heel getal van 0 of meer in."


class ShareField(DecimalNlField):
    """A weight typed as a percentage (40 or 37,5); the value is a fraction (0.4)."""

    places, least = 2, 0
    wrong = "Vul {label} in als percentage, zoals 40 of 37,5."

    def parsed(self, text: str) -> Decimal:
        """Read "40" as 0.4."""
        return super().parsed(text.removesuffix("%")) / 100

    def shown(self, value: Any) -> str:
        """Show 0.4 as "40"."""
        return super().shown(Decimal(value) * 100)


class WholeField(IntegerField):
    """A whole number from zero, with a Dutch sentence when it is not."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; an empty field is nothing."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if text:
            if not (text.isascii() and text.isdigit() and len(text) < 7):
                raise ValueError(WHOLE)
            self.data = int(text)


class IdField(SelectField):
    """One thing from a list by its id; the first choice may be none."""

    def __init__(self, label: str, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=_identity, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not in the list, in Dutch."""
        if self.data not in [value for value, *_ in self.iter_choices()]:
            raise ValidationError("Kies een van de genoemde mogelijkheden.")


def _identity(value: Any) -> uuid.UUID | None:
    if value is None or isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def with_none(choices: Sequence[tuple[uuid.UUID, str]], text: str) -> list[tuple[Any, str]]:
    """Return choices with "none of them" in front."""
    return [("", text), *choices]


class NoneIdField(IdField):
    """An id that may stay empty."""

    def pre_validate(self, form: Any) -> None:
        """Accept nothing, or one of the list."""
        if self.data is not None:
            super().pre_validate(form)


class DetailsForm(BaseForm):
    """What is bought, in which kind of procedure, after which consultation."""

    title = LineField("Titel", [Filled("Vul de titel van de aanbesteding in."), AtMost(200)])
    kind_code = RadioField("Soort procedure", [Filled("Kies een soort procedure.")])
    summary = TextField("Samenvatting", [AtMost(4000)])
    consultation_id = NoneIdField("Volgt op marktconsultatie")
    invited = ChecksField("Uitgenodigde aanbieders")


class MotivationForm(BaseForm):
    """The estimate and the motivations that must be there before publication."""

    estimated_value = EuroField("Geraamde waarde zonder btw")
    estimated_on = DutchDateField("Datum van de raming")
    estimate_basis = TextField("Hoe is de raming gemaakt", [AtMost(4000)])
    kind_motivation = TextField("Motivering van de soort procedure", [AtMost(4000)])
    lots_motivation = TextField("Motivering van het samenvoegen en de percelen", [AtMost(4000)])
    motivated_on = DutchDateField("Datum van de motivering")
    is_framework = BooleanField("Dit wordt een raamovereenkomst", default=True)
    term_motivation = TextField("Motivering van een langere looptijd", [AtMost(4000)])
    max_lots = WholeField("Hoogste aantal percelen voor één inschrijver", [Optional(), NumberRange(1, 50, WHOLE)])


class MandateForm(BaseForm):
    """The volmacht or mandaat of one municipality."""

    municipality_id = IdField("Gemeente")
    reference = LineField("Kenmerk", [Filled("Vul het kenmerk in."), AtMost(200)])
    given_on = DutchDateField("Datum", [Filled("Vul de datum in.")])


class NoticeForm(BaseForm):
    """The notice on TenderNed and its three times."""

    tenderned_number = LineField("TenderNed-nummer", [Filled("Vul het TenderNed-nummer in."), AtMost(40)])
    sent_at = DutchDateTimeField("Verzonden op", [Filled("Vul in wanneer de aankondiging is verzonden.")])
    receipt_confirmed_at = DutchDateTimeField("Ontvangst bevestigd op")
    made_public_at = DutchDateTimeField("Bekendgemaakt op")


class DeadlineForm(BaseForm):
    """The closing time; the rest is proposed."""

    submission_deadline_at = DutchDateTimeField(
        "Sluitingsdatum en -tijd", [Filled("Vul de sluitingsdatum en -tijd in.")]
    )


class PlanningForm(DeadlineForm):
    """All dates."""

    questions_close_at = DutchDateTimeField(
        "Vragenronde sluit op", [Filled("Vul de sluiting van de vragenronde in.")]
    )
    nota_due_on = DutchDateField(
        "Nota van inlichtingen uiterlijk op", [Filled("Vul de datum van de nota in.")]
    )
    award_planned_on = DutchDateField(
        "Voorlopige gunning op", [Filled("Vul de datum van de voorlopige gunning in.")]
    )
    standstill_ends_on = DutchDateField(
        "Opschortende termijn tot en met", [Filled("Vul het einde van de opschortende termijn in.")]
    )


class LotForm(BaseForm):
    """A lot: what, for whom, how long, how much at most."""

    title = LineField("Naam van het perceel", [Filled("Vul de naam van het perceel in."), AtMost(200)])
    description = TextField("Omschrijving", [AtMost(10_000)])
    products = ChecksField("Producten", [Filled("Kies ten minste één product.")])
    participants = ChecksField("Deelnemende gemeenten", [Filled("Kies ten minste één gemeente die meedoet.")])
    optional = ChecksField("Optioneel deelnemende gemeenten")
    starts_on = DutchDateField("Ingangsdatum")
    ends_on = DutchDateField("Einddatum")
    extension_count = WholeField(
        "Aantal opties tot verlenging", [Optional(), NumberRange(0, 10, WHOLE)], default=0
    )
    extension_months = WholeField("Maanden per optie", [Optional(), NumberRange(0, 60, WHOLE)], default=0)
    run_off_months = WholeField("Uitloop in maanden", [Optional(), NumberRange(0, 60, WHOLE)], default=0)
    estimated_amount = EuroField("Geraamde waarde zonder btw")
    ceiling_amount = EuroField("Maximale waarde zonder btw")
    ceiling_quantity = QuantityField("Maximaal aantal")
    winners = WholeField("Aantal winnaars", [Optional(), NumberRange(0, 50, WHOLE)], default=1)
    waiting_list = WholeField("Plaatsen in de wachtkamer", [Optional(), NumberRange(0, 50, WHOLE)], default=0)
    distribution_rule = SelectField(
        "Verdeling van de aanmeldingen",
        choices=[("", "niet nodig, er is één winnaar"), *((one.value, one.label) for one in DistributionRule)],
    )
    distribution_text = TextField("Uitleg bij de verdeling", [AtMost(2000)])


class VolumesForm(BaseForm):
    """The expected numbers; one field per municipality, product and year, made by `volumes_form`."""


def volume_name(place: uuid.UUID, product: uuid.UUID, year: int) -> str:
    """Return the name of the field for one number."""
    return f"aantal_{place.hex}_{product.hex}_{year}"


def volumes_form(cells: dict[tuple[uuid.UUID, uuid.UUID, int], Decimal | None]) -> VolumesForm:
    """Return a form with a quantity per (lot_municipality, lot_product, year)."""
    fields = {
        volume_name(*key): QuantityField(f"Aantal in {key[2]}", default=value) for key, value in cells.items()
    }
    return type("FilledVolumesForm", (VolumesForm,), fields)()  # type: ignore[no-any-return]


class FormulaForm(BaseForm):
    """The price formula: gewogen factor with fixed bounds, or another with its own numbers."""

    price_formula = RadioField("Formule", choices=[(one.value, one.label) for one in PriceFormula])
    price_weight = ShareField("Weging van de prijs in procenten", [Filled("Vul de weging van de prijs in.")])
    price_floor = EuroField("Ondergrens van de prijs (Pmin)")
    price_cap = EuroField("Bovengrens van de prijs (Pmax)")
    outside_bounds = RadioField(
        "Bij een prijs buiten de grenzen",
        [Optional()],
        choices=[(one.value, one.label) for one in OutsideBounds],
    )
    quality_value = EuroField("Waarde van volledige kwaliteit")
    log_base = QuantityField("Factor A")
    price_rationale = TextField("Onderbouwing van prijs en kwaliteit", [AtMost(4000)])


class PriceLineForm(BaseForm):
    """A price asked for."""

    lot_product_id = IdField("Product")
    title = LineField("Naam van de prijsregel", [Filled("Vul de naam van de prijsregel in."), AtMost(200)])
    unit = SelectField("Eenheid", choices=[(one.value, one.label) for one in Unit])
    vat_category = SelectField("Btw", choices=[(one.value, one.label) for one in VatCategory])
    quantity = QuantityField("Aantal voor de totaalprijs", [Filled("Vul het aantal in.")])
    price_model = SelectField("Prijsmodel", choices=[(one.value, one.label) for one in PriceModel])
    rate_floor = RateField("Laagste prijs")
    rate_cap = RateField("Hoogste of vaste prijs")


class RequirementForm(BaseForm):
    """A requirement of the tender or of one lot."""

    kind = RadioField(
        "Soort eis",
        [Filled("Kies een soort eis.")],
        choices=[(one.value, one.label) for one in RequirementKind],
    )
    title = LineField("Naam van de eis", [Filled("Vul de naam van de eis in."), AtMost(200)])
    text = TextField("Eis", [Filled("Beschrijf de eis."), AtMost(10_000)])
    evidence = TextField("Bewijs", [AtMost(4000)])
    lot_id = NoneIdField("Geldt voor")
    is_keurmerk = BooleanField("Dit is de eis van het keurmerk Blik op Werk of gelijkwaardig")
    aspect = SelectField("Waar gaat de eis over", choices=[(one.value, one.label) for one in RequirementAspect])
    competence = LineField("Kerncompetentie", [AtMost(200)])
    reason = TextField("Reden van de eis", [AtMost(2000)])
    findings = ChecksField("Volgt uit bevinding")


class CriterionForm(BaseForm):
    """A quality criterion of a lot."""

    group_title = LineField("Hoofdcriterium", [AtMost(200)])
    title = LineField("Naam van het gunningscriterium", [Filled("Vul de naam in."), AtMost(200)])
    description = TextField("Omschrijving", [Filled("Beschrijf wat u vraagt."), AtMost(10_000)])
    weight = ShareField("Weging in procenten", [Filled("Vul de weging in.")])
    minimum_score = WholeField("Laagste score", [Optional()])
    measure_id = NoneIdField("Belofte")
    promise_text = LineField("Wat de inschrijver belooft", [AtMost(1000)])
    findings = ChecksField("Volgt uit bevinding")


class ScaleForm(BaseForm):
    """The scale of the scores."""

    score_max = SelectField("Hoogste score", coerce=int, choices=[(5, "5"), (10, "10"), (100, "100")])
    score_step_tenths = SelectField(
        "Stappen", coerce=int, choices=[(10, "hele punten"), (5, "halve punten"), (1, "tienden")]
    )


class DocumentForm(BaseForm):
    """A tender document."""

    kind = SelectField("Soort document", choices=[(one.value, one.label) for one in DocumentKind])
    title = LineField("Titel", [Filled("Vul de titel van het document in."), AtMost(200)])
    file = DocumentField("Bestand", [Filled("Kies een bestand.")], kinds=("pdf", "docx"))


class VersionForm(BaseForm):
    """A newer version of a document."""

    file = DocumentField("Bestand", [Filled("Kies een bestand.")], kinds=("pdf", "docx"))


class MemberForm(BaseForm):
    """A person in the team."""

    membership_id = IdField("Persoon")
    case_role = SelectField("Rol", choices=[(one.value, one.label) for one in CaseRole])
    department = LineField("Afdeling", [AtMost(200)])


class WithdrawForm(BaseForm):
    """The reason of a withdrawal."""

    reason = TextField("Reden", [Filled("Vul de reden in."), AtMost(4000)])
