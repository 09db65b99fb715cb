"""contracts

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# Triggers: SQLite drops those of a table that batch mode rebuilds; such a migration makes them anew.
TRIGGERS_SQLITE = (
    "CREATE TRIGGER invoice_split_adds_up BEFORE UPDATE ON invoice\n            WHEN NEW.state = 'approved' AND OLD.state <> 'approved'\n            BEGIN SELECT RAISE(ABORT, 'De verdeling van deze factuur telt niet op; zij kan niet worden geboekt.') WHERE \n  EXISTS (\n    SELECT 1 FROM split_group g WHERE g.invoice_id = NEW.id AND (\n      g.net <> COALESCE((SELECT SUM(s.net) FROM split_share s WHERE s.split_group_id = g.id), 0)\n      OR g.vat <> COALESCE((SELECT SUM(s.vat_back + s.vat_cost) FROM split_share s\n                            WHERE s.split_group_id = g.id), 0)))\n  OR EXISTS (\n    SELECT 1 FROM split_share s JOIN split_group g ON g.id = s.split_group_id\n    WHERE g.invoice_id = NEW.id AND (\n      s.net <> COALESCE((SELECT SUM(p.net) FROM line_share p WHERE p.split_share_id = s.id), 0)\n      OR s.vat_back <> COALESCE((SELECT SUM(p.vat_back) FROM line_share p WHERE p.split_share_id = s.id), 0)\n      OR s.vat_cost <> COALESCE((SELECT SUM(p.vat_cost) FROM line_share p WHERE p.split_share_id = s.id), 0)))\n  OR EXISTS (\n    SELECT 1 FROM invoice_line l WHERE l.invoice_id = NEW.id AND (\n      (CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END) * l.net <> COALESCE((SELECT SUM(p.net) FROM line_share p WHERE p.invoice_line_id = l.id), 0)\n      OR (CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END) * l.vat <> COALESCE((SELECT SUM(p.vat_back + p.vat_cost) FROM line_share p\n                                      WHERE p.invoice_line_id = l.id), 0)))\n  OR (CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END) * (NEW.net + NEW.rounding)\n     <> COALESCE((SELECT SUM(g.net) FROM split_group g WHERE g.invoice_id = NEW.id), 0)\n  OR (CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END) * NEW.vat <> COALESCE((SELECT SUM(g.vat) FROM split_group g WHERE g.invoice_id = NEW.id), 0)\n; END",
    "CREATE TRIGGER invoice_not_born_approved BEFORE INSERT ON invoice\n            WHEN NEW.state = 'approved' BEGIN SELECT RAISE(ABORT, 'De verdeling van deze factuur telt niet op; zij kan niet worden geboekt.'); END",
    "CREATE TRIGGER split_group_frozen_insert BEFORE INSERT ON split_group WHEN (SELECT i.state FROM invoice i WHERE i.id = NEW.invoice_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER split_group_frozen_update BEFORE UPDATE ON split_group WHEN (SELECT i.state FROM invoice i WHERE i.id = OLD.invoice_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER split_group_frozen_delete BEFORE DELETE ON split_group WHEN (SELECT i.state FROM invoice i WHERE i.id = OLD.invoice_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER split_share_frozen_insert BEFORE INSERT ON split_share WHEN (SELECT i.state FROM invoice i JOIN split_group g ON g.invoice_id = i.id WHERE g.id = NEW.split_group_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER split_share_frozen_update BEFORE UPDATE ON split_share WHEN (SELECT i.state FROM invoice i JOIN split_group g ON g.invoice_id = i.id WHERE g.id = OLD.split_group_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER split_share_frozen_delete BEFORE DELETE ON split_share WHEN (SELECT i.state FROM invoice i JOIN split_group g ON g.invoice_id = i.id WHERE g.id = OLD.split_group_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER line_share_frozen_insert BEFORE INSERT ON line_share WHEN (SELECT i.state FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id WHERE l.id = NEW.invoice_line_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER line_share_frozen_update BEFORE UPDATE ON line_share WHEN (SELECT i.state FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id WHERE l.id = OLD.invoice_line_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER line_share_frozen_delete BEFORE DELETE ON line_share WHEN (SELECT i.state FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id WHERE l.id = OLD.invoice_line_id) = 'approved'\n                BEGIN SELECT RAISE(ABORT, 'De verdeling van een goedgekeurde factuur staat vast.'); END",
    "CREATE TRIGGER posting_is_the_share BEFORE INSERT ON posting WHEN \n  NOT EXISTS (\n    SELECT 1 FROM line_share p\n    JOIN split_share s ON s.id = p.split_share_id\n    JOIN invoice_line l ON l.id = p.invoice_line_id\n    JOIN invoice i ON i.id = l.invoice_id\n    WHERE p.id = NEW.line_share_id AND i.id = NEW.invoice_id AND i.state = 'approved'\n      AND s.municipality_id = NEW.municipality_id\n      AND p.net = NEW.net AND p.vat_back = NEW.vat_back AND p.vat_cost = NEW.vat_cost)\n\n            BEGIN SELECT RAISE(ABORT, 'Een boeking moet gelijk zijn aan het vastgestelde aandeel van een goedgekeurde factuur.'); END",
    "CREATE TRIGGER posting_keeps_its_amount BEFORE UPDATE ON posting WHEN OLD.net <> NEW.net OR OLD.vat_back <> NEW.vat_back OR OLD.vat_cost <> NEW.vat_cost OR OLD.line_share_id <> NEW.line_share_id OR OLD.municipality_id <> NEW.municipality_id\n            BEGIN SELECT RAISE(ABORT, 'Een boeking verandert niet van bedrag; een correctie is een nieuwe regel.'); END",
    "CREATE TRIGGER posting_is_not_deleted BEFORE DELETE ON posting WHEN TRUE\n            BEGIN SELECT RAISE(ABORT, 'Een boeking verandert niet van bedrag; een correctie is een nieuwe regel.'); END",
)
TRIGGERS_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION invoice_split_adds_up() RETURNS trigger AS $$\n            BEGIN\n              IF NEW.state = 'approved' AND OLD.state <> 'approved' AND (\n  EXISTS (\n    SELECT 1 FROM split_group g WHERE g.invoice_id = NEW.id AND (\n      g.net <> COALESCE((SELECT SUM(s.net) FROM split_share s WHERE s.split_group_id = g.id), 0)\n      OR g.vat <> COALESCE((SELECT SUM(s.vat_back + s.vat_cost) FROM split_share s\n                            WHERE s.split_group_id = g.id), 0)))\n  OR EXISTS (\n    SELECT 1 FROM split_share s JOIN split_group g ON g.id = s.split_group_id\n    WHERE g.invoice_id = NEW.id AND (\n      s.net <> COALESCE((SELECT SUM(p.net) FROM line_share p WHERE p.split_share_id = s.id), 0)\n      OR s.vat_back <> COALESCE((SELECT SUM(p.vat_back) FROM line_share p WHERE p.split_share_id = s.id), 0)\n      OR s.vat_cost <> COALESCE((SELECT SUM(p.vat_cost) FROM line_share p WHERE p.split_share_id = s.id), 0)))\n  OR EXISTS (\n    SELECT 1 FROM invoice_line l WHERE l.invoice_id = NEW.id AND (\n      (CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END) * l.net <> COALESCE((SELECT SUM(p.net) FROM line_share p WHERE p.invoice_line_id = l.id), 0)\n      OR (CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END) * l.vat <> COALESCE((SELECT SUM(p.vat_back + p.vat_cost) FROM line_share p\n                                      WHERE p.invoice_line_id = l.id), 0)))\n  OR (CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END) * (NEW.net + NEW.rounding)\n     <> COALESCE((SELECT SUM(g.net) FROM split_group g WHERE g.invoice_id = NEW.id), 0)\n  OR (CASE WHEN NEW.kind = 'credit' THEN -1 ELSE 1 END) * NEW.vat <> COALESCE((SELECT SUM(g.vat) FROM split_group g WHERE g.invoice_id = NEW.id), 0)\n) THEN\n                RAISE EXCEPTION 'De verdeling van deze factuur telt niet op; zij kan niet worden geboekt.' USING ERRCODE = 'check_violation';\n              END IF;\n              RETURN NEW;\n            END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER invoice_split_adds_up BEFORE UPDATE ON invoice\n            FOR EACH ROW EXECUTE FUNCTION invoice_split_adds_up()',
    "CREATE OR REPLACE FUNCTION invoice_not_born_approved() RETURNS trigger AS $$\n            BEGIN RAISE EXCEPTION 'De verdeling van deze factuur telt niet op; zij kan niet worden geboekt.' USING ERRCODE = 'check_violation'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER invoice_not_born_approved BEFORE INSERT ON invoice\n            FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION invoice_not_born_approved()",
    "CREATE OR REPLACE FUNCTION split_group_frozen_insert() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i WHERE i.id = NEW.invoice_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN NEW;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER split_group_frozen_insert BEFORE INSERT ON split_group\n                FOR EACH ROW EXECUTE FUNCTION split_group_frozen_insert()',
    "CREATE OR REPLACE FUNCTION split_group_frozen_update() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i WHERE i.id = OLD.invoice_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN NEW;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER split_group_frozen_update BEFORE UPDATE ON split_group\n                FOR EACH ROW EXECUTE FUNCTION split_group_frozen_update()',
    "CREATE OR REPLACE FUNCTION split_group_frozen_delete() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i WHERE i.id = OLD.invoice_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN OLD;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER split_group_frozen_delete BEFORE DELETE ON split_group\n                FOR EACH ROW EXECUTE FUNCTION split_group_frozen_delete()',
    "CREATE OR REPLACE FUNCTION split_share_frozen_insert() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i JOIN split_group g ON g.invoice_id = i.id WHERE g.id = NEW.split_group_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN NEW;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER split_share_frozen_insert BEFORE INSERT ON split_share\n                FOR EACH ROW EXECUTE FUNCTION split_share_frozen_insert()',
    "CREATE OR REPLACE FUNCTION split_share_frozen_update() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i JOIN split_group g ON g.invoice_id = i.id WHERE g.id = OLD.split_group_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN NEW;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER split_share_frozen_update BEFORE UPDATE ON split_share\n                FOR EACH ROW EXECUTE FUNCTION split_share_frozen_update()',
    "CREATE OR REPLACE FUNCTION split_share_frozen_delete() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i JOIN split_group g ON g.invoice_id = i.id WHERE g.id = OLD.split_group_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN OLD;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER split_share_frozen_delete BEFORE DELETE ON split_share\n                FOR EACH ROW EXECUTE FUNCTION split_share_frozen_delete()',
    "CREATE OR REPLACE FUNCTION line_share_frozen_insert() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id WHERE l.id = NEW.invoice_line_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN NEW;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER line_share_frozen_insert BEFORE INSERT ON line_share\n                FOR EACH ROW EXECUTE FUNCTION line_share_frozen_insert()',
    "CREATE OR REPLACE FUNCTION line_share_frozen_update() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id WHERE l.id = OLD.invoice_line_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN NEW;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER line_share_frozen_update BEFORE UPDATE ON line_share\n                FOR EACH ROW EXECUTE FUNCTION line_share_frozen_update()',
    "CREATE OR REPLACE FUNCTION line_share_frozen_delete() RETURNS trigger AS $$\n                BEGIN\n                  IF (SELECT i.state FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id WHERE l.id = OLD.invoice_line_id) = 'approved' THEN\n                    RAISE EXCEPTION 'De verdeling van een goedgekeurde factuur staat vast.' USING ERRCODE = 'check_violation';\n                  END IF;\n                  RETURN OLD;\n                END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER line_share_frozen_delete BEFORE DELETE ON line_share\n                FOR EACH ROW EXECUTE FUNCTION line_share_frozen_delete()',
    "CREATE OR REPLACE FUNCTION posting_is_the_share() RETURNS trigger AS $$\n            BEGIN\n              IF \n  NOT EXISTS (\n    SELECT 1 FROM line_share p\n    JOIN split_share s ON s.id = p.split_share_id\n    JOIN invoice_line l ON l.id = p.invoice_line_id\n    JOIN invoice i ON i.id = l.invoice_id\n    WHERE p.id = NEW.line_share_id AND i.id = NEW.invoice_id AND i.state = 'approved'\n      AND s.municipality_id = NEW.municipality_id\n      AND p.net = NEW.net AND p.vat_back = NEW.vat_back AND p.vat_cost = NEW.vat_cost)\n THEN RAISE EXCEPTION 'Een boeking moet gelijk zijn aan het vastgestelde aandeel van een goedgekeurde factuur.' USING ERRCODE = 'check_violation'; END IF;\n              RETURN NEW;\n            END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER posting_is_the_share BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION posting_is_the_share()',
    "CREATE OR REPLACE FUNCTION posting_keeps_its_amount() RETURNS trigger AS $$\n            BEGIN\n              IF OLD.net <> NEW.net OR OLD.vat_back <> NEW.vat_back OR OLD.vat_cost <> NEW.vat_cost OR OLD.line_share_id <> NEW.line_share_id OR OLD.municipality_id <> NEW.municipality_id THEN RAISE EXCEPTION 'Een boeking verandert niet van bedrag; een correctie is een nieuwe regel.' USING ERRCODE = 'check_violation'; END IF;\n              RETURN NEW;\n            END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER posting_keeps_its_amount BEFORE UPDATE ON posting FOR EACH ROW EXECUTE FUNCTION posting_keeps_its_amount()',
    "CREATE OR REPLACE FUNCTION posting_is_not_deleted() RETURNS trigger AS $$\n            BEGIN\n              IF TRUE THEN RAISE EXCEPTION 'Een boeking verandert niet van bedrag; een correctie is een nieuwe regel.' USING ERRCODE = 'check_violation'; END IF;\n              RETURN OLD;\n            END $$ LANGUAGE plpgsql",
    'CREATE TRIGGER posting_is_not_deleted BEFORE DELETE ON posting FOR EACH ROW EXECUTE FUNCTION posting_is_not_deleted()',
)
FUNCTIONS = ['invoice_not_born_approved', 'invoice_split_adds_up', 'line_share_frozen_delete', 'line_share_frozen_insert', 'line_share_frozen_update', 'posting_is_not_deleted', 'posting_is_the_share', 'posting_keeps_its_amount', 'split_group_frozen_delete', 'split_group_frozen_insert', 'split_group_frozen_update', 'split_share_frozen_delete', 'split_share_frozen_insert', 'split_share_frozen_update']


def upgrade() -> None:
    op.create_table('period',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period')),
    sa.UniqueConstraint('month', name=op.f('uq_period_month'))
    )
    op.create_table('quality_mark',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("source <> ''", name=op.f('ck_quality_mark_has_a_source')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_quality_mark_dates_in_order')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_quality_mark_organisation_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_quality_mark_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quality_mark'))
    )
    with op.batch_alter_table('quality_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quality_mark_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('budget_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_budget_line_municipality_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_budget_line_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line')),
    sa.UniqueConstraint('year', 'municipality_id', 'product_id', name=op.f('uq_budget_line_year_municipality_id_product_id'))
    )
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_budget_line_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('export_batch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('period_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=True),
    sa.Column('format', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('charged', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('is_final', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_export_batch_document_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_export_batch_made_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_export_batch_municipality_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_export_batch_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_batch')),
    sa.UniqueConstraint('number', name=op.f('uq_export_batch_number'))
    )
    with op.batch_alter_table('export_batch', schema=None) as batch_op:
        batch_op.create_index('ix_export_batch_period', ['period_id', 'municipality_id'], unique=False)

    op.create_table('ledger_mapping',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('target_group', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('spuk', sa.String(length=40), nullable=False),
    sa.Column('task_field', sa.String(length=40), nullable=False),
    sa.Column('ledger_account', sa.String(length=40), nullable=False),
    sa.Column('cost_centre', sa.String(length=40), nullable=False),
    sa.Column('economic_category', sa.String(length=40), nullable=False),
    sa.Column('sisa_code', sa.String(length=40), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_ledger_mapping_municipality_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_ledger_mapping_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_mapping')),
    sa.UniqueConstraint('product_id', 'municipality_id', 'target_group', 'year', name=op.f('uq_ledger_mapping_product_id_municipality_id_target_group_year'))
    )
    with op.batch_alter_table('ledger_mapping', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_mapping_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_mapping_product_id'), ['product_id'], unique=False)

    op.create_table('period_municipality',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('period_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Uuid(), nullable=True),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened_by_id', sa.Uuid(), nullable=True),
    sa.Column('reopen_reason', sa.Text(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(reopened_at IS NULL) = (reopen_reason = '')", name=op.f('ck_period_municipality_reopened_has_reason')),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_period_municipality_closed_has_time')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['user.id'], name=op.f('fk_period_municipality_closed_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_period_municipality_municipality_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_period_municipality_period_id')),
    sa.ForeignKeyConstraint(['reopened_by_id'], ['user.id'], name=op.f('fk_period_municipality_reopened_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period_municipality')),
    sa.UniqueConstraint('period_id', 'municipality_id', name=op.f('uq_period_municipality_period_id_municipality_id'))
    )
    with op.batch_alter_table('period_municipality', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_period_municipality_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('vat_recovery',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('target_group', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('recovery', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_vat_recovery_municipality_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_vat_recovery_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vat_recovery')),
    sa.UniqueConstraint('product_id', 'municipality_id', 'target_group', 'year', name=op.f('uq_vat_recovery_product_id_municipality_id_target_group_year'))
    )
    with op.batch_alter_table('vat_recovery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vat_recovery_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_vat_recovery_product_id'), ['product_id'], unique=False)

    op.create_table('contract',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('lead_municipality_id', sa.Uuid(), nullable=False),
    sa.Column('award_id', sa.Uuid(), nullable=True),
    sa.Column('framework_id', sa.Uuid(), nullable=True),
    sa.Column('written_source', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('last_referral_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('run_off_until', sa.Date(), nullable=False),
    sa.Column('ceiling', sa.BigInteger(), nullable=True),
    sa.Column('ceiling_quantity', sa.BigInteger(), nullable=True),
    sa.Column('residence_basis', sa.String(length=40), nullable=False),
    sa.Column('invoice_channel', sa.String(length=40), nullable=False),
    sa.Column('invoice_party', sa.String(length=40), nullable=False),
    sa.Column('report_due_day', sa.Integer(), nullable=False),
    sa.Column('lesson_free_months', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('signed_by_id', sa.Uuid(), nullable=True),
    sa.Column('terminated_on', sa.Date(), nullable=True),
    sa.Column('termination_reason', sa.Text(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'draft') = (signed_on IS NULL)", name=op.f('ck_contract_signed_has_date')),
    sa.CheckConstraint("(state = 'terminated') = (terminated_on IS NOT NULL AND termination_reason <> '')", name=op.f('ck_contract_terminated_has_date_and_reason')),
    sa.CheckConstraint("award_id IS NOT NULL OR framework_id IS NOT NULL OR written_source <> ''", name=op.f('ck_contract_has_a_source')),
    sa.CheckConstraint('(signed_on IS NULL) = (signed_by_id IS NULL)', name=op.f('ck_contract_signed_has_person')),
    sa.CheckConstraint('ceiling IS NULL OR ceiling > 0', name=op.f('ck_contract_ceiling_positive')),
    sa.CheckConstraint('starts_on <= last_referral_on AND last_referral_on <= ends_on AND ends_on <= run_off_until', name=op.f('ck_contract_dates_in_order')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_contract_award_id')),
    sa.ForeignKeyConstraint(['framework_id'], ['contract.id'], name=op.f('fk_contract_framework_id')),
    sa.ForeignKeyConstraint(['lead_municipality_id'], ['municipality.id'], name=op.f('fk_contract_lead_municipality_id')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['user.id'], name=op.f('fk_contract_signed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract')),
    sa.UniqueConstraint('number', name=op.f('uq_contract_number'))
    )
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_award_id'), ['award_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contract_lead_municipality_id'), ['lead_municipality_id'], unique=False)

    op.create_table('clause',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('requirement_id', sa.Uuid(), nullable=True),
    sa.Column('offer_answer_id', sa.Uuid(), nullable=True),
    sa.Column('written_source', sa.Text(), nullable=False),
    sa.CheckConstraint("(requirement_id IS NOT NULL) OR (offer_answer_id IS NOT NULL) OR written_source <> ''", name=op.f('ck_clause_has_a_source')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_clause_contract_id')),
    sa.ForeignKeyConstraint(['offer_answer_id'], ['offer_answer.id'], name=op.f('fk_clause_offer_answer_id')),
    sa.ForeignKeyConstraint(['requirement_id'], ['requirement.id'], name=op.f('fk_clause_requirement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clause')),
    sa.UniqueConstraint('contract_id', 'number', name=op.f('uq_clause_contract_id_number'))
    )
    with op.batch_alter_table('clause', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clause_offer_answer_id'), ['offer_answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clause_requirement_id'), ['requirement_id'], unique=False)

    op.create_table('contract_member',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_member_contract_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_contract_member_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_member')),
    sa.UniqueConstraint('contract_id', 'membership_id', name=op.f('uq_contract_member_contract_id_membership_id'))
    )
    with op.batch_alter_table('contract_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_member_membership_id'), ['membership_id'], unique=False)

    op.create_table('contract_municipality',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('ceiling', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_contract_municipality_dates_in_order')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_municipality_contract_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_contract_municipality_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_municipality')),
    sa.UniqueConstraint('contract_id', 'municipality_id', 'valid_from', name=op.f('uq_contract_municipality_contract_id_municipality_id_valid_from'))
    )
    with op.batch_alter_table('contract_municipality', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_municipality_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('contract_option',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('decide_by', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f('ck_contract_option_decided_has_time')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by_id IS NULL)', name=op.f('ck_contract_option_decided_has_person')),
    sa.CheckConstraint('starts_on <= ends_on AND decide_by < starts_on', name=op.f('ck_contract_option_dates_in_order')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_option_contract_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_contract_option_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_option')),
    sa.UniqueConstraint('contract_id', 'position', name=op.f('uq_contract_option_contract_id_position'))
    )
    op.create_table('contract_party',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('may_report', sa.Boolean(), nullable=False),
    sa.Column('may_invoice', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_contract_party_dates_in_order')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_party_contract_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_contract_party_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_party')),
    sa.UniqueConstraint('contract_id', 'organisation_id', 'valid_from', name=op.f('uq_contract_party_contract_id_organisation_id_valid_from'))
    )
    with op.batch_alter_table('contract_party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_party_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('contract_product',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('needs_keurmerk', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_product_contract_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_contract_product_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_product')),
    sa.UniqueConstraint('contract_id', 'product_id', name=op.f('uq_contract_product_contract_id_product_id'))
    )
    with op.batch_alter_table('contract_product', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_product_product_id'), ['product_id'], unique=False)

    op.create_table('performance_agreement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_performance_agreement_contract_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_agreement')),
    sa.UniqueConstraint('contract_id', 'code', name=op.f('uq_performance_agreement_contract_id_code'))
    )
    op.create_table('allocation_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_product_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_allocation_key_contract_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allocation_key')),
    sa.UniqueConstraint('contract_product_id', name=op.f('uq_allocation_key_contract_product_id'))
    )
    op.create_table('monthly_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('contract_party_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('first_submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checking_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checking_by_id', sa.Uuid(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'accepted') = (accepted_at IS NOT NULL)", name=op.f('ck_monthly_report_accepted_has_time')),
    sa.CheckConstraint('(checking_at IS NULL) = (checking_by_id IS NULL)', name=op.f('ck_monthly_report_checking_has_time_and_person')),
    sa.ForeignKeyConstraint(['checking_by_id'], ['user.id'], name=op.f('fk_monthly_report_checking_by_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_monthly_report_contract_id')),
    sa.ForeignKeyConstraint(['contract_party_id'], ['contract_party.id'], name=op.f('fk_monthly_report_contract_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monthly_report')),
    sa.UniqueConstraint('contract_party_id', 'month', name=op.f('uq_monthly_report_contract_party_id_month'))
    )
    with op.batch_alter_table('monthly_report', schema=None) as batch_op:
        batch_op.create_index('ix_monthly_report_contract_month', ['contract_id', 'month'], unique=False)

    op.create_table('performance_agreement_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('measure_id', sa.Uuid(), nullable=False),
    sa.Column('clause_id', sa.Uuid(), nullable=True),
    sa.Column('norm', sa.BigInteger(), nullable=True),
    sa.Column('near_margin', sa.BigInteger(), nullable=False),
    sa.Column('under_margin', sa.BigInteger(), nullable=False),
    sa.Column('parameter', sa.Integer(), nullable=True),
    sa.Column('minimum_number', sa.Integer(), nullable=False),
    sa.Column('direction', sa.String(length=40), nullable=False),
    sa.Column('is_key', sa.Boolean(), nullable=False),
    sa.Column('waiting_weeks', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('source_kind', sa.String(length=40), nullable=False),
    sa.Column('offer_answer_id', sa.Uuid(), nullable=True),
    sa.Column('requirement_id', sa.Uuid(), nullable=True),
    sa.Column('nota_answer_id', sa.Uuid(), nullable=True),
    sa.Column('written_source', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(direction = 'signal') OR norm IS NOT NULL", name=op.f('ck_performance_agreement_version_judged_has_norm')),
    sa.CheckConstraint("(source_kind = 'promise' AND offer_answer_id IS NOT NULL) OR (source_kind = 'requirement' AND requirement_id IS NOT NULL) OR (source_kind = 'nota_answer' AND nota_answer_id IS NOT NULL) OR (source_kind = 'written' AND written_source <> '')", name=op.f('ck_performance_agreement_version_has_its_source')),
    sa.CheckConstraint('minimum_number >= 1', name=op.f('ck_performance_agreement_version_minimum_number_positive')),
    sa.CheckConstraint('near_margin >= 0 AND under_margin >= near_margin', name=op.f('ck_performance_agreement_version_margins_in_order')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_performance_agreement_version_dates_in_order')),
    sa.ForeignKeyConstraint(['clause_id'], ['clause.id'], name=op.f('fk_performance_agreement_version_clause_id')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_performance_agreement_version_measure_id')),
    sa.ForeignKeyConstraint(['nota_answer_id'], ['nota_answer.id'], name=op.f('fk_performance_agreement_version_nota_answer_id')),
    sa.ForeignKeyConstraint(['offer_answer_id'], ['offer_answer.id'], name=op.f('fk_performance_agreement_version_offer_answer_id')),
    sa.ForeignKeyConstraint(['performance_agreement_id'], ['performance_agreement.id'], name=op.f('fk_performance_agreement_version_performance_agreement_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_performance_agreement_version_recorded_by_id')),
    sa.ForeignKeyConstraint(['requirement_id'], ['requirement.id'], name=op.f('fk_performance_agreement_version_requirement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_agreement_version')),
    sa.UniqueConstraint('performance_agreement_id', 'number', name=op.f('uq_performance_agreement_version_performance_agreement_id_number'))
    )
    with op.batch_alter_table('performance_agreement_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_agreement_version_clause_id'), ['clause_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_agreement_version_measure_id'), ['measure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_agreement_version_nota_answer_id'), ['nota_answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_agreement_version_offer_answer_id'), ['offer_answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_agreement_version_requirement_id'), ['requirement_id'], unique=False)

    op.create_table('price_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_product_id', sa.Uuid(), nullable=False),
    sa.Column('offer_price_id', sa.Uuid(), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('vat_category', sa.String(length=40), nullable=False),
    sa.Column('vat_rate', sa.BigInteger(), nullable=False),
    sa.Column('vat_exemption', sa.Text(), nullable=False),
    sa.CheckConstraint("(vat_category = 'S') = (vat_rate > 0)", name=op.f('ck_price_line_standard_has_a_rate')),
    sa.CheckConstraint("vat_category <> 'E' OR vat_exemption <> ''", name=op.f('ck_price_line_exempt_has_a_reason')),
    sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_price_line_contract_product_id')),
    sa.ForeignKeyConstraint(['offer_price_id'], ['offer_price.id'], name=op.f('fk_price_line_offer_price_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_line')),
    sa.UniqueConstraint('contract_product_id', 'code', name=op.f('uq_price_line_contract_product_id_code'))
    )
    with op.batch_alter_table('price_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_price_line_offer_price_id'), ['offer_price_id'], unique=False)

    op.create_table('specification',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('party_id', sa.Uuid(), nullable=False),
    sa.Column('buyer_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('agreement_number', sa.String(length=40), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'proposed') = (confirmed_at IS NULL)", name=op.f('ck_specification_confirmed_has_time')),
    sa.CheckConstraint('(confirmed_at IS NULL) = (agreement_number IS NULL)', name=op.f('ck_specification_confirmed_has_number')),
    sa.ForeignKeyConstraint(['buyer_id'], ['organisation.id'], name=op.f('fk_specification_buyer_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['user.id'], name=op.f('fk_specification_confirmed_by_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_specification_contract_id')),
    sa.ForeignKeyConstraint(['party_id'], ['contract_party.id'], name=op.f('fk_specification_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_specification')),
    sa.UniqueConstraint('agreement_number', name=op.f('uq_specification_agreement_number')),
    sa.UniqueConstraint('number', name=op.f('uq_specification_number'))
    )
    with op.batch_alter_table('specification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_specification_contract_id'), ['contract_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_specification_party_id'), ['party_id'], unique=False)

    op.create_table('trajectory',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('contract_product_id', sa.Uuid(), nullable=False),
    sa.Column('contract_party_id', sa.Uuid(), nullable=False),
    sa.Column('placed_by_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('target_group', sa.String(length=40), nullable=False),
    sa.Column('pip_on', sa.Date(), nullable=False),
    sa.Column('term_starts_on', sa.Date(), nullable=False),
    sa.Column('term_ends_on', sa.Date(), nullable=False),
    sa.Column('referred_on', sa.Date(), nullable=False),
    sa.Column('referred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('referred_by_id', sa.Uuid(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('refusal_reason', sa.String(length=40), nullable=True),
    sa.Column('waiting_since', sa.Date(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('interrupted_on', sa.Date(), nullable=True),
    sa.Column('return_expected_on', sa.Date(), nullable=True),
    sa.Column('stopped_on', sa.Date(), nullable=True),
    sa.Column('stop_reason', sa.String(length=40), nullable=True),
    sa.Column('finished_on', sa.Date(), nullable=True),
    sa.Column('brought_hours', sa.BigInteger(), nullable=False),
    sa.Column('brought_participation_hours', sa.BigInteger(), nullable=False),
    sa.Column('brought_exam_parts', sa.String(length=200), nullable=False),
    sa.Column('brought_source', sa.String(length=200), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(brought_hours = 0 AND brought_participation_hours = 0 AND brought_exam_parts = '') OR brought_source <> ''", name=op.f('ck_trajectory_brought_has_source')),
    sa.CheckConstraint("(state <> 'started') OR started_on IS NOT NULL", name=op.f('ck_trajectory_started_has_date')),
    sa.CheckConstraint("(state = 'finished') = (finished_on IS NOT NULL)", name=op.f('ck_trajectory_finished_has_date')),
    sa.CheckConstraint("(state = 'interrupted') = (interrupted_on IS NOT NULL)", name=op.f('ck_trajectory_interrupted_has_date')),
    sa.CheckConstraint("(state = 'refused') = (refusal_reason IS NOT NULL)", name=op.f('ck_trajectory_refused_has_reason')),
    sa.CheckConstraint("(state = 'stopped') = (stopped_on IS NOT NULL AND stop_reason IS NOT NULL)", name=op.f('ck_trajectory_stopped_has_date_and_reason')),
    sa.CheckConstraint("(state = 'waiting') = (waiting_since IS NOT NULL)", name=op.f('ck_trajectory_waiting_has_date')),
    sa.CheckConstraint('term_starts_on > pip_on AND term_ends_on > term_starts_on', name=op.f('ck_trajectory_term_in_order')),
    sa.ForeignKeyConstraint(['contract_party_id'], ['contract_party.id'], name=op.f('fk_trajectory_contract_party_id')),
    sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_trajectory_contract_product_id')),
    sa.ForeignKeyConstraint(['placed_by_id'], ['municipality.id'], name=op.f('fk_trajectory_placed_by_id')),
    sa.ForeignKeyConstraint(['referred_by_id'], ['user.id'], name=op.f('fk_trajectory_referred_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trajectory')),
    sa.UniqueConstraint('number', name=op.f('uq_trajectory_number'))
    )
    with op.batch_alter_table('trajectory', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trajectory_contract_party_id'), ['contract_party_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_trajectory_placed_by_id'), ['placed_by_id'], unique=False)
        batch_op.create_index('ix_trajectory_product_state', ['contract_product_id', 'state'], unique=False)

    op.create_table('adjustment_claim',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_version_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('period_code', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_adjustment_claim_amount_positive')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_adjustment_claim_made_by_id')),
    sa.ForeignKeyConstraint(['performance_agreement_version_id'], ['performance_agreement_version.id'], name=op.f('fk_adjustment_claim_performance_agreement_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adjustment_claim'))
    )
    op.create_table('invoice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('issuer_id', sa.Uuid(), nullable=False),
    sa.Column('issuer_organisation_id', sa.Uuid(), nullable=False),
    sa.Column('buyer_id', sa.Uuid(), nullable=False),
    sa.Column('specification_id', sa.Uuid(), nullable=True),
    sa.Column('credits_id', sa.Uuid(), nullable=True),
    sa.Column('issuer_number', sa.String(length=200), nullable=False),
    sa.Column('issuer_key', sa.String(length=200), nullable=False),
    sa.Column('issue_year', sa.Integer(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=40), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('vat', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('prepaid', sa.BigInteger(), nullable=False),
    sa.Column('rounding', sa.BigInteger(), nullable=False),
    sa.Column('payable', sa.BigInteger(), nullable=False),
    sa.Column('order_reference', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by_id', sa.Uuid(), nullable=True),
    sa.Column('pay_by', sa.Date(), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declared_by_id', sa.Uuid(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by_id', sa.Uuid(), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returned_by_id', sa.Uuid(), nullable=True),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(kind = 'credit') = (credits_id IS NOT NULL)", name=op.f('ck_invoice_credit_cites_an_invoice')),
    sa.CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name=op.f('ck_invoice_approved_has_time')),
    sa.CheckConstraint("(state = 'returned') = (returned_at IS NOT NULL AND return_reason <> '')", name=op.f('ck_invoice_returned_has_time_and_reason')),
    sa.CheckConstraint("currency = 'EUR'", name=op.f('ck_invoice_only_euros_are_booked')),
    sa.CheckConstraint("state NOT IN ('declared', 'approved') OR declared_at IS NOT NULL", name=op.f('ck_invoice_declared_has_time')),
    sa.CheckConstraint('(approved_at IS NULL) = (approved_by_id IS NULL)', name=op.f('ck_invoice_approved_has_person')),
    sa.CheckConstraint('(declared_at IS NULL) = (declared_by_id IS NULL)', name=op.f('ck_invoice_declared_has_person')),
    sa.CheckConstraint('approved_by_id IS NULL OR approved_by_id <> declared_by_id', name=op.f('ck_invoice_two_people')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['user.id'], name=op.f('fk_invoice_approved_by_id')),
    sa.ForeignKeyConstraint(['buyer_id'], ['organisation.id'], name=op.f('fk_invoice_buyer_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_invoice_contract_id')),
    sa.ForeignKeyConstraint(['credits_id'], ['invoice.id'], name=op.f('fk_invoice_credits_id')),
    sa.ForeignKeyConstraint(['declared_by_id'], ['user.id'], name=op.f('fk_invoice_declared_by_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_invoice_document_id')),
    sa.ForeignKeyConstraint(['issuer_id'], ['contract_party.id'], name=op.f('fk_invoice_issuer_id')),
    sa.ForeignKeyConstraint(['issuer_organisation_id'], ['organisation.id'], name=op.f('fk_invoice_issuer_organisation_id')),
    sa.ForeignKeyConstraint(['received_by_id'], ['user.id'], name=op.f('fk_invoice_received_by_id')),
    sa.ForeignKeyConstraint(['returned_by_id'], ['user.id'], name=op.f('fk_invoice_returned_by_id')),
    sa.ForeignKeyConstraint(['specification_id'], ['specification.id'], name=op.f('fk_invoice_specification_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice')),
    sa.UniqueConstraint('number', name=op.f('uq_invoice_number'))
    )
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.create_index('ix_invoice_contract_month', ['contract_id', 'month'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoice_credits_id'), ['credits_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoice_issuer_id'), ['issuer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoice_specification_id'), ['specification_id'], unique=False)
        batch_op.create_index('uq_invoice_issuer_number', ['issuer_organisation_id', 'issuer_key', 'issue_year'], unique=True, sqlite_where=sa.text("state <> 'returned'"), postgresql_where=sa.text("state <> 'returned'"))

    op.create_table('key_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('fallback_id', sa.Uuid(), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f('ck_key_version_decided_has_time')),
    sa.CheckConstraint("fallback_id IS NULL OR basis = 'participants'", name=op.f('ck_key_version_only_counted_keys_fall_back')),
    sa.CheckConstraint("source <> ''", name=op.f('ck_key_version_has_a_source')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_key_version_document_id')),
    sa.ForeignKeyConstraint(['fallback_id'], ['key_version.id'], name=op.f('fk_key_version_fallback_id')),
    sa.ForeignKeyConstraint(['key_id'], ['allocation_key.id'], name=op.f('fk_key_version_key_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_key_version_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_version')),
    sa.UniqueConstraint('key_id', 'number', name=op.f('uq_key_version_key_id_number'))
    )
    with op.batch_alter_table('key_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_version_key_id'), ['key_id'], unique=False)

    op.create_table('price_phase',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('price_line_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('share', sa.BigInteger(), nullable=False),
    sa.Column('trigger', sa.String(length=40), nullable=False),
    sa.Column('on_early_end', sa.String(length=40), nullable=False),
    sa.CheckConstraint('share > 0', name=op.f('ck_price_phase_share_positive')),
    sa.ForeignKeyConstraint(['price_line_id'], ['price_line.id'], name=op.f('fk_price_phase_price_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_phase')),
    sa.UniqueConstraint('price_line_id', 'position', name=op.f('uq_price_phase_price_line_id_position'))
    )
    op.create_table('price_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('price_line_id', sa.Uuid(), nullable=False),
    sa.Column('predecessor_id', sa.Uuid(), nullable=True),
    sa.Column('rate', sa.BigInteger(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("source <> ''", name=op.f('ck_price_version_has_a_source')),
    sa.CheckConstraint('rate >= 0', name=op.f('ck_price_version_rate_not_negative')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_price_version_dates_in_order')),
    sa.ForeignKeyConstraint(['predecessor_id'], ['price_version.id'], name=op.f('fk_price_version_predecessor_id')),
    sa.ForeignKeyConstraint(['price_line_id'], ['price_line.id'], name=op.f('fk_price_version_price_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_version')),
    sa.UniqueConstraint('price_line_id', 'valid_from', name=op.f('uq_price_version_price_line_id_valid_from'))
    )
    op.create_table('report_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by_id', sa.Uuid(), nullable=False),
    sa.Column('draft', sa.JSON(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name=op.f('ck_report_version_not_draft_is_submitted')),
    sa.CheckConstraint('(submitted_at IS NULL) = (submitted_by_id IS NULL)', name=op.f('ck_report_version_submitted_has_time_and_person')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_report_version_document_id')),
    sa.ForeignKeyConstraint(['received_by_id'], ['user.id'], name=op.f('fk_report_version_received_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['monthly_report.id'], name=op.f('fk_report_version_report_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['user.id'], name=op.f('fk_report_version_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_version')),
    sa.UniqueConstraint('report_id', 'number', name=op.f('uq_report_version_report_id_number'))
    )
    with op.batch_alter_table('report_version', schema=None) as batch_op:
        batch_op.create_index('uq_report_version_one_draft', ['report_id'], unique=True, sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))

    op.create_table('trajectory_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('trajectory_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('part', sa.String(length=40), nullable=False),
    sa.Column('owner', sa.String(length=40), nullable=False),
    sa.Column('certainty', sa.String(length=40), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_by_id', sa.Uuid(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(certainty = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f('ck_trajectory_event_confirmed_has_time')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['user.id'], name=op.f('fk_trajectory_event_confirmed_by_id')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['organisation.id'], name=op.f('fk_trajectory_event_reported_by_id')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_trajectory_event_trajectory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trajectory_event'))
    )
    with op.batch_alter_table('trajectory_event', schema=None) as batch_op:
        batch_op.create_index('ix_trajectory_event_trajectory_on', ['trajectory_id', 'on'], unique=False)

    op.create_table('trajectory_product',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('trajectory_id', sa.Uuid(), nullable=False),
    sa.Column('contract_product_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_trajectory_product_contract_product_id')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_trajectory_product_trajectory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trajectory_product')),
    sa.UniqueConstraint('trajectory_id', 'valid_from', name=op.f('uq_trajectory_product_trajectory_id_valid_from'))
    )
    with op.batch_alter_table('trajectory_product', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trajectory_product_contract_product_id'), ['contract_product_id'], unique=False)

    op.create_table('trajectory_residence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('trajectory_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_trajectory_residence_municipality_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_trajectory_residence_recorded_by_id')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_trajectory_residence_trajectory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trajectory_residence')),
    sa.UniqueConstraint('trajectory_id', 'valid_from', name=op.f('uq_trajectory_residence_trajectory_id_valid_from'))
    )
    with op.batch_alter_table('trajectory_residence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trajectory_residence_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('trajectory_term',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('trajectory_id', sa.Uuid(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("source <> ''", name=op.f('ck_trajectory_term_has_a_source')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_trajectory_term_trajectory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trajectory_term'))
    )
    with op.batch_alter_table('trajectory_term', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trajectory_term_trajectory_id'), ['trajectory_id'], unique=False)

    op.create_table('key_consent',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key_version_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('agrees', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("agrees OR reason <> ''", name=op.f('ck_key_consent_refusal_has_reason')),
    sa.ForeignKeyConstraint(['key_version_id'], ['key_version.id'], name=op.f('fk_key_consent_key_version_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_key_consent_municipality_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_key_consent_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_consent')),
    sa.UniqueConstraint('key_version_id', 'municipality_id', name=op.f('uq_key_consent_key_version_id_municipality_id'))
    )
    with op.batch_alter_table('key_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_consent_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('key_weight',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key_version_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('weight', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('weight >= 0', name=op.f('ck_key_weight_weight_not_negative')),
    sa.ForeignKeyConstraint(['key_version_id'], ['key_version.id'], name=op.f('fk_key_weight_key_version_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_key_weight_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_weight')),
    sa.UniqueConstraint('key_version_id', 'municipality_id', name=op.f('uq_key_weight_key_version_id_municipality_id'))
    )
    with op.batch_alter_table('key_weight', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_weight_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('monthly_row',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('trajectory_id', sa.Uuid(), nullable=False),
    sa.Column('contract_product_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('hours_offered', sa.BigInteger(), nullable=False),
    sa.Column('hours_followed', sa.BigInteger(), nullable=False),
    sa.Column('absence_with_leave', sa.BigInteger(), nullable=False),
    sa.Column('absence_without_leave', sa.BigInteger(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('source_cell', sa.String(length=200), nullable=False),
    sa.Column('acceptance', sa.String(length=40), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_by_id', sa.Uuid(), nullable=True),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(acceptance IN ('accepted', 'tacit')) = (accepted_at IS NOT NULL)", name=op.f('ck_monthly_row_accepted_has_time')),
    sa.CheckConstraint("acceptance <> 'accepted' OR accepted_by_id IS NOT NULL", name=op.f('ck_monthly_row_accepted_has_person')),
    sa.CheckConstraint('absence_with_leave >= 0 AND absence_without_leave >= 0', name=op.f('ck_monthly_row_absence_not_negative')),
    sa.CheckConstraint('hours_followed <= hours_offered', name=op.f('ck_monthly_row_followed_within_offered')),
    sa.CheckConstraint('hours_offered >= 0 AND hours_followed >= 0', name=op.f('ck_monthly_row_hours_not_negative')),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['user.id'], name=op.f('fk_monthly_row_accepted_by_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_monthly_row_contract_id')),
    sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_monthly_row_contract_product_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_monthly_row_municipality_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['monthly_row.id'], name=op.f('fk_monthly_row_replaces_id')),
    sa.ForeignKeyConstraint(['report_id'], ['monthly_report.id'], name=op.f('fk_monthly_row_report_id')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_monthly_row_trajectory_id')),
    sa.ForeignKeyConstraint(['version_id'], ['report_version.id'], name=op.f('fk_monthly_row_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monthly_row'))
    )
    with op.batch_alter_table('monthly_row', schema=None) as batch_op:
        batch_op.create_index('ix_monthly_row_contract_month', ['contract_id', 'month'], unique=False)
        batch_op.create_index('ix_monthly_row_trajectory_month', ['trajectory_id', 'month'], unique=False)
        batch_op.create_index(batch_op.f('ix_monthly_row_version_id'), ['version_id'], unique=False)
        batch_op.create_index('uq_monthly_row_current', ['report_id', 'trajectory_id', 'contract_product_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.create_table('reported_measure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=True),
    sa.Column('numerator', sa.BigInteger(), nullable=False),
    sa.Column('denominator', sa.BigInteger(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.CheckConstraint('numerator >= 0 AND denominator >= 0', name=op.f('ck_reported_measure_not_negative')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_reported_measure_municipality_id')),
    sa.ForeignKeyConstraint(['performance_agreement_id'], ['performance_agreement.id'], name=op.f('fk_reported_measure_performance_agreement_id')),
    sa.ForeignKeyConstraint(['version_id'], ['report_version.id'], name=op.f('fk_reported_measure_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reported_measure')),
    sa.UniqueConstraint('version_id', 'performance_agreement_id', 'municipality_id', name=op.f('uq_reported_measure_version_id_performance_agreement_id_municipality_id'))
    )
    with op.batch_alter_table('reported_measure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reported_measure_version_id'), ['version_id'], unique=False)

    op.create_table('specification_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('specification_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=False),
    sa.Column('contract_product_id', sa.Uuid(), nullable=False),
    sa.Column('price_version_id', sa.Uuid(), nullable=False),
    sa.Column('price_phase_id', sa.Uuid(), nullable=True),
    sa.Column('trajectory_id', sa.Uuid(), nullable=True),
    sa.Column('municipality_id', sa.Uuid(), nullable=True),
    sa.Column('target_group', sa.String(length=40), nullable=True),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('rate', sa.BigInteger(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('vat_category', sa.String(length=40), nullable=False),
    sa.Column('vat_percent', sa.BigInteger(), nullable=False),
    sa.Column('taken_out', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_specification_line_contract_product_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_specification_line_municipality_id')),
    sa.ForeignKeyConstraint(['price_phase_id'], ['price_phase.id'], name=op.f('fk_specification_line_price_phase_id')),
    sa.ForeignKeyConstraint(['price_version_id'], ['price_version.id'], name=op.f('fk_specification_line_price_version_id')),
    sa.ForeignKeyConstraint(['specification_id'], ['specification.id'], name=op.f('fk_specification_line_specification_id')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_specification_line_trajectory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_specification_line')),
    sa.UniqueConstraint('specification_id', 'position', name=op.f('uq_specification_line_specification_id_position'))
    )
    with op.batch_alter_table('specification_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_specification_line_price_version_id'), ['price_version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_specification_line_trajectory_id'), ['trajectory_id'], unique=False)

    op.create_table('split_group',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('contract_product_id', sa.Uuid(), nullable=False),
    sa.Column('vat_category', sa.String(length=40), nullable=False),
    sa.Column('vat_percent', sa.BigInteger(), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('key_version_id', sa.Uuid(), nullable=True),
    sa.Column('municipality_id', sa.Uuid(), nullable=True),
    sa.Column('target_group', sa.String(length=40), nullable=True),
    sa.Column('reference_on', sa.Date(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('vat', sa.BigInteger(), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.CheckConstraint("(basis = 'direct') = (municipality_id IS NOT NULL)", name=op.f('ck_split_group_direct_names_its_municipality')),
    sa.CheckConstraint("basis <> 'direct' OR key_version_id IS NULL", name=op.f('ck_split_group_direct_has_no_key')),
    sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_split_group_contract_product_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_split_group_invoice_id')),
    sa.ForeignKeyConstraint(['key_version_id'], ['key_version.id'], name=op.f('fk_split_group_key_version_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_split_group_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_split_group')),
    sa.UniqueConstraint('invoice_id', 'position', name=op.f('uq_split_group_invoice_id_position'))
    )
    with op.batch_alter_table('split_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_split_group_contract_product_id'), ['contract_product_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_split_group_key_version_id'), ['key_version_id'], unique=False)

    op.create_table('vat_subtotal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('percent', sa.BigInteger(), nullable=False),
    sa.Column('taxable', sa.BigInteger(), nullable=False),
    sa.Column('vat', sa.BigInteger(), nullable=False),
    sa.Column('exemption', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_vat_subtotal_invoice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vat_subtotal')),
    sa.UniqueConstraint('invoice_id', 'category', 'percent', name=op.f('uq_vat_subtotal_invoice_id_category_percent'))
    )
    op.create_table('correction_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Uuid(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_row_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_correction_request_has_reason')),
    sa.CheckConstraint('(answered_at IS NULL) = (answer_row_id IS NULL)', name=op.f('ck_correction_request_answer_has_row')),
    sa.ForeignKeyConstraint(['answer_row_id'], ['monthly_row.id'], name=op.f('fk_correction_request_answer_row_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_correction_request_asked_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['monthly_report.id'], name=op.f('fk_correction_request_report_id')),
    sa.ForeignKeyConstraint(['row_id'], ['monthly_row.id'], name=op.f('fk_correction_request_row_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_request'))
    )
    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_request_report_id'), ['report_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_request_row_id'), ['row_id'], unique=False)

    op.create_table('invoice_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('rate', sa.BigInteger(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('vat', sa.BigInteger(), nullable=False),
    sa.Column('vat_category', sa.String(length=40), nullable=False),
    sa.Column('vat_percent', sa.BigInteger(), nullable=False),
    sa.Column('contract_product_id', sa.Uuid(), nullable=True),
    sa.Column('price_version_id', sa.Uuid(), nullable=True),
    sa.Column('price_phase_id', sa.Uuid(), nullable=True),
    sa.Column('trajectory_id', sa.Uuid(), nullable=True),
    sa.Column('municipality_id', sa.Uuid(), nullable=True),
    sa.Column('target_group', sa.String(length=40), nullable=True),
    sa.Column('specification_line_id', sa.Uuid(), nullable=True),
    sa.Column('adjustment_claim_id', sa.Uuid(), nullable=True),
    sa.Column('credits_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['adjustment_claim_id'], ['adjustment_claim.id'], name=op.f('fk_invoice_line_adjustment_claim_id')),
    sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_invoice_line_contract_product_id')),
    sa.ForeignKeyConstraint(['credits_id'], ['invoice_line.id'], name=op.f('fk_invoice_line_credits_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_invoice_line_invoice_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_invoice_line_municipality_id')),
    sa.ForeignKeyConstraint(['price_phase_id'], ['price_phase.id'], name=op.f('fk_invoice_line_price_phase_id')),
    sa.ForeignKeyConstraint(['price_version_id'], ['price_version.id'], name=op.f('fk_invoice_line_price_version_id')),
    sa.ForeignKeyConstraint(['specification_line_id'], ['specification_line.id'], name=op.f('fk_invoice_line_specification_line_id')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_invoice_line_trajectory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_line')),
    sa.UniqueConstraint('invoice_id', 'position', name=op.f('uq_invoice_line_invoice_id_position'))
    )
    with op.batch_alter_table('invoice_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invoice_line_adjustment_claim_id'), ['adjustment_claim_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoice_line_contract_product_id'), ['contract_product_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoice_line_credits_id'), ['credits_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoice_line_specification_line_id'), ['specification_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoice_line_trajectory_id'), ['trajectory_id'], unique=False)

    op.create_table('line_basis',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('specification_line_id', sa.Uuid(), nullable=False),
    sa.Column('monthly_row_id', sa.Uuid(), nullable=False),
    sa.Column('price_line_id', sa.Uuid(), nullable=False),
    sa.Column('phase_key', sa.String(length=40), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['monthly_row_id'], ['monthly_row.id'], name=op.f('fk_line_basis_monthly_row_id')),
    sa.ForeignKeyConstraint(['price_line_id'], ['price_line.id'], name=op.f('fk_line_basis_price_line_id')),
    sa.ForeignKeyConstraint(['specification_line_id'], ['specification_line.id'], name=op.f('fk_line_basis_specification_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_basis'))
    )
    with op.batch_alter_table('line_basis', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_line_basis_price_line_id'), ['price_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_line_basis_specification_line_id'), ['specification_line_id'], unique=False)
        batch_op.create_index('uq_line_basis_row_once', ['monthly_row_id', 'price_line_id', 'phase_key'], unique=True, sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))

    op.create_table('row_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('owner', sa.String(length=40), nullable=False),
    sa.Column('certainty', sa.String(length=40), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(kind = 'stopped') = (reason IS NOT NULL)", name=op.f('ck_row_event_stopped_has_reason')),
    sa.CheckConstraint("owner = 'provider' OR (certainty = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f('ck_row_event_confirmed_has_time')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['user.id'], name=op.f('fk_row_event_confirmed_by_id')),
    sa.ForeignKeyConstraint(['row_id'], ['monthly_row.id'], name=op.f('fk_row_event_row_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_row_event'))
    )
    with op.batch_alter_table('row_event', schema=None) as batch_op:
        batch_op.create_index('ix_row_event_row', ['row_id'], unique=False)

    op.create_table('split_share',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('split_group_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('weight', sa.BigInteger(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('vat_back', sa.BigInteger(), nullable=False),
    sa.Column('vat_cost', sa.BigInteger(), nullable=False),
    sa.Column('extra_net', sa.Integer(), nullable=False),
    sa.Column('extra_vat', sa.Integer(), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.CheckConstraint('vat_back = 0 OR vat_cost = 0', name=op.f('ck_split_share_btw_is_back_or_cost')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_split_share_municipality_id')),
    sa.ForeignKeyConstraint(['split_group_id'], ['split_group.id'], name=op.f('fk_split_share_split_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_split_share')),
    sa.UniqueConstraint('split_group_id', 'municipality_id', name=op.f('uq_split_share_split_group_id_municipality_id'))
    )
    with op.batch_alter_table('split_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_split_share_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('dispute',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Uuid(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Uuid(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('agreed_net', sa.BigInteger(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(settled_at IS NULL) = (outcome = '')", name=op.f('ck_dispute_settled_has_outcome')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_dispute_has_reason')),
    sa.CheckConstraint('(settled_at IS NULL) = (settled_by_id IS NULL)', name=op.f('ck_dispute_settled_has_person')),
    sa.ForeignKeyConstraint(['line_id'], ['invoice_line.id'], name=op.f('fk_dispute_line_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['user.id'], name=op.f('fk_dispute_opened_by_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['user.id'], name=op.f('fk_dispute_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute'))
    )
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_line_id'), ['line_id'], unique=False)

    op.create_table('invoice_objection',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=True),
    sa.Column('check_kind', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('blocks', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_invoice_objection_invoice_id')),
    sa.ForeignKeyConstraint(['line_id'], ['invoice_line.id'], name=op.f('fk_invoice_objection_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_objection'))
    )
    with op.batch_alter_table('invoice_objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invoice_objection_invoice_id'), ['invoice_id'], unique=False)

    op.create_table('line_share',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('invoice_line_id', sa.Uuid(), nullable=False),
    sa.Column('split_share_id', sa.Uuid(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('vat_back', sa.BigInteger(), nullable=False),
    sa.Column('vat_cost', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('vat_back = 0 OR vat_cost = 0', name=op.f('ck_line_share_btw_is_back_or_cost')),
    sa.ForeignKeyConstraint(['invoice_line_id'], ['invoice_line.id'], name=op.f('fk_line_share_invoice_line_id')),
    sa.ForeignKeyConstraint(['split_share_id'], ['split_share.id'], name=op.f('fk_line_share_split_share_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_share')),
    sa.UniqueConstraint('invoice_line_id', 'split_share_id', name=op.f('uq_line_share_invoice_line_id_split_share_id'))
    )
    with op.batch_alter_table('line_share', schema=None) as batch_op:
        batch_op.create_index('ix_line_share_split_share', ['split_share_id'], unique=False)

    op.create_table('posting',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('period_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('line_share_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('ledger_mapping_id', sa.Uuid(), nullable=True),
    sa.Column('corrects_id', sa.Uuid(), nullable=True),
    sa.Column('target_group', sa.String(length=40), nullable=False),
    sa.Column('performed_in', sa.Date(), nullable=False),
    sa.Column('earlier_year', sa.Boolean(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('vat_back', sa.BigInteger(), nullable=False),
    sa.Column('vat_cost', sa.BigInteger(), nullable=False),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['corrects_id'], ['posting.id'], name=op.f('fk_posting_corrects_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_posting_invoice_id')),
    sa.ForeignKeyConstraint(['ledger_mapping_id'], ['ledger_mapping.id'], name=op.f('fk_posting_ledger_mapping_id')),
    sa.ForeignKeyConstraint(['line_share_id'], ['line_share.id'], name=op.f('fk_posting_line_share_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_posting_municipality_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_posting_period_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_posting_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    sa.UniqueConstraint('line_share_id', name=op.f('uq_posting_line_share_id')),
    sa.UniqueConstraint('number', name=op.f('uq_posting_number'))
    )
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_corrects_id'), ['corrects_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_posting_invoice_id'), ['invoice_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_posting_ledger_mapping_id'), ['ledger_mapping_id'], unique=False)
        batch_op.create_index('ix_posting_performed_in', ['performed_in'], unique=False)
        batch_op.create_index('ix_posting_period_municipality', ['period_id', 'municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_posting_product_id'), ['product_id'], unique=False)

    op.create_table('export_row',
    sa.Column('batch_id', sa.Uuid(), nullable=False),
    sa.Column('posting_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['export_batch.id'], name=op.f('fk_export_row_batch_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_export_row_posting_id')),
    sa.PrimaryKeyConstraint('batch_id', 'posting_id', name=op.f('pk_export_row'))
    )
    with op.batch_alter_table('export_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_export_row_posting_id'), ['posting_id'], unique=False)

    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    for statement in TRIGGERS_SQLITE if is_sqlite else TRIGGERS_POSTGRESQL:
        op.get_bind().exec_driver_sql(statement.replace('%', '%%') if not is_sqlite else statement)


def downgrade() -> None:
    with op.batch_alter_table('export_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_export_row_posting_id'))

    op.drop_table('export_row')
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_product_id'))
        batch_op.drop_index('ix_posting_period_municipality')
        batch_op.drop_index('ix_posting_performed_in')
        batch_op.drop_index(batch_op.f('ix_posting_ledger_mapping_id'))
        batch_op.drop_index(batch_op.f('ix_posting_invoice_id'))
        batch_op.drop_index(batch_op.f('ix_posting_corrects_id'))

    op.drop_table('posting')
    with op.batch_alter_table('line_share', schema=None) as batch_op:
        batch_op.drop_index('ix_line_share_split_share')

    op.drop_table('line_share')
    with op.batch_alter_table('invoice_objection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invoice_objection_invoice_id'))

    op.drop_table('invoice_objection')
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dispute_line_id'))

    op.drop_table('dispute')
    with op.batch_alter_table('split_share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_split_share_municipality_id'))

    op.drop_table('split_share')
    with op.batch_alter_table('row_event', schema=None) as batch_op:
        batch_op.drop_index('ix_row_event_row')

    op.drop_table('row_event')
    with op.batch_alter_table('line_basis', schema=None) as batch_op:
        batch_op.drop_index('uq_line_basis_row_once', sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_line_basis_specification_line_id'))
        batch_op.drop_index(batch_op.f('ix_line_basis_price_line_id'))

    op.drop_table('line_basis')
    with op.batch_alter_table('invoice_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invoice_line_trajectory_id'))
        batch_op.drop_index(batch_op.f('ix_invoice_line_specification_line_id'))
        batch_op.drop_index(batch_op.f('ix_invoice_line_credits_id'))
        batch_op.drop_index(batch_op.f('ix_invoice_line_contract_product_id'))
        batch_op.drop_index(batch_op.f('ix_invoice_line_adjustment_claim_id'))

    op.drop_table('invoice_line')
    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_correction_request_row_id'))
        batch_op.drop_index(batch_op.f('ix_correction_request_report_id'))

    op.drop_table('correction_request')
    op.drop_table('vat_subtotal')
    with op.batch_alter_table('split_group', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_split_group_key_version_id'))
        batch_op.drop_index(batch_op.f('ix_split_group_contract_product_id'))

    op.drop_table('split_group')
    with op.batch_alter_table('specification_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_specification_line_trajectory_id'))
        batch_op.drop_index(batch_op.f('ix_specification_line_price_version_id'))

    op.drop_table('specification_line')
    with op.batch_alter_table('reported_measure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reported_measure_version_id'))

    op.drop_table('reported_measure')
    with op.batch_alter_table('monthly_row', schema=None) as batch_op:
        batch_op.drop_index('uq_monthly_row_current', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_monthly_row_version_id'))
        batch_op.drop_index('ix_monthly_row_trajectory_month')
        batch_op.drop_index('ix_monthly_row_contract_month')

    op.drop_table('monthly_row')
    with op.batch_alter_table('key_weight', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_key_weight_municipality_id'))

    op.drop_table('key_weight')
    with op.batch_alter_table('key_consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_key_consent_municipality_id'))

    op.drop_table('key_consent')
    with op.batch_alter_table('trajectory_term', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trajectory_term_trajectory_id'))

    op.drop_table('trajectory_term')
    with op.batch_alter_table('trajectory_residence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trajectory_residence_municipality_id'))

    op.drop_table('trajectory_residence')
    with op.batch_alter_table('trajectory_product', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trajectory_product_contract_product_id'))

    op.drop_table('trajectory_product')
    with op.batch_alter_table('trajectory_event', schema=None) as batch_op:
        batch_op.drop_index('ix_trajectory_event_trajectory_on')

    op.drop_table('trajectory_event')
    with op.batch_alter_table('report_version', schema=None) as batch_op:
        batch_op.drop_index('uq_report_version_one_draft', sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))

    op.drop_table('report_version')
    op.drop_table('price_version')
    op.drop_table('price_phase')
    with op.batch_alter_table('key_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_key_version_key_id'))

    op.drop_table('key_version')
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.drop_index('uq_invoice_issuer_number', sqlite_where=sa.text("state <> 'returned'"), postgresql_where=sa.text("state <> 'returned'"))
        batch_op.drop_index(batch_op.f('ix_invoice_specification_id'))
        batch_op.drop_index(batch_op.f('ix_invoice_issuer_id'))
        batch_op.drop_index(batch_op.f('ix_invoice_credits_id'))
        batch_op.drop_index('ix_invoice_contract_month')

    op.drop_table('invoice')
    op.drop_table('adjustment_claim')
    with op.batch_alter_table('trajectory', schema=None) as batch_op:
        batch_op.drop_index('ix_trajectory_product_state')
        batch_op.drop_index(batch_op.f('ix_trajectory_placed_by_id'))
        batch_op.drop_index(batch_op.f('ix_trajectory_contract_party_id'))

    op.drop_table('trajectory')
    with op.batch_alter_table('specification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_specification_party_id'))
        batch_op.drop_index(batch_op.f('ix_specification_contract_id'))

    op.drop_table('specification')
    with op.batch_alter_table('price_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_price_line_offer_price_id'))

    op.drop_table('price_line')
    with op.batch_alter_table('performance_agreement_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_performance_agreement_version_requirement_id'))
        batch_op.drop_index(batch_op.f('ix_performance_agreement_version_offer_answer_id'))
        batch_op.drop_index(batch_op.f('ix_performance_agreement_version_nota_answer_id'))
        batch_op.drop_index(batch_op.f('ix_performance_agreement_version_measure_id'))
        batch_op.drop_index(batch_op.f('ix_performance_agreement_version_clause_id'))

    op.drop_table('performance_agreement_version')
    with op.batch_alter_table('monthly_report', schema=None) as batch_op:
        batch_op.drop_index('ix_monthly_report_contract_month')

    op.drop_table('monthly_report')
    op.drop_table('allocation_key')
    op.drop_table('performance_agreement')
    with op.batch_alter_table('contract_product', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_product_product_id'))

    op.drop_table('contract_product')
    with op.batch_alter_table('contract_party', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_party_organisation_id'))

    op.drop_table('contract_party')
    op.drop_table('contract_option')
    with op.batch_alter_table('contract_municipality', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_municipality_municipality_id'))

    op.drop_table('contract_municipality')
    with op.batch_alter_table('contract_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_member_membership_id'))

    op.drop_table('contract_member')
    with op.batch_alter_table('clause', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clause_requirement_id'))
        batch_op.drop_index(batch_op.f('ix_clause_offer_answer_id'))

    op.drop_table('clause')
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_lead_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_contract_award_id'))

    op.drop_table('contract')
    with op.batch_alter_table('vat_recovery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vat_recovery_product_id'))
        batch_op.drop_index(batch_op.f('ix_vat_recovery_municipality_id'))

    op.drop_table('vat_recovery')
    with op.batch_alter_table('period_municipality', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_period_municipality_municipality_id'))

    op.drop_table('period_municipality')
    with op.batch_alter_table('ledger_mapping', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_mapping_product_id'))
        batch_op.drop_index(batch_op.f('ix_ledger_mapping_municipality_id'))

    op.drop_table('ledger_mapping')
    with op.batch_alter_table('export_batch', schema=None) as batch_op:
        batch_op.drop_index('ix_export_batch_period')

    op.drop_table('export_batch')
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_budget_line_municipality_id'))

    op.drop_table('budget_line')
    with op.batch_alter_table('quality_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quality_mark_organisation_id'))

    op.drop_table('quality_mark')
    op.drop_table('period')
    if op.get_bind().dialect.name == 'postgresql':
        for name in FUNCTIONS:
            op.execute(f'DROP FUNCTION IF EXISTS {name}() CASCADE')
