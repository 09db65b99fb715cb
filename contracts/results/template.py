"""The workbook a provider fills in: prefilled with what the portal knows and with what was sent before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.results.draft import (
    CODE_TITLE,
    DENOMINATOR,
    EVENT,
    EVENT_ON,
    FOLLOWED,
    HOURS,
    LEAVE,
    MUNICIPALITY_TITLE,
    NUMBER_TITLE,
    NUMERATOR,
    OFFERED,
    REASON,
    REMARK,
    TITLES,
    UNEXCUSED,
)
from contracts.results.findings import Expected, ExpectedMeasure, Happening
from contracts.results.reading import MEASURES_SHEET, ROWS_SHEET, STAMP, stamp_of
from contracts.results.rules import Sent
from contracts.results.states import Acceptance, EventKind, StopReason
from portal.periods import Month
from portal.tables_template import Field, FormSheet, RowLook, form_workbook

EXTRA_EVENT_ROWS = 20
JUDGEMENT_TITLE, QUESTION_TITLE = "Beoordeling", "Vraag van de contractmanager"
# On a line with one more event the hours stay empty: they stand on the first line of the trajectory.
_ONE_EVENT_ONLY = frozenset(TITLES[name] for name in HOURS)


def template(
    *,
    contract: str,
    title: str,
    month: Month,
    due: date,
    expected: Sequence[Expected],
    measures: Sequence[ExpectedMeasure],
    sent: Sent,
) -> bytes:
    """Make the prefilled workbook of one contract and month (xlsx).

    After a first version it holds all that was sent, with the rows in question on top.
    """
    sheets = [_rows_sheet(month, expected, sent)]
    if measures:
        sheets.append(_measures_sheet(measures, sent))
    return form_workbook(
        explanation=_explanation(contract, title, month, due, is_again=bool(sent.rows)),
        sheets=sheets,
        lists={
            "lijst_gebeurtenis": [kind.label for kind in EventKind],
            "lijst_reden": [reason.label for reason in StopReason],
        },
        names={STAMP: stamp_of(contract, month)},
        title=f"Maandrapportage {contract} {month.label}",
    )


def _rows_sheet(month: Month, expected: Sequence[Expected], sent: Sent) -> FormSheet:
    rows: list[list[object]] = []
    looks: dict[int, RowLook] = {}
    for known in sorted(expected, key=lambda known: known.number not in sent.questions):
        looks[len(rows)] = _look(known, sent)
        rows.append(_prefilled(known, sent))
    for known in expected:
        for event in sent.events_of(known)[1:]:
            looks[len(rows)] = RowLook(_look(known, sent).tone, _ONE_EVENT_ONLY)
            rows.append(_line(known, sent, (None,) * len(HOURS), event, ""))
    notes = ["Vul alleen de gele cellen in. Geen lessen? Vul 0 in."]
    if sent.rows:
        notes = [
            "Hier staat wat u eerder hebt ingediend. Pas alleen aan wat anders moet worden.",
            "Een oranje regel heeft een vraag van de contractmanager. Groene cellen zijn goedgekeurd: laat ze staan.",
        ]
    notes.append("Nog een gebeurtenis van hetzelfde traject? Zet het trajectnummer op een lege regel onderaan.")
    fields = _fields(month, is_again=bool(sent.rows))
    return FormSheet(ROWS_SHEET, fields, rows, notes, EXTRA_EVENT_ROWS, month.first, month.last, looks)


def _fields(month: Month, *, is_again: bool) -> tuple[Field, ...]:
    judged = (Field(JUDGEMENT_TITLE, 22), Field(QUESTION_TITLE, 44)) if is_again else ()
    return (
        Field(NUMBER_TITLE, 16),
        *judged,
        Field("Product", 14),
        Field(MUNICIPALITY_TITLE, 20),
        Field("Start", 12, kind="date"),
        Field("Toestand", 16),
        Field(f"Gevolgd in {month.previous().name}", 12, kind="hours"),
        Field(TITLES[OFFERED], 12, True, "hours", hint="De uren die u deze maand aanbood."),
        Field(TITLES[FOLLOWED], 12, True, "hours", hint="De uren die de deelnemer volgde."),
        Field(TITLES[LEAVE], 12, True, "hours", hint="Gemiste uren met een geldige reden."),
        Field(TITLES[UNEXCUSED], 12, True, "hours", hint="Gemiste uren zonder geldige reden."),
        Field(TITLES[EVENT], 30, True, "choice", "lijst_gebeurtenis", "Alleen als er iets gebeurde."),
        Field(TITLES[EVENT_ON], 14, True, "date", hint="De dag van de gebeurtenis."),
        Field(TITLES[REASON], 34, True, "choice", "lijst_reden", "Alleen bij ‘Gestopt’."),
        Field(TITLES[REMARK], 40, True, hint="Geen namen of andere persoonsgegevens."),
    )


def _look(known: Expected, sent: Sent) -> RowLook:
    if known.number in sent.questions:
        return RowLook("asked")
    kept = sent.rows.get(known.number)
    settled = kept is not None and kept.acceptance in (Acceptance.ACCEPTED, Acceptance.TACIT)
    return RowLook("settled" if settled else "")


def _prefilled(known: Expected, sent: Sent) -> list[object]:
    kept, events = sent.rows.get(known.number), sent.events_of(known)
    hours = [getattr(kept.figures, name) if kept else None for name in HOURS]
    return _line(known, sent, hours, events[0] if events else None, kept.remark if kept else "")


def _line(
    known: Expected, sent: Sent, hours: Sequence[object], event: Happening | None, remark: str
) -> list[object]:
    kept = sent.rows.get(known.number)
    judgement = kept.acceptance.label if kept else None
    return [
        known.number,
        *([judgement, sent.questions.get(known.number)] if sent.rows else []),
        known.product,
        known.municipality,
        known.started_on,
        known.before.label,
        known.previous.followed if known.previous else None,
        *hours,
        event.kind.label if event else None,
        event.on if event else None,
        event.reason.label if event and event.reason else None,
        remark,
    ]


def _measures_sheet(measures: Sequence[ExpectedMeasure], sent: Sent) -> FormSheet:
    fields = (
        Field(CODE_TITLE, 10),
        Field("Prestatieafspraak", 34),
        Field("Wat telt u (teller)", 40),
        Field("Wat telt u (noemer)", 40),
        Field(TITLES[NUMERATOR], 12, True, "count"),
        Field(TITLES[DENOMINATOR], 12, True, "count"),
        Field(TITLES[REMARK], 40, True),
    )
    rows = [
        [m.code, m.name, m.numerator, m.denominator, *sent.measures.get(m.code, (None, None, None))]
        for m in measures
    ]
    return FormSheet(MEASURES_SHEET, fields, rows, ("Deze cijfers telt u zelf. Vul 0 in als er niets was.",))


def _explanation(
    contract: str, title: str, month: Month, due: date, *, is_again: bool
) -> list[tuple[str, str]]:
    again = (
        "Nieuwe versie",
        "Wat u eerder indiende, staat er al in. Een regel die u niet aanpast, houdt zijn oordeel.",
    )
    return [
        ("Contract", f"{contract}, {title}"),
        ("Maand", month.label),
        ("Uiterlijk", f"Lever dit bestand uiterlijk {due:%d-%m-%Y} aan in het portaal."),
        *([again] if is_again else []),
        (
            "Wat vult u in",
            "Alleen de gele cellen. De grijze cellen vult het portaal; u kunt ze niet wijzigen.",
        ),
        (
            ROWS_SHEET,
            "Elk traject heeft een regel. Vul de uren van de maand in. Waren er geen lessen? Vul 0 in.",
        ),
        ("Gebeurtenissen", "Start, stop of examen: kies de gebeurtenis uit de lijst en vul de dag in."),
        ("Verzuim", "Met verlof is met een geldige reden. Zonder verlof is zonder geldige reden."),
        (MEASURES_SHEET, "Staat dit blad in uw bestand? Vul dan per afspraak de teller en de noemer in."),
        (
            "Persoonsgegevens",
            "Schrijf geen namen, BSN of geboortedatum op. Gebruik alleen het trajectnummer.",
        ),
        ("Voorbeeld", "Aangeboden 36, gevolgd 30, verzuim met verlof 4, verzuim zonder verlof 2."),
        (
            "Indienen",
            "Upload het bestand, controleer wat het portaal leest en klik op ‘Maandrapportage indienen’.",
        ),
    ]
