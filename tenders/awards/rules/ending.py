"""Endings of a lot, their notices, and complaints; plain values in, sentences and days out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from portal.errors import Objection
from tenders.awards.rules.deciding import SHORTEST_WITHDRAWAL
from tenders.awards.states import EndingKind, EndingSequel
from tenders.awards.terms import next_working_day


def notice_due(decided_on: date, *, days: int, bundled: bool) -> date:
    """Return the last day of the notice of an award: so many days after it, or after the end of its quarter.

    Source: Aw 2012 art. 2.134 (practice T14). A term to the authority is not moved to a working day.
    """
    if not bundled:
        return decided_on + timedelta(days=days)
    month = 3 * ((decided_on.month - 1) // 3) + 4
    begin = date(decided_on.year + (month > 12), month - 12 * (month > 12), 1)
    return begin - timedelta(days=1) + timedelta(days=days)


def objections_to_notice(
    *, number: str, decided_on: date, moments: Sequence[datetime | None], now: datetime
) -> list[Objection]:
    """Say what is wrong with the recorded times: verzonden, ontvangst bevestigd, bekendgemaakt, in this order."""
    fields = ("sent_at", "receipt_confirmed_at", "made_public_at")
    sent = moments[0]
    found = []
    if not number.strip():
        found.append(Objection("Vul het TenderNed-kenmerk in.", "number"))
    if sent is None:
        found.append(Objection("Vul in wanneer de aankondiging is verzonden.", "sent_at"))
    for field, moment in zip(fields, moments, strict=True):
        if moment is not None and moment > now:
            found.append(Objection("Dit moment ligt in de toekomst. Vul in wat al is gebeurd.", field))
        elif moment is not None and sent is not None and moment < sent:
            found.append(Objection("Dit moment ligt voor de verzending.", field))
    if sent is not None and sent.date() < decided_on:
        found.append(Objection("De aankondiging kan niet voor het besluit zijn verzonden.", "sent_at"))
    return found


def objections_to_ending(
    kind: EndingKind, sequel: EndingSequel, *, reason: str, unchanged: str, offers: int, valid: int | None, stands: bool
) -> list[Objection]:
    """Say what stands in the way of ending a lot without an award (practice T11).

    `valid` counts the offers with a rank; None when there is no ranking.
    """
    found = []
    if stands:
        found.append(Objection("Er staat een gunningsbesluit. Trek dat eerst in."))
    if kind is EndingKind.NO_OFFERS and offers:
        found.append(Objection("Er zijn inschrijvingen op dit perceel. Kies een andere reden.", "kind"))
    if kind is EndingKind.NONE_SUITABLE and (offers == 0 or valid):
        found.append(Objection("Er is een geldige inschrijving, of er is niets ingeschreven. Kies een andere reden.", "kind"))
    if len(reason.strip()) < SHORTEST_WITHDRAWAL:
        found.append(Objection("Motiveer in ten minste 40 tekens waarom u niet gunt.", "reason"))
    if sequel is EndingSequel.NEGOTIATE:
        if kind not in (EndingKind.NO_OFFERS, EndingKind.NONE_SUITABLE):
            found.append(Objection("Onderhandelen zonder aankondiging kan alleen zonder (geschikte) inschrijving.", "sequel"))
        if len(unchanged.strip()) < SHORTEST_WITHDRAWAL:
            words = "Leg uit waarom de voorwaarden niet wezenlijk veranderen, in ten minste 40 tekens."
            found.append(Objection(words, "unchanged"))
    return found


def complaint_due(received_on: date, working_days: int) -> date:
    """Return the last day of a term in working days; the day after receipt is day 1."""
    day = received_on
    for _ in range(working_days):
        day = next_working_day(day + timedelta(days=1))
    return day


def objections_to_complaint(*, subject: str, text: str, organisation: bool, complainant: str) -> list[Objection]:
    """Say what is missing in a complaint; it cannot be anonymous."""
    found = []
    if not subject.strip():
        found.append(Objection("Vul in waarover de klacht gaat.", "subject"))
    if len(text.strip()) < SHORTEST_WITHDRAWAL:
        found.append(Objection("Beschrijf de klacht in ten minste 40 tekens.", "text"))
    if not organisation and not complainant.strip():
        found.append(Objection("Vul in welke organisatie klaagt. Een klacht kan niet anoniem zijn.", "complainant"))
    return found
