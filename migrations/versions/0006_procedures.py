"""procedures

A publication asked by one person and given by another; changes after publication; several winners; the
UEA of a provider; requirements that say what they are about.

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PROCEDURE_CHECKS = {
    "asked_has_time_and_person": "(publication_asked_at IS NULL) = (publication_asked_by_id IS NULL)",
    "published_by_a_second_person": "published_by_id IS NULL OR publication_asked_by_id IS NULL"
    " OR published_by_id <> publication_asked_by_id",
    "max_lots_is_positive": "max_lots IS NULL OR max_lots > 0",
    "template_is_never_published": "NOT is_template OR state = 'preparation'",
}
LIST_INDEX = ["is_template", "submission_deadline_at", "number", "lead_id", "state", "id"]
LOT_CHECKS = {
    "estimate_is_positive": "estimated_amount IS NULL OR estimated_amount > 0",
    "winners_and_waiting_list": "winners > 0 AND waiting_list >= 0",
}


def upgrade() -> None:
    with op.batch_alter_table("procedure") as batch:
        batch.add_column(sa.Column("is_template", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("copied_from_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("max_lots", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("publication_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("publication_asked_by_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_procedure_copied_from_id"), "procedure", ["copied_from_id"], ["id"])
        batch.create_foreign_key(
            op.f("fk_procedure_publication_asked_by_id"), "user", ["publication_asked_by_id"], ["id"]
        )
        for name, condition in PROCEDURE_CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_procedure_{name}"), sa.text(condition))
        batch.create_index("ix_procedure_list", LIST_INDEX)
    with op.batch_alter_table("lot") as batch:
        batch.add_column(sa.Column("estimated_amount", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("winners", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("waiting_list", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("distribution_rule", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("distribution_text", sa.Text(), nullable=False, server_default=""))
        for name, condition in LOT_CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_lot_{name}"), sa.text(condition))
    with op.batch_alter_table("requirement") as batch:
        batch.add_column(sa.Column("aspect", sa.String(length=40), nullable=False, server_default=""))
        batch.add_column(sa.Column("competence", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("uea_code", sa.String(length=40), nullable=False, server_default=""))
    with op.batch_alter_table("award_criterion") as batch:
        batch.add_column(sa.Column("group_title", sa.String(length=200), nullable=False, server_default=""))
    with op.batch_alter_table("offer") as batch:
        batch.add_column(sa.Column("changes_seen_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("uea", sa.Text(), nullable=False, server_default=""))
        batch.create_check_constraint(
            op.f("ck_offer_declaration_only_when_opened"), sa.text("uea = '' OR state = 'opened'")
        )
    _make_rectification()
    _make_rectification_line()
    _make_offer_hash()
    _make_uea_profile()


def _make_rectification() -> None:
    op.create_table(
        "rectification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_substantial", sa.Boolean(), nullable=False),
        sa.Column("questions_close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nota_due_on", sa.Date(), nullable=True),
        sa.Column("submission_deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("award_planned_on", sa.Date(), nullable=True),
        sa.Column("standstill_ends_on", sa.Date(), nullable=True),
        sa.Column("outage_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outage_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_rectification_published_has_time")
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by_id IS NULL)", name=op.f("ck_rectification_published_has_person")
        ),
        sa.CheckConstraint(
            "state <> 'published' OR reason <> ''", name=op.f("ck_rectification_published_has_reason")
        ),
        sa.CheckConstraint(
            "kind <> 'outage' OR (outage_from IS NOT NULL AND outage_until IS NOT NULL"
            " AND outage_until >= outage_from)",
            name=op.f("ck_rectification_outage_has_times"),
        ),
        sa.CheckConstraint(
            "kind <> 'outage' OR published_by_id IS NULL OR published_by_id <> made_by_id",
            name=op.f("ck_rectification_outage_has_second_person"),
        ),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_rectification_procedure_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_rectification_made_by_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["user.id"], name=op.f("fk_rectification_published_by_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_rectification_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification")),
        sa.UniqueConstraint("procedure_id", "number", name=op.f("uq_rectification_procedure_id_number")),
    )
    op.create_index(op.f("ix_rectification_procedure_id"), "rectification", ["procedure_id"])


def _make_rectification_line() -> None:
    op.create_table(
        "rectification_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rectification_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("old_text", sa.Text(), nullable=False),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("tender_document_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("requirement_id", sa.Uuid(), nullable=True),
        sa.Column("criterion_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'document') = (tender_document_id IS NOT NULL AND document_id IS NOT NULL)",
            name=op.f("ck_rectification_line_document_has_file"),
        ),
        sa.CheckConstraint(
            "(kind = 'requirement') = (requirement_id IS NOT NULL)",
            name=op.f("ck_rectification_line_requirement_is_named"),
        ),
        sa.CheckConstraint(
            "(kind = 'criterion') = (criterion_id IS NOT NULL)", name=op.f("ck_rectification_line_criterion_is_named")
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectification.id"], name=op.f("fk_rectification_line_rectification_id")
        ),
        sa.ForeignKeyConstraint(
            ["tender_document_id"], ["tender_document.id"], name=op.f("fk_rectification_line_tender_document_id")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_rectification_line_document_id")),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirement.id"], name=op.f("fk_rectification_line_requirement_id")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["award_criterion.id"], name=op.f("fk_rectification_line_criterion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_line")),
    )
    op.create_index(op.f("ix_rectification_line_rectification_id"), "rectification_line", ["rectification_id"])


def _make_offer_hash() -> None:
    op.create_table(
        "offer_hash",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_offer_hash_digest_is_sha256")),
        sa.CheckConstraint("method <> ''", name=op.f("ck_offer_hash_has_method")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_offer_hash_procedure_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_offer_hash_organisation_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_offer_hash_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_hash")),
        sa.UniqueConstraint(
            "procedure_id", "organisation_id", "digest", name=op.f("uq_offer_hash_procedure_id_organisation_id_digest")
        ),
    )
    op.create_index(op.f("ix_offer_hash_procedure_id"), "offer_hash", ["procedure_id"])


def _make_uea_profile() -> None:
    op.create_table(
        "uea_profile",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_uea_profile_organisation_id")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["user.id"], name=op.f("fk_uea_profile_saved_by_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_uea_profile")),
    )


def downgrade() -> None:
    for table in ("uea_profile", "offer_hash", "rectification_line", "rectification"):
        op.drop_table(table)
    with op.batch_alter_table("offer") as batch:
        batch.drop_constraint(op.f("ck_offer_declaration_only_when_opened"), type_="check")
        batch.drop_column("uea")
        batch.drop_column("changes_seen_at")
    with op.batch_alter_table("award_criterion") as batch:
        batch.drop_column("group_title")
    with op.batch_alter_table("requirement") as batch:
        for column in ("aspect", "competence", "reason", "uea_code"):
            batch.drop_column(column)
    with op.batch_alter_table("lot") as batch:
        for name in LOT_CHECKS:
            batch.drop_constraint(op.f(f"ck_lot_{name}"), type_="check")
        for column in ("estimated_amount", "winners", "waiting_list", "distribution_rule", "distribution_text"):
            batch.drop_column(column)
    with op.batch_alter_table("procedure") as batch:
        batch.drop_index("ix_procedure_list")
        for name in PROCEDURE_CHECKS:
            batch.drop_constraint(op.f(f"ck_procedure_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_procedure_copied_from_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_procedure_publication_asked_by_id"), type_="foreignkey")
        for column in (
            "is_template", "copied_from_id", "max_lots", "publication_asked_at", "publication_asked_by_id",
        ):  # fmt: skip
            batch.drop_column(column)
