"""The database's own guard: a split that does not add up cannot be booked, a booked one cannot change.

The same rule in the words of both databases. Registered with the tables; the migration makes them
again, because SQLite loses triggers when a table is rebuilt.
"""

from portal.triggers import register

REFUSAL = "De verdeling van deze factuur telt niet op; zij kan niet worden geboekt."
FROZEN = "De verdeling van een goedgekeurde factuur staat vast."

_SIGN = "(CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END)"
# Only names of our own tables and a constant sign stand in these statements.
_DOES_NOT_ADD_UP = f"""
  EXISTS (
    SELECT 1 FROM split_group g WHERE g.invoice_id = NEW.id AND (
      g.net <> COALESCE((SELECT SUM(s.net) FROM split_share s WHERE s.split_group_id = g.id), 0)
      OR g.vat <> COALESCE((SELECT SUM(s.vat_back + s.vat_cost) FROM split_share s
                            WHERE s.split_group_id = g.id), 0)))
  OR EXISTS (
    SELECT 1 FROM split_share s JOIN split_group g ON g.id = s.split_group_id
    WHERE g.invoice_id = NEW.id AND (
      s.net <> COALESCE((SELECT SUM(p.net) FROM line_share p WHERE p.split_share_id = s.id), 0)
      OR s.vat_back <> COALESCE((SELECT SUM(p.vat_back) FROM line_share p WHERE p.split_share_id = s.id), 0)
      OR s.vat_cost <> COALESCE((SELECT SUM(p.vat_cost) FROM line_share p WHERE p.split_share_id = s.id), 0)))
  OR EXISTS (
    SELECT 1 FROM invoice_line l WHERE l.invoice_id = NEW.id AND (
      {_SIGN} * l.net <> COALESCE((SELECT SUM(p.net) FROM line_share p WHERE p.invoice_line_id = l.id), 0)
      OR {_SIGN} * l.vat <> COALESCE((SELECT SUM(p.vat_back + p.vat_cost) FROM line_share p
                                      WHERE p.invoice_line_id = l.id), 0)))
  OR {_SIGN} * (NEW.net + NEW.rounding)
     <> COALESCE((SELECT SUM(g.net) FROM split_group g WHERE g.invoice_id = NEW.id), 0)
  OR {_SIGN} * NEW.vat <> COALESCE((SELECT SUM(g.vat) FROM split_group g WHERE g.invoice_id = NEW.id), 0)
"""  # noqa: S608

_INVOICE_OF = {
    "split_group": "SELECT i.state FROM invoice i WHERE i.id = {row}.invoice_id",
    "split_share": (
        "SELECT i.state FROM invoice i JOIN split_group g ON g.invoice_id = i.id"
        " WHERE g.id = {row}.split_group_id"
    ),
    "line_share": (
        "SELECT i.state FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id"
        " WHERE l.id = {row}.invoice_line_id"
    ),
}


def _adds_up() -> None:
    register(
        "invoice",
        "invoice_split_adds_up",
        sqlite=(
            f"""CREATE TRIGGER invoice_split_adds_up BEFORE UPDATE ON invoice
            WHEN NEW.state = 'approved' AND OLD.state <> 'approved'
            BEGIN SELECT RAISE(ABORT, '{REFUSAL}') WHERE {_DOES_NOT_ADD_UP}; END""",
        ),
        postgresql=(
            f"""CREATE OR REPLACE FUNCTION invoice_split_adds_up() RETURNS trigger AS $$
            BEGIN
              IF NEW.state = 'approved' AND OLD.state <> 'approved' AND ({_DOES_NOT_ADD_UP}) THEN
                RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation';
              END IF;
              RETURN NEW;
            END $$ LANGUAGE plpgsql""",
            """CREATE TRIGGER invoice_split_adds_up BEFORE UPDATE ON invoice
            FOR EACH ROW EXECUTE FUNCTION invoice_split_adds_up()""",
        ),
    )


def _not_born_approved() -> None:
    register(
        "invoice",
        "invoice_not_born_approved",
        sqlite=(
            f"""CREATE TRIGGER invoice_not_born_approved BEFORE INSERT ON invoice
            WHEN NEW.state = 'approved' BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
        ),
        postgresql=(
            f"""CREATE OR REPLACE FUNCTION invoice_not_born_approved() RETURNS trigger AS $$
            BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation'; END $$ LANGUAGE plpgsql""",
            """CREATE TRIGGER invoice_not_born_approved BEFORE INSERT ON invoice
            FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION invoice_not_born_approved()""",
        ),
    )


def _frozen(table: str) -> None:
    """A stored split cannot be added to, changed or deleted once its invoice is approved."""
    for moment, row in (("insert", "NEW"), ("update", "OLD"), ("delete", "OLD")):
        name = f"{table}_frozen_{moment}"
        condition = f"({_INVOICE_OF[table].format(row=row)}) = 'approved'"
        register(
            table,
            name,
            sqlite=(
                f"""CREATE TRIGGER {name} BEFORE {moment.upper()} ON {table} WHEN {condition}
                BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
            ),
            postgresql=(
                f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$
                BEGIN
                  IF {condition} THEN
                    RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'check_violation';
                  END IF;
                  RETURN {"OLD" if moment == "delete" else "NEW"};
                END $$ LANGUAGE plpgsql""",
                f"""CREATE TRIGGER {name} BEFORE {moment.upper()} ON {table}
                FOR EACH ROW EXECUTE FUNCTION {name}()""",
            ),
        )


def register_triggers() -> None:
    """Register every trigger of the invoices; called when the tables are known."""
    _adds_up()
    _not_born_approved()
    for table in _INVOICE_OF:
        _frozen(table)


register_triggers()
