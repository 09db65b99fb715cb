"""Make an accessible PDF (PDF/UA-1) from a typst template and plain data: same data, same bytes."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from portal.paths import data_dir


def pdf(template_name: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of `templates/pdf/<template_name>.typ`.

    The data travels as JSON, so that what people typed stays text and is never read as typst. The
    template begins with `#import "base.typ": data, paper` and `#show: paper.with(title: …)`. Money, dates
    and names come in as the sentences they should read as.

    Raises:
        FileNotFoundError: there is no such template.
        typst.TypstError: the template misses something PDF/UA asks for, such as a title or an alt text.
    """
    source = _folder() / f"{template_name}.typ"
    if not source.is_file():
        raise FileNotFoundError(source.name)
    made = typst.compile(
        source,
        root=_folder(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        pdf_standards=["ua-1"],
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made


@lru_cache(maxsize=1)
def _folder() -> Path:
    return data_dir("templates") / "pdf"
