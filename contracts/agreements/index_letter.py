"""The letter that tells a provider its new prices; made from what the indexation stored, so always the same."""

from contracts.agreements import index_queries, queries
from contracts.agreements.index_models import IndexRun
from contracts.agreements.models import Contract
from portal import clock
from portal.dutch import long_date, month_name, quantity, rate, share
from portal.pdf import pdf


def letter_of(contract: Contract, run: IndexRun) -> bytes:
    """Return the letter as a PDF: which index, how it was worked out, and each price before and after."""
    clause = index_queries.clause_of(contract)
    parties = [one.organisation.name for one in queries.parties_of(contract)]
    places = clause.percent_places if clause else 2
    return pdf(
        "index_letter",
        {
            "title": f"Indexering van de prijzen vanaf {long_date(run.effective_on)}",
            "from": contract.lead_municipality.name,
            "reference": f"{contract.number}, indexering {run.number}",
            "to": ", ".join(parties),
            "date": long_date(clock.local(run.recorded_at)),
            "contract": f"{contract.number}, {contract.title}",
            "index": f"{clause.series.name} ({clause.series.source})" if clause else "",
            "clause": clause.source if clause else "",
            "from_month": month_name(run.from_month),
            "to_month": month_name(run.to_month),
            "from_value": quantity(run.from_value),
            "to_value": quantity(run.to_value),
            "raw": share(run.raw_share, places),
            "applied": share(run.applied_share, places),
            "cap": share(run.cap, places) if run.cap is not None else "",
            "is_capped": run.applied_share != run.raw_share,
            "effective_on": long_date(run.effective_on),
            "remark": run.remark,
            "prices": [
                [one.price_line.name, one.price_line.unit.label, rate(one.old_rate), rate(one.new_rate)]
                for one in index_queries.lines_of(run)
            ],
        },
    )
