"""Files: `store` what was made or checked, `open_document` and `response` to hand it out again."""

from portal.documents.models import Document
from portal.documents.rules import DocumentRefused, Inspection, clean_name, inspect, sniff
from portal.documents.services import attachment, open_document, response, store, store_upload

__all__ = [
    "Document",
    "DocumentRefused",
    "Inspection",
    "attachment",
    "clean_name",
    "inspect",
    "open_document",
    "response",
    "sniff",
    "store",
    "store_upload",
]
