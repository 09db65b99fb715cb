"""The database's own guard on the ledger: a posting is its stored share, and it never changes amount."""

from portal.triggers import register

REFUSAL = "Een boeking moet gelijk zijn aan het vastgestelde aandeel van een goedgekeurde factuur."
FROZEN = "Een boeking verandert niet van bedrag; een correctie is een nieuwe regel."

_NOT_THE_SHARE = """
  NOT EXISTS (
    SELECT 1 FROM line_share p
    JOIN split_share s ON s.id = p.split_share_id
    JOIN invoice_line l ON l.id = p.invoice_line_id
    JOIN invoice i ON i.id = l.invoice_id
    WHERE p.id = NEW.line_share_id AND i.id = NEW.invoice_id AND i.state = 'approved'
      AND s.municipality_id = NEW.municipality_id
      AND p.net = NEW.net AND p.vat_back = NEW.vat_back AND p.vat_cost = NEW.vat_cost)
"""
_AMOUNT_CHANGES = (
    "OLD.net <> NEW.net OR OLD.vat_back <> NEW.vat_back OR OLD.vat_cost <> NEW.vat_cost"
    " OR OLD.line_share_id <> NEW.line_share_id OR OLD.municipality_id <> NEW.municipality_id"
)


def _guard(name: str, moment: str, condition: str, refusal: str, result: str) -> None:
    register(
        "posting",
        name,
        sqlite=(
            f"""CREATE TRIGGER {name} BEFORE {moment} ON posting WHEN {condition}
            BEGIN SELECT RAISE(ABORT, '{refusal}'); END""",
        ),
        postgresql=(
            f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$
            BEGIN
              IF {condition} THEN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'check_violation'; END IF;
              RETURN {result};
            END $$ LANGUAGE plpgsql""",
            f"CREATE TRIGGER {name} BEFORE {moment} ON posting FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


def register_triggers() -> None:
    """Register every trigger of the ledger."""
    _guard("posting_is_the_share", "INSERT", _NOT_THE_SHARE, REFUSAL, "NEW")
    _guard("posting_keeps_its_amount", "UPDATE", _AMOUNT_CHANGES, FROZEN, "NEW")
    _guard("posting_is_not_deleted", "DELETE", "TRUE", FROZEN, "OLD")


register_triggers()
