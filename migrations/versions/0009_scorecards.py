"""scorecards

Revision: 0009
After: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('council_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hidden', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('workbook_id', sa.Uuid(), nullable=False),
    sa.Column('paper_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_council_report_made_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_council_report_municipality_id')),
    sa.ForeignKeyConstraint(['paper_id'], ['document.id'], name=op.f('fk_council_report_paper_id')),
    sa.ForeignKeyConstraint(['workbook_id'], ['document.id'], name=op.f('fk_council_report_workbook_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_report')),
    sa.UniqueConstraint('municipality_id', 'year', 'number', name='uq_council_report_municipality_year_number')
    )
    op.create_table('adjustment_rule',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('per_point', sa.BigInteger(), nullable=False),
    sa.Column('most', sa.BigInteger(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("source <> ''", name=op.f('ck_adjustment_rule_has_a_source')),
    sa.CheckConstraint('per_point > 0 AND most >= per_point AND most <= 1000000', name=op.f('ck_adjustment_rule_shares_in_order')),
    sa.ForeignKeyConstraint(['performance_agreement_id'], ['performance_agreement.id'], name=op.f('fk_adjustment_rule_performance_agreement_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_adjustment_rule_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adjustment_rule')),
    sa.UniqueConstraint('performance_agreement_id', 'kind', 'valid_from', name='uq_adjustment_rule_agreement_kind_from')
    )
    op.create_table('contract_talk',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('scorecard_id', sa.Uuid(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('points', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('agenda_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('minutes_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'recorded') = (recorded_at IS NOT NULL)", name=op.f('ck_contract_talk_recorded_has_time')),
    sa.CheckConstraint('(recorded_at IS NULL) = (recorded_by_id IS NULL)', name=op.f('ck_contract_talk_recorded_has_person')),
    sa.ForeignKeyConstraint(['agenda_id'], ['document.id'], name=op.f('fk_contract_talk_agenda_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_talk_contract_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_contract_talk_made_by_id')),
    sa.ForeignKeyConstraint(['minutes_id'], ['document.id'], name=op.f('fk_contract_talk_minutes_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_contract_talk_recorded_by_id')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_contract_talk_scorecard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_talk')),
    sa.UniqueConstraint('contract_id', 'number', name='uq_contract_talk_contract_number')
    )
    with op.batch_alter_table('contract_talk', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_talk_scorecard_id'), ['scorecard_id'], unique=False)

    op.create_table('scorecard_sample',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('scorecard_id', sa.Uuid(), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drawn_by_id', sa.Uuid(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_by_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(finished_at IS NULL) = (finished_by_id IS NULL)', name=op.f('ck_scorecard_sample_finished_has_person')),
    sa.CheckConstraint('size > 0', name=op.f('ck_scorecard_sample_size_positive')),
    sa.ForeignKeyConstraint(['drawn_by_id'], ['user.id'], name=op.f('fk_scorecard_sample_drawn_by_id')),
    sa.ForeignKeyConstraint(['finished_by_id'], ['user.id'], name=op.f('fk_scorecard_sample_finished_by_id')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_scorecard_sample_scorecard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_sample')),
    sa.UniqueConstraint('scorecard_id', name=op.f('uq_scorecard_sample_scorecard_id'))
    )
    op.create_table('trajectory_record',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('trajectory_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("source <> ''", name=op.f('ck_trajectory_record_has_a_source')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)', name=op.f('ck_trajectory_record_withdrawn_has_person')),
    sa.CheckConstraint('value >= 0', name=op.f('ck_trajectory_record_value_not_negative')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_trajectory_record_recorded_by_id')),
    sa.ForeignKeyConstraint(['trajectory_id'], ['trajectory.id'], name=op.f('fk_trajectory_record_trajectory_id')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['user.id'], name=op.f('fk_trajectory_record_withdrawn_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trajectory_record'))
    )
    with op.batch_alter_table('trajectory_record', schema=None) as batch_op:
        batch_op.create_index('ix_trajectory_record_trajectory_on', ['trajectory_id', 'on'], unique=False)

    op.create_table('improvement_action',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('scorecard_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('performance_agreement_id', sa.Uuid(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=40), nullable=False),
    sa.Column('owner_function', sa.String(length=200), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('target', sa.BigInteger(), nullable=True),
    sa.Column('proof', sa.Text(), nullable=False),
    sa.Column('follow_up', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state IN ('achieved', 'missed', 'withdrawn')) = (closed_at IS NOT NULL)", name=op.f('ck_improvement_action_closed_has_time')),
    sa.CheckConstraint("measure <> '' AND proof <> ''", name=op.f('ck_improvement_action_has_measure_and_proof')),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_by_id IS NULL)', name=op.f('ck_improvement_action_closed_has_person')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['user.id'], name=op.f('fk_improvement_action_closed_by_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_improvement_action_contract_id')),
    sa.ForeignKeyConstraint(['line_id'], ['scorecard_line.id'], name=op.f('fk_improvement_action_line_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_improvement_action_made_by_id')),
    sa.ForeignKeyConstraint(['performance_agreement_id'], ['performance_agreement.id'], name=op.f('fk_improvement_action_performance_agreement_id')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_improvement_action_scorecard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_action')),
    sa.UniqueConstraint('contract_id', 'number', name='uq_improvement_action_contract_number')
    )
    with op.batch_alter_table('improvement_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_improvement_action_performance_agreement_id'), ['performance_agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_improvement_action_scorecard_id'), ['scorecard_id'], unique=False)

    op.create_table('sample_row',
    sa.Column('sample_id', sa.Uuid(), nullable=False),
    sa.Column('monthly_row_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('found', sa.Boolean(), nullable=True),
    sa.Column('difference', sa.String(length=200), nullable=False),
    sa.CheckConstraint("found IS NOT FALSE OR difference <> ''", name=op.f('ck_sample_row_not_found_says_what')),
    sa.ForeignKeyConstraint(['monthly_row_id'], ['monthly_row.id'], name=op.f('fk_sample_row_monthly_row_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['scorecard_sample.id'], name=op.f('fk_sample_row_sample_id')),
    sa.PrimaryKeyConstraint('sample_id', 'monthly_row_id', name=op.f('pk_sample_row'))
    )
    op.create_table('default_notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('performance_agreement_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=True),
    sa.Column('shortcoming', sa.Text(), nullable=False),
    sa.Column('demand', sa.Text(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('remedy_until', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_by_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Uuid(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'sent') = (settled_at IS NULL)", name=op.f('ck_default_notice_settled_has_time')),
    sa.CheckConstraint("settled_at IS NULL OR outcome <> ''", name=op.f('ck_default_notice_settled_has_outcome')),
    sa.CheckConstraint("shortcoming <> '' AND demand <> '' AND basis <> ''", name=op.f('ck_default_notice_says_what_is_asked')),
    sa.CheckConstraint('(settled_at IS NULL) = (settled_by_id IS NULL)', name=op.f('ck_default_notice_settled_has_person')),
    sa.ForeignKeyConstraint(['action_id'], ['improvement_action.id'], name=op.f('fk_default_notice_action_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_default_notice_contract_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_default_notice_document_id')),
    sa.ForeignKeyConstraint(['line_id'], ['scorecard_line.id'], name=op.f('fk_default_notice_line_id')),
    sa.ForeignKeyConstraint(['performance_agreement_id'], ['performance_agreement.id'], name=op.f('fk_default_notice_performance_agreement_id')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['user.id'], name=op.f('fk_default_notice_sent_by_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['user.id'], name=op.f('fk_default_notice_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_default_notice')),
    sa.UniqueConstraint('contract_id', 'number', name='uq_default_notice_contract_number')
    )
    with op.batch_alter_table('default_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_default_notice_action_id'), ['action_id'], unique=False)

    op.create_table('improvement_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('side', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['improvement_action.id'], name=op.f('fk_improvement_entry_action_id')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_improvement_entry_by_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_improvement_entry_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_entry'))
    )
    with op.batch_alter_table('improvement_entry', schema=None) as batch_op:
        batch_op.create_index('ix_improvement_entry_action', ['action_id'], unique=False)

    with op.batch_alter_table('scorecard_decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('numerator', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('denominator', sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint(op.f('ck_scorecard_decision_figure_is_whole'), '(numerator IS NULL) = (denominator IS NULL)')
        batch_op.create_check_constraint(op.f('ck_scorecard_decision_figure_has_denominator'), 'denominator IS NULL OR denominator > 0')

    with op.batch_alter_table('scorecard_response', schema=None) as batch_op:
        batch_op.add_column(sa.Column('document_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_scorecard_response_document_id'), 'document', ['document_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('scorecard_response', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_scorecard_response_document_id'), type_='foreignkey')
        batch_op.drop_column('document_id')

    with op.batch_alter_table('scorecard_decision', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_scorecard_decision_figure_has_denominator'), type_='check')
        batch_op.drop_constraint(op.f('ck_scorecard_decision_figure_is_whole'), type_='check')
        batch_op.drop_column('denominator')
        batch_op.drop_column('numerator')

    with op.batch_alter_table('improvement_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_improvement_entry_action')

    op.drop_table('improvement_entry')
    with op.batch_alter_table('default_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_default_notice_action_id'))

    op.drop_table('default_notice')
    op.drop_table('sample_row')
    with op.batch_alter_table('improvement_action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_improvement_action_scorecard_id'))
        batch_op.drop_index(batch_op.f('ix_improvement_action_performance_agreement_id'))

    op.drop_table('improvement_action')
    with op.batch_alter_table('trajectory_record', schema=None) as batch_op:
        batch_op.drop_index('ix_trajectory_record_trajectory_on')

    op.drop_table('trajectory_record')
    op.drop_table('scorecard_sample')
    with op.batch_alter_table('contract_talk', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_talk_scorecard_id'))

    op.drop_table('contract_talk')
    op.drop_table('adjustment_rule')
    op.drop_table('council_report')
