"""Lists of contracts as a workbook."""

from collections.abc import Sequence

from contracts.agreements import queries
from contracts.agreements.models import Contract
from portal.tables import Column, Sheet, workbook

COLUMNS = (
    Column("Nummer", width=14),
    Column("Titel", width=48),
    Column("Soort", width=24),
    Column("Opdrachtnemers", width=36),
    Column("Gemeenten", width=44),
    Column("Toestand", width=30),
    Column("Ingangsdatum", "date"),
    Column("Laatste aanmelding", "date"),
    Column("Einddatum", "date"),
    Column("Uitloop tot en met", "date"),
    Column("Maximale waarde zonder btw", "money", width=26),
)


def contracts_workbook(contracts: Sequence[Contract]) -> bytes:
    """Return a workbook with one row per contract; numbers and dates as such."""
    parties = queries.parties_by_contract(contracts)
    places = queries.municipalities_by_contract(contracts)
    rows = [
        (
            contract.number,
            contract.title,
            contract.kind.label,
            ", ".join(party.organisation.name for party in parties[contract.id]),
            ", ".join(place.name for place in places[contract.id]),
            queries.phase_of(contract).label,
            contract.starts_on,
            contract.last_referral_on,
            contract.ends_on,
            contract.run_off_until,
            contract.ceiling,
        )
        for contract in contracts
    ]
    return workbook([Sheet("Contracten", COLUMNS, rows)], title="Contracten")
