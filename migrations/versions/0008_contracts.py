"""contracts

Revision: 0008
After: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ONCE = "trajectory"  # the unit of a price that is paid once in the life of a trajectory
OPEN = sa.text("released_at IS NULL")

basis = sa.table(
    "line_basis",
    sa.column("id", sa.Uuid()),
    sa.column("monthly_row_id", sa.Uuid()),
    sa.column("price_line_id", sa.Uuid()),
    sa.column("phase_key", sa.String()),
    sa.column("released_at", sa.DateTime(timezone=True)),
    sa.column("trajectory_id", sa.Uuid()),
    sa.column("period", sa.String()),
    sa.column("installment", sa.Integer()),
)
row = sa.table(
    "monthly_row", sa.column("id", sa.Uuid()), sa.column("trajectory_id", sa.Uuid()), sa.column("month", sa.Date())
)
price = sa.table("price_line", sa.column("id", sa.Uuid()), sa.column("unit", sa.String()))


def upgrade() -> None:
    with op.batch_alter_table("specification") as batch:
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_specification_withdrawn_by_id"), "user", ["withdrawn_by_id"], ["id"]
        )
        batch.drop_constraint(op.f("ck_specification_confirmed_has_time"), type_="check")
        batch.create_check_constraint(
            op.f("ck_specification_proposed_has_no_time"), "state <> 'proposed' OR confirmed_at IS NULL"
        )
        batch.create_check_constraint(
            op.f("ck_specification_confirmed_has_time"),
            "state NOT IN ('confirmed', 'invoiced') OR confirmed_at IS NOT NULL",
        )
        batch.create_check_constraint(
            op.f("ck_specification_withdrawn_has_time"), "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)"
        )
        batch.create_check_constraint(
            op.f("ck_specification_withdrawn_has_person"), "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)"
        )
    op.drop_index("uq_line_basis_row_once", "line_basis")
    with op.batch_alter_table("line_basis") as batch:
        batch.add_column(sa.Column("trajectory_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("period", sa.String(length=40), nullable=False, server_default=""))
        batch.add_column(sa.Column("installment", sa.Integer(), nullable=False, server_default="1"))
    _tell_what_was_claimed()
    with op.batch_alter_table("line_basis") as batch:
        batch.alter_column("trajectory_id", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("period", existing_type=sa.String(length=40), server_default=None)
        batch.alter_column("installment", existing_type=sa.Integer(), server_default=None)
        batch.create_foreign_key(op.f("fk_line_basis_trajectory_id"), "trajectory", ["trajectory_id"], ["id"])
    op.create_index(op.f("ix_line_basis_monthly_row_id"), "line_basis", ["monthly_row_id"])
    op.create_index(
        "uq_line_basis_performance_once",
        "line_basis",
        ["trajectory_id", "price_line_id", "phase_key", "period", "installment"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _tell_what_was_claimed() -> None:
    """Give each claim its trajectory, period and installment; a second open claim is the next installment."""
    connection = op.get_bind()
    taken: dict[tuple[object, ...], int] = {}
    found = connection.execute(
        sa.select(
            basis.c.id, basis.c.price_line_id, basis.c.phase_key, basis.c.released_at, row.c.trajectory_id,
            row.c.month, price.c.unit,
        )
        .select_from(basis)
        .join(row, row.c.id == basis.c.monthly_row_id)
        .join(price, price.c.id == basis.c.price_line_id)
        .order_by(row.c.month, basis.c.id)
    ).all()  # fmt: skip
    for one in found:
        period = "" if one.unit == ONCE else f"{one.month:%Y-%m}"
        installment = 1
        if one.released_at is None:
            key = (one.trajectory_id, one.price_line_id, one.phase_key, period)
            installment = taken[key] = taken.get(key, 0) + 1
        connection.execute(
            basis.update()
            .where(basis.c.id == one.id)
            .values(trajectory_id=one.trajectory_id, period=period, installment=installment)
        )


def downgrade() -> None:
    op.drop_index("uq_line_basis_performance_once", "line_basis")
    op.drop_index(op.f("ix_line_basis_monthly_row_id"), "line_basis")
    with op.batch_alter_table("line_basis") as batch:
        batch.drop_constraint(op.f("fk_line_basis_trajectory_id"), type_="foreignkey")
        batch.drop_column("trajectory_id")
        batch.drop_column("period")
        batch.drop_column("installment")
    op.create_index(
        "uq_line_basis_row_once",
        "line_basis",
        ["monthly_row_id", "price_line_id", "phase_key"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    with op.batch_alter_table("specification") as batch:
        batch.drop_constraint(op.f("ck_specification_proposed_has_no_time"), type_="check")
        batch.drop_constraint(op.f("ck_specification_confirmed_has_time"), type_="check")
        batch.drop_constraint(op.f("ck_specification_withdrawn_has_time"), type_="check")
        batch.drop_constraint(op.f("ck_specification_withdrawn_has_person"), type_="check")
        batch.create_check_constraint(
            op.f("ck_specification_confirmed_has_time"), "(state = 'proposed') = (confirmed_at IS NULL)"
        )
        batch.drop_constraint(op.f("fk_specification_withdrawn_by_id"), type_="foreignkey")
        batch.drop_column("withdrawn_by_id")
        batch.drop_column("withdrawn_at")
