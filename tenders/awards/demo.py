"""The demo's judged tenders: one awarded two years ago, and three on their way, so that every role has work."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from tenders.awards import demo_cases, demo_market, queries, services
from tenders.awards.models import Award
from tenders.awards.services import Entry, NoticeTimes
from tenders.awards.states import EndingKind, EndingSequel, EvidenceAction, RequirementVerdict
from tenders.offers.demo import submit_offers
from tenders.procedures import queries as tender
from tenders.procedures.demo import (
    BUYER,
    CriterionPlan,
    LotPlan,
    TenderPlan,
    build_tender,
    demo_team,
    local_instant,
    publish_demo,
)
from tenders.procedures.models import AwardCriterion, Lot, Procedure
from tenders.procedures.rules import next_working_day
from tenders.vault.demo import open_envelope
from tenders.vault.states import Envelope

BUILT_BEFORE = timedelta(days=56)
ASSESSORS = (BUYER, "inkoop@zoetermeer.example", "beoordelaar@pijnacker-nootdorp.example")
APPROVERS = ("inkoop@zoetermeer.example", "regio@pijnacker-nootdorp.example")
TAALHUIS = "info@taalhuis-de-waterlinie.example"
ROUTE = "info@route-delta.example"
SAMEN = "info@samen-vooruit.example"
SLUGS = {"taalhuis-de-waterlinie": TAALHUIS, "route-delta": ROUTE, "samen-vooruit": SAMEN}
REASONS = {
    10: "Uitstekend: volledig en concreet, met voorbeelden uit de praktijk en duidelijke meerwaarde voor de deelnemer.",
    8: "Goed: volledig en concreet. De planning is helder en de afspraken zijn te controleren.",
    6: "Voldoende: alle onderdelen komen terug, maar de uitwerking blijft op een paar punten algemeen.",
    4: "Matig: een deel van de vraag is niet beantwoord en de planning ontbreekt.",
}
ADVANTAGES = (
    "De gekozen inschrijver begint elke week met een instroomgroep, werkt met vaste docenten en bespreekt de "
    "voortgang elke acht weken met de deelnemer en de gemeente."
)


@dataclass(frozen=True)
class Plot:
    """How a demo tender goes: who asks what price, and who gets which score per lot (by lot number)."""

    key: str
    plan: TenderPlan
    prices: Mapping[str, Decimal]
    scores: Mapping[int, Mapping[str, int]]
    promises: Mapping[str, str]


def steps(world: DemoWorld) -> Iterator[Step]:
    """Yield the life of the judged tenders in order of time."""
    begin = _two_years_ago(world.today)
    history = _history(begin)
    yield from demo_market.steps(world, history.plan.deadline - BUILT_BEFORE)
    yield from _until_opened(world, history)
    yield from _judged(world, history)
    yield from _decided(world, history, final=True)
    yield from _at_work(world)


def _two_years_ago(today: date) -> date:
    return date(today.year - 2, today.month, 1)


def _history(begin: date) -> Plot:
    ends = date(begin.year + 3, begin.month, 1) - timedelta(days=1)
    start = CriterionPlan(
        "Snelle start", "Hoe begint een deelnemer binnen twintig werkdagen, ook als er nog geen volle groep is?", 20,
        measure="start_on_time", promise="Hoeveel procent begint binnen twintig werkdagen na de aanmelding?",
        finding=demo_market.START,
    )  # fmt: skip
    attendance = CriterionPlan(
        "Aanwezigheid", "Welk deel van de aangeboden lesuren volgen deelnemers bij u, en hoe houdt u dat hoog?", 20,
        measure="attendance", promise="Hoeveel procent van de lesuren volgen de deelnemers?",
    )  # fmt: skip
    approach = CriterionPlan(
        "Aanpak en maatwerk", "Hoe past u het aanbod aan op niveau, werk en gezin van de deelnemer?", 20
    )
    schedule = CriterionPlan(
        "Op schema", "Hoe zorgt u dat een deelnemer de uren van de Z-leerroute op tijd haalt?", 20,
        measure="z_on_schedule", promise="Hoeveel procent van de deelnemers ligt op schema?",
        finding=demo_market.SCHEDULE,
    )  # fmt: skip
    plan = TenderPlan(
        title=f"B1-leerroute en Z-leerroute {begin.year}–{begin.year + 3}",
        summary="Taallessen voor asielstatushouders. De B1-leerroute is voor drie gemeenten, de Z-leerroute voor "
        "Lansingerland en Pijnacker-Nootdorp.",
        lots=(
            LotPlan(
                "B1-leerroute", "B1", {"Lansingerland": 20, "Pijnacker-Nootdorp": 18, "Zoetermeer": 52},
                starts_on=begin, ends_on=ends,
                ceiling_amount=Decimal("4200000.00"), highest_rate=Decimal("10000"),
                criteria=(start, attendance, approach), price_title="Traject B1-leerroute", asks_keurmerk=True,
            ),
            LotPlan(
                "Z-leerroute", "Z", {"Lansingerland": 14, "Pijnacker-Nootdorp": 12}, starts_on=begin, ends_on=ends,
                ceiling_amount=Decimal("1100000.00"), highest_rate=Decimal("14480"),
                criteria=(start, attendance, schedule), price_title="Traject Z-leerroute", asks_keurmerk=True,
            ),
        ),
        deadline=local_instant(next_working_day(begin - timedelta(days=95)), 12),
    )  # fmt: skip
    return Plot(
        key="tender_history",
        plan=plan,
        prices={TAALHUIS: Decimal("0.948"), ROUTE: Decimal("0.96"), SAMEN: Decimal("0.97")},
        scores={1: {TAALHUIS: 10, ROUTE: 8, SAMEN: 6}, 2: {TAALHUIS: 6, ROUTE: 10, SAMEN: 8}},
        promises={"start_on_time": "0.90", "attendance": "0.85", "z_on_schedule": "0.80"},
    )


def _small(key: str, title: str, product: str, deadline: datetime, year: int, rate: str) -> Plot:
    """Return a tender of one lot for three municipalities, won by Stichting Samen Vooruit."""
    lot = LotPlan(
        title, product, {"Lansingerland": 30, "Pijnacker-Nootdorp": 25, "Zoetermeer": 60},
        starts_on=date(year, 1, 1), ends_on=date(year + 1, 12, 31), ceiling_amount=Decimal("600000.00"),
        highest_rate=Decimal(rate), price_title=title,
        criteria=(
            CriterionPlan("Aanpak", "Beschrijf hoe u werkt, van de aanmelding tot het afsluitende gesprek.", 30),
            CriterionPlan("Samenwerking", "Hoe werkt u samen met de gemeente en met partijen in de wijk?", 30),
        ),
    )  # fmt: skip
    plan = TenderPlan(
        title=f"{title} {year}–{year + 1}",
        summary=f"{title} voor deelnemers in Lansingerland, Pijnacker-Nootdorp en Zoetermeer.",
        lots=(lot,),
        deadline=deadline,
    )
    prices = {SAMEN: Decimal("0.86"), ROUTE: Decimal("0.93")}
    return Plot(key, plan, prices, {1: {SAMEN: 10, ROUTE: 8}}, {})


def _at_work(world: DemoWorld) -> Iterator[Step]:
    """Yield one tender in its standstill, one that waits for approval, and one that is being judged."""
    today, year = world.today, world.today.year + 1

    def closed(days: int) -> datetime:
        return local_instant(next_working_day(today - timedelta(days=days)), 12)

    standing = _small("tender_standstill", "Verlengde intake", "VERLENGDE_INTAKE", closed(33), year, "480")
    yield from _until_opened(world, standing)
    yield from _judged(world, standing)
    yield from _decided(world, standing, final=False)
    yield Step(standing.plan.deadline + timedelta(days=29), partial(_ask_evidence, world, standing))
    asked = _small("tender_approval", "Financieel ontzorgen", "ONTZORGEN", closed(24), year, "640")
    yield from _until_opened(world, asked)
    yield from _judged(world, asked)
    advised = asked.plan.deadline + timedelta(days=20, hours=-2)
    yield Step(advised, partial(_advise, world, asked))
    yield from _in_court(world, closed(48), year)
    yield from _without_offers(world, closed(30), year)
    yield from demo_cases.steps(
        world, standing=standing.plan.deadline, asked=asked.plan.deadline, again=closed(30) + timedelta(days=6)
    )
    judging = _small("tender_judging", "Welzijns- en gezondheidsmodule", "WELZIJN", closed(10), year, "520")
    yield from _until_opened(world, judging)
    began = judging.plan.deadline + timedelta(days=4)
    yield Step(began, partial(_declare, world, judging, ASSESSORS[:2]))
    yield Step(began + timedelta(hours=3), partial(_score, world, judging, ASSESSORS[:2], first_only=True))


def _in_court(world: DemoWorld, deadline: datetime, year: int) -> Iterator[Step]:
    """Yield a decision about which a kort geding is pending: its term is over, and still nothing is final."""
    plot = _small("tender_court", "Tolken", "TOLKEN", deadline, year, "78")
    yield from _until_opened(world, plot)
    yield from _judged(world, plot)
    yield from _decided(world, plot, final=False)

    def summoned() -> None:
        for lot in _lots(world, plot):
            award = queries.award_of(lot)
            if award is not None:
                _verify(world, award)
                services.register_court(
                    award, since=clock.today(), reference="C/10/2026/0815", by=world.viewer(BUYER)
                )
                world.remember["award_in_court"] = award.id

    yield Step(deadline + timedelta(days=37), summoned)


def _without_offers(world: DemoWorld, deadline: datetime, year: int) -> Iterator[Step]:
    """Yield a lot on which nobody offered: it ends with its reason and is offered again as a linked copy."""
    plot = _small("tender_no_offers", "Begeleiding in de avond", "MB", deadline, year, "310")
    yield from _until_opened(world, replace(plot, prices={}))

    def ended() -> None:
        buyer = world.viewer(BUYER)
        for lot in _lots(world, plot):
            ending = services.end_lot(
                lot,
                kind=EndingKind.NO_OFFERS,
                sequel=EndingSequel.AGAIN,
                reason="Niemand heeft ingeschreven. Aanbieders vonden de uren in de avond te weinig om iemand aan te nemen.",
                unchanged="",
                by=buyer,
            )
            world.remember["tender_again"] = services.run_again(ending, by=buyer).number

    yield Step(deadline + timedelta(days=5), ended)


def _until_opened(world: DemoWorld, plot: Plot) -> Iterator[Step]:
    deadline = plot.plan.deadline

    def build() -> None:
        plan = replace(plot.plan, consultation_id=world.remember.get(f"{plot.key}_consultation"))
        made = build_tender(plan, by=world.viewer(BUYER), team=demo_team(world))
        world.remember[plot.key] = made.number

    yield Step(deadline - BUILT_BEFORE, build)
    yield Step(
        deadline - timedelta(days=46),
        lambda: publish_demo(world, _tender(world, plot), by=world.viewer(BUYER)),
    )
    yield Step(deadline - timedelta(days=4), lambda: _offer(world, plot))
    yield Step(
        deadline + timedelta(days=1, hours=-2),
        lambda: open_envelope(world, _tender(world, plot), Envelope.QUALITY),
    )


def _judged(world: DemoWorld, plot: Plot) -> Iterator[Step]:
    deadline = plot.plan.deadline
    yield Step(deadline + timedelta(days=2), partial(_declare, world, plot, ASSESSORS))
    yield Step(deadline + timedelta(days=7), partial(_score, world, plot, ASSESSORS))
    yield Step(deadline + timedelta(days=9), partial(_agree, world, plot))
    yield Step(
        deadline + timedelta(days=12), lambda: open_envelope(world, _tender(world, plot), Envelope.PRICE)
    )
    yield Step(deadline + timedelta(days=13), partial(_rank, world, plot))


def _decided(world: DemoWorld, plot: Plot, *, final: bool) -> Iterator[Step]:
    deadline = plot.plan.deadline
    yield Step(deadline + timedelta(days=14), partial(_advise, world, plot))
    yield Step(deadline + timedelta(days=19), partial(_approve, world, plot))
    yield Step(deadline + timedelta(days=21), partial(_send, world, plot))
    if final:
        yield Step(deadline + timedelta(days=48), partial(_finalise, world, plot))
        yield Step(deadline + timedelta(days=52), partial(_announce, world, plot))


def _tender(world: DemoWorld, plot: Plot) -> Procedure:
    return db.session.scalars(select(Procedure).where(Procedure.number == world.remember[plot.key])).one()


def _lots(world: DemoWorld, plot: Plot) -> Sequence[Lot]:
    return tender.lots_of(_tender(world, plot))


def _offer(world: DemoWorld, plot: Plot) -> None:
    submit_offers(world, _tender(world, plot), plot.prices, promises=plot.promises)


def _declare(world: DemoWorld, plot: Plot, emails: Sequence[str]) -> None:
    for email in emails:
        services.declare_interests(
            _tender(world, plot), has_interest=False, explanation="", by=world.viewer(email)
        )


def _entries(plot: Plot, criterion: AwardCriterion, less: int = 0) -> dict[uuid.UUID, Entry]:
    """Return the scores of a criterion; the second and third criterion differ a little from the first."""
    found: dict[uuid.UUID, Entry] = {}
    for bidder in queries.bidders_of(criterion.lot):
        best = plot.scores[criterion.lot.number][SLUGS[bidder.offer_lot.offer.lead_organisation.slug]]
        score = max(4, best - (2 if criterion.position == 2 and best == 10 else 0) - less)
        found[bidder.offer_lot.id] = Entry(Decimal(score), REASONS[score])
    return found


def _score(world: DemoWorld, plot: Plot, emails: Sequence[str], *, first_only: bool = False) -> None:
    for lot in _lots(world, plot):
        for criterion in tender.criteria_of(lot)[: 1 if first_only else None]:
            for place, email in enumerate(emails):
                less = 2 if place == 2 and criterion.position == 1 else 0
                services.save_scores(
                    criterion,
                    _entries(plot, criterion, less),
                    submit=True,
                    by=world.viewer(email),
                )


def _agree(world: DemoWorld, plot: Plot) -> None:
    chair = world.viewer(BUYER)
    for lot in _lots(world, plot):
        for bidder, requirement in queries.requirement_pairs(lot):
            what = (
                "Certificaat gezien en in het register gevonden." if requirement.is_keurmerk else "Toegezegd."
            )
            services.decide_requirement(
                bidder,
                requirement,
                verdict=RequirementVerdict.MEETS,
                reason=f"{what} Voldoet aan de eis.",
                by=chair,
            )
        for criterion in tender.criteria_of(lot):
            services.record_consensus(criterion, _entries(plot, criterion), by=chair)
        services.fix_quality(lot, by=chair)


def _rank(world: DemoWorld, plot: Plot) -> None:
    for lot in _lots(world, plot):
        services.make_ranking(lot, by=world.viewer(BUYER))


def _advise(world: DemoWorld, plot: Plot) -> None:
    for lot in _lots(world, plot):
        services.draw_up_award(
            lot,
            advice=f"Gun {lot.title} aan de inschrijving met de meeste punten. De scores zijn in overleg vastgesteld.",
            advantages=ADVANTAGES,
            by=world.viewer(BUYER),
        )


def _approve(world: DemoWorld, plot: Plot) -> None:
    for lot in _lots(world, plot):
        award = queries.award_of(lot)
        for email in APPROVERS:
            viewer = world.viewer(email)
            if award is not None and queries.approval_for(viewer, award) is not None:
                reference = f"{lot.procedure.number}-{lot.number}"
                services.decide_approval(
                    award, agrees=True, reason="", mandate=reference, mandate_on=clock.today(), by=viewer
                )


def _send(world: DemoWorld, plot: Plot) -> None:
    for lot in _lots(world, plot):
        award = queries.award_of(lot)
        if award is not None:
            services.send_award(award, by=world.viewer(BUYER))


def _ask_evidence(world: DemoWorld, plot: Plot) -> None:
    for lot in _lots(world, plot):
        award = queries.award_of(lot)
        if award is not None:
            services.ask_evidence(
                award,
                list(queries.evidence_of(award)),
                due_on=services.last_day_to_answer(lot.procedure, "evidence_days"),
                by=world.viewer(BUYER),
            )


def _verify(world: DemoWorld, award: Award) -> None:
    """Ask the winner for his evidence, and find in the registers that it is in order."""
    buyer, items = world.viewer(BUYER), list(queries.evidence_of(award))
    services.ask_evidence(award, items, due_on=clock.today() + timedelta(days=7), by=buyer)
    for item in items:
        services.record_answer(
            item, source="Register", answer="Opgezocht en op naam van de winnaar gevonden.", file=None, by=buyer
        )
        services.find_evidence(
            item, action=EvidenceAction.ACCEPT, finding="Geldig en op naam van de winnaar.", by=buyer
        )


def _announce(world: DemoWorld, plot: Plot) -> None:
    """Record what TenderNed said of the notice, and show the outcome on our own page."""
    for lot in _lots(world, plot):
        notice = queries.notice_of_lot(lot)
        if notice is not None:
            sent = clock.now() - timedelta(days=2)
            times = NoticeTimes(f"TN-{lot.procedure.number[3:]}-{lot.number}", sent, sent, sent + timedelta(days=1))
            services.record_award_notice(notice, times=times, by=world.viewer(BUYER))
            services.publish_outcome(notice, by=world.viewer(BUYER))


def _finalise(world: DemoWorld, plot: Plot) -> None:
    for lot in _lots(world, plot):
        award = queries.award_of(lot)
        if award is not None:
            _verify(world, award)
            services.make_final(award, by=world.viewer(BUYER))
            world.remember["award_b1" if lot.number == 1 else "award_z"] = award.id
