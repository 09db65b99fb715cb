"""trajectories

Revision: 0011
After: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendment_ground",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("limit_share", sa.BigInteger(), nullable=True),
        sa.Column("is_cumulative", sa.Boolean(), nullable=False),
        sa.Column("needs_notice", sa.Boolean(), nullable=False),
        sa.Column("needs_clause", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_amendment_ground_has_a_source")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_amendment_ground_dates_in_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_ground")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_amendment_ground_code_valid_from")),
    )
    op.create_table(
        "index_series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_index_series_has_a_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_series")),
        sa.UniqueConstraint("code", name=op.f("uq_index_series_code")),
    )
    op.create_table(
        "index_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("source <> ''", name=op.f("ck_index_figure_has_a_source")),
        sa.CheckConstraint("value > 0", name=op.f("ck_index_figure_value_positive")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_index_figure_recorded_by_id")),
        sa.ForeignKeyConstraint(["series_id"], ["index_series.id"], name=op.f("fk_index_figure_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_figure")),
        sa.UniqueConstraint(
            "series_id", "month", "number", name=op.f("uq_index_figure_series_id_month_number")
        ),
    )
    op.create_table(
        "quality_mark_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("seen", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_quality_mark_check_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_quality_mark_check_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_mark_check")),
    )
    op.create_index(
        op.f("ix_quality_mark_check_organisation_id"), "quality_mark_check", ["organisation_id"], unique=False
    )
    op.create_table(
        "referral_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)",
            name=op.f("ck_referral_batch_confirmed_has_person"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user.id"], name=op.f("fk_referral_batch_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_referral_batch_municipality_id")
        ),
        sa.ForeignKeyConstraint(["read_by_id"], ["user.id"], name=op.f("fk_referral_batch_read_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_batch")),
    )
    op.create_index(
        op.f("ix_referral_batch_municipality_id"), "referral_batch", ["municipality_id"], unique=False
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("repeat_months", sa.Integer(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by_id", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(met_on IS NULL) = (proof = '')", name=op.f("ck_duty_met_has_proof")),
        sa.CheckConstraint("(met_on IS NULL) = (met_at IS NULL)", name=op.f("ck_duty_met_has_time")),
        sa.CheckConstraint(
            "repeat_months IS NULL OR repeat_months > 0", name=op.f("ck_duty_repeat_positive")
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_duty_contract_id")),
        sa.ForeignKeyConstraint(["met_by_id"], ["user.id"], name=op.f("fk_duty_met_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index(op.f("ix_duty_contract_id"), "duty", ["contract_id"], unique=False)
    op.create_table(
        "index_clause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("base_month", sa.Date(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("percent_places", sa.Integer(), nullable=False),
        sa.Column("rate_places", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_index_clause_has_a_source")),
        sa.CheckConstraint("cap IS NULL OR cap > 0", name=op.f("ck_index_clause_cap_positive")),
        sa.CheckConstraint(
            "percent_places BETWEEN 0 AND 4", name=op.f("ck_index_clause_percent_places_in_range")
        ),
        sa.CheckConstraint("rate_places BETWEEN 0 AND 4", name=op.f("ck_index_clause_rate_places_in_range")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_index_clause_contract_id")),
        sa.ForeignKeyConstraint(["series_id"], ["index_series.id"], name=op.f("fk_index_clause_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_clause")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_index_clause_contract_id")),
    )
    op.create_table(
        "index_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_figure_id", sa.Uuid(), nullable=False),
        sa.Column("to_figure_id", sa.Uuid(), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("to_month", sa.Date(), nullable=False),
        sa.Column("from_value", sa.BigInteger(), nullable=False),
        sa.Column("to_value", sa.BigInteger(), nullable=False),
        sa.Column("raw_share", sa.BigInteger(), nullable=False),
        sa.Column("applied_share", sa.BigInteger(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("to_month > from_month", name=op.f("ck_index_run_months_in_order")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_index_run_contract_id")),
        sa.ForeignKeyConstraint(
            ["from_figure_id"], ["index_figure.id"], name=op.f("fk_index_run_from_figure_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_index_run_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["to_figure_id"], ["index_figure.id"], name=op.f("fk_index_run_to_figure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_run")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_index_run_contract_id_number")),
    )
    op.create_table(
        "provider_stop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("settlement", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_provider_stop_has_a_source")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_provider_stop_contract_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_provider_stop_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_stop")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_provider_stop_contract_id")),
    )
    op.create_table(
        "amendment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ground_id", sa.Uuid(), nullable=False),
        sa.Column("clause_id", sa.Uuid(), nullable=True),
        sa.Column("value_effect", sa.BigInteger(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("needs_consent", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_number", sa.String(length=40), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(notice_on IS NULL) = (notice_number = '')", name=op.f("ck_amendment_notice_has_date_and_number")
        ),
        sa.CheckConstraint(
            "(state = 'in_force') = (settled_at IS NOT NULL)", name=op.f("ck_amendment_settled_has_time")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason <> '')",
            name=op.f("ck_amendment_withdrawn_has_time_and_reason"),
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)", name=op.f("ck_amendment_settled_has_person")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_amendment_clause_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_amendment_contract_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_amendment_created_by_id")),
        sa.ForeignKeyConstraint(["ground_id"], ["amendment_ground.id"], name=op.f("fk_amendment_ground_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user.id"], name=op.f("fk_amendment_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_amendment_contract_id_number")),
    )
    op.create_table(
        "capacity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_product_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("places >= 0", name=op.f("ck_capacity_places_not_negative")),
        sa.ForeignKeyConstraint(
            ["contract_product_id"], ["contract_product.id"], name=op.f("fk_capacity_contract_product_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_capacity_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity")),
        sa.UniqueConstraint(
            "contract_product_id",
            "valid_from",
            "number",
            name=op.f("uq_capacity_contract_product_id_valid_from_number"),
        ),
    )
    op.create_table(
        "expected_inflow",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_product_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_expected_inflow_expected_not_negative")),
        sa.ForeignKeyConstraint(
            ["contract_product_id"],
            ["contract_product.id"],
            name=op.f("fk_expected_inflow_contract_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_expected_inflow_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_expected_inflow_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_inflow")),
        sa.UniqueConstraint(
            "contract_product_id",
            "municipality_id",
            "quarter",
            "number",
            name=op.f("uq_expected_inflow_contract_product_id_municipality_id_quarter_number"),
        ),
    )
    op.create_table(
        "group_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_product_id", sa.Uuid(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("below", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_group_rule_has_a_source")),
        sa.CheckConstraint("minimum >= 1 AND maximum >= minimum", name=op.f("ck_group_rule_sizes_in_order")),
        sa.ForeignKeyConstraint(
            ["contract_product_id"], ["contract_product.id"], name=op.f("fk_group_rule_contract_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_rule")),
        sa.UniqueConstraint(
            "contract_product_id", "valid_from", name=op.f("uq_group_rule_contract_product_id_valid_from")
        ),
    )
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_stop_id", sa.Uuid(), nullable=False),
        sa.Column("contract_product_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=False),
        sa.Column("suitability", sa.Text(), nullable=False),
        sa.Column("consent", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("suitability <> ''", name=op.f("ck_hand_over_has_suitability")),
        sa.ForeignKeyConstraint(
            ["contract_product_id"], ["contract_product.id"], name=op.f("fk_hand_over_contract_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_stop_id"], ["provider_stop.id"], name=op.f("fk_hand_over_provider_stop_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_hand_over_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_provider_stop_id"), "hand_over", ["provider_stop_id"], unique=False)
    op.create_table(
        "amendment_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("amendment_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("agrees OR reason <> ''", name=op.f("ck_amendment_consent_refusal_has_reason")),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendment.id"], name=op.f("fk_amendment_consent_amendment_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_amendment_consent_by_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_amendment_consent_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_consent")),
        sa.UniqueConstraint(
            "amendment_id", "municipality_id", name=op.f("uq_amendment_consent_amendment_id_municipality_id")
        ),
    )
    op.create_table(
        "amendment_field",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("amendment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('joins', 'leaves')) = (municipality_id IS NOT NULL)",
            name=op.f("ck_amendment_field_joining_has_municipality"),
        ),
        sa.CheckConstraint("before <> after", name=op.f("ck_amendment_field_is_a_change")),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendment.id"], name=op.f("fk_amendment_field_amendment_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_amendment_field_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_field")),
        sa.UniqueConstraint(
            "amendment_id", "position", name=op.f("uq_amendment_field_amendment_id_position")
        ),
    )
    op.create_table(
        "succession",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("before_id", sa.Uuid(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=False),
        sa.Column("hand_over_id", sa.Uuid(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("participation_hours", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'hand_over') = (hand_over_id IS NOT NULL)",
            name=op.f("ck_succession_hand_over_has_its_act"),
        ),
        sa.CheckConstraint("before_id <> after_id", name=op.f("ck_succession_is_another")),
        sa.ForeignKeyConstraint(["after_id"], ["trajectory.id"], name=op.f("fk_succession_after_id")),
        sa.ForeignKeyConstraint(["before_id"], ["trajectory.id"], name=op.f("fk_succession_before_id")),
        sa.ForeignKeyConstraint(["hand_over_id"], ["hand_over.id"], name=op.f("fk_succession_hand_over_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_succession_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
        sa.UniqueConstraint("after_id", name=op.f("uq_succession_after_id")),
        sa.UniqueConstraint("before_id", name=op.f("uq_succession_before_id")),
    )
    op.create_index(op.f("ix_succession_hand_over_id"), "succession", ["hand_over_id"], unique=False)
    op.create_table(
        "index_run_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("index_run_id", sa.Uuid(), nullable=False),
        sa.Column("price_line_id", sa.Uuid(), nullable=False),
        sa.Column("price_version_id", sa.Uuid(), nullable=False),
        sa.Column("old_rate", sa.BigInteger(), nullable=False),
        sa.Column("new_rate", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["index_run_id"], ["index_run.id"], name=op.f("fk_index_run_line_index_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["price_line_id"], ["price_line.id"], name=op.f("fk_index_run_line_price_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["price_version_id"], ["price_version.id"], name=op.f("fk_index_run_line_price_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_run_line")),
        sa.UniqueConstraint(
            "index_run_id", "price_line_id", name=op.f("uq_index_run_line_index_run_id_price_line_id")
        ),
    )
    op.add_column("contract", sa.Column("consent_from", sa.BigInteger(), nullable=True))
    op.add_column("contract", sa.Column("notice_months", sa.Integer(), server_default="3", nullable=False))
    op.add_column("contract", sa.Column("move_rule", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("contract", "move_rule")
    op.drop_column("contract", "notice_months")
    op.drop_column("contract", "consent_from")
    op.drop_table("index_run_line")
    op.drop_index(op.f("ix_succession_hand_over_id"), table_name="succession")
    op.drop_table("succession")
    op.drop_table("amendment_field")
    op.drop_table("amendment_consent")
    op.drop_index(op.f("ix_hand_over_provider_stop_id"), table_name="hand_over")
    op.drop_table("hand_over")
    op.drop_table("group_rule")
    op.drop_table("expected_inflow")
    op.drop_table("capacity")
    op.drop_table("amendment")
    op.drop_table("provider_stop")
    op.drop_table("index_run")
    op.drop_table("index_clause")
    op.drop_index(op.f("ix_duty_contract_id"), table_name="duty")
    op.drop_table("duty")
    op.drop_index(op.f("ix_referral_batch_municipality_id"), table_name="referral_batch")
    op.drop_table("referral_batch")
    op.drop_index(op.f("ix_quality_mark_check_organisation_id"), table_name="quality_mark_check")
    op.drop_table("quality_mark_check")
    op.drop_table("index_figure")
    op.drop_table("index_series")
    op.drop_table("amendment_ground")
