"""Refer many participants at once by workbook: read, judge every row, keep, and make all or none."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements.models import ContractProduct
from contracts.trajectories import queries
from contracts.trajectories.batch_reading import (
    COLUMN_OF,
    CONTRACT,
    GROUP,
    HOURS,
    MOST_ROWS,
    ON,
    PARTICIPATION,
    PARTS,
    PIP,
    PRODUCT,
    REMARK,
    SHEET,
    SOURCE,
    CellError,
    Row,
    from_json,
    to_json,
)
from contracts.trajectories.capacity_models import ReferralBatch
from contracts.trajectories.referring_services import PROVIDERS, Pick, Referral, make_one, objections_of
from portal import audit, clock
from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.catalogue.states import TargetGroup
from portal.db import db, lock
from portal.errors import NotFound, NotYours, Objection, Refused
from portal.notifications.queries import members_of
from portal.notifications.services import notify
from portal.tables_template import Field, FormSheet, form_workbook

TEMPLATE_ROWS = 200


def template_for(viewer: Viewer) -> bytes:
    """Return the workbook to fill in, with the contracts and products of the viewer's municipality as choices."""
    today = clock.today()
    products = queries.referable_products(viewer, today)
    contracts = list(dict.fromkeys(one.contract.number for one in products))
    names = list(dict.fromkeys(one.product.name for one in products))
    fields = [
        Field(CONTRACT, 16, True, "choice", "contracten", "Nummer van het contract, zoals IB-2026-001."),
        Field(PRODUCT, 30, True, "choice", "producten", "Alleen nodig als het contract meer producten heeft."),
        Field(GROUP, 26, True, "choice", "doelgroepen", "Een nareizend gezinslid telt als asielstatushouder."),
        Field(PIP, 14, True, "date", hint="De dagtekening van het PIP."),
        Field(ON, 14, True, "date", hint="Leeg: vandaag."),
        Field(HOURS, 12, True, "hours"),
        Field(PARTICIPATION, 12, True, "hours"),
        Field(PARTS, 26, True, hint="Bijvoorbeeld: Lezen, Luisteren."),
        Field(SOURCE, 30, True, hint="Nodig als u uren of examens invult."),
        Field(REMARK, 36, True, hint="Geen naam, burgerservicenummer of geboortedatum."),
    ]
    return form_workbook(
        explanation=[
            ("Waarvoor", "Veel deelnemers tegelijk aanmelden. Elke rij is één deelnemer en krijgt een trajectnummer."),
            ("Geen persoonsgegevens", "Meld de aanbieder langs uw eigen beveiligde weg om wie het gaat."),
            ("Verplicht", f"{CONTRACT}, {GROUP} en {PIP}."),
            ("Daarna", "Upload het bestand. U ziet eerst wat er wordt aangemeld; fouten staan per cel genoemd."),
        ],
        sheets=[
            FormSheet(
                SHEET, fields, [], extra_rows=TEMPLATE_ROWS, first_day=date(2022, 1, 1), last_day=today
            )
        ],
        lists={
            "contracten": contracts or ["–"],
            "producten": names or ["–"],
            "doelgroepen": [one.label for one in TargetGroup],
        },
        names={"portaal_aanmeldingen": "1"},
        title="Aanmeldingen",
    )


def judged(rows: Sequence[Row], municipality: Municipality, viewer: Viewer) -> list[CellError]:
    """Say what is wrong with rows that were read well: contract, days, keurmerk, maximum; at the cell it is about."""
    products = queries.referable_products(viewer, clock.today())
    found = []
    for row in rows:
        wrong, product = _product(row, products)
        if product is None:
            found.append(CellError(row.cells.get(CONTRACT, ""), CONTRACT, wrong))
            continue
        for objection in objections_of(_referral(row, product, municipality)):
            title = COLUMN_OF.get(objection.field or "", CONTRACT)
            found.append(CellError(row.cells.get(title, f"rij {row.line}"), title, objection.message))
    return found


def keep_batch(
    rows: Sequence[Row], municipality: Municipality, *, data: bytes, file_name: str, by: Viewer
) -> ReferralBatch:
    """Keep rows without faults until the municipality says yes; the same file twice is recognised.

    Raises:
        NotYours: the viewer does not refer for this municipality.
        Refused: the file was referred before.
    """
    if by.municipality_id is not None and by.municipality_id != municipality.id:
        raise NotYours(f"een aanmelder van {municipality.name}")
    digest = hashlib.sha256(data).hexdigest()
    before = db.session.scalars(
        select(ReferralBatch).where(
            ReferralBatch.municipality_id == municipality.id,
            ReferralBatch.file_hash == digest,
            ReferralBatch.confirmed_at.is_not(None),
        )
    ).first()
    if before is not None and before.confirmed_at is not None:
        day = f"{clock.local(before.confirmed_at):%d-%m-%Y}"
        raise Refused([Objection(f"Dit bestand is op {day} al aangemeld. Er is niets veranderd.", "file")])
    batch = ReferralBatch(
        id=uuid.uuid4(),
        municipality_id=municipality.id,
        file_name=file_name[-200:],
        file_hash=digest,
        rows=to_json(rows),
        read_at=clock.now(),
        read_by_id=by.user_id,
    )
    batch.municipality = municipality
    db.session.add(batch)
    db.session.flush()
    return batch


