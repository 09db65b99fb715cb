"""scorecards

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('scorecard',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('first_month', sa.Date(), nullable=False),
    sa.Column('last_month', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('concept_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('respond_until', sa.Date(), nullable=False),
    sa.Column('fixed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fixed_by_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'fixed') = (fixed_at IS NOT NULL)", name=op.f('ck_scorecard_fixed_has_time')),
    sa.CheckConstraint('(fixed_at IS NULL) = (fixed_by_id IS NULL)', name=op.f('ck_scorecard_fixed_has_person')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_scorecard_contract_id')),
    sa.ForeignKeyConstraint(['fixed_by_id'], ['user.id'], name=op.f('fk_scorecard_fixed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard')),
    sa.UniqueConstraint('contract_id', 'period', name=op.f('uq_scorecard_contract_id_period'))
    )
    op.create_table('scorecard_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('scorecard_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('computed_by_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('months', sa.JSON(), nullable=False),
    sa.Column('fixed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['computed_by_id'], ['user.id'], name=op.f('fk_scorecard_version_computed_by_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_scorecard_version_document_id')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_scorecard_version_scorecard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_version')),
    sa.UniqueConstraint('scorecard_id', 'number', name=op.f('uq_scorecard_version_scorecard_id_number'))
    )
    op.create_table('scorecard_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_version_id', sa.Uuid(), nullable=False),
    sa.Column('adjustment_claim_id', sa.Uuid(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('measure', sa.String(length=40), nullable=False),
    sa.Column('measure_version', sa.Integer(), nullable=False),
    sa.Column('numerator', sa.BigInteger(), nullable=True),
    sa.Column('denominator', sa.BigInteger(), nullable=True),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('excluded', sa.JSON(), nullable=False),
    sa.Column('months_expected', sa.Integer(), nullable=False),
    sa.Column('months_delivered', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('no_judgement', sa.String(length=40), nullable=True),
    sa.Column('quality', sa.String(length=40), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('months', sa.JSON(), nullable=False),
    sa.Column('municipalities', sa.JSON(), nullable=False),
    sa.Column('trend', sa.JSON(), nullable=False),
    sa.CheckConstraint("(state = 'none') = (no_judgement IS NOT NULL)", name=op.f('ck_scorecard_line_no_judgement_has_reason')),
    sa.ForeignKeyConstraint(['adjustment_claim_id'], ['adjustment_claim.id'], name=op.f('fk_scorecard_line_adjustment_claim_id')),
    sa.ForeignKeyConstraint(['performance_agreement_id'], ['performance_agreement.id'], name=op.f('fk_scorecard_line_performance_agreement_id')),
    sa.ForeignKeyConstraint(['performance_agreement_version_id'], ['performance_agreement_version.id'], name=op.f('fk_scorecard_line_performance_agreement_version_id')),
    sa.ForeignKeyConstraint(['version_id'], ['scorecard_version.id'], name=op.f('fk_scorecard_line_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_line')),
    sa.UniqueConstraint('version_id', 'performance_agreement_id', name=op.f('uq_scorecard_line_version_id_performance_agreement_id'))
    )
    with op.batch_alter_table('scorecard_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scorecard_line_version_id'), ['version_id'], unique=False)

    op.create_table('scorecard_response',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('scorecard_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('ground', sa.String(length=40), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("(kind = 'dispute') = (ground IS NOT NULL)", name=op.f('ck_scorecard_response_dispute_has_ground')),
    sa.CheckConstraint("text <> ''", name=op.f('ck_scorecard_response_has_text')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_scorecard_response_by_id')),
    sa.ForeignKeyConstraint(['line_id'], ['scorecard_line.id'], name=op.f('fk_scorecard_response_line_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_scorecard_response_organisation_id')),
    sa.ForeignKeyConstraint(['performance_agreement_id'], ['performance_agreement.id'], name=op.f('fk_scorecard_response_performance_agreement_id')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_scorecard_response_scorecard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_response'))
    )
    with op.batch_alter_table('scorecard_response', schema=None) as batch_op:
        batch_op.create_index('ix_scorecard_response_card', ['scorecard_id'], unique=False)

    op.create_table('scorecard_row',
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('monthly_row_id', sa.Uuid(), nullable=False),
    sa.Column('counted', sa.Boolean(), nullable=False),
    sa.Column('exclusion', sa.String(length=40), nullable=False),
    sa.Column('numerator', sa.BigInteger(), nullable=True),
    sa.Column('denominator', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("counted = (exclusion = '')", name=op.f('ck_scorecard_row_counted_or_excluded')),
    sa.ForeignKeyConstraint(['line_id'], ['scorecard_line.id'], name=op.f('fk_scorecard_row_line_id')),
    sa.ForeignKeyConstraint(['monthly_row_id'], ['monthly_row.id'], name=op.f('fk_scorecard_row_monthly_row_id')),
    sa.PrimaryKeyConstraint('line_id', 'monthly_row_id', name=op.f('pk_scorecard_row'))
    )
    with op.batch_alter_table('scorecard_row', schema=None) as batch_op:
        batch_op.create_index('ix_scorecard_row_monthly_row', ['monthly_row_id'], unique=False)

    op.create_table('scorecard_decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('scorecard_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_id', sa.Uuid(), nullable=False),
    sa.Column('response_id', sa.Uuid(), nullable=True),
    sa.Column('verdict', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("verdict = 'as_computed' OR reason <> ''", name=op.f('ck_scorecard_decision_deviation_has_reason')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_scorecard_decision_by_id')),
    sa.ForeignKeyConstraint(['line_id'], ['scorecard_line.id'], name=op.f('fk_scorecard_decision_line_id')),
    sa.ForeignKeyConstraint(['performance_agreement_id'], ['performance_agreement.id'], name=op.f('fk_scorecard_decision_performance_agreement_id')),
    sa.ForeignKeyConstraint(['response_id'], ['scorecard_response.id'], name=op.f('fk_scorecard_decision_response_id')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_scorecard_decision_scorecard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_decision'))
    )
    with op.batch_alter_table('scorecard_decision', schema=None) as batch_op:
        batch_op.create_index('ix_scorecard_decision_card', ['scorecard_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('scorecard_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_scorecard_decision_card')

    op.drop_table('scorecard_decision')
    with op.batch_alter_table('scorecard_row', schema=None) as batch_op:
        batch_op.drop_index('ix_scorecard_row_monthly_row')

    op.drop_table('scorecard_row')
    with op.batch_alter_table('scorecard_response', schema=None) as batch_op:
        batch_op.drop_index('ix_scorecard_response_card')

    op.drop_table('scorecard_response')
    with op.batch_alter_table('scorecard_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_scorecard_line_version_id'))

    op.drop_table('scorecard_line')
    op.drop_table('scorecard_version')
    op.drop_table('scorecard')
