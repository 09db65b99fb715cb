"""The audit trail: `record` in the transaction of the change, `history_of` for the foot of a page."""

from portal.audit.services import HistoryLine, head, history_of, last, record, verify_chain

__all__ = ["HistoryLine", "head", "history_of", "last", "record", "verify_chain"]
