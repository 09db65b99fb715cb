"""tenders

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('procedure_kind',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('short_name', sa.String(length=40), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_procedure_kind'))
    )
    op.create_table('consultation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('lead_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('introduction', sa.Text(), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_by_id', sa.Uuid(), nullable=True),
    sa.Column('report', sa.Text(), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reported_by_id', sa.Uuid(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'reported') = (reported_at IS NOT NULL AND reported_by_id IS NOT NULL AND report <> '')", name=op.f('ck_consultation_reported_has_time_person_and_text')),
    sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f('ck_consultation_withdrawn_has_time')),
    sa.CheckConstraint("state <> 'open' OR (opened_at IS NOT NULL AND opened_by_id IS NOT NULL AND closes_at IS NOT NULL)", name=op.f('ck_consultation_open_has_time_and_person')),
    sa.ForeignKeyConstraint(['lead_id'], ['organisation.id'], name=op.f('fk_consultation_lead_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['user.id'], name=op.f('fk_consultation_opened_by_id')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['user.id'], name=op.f('fk_consultation_reported_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consultation')),
    sa.UniqueConstraint('number', name=op.f('uq_consultation_number'))
    )
    with op.batch_alter_table('consultation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consultation_lead_id'), ['lead_id'], unique=False)

    op.create_table('key_card',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('holder_id', sa.Uuid(), nullable=True),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('department', sa.String(length=200), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('public_key', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=True),
    sa.Column('trial_file', sa.LargeBinary(), nullable=False),
    sa.Column('trial_digest', sa.String(length=200), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replaced_by_id', sa.Uuid(), nullable=True),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("holder_id IS NOT NULL OR label <> ''", name=op.f('ck_key_card_has_holder_or_label')),
    sa.CheckConstraint('(replaced_by_id IS NULL) = (replaced_at IS NULL)', name=op.f('ck_key_card_replaced_has_time_and_successor')),
    sa.ForeignKeyConstraint(['holder_id'], ['user.id'], name=op.f('fk_key_card_holder_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_key_card_made_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_key_card_organisation_id')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['key_card.id'], name=op.f('fk_key_card_replaced_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_card')),
    sa.UniqueConstraint('public_key', name=op.f('uq_key_card_public_key'))
    )
    with op.batch_alter_table('key_card', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_card_holder_id'), ['holder_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_key_card_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('procedure_rule',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind_code', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('legal_status', sa.String(length=40), nullable=False),
    sa.Column('citation', sa.String(length=200), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=True),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.CheckConstraint("citation <> ''", name=op.f('ck_procedure_rule_has_citation')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until > valid_from', name=op.f('ck_procedure_rule_dates_in_order')),
    sa.ForeignKeyConstraint(['kind_code'], ['procedure_kind.code'], name=op.f('fk_procedure_rule_kind_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure_rule')),
    sa.UniqueConstraint('kind_code', 'code', 'valid_from', name=op.f('uq_procedure_rule_kind_code_code_valid_from'))
    )
    op.create_table('consultation_invite',
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_consultation_invite_consultation_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_consultation_invite_organisation_id')),
    sa.PrimaryKeyConstraint('consultation_id', 'organisation_id', name=op.f('pk_consultation_invite'))
    )
    op.create_table('consultation_municipality',
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_consultation_municipality_consultation_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_consultation_municipality_municipality_id')),
    sa.PrimaryKeyConstraint('consultation_id', 'municipality_id', name=op.f('pk_consultation_municipality'))
    )
    op.create_table('consultation_product',
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_consultation_product_consultation_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_consultation_product_product_id')),
    sa.PrimaryKeyConstraint('consultation_id', 'product_id', name=op.f('pk_consultation_product'))
    )
    op.create_table('consultation_question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_consultation_question_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consultation_question')),
    sa.UniqueConstraint('consultation_id', 'position', name=op.f('uq_consultation_question_consultation_id_position'))
    )
    with op.batch_alter_table('consultation_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consultation_question_consultation_id'), ['consultation_id'], unique=False)

    op.create_table('consultation_response',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_by_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL AND submitted_by_id IS NOT NULL)", name=op.f('ck_consultation_response_submitted_has_time_and_person')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_consultation_response_consultation_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_consultation_response_organisation_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['user.id'], name=op.f('fk_consultation_response_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consultation_response')),
    sa.UniqueConstraint('consultation_id', 'organisation_id', name=op.f('uq_consultation_response_consultation_id_organisation_id'))
    )
    with op.batch_alter_table('consultation_response', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consultation_response_consultation_id'), ['consultation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consultation_response_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('finding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_finding_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding')),
    sa.UniqueConstraint('consultation_id', 'position', name=op.f('uq_finding_consultation_id_position'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_consultation_id'), ['consultation_id'], unique=False)

    op.create_table('procedure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('lead_id', sa.Uuid(), nullable=False),
    sa.Column('kind_code', sa.String(length=40), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('questions_close_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('nota_due_on', sa.Date(), nullable=True),
    sa.Column('submission_deadline_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('award_planned_on', sa.Date(), nullable=True),
    sa.Column('standstill_ends_on', sa.Date(), nullable=True),
    sa.Column('score_max', sa.Integer(), nullable=False),
    sa.Column('score_step_tenths', sa.Integer(), nullable=False),
    sa.Column('estimated_value', sa.BigInteger(), nullable=True),
    sa.Column('estimated_on', sa.Date(), nullable=True),
    sa.Column('estimate_basis', sa.Text(), nullable=False),
    sa.Column('kind_motivation', sa.Text(), nullable=False),
    sa.Column('lots_motivation', sa.Text(), nullable=False),
    sa.Column('motivated_on', sa.Date(), nullable=True),
    sa.Column('is_framework', sa.Boolean(), nullable=False),
    sa.Column('term_motivation', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by_id', sa.Uuid(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('awarded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawal_reason', sa.Text(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'awarded') = (awarded_at IS NOT NULL)", name=op.f('ck_procedure_awarded_has_time')),
    sa.CheckConstraint("(state = 'preparation') = (published_at IS NULL) AND (published_at IS NULL) = (published_by_id IS NULL)", name=op.f('ck_procedure_published_has_time_and_person')),
    sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason <> '')", name=op.f('ck_procedure_withdrawn_has_time_and_reason')),
    sa.CheckConstraint("state NOT IN ('opened', 'awarded') OR opened_at IS NOT NULL", name=op.f('ck_procedure_opened_has_time')),
    sa.CheckConstraint('published_at IS NULL OR submission_deadline_at IS NOT NULL', name=op.f('ck_procedure_published_has_deadline')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_procedure_consultation_id')),
    sa.ForeignKeyConstraint(['kind_code'], ['procedure_kind.code'], name=op.f('fk_procedure_kind_code')),
    sa.ForeignKeyConstraint(['lead_id'], ['organisation.id'], name=op.f('fk_procedure_lead_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user.id'], name=op.f('fk_procedure_published_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure')),
    sa.UniqueConstraint('number', name=op.f('uq_procedure_number'))
    )
    with op.batch_alter_table('procedure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_procedure_consultation_id'), ['consultation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_procedure_lead_id'), ['lead_id'], unique=False)

    op.create_table('consultation_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('response_id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['consultation_question.id'], name=op.f('fk_consultation_answer_question_id')),
    sa.ForeignKeyConstraint(['response_id'], ['consultation_response.id'], name=op.f('fk_consultation_answer_response_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consultation_answer')),
    sa.UniqueConstraint('response_id', 'question_id', name=op.f('uq_consultation_answer_response_id_question_id'))
    )
    with op.batch_alter_table('consultation_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consultation_answer_question_id'), ['question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consultation_answer_response_id'), ['response_id'], unique=False)

    op.create_table('envelope_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('envelope', sa.String(length=40), nullable=False),
    sa.Column('public_key', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_envelope_key_made_by_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_envelope_key_procedure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_envelope_key')),
    sa.UniqueConstraint('procedure_id', 'envelope', name=op.f('uq_envelope_key_procedure_id_envelope')),
    sa.UniqueConstraint('public_key', name=op.f('uq_envelope_key_public_key'))
    )
    op.create_table('follower',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_follower_organisation_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_follower_procedure_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_follower_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follower')),
    sa.UniqueConstraint('procedure_id', 'user_id', name=op.f('uq_follower_procedure_id_user_id'))
    )
    with op.batch_alter_table('follower', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follower_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follower_procedure_id'), ['procedure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follower_user_id'), ['user_id'], unique=False)

    op.create_table('lot',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('extension_count', sa.Integer(), nullable=False),
    sa.Column('extension_months', sa.Integer(), nullable=False),
    sa.Column('run_off_months', sa.Integer(), nullable=False),
    sa.Column('ceiling_amount', sa.BigInteger(), nullable=True),
    sa.Column('ceiling_quantity', sa.BigInteger(), nullable=True),
    sa.Column('price_formula', sa.String(length=40), nullable=False),
    sa.Column('price_weight', sa.BigInteger(), nullable=True),
    sa.Column('price_floor', sa.BigInteger(), nullable=True),
    sa.Column('price_cap', sa.BigInteger(), nullable=True),
    sa.Column('outside_bounds', sa.String(length=40), nullable=True),
    sa.Column('price_rationale', sa.Text(), nullable=False),
    sa.Column('awarded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawal_reason', sa.Text(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'awarded') = (awarded_at IS NOT NULL)", name=op.f('ck_lot_awarded_has_time')),
    sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason <> '')", name=op.f('ck_lot_withdrawn_has_time_and_reason')),
    sa.CheckConstraint('ceiling_amount IS NULL OR ceiling_amount > 0', name=op.f('ck_lot_ceiling_is_positive')),
    sa.CheckConstraint('ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on', name=op.f('ck_lot_term_in_order')),
    sa.CheckConstraint('price_floor IS NULL OR price_cap IS NULL OR price_cap > price_floor', name=op.f('ck_lot_price_bounds_in_order')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_lot_procedure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot')),
    sa.UniqueConstraint('procedure_id', 'number', name=op.f('uq_lot_procedure_id_number'))
    )
    with op.batch_alter_table('lot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lot_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('nota',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_nota_document_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_nota_procedure_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user.id'], name=op.f('fk_nota_published_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nota')),
    sa.UniqueConstraint('procedure_id', 'number', name=op.f('uq_nota_procedure_id_number'))
    )
    with op.batch_alter_table('nota', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nota_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('tenderned_number', sa.String(length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt_confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_public_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('made_public_at IS NULL OR (sent_at IS NOT NULL AND made_public_at >= sent_at)', name=op.f('ck_notice_public_after_sent')),
    sa.CheckConstraint('receipt_confirmed_at IS NULL OR (sent_at IS NOT NULL AND receipt_confirmed_at >= sent_at)', name=op.f('ck_notice_confirmed_after_sent')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_notice_procedure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('offer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('lead_organisation_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by_id', sa.Uuid(), nullable=True),
    sa.Column('draft', sa.LargeBinary(), nullable=True),
    sa.Column('draft_key', sa.String(length=200), nullable=False),
    sa.Column('draft_saved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'draft') = (draft IS NOT NULL)", name=op.f('ck_offer_only_a_draft_has_a_draft')),
    sa.CheckConstraint("(state = 'opened') = (opened_at IS NOT NULL)", name=op.f('ck_offer_opened_has_time')),
    sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f('ck_offer_withdrawn_has_time')),
    sa.CheckConstraint("(state IN ('submitted', 'opened')) = (submitted_at IS NOT NULL)", name=op.f('ck_offer_submitted_has_time')),
    sa.ForeignKeyConstraint(['lead_organisation_id'], ['organisation.id'], name=op.f('fk_offer_lead_organisation_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_offer_procedure_id')),
    sa.ForeignKeyConstraint(['started_by_id'], ['user.id'], name=op.f('fk_offer_started_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('number', name=op.f('uq_offer_number')),
    sa.UniqueConstraint('procedure_id', 'lead_organisation_id', name=op.f('uq_offer_procedure_id_lead_organisation_id'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_lead_organisation_id'), ['lead_organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('procedure_invite',
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_procedure_invite_organisation_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_procedure_invite_procedure_id')),
    sa.PrimaryKeyConstraint('procedure_id', 'organisation_id', name=op.f('pk_procedure_invite'))
    )
    op.create_table('procedure_mandate',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_procedure_mandate_municipality_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_procedure_mandate_procedure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure_mandate')),
    sa.UniqueConstraint('procedure_id', 'municipality_id', name=op.f('uq_procedure_mandate_procedure_id_municipality_id'))
    )
    with op.batch_alter_table('procedure_mandate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_procedure_mandate_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('procedure_member',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('case_role', sa.String(length=40), nullable=False),
    sa.Column('department', sa.String(length=200), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_procedure_member_membership_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_procedure_member_procedure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure_member')),
    sa.UniqueConstraint('procedure_id', 'membership_id', 'case_role', name=op.f('uq_procedure_member_procedure_id_membership_id_case_role'))
    )
    with op.batch_alter_table('procedure_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_procedure_member_membership_id'), ['membership_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_procedure_member_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('tender_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_tender_document_procedure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_document'))
    )
    with op.batch_alter_table('tender_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tender_document_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('assessment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fixed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fixed_by_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'fixed') = (fixed_at IS NOT NULL AND fixed_by_id IS NOT NULL)", name=op.f('ck_assessment_fixed_has_time_and_person')),
    sa.ForeignKeyConstraint(['fixed_by_id'], ['user.id'], name=op.f('fk_assessment_fixed_by_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_assessment_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment')),
    sa.UniqueConstraint('lot_id', name=op.f('uq_assessment_lot_id'))
    )
    op.create_table('award_criterion',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('weight', sa.BigInteger(), nullable=False),
    sa.Column('minimum_score', sa.Integer(), nullable=True),
    sa.Column('measure_id', sa.Uuid(), nullable=True),
    sa.Column('promise_text', sa.Text(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('weight > 0', name=op.f('ck_award_criterion_weight_is_positive')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_award_criterion_lot_id')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_award_criterion_measure_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['award_criterion.id'], name=op.f('fk_award_criterion_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_criterion')),
    sa.UniqueConstraint('lot_id', 'position', name=op.f('uq_award_criterion_lot_id_position'))
    )
    with op.batch_alter_table('award_criterion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_award_criterion_lot_id'), ['lot_id'], unique=False)

    op.create_table('declaration',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_member_id', sa.Uuid(), nullable=False),
    sa.Column('has_interest', sa.Boolean(), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("NOT has_interest OR explanation <> ''", name=op.f('ck_declaration_interest_is_explained')),
    sa.ForeignKeyConstraint(['procedure_member_id'], ['procedure_member.id'], name=op.f('fk_declaration_procedure_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration')),
    sa.UniqueConstraint('procedure_member_id', name=op.f('uq_declaration_procedure_member_id'))
    )
    op.create_table('envelope_holder',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('envelope_key_id', sa.Uuid(), nullable=False),
    sa.Column('key_card_id', sa.Uuid(), nullable=False),
    sa.Column('group_name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['envelope_key_id'], ['envelope_key.id'], name=op.f('fk_envelope_holder_envelope_key_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['key_card_id'], ['key_card.id'], name=op.f('fk_envelope_holder_key_card_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_envelope_holder')),
    sa.UniqueConstraint('envelope_key_id', 'key_card_id', name=op.f('uq_envelope_holder_envelope_key_id_key_card_id'))
    )
    with op.batch_alter_table('envelope_holder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_envelope_holder_envelope_key_id'), ['envelope_key_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_envelope_holder_key_card_id'), ['key_card_id'], unique=False)

    op.create_table('finding_answer',
    sa.Column('finding_id', sa.Uuid(), nullable=False),
    sa.Column('answer_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['consultation_answer.id'], name=op.f('fk_finding_answer_answer_id')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_finding_answer_finding_id')),
    sa.PrimaryKeyConstraint('finding_id', 'answer_id', name=op.f('pk_finding_answer'))
    )
    op.create_table('lot_municipality',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('participation', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_lot_municipality_lot_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_lot_municipality_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot_municipality')),
    sa.UniqueConstraint('lot_id', 'municipality_id', name=op.f('uq_lot_municipality_lot_id_municipality_id'))
    )
    with op.batch_alter_table('lot_municipality', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lot_municipality_lot_id'), ['lot_id'], unique=False)

    op.create_table('lot_product',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_lot_product_lot_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_lot_product_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot_product')),
    sa.UniqueConstraint('lot_id', 'product_id', name=op.f('uq_lot_product_lot_id_product_id'))
    )
    with op.batch_alter_table('lot_product', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lot_product_lot_id'), ['lot_id'], unique=False)

    op.create_table('offer_lot',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_offer_lot_lot_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_lot_offer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_lot')),
    sa.UniqueConstraint('offer_id', 'lot_id', name=op.f('uq_offer_lot_offer_id_lot_id'))
    )
    with op.batch_alter_table('offer_lot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_lot_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_lot_offer_id'), ['offer_id'], unique=False)

    op.create_table('offer_party',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kvk', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_party_offer_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_offer_party_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_party'))
    )
    with op.batch_alter_table('offer_party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_party_offer_id'), ['offer_id'], unique=False)

    op.create_table('opening',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('envelope_key_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('asked_by_id', sa.Uuid(), nullable=False),
    sa.Column('asked_card_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by_id', sa.Uuid(), nullable=True),
    sa.Column('confirmed_card_id', sa.Uuid(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('record_document_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL AND confirmed_by_id IS NOT NULL)", name=op.f('ck_opening_confirmed_has_time_and_person')),
    sa.CheckConstraint("(state IN ('refused', 'expired')) = (ended_at IS NOT NULL)", name=op.f('ck_opening_ended_has_time')),
    sa.CheckConstraint('confirmed_by_id IS NULL OR confirmed_by_id <> asked_by_id', name=op.f('ck_opening_two_persons')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_opening_asked_by_id')),
    sa.ForeignKeyConstraint(['asked_card_id'], ['key_card.id'], name=op.f('fk_opening_asked_card_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['user.id'], name=op.f('fk_opening_confirmed_by_id')),
    sa.ForeignKeyConstraint(['confirmed_card_id'], ['key_card.id'], name=op.f('fk_opening_confirmed_card_id')),
    sa.ForeignKeyConstraint(['envelope_key_id'], ['envelope_key.id'], name=op.f('fk_opening_envelope_key_id')),
    sa.ForeignKeyConstraint(['record_document_id'], ['document.id'], name=op.f('fk_opening_record_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening'))
    )
    with op.batch_alter_table('opening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opening_envelope_key_id'), ['envelope_key_id'], unique=False)
        batch_op.create_index('uq_opening_live', ['envelope_key_id'], unique=True, sqlite_where=sa.text("state IN ('asked', 'confirmed')"), postgresql_where=sa.text("state IN ('asked', 'confirmed')"))

    op.create_table('ranking',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('formula', sa.String(length=40), nullable=False),
    sa.Column('price_weight', sa.BigInteger(), nullable=False),
    sa.Column('price_min', sa.BigInteger(), nullable=True),
    sa.Column('price_max', sa.BigInteger(), nullable=True),
    sa.Column('outside_bounds', sa.String(length=40), nullable=False),
    sa.Column('tie_rule', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_ranking_lot_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_ranking_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ranking')),
    sa.UniqueConstraint('lot_id', 'version', name=op.f('uq_ranking_lot_id_version'))
    )
    with op.batch_alter_table('ranking', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ranking_lot_id'), ['lot_id'], unique=False)

    op.create_table('requirement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('is_keurmerk', sa.Boolean(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_requirement_lot_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_requirement_procedure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requirement')),
    sa.UniqueConstraint('procedure_id', 'kind', 'number', name=op.f('uq_requirement_procedure_id_kind_number'))
    )
    with op.batch_alter_table('requirement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_requirement_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_requirement_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('submission',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deadline_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('idempotency_key', sa.String(length=200), nullable=False),
    sa.Column('receipt', sa.Text(), nullable=False),
    sa.Column('signature', sa.String(length=200), nullable=False),
    sa.Column('editable_copy', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_submission_by_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_submission_offer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('offer_id', 'idempotency_key', name=op.f('uq_submission_offer_id_idempotency_key')),
    sa.UniqueConstraint('offer_id', 'version', name=op.f('uq_submission_offer_id_version'))
    )
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_offer_id'), ['offer_id'], unique=False)

    op.create_table('tender_document_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('tender_document_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['user.id'], name=op.f('fk_tender_document_version_added_by_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_tender_document_version_document_id')),
    sa.ForeignKeyConstraint(['tender_document_id'], ['tender_document.id'], name=op.f('fk_tender_document_version_tender_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_document_version')),
    sa.UniqueConstraint('tender_document_id', 'number', name=op.f('uq_tender_document_version_tender_document_id_number'))
    )
    with op.batch_alter_table('tender_document_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tender_document_version_tender_document_id'), ['tender_document_id'], unique=False)

    op.create_table('award',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('ranking_id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('predecessor_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('advice', sa.Text(), nullable=False),
    sa.Column('advantages', sa.Text(), nullable=False),
    sa.Column('drawn_up_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drawn_up_by_id', sa.Uuid(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('standstill_days', sa.Integer(), nullable=False),
    sa.Column('standstill_rule', sa.Text(), nullable=False),
    sa.Column('standstill_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('summons_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('court_since', sa.Date(), nullable=True),
    sa.Column('court_reference', sa.String(length=200), nullable=False),
    sa.Column('court_ended', sa.Date(), nullable=True),
    sa.Column('court_outcome', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawal_reason', sa.Text(), nullable=False),
    sa.Column('final_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('final_by_id', sa.Uuid(), nullable=True),
    sa.Column('record_document_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'final') = (final_at IS NOT NULL AND final_by_id IS NOT NULL)", name=op.f('ck_award_final_has_time')),
    sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason <> '')", name=op.f('ck_award_withdrawn_has_time_and_reason')),
    sa.CheckConstraint("(state IN ('draft')) OR sent_at IS NOT NULL OR state = 'withdrawn'", name=op.f('ck_award_sent_has_time')),
    sa.CheckConstraint("state <> 'court' OR court_since IS NOT NULL", name=op.f('ck_award_court_has_date')),
    sa.CheckConstraint('(sent_at IS NULL) = (standstill_until IS NULL)', name=op.f('ck_award_term_runs_from_sending')),
    sa.ForeignKeyConstraint(['drawn_up_by_id'], ['user.id'], name=op.f('fk_award_drawn_up_by_id')),
    sa.ForeignKeyConstraint(['final_by_id'], ['user.id'], name=op.f('fk_award_final_by_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_award_lot_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_award_offer_lot_id')),
    sa.ForeignKeyConstraint(['predecessor_id'], ['award.id'], name=op.f('fk_award_predecessor_id')),
    sa.ForeignKeyConstraint(['ranking_id'], ['ranking.id'], name=op.f('fk_award_ranking_id')),
    sa.ForeignKeyConstraint(['record_document_id'], ['document.id'], name=op.f('fk_award_record_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award')),
    sa.UniqueConstraint('lot_id', 'version', name=op.f('uq_award_lot_id_version'))
    )
    with op.batch_alter_table('award', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_award_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_award_offer_lot_id'), ['offer_lot_id'], unique=False)

    op.create_table('consensus',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('criterion_id', sa.Uuid(), nullable=False),
    sa.Column('score', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_consensus_has_reason')),
    sa.ForeignKeyConstraint(['criterion_id'], ['award_criterion.id'], name=op.f('fk_consensus_criterion_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_consensus_offer_lot_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_consensus_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consensus')),
    sa.UniqueConstraint('offer_lot_id', 'criterion_id', name=op.f('uq_consensus_offer_lot_id_criterion_id'))
    )
    with op.batch_alter_table('consensus', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consensus_criterion_id'), ['criterion_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consensus_offer_lot_id'), ['offer_lot_id'], unique=False)

    op.create_table('envelope_wrap',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('envelope_holder_id', sa.Uuid(), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['envelope_holder_id'], ['envelope_holder.id'], name=op.f('fk_envelope_wrap_envelope_holder_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_envelope_wrap')),
    sa.UniqueConstraint('envelope_holder_id', name=op.f('uq_envelope_wrap_envelope_holder_id'))
    )
    op.create_table('lot_price_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('lot_product_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('vat_category', sa.String(length=40), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('price_model', sa.String(length=40), nullable=False),
    sa.Column('rate_floor', sa.BigInteger(), nullable=True),
    sa.Column('rate_cap', sa.BigInteger(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(price_model = 'open' AND rate_floor IS NULL AND rate_cap IS NULL) OR (price_model = 'fixed' AND rate_floor IS NOT NULL AND rate_floor = rate_cap) OR (price_model = 'ceiling' AND rate_floor IS NULL AND rate_cap IS NOT NULL) OR (price_model = 'band' AND rate_floor IS NOT NULL AND rate_cap > rate_floor)", name=op.f('ck_lot_price_line_model_has_its_rates')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_lot_price_line_quantity_is_positive')),
    sa.ForeignKeyConstraint(['lot_product_id'], ['lot_product.id'], name=op.f('fk_lot_price_line_lot_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot_price_line'))
    )
    with op.batch_alter_table('lot_price_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lot_price_line_lot_product_id'), ['lot_product_id'], unique=False)

    op.create_table('lot_volume',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('lot_municipality_id', sa.Uuid(), nullable=False),
    sa.Column('lot_product_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('quantity >= 0', name=op.f('ck_lot_volume_quantity_not_negative')),
    sa.ForeignKeyConstraint(['lot_municipality_id'], ['lot_municipality.id'], name=op.f('fk_lot_volume_lot_municipality_id')),
    sa.ForeignKeyConstraint(['lot_product_id'], ['lot_product.id'], name=op.f('fk_lot_volume_lot_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot_volume')),
    sa.UniqueConstraint('lot_municipality_id', 'lot_product_id', 'year', name=op.f('uq_lot_volume_lot_municipality_id_lot_product_id_year'))
    )
    with op.batch_alter_table('lot_volume', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lot_volume_lot_municipality_id'), ['lot_municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lot_volume_lot_product_id'), ['lot_product_id'], unique=False)

    op.create_table('offer_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('criterion_id', sa.Uuid(), nullable=True),
    sa.Column('requirement_id', sa.Uuid(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('stance', sa.String(length=40), nullable=True),
    sa.Column('promised_value', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('(criterion_id IS NULL) <> (requirement_id IS NULL)', name=op.f('ck_offer_answer_criterion_or_requirement')),
    sa.CheckConstraint('(requirement_id IS NULL) = (stance IS NULL)', name=op.f('ck_offer_answer_requirement_has_stance')),
    sa.ForeignKeyConstraint(['criterion_id'], ['award_criterion.id'], name=op.f('fk_offer_answer_criterion_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_offer_answer_offer_lot_id')),
    sa.ForeignKeyConstraint(['requirement_id'], ['requirement.id'], name=op.f('fk_offer_answer_requirement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_answer')),
    sa.UniqueConstraint('offer_lot_id', 'criterion_id', name=op.f('uq_offer_answer_offer_lot_id_criterion_id')),
    sa.UniqueConstraint('offer_lot_id', 'requirement_id', name=op.f('uq_offer_answer_offer_lot_id_requirement_id'))
    )
    with op.batch_alter_table('offer_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_answer_offer_lot_id'), ['offer_lot_id'], unique=False)

    op.create_table('opening_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('opening_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('offer_number', sa.String(length=40), nullable=False),
    sa.Column('organisation_name', sa.String(length=200), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed_sha256', sa.String(length=200), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('damaged', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['opening_id'], ['opening.id'], name=op.f('fk_opening_line_opening_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening_line'))
    )
    with op.batch_alter_table('opening_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opening_line_opening_id'), ['opening_id'], unique=False)

    op.create_table('opening_peel',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('opening_id', sa.Uuid(), nullable=False),
    sa.Column('envelope_holder_id', sa.Uuid(), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['envelope_holder_id'], ['envelope_holder.id'], name=op.f('fk_opening_peel_envelope_holder_id')),
    sa.ForeignKeyConstraint(['opening_id'], ['opening.id'], name=op.f('fk_opening_peel_opening_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening_peel')),
    sa.UniqueConstraint('opening_id', 'envelope_holder_id', name=op.f('uq_opening_peel_opening_id_envelope_holder_id'))
    )
    with op.batch_alter_table('opening_peel', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opening_peel_opening_id'), ['opening_id'], unique=False)

    op.create_table('question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('procedure_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('asker_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=True),
    sa.Column('document_version_id', sa.Uuid(), nullable=True),
    sa.Column('paragraph', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Uuid(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'asked') = (answered_at IS NULL) AND (answered_at IS NULL OR (answered_by_id IS NOT NULL AND answer <> ''))", name=op.f('ck_question_answered_has_time_person_and_text')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_question_answered_by_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_question_asked_by_id')),
    sa.ForeignKeyConstraint(['asker_id'], ['organisation.id'], name=op.f('fk_question_asker_id')),
    sa.ForeignKeyConstraint(['document_version_id'], ['tender_document_version.id'], name=op.f('fk_question_document_version_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_question_lot_id')),
    sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_question_procedure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('procedure_id', 'number', name=op.f('uq_question_procedure_id_number'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_asker_id'), ['asker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_question_procedure_id'), ['procedure_id'], unique=False)

    op.create_table('ranking_row',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('ranking_id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('price', sa.BigInteger(), nullable=True),
    sa.Column('quality_points', sa.BigInteger(), nullable=False),
    sa.Column('price_points', sa.BigInteger(), nullable=False),
    sa.Column('total_points', sa.BigInteger(), nullable=False),
    sa.Column('excluded_reason', sa.Text(), nullable=False),
    sa.Column('working', sa.JSON(), nullable=False),
    sa.CheckConstraint("(rank IS NULL) = (excluded_reason <> '')", name=op.f('ck_ranking_row_has_rank_or_reason')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_ranking_row_offer_lot_id')),
    sa.ForeignKeyConstraint(['ranking_id'], ['ranking.id'], name=op.f('fk_ranking_row_ranking_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ranking_row')),
    sa.UniqueConstraint('ranking_id', 'offer_lot_id', name=op.f('uq_ranking_row_ranking_id_offer_lot_id'))
    )
    with op.batch_alter_table('ranking_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ranking_row_offer_lot_id'), ['offer_lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ranking_row_ranking_id'), ['ranking_id'], unique=False)

    op.create_table('requirement_decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('requirement_id', sa.Uuid(), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_requirement_decision_has_reason')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_requirement_decision_decided_by_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_requirement_decision_offer_lot_id')),
    sa.ForeignKeyConstraint(['requirement_id'], ['requirement.id'], name=op.f('fk_requirement_decision_requirement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requirement_decision')),
    sa.UniqueConstraint('offer_lot_id', 'requirement_id', name=op.f('uq_requirement_decision_offer_lot_id_requirement_id'))
    )
    with op.batch_alter_table('requirement_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_requirement_decision_offer_lot_id'), ['offer_lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_requirement_decision_requirement_id'), ['requirement_id'], unique=False)

    op.create_table('score',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('criterion_id', sa.Uuid(), nullable=False),
    sa.Column('procedure_member_id', sa.Uuid(), nullable=False),
    sa.Column('score', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("submitted_at IS NULL OR (score IS NOT NULL AND reason <> '')", name=op.f('ck_score_submitted_is_whole')),
    sa.ForeignKeyConstraint(['criterion_id'], ['award_criterion.id'], name=op.f('fk_score_criterion_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_score_offer_lot_id')),
    sa.ForeignKeyConstraint(['procedure_member_id'], ['procedure_member.id'], name=op.f('fk_score_procedure_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score')),
    sa.UniqueConstraint('offer_lot_id', 'criterion_id', 'procedure_member_id', name=op.f('uq_score_offer_lot_id_criterion_id_procedure_member_id'))
    )
    with op.batch_alter_table('score', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_criterion_id'), ['criterion_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_offer_lot_id'), ['offer_lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_procedure_member_id'), ['procedure_member_id'], unique=False)

    op.create_table('sealed_part',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('submission_id', sa.Uuid(), nullable=True),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=True),
    sa.Column('opening_id', sa.Uuid(), nullable=True),
    sa.Column('envelope', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('storage_key', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=200), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('damage', sa.Text(), nullable=False),
    sa.CheckConstraint("(state = 'damaged') = (damage <> '')", name=op.f('ck_sealed_part_damaged_has_reason')),
    sa.CheckConstraint("(state = 'sealed') = (opened_at IS NULL)", name=op.f('ck_sealed_part_opened_has_time')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_sealed_part_offer_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_sealed_part_offer_lot_id')),
    sa.ForeignKeyConstraint(['opening_id'], ['opening.id'], name=op.f('fk_sealed_part_opening_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_sealed_part_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sealed_part')),
    sa.UniqueConstraint('storage_key', name=op.f('uq_sealed_part_storage_key'))
    )
    with op.batch_alter_table('sealed_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sealed_part_offer_id'), ['offer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sealed_part_submission_id'), ['submission_id'], unique=False)

    op.create_table('award_approval',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('award_id', sa.Uuid(), nullable=False),
    sa.Column('municipality_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('mandate', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL AND user_id IS NULL)", name=op.f('ck_award_approval_decided_has_time_and_person')),
    sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f('ck_award_approval_refused_has_reason')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_award_approval_award_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_award_approval_municipality_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_award_approval_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_approval')),
    sa.UniqueConstraint('award_id', 'municipality_id', name=op.f('uq_award_approval_award_id_municipality_id'))
    )
    with op.batch_alter_table('award_approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_award_approval_award_id'), ['award_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_award_approval_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('finding_use',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('finding_id', sa.Uuid(), nullable=False),
    sa.Column('requirement_id', sa.Uuid(), nullable=True),
    sa.Column('criterion_id', sa.Uuid(), nullable=True),
    sa.Column('question_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('(CASE WHEN requirement_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN criterion_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN question_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_finding_use_exactly_one_target')),
    sa.ForeignKeyConstraint(['criterion_id'], ['award_criterion.id'], name=op.f('fk_finding_use_criterion_id')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_finding_use_finding_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_finding_use_question_id')),
    sa.ForeignKeyConstraint(['requirement_id'], ['requirement.id'], name=op.f('fk_finding_use_requirement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding_use')),
    sa.UniqueConstraint('finding_id', 'criterion_id', name=op.f('uq_finding_use_finding_id_criterion_id')),
    sa.UniqueConstraint('finding_id', 'question_id', name=op.f('uq_finding_use_finding_id_question_id')),
    sa.UniqueConstraint('finding_id', 'requirement_id', name=op.f('uq_finding_use_finding_id_requirement_id'))
    )
    with op.batch_alter_table('finding_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_use_criterion_id'), ['criterion_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_use_finding_id'), ['finding_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_use_question_id'), ['question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_use_requirement_id'), ['requirement_id'], unique=False)

    op.create_table('letter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('award_id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("sent_at IS NULL OR grounds <> ''", name=op.f('ck_letter_sent_has_grounds')),
    sa.CheckConstraint('(sent_at IS NULL) = (document_id IS NULL)', name=op.f('ck_letter_sent_has_document')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_letter_award_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_letter_document_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_letter_offer_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('award_id', 'offer_lot_id', name=op.f('uq_letter_award_id_offer_lot_id'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_award_id'), ['award_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letter_offer_lot_id'), ['offer_lot_id'], unique=False)

    op.create_table('nota_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('nota_id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('question_text', sa.Text(), nullable=False),
    sa.Column('answer_text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['nota_id'], ['nota.id'], name=op.f('fk_nota_answer_nota_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_nota_answer_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nota_answer')),
    sa.UniqueConstraint('nota_id', 'position', name=op.f('uq_nota_answer_nota_id_position')),
    sa.UniqueConstraint('question_id', name=op.f('uq_nota_answer_question_id'))
    )
    with op.batch_alter_table('nota_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nota_answer_nota_id'), ['nota_id'], unique=False)

    op.create_table('offer_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('sealed_part_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_offer_document_document_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_offer_document_offer_lot_id')),
    sa.ForeignKeyConstraint(['sealed_part_id'], ['sealed_part.id'], name=op.f('fk_offer_document_sealed_part_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_document')),
    sa.UniqueConstraint('offer_lot_id', 'document_id', name=op.f('uq_offer_document_offer_lot_id_document_id'))
    )
    with op.batch_alter_table('offer_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_document_offer_lot_id'), ['offer_lot_id'], unique=False)

    op.create_table('offer_price',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_lot_id', sa.Uuid(), nullable=False),
    sa.Column('lot_price_line_id', sa.Uuid(), nullable=False),
    sa.Column('rate', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('rate >= 0', name=op.f('ck_offer_price_rate_not_negative')),
    sa.ForeignKeyConstraint(['lot_price_line_id'], ['lot_price_line.id'], name=op.f('fk_offer_price_lot_price_line_id')),
    sa.ForeignKeyConstraint(['offer_lot_id'], ['offer_lot.id'], name=op.f('fk_offer_price_offer_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_price')),
    sa.UniqueConstraint('offer_lot_id', 'lot_price_line_id', name=op.f('uq_offer_price_offer_lot_id_lot_price_line_id'))
    )
    with op.batch_alter_table('offer_price', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_price_lot_price_line_id'), ['lot_price_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_price_offer_lot_id'), ['offer_lot_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('offer_price', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_price_offer_lot_id'))
        batch_op.drop_index(batch_op.f('ix_offer_price_lot_price_line_id'))

    op.drop_table('offer_price')
    with op.batch_alter_table('offer_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_document_offer_lot_id'))

    op.drop_table('offer_document')
    with op.batch_alter_table('nota_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_nota_answer_nota_id'))

    op.drop_table('nota_answer')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_offer_lot_id'))
        batch_op.drop_index(batch_op.f('ix_letter_award_id'))

    op.drop_table('letter')
    with op.batch_alter_table('finding_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_use_requirement_id'))
        batch_op.drop_index(batch_op.f('ix_finding_use_question_id'))
        batch_op.drop_index(batch_op.f('ix_finding_use_finding_id'))
        batch_op.drop_index(batch_op.f('ix_finding_use_criterion_id'))

    op.drop_table('finding_use')
    with op.batch_alter_table('award_approval', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_award_approval_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_award_approval_award_id'))

    op.drop_table('award_approval')
    with op.batch_alter_table('sealed_part', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sealed_part_submission_id'))
        batch_op.drop_index(batch_op.f('ix_sealed_part_offer_id'))

    op.drop_table('sealed_part')
    with op.batch_alter_table('score', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_procedure_member_id'))
        batch_op.drop_index(batch_op.f('ix_score_offer_lot_id'))
        batch_op.drop_index(batch_op.f('ix_score_criterion_id'))

    op.drop_table('score')
    with op.batch_alter_table('requirement_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_requirement_decision_requirement_id'))
        batch_op.drop_index(batch_op.f('ix_requirement_decision_offer_lot_id'))

    op.drop_table('requirement_decision')
    with op.batch_alter_table('ranking_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ranking_row_ranking_id'))
        batch_op.drop_index(batch_op.f('ix_ranking_row_offer_lot_id'))

    op.drop_table('ranking_row')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_procedure_id'))
        batch_op.drop_index(batch_op.f('ix_question_asker_id'))

    op.drop_table('question')
    with op.batch_alter_table('opening_peel', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opening_peel_opening_id'))

    op.drop_table('opening_peel')
    with op.batch_alter_table('opening_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opening_line_opening_id'))

    op.drop_table('opening_line')
    with op.batch_alter_table('offer_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_answer_offer_lot_id'))

    op.drop_table('offer_answer')
    with op.batch_alter_table('lot_volume', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lot_volume_lot_product_id'))
        batch_op.drop_index(batch_op.f('ix_lot_volume_lot_municipality_id'))

    op.drop_table('lot_volume')
    with op.batch_alter_table('lot_price_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lot_price_line_lot_product_id'))

    op.drop_table('lot_price_line')
    op.drop_table('envelope_wrap')
    with op.batch_alter_table('consensus', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consensus_offer_lot_id'))
        batch_op.drop_index(batch_op.f('ix_consensus_criterion_id'))

    op.drop_table('consensus')
    with op.batch_alter_table('award', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_award_offer_lot_id'))
        batch_op.drop_index(batch_op.f('ix_award_lot_id'))

    op.drop_table('award')
    with op.batch_alter_table('tender_document_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tender_document_version_tender_document_id'))

    op.drop_table('tender_document_version')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_offer_id'))

    op.drop_table('submission')
    with op.batch_alter_table('requirement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_requirement_procedure_id'))
        batch_op.drop_index(batch_op.f('ix_requirement_lot_id'))

    op.drop_table('requirement')
    with op.batch_alter_table('ranking', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ranking_lot_id'))

    op.drop_table('ranking')
    with op.batch_alter_table('opening', schema=None) as batch_op:
        batch_op.drop_index('uq_opening_live', sqlite_where=sa.text("state IN ('asked', 'confirmed')"), postgresql_where=sa.text("state IN ('asked', 'confirmed')"))
        batch_op.drop_index(batch_op.f('ix_opening_envelope_key_id'))

    op.drop_table('opening')
    with op.batch_alter_table('offer_party', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_party_offer_id'))

    op.drop_table('offer_party')
    with op.batch_alter_table('offer_lot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_lot_offer_id'))
        batch_op.drop_index(batch_op.f('ix_offer_lot_lot_id'))

    op.drop_table('offer_lot')
    with op.batch_alter_table('lot_product', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lot_product_lot_id'))

    op.drop_table('lot_product')
    with op.batch_alter_table('lot_municipality', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lot_municipality_lot_id'))

    op.drop_table('lot_municipality')
    op.drop_table('finding_answer')
    with op.batch_alter_table('envelope_holder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_envelope_holder_key_card_id'))
        batch_op.drop_index(batch_op.f('ix_envelope_holder_envelope_key_id'))

    op.drop_table('envelope_holder')
    op.drop_table('declaration')
    with op.batch_alter_table('award_criterion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_award_criterion_lot_id'))

    op.drop_table('award_criterion')
    op.drop_table('assessment')
    with op.batch_alter_table('tender_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tender_document_procedure_id'))

    op.drop_table('tender_document')
    with op.batch_alter_table('procedure_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_procedure_member_procedure_id'))
        batch_op.drop_index(batch_op.f('ix_procedure_member_membership_id'))

    op.drop_table('procedure_member')
    with op.batch_alter_table('procedure_mandate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_procedure_mandate_procedure_id'))

    op.drop_table('procedure_mandate')
    op.drop_table('procedure_invite')
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_procedure_id'))
        batch_op.drop_index(batch_op.f('ix_offer_lead_organisation_id'))

    op.drop_table('offer')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_procedure_id'))

    op.drop_table('notice')
    with op.batch_alter_table('nota', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_nota_procedure_id'))

    op.drop_table('nota')
    with op.batch_alter_table('lot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lot_procedure_id'))

    op.drop_table('lot')
    with op.batch_alter_table('follower', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follower_user_id'))
        batch_op.drop_index(batch_op.f('ix_follower_procedure_id'))
        batch_op.drop_index(batch_op.f('ix_follower_organisation_id'))

    op.drop_table('follower')
    op.drop_table('envelope_key')
    with op.batch_alter_table('consultation_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consultation_answer_response_id'))
        batch_op.drop_index(batch_op.f('ix_consultation_answer_question_id'))

    op.drop_table('consultation_answer')
    with op.batch_alter_table('procedure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_procedure_lead_id'))
        batch_op.drop_index(batch_op.f('ix_procedure_consultation_id'))

    op.drop_table('procedure')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_consultation_id'))

    op.drop_table('finding')
    with op.batch_alter_table('consultation_response', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consultation_response_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_consultation_response_consultation_id'))

    op.drop_table('consultation_response')
    with op.batch_alter_table('consultation_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consultation_question_consultation_id'))

    op.drop_table('consultation_question')
    op.drop_table('consultation_product')
    op.drop_table('consultation_municipality')
    op.drop_table('consultation_invite')
    op.drop_table('procedure_rule')
    with op.batch_alter_table('key_card', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_key_card_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_key_card_holder_id'))

    op.drop_table('key_card')
    with op.batch_alter_table('consultation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consultation_lead_id'))

    op.drop_table('consultation')
    op.drop_table('procedure_kind')
