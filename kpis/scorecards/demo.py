"""The demo's scorecards: past quarters fixed, the latest a concept with responses of the provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements import adjustment_services
from contracts.agreements.adjustment_services import RuleTerms
from contracts.agreements.demo import first_month, instant
from contracts.agreements.queries import contract_for
from contracts.agreements.states import ClaimKind
from contracts.results.demo import PROVIDERS, Provider
from contracts.results.rules import due_on, working_days_after
from kpis.scorecards import (
    claim_queries,
    claim_services,
    hearing_services as hearing,
    presentation,
    queries,
    services,
)
from kpis.scorecards.compute import is_free_day
from kpis.scorecards.exports import card_workbook
from kpis.scorecards.models import ScorecardLine
from kpis.scorecards.queries import Case
from kpis.scorecards.rules import FULL_TREATMENT
from kpis.scorecards.states import DisputeGround, LineState, Quality, ResponseKind, Verdict
from portal.access import Role, Viewer
from portal.demo import DemoWorld
from portal.features import Step
from portal.pdf import pdf
from portal.periods import Month, Quarter

MANAGER = "contract@lansingerland.example"
EXPLANATIONS = {
    "attendance": "De avondgroep in Zoetermeer verhuisde in augustus. Deelnemers moesten langer reizen.",
    "start_on_time": "In de zomer was er een wachtlijst. Sinds september starten wij elke twee weken een groep.",
    "dropout": "Een deel van de uitvallers vond werk. Wij spreken hen sinds juni binnen een week.",
    "report_on_time": "In deze maanden wisselde onze administratie. Nu zijn twee collega's ingewerkt.",
    "passed_b1": "Schrijven blijft achter. Vanaf oktober is er elke week een schrijfuur extra.",
}
DISPUTE = "Van twee deelnemers kwam de handtekening pas in de volgende maand in het dossier. Zij telden mee als niet af."
ANSWER = "Dit verklaart een deel van het verschil. De afgesproken maatregel blijft gelden."
MALUS_SOURCE = "artikel 9.3 van het contract"
WAITS_FOR_EXAMS = {"b1", "onderwijs"}


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return per contract and quarter the concept, the responses and the fixing, at their own moments."""
    first = Month.of(first_month(world.today)).quarter
    begin = first if first.first >= first_month(world.today) else first.next()
    newest = newest_quarter(world.today)
    for minute, provider in enumerate(PROVIDERS):
        quarter = begin
        while quarter <= newest:
            yield from _quarter(world, provider, quarter, minute, is_newest=quarter == newest)
            quarter = quarter.next()


def newest_quarter(today: date) -> Quarter:
    """Return the last quarter whose last report was due some days ago."""
    quarter = Quarter.of(today).previous()
    if due_on(quarter.months[2], 10) + timedelta(days=5) >= today:
        return quarter.previous()
    return quarter


def _quarter(
    world: DemoWorld, provider: Provider, quarter: Quarter, minute: int, *, is_newest: bool
) -> Iterable[Step]:
    made = due_on(quarter.months[2], 10) + timedelta(days=12)
    if is_newest:
        back = {"b1": 18, "z": 18, "pvt": 6}.get(provider.key, 12)
        made = max(world.today - timedelta(days=back), due_on(quarter.months[2], 10) + timedelta(days=1))
    until = working_days_after(made, 10, is_free_day)
    yield Step(instant(made, 8, 30 + minute), _task(_make, world, provider, quarter))
    responded = made + timedelta(days=4)
    if responded < world.today:
        yield Step(instant(responded, 16, minute), _task(_respond, world, provider, quarter))
    if is_newest:
        return
    fixed = until + timedelta(days=4)
    if provider.key in WAITS_FOR_EXAMS:
        fixed = max(fixed, quarter.last + timedelta(weeks=10, days=2))
    if fixed < world.today:
        yield Step(instant(fixed, 9, minute), _task(_fix, world, provider, quarter))
        claimed = fixed + timedelta(days=30)
        if provider.key == "b1" and claimed < world.today:
            yield Step(instant(claimed, 9, minute), _task(_claim, world, provider, quarter))


def _task(
    call: Callable[[DemoWorld, Provider, Quarter], None],
    world: DemoWorld,
    provider: Provider,
    quarter: Quarter,
) -> Callable[[], None]:
    return lambda: call(world, provider, quarter)


