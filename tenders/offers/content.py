"""What an offer says: the draft as plain values, and the sealed texts made from it. Pure functions."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

FORMAT = "inkoopportaal-inburgering inschrijving 1"


class NotThisOffer(ValueError):
    """A sealed text is not readable or belongs to another tender, offer or version; the text is Dutch."""


@dataclass(frozen=True)
class Answer:
    """An answer to a criterion; `promised` is in the unit of the measure (90% is 0.9)."""

    text: str = ""
    promised: str = ""


@dataclass(frozen=True)
class Claim:
    """An answer to a requirement: a stance and an explanation."""

    stance: str = ""
    text: str = ""


@dataclass(frozen=True)
class FileNote:
    """What only the provider knows of a sealed file: its name, size and hash."""

    part_id: str
    name: str
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True)
class Partner:
    """An organisation that takes part beside the lead."""

    role: str
    name: str
    kvk: str = ""


@dataclass(frozen=True)
class LotDraft:
    """What is filled in for one lot."""

    answers: dict[str, Answer] = field(default_factory=dict)
    prices: dict[str, str] = field(default_factory=dict)
    files: tuple[FileNote, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A whole offer as the provider edits it; never stored in the clear."""

    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    alone: bool | None = None
    partners: tuple[Partner, ...] = ()
    claims: dict[str, Claim] = field(default_factory=dict)
    uea: dict[str, Claim] = field(default_factory=dict)
    lots: dict[str, LotDraft] = field(default_factory=dict)

    def files(self) -> list[FileNote]:
        """Return the sealed files of every lot."""
        return [note for lot in self.lots.values() for note in lot.files]


@dataclass(frozen=True)
class Binding:
    """What a sealed text is bound to: age itself has no associated data (security.md §4.3)."""

    procedure: str
    offer: str
    version: int
    organisation: str
    kvk: str
    envelope: str

    def as_json(self) -> dict[str, Any]:
        """Return the first part of every sealed text."""
        return {
            "vorm": FORMAT,
            "aanbesteding": self.procedure,
            "inschrijving": self.offer,
            "versie": self.version,
            "inschrijver": {"naam": self.organisation, "kvk": self.kvk},
            "envelop": self.envelope,
        }


