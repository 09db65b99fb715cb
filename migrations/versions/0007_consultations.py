"""consultations: kinds of questions, address list, report as PDF; questions with second look and confidentiality

Revision: 0007
After: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ANSWERED_OLD = (
    "(state = 'asked') = (answered_at IS NULL)"
    " AND (answered_at IS NULL OR (answered_by_id IS NOT NULL AND answer <> ''))"
)
QUESTION_CHECKS = {
    "answered_has_time_person_and_text": "(state IN ('answered', 'published', 'replied')) = (answered_at IS NOT NULL)"
    " AND (answered_at IS NULL OR (answered_by_id IS NOT NULL AND answer <> ''))",
    "drafted_has_time_person_and_text": "state <> 'drafted' OR (drafted_at IS NOT NULL AND drafted_by_id IS NOT NULL"
    " AND draft <> '')",
    "checked_has_person": "(checked_at IS NULL) = (checked_by_id IS NULL)",
    "withdrawn_has_time": "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
    "confidentiality_is_decided_with_reason": "(confidentiality IN ('granted', 'refused', 'accepted')) ="
    " (decided_at IS NOT NULL AND decided_by_id IS NOT NULL AND decision <> '')",
    "confidentiality_has_reason": "confidentiality = 'none' OR confidential_reason <> ''",
    "confidential_stays_inside": "state <> 'published' OR confidentiality IN ('none', 'accepted')",
}
CLOSING = (
    "(closing_before IS NULL) = (closing_after IS NULL) AND (closing_after IS NULL OR closing_after > closing_before)"
)
MOMENT = sa.DateTime(timezone=True)
QUESTION_COLUMNS = (
    ("assignee_id", sa.Uuid(), "membership.id"),
    ("assigned_at", MOMENT, None),
    ("draft", sa.Text(), ""),
    ("drafted_at", MOMENT, None),
    ("drafted_by_id", sa.Uuid(), "user.id"),
    ("checked_at", MOMENT, None),
    ("checked_by_id", sa.Uuid(), "user.id"),
    ("withdrawn_at", MOMENT, None),
    ("confidentiality", sa.String(length=40), "none"),
    ("confidential_reason", sa.Text(), ""),
    ("decided_at", MOMENT, None),
    ("decided_by_id", sa.Uuid(), "user.id"),
    ("decision", sa.Text(), ""),
)
ANSWER_LINKS = {"option_id": "consultation_option", "document_id": "document"}


def upgrade() -> None:
    _address_list()
    _kinds_of_questions()
    _answers()
    _questions()
    _notas()


def _address_list() -> None:
    op.create_table(
        "stakeholder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("influence", sa.String(length=40), nullable=False),
        sa.Column("interest", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_stakeholder_owner_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisation.id"], name=op.f("fk_stakeholder_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholder")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_stakeholder_owner_id_name")),
    )
    op.create_index(op.f("ix_stakeholder_owner_id"), "stakeholder", ["owner_id"])
    op.create_table(
        "consultation_contact",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("stakeholder_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_contact_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_consultation_contact_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "stakeholder_id", name=op.f("pk_consultation_contact")),
    )


def _kinds_of_questions() -> None:
    with op.batch_alter_table("consultation_question") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=40), nullable=False, server_default="text"))
        batch.add_column(sa.Column("unit", sa.String(length=40), nullable=False, server_default=""))
    op.create_table(
        "consultation_option",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["consultation_question.id"], name=op.f("fk_consultation_option_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_option")),
        sa.UniqueConstraint("question_id", "position", name=op.f("uq_consultation_option_question_id_position")),
    )
    op.create_index(op.f("ix_consultation_option_question_id"), "consultation_option", ["question_id"])
    with op.batch_alter_table("consultation") as batch:
        batch.add_column(sa.Column("report_document_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_consultation_report_document_id"), "document", ["report_document_id"], ["id"]
        )


def _answers() -> None:
    with op.batch_alter_table("consultation_answer") as batch:
        batch.add_column(sa.Column("option_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("number", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("yes", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("document_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("may_share", sa.Boolean(), nullable=False, server_default=sa.false()))
        for column, table in ANSWER_LINKS.items():
            batch.create_foreign_key(op.f(f"fk_consultation_answer_{column}"), table, [column], ["id"])
    op.execute(
        sa.text(
            "UPDATE consultation_answer SET may_share = :yes WHERE response_id IN"
            " (SELECT id FROM consultation_response WHERE confidential = :no)"
        ).bindparams(sa.bindparam("yes", True, sa.Boolean()), sa.bindparam("no", False, sa.Boolean()))
    )
    with op.batch_alter_table("consultation_response") as batch:
        batch.drop_column("confidential")


def _questions() -> None:
    with op.batch_alter_table("question") as batch:
        batch.drop_constraint(op.f("ck_question_answered_has_time_person_and_text"), type_="check")
        for name, kind, filled in QUESTION_COLUMNS:
            is_text = isinstance(kind, sa.String | sa.Text)
            batch.add_column(sa.Column(name, kind, nullable=not is_text, server_default=filled if is_text else None))
        for name, _, target in QUESTION_COLUMNS:
            if target and "." in target:
                table = target.partition(".")[0]
                batch.create_foreign_key(op.f(f"fk_question_{name}"), table, [name], ["id"])
        for name, condition in QUESTION_CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_question_{name}"), condition)
        batch.create_index(op.f("ix_question_assignee_id"), ["assignee_id"])


def _notas() -> None:
    with op.batch_alter_table("nota") as batch:
        batch.add_column(sa.Column("closing_before", MOMENT, nullable=True))
        batch.add_column(sa.Column("closing_after", MOMENT, nullable=True))
        batch.add_column(sa.Column("no_extension_reason", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("unchecked_reason", sa.Text(), nullable=False, server_default=""))
        batch.create_check_constraint(op.f("ck_nota_closing_only_moves_later"), CLOSING)
    op.create_table(
        "nota_opening",
        sa.Column("nota_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["nota_id"], ["nota.id"], name=op.f("fk_nota_opening_nota_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_nota_opening_user_id")),
        sa.PrimaryKeyConstraint("nota_id", "user_id", name=op.f("pk_nota_opening")),
    )


def downgrade() -> None:
    op.drop_table("nota_opening")
    with op.batch_alter_table("nota") as batch:
        batch.drop_constraint(op.f("ck_nota_closing_only_moves_later"), type_="check")
        for name in ("closing_before", "closing_after", "no_extension_reason", "unchecked_reason"):
            batch.drop_column(name)
    _questions_back()
    _answers_back()
    with op.batch_alter_table("consultation") as batch:
        batch.drop_constraint(op.f("fk_consultation_report_document_id"), type_="foreignkey")
        batch.drop_column("report_document_id")
    op.drop_table("consultation_option")
    with op.batch_alter_table("consultation_question") as batch:
        batch.drop_column("kind")
        batch.drop_column("unit")
    op.drop_table("consultation_contact")
    op.drop_table("stakeholder")


def _questions_back() -> None:
    # What the older version does not know becomes a question that waits for its answer again.
    op.execute(sa.text("DELETE FROM finding_use WHERE question_id IN (SELECT id FROM question WHERE state = 'withdrawn')"))
    op.execute(sa.text("DELETE FROM question WHERE state = 'withdrawn'"))
    op.execute(sa.text("UPDATE question SET state = 'asked' WHERE state = 'drafted'"))
    op.execute(sa.text("UPDATE question SET state = 'answered' WHERE state = 'replied'"))
    with op.batch_alter_table("question") as batch:
        batch.drop_index(op.f("ix_question_assignee_id"))
        for name in QUESTION_CHECKS:
            batch.drop_constraint(op.f(f"ck_question_{name}"), type_="check")
        for name, _, target in QUESTION_COLUMNS:
            if target and "." in target:
                batch.drop_constraint(op.f(f"fk_question_{name}"), type_="foreignkey")
        for name, _, _ in QUESTION_COLUMNS:
            batch.drop_column(name)
        batch.create_check_constraint(op.f("ck_question_answered_has_time_person_and_text"), ANSWERED_OLD)


def _answers_back() -> None:
    with op.batch_alter_table("consultation_response") as batch:
        batch.add_column(sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(
        sa.text(
            "UPDATE consultation_response SET confidential = :no WHERE id IN"
            " (SELECT response_id FROM consultation_answer WHERE may_share = :yes)"
        ).bindparams(sa.bindparam("yes", True, sa.Boolean()), sa.bindparam("no", False, sa.Boolean()))
    )
    with op.batch_alter_table("consultation_answer") as batch:
        for column in ANSWER_LINKS:
            batch.drop_constraint(op.f(f"fk_consultation_answer_{column}"), type_="foreignkey")
        for name in ("option_id", "number", "yes", "document_id", "may_share"):
            batch.drop_column(name)
