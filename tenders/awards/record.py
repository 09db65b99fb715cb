"""The proces-verbaal van de opdrachtverlening of a lot: who offered, who got it or why nobody did, and what else matters.

Every item of Aw 2012 art. 2.132 lid 1 has its place (practice T1); what does not apply or what the portal does
not know is said in so many words, so that nothing seems forgotten.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Organisation
from portal.db import db
from portal.dutch import euro, moment
from portal.pdf import pdf
from tenders.awards import queries
from tenders.awards.letters import Paper
from tenders.awards.models import Award, Declaration, Letter, LotEnding, RankingRow
from tenders.awards.rules import shown
from tenders.awards.states import (
    AssessmentState,
    AwardState,
    InquiryKind,
    RequirementVerdict,
    TrialKind,
)
from tenders.offers import queries as offers
from tenders.offers.states import PartyRole
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot, Procedure, ProcedureMember
from tenders.procedures.states import CaseRole, Confidentiality, QuestionState

_VERDICTS = {
    RequirementVerdict.MEETS: "voldoet",
    RequirementVerdict.EQUIVALENT: "voldoet op een gelijkwaardige manier",
    RequirementVerdict.NOT_MET: "voldoet niet",
}
_ROLES = {
    PartyRole.COMBINANT: "combinant",
    PartyRole.SUBCONTRACTOR: "onderaannemer",
    PartyRole.THIRD: "derde",
}


def record_pdf(paper: Paper, *, final_at: datetime) -> bytes:
    """Return the record of an awarded lot as an accessible PDF."""
    award, lot = paper.award, paper.lot
    rows = sorted(paper.rows.values(), key=lambda row: row.position)
    data = _head(lot) | {
        "moments": _moments(paper, final_at),
        "bidders": [_line(paper, row) for row in rows],
        "excluded": _rejected(paper, rows),
        "winner": f"Gegund aan {paper.bidders[award.offer_lot_id].name}.\n{award.advice}\n{award.advantages}",
        "parts": _filled(
            [
                *_always(lot),
                ("Deel voor onderaannemers en andere partijen", _parties(paper)),
                ("Controle van de winnaar", _verification(award)),
                ("Opschortende termijn", award.standstill_rule),
                ("Akkoord van de deelnemende gemeenten", _approvals(award)),
                ("Gelijke stand en loting", _drawing(paper)),
                ("Kort geding", _court(award)),
                ("Beoordelingen", _judgings(lot)),
                ("Eerdere besluiten", _earlier(lot, award)),
                ("Redenen om niet te gunnen", "Niet van toepassing: het perceel is gegund."),
            ]
        ),
    }
    return pdf("award_record", data)


def not_awarded_pdf(lot: Lot, ending: LotEnding) -> bytes:
    """Return the record of a lot that ended without an award, as an accessible PDF."""
    bidders = queries.bidders_of(lot)
    ranking = queries.ranking_of(lot)
    rows = {row.offer_lot_id: row for row in ranking.rows} if ranking is not None else {}
    lines, fallen = [], []
    for bidder in bidders:
        row = rows.get(bidder.offer_lot.id)
        points = shown(row.total_points, 2) if row is not None else "–"
        price = euro(row.price) if row is not None else "–"
        lines.append([bidder.name, str(row.rank or "–") if row is not None else "–", points, price])
        fallen.append([bidder.name, (row.excluded_reason if row is not None else "") or ending.reason])
    data = _head(lot) | {
        "moments": [
            [label, moment(instant)]
            for label, instant in (*_procedure_moments(lot.procedure), ("Niet gegund", ending.ended_at))
            if instant is not None
        ],
        "bidders": lines,
        "excluded": fallen,
        "winner": "Er is geen winnaar: dit perceel is niet gegund.",
        "parts": _filled(
            [
                ("Redenen om niet te gunnen", f"{ending.kind.label}. {ending.reason}"),
                ("Wat er nu gebeurt", f"{ending.sequel.label}. {ending.unchanged}"),
                *_always(lot),
                ("Eerdere besluiten", _earlier(lot, None)),
            ]
        ),
    }
    return pdf("award_record", data)


def _filled(parts: list[tuple[str, str]]) -> list[list[str]]:
    return [[title, text] for title, text in parts if text.strip()]


def _head(lot: Lot) -> dict[str, Any]:
    procedure = lot.procedure
    rule = tender.rules_of(procedure.kind_code, clock.today()).get("record")
    places = [link.municipality.name for link in lot.municipalities]
    facts = [
        ["Aanbestedende dienst", f"Gemeente {procedure.lead.name}, voor {', '.join(places)}"],
        ["Adres", _address(procedure.lead)],
        ["Aanbesteding", f"{procedure.number} {procedure.title}"],
        ["Voorwerp", f"{lot.title}. {lot.description}".strip()],
        ["Soort procedure", procedure.kind.name],
        ["Geraamde waarde van de aanbesteding, zonder btw", euro(procedure.estimated_value)],
        ["Hoogste waarde van dit perceel, zonder btw", euro(lot.ceiling_amount)],
        ["Grondslag", rule.citation if rule is not None else "eigen keuze"],
    ]
    return {
        "title": f"Proces-verbaal van de opdrachtverlening: {lot.title}",
        "from": procedure.lead.name,
        "reference": f"{procedure.number}, perceel {lot.number}",
        "facts": facts,
    }


def _address(organisation: Organisation) -> str:
    parts = [organisation.street, f"{organisation.postcode} {organisation.city}".strip()]
    return ", ".join(one for one in parts if one) or "Het adres staat niet in het portaal."


def _procedure_moments(procedure: Procedure) -> tuple[tuple[str, datetime | None], ...]:
    return (
        ("Gepubliceerd", procedure.published_at),
        ("Sluitingstijd", procedure.submission_deadline_at),
        ("Kluis geopend", procedure.opened_at),
    )


def _moments(paper: Paper, final_at: datetime) -> list[list[str]]:
    award = paper.award
    assessment = queries.assessment_of(paper.lot)
    found = (
        *_procedure_moments(paper.procedure),
        ("Kwaliteit vastgesteld", assessment.fixed_at if assessment else None),
        ("Gunningsadvies", award.drawn_up_at),
        ("Voorlopige gunning verstuurd", award.sent_at),
        ("Opschortende termijn voorbij", award.standstill_until if award.standstill_days else None),
        ("Definitief gegund", final_at),
    )
    return [[label, moment(instant)] for label, instant in found if instant is not None]


def _line(paper: Paper, row: RankingRow) -> list[str]:
    name = paper.bidders[row.offer_lot_id].name
    return [name, str(row.rank or "–"), shown(row.total_points, 2), euro(row.price)]


def _rejected(paper: Paper, rows: list[RankingRow]) -> list[list[str]]:
    """Return everyone who did not win, with the reasons from his own letter."""
    grounds = {
        letter.offer_lot_id: letter.grounds
        for letter in db.session.scalars(select(Letter).where(Letter.award_id == paper.award.id))
    }
    return [
        [
            paper.bidders[row.offer_lot_id].name,
            "\n".join(one for one in (row.excluded_reason, grounds.get(row.offer_lot_id, "")) if one),
        ]
        for row in rows
        if row.offer_lot_id != paper.award.offer_lot_id
    ]


def _always(lot: Lot) -> list[tuple[str, str]]:
    """Return the items that every record has, awarded or not."""
    procedure = lot.procedure
    return [
        ("Keuze van de procedure en de percelen", f"{procedure.kind_motivation}\n{procedure.lots_motivation}"),
        ("Geschiktheid en eisen", _requirements(lot)),
        ("Vragen aan inschrijvers en uitsluiting", _inquiries(lot)),
        ("Abnormaal lage inschrijvingen", _low_prices(lot)),
        ("Dialoog, onderhandeling of procedure zonder aankondiging", "Niet van toepassing in deze procedure."),
        ("Manier van indienen", "Alle inschrijvingen zijn elektronisch ingediend, in de kluis van het portaal."),
        ("Belangen en maatregelen", _interests(procedure)),
        ("Maatregelen voor geraadpleegde partijen", _consultation(procedure)),
        ("Vertrouwelijke antwoorden buiten de nota van inlichtingen", _confidential(procedure)),
        ("Beproeving van het gunningsmodel", _trials(lot)),
        ("Klachten", _complaints(procedure)),
    ]


def _parties(paper: Paper) -> str:
    offer = paper.bidders[paper.award.offer_lot_id].offer_lot.offer
    others = [one for one in offers.parties_of(offer) if one.role is not PartyRole.LEAD]
    return (
        "\n".join(f"{one.name} ({_ROLES[one.role]})" for one in others)
        or "De gekozen inschrijver noemt geen andere partijen; hij voert de opdracht zelf uit."
    )


def _requirements(lot: Lot) -> str:
    decided = queries.decisions_on(lot)
    lines = [
        f"{bidder.name}, {requirement.title}: {_VERDICTS[decision.verdict]}. {decision.reason}"
        for bidder, requirement in queries.requirement_pairs(lot)
        if (decision := decided.get((bidder.offer_lot.id, requirement.id))) is not None
    ]
    return "\n".join(lines) or "Er waren geen eisen waarover apart is besloten."


def _inquiries(lot: Lot) -> str:
    names = {one.offer_lot.id: one.name for one in queries.bidders_of(lot)}
    lines = [
        f"{names.get(one.offer_lot_id, '')}, {one.kind.label.lower()}: {one.state.label.lower()}. {one.decision}"
        for one in queries.inquiries_on(lot)
        if one.kind is not InquiryKind.LOW_PRICE
    ]
    return "\n".join(lines) or "Geen inschrijver is gevraagd te herstellen of gehoord over uitsluiting."


def _low_prices(lot: Lot) -> str:
    names = {one.offer_lot.id: one.name for one in queries.bidders_of(lot)}
    asked = [one for one in queries.inquiries_on(lot) if one.kind is InquiryKind.LOW_PRICE]
    lines = [
        f"{names.get(one.offer_lot_id, '')}: {one.state.label.lower()}. {one.decision}" for one in asked
    ]
    ranking = queries.ranking_of(lot)
    flagged = [row for row in ranking.rows if row.working.get("low")] if ranking is not None else []
    known = {one.offer_lot_id for one in asked}
    lines += [
        f"{names.get(row.offer_lot_id, '')}: {row.working['low']} Er is geen uitleg gevraagd."
        for row in flagged
        if row.offer_lot_id not in known
    ]
    return "\n".join(lines) or "Er waren geen abnormaal lage inschrijvingen; er is dus ook geen om die reden afgewezen."


def _interests(procedure: Procedure) -> str:
    counts = db.session.execute(
        select(Declaration.has_interest, func.count())
        .join(ProcedureMember, ProcedureMember.id == Declaration.procedure_member_id)
        .where(ProcedureMember.procedure_id == procedure.id, ProcedureMember.case_role == CaseRole.ASSESSOR)
        .group_by(Declaration.has_interest)
    )
    found: dict[bool, int] = dict(counts.all())
    clear, barred = found.get(False, 0), found.get(True, 0)
    text = "1 beoordelaar verklaarde" if clear == 1 else f"{clear} beoordelaars verklaarden"
    text += " geen belang te hebben."
    if barred:
        who = "1 beoordelaar meldde" if barred == 1 else f"{barred} beoordelaars meldden"
        text += f" {who} een belang en beoordeelde niet." if barred == 1 else f" {who} een belang en beoordeelden niet."
    return text


def _consultation(procedure: Procedure) -> str:
    consultation = procedure.consultation
    if consultation is None:
        return "Er was geen marktconsultatie; maatregelen waren niet nodig."
    return (
        f"Vooraf was er marktconsultatie {consultation.number}. Het verslag is bij de aanbesteding gepubliceerd, "
        "zodat elke inschrijver dezelfde informatie had als de geraadpleegde partijen."
    )


def _confidential(procedure: Procedure) -> str:
    questions = tender.questions_of(procedure)
    kept = [one for one in questions if one.confidentiality is Confidentiality.GRANTED]
    lines = [f"Vraag {one.number}: {one.confidential_reason}" for one in kept]
    left = [
        str(one.number) for one in questions if one not in kept and one.state is not QuestionState.PUBLISHED
    ]
    if left:
        lines.append(f"Ook niet in een nota, zonder dat om vertrouwelijkheid is gevraagd: vraag {', '.join(left)}.")
    return "\n".join(lines) or "Er zijn geen antwoorden buiten de nota van inlichtingen gehouden."


def _trials(lot: Lot) -> str:
    trials = queries.trials_of(lot)
    fictional = sum(1 for one in trials if one.kind is TrialKind.FICTIONAL)
    lines = [f"Vóór publicatie {fictional} keer beproefd op verzonnen inschrijvingen."] if fictional else []
    lines += [
        f"Op {moment(one.tried_at)} getoond met de echte inschrijvingen. Reden: {one.reason}"
        for one in trials
        if one.kind is TrialKind.REAL
    ]
    return "\n".join(lines) or "Het model is niet in het portaal beproefd, en niet op de echte inschrijvingen."


def _complaints(procedure: Procedure) -> str:
    return "\n".join(
        f"Klacht {one.number}, {one.subject}: {one.state.label.lower()}. {one.outcome}"
        for one in reversed(queries.complaints_about(procedure))
    )


def _verification(award: Award) -> str:
    return "\n".join(
        f"{one.title}: {one.state.label.lower()}."
        + (f" Gevraagd op {moment(one.asked_at)}." if one.asked_at else "")
        + (f" Antwoord van {one.answered_by} op {moment(one.answered_at)}." if one.answered_at else "")
        + f" {one.finding}"
        for one in queries.evidence_of(award)
    )


def _approvals(award: Award) -> str:
    lines = []
    for approval, place in queries.approvals_of(award):
        if approval.consequence is not None:
            lines.append(
                f"{place.name}: niet akkoord ({approval.reason}). Gevolg: {approval.consequence.label}. "
                f"{approval.consequence_reason}"
            )
            continue
        day = f" van {approval.mandate_on:%d-%m-%Y}" if approval.mandate_on else ""
        lines.append(f"{place.name}: mandaatbesluit {approval.mandate}{day}")
    return "\n".join(lines)


def _drawing(paper: Paper) -> str:
    ranking = next((one for one in queries.rankings_of(paper.lot) if one.id == paper.award.ranking_id), None)
    drawing = queries.drawing_of(ranking) if ranking is not None else None
    if drawing is None or ranking is None:
        return ""
    return f"{ranking.tie_rule}\n{drawing.method}\nDe loting is gewonnen door {paper.bidders[drawing.offer_lot_id].name}."


def _court(award: Award) -> str:
    if award.court_since is None:
        return ""
    ended = f" Uitspraak van {award.court_ended:%d-%m-%Y}: {award.court_outcome}" if award.court_ended else ""
    return f"Dagvaarding van {award.court_since:%d-%m-%Y}.{ended}"


def _judgings(lot: Lot) -> str:
    later = [one for one in reversed(queries.assessments_of(lot)) if one.version > 1]
    return "\n".join(
        f"Herbeoordeling {one.version} ({one.cause.label}), vastgesteld op {moment(one.fixed_at)}: {one.reason}"
        for one in later
        if one.state is AssessmentState.FIXED and one.fixed_at is not None
    )


def _earlier(lot: Lot, award: Award | None) -> str:
    lines = []
    for one in queries.awards_of(lot):
        if award is not None and one.id == award.id:
            continue
        if one.state is AwardState.REPLACED:
            lines.append(f"Besluit {one.version} is vervangen op {moment(one.replaced_at)}." + _court_of(one))
        else:
            lines.append(f"Besluit {one.version} is ingetrokken: {one.withdrawal_reason}" + _court_of(one))
    return "\n".join(lines)


def _court_of(award: Award) -> str:
    text = _court(award)
    return f" {text}" if text else ""
