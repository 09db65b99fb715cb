"""When a key can be made, and when it is in force."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.allocation.states import KeyBasis, Recovery
from portal.errors import Objection


@dataclass(frozen=True)
class Weights:
    """A key version at a moment: weights in the fixed order of municipalities (by name), and its words."""

    version_id: uuid.UUID
    is_final: bool
    words: str
    weights: tuple[tuple[uuid.UUID, str, Decimal], ...]


def objections_to_key(
    *,
    basis: KeyBasis,
    weights: Mapping[uuid.UUID, Decimal | None],
    source: str,
    valid_from: date | None,
    newest: date | None,
) -> list[Objection]:
    """Say what is missing to propose a key version.

    Args:
        weights: per participating municipality; not needed when the basis is counted each month.
        newest: the first day of the newest version, when there is one.
    """
    found = []
    if len(source.strip()) < 3:
        found.append(Objection("Vul de bron van de sleutel in, zoals ‘contract, artikel 11.2’.", "source"))
    if valid_from is not None and newest is not None and valid_from <= newest:
        found.append(Objection("De sleutel moet later ingaan dan de vorige versie.", "valid_from"))
    if basis is KeyBasis.PARTICIPANTS:
        return found
    given = [weight for weight in weights.values() if weight is not None]
    if len(given) < len(weights):
        found.append(Objection("Vul voor elke gemeente een gewicht in; 0 als zij niet meebetaalt."))
    elif any(weight < 0 for weight in given) or not any(given):
        found.append(Objection("Elk gewicht moet 0 of meer zijn, en ten minste één groter dan 0."))
    elif basis is KeyBasis.PERCENTAGE and sum(given) != 100:
        found.append(Objection(f"De percentages zijn samen {sum(given):f}. Maak daar 100 van."))
    return found


def everyone_agrees(asked: Sequence[uuid.UUID], answers: Mapping[uuid.UUID, bool]) -> bool:
    """Say whether each municipality that was asked agreed."""
    return all(answers.get(municipality, False) for municipality in asked)


def version_in_force(versions: Sequence[tuple[uuid.UUID, date]], on: date) -> uuid.UUID | None:
    """Choose the version with the latest first day on or before a day."""
    begun = [(first, identity) for identity, first in versions if first <= on]
    return max(begun)[1] if begun else None


def comes_back(answers: Sequence[Recovery]) -> bool:
    """Say whether btw comes back: only when every answer is yes and there is one; unknown is a cost."""
    return bool(answers) and all(answer is Recovery.YES for answer in answers)
