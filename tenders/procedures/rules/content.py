"""Checks on what inkoop and providers fill in: weights, price bounds, price models, questions."""

from collections.abc import Collection
from decimal import Decimal

from portal.bsn import REFUSAL, find_bsn
from portal.errors import Objection
from tenders.procedures.rules.phases import withdrawal_length
from tenders.procedures.states import PriceFormula, PriceModel, RequirementAspect, RequirementKind

MAX_QUESTION = 4000


def objections_to_criterion(*, title: str, weight: Decimal, others: Decimal) -> list[Objection]:
    """Check a criterion; `weight` and `others` (all other weights with the price) are fractions."""
    found = []
    if not title.strip():
        found.append(Objection("Vul de naam van het gunningscriterium in.", "title"))
    if weight <= 0 or weight > 1:
        found.append(Objection("De weging moet meer dan 0% en ten hoogste 100% zijn.", "weight"))
    elif weight + others > 1:
        room = ((1 - others) * 100).normalize()
        found.append(
            Objection(f"De wegingen zijn samen meer dan 100%. Er is nog {_percent(room)} over.", "weight")
        )
    return found


def _percent(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",") + "%"


def objections_to_requirement(
    *,
    kind: RequirementKind,
    title: str,
    text: str,
    is_keurmerk: bool = False,
    aspect: RequirementAspect = RequirementAspect.OTHER,
    competence: str = "",
    reason: str = "",
    competences: Collection[str] = (),
) -> list[Objection]:
    """Check a requirement; `competences` are those that another reference of this tender already asks.

    Keurmerk and diploma-erkenning are judged by a person, never automatic (practice T5). One reference per
    kerncompetentie, and a demand on turnover only with a reason (Gids Proportionaliteit, practice S8).
    """
    found = []
    if not title.strip():
        found.append(Objection("Vul de naam van de eis in.", "title"))
    if len(text.strip()) < 10:
        found.append(Objection("Beschrijf de eis in ten minste 10 tekens.", "text"))
    if is_keurmerk and kind is not RequirementKind.SUITABILITY:
        found.append(
            Objection("Het keurmerk is een geschiktheidseis: iemand beslist over het bewijs.", "is_keurmerk")
        )
    if aspect in _SUITABILITY_ONLY and kind is not RequirementKind.SUITABILITY:
        found.append(Objection(f"Een eis over {aspect.label} is een geschiktheidseis.", "aspect"))
    if aspect is RequirementAspect.REFERENCE:
        named = competence.strip().casefold()
        if not named:
            found.append(Objection("Noem de kerncompetentie waarover de referentie gaat.", "competence"))
        elif named in {one.strip().casefold() for one in competences}:
            found.append(Objection("Voor deze kerncompetentie vraagt u al een referentie.", "competence"))
    if aspect is RequirementAspect.TURNOVER and len(reason.strip()) < 20:
        found.append(Objection("Leg in ten minste 20 tekens uit waarom u een omzet eist.", "reason"))
    return found


_SUITABILITY_ONLY = (RequirementAspect.DIPLOMA, RequirementAspect.REFERENCE, RequirementAspect.TURNOVER)


def objections_to_formula(
    formula: PriceFormula,
    *,
    weight: Decimal | None,
    quality_value: Decimal | None,
    log_base: Decimal | None,
    rationale: str,
) -> list[Objection]:
    """Check the numbers of gunnen op waarde, of the log, and of the formula relative to the lowest price.

    A relative formula lets a third offer turn the order of two others round (PIANOo), so it is chosen only
    with a motivation that stays in the dossier.
    """
    if weight is None or weight < 0 or weight > 1:
        return [Objection("Vul de weging van de prijs in, van 0% tot en met 100%.", "price_weight")]
    if weight == 0:
        return []
    found = []
    if formula is PriceFormula.ON_VALUE and (quality_value is None or quality_value <= 0):
        found.append(Objection("Vul in hoeveel euro volledige kwaliteit waard is.", "quality_value"))
    if formula is PriceFormula.LOG and (log_base is None or log_base <= 1):
        found.append(Objection("Vul de factor A in; die is hoger dan 1, bijvoorbeeld 2.", "log_base"))
    if formula.is_relative and len(rationale.strip()) < 40:
        words = "Motiveer in ten minste 40 tekens waarom u een relatieve formule kiest: een derde bod kan de volgorde keren."
        found.append(Objection(words, "price_rationale"))
    return found