def canonical(value: Mapping[str, Any]) -> bytes:
    """Write JSON in one way only: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def dump(draft: Draft) -> bytes:
    """Write a draft as JSON."""
    return canonical(
        {
            "salt": draft.salt,
            "contact": [draft.contact_name, draft.contact_email, draft.contact_phone],
            "alone": draft.alone,
            "partners": [[partner.role, partner.name, partner.kvk] for partner in draft.partners],
            "claims": _claims_json(draft.claims),
            "uea": _claims_json(draft.uea),
            "lots": {key: _lot_json(lot) for key, lot in draft.lots.items()},
        }
    )


def load(data: bytes) -> Draft:
    """Read a draft that `dump` wrote."""
    raw = json.loads(data)
    name, email, phone = raw["contact"]
    return Draft(
        salt=raw["salt"],
        contact_name=name,
        contact_email=email,
        contact_phone=phone,
        alone=raw["alone"],
        partners=tuple(Partner(*values) for values in raw["partners"]),
        claims={key: Claim(*values) for key, values in raw["claims"].items()},
        uea={key: Claim(*values) for key, values in raw.get("uea", {}).items()},
        lots={key: _lot_of(value) for key, value in raw["lots"].items()},
    )


def quality_text(binding: Binding, draft: Draft) -> bytes:
    """Write the manifest of the quality envelope: who, requirements, and per lot answers and files."""
    return canonical(
        binding.as_json()
        | {
            "contact": [draft.contact_name, draft.contact_email, draft.contact_phone],
            "partijen": [[partner.role, partner.name, partner.kvk] for partner in draft.partners],
            "eisen": _claims_json(draft.claims),
            "eigen_verklaring": _claims_json(draft.uea),
            "percelen": {
                key: {
                    "antwoorden": {name: [one.text, one.promised] for name, one in lot.answers.items()},
                    "bestanden": [_file_json(note) for note in lot.files],
                }
                for key, lot in draft.lots.items()
            },
        }
    )


def price_text(binding: Binding, draft: Draft) -> bytes:
    """Write the price form of all lots for the price envelope; a random salt keeps equal offers apart."""
    return canonical(
        binding.as_json()
        | {"zout": draft.salt, "percelen": {key: {"prijzen": lot.prices} for key, lot in draft.lots.items()}}
    )


def read_quality(data: bytes, binding: Binding) -> Draft:
    """Read the manifest back after unsealing and check that it belongs where it lies.

    Raises:
        NotThisOffer: unreadable, or bound to something else.
    """
    raw = _checked(data, binding)
    try:
        return Draft(
            salt="",
            contact_name=raw["contact"][0],
            contact_email=raw["contact"][1],
            contact_phone=raw["contact"][2],
            partners=tuple(Partner(*values) for values in raw["partijen"]),
            claims={key: Claim(*values) for key, values in raw["eisen"].items()},
            uea={key: Claim(*values) for key, values in raw.get("eigen_verklaring", {}).items()},
            lots={
                key: LotDraft(
                    answers={name: Answer(*values) for name, values in value["antwoorden"].items()},
                    files=tuple(FileNote(**note) for note in value["bestanden"]),
                )
                for key, value in raw["percelen"].items()
            },
        )
    except (KeyError, IndexError, TypeError, AttributeError):
        raise NotThisOffer("de inhoud mist een onderdeel") from None


def uea_text(draft: Draft) -> str:
    """Write the eigen verklaring of an opened offer as it is kept; empty when there is none."""
    return canonical(_claims_json(draft.uea)).decode() if draft.uea else ""


def read_prices(data: bytes, binding: Binding) -> dict[str, dict[str, Decimal]]:
    """Read the price form back: lot → price line → rate.

    Raises:
        NotThisOffer: unreadable, or bound to something else.
    """
    raw = _checked(data, binding)
    try:
        return {
            lot: {line: Decimal(rate) for line, rate in value["prijzen"].items()}
            for lot, value in raw["percelen"].items()
        }
    except (KeyError, TypeError, ArithmeticError, AttributeError):
        raise NotThisOffer("de prijzen zijn niet leesbaar") from None


def digest(procedure: str, organisation: str, draft: Draft) -> str:
    """Give the hash of the whole offer for handing in by another way during an outage (practice T2).

    A random salt in the draft keeps prices and answers from being guessed.
    """
    binding = Binding(procedure, "", 0, organisation, "", "")
    return hashlib.sha256(quality_text(binding, draft) + b"\n" + price_text(binding, draft)).hexdigest()


def _checked(data: bytes, binding: Binding) -> dict[str, Any]:
    try:
        raw = json.loads(data)
    except ValueError:
        raise NotThisOffer("de inhoud is niet leesbaar") from None
    wanted = binding.as_json()
    if not isinstance(raw, dict) or {key: raw.get(key) for key in wanted} != wanted:
        raise NotThisOffer("de inhoud hoort bij een andere inschrijving")
    return raw


def _claims_json(claims: Mapping[str, Claim]) -> dict[str, list[str]]:
    return {key: [claim.stance, claim.text] for key, claim in claims.items()}


def _file_json(note: FileNote) -> dict[str, Any]:
    return {
        "part_id": note.part_id,
        "name": note.name,
        "size": note.size,
        "sha256": note.sha256,
        "media_type": note.media_type,
    }


def _lot_json(lot: LotDraft) -> dict[str, Any]:
    return {
        "answers": {key: [answer.text, answer.promised] for key, answer in lot.answers.items()},
        "prices": lot.prices,
        "files": [_file_json(note) for note in lot.files],
    }


def _lot_of(raw: Mapping[str, Any]) -> LotDraft:
    files: Sequence[Mapping[str, Any]] = raw["files"]
    return LotDraft(
        answers={key: Answer(*values) for key, values in raw["answers"].items()},
        prices=dict(raw["prices"]),
        files=tuple(FileNote(**note) for note in files),
    )
