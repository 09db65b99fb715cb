"""What a file really is, decided from its bytes and never from its name alone (security.md §6).

Reading stays shallow: names and sizes inside a zip are looked at, nothing is unpacked.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass

from portal.bsn import find_bsn
from portal.errors import Objection, Refused

MAX_MEMBERS = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
RATIO_FROM = 64 * 1024 * 1024
MAX_RATIO = 50
MAX_NAME = 150
MAX_WORDS = 4 * 1024 * 1024

LOCKED = "Het bestand heeft een wachtwoord. Sla het op zonder wachtwoord en kies het opnieuw."
MACRO = "Het bestand bevat een macro. Sla het op zonder macro en kies het opnieuw."
PROGRAM = "Het bestand is een programma en geen document. Kies een ander bestand."
EMPTY = "Het bestand is leeg. Kies een ander bestand."
BROKEN = "Het bestand is beschadigd. Open het op uw computer, sla het opnieuw op en kies het opnieuw."
OTHER = "Het bestand heet .{extension}, maar de inhoud is iets anders. Kies het juiste bestand."
OLD = "Het bestand is van een oude versie van Word of Excel. Sla het op als docx, xlsx of pdf."
NESTED = "In het bestand zit een ingepakt bestand. Haal dat eruit en kies het bestand opnieuw."
TOO_MUCH_INSIDE = "Het bestand is uitgepakt veel te groot. Maak een nieuw bestand en kies het opnieuw."
BSN_WARNING = (
    "In het document staat een getal dat een burgerservicenummer kan zijn. Controleer het; "
    "het portaal bewaart geen persoonsgegevens van deelnemers."
)
UNREADABLE = "Het bestand is misschien niet leesbaar. Open het zelf en kijk of het goed is."

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
    "xml": "application/xml",
    "json": "application/json",
    "zip": "application/zip",
    "age": "application/octet-stream",
}
LABELS = {
    "docx": "Word (docx)",
    "xlsx": "Excel (xlsx)",
    "pptx": "PowerPoint (pptx)",
    "jpg": "foto (jpg)",
}
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_SAME_KIND = {"jpeg": "jpg"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".jar", ".xz", ".bz2")
_ENCRYPTED_PDF = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_TEST_VIRUS = b"EICAR-STANDARD-ANTIVIRUS" + b"-TEST-FILE!"


@dataclass(frozen=True)
class Inspection:
    """What a file turned out to be; `warning` is a sentence to show, never a refusal."""

    name: str
    extension: str
    media_type: str
    warning: str = ""


class DocumentRefused(Refused):
    """The file cannot be accepted; the sentence says why and what to do."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__([Objection(message, field)])


def clean_name(name: str) -> str:
    """Return a display name: NFC, without path, control or invisible marks, at most 150 characters."""
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn"}
    visible = "".join(mark for mark in bare if unicodedata.category(mark) not in hidden)
    tidy = re.sub(r"\s+", " ", visible).strip(" .")
    if len(tidy) > MAX_NAME:
        stem, dot, extension = tidy.rpartition(".")
        tail = dot + extension if dot and len(extension) <= 10 else ""
        tidy = (stem if tail else tidy)[: MAX_NAME - len(tail)] + tail
    return tidy or "bestand"


def extension_of(name: str) -> str:
    """Return the extension of a cleaned name in small letters, `jpeg` as `jpg`; empty when there is none."""
    tail = name.rpartition(".")[2].lower() if "." in name else ""
    return _SAME_KIND.get(tail, tail)


def inspect(
    name: str, data: bytes, *, kinds: Collection[str] = ("pdf", "docx"), max_mb: int = 50
) -> Inspection:
    """Look at a whole file and say what it is.

    In: the name as sent, the bytes, the extensions that are allowed, the limit in MiB. Out: the cleaned
    name, the real kind and at most one warning.

    Raises:
        DocumentRefused: empty, too large, of another kind than its name says or than is allowed, with a
            password, a macro, an archive inside, or suspiciously large when unpacked.
    """
    shown = clean_name(name)
    if not data:
        raise DocumentRefused(EMPTY)
    if len(data) > max_mb * 1024 * 1024:
        raise DocumentRefused(f"Het bestand is groter dan {max_mb} MB. Maak het kleiner of splits het.")
    extension = sniff(shown, data)
    if extension not in kinds:
        raise DocumentRefused(
            f"Dit soort bestand kan hier niet. Kies een bestand van dit soort: {labels(kinds)}."
        )
    return Inspection(shown, extension, MEDIA_TYPES[extension], _warning(extension, data))


def labels(kinds: Collection[str]) -> str:
    """Return the allowed kinds as words: 'pdf of Word (docx)'."""
    words = [LABELS.get(kind, kind) for kind in kinds]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " of " + words[-1]