def _number(world: DemoWorld, provider: Provider) -> str:
    return str(world.remember[f"contract_{provider.key}"])


def _make(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    by = world.viewer(MANAGER)
    contract = contract_for(by, _number(world, provider))
    services.make_scorecard(contract, quarter, by=by)


def _respond(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    by = world.viewer(provider.email, role=Role.PROVIDER)
    case = queries.case_for(by, _number(world, provider), quarter.code)
    poor = [line for line in case.lines if line.state in (LineState.UNDER, LineState.FAR, LineState.NEAR)]
    for line in poor[:3]:
        is_disputed = provider.key == "pvt" and line.measure == "pvt_completed"
        kind = ResponseKind.DISPUTE if is_disputed else ResponseKind.EXPLAIN
        text = DISPUTE if is_disputed else EXPLANATIONS.get(line.measure, EXPLANATIONS["attendance"])
        ground = DisputeGround.COUNT if is_disputed else None
        proof = demo_proof("Overzicht van handtekeningen", text, provider.email) if is_disputed else None
        hearing.respond(case, line, kind=kind, ground=ground, text=text, proof=proof, by=by)


def demo_proof(title: str, text: str, sender: str) -> hearing.Proof:
    """Return a document as a provider would send it along."""
    parts = [{"heading": "Toelichting", "text": text}]
    data = pdf("guide", {"title": title, "from": sender, "reference": "bijlage", "facts": [], "parts": parts})
    return hearing.Proof(f"{title.lower().replace(' ', '-')}.pdf", data)


def _fix(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    by = world.viewer(MANAGER)
    number = _number(world, provider)
    case = queries.case_for(by, number, quarter.code)
    services.recompute(case, by=by)
    case = queries.case_for(by, number, quarter.code)
    _decide(case, by)
    if provider.key == "b1":
        _agree_rules(case, by)
        _verify(case, by)
        case = queries.case_for(by, number, quarter.code)
    responses, decisions = queries.responses_of(case.card), queries.decisions_of(case.card)
    data = card_workbook(case, presentation.card_of(case, responses, decisions))
    services.fix_scorecard(case, by=by, document=data)


def _agree_rules(case: Case, by: Viewer) -> None:
    """Record the malus on attendance and the bonus on a start in time, with the first scorecard."""
    kinds = {"attendance": ClaimKind.MALUS, "start_on_time": ClaimKind.BONUS}
    for line in case.lines:
        there = adjustment_services.rules_on(line.performance_agreement_id, case.quarter.last)
        if line.measure in kinds and not there:
            kind, begin = kinds[line.measure], case.contract.starts_on
            terms = RuleTerms(kind, Decimal("0.002"), Decimal("0.02"), begin, MALUS_SOURCE)
            adjustment_services.record_rule(line.performance_agreement, terms, by=by)


def _verify(case: Case, by: Viewer) -> None:
    """Find every drawn row in the presence registration."""
    sample = claim_services.draw_sample(case, by=by, seed=case.quarter.year * 10 + case.quarter.quarter)
    again = queries.case_for(by, case.contract.number, case.quarter.code)
    claim_services.finish_sample(again, found=[True] * sample.size, differences=[""] * sample.size, by=by)


def _claim(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    """Claim the malus of a fixed quarter, where one follows."""
    by = world.viewer(MANAGER)
    case = queries.case_for(by, _number(world, provider), quarter.code)
    responses, decisions = queries.responses_of(case.card), queries.decisions_of(case.card)
    for line in presentation.card_of(case, responses, decisions).lines:
        for due in claim_queries.dues_of(case, line):
            if due.worked.difference and line.line.counted >= FULL_TREATMENT and line.quality is Quality.VERIFIED:
                claim_services.claim(case, line, due.worked, by=by)


def _decide(case: Case, by: Viewer) -> None:
    """Answer every dispute, and the explanation of the worst figure."""
    responses = queries.responses_of(case.card)
    disputed = {one.performance_agreement_id for one in responses if one.kind is ResponseKind.DISPUTE}
    explained = {one.performance_agreement_id for one in responses}
    worst: list[ScorecardLine] = [line for line in case.lines if line.state is LineState.FAR]
    for line in case.lines:
        is_worst = bool(worst) and line.id == worst[0].id and line.performance_agreement_id in explained
        if line.performance_agreement_id in disputed or is_worst:
            hearing.decide(case, line, verdict=Verdict.AS_COMPUTED, state=line.state, reason=ANSWER, by=by)
