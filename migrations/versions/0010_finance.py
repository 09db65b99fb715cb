"""finance

Revision: 0010
After: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('recharge',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.String(length=40), nullable=False),
        sa.Column('lead_municipality_id', sa.Uuid(), nullable=False),
        sa.Column('municipality_id', sa.Uuid(), nullable=False),
        sa.Column('period_id', sa.Uuid(), nullable=False),
        sa.Column('treatment', sa.String(length=40), nullable=False),
        sa.Column('state', sa.String(length=40), nullable=False),
        sa.Column('net', sa.BigInteger(), nullable=False),
        sa.Column('vat', sa.BigInteger(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_by_id', sa.Uuid(), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_by_id', sa.Uuid(), nullable=True),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.Column('received_on', sa.Date(), nullable=True),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'received') = (received_on IS NOT NULL)", name=op.f('ck_recharge_received_has_date')),
        sa.CheckConstraint("(state = 'sent') = (answered_at IS NULL)", name=op.f('ck_recharge_answered_has_time')),
        sa.CheckConstraint("state <> 'refused' OR answer <> ''", name=op.f('ck_recharge_refusal_has_reason')),
        sa.CheckConstraint('(answered_at IS NULL) = (answered_by_id IS NULL)', name=op.f('ck_recharge_answered_has_person')),
        sa.CheckConstraint('lead_municipality_id <> municipality_id', name=op.f('ck_recharge_to_another')),
        sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_recharge_answered_by_id')),
        sa.ForeignKeyConstraint(['lead_municipality_id'], ['municipality.id'], name=op.f('fk_recharge_lead_municipality_id')),
        sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_recharge_made_by_id')),
        sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_recharge_municipality_id')),
        sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_recharge_period_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recharge')),
        sa.UniqueConstraint('number', name=op.f('uq_recharge_number'))
    )
    op.create_index(op.f('ix_recharge_lead_municipality_id'), 'recharge', ['lead_municipality_id'])
    op.create_index(op.f('ix_recharge_municipality_id'), 'recharge', ['municipality_id'])
    op.create_index(op.f('ix_recharge_period_id'), 'recharge', ['period_id'])
    op.create_table('spuk_figure',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('municipality_id', sa.Uuid(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('input', sa.String(length=40), nullable=False),
        sa.Column('value', sa.BigInteger(), nullable=False),
        sa.Column('source', sa.String(length=200), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f('ck_spuk_figure_has_a_source')),
        sa.CheckConstraint('value >= 0', name=op.f('ck_spuk_figure_value_not_negative')),
        sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_spuk_figure_municipality_id')),
        sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_spuk_figure_recorded_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_spuk_figure')),
        sa.UniqueConstraint('municipality_id', 'year', 'input', name=op.f('uq_spuk_figure_municipality_id_year_input'))
    )
    op.create_table('settlement',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.String(length=40), nullable=False),
        sa.Column('contract_product_id', sa.Uuid(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('basis', sa.String(length=40), nullable=False),
        sa.Column('state', sa.String(length=40), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_by_id', sa.Uuid(), nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('invoice_id', sa.Uuid(), nullable=True),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f('ck_settlement_decided_has_time')),
        sa.CheckConstraint("(state = 'booked') = (invoice_id IS NOT NULL)", name=op.f('ck_settlement_booked_has_document')),
        sa.ForeignKeyConstraint(['contract_product_id'], ['contract_product.id'], name=op.f('fk_settlement_contract_product_id')),
        sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_settlement_invoice_id')),
        sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_settlement_made_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_settlement')),
        sa.UniqueConstraint('number', name=op.f('uq_settlement_number'))
    )
    op.create_index(op.f('ix_settlement_contract_product_id'), 'settlement', ['contract_product_id'])
    op.create_index(op.f('ix_settlement_invoice_id'), 'settlement', ['invoice_id'])
    op.create_table('settlement_consent',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('settlement_id', sa.Uuid(), nullable=False),
        sa.Column('municipality_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('agrees', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("agrees OR reason <> ''", name=op.f('ck_settlement_consent_refusal_has_reason')),
        sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_settlement_consent_municipality_id')),
        sa.ForeignKeyConstraint(['settlement_id'], ['settlement.id'], name=op.f('fk_settlement_consent_settlement_id')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_settlement_consent_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_settlement_consent')),
        sa.UniqueConstraint('settlement_id', 'municipality_id', name=op.f('uq_settlement_consent_settlement_id_municipality_id'))
    )
    op.create_index(op.f('ix_settlement_consent_municipality_id'), 'settlement_consent', ['municipality_id'])
    op.create_table('settlement_part',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('settlement_id', sa.Uuid(), nullable=False),
        sa.Column('municipality_id', sa.Uuid(), nullable=False),
        sa.Column('vat_category', sa.String(length=40), nullable=False),
        sa.Column('vat_percent', sa.BigInteger(), nullable=False),
        sa.Column('units', sa.BigInteger(), nullable=False),
        sa.Column('advance_net', sa.BigInteger(), nullable=False),
        sa.Column('advance_vat', sa.BigInteger(), nullable=False),
        sa.Column('realised_net', sa.BigInteger(), nullable=False),
        sa.Column('realised_vat', sa.BigInteger(), nullable=False),
        sa.Column('extra_net', sa.Integer(), nullable=False),
        sa.Column('extra_vat', sa.Integer(), nullable=False),
        sa.Column('explanation', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_settlement_part_municipality_id')),
        sa.ForeignKeyConstraint(['settlement_id'], ['settlement.id'], name=op.f('fk_settlement_part_settlement_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_settlement_part')),
        sa.UniqueConstraint('settlement_id', 'municipality_id', 'vat_category', 'vat_percent', name='uq_settlement_part_once')
    )
    op.create_index(op.f('ix_settlement_part_municipality_id'), 'settlement_part', ['municipality_id'])
    op.create_table('recharge_line',
        sa.Column('recharge_id', sa.Uuid(), nullable=False),
        sa.Column('posting_id', sa.Uuid(), nullable=False),
        sa.Column('open_posting_id', sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(['open_posting_id'], ['posting.id'], name=op.f('fk_recharge_line_open_posting_id')),
        sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_recharge_line_posting_id')),
        sa.ForeignKeyConstraint(['recharge_id'], ['recharge.id'], name=op.f('fk_recharge_line_recharge_id')),
        sa.PrimaryKeyConstraint('recharge_id', 'posting_id', name=op.f('pk_recharge_line')),
        sa.UniqueConstraint('open_posting_id', name=op.f('uq_recharge_line_open_posting_id'))
    )
    op.create_index(op.f('ix_recharge_line_posting_id'), 'recharge_line', ['posting_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_recharge_line_posting_id'), table_name='recharge_line')
    op.drop_table('recharge_line')
    op.drop_index(op.f('ix_settlement_part_municipality_id'), table_name='settlement_part')
    op.drop_table('settlement_part')
    op.drop_index(op.f('ix_settlement_consent_municipality_id'), table_name='settlement_consent')
    op.drop_table('settlement_consent')
    op.drop_index(op.f('ix_settlement_invoice_id'), table_name='settlement')
    op.drop_index(op.f('ix_settlement_contract_product_id'), table_name='settlement')
    op.drop_table('settlement')
    op.drop_table('spuk_figure')
    op.drop_index(op.f('ix_recharge_period_id'), table_name='recharge')
    op.drop_index(op.f('ix_recharge_municipality_id'), table_name='recharge')
    op.drop_index(op.f('ix_recharge_lead_municipality_id'), table_name='recharge')
    op.drop_table('recharge')