def objections_to_bounds(
    *, weight: Decimal | None, floor: Decimal | None, cap: Decimal | None, outside_chosen: bool
) -> list[Objection]:
    """Check the price formula 'gewogen factor': fixed bounds, and what happens outside them.

    The points are weight × (Pmax − P) / (Pmax − Pmin); Pmin and Pmax are totals without VAT. With
    weight 0 there is no price to compare and no bounds are needed (practice T6).
    """
    if weight is None or weight < 0 or weight > 1:
        return [Objection("Vul de weging van de prijs in, van 0% tot en met 100%.", "price_weight")]
    if weight == 0:
        return []
    found = []
    if floor is None or floor < 0:
        found.append(Objection("Vul de ondergrens van de prijs (Pmin) in.", "price_floor"))
    if cap is None:
        found.append(Objection("Vul de bovengrens van de prijs (Pmax) in.", "price_cap"))
    elif floor is not None and cap <= floor:
        found.append(Objection("De bovengrens (Pmax) moet hoger zijn dan de ondergrens (Pmin).", "price_cap"))
    if not outside_chosen:
        found.append(Objection("Kies wat er gebeurt met een prijs buiten de grenzen.", "outside_bounds"))
    return found


def price_model_objections(
    model: PriceModel, floor: Decimal | None, cap: Decimal | None, quantity: Decimal
) -> list[Objection]:
    """Check the rates that belong to a price model (practice T6); rates without VAT per unit."""
    found = []
    if quantity <= 0:
        found.append(Objection("Het aantal moet meer dan 0 zijn.", "quantity"))
    if model is PriceModel.FIXED and (cap is None or cap <= 0):
        found.append(Objection("Vul de vaste prijs in.", "rate_cap"))
    if model is PriceModel.CEILING and (cap is None or cap <= 0):
        found.append(Objection("Vul de hoogste prijs in.", "rate_cap"))
    if model is PriceModel.BAND:
        if floor is None:
            found.append(Objection("Vul de laagste prijs in.", "rate_floor"))
        if cap is None or (floor is not None and cap <= floor):
            found.append(Objection("De hoogste prijs moet hoger zijn dan de laagste.", "rate_cap"))
    return found


def objections_to_question(*, text: str, round_open: bool) -> list[Objection]:
    """Say what stands in the way of asking: the round is over, or the text is empty, too long or holds a BSN."""
    if not round_open:
        return [Objection("De vragenronde is gesloten. U kunt geen vraag meer stellen.")]
    length = len(text.strip())
    if length < 10:
        return [Objection("Schrijf uw vraag in ten minste 10 tekens.", "text")]
    if length > MAX_QUESTION:
        used = f"{length:,}".replace(",", ".")
        return [Objection(f"Maak uw vraag korter. U mag 4.000 tekens gebruiken; dit zijn er {used}.", "text")]
    return [Objection(REFUSAL, "text")] if find_bsn(text) else []


def objections_to_withdrawal(*, opened: bool, reason: str) -> list[Objection]:
    """Say what stands in the way of withdrawing a lot or a tender; empty when nothing does.

    It may be withdrawn until the final award. Once offers have been opened the bidders are owed a
    reason they can test (Directive 2014/24, art. 55 lid 1).
    """
    needed = withdrawal_length(opened=opened)
    if len(reason.strip()) < needed:
        return [Objection(f"Geef de reden van het intrekken in ten minste {needed} tekens.", "reason")]
    return []