def sniff(name: str, data: bytes) -> str:
    """Return the extension that bytes and name agree on.

    Raises:
        DocumentRefused: they do not agree, or the content is refused whatever its name.
    """
    extension = extension_of(name)
    if data.startswith(_PROGRAMS):
        raise DocumentRefused(PROGRAM)
    if _TEST_VIRUS in data[:4096]:
        raise DocumentRefused("Het bestand is een testbestand voor virusscanners. Kies een ander bestand.")
    if data.startswith(_OLE):
        raise DocumentRefused(_about_ole(data))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(extension, data)
    checks = {
        "pdf": lambda: _is_pdf(data),
        "png": lambda: data.startswith(b"\x89PNG\r\n\x1a\n"),
        "jpg": lambda: data.startswith(b"\xff\xd8\xff"),
        "csv": lambda: _is_text(data),
        "txt": lambda: _is_text(data),
        "json": lambda: _is_text(data),
        "xml": lambda: _is_xml(data),
        "age": lambda: data.startswith(b"age-encryption.org/v1"),
    }
    if extension in checks and checks[extension]():
        return extension
    known = ", ".join(sorted({*checks, *_MAIN_PART} - {"age", "json"}))
    if extension not in MEDIA_TYPES:
        raise DocumentRefused(f"Dit soort bestand kan niet. Kies een bestand van dit soort: {known}.")
    raise DocumentRefused(OTHER.format(extension=extension))


def _is_pdf(data: bytes) -> bool:
    if not data.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return False
    if _ENCRYPTED_PDF.search(data):
        raise DocumentRefused(LOCKED)
    return True


def _is_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\x00" not in data and not data.startswith((b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff"))


def _is_xml(data: bytes) -> bool:
    start = data.lstrip(b"\xef\xbb\xbf\r\n\t ")[:2048].lower()
    return start.startswith(b"<") and b"<html" not in start and b"<svg" not in start


def _about_ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return LOCKED
    return OLD


def _inside_zip(extension: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        raise DocumentRefused(BROKEN) from None
    check_members(members, packed=len(data))
    names = {member.filename for member in members}
    lowered = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") for name in lowered):
        raise DocumentRefused(MACRO)
    if extension == "zip" and "[Content_Types].xml" not in names:
        return "zip"
    main_part = _MAIN_PART.get(extension)
    if main_part is None or "[Content_Types].xml" not in names or main_part not in names:
        if extension in {"docm", "xlsm", "pptm"}:
            raise DocumentRefused(MACRO)
        raise DocumentRefused(OTHER.format(extension=extension))
    if any(name.endswith(_ARCHIVES) for name in lowered):
        raise DocumentRefused(NESTED)
    return extension


def check_members(members: list[zipfile.ZipInfo], *, packed: int) -> None:
    """Refuse a zip that would unpack too large, is locked, or names places outside itself.

    Raises:
        DocumentRefused: more than 2,000 members, more than 200 MiB, a ratio over 50 above 64 MiB, a
            password, a doubled name, or a path with `..` or a leading slash.
    """
    if any(member.flag_bits & 0x1 for member in members):
        raise DocumentRefused(LOCKED)
    total = sum(member.file_size for member in members)
    too_dense = total > RATIO_FROM and total > MAX_RATIO * max(packed, 1)
    if len(members) > MAX_MEMBERS or total > MAX_UNPACKED or too_dense:
        raise DocumentRefused(TOO_MUCH_INSIDE)
    names = [member.filename for member in members]
    if any(_points_outside(name) for name in names) or len(set(names)) != len(names):
        raise DocumentRefused(BROKEN)


def words_in(extension: str, data: bytes) -> str:
    """Return the readable text of a checked docx, xlsx, pptx, csv or txt, cut at 4 MiB; empty for other kinds.

    Only meant to look for numbers that resemble a BSN; a PDF is not read.

    Raises:
        DocumentRefused: a part cannot be unpacked.
    """
    if extension in {"csv", "txt"}:
        return data[:MAX_WORDS].decode("utf-8", "replace")
    if extension not in _MAIN_PART:
        return ""
    found: list[str] = []
    left = MAX_WORDS
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if not member.filename.endswith(".xml") or left <= 0:
                continue
            try:
                with archive.open(member) as part:
                    text = part.read(left).decode("utf-8", "replace")
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
                raise DocumentRefused(BROKEN) from None
            left -= len(text)
            found.append(re.sub(r"<[^>]*>", " ", text))
    return " ".join(found)


def _points_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[\\/]", name) or ":" in name


def _warning(extension: str, data: bytes) -> str:
    if find_bsn(words_in(extension, data)):
        return BSN_WARNING
    if extension == "pdf" and (b"%%EOF" not in data[-2048:] or b"startxref" not in data[-4096:]):
        return UNREADABLE
    return ""