def batch_for(viewer: Viewer, batch_id: uuid.UUID) -> ReferralBatch:
    """Return a workbook of the viewer's own municipality.

    Raises:
        NotFound: there is none, or it is of another municipality.
    """
    found = db.session.get(ReferralBatch, batch_id)
    if found is None or found.municipality_id != viewer.municipality_id:
        raise NotFound
    return found


def waiting_batches(viewer: Viewer) -> Sequence[ReferralBatch]:
    """Return the workbooks of the viewer's municipality that were read and wait for a yes, newest first."""
    return db.session.scalars(
        select(ReferralBatch)
        .where(ReferralBatch.municipality_id == viewer.municipality_id, ReferralBatch.confirmed_at.is_(None))
        .order_by(ReferralBatch.read_at.desc())
        .limit(10)
    ).all()


def confirm_batch(batch: ReferralBatch, *, by: Viewer, pick: Pick = secrets.choice) -> list[Row]:
    """Refer everyone in a workbook, all or none; each row is judged again, for the world may have changed.

    Raises:
        NotYours: the viewer does not refer for this municipality.
        Refused: it was done already, or a row is refused by now; carries the cells.
    """
    if by.municipality_id != batch.municipality_id:
        raise NotYours(f"een aanmelder van {batch.municipality.name}")
    lock(batch)
    if batch.confirmed_at is not None:
        raise Refused([Objection("Dit bestand is al aangemeld.")])
    rows = from_json(batch.rows)
    wrong = judged(rows, batch.municipality, by)
    if wrong:
        raise Refused([Objection(f"Cel {one.cell}: {one.message}") for one in wrong[:20]])
    products = queries.referable_products(by, clock.today())
    told: dict[uuid.UUID, int] = {}
    for row in rows:
        _, product = _product(row, products)
        if product is None:
            raise NotFound
        made = make_one(_referral(row, product, batch.municipality), by=by, pick=pick)
        row.number = made.number
        told[product.id] = told.get(product.id, 0) + 1
    batch.rows = to_json(rows)
    batch.confirmed_at, batch.confirmed_by_id = clock.now(), by.user_id
    audit.record("trajectory:list:refer", batch, by=by, number=len(rows), file=batch.file_name)
    for product in products:
        if product.id in told:
            _tell(product, told[product.id], batch.municipality)
    return rows


def _product(row: Row, products: Sequence[ContractProduct]) -> tuple[str, ContractProduct | None]:
    own = [one for one in products if one.contract.number == row.contract.strip().upper()]
    if not own:
        return f"Bij contract ‘{row.contract}’ kan uw gemeente nu niet aanmelden.", None
    name = row.product.casefold()
    fitting = [one for one in own if name in ("", one.product.name.casefold(), one.product.code.casefold())]
    if len(fitting) != 1:
        names = ", ".join(one.product.name for one in own)
        return f"Vul bij ‘{PRODUCT}’ een product van dit contract in: {names}.", None
    return "", fitting[0]


def _referral(row: Row, product: ContractProduct, municipality: Municipality) -> Referral:
    return Referral(
        contract_product=product,
        municipality=municipality,
        target_group=TargetGroup(row.group),
        pip_on=date.fromisoformat(row.pip_on),
        on=date.fromisoformat(row.on),
        brought_hours=Decimal(row.hours),
        brought_participation_hours=Decimal(row.participation),
        brought_exam_parts=row.parts,
        brought_source=row.source,
        remark=row.remark,
    )


def _tell(product: ContractProduct, number: int, municipality: Municipality) -> None:
    party = queries.reporting_party(product.contract_id, clock.today())
    notify(
        members_of(party.organisation_id, *PROVIDERS) if party else [],
        "trajectory_referred",
        about=product.contract,
        path=f"/aanmeldingen?contract={product.contract.number}&toestand=referred",
        contract=product.contract,
        number=number,
        municipality=municipality.name,
    )


__all__ = ["MOST_ROWS", "batch_for", "confirm_batch", "judged", "keep_batch", "template_for", "waiting_batches"]
