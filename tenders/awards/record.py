"""The proces-verbaal van de opdrachtverlening of a lot: who offered, who got it, why, and what else matters.

Every item of practice T1 has its place; what the portal does not know is said in so many words.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.db import db
from portal.dutch import euro, moment
from portal.pdf import pdf
from tenders.awards import queries
from tenders.awards.letters import Paper
from tenders.awards.models import Award, Declaration, RankingRow
from tenders.awards.rules import shown
from tenders.awards.states import RequirementVerdict
from tenders.offers import queries as offers
from tenders.offers.states import PartyRole
from tenders.procedures import queries as tender
from tenders.procedures.models import ProcedureMember
from tenders.procedures.states import CaseRole, QuestionState

_VERDICTS = {
    RequirementVerdict.MEETS: "voldoet",
    RequirementVerdict.EQUIVALENT: "voldoet op een gelijkwaardige manier",
    RequirementVerdict.NOT_MET: "voldoet niet",
}


def record_pdf(paper: Paper, *, final_at: datetime) -> bytes:
    """Return the record of a lot as an accessible PDF."""
    award, lot, procedure = paper.award, paper.lot, paper.procedure
    places = [link.municipality.name for link in lot.municipalities]
    rows = sorted(paper.rows.values(), key=lambda row: row.position)
    data: dict[str, Any] = {
        "title": f"Proces-verbaal van de opdrachtverlening: {lot.title}",
        "from": procedure.lead.name,
        "reference": f"{procedure.number}, perceel {lot.number}",
        "facts": [
            ["Aanbesteding", f"{procedure.number} {procedure.title}"],
            ["Perceel", lot.title],
            ["Aanbestedende dienst", f"Gemeente {procedure.lead.name}, voor {', '.join(places)}"],
            ["Soort procedure", procedure.kind.name],
            ["Hoogste waarde zonder btw", euro(lot.ceiling_amount)],
        ],
        "moments": _moments(paper, final_at),
        "bidders": [_line(paper, row) for row in rows],
        "excluded": [
            [paper.bidders[row.offer_lot_id].name, row.excluded_reason] for row in rows if row.excluded_reason
        ],
        "winner": f"Gegund aan {paper.bidders[award.offer_lot_id].name}.\n{award.advice}\n{award.advantages}",
        "parts": [[title, text] for title, text in _parts(paper) if text],
    }
    return pdf("award_record", data)


def _moments(paper: Paper, final_at: datetime) -> list[list[str]]:
    award, procedure = paper.award, paper.procedure
    assessment = queries.assessment_of(paper.lot)
    found = (
        ("Gepubliceerd", procedure.published_at),
        ("Sluitingstijd", procedure.submission_deadline_at),
        ("Kluis geopend", procedure.opened_at),
        ("Kwaliteit vastgesteld", assessment.fixed_at if assessment else None),
        ("Gunningsadvies", award.drawn_up_at),
        ("Voorlopige gunning verstuurd", award.sent_at),
        ("Opschortende termijn voorbij", award.standstill_until),
        ("Definitief gegund", final_at),
    )
    return [[label, moment(instant)] for label, instant in found if instant is not None]


def _line(paper: Paper, row: RankingRow) -> list[str]:
    name = paper.bidders[row.offer_lot_id].name
    return [name, str(row.rank or "–"), shown(row.total_points, 2), euro(row.price)]


def _parts(paper: Paper) -> list[tuple[str, str]]:
    procedure = paper.procedure
    return [
        (
            "Motivering van de procedure en de percelen",
            f"{procedure.kind_motivation}\n{procedure.lots_motivation}",
        ),
        ("Onderaannemers en andere partijen", _parties(paper)),
        ("Besluiten over eisen", _requirements(paper)),
        ("Belangen", _interests(paper)),
        ("Marktconsultatie", _consultation(paper)),
        ("Vragen buiten de nota van inlichtingen", _questions(paper)),
        ("Abnormaal lage inschrijvingen", "In het portaal is hierover geen onderzoek vastgelegd."),
        ("Akkoord van de deelnemende gemeenten", _approvals(paper.award)),
        ("Kort geding", _court(paper.award)),
        ("Eerdere besluiten", _earlier(paper)),
    ]


def _parties(paper: Paper) -> str:
    offer = paper.bidders[paper.award.offer_lot_id].offer_lot.offer
    others = [one for one in offers.parties_of(offer) if one.role is not PartyRole.LEAD]
    return (
        "\n".join(f"{one.name} ({one.role})" for one in others)
        or "De gekozen inschrijver noemt geen andere partijen."
    )


def _requirements(paper: Paper) -> str:
    decided = queries.decisions_on(paper.lot)
    lines = [
        f"{bidder.name}, {requirement.title}: {_VERDICTS[decision.verdict]}. {decision.reason}"
        for bidder, requirement in queries.requirement_pairs(paper.lot)
        if (decision := decided.get((bidder.offer_lot.id, requirement.id))) is not None
    ]
    return "\n".join(lines) or "Er waren geen eisen waarover apart is besloten."


def _interests(paper: Paper) -> str:
    counts = db.session.execute(
        select(Declaration.has_interest, func.count())
        .join(ProcedureMember, ProcedureMember.id == Declaration.procedure_member_id)
        .where(
            ProcedureMember.procedure_id == paper.procedure.id, ProcedureMember.case_role == CaseRole.ASSESSOR
        )
        .group_by(Declaration.has_interest)
    )
    found: dict[bool, int] = dict(counts.all())
    text = f"{found.get(False, 0)} beoordelaars verklaarden geen belang te hebben."
    if found.get(True):
        text += f" {found[True]} meldden een belang en hebben niet beoordeeld."
    return text


def _consultation(paper: Paper) -> str:
    consultation = paper.procedure.consultation
    if consultation is None:
        return "Er was geen marktconsultatie."
    return (
        f"Vooraf was er marktconsultatie {consultation.number}. Het verslag is openbaar, zodat elke inschrijver "
        "dezelfde informatie had."
    )


def _questions(paper: Paper) -> str:
    outside = [
        one for one in tender.questions_of(paper.procedure) if one.state is not QuestionState.PUBLISHED
    ]
    if not outside:
        return "Alle vragen zijn met hun antwoord in een nota gepubliceerd."
    return f"Vragen die niet in een nota staan: {', '.join(str(one.number) for one in outside)}."


def _approvals(award: Award) -> str:
    return "\n".join(f"{place.name}: {approval.mandate}" for approval, place in queries.approvals_of(award))


def _court(award: Award) -> str:
    if award.court_since is None:
        return ""
    return f"Dagvaarding van {award.court_since:%d-%m-%Y}. {award.court_outcome}"


def _earlier(paper: Paper) -> str:
    earlier = [one for one in queries.awards_of(paper.lot) if one.id != paper.award.id]
    return "\n".join(f"Besluit {one.version} is ingetrokken: {one.withdrawal_reason}" for one in earlier)
