"""The stations of the chain under one ledger line, as links."""

from flask import url_for

from contracts.agreements.trail import agreement_link, clause_links, source_links
from contracts.finance.chain_queries import Chain
from contracts.finance.models import Posting
from contracts.results.trail import referral_links, row_links
from portal.access import Viewer
from portal.chain import Station
from portal.features import Link


def stops_of(viewer: Viewer, posting: Posting, chain: Chain) -> list[Link]:
    """Return the way back from a ledger line, each station as far as the viewer may open it."""
    invoice = posting.invoice
    links = [link for source in chain.sources for link in source_links(source.origin)]
    for source in chain.sources:
        if source.clause is not None:
            links += clause_links(invoice.contract, source.clause, source.origin)
        if source.agreement is not None:
            links.append(agreement_link(invoice.contract, source.agreement.performance_agreement))
    rows = [basis.row for basis in chain.rows]
    links += [*referral_links(viewer, rows), *row_links(invoice.contract, chain.standing)]
    links.append(
        Link(
            f"{invoice.number}, regel {chain.line.position}",
            url_for("contracts_invoicing.show", number=invoice.number, _anchor=f"regel-{chain.line.position}"),
            invoice.number,
            Station.INVOICE,
        )
    )
    split = url_for("contracts_invoicing.split", number=invoice.number)
    links.append(Link(chain.group.basis.label, split, invoice.number, Station.SPLIT))
    return list(dict.fromkeys(links))

