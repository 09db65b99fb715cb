"""When a decision may be made, sent, replaced or made final; plain values in, sentences out."""

from dataclasses import dataclass
from datetime import datetime

from portal.errors import Objection
from tenders.awards.rules.scoring import SHORTEST_REASON
from tenders.awards.states import AwardState

SHORTEST_WITHDRAWAL = 40
SENT = "Er is al een gunningsbesluit. Trek dat eerst in."


@dataclass(frozen=True)
class SendingFacts:
    """What must be there before the letters of a decision go out."""

    letters: int
    letters_with_grounds: int
    bidders: int
    consensus_without_reason: int
    advantages: str
    approvals_asked: int
    approvals_given: int
    refused_by: tuple[str, ...] = ()
    without_address: tuple[str, ...] = ()


def objections_to_sending(facts: SendingFacts) -> list[Objection]:
    """Say what stands in the way of sending the provisional award.

    Every bidder gets the reasons at the same moment, with the characteristics and relative advantages of
    the chosen offer; otherwise the term does not begin (Aw 2012 art. 2.130, for SAS by choice).
    """
    found = []
    lacking = facts.bidders - facts.letters_with_grounds
    if facts.letters < facts.bidders or lacking > 0:
        found.append(
            Objection(f"Bij {_bidders(max(lacking, facts.bidders - facts.letters))} ontbreekt de motivering.")
        )
    if facts.consensus_without_reason:
        found.append(Objection(f"{facts.consensus_without_reason} consensusscores hebben geen motivering."))
    if len(facts.advantages.strip()) < SHORTEST_WITHDRAWAL:
        found.append(
            Objection(
                "Beschrijf de kenmerken en voordelen van de gekozen inschrijving in ten minste 40 tekens."
            )
        )
    if facts.refused_by:
        found.append(Objection(f"Geen akkoord van {' en '.join(facts.refused_by)}."))
    elif facts.approvals_given < facts.approvals_asked:
        found.append(
            Objection(
                f"{facts.approvals_given} van {facts.approvals_asked} gemeenten gaven akkoord op het advies."
            )
        )
    found += [Objection(f"{name} heeft geen mailadres in het portaal.") for name in facts.without_address]
    return found


@dataclass(frozen=True)
class FinalFacts:
    """What must be so before a lot is finally awarded."""

    state: AwardState
    standstill_until: datetime | None
    judging_again: bool = False
    newer_ranking: bool = False
    evidence_open: int = 0
    evidence_failed: tuple[str, ...] = ()
    hearing_open: bool = False
    winner_excluded: bool = False


def objections_to_final(facts: FinalFacts, *, now: datetime) -> list[Objection]:
    """Say what stands in the way of the final award.

    The term; a kort geding, also after the term (Aw 2012 art. 2.131); a herbeoordeling or a newer ranking;
    and the verification of the winner (Aw 2012 art. 2.101 and 2.102, for SAS by choice).
    """
    if facts.state is AwardState.COURT:
        return [Objection("Er loopt een kort geding. U kunt pas definitief gunnen na de uitspraak.")]
    if facts.state is not AwardState.SENT or facts.standstill_until is None:
        return [Objection("De voorlopige gunning is nog niet verstuurd.")]
    found = []
    if now < facts.standstill_until:
        found.append(Objection("De opschortende termijn loopt nog."))
    if facts.judging_again:
        found.append(Objection("Er loopt een herbeoordeling. Daarna neemt u een nieuw besluit."))
    elif facts.winner_excluded:
        found.append(Objection("De winnaar is uitgesloten. Maak een nieuwe rangorde en neem een nieuw besluit."))
    elif facts.newer_ranking:
        found.append(Objection("Er is een nieuwe rangorde. Neem eerst een nieuw besluit."))
    return found + _about_evidence(facts)


def _about_evidence(facts: FinalFacts) -> list[Objection]:
    if facts.winner_excluded:
        return []
    found = []
    if facts.evidence_open:
        what = "1 bewijsstuk is" if facts.evidence_open == 1 else f"{facts.evidence_open} bewijsstukken zijn"
        found.append(Objection(f"{what} nog niet gecontroleerd."))
    if facts.evidence_failed and not facts.hearing_open:
        names = ", ".join(facts.evidence_failed)
        found.append(Objection(f"Niet in orde: {names}. Hoor de winnaar en beslis of u uitsluit."))
    if facts.hearing_open:
        found.append(Objection("De winnaar is gehoord of kan nog reageren. Beslis eerst of u uitsluit."))
    return found


def objections_to_ranking(
    state: AwardState | None, *, fixed: bool, prices_open: bool, judged_anew: bool, excluded_since: bool
) -> list[Objection]:
    """Say what stands in the way of a (new) ranking.

    After a decision was sent the order stays, unless a new team judged or an offer was excluded since.
    """
    found = []
    if not fixed:
        found.append(Objection("De kwaliteit van dit perceel is nog niet vastgesteld."))
    if not prices_open:
        found.append(Objection("De prijzen zijn nog niet geopend."))
    again = state in (AwardState.SENT, AwardState.COURT) and (judged_anew or excluded_since)
    if state not in (None, AwardState.WITHDRAWN) and not again:
        found.append(Objection(SENT))
    return found


def objections_to_new_decision(state: AwardState | None, *, newer_ranking: bool) -> list[Objection]:
    """Say whether a decision can be drawn up: the first, after a withdrawal, or to replace one that was sent."""
    if state in (None, AwardState.WITHDRAWN):
        return []
    if state in (AwardState.SENT, AwardState.COURT) and newer_ranking:
        return []
    return [Objection(SENT)]


def objections_to_no_standstill(reason: str, *, bidders: int) -> list[Objection]:
    """Say what is wrong with waiting no term: only with one bidder, and with the reason (Aw 2.127 lid 4 b)."""
    if not reason.strip():
        return []
    if bidders != 1:
        return [Objection("De opschortende termijn kan alleen vervallen als er één inschrijver is.", "reason")]
    if len(reason.strip()) < SHORTEST_REASON:
        return [Objection(f"Geef de reden in ten minste {SHORTEST_REASON} tekens.", "reason")]
    return []


def objections_to_withdrawal(reason: str) -> list[Objection]:
    """Say what is wrong with the reason of withdrawing a decision; the bidders read it."""
    if len(reason.strip()) < SHORTEST_WITHDRAWAL:
        return [Objection(f"Geef de reden in ten minste {SHORTEST_WITHDRAWAL} tekens.", field="reason")]
    return []


def _bidders(count: int) -> str:
    return "1 inschrijver" if count == 1 else f"{count} inschrijvers"
