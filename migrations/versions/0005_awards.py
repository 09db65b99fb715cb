"""awards

A judging has versions, so that a herbeoordeling by a new team stands beside the first; what is asked of a
bidder after the opening; endings of a lot with their notices; complaints; trials of the award model.

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OF_THE_LOT = (
    "UPDATE {table} SET assessment_id = (SELECT assessment.id FROM assessment JOIN offer_lot"
    " ON offer_lot.lot_id = assessment.lot_id WHERE offer_lot.id = {table}.offer_lot_id)"
)


def upgrade() -> None:
    _formula_of_the_lot()
    _assessment()
    _scores()
    _decisions()
    _make_evidence()
    _make_inquiry()
    _make_drawing()
    _make_ending()
    _make_notice()
    _make_complaint()
    _make_trial()


def _formula_of_the_lot() -> None:
    with op.batch_alter_table("lot") as batch:
        batch.add_column(sa.Column("quality_value", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("log_base", sa.BigInteger(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_lot_quality_value_is_positive"), sa.text("quality_value IS NULL OR quality_value > 0")
        )
        batch.create_check_constraint(
            op.f("ck_lot_log_base_is_more_than_one"), sa.text("log_base IS NULL OR log_base > 1000000")
        )


def _assessment() -> None:
    with op.batch_alter_table("assessment") as batch:
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("predecessor_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("criterion_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("cause", sa.String(length=40), nullable=False, server_default="first"))
        batch.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch.drop_constraint(op.f("uq_assessment_lot_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_assessment_lot_id_version"), ["lot_id", "version"])
        batch.create_index(op.f("ix_assessment_lot_id"), ["lot_id"])
        batch.create_foreign_key(op.f("fk_assessment_predecessor_id"), "assessment", ["predecessor_id"], ["id"])
        batch.create_foreign_key(op.f("fk_assessment_criterion_id"), "award_criterion", ["criterion_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_assessment_again_has_reason"), sa.text("version = 1 OR reason <> ''")
        )
        batch.create_check_constraint(
            op.f("ck_assessment_again_has_predecessor"), sa.text("(version = 1) = (predecessor_id IS NULL)")
        )
    op.create_table(
        "assessment_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_member_id", sa.Uuid(), nullable=False),
        sa.Column("is_chair", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_member_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_member_id"], ["procedure_member.id"], name=op.f("fk_assessment_member_procedure_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_member")),
        sa.UniqueConstraint(
            "assessment_id",
            "procedure_member_id",
            name=op.f("uq_assessment_member_assessment_id_procedure_member_id"),
        ),
    )
    op.create_index(op.f("ix_assessment_member_assessment_id"), "assessment_member", ["assessment_id"])
    op.create_index(op.f("ix_assessment_member_procedure_member_id"), "assessment_member", ["procedure_member_id"])


def _scores() -> None:
    """Tie scores, consensus and rankings to the judging they belong to: each lot had one."""
    for table in ("score", "consensus", "ranking"):
        op.add_column(table, sa.Column("assessment_id", sa.Uuid(), nullable=True))
    for table in ("score", "consensus"):
        op.execute(sa.text(OF_THE_LOT.format(table=table)))
    op.execute(
        sa.text(
            "UPDATE ranking SET assessment_id = (SELECT id FROM assessment WHERE assessment.lot_id = ranking.lot_id)"
        )
    )
    with op.batch_alter_table("score") as batch:
        batch.alter_column("assessment_id", existing_type=sa.Uuid(), nullable=False)
        batch.drop_constraint(op.f("uq_score_offer_lot_id_criterion_id_procedure_member_id"), type_="unique")
        batch.create_unique_constraint(
            "score_once_per_judging",
            ["assessment_id", "offer_lot_id", "criterion_id", "procedure_member_id"],
        )
        batch.create_foreign_key(op.f("fk_score_assessment_id"), "assessment", ["assessment_id"], ["id"])
        batch.create_index(op.f("ix_score_assessment_id"), ["assessment_id"])
    with op.batch_alter_table("consensus") as batch:
        batch.alter_column("assessment_id", existing_type=sa.Uuid(), nullable=False)
        batch.add_column(sa.Column("taken_over", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.drop_constraint(op.f("uq_consensus_offer_lot_id_criterion_id"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_consensus_assessment_id_offer_lot_id_criterion_id"),
            ["assessment_id", "offer_lot_id", "criterion_id"],
        )
        batch.create_foreign_key(op.f("fk_consensus_assessment_id"), "assessment", ["assessment_id"], ["id"])
        batch.create_index(op.f("ix_consensus_assessment_id"), ["assessment_id"])
    with op.batch_alter_table("ranking") as batch:
        batch.alter_column("assessment_id", existing_type=sa.Uuid(), nullable=False)
        batch.add_column(sa.Column("quality_value", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("log_base", sa.BigInteger(), nullable=True))
        batch.create_foreign_key(op.f("fk_ranking_assessment_id"), "assessment", ["assessment_id"], ["id"])
        batch.create_index(op.f("ix_ranking_assessment_id"), ["assessment_id"])


def _decisions() -> None:
    with op.batch_alter_table("award") as batch:
        batch.add_column(sa.Column("no_standstill_reason", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(
            op.f("ck_award_replaced_has_time"), sa.text("(state = 'replaced') = (replaced_at IS NOT NULL)")
        )
        batch.create_check_constraint(
            op.f("ck_award_no_term_has_reason"),
            sa.text("standstill_days > 0 OR sent_at IS NULL OR no_standstill_reason <> ''"),
        )
    with op.batch_alter_table("award_approval") as batch:
        batch.add_column(sa.Column("mandate_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("consequence", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("consequence_reason", sa.Text(), nullable=False, server_default=""))
        batch.create_check_constraint(
            op.f("ck_award_approval_consequence_of_a_refusal"), sa.text("consequence IS NULL OR state = 'refused'")
        )


def _make_evidence() -> None:
    op.create_table(
        "evidence_kind",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_for", sa.String(length=40), nullable=False),
        sa.Column("max_age_months", sa.Integer(), nullable=True),
        sa.Column("citation", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("citation <> ''", name=op.f("ck_evidence_kind_has_citation")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_evidence_kind_dates_in_order")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_evidence_kind")),
    )
    op.create_table(
        "evidence_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("kind_code", sa.String(length=40), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('asked', 'answered') OR (asked_at IS NOT NULL AND asked_by_id IS NOT NULL"
            " AND due_on IS NOT NULL)",
            name=op.f("ck_evidence_item_asked_has_time_person_and_term"),
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR (answered_at IS NOT NULL AND answered_by <> '')",
            name=op.f("ck_evidence_item_answered_by_whom"),
        ),
        sa.CheckConstraint(
            "(state IN ('met', 'failed', 'waived')) = (decided_at IS NOT NULL AND decided_by_id IS NOT NULL"
            " AND finding <> '')",
            name=op.f("ck_evidence_item_decided_has_time_person_and_finding"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('met', 'failed') OR answered_at IS NOT NULL",
            name=op.f("ck_evidence_item_found_after_an_answer"),
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_evidence_item_award_id")),
        sa.ForeignKeyConstraint(["kind_code"], ["evidence_kind.code"], name=op.f("fk_evidence_item_kind_code")),
        sa.ForeignKeyConstraint(["requirement_id"], ["requirement.id"], name=op.f("fk_evidence_item_requirement_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_evidence_item_asked_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_evidence_item_document_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_evidence_item_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_item")),
        sa.UniqueConstraint(
            "award_id", "kind_code", "requirement_id", name=op.f("uq_evidence_item_award_id_kind_code_requirement_id")
        ),
    )
    op.create_index(op.f("ix_evidence_item_award_id"), "evidence_item", ["award_id"])


def _make_inquiry() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_lot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("evidence_item_id", sa.Uuid(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("question <> ''", name=op.f("ck_inquiry_has_question")),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_inquiry_answered_has_time")
        ),
        sa.CheckConstraint(
            "(state IN ('kept', 'excluded')) = (decided_at IS NOT NULL AND decided_by_id IS NOT NULL"
            " AND decision <> '')",
            name=op.f("ck_inquiry_decided_has_time_person_and_reason"),
        ),
        sa.ForeignKeyConstraint(["offer_lot_id"], ["offer_lot.id"], name=op.f("fk_inquiry_offer_lot_id")),
        sa.ForeignKeyConstraint(
            ["evidence_item_id"], ["evidence_item.id"], name=op.f("fk_inquiry_evidence_item_id")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_inquiry_asked_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_inquiry_document_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_inquiry_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("offer_lot_id", "number", name=op.f("uq_inquiry_offer_lot_id_number")),
    )
    op.create_index(op.f("ix_inquiry_offer_lot_id"), "inquiry", ["offer_lot_id"])


def _make_drawing() -> None:
    op.create_table(
        "drawing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ranking_id", sa.Uuid(), nullable=False),
        sa.Column("offer_lot_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> drawn_by_id", name=op.f("ck_drawing_two_persons")
        ),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_drawing_confirmed_has_time")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (document_id IS NULL)", name=op.f("ck_drawing_confirmed_has_record")
        ),
        sa.CheckConstraint("method <> ''", name=op.f("ck_drawing_has_method")),
        sa.ForeignKeyConstraint(["ranking_id"], ["ranking.id"], name=op.f("fk_drawing_ranking_id")),
        sa.ForeignKeyConstraint(["offer_lot_id"], ["offer_lot.id"], name=op.f("fk_drawing_offer_lot_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["user.id"], name=op.f("fk_drawing_drawn_by_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["user.id"], name=op.f("fk_drawing_confirmed_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_drawing_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing")),
        sa.UniqueConstraint("ranking_id", name=op.f("uq_drawing_ranking_id")),
    )


def _make_ending() -> None:
    op.create_table(
        "lot_ending",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sequel", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Uuid(), nullable=False),
        sa.Column("again_id", sa.Uuid(), nullable=True),
        sa.Column("unchanged", sa.Text(), nullable=False),
        sa.Column("record_document_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_lot_ending_has_reason")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_ending_lot_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_lot_ending_ended_by_id")),
        sa.ForeignKeyConstraint(["again_id"], ["procedure.id"], name=op.f("fk_lot_ending_again_id")),
        sa.ForeignKeyConstraint(
            ["record_document_id"], ["document.id"], name=op.f("fk_lot_ending_record_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_ending")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_lot_ending_lot_id")),
    )
    op.create_index(op.f("ix_lot_ending_again_id"), "lot_ending", ["again_id"])


def _make_notice() -> None:
    op.create_table(
        "award_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("is_bundled", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("tenderned_number", sa.String(length=40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_public_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "receipt_confirmed_at IS NULL OR (sent_at IS NOT NULL AND receipt_confirmed_at >= sent_at)",
            name=op.f("ck_award_notice_confirmed_after_sent"),
        ),
        sa.CheckConstraint(
            "made_public_at IS NULL OR (sent_at IS NOT NULL AND made_public_at >= sent_at)",
            name=op.f("ck_award_notice_public_after_sent"),
        ),
        sa.CheckConstraint(
            "sent_at IS NULL OR tenderned_number <> ''", name=op.f("ck_award_notice_sent_has_number")
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR made_public_at IS NOT NULL OR receipt_confirmed_at IS NOT NULL",
            name=op.f("ck_award_notice_published_after_tenderned"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_award_notice_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_notice")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_award_notice_lot_id")),
    )


def _make_complaint() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("complainant", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR complainant <> ''", name=op.f("ck_complaint_is_not_anonymous")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'withdrawn') OR handler_id IS NOT NULL", name=op.f("ck_complaint_handled_by_a_person")
        ),
        sa.CheckConstraint(
            "(state IN ('founded', 'unfounded', 'not_handled')) = (decided_at IS NOT NULL AND outcome <> '')",
            name=op.f("ck_complaint_decided_has_time_and_outcome"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_complaint_withdrawn_has_time")
        ),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_complaint_procedure_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_complaint_organisation_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["user.id"], name=op.f("fk_complaint_handler_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("procedure_id", "number", name=op.f("uq_complaint_procedure_id_number")),
    )
    op.create_index(op.f("ix_complaint_procedure_id"), "complaint", ["procedure_id"])
    op.create_index(op.f("ix_complaint_organisation_id"), "complaint", ["organisation_id"])


def _make_trial() -> None:
    op.create_table(
        "model_trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind <> 'real' OR reason <> ''", name=op.f("ck_model_trial_real_has_reason")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_model_trial_lot_id")),
        sa.ForeignKeyConstraint(["tried_by_id"], ["user.id"], name=op.f("fk_model_trial_tried_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_trial")),
    )
    op.create_index(op.f("ix_model_trial_lot_id"), "model_trial", ["lot_id"])


def downgrade() -> None:
    for table in ("model_trial", "complaint", "award_notice", "lot_ending", "drawing", "inquiry", "evidence_item"):
        op.drop_table(table)
    op.drop_table("evidence_kind")
    with op.batch_alter_table("award_approval") as batch:
        batch.drop_constraint(op.f("ck_award_approval_consequence_of_a_refusal"), type_="check")
        for column in ("consequence_reason", "consequence", "mandate_on"):
            batch.drop_column(column)
    with op.batch_alter_table("award") as batch:
        batch.drop_constraint(op.f("ck_award_no_term_has_reason"), type_="check")
        batch.drop_constraint(op.f("ck_award_replaced_has_time"), type_="check")
        batch.drop_column("replaced_at")
        batch.drop_column("no_standstill_reason")
    with op.batch_alter_table("lot") as batch:
        batch.drop_constraint(op.f("ck_lot_log_base_is_more_than_one"), type_="check")
        batch.drop_constraint(op.f("ck_lot_quality_value_is_positive"), type_="check")
        batch.drop_column("log_base")
        batch.drop_column("quality_value")
    _one_judging_again()


def _one_judging_again() -> None:
    """Only the first judging of a lot has a place in the older tables."""
    later = "(SELECT id FROM assessment WHERE version > 1)"
    for table in ("score", "consensus"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE assessment_id IN {later}"))  # noqa: S608
    with op.batch_alter_table("ranking") as batch:
        batch.drop_index(op.f("ix_ranking_assessment_id"))
        batch.drop_constraint(op.f("fk_ranking_assessment_id"), type_="foreignkey")
        for column in ("log_base", "quality_value", "assessment_id"):
            batch.drop_column(column)
    with op.batch_alter_table("consensus") as batch:
        batch.drop_index(op.f("ix_consensus_assessment_id"))
        batch.drop_constraint(op.f("fk_consensus_assessment_id"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_consensus_assessment_id_offer_lot_id_criterion_id"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_consensus_offer_lot_id_criterion_id"), ["offer_lot_id", "criterion_id"]
        )
        batch.drop_column("taken_over")
        batch.drop_column("assessment_id")
    with op.batch_alter_table("score") as batch:
        batch.drop_index(op.f("ix_score_assessment_id"))
        batch.drop_constraint(op.f("fk_score_assessment_id"), type_="foreignkey")
        batch.drop_constraint(
            "score_once_per_judging", type_="unique"
        )
        batch.create_unique_constraint(
            op.f("uq_score_offer_lot_id_criterion_id_procedure_member_id"),
            ["offer_lot_id", "criterion_id", "procedure_member_id"],
        )
        batch.drop_column("assessment_id")
    op.drop_table("assessment_member")
    op.execute(sa.text("DELETE FROM assessment WHERE version > 1"))
    with op.batch_alter_table("assessment") as batch:
        batch.drop_constraint(op.f("ck_assessment_again_has_predecessor"), type_="check")
        batch.drop_constraint(op.f("ck_assessment_again_has_reason"), type_="check")
        batch.drop_constraint(op.f("fk_assessment_criterion_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_assessment_predecessor_id"), type_="foreignkey")
        batch.drop_index(op.f("ix_assessment_lot_id"))
        batch.drop_constraint(op.f("uq_assessment_lot_id_version"), type_="unique")
        batch.create_unique_constraint(op.f("uq_assessment_lot_id"), ["lot_id"])
        for column in ("reason", "cause", "criterion_id", "predecessor_id", "version"):
            batch.drop_column(column)
