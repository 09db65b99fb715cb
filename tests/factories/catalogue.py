"""Products, measures and municipalities of the seeded catalogue, by name."""

from portal.catalogue.models import Measure, Municipality, Product
from portal.catalogue.queries import measure_by_code, municipality_by_name, product_by_code


def product(code: str = "B1") -> Product:
    """Return a product of the catalogue."""
    return product_by_code(code)


def measure(code: str = "attendance") -> Measure:
    """Return a measure of the catalogue."""
    return measure_by_code(code)


def municipality(name: str = "Lansingerland") -> Municipality:
    """Return a municipality of the catalogue."""
    return municipality_by_name(name)
