"""The asset build: one vendor style sheet, one of our own, one font; hashed names and a manifest.

Standard library only: `portaal.py` calls it before there is an environment. What comes from npm is
pinned by the hashes of package-lock.json; nothing third-party is committed.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "static"
ROOT = SOURCE.parent.parent
TARGET = SOURCE / "build"
MANIFEST = "manifest.json"
COMPONENTS = (
    "root", "document", "body", "skip-link", "link", "paragraph", "heading-1", "heading-2", "heading-3", "ordered-list",
    "unordered-list", "breadcrumb-nav", "pagination", "table", "status-badge", "alert", "button", "form-field",
    "form-field-description", "form-field-error-message", "form-label", "textbox", "textarea", "select", "checkbox",
    "radio-button",
)  # fmt: skip
THEME = "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css"
FONT = "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
OWN_SHEETS = ("tokens.css", "themes", "portal.css")
DRAWINGS = ("signs.svg", "mark.svg", "chevron.svg", "tick.svg")
# Set from outside or by the browser, so never found as text in a template.
ALWAYS_USED = frozenset({"utrecht-root", "utrecht-document", "utrecht-body"})


class AssetsError(Exception):
    """npm could not fetch the packages; the message is npm's own."""


def inputs() -> str:
    """Return the hash of everything the build is made from."""
    digest = hashlib.sha256()
    for path in sorted(_source_files()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update("\n".join(sorted(used_classes())).encode())
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    yield ROOT / "package-lock.json"
    yield Path(__file__)
    yield from (SOURCE / name for name in DRAWINGS)
    yield SOURCE / "tokens.css"
    yield SOURCE / "portal.css"
    yield from (SOURCE / "themes").glob("*.css")


def used_classes() -> frozenset[str]:
    """Return every `utrecht-…` class that a template or the package writes in full."""
    places = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "portal").rglob("*.py")]
    found = {name for path in places for name in re.findall(r"utrecht-[\w-]+", path.read_text("utf-8"))}
    return frozenset(found) | ALWAYS_USED


def current(target: Path = TARGET) -> bool:
    """Say whether `target` holds the build of these very sources."""
    manifest = target / MANIFEST
    if not manifest.is_file():
        return False
    if not (
        ROOT / "package-lock.json"
    ).is_file():  # a wheel carries its build and has no sources to differ from
        return True
    return bool(json.loads(manifest.read_text("utf-8")).get("inputs") == inputs())


def build(npm: Sequence[str], target: Path, work: Path) -> None:
    """Fetch the packages with `npm ci` and write the style sheets, font and drawings.

    Args:
        npm: the command and its first arguments, such as ["npm"].
        target: the folder to (re)write; complete or untouched.
        work: a writable folder for node_modules and npm's cache.

    Raises:
        AssetsError: npm failed; its last words are in the message.
    """
    modules = fetch(npm, work)
    fresh = target.with_name(target.name + ".nieuw")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    names: dict[str, str] = {}
    _put(fresh, names, "source-sans-3.woff2", (modules / FONT).read_bytes())
    for name in DRAWINGS:
        _put(fresh, names, name, (SOURCE / name).read_bytes())
    own = own_css()
    _put(fresh, names, "vendor.css", _with_names(vendor_css(modules, own), names))
    _put(fresh, names, "portal.css", _with_names(own, names))
    _licences(modules, fresh)
    manifest = {"inputs": inputs(), "names": names}
    (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.replace(target)
    _manifest.cache_clear()


def fetch(npm: Sequence[str], work: Path) -> Path:
    """Install the locked packages under `work` and return the folder node_modules.

    Raises:
        AssetsError: npm failed.
    """
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, work / name)
    environ = {**os.environ, "npm_config_cache": str(work / "cache")}
    if os.sep in npm[0]:  # npm looks for node on PATH
        environ["PATH"] = str(Path(npm[0]).parent) + os.pathsep + environ.get("PATH", "")
    done = subprocess.run(  # noqa: S603 - the command is the caller's own npm
        [*npm, "ci", "--ignore-scripts"], cwd=work, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssetsError(f"npm ci lukte niet:\n{done.stderr.strip()[-2000:]}")
    return work / "node_modules"


def _put(folder: Path, names: dict[str, str], name: str, content: bytes) -> None:
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
    (folder / hashed).write_bytes(content)
    if suffix != "woff2":
        (folder / f"{hashed}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    names[name] = hashed


def _with_names(css: str, names: dict[str, str]) -> bytes:
    """Point url(…) at the hashed names."""
    return re.sub(r"url\(([\w.-]+)\)", lambda found: f"url({names[found[1]]})", css).encode()


def _licences(modules: Path, folder: Path) -> None:
    texts = [
        f"{THEME}: EUPL-1.2",
        f"{FONT}: OFL-1.1",
        *(f"@utrecht/{name}-css: EUPL-1.2" for name in COMPONENTS),
    ]
    licence = modules / "@fontsource-variable/source-sans-3/LICENSE"
    (folder / "licenties.txt").write_text("\n".join(texts) + "\n\n" + licence.read_text("utf-8"), "utf-8")


# Style sheets -------------------------------------------------------------------------------------


def own_css() -> str:
    """Return the portal's own tokens, themes and rules as one sheet, without comments and spare space."""
    sheets = [SOURCE / "tokens.css", *sorted((SOURCE / "themes").glob("*.css")), SOURCE / "portal.css"]
    return squeezed("\n".join(path.read_text("utf-8") for path in sheets))


def squeezed(css: str) -> str:
    """Take comments and spare white space out of a style sheet."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css)
    css = re.sub(r"(?<=[\w-]): (?=[^{}]*[;}])", ":", css)
    return css.replace(";}", "}").strip()


def vendor_css(modules: Path, own: str) -> str:
    """Return the rules of the used components and the tokens they reach, in one layer that always loses."""
    used = used_classes()
    sheets = (
        squeezed((modules / f"@utrecht/{name}-css/dist/index.min.css").read_text("utf-8"))
        for name in COMPONENTS
    )
    rules = "".join(kept_rules(sheet, used) for sheet in sheets)
    theme = squeezed((modules / THEME).read_text("utf-8"))
    tokens = dict(re.findall(r"(--[\w-]+):([^;{}]+)", theme))
    reached = reach(tokens, rules + own)
    set_tokens = ";".join(f"{name}:{tokens[name]}" for name in sorted(reached))
    return f"@layer vendor{{.voorbeeld-theme{{{set_tokens}}}{rules}}}"


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Split a sheet into (head, body) of its outermost blocks; a statement such as @import is left out."""
    depth, start, head = 0, 0, ""
    for place, letter in enumerate(css):
        if letter == "{":
            if depth == 0:
                head, start = css[start:place].rpartition(";")[2].strip(), place + 1
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield head, css[start:place]
                start = place + 1


def kept_rules(css: str, used: frozenset[str]) -> str:
    """Keep the rules whose classes all occur in the templates; look inside @media as well."""
    kept = []
    for head, body in blocks(css):
        if head.startswith("@media"):
            inner = kept_rules(body, used)
            if inner and "prefers-contrast" not in head:
                kept.append(f"{head}{{{inner}}}")
        elif not head.startswith("@"):
            selectors = [one for one in _selectors(head) if set(re.findall(r"\.([\w-]+)", one)) <= used]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def _selectors(head: str) -> Iterable[str]:
    depth, start = 0, 0
    for place, letter in enumerate(head):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield head[start:place]
            start = place + 1
    yield head[start:]


def reach(tokens: dict[str, str], text: str) -> set[str]:
    """Return the tokens that a text uses, and those that these use in turn."""
    found: set[str] = set()
    waiting = set(re.findall(r"var\(\s*(--[\w-]+)", text))
    while waiting:
        name = waiting.pop()
        if name in tokens and name not in found:
            found.add(name)
            waiting |= set(re.findall(r"var\(\s*(--[\w-]+)", tokens[name]))
    return found


# At run time --------------------------------------------------------------------------------------


def folder(data_dir: Path | None = None) -> Path:
    """Return the folder that is served: the build, the one under the data folder, or the bare sources."""
    candidates = [TARGET] + ([data_dir / "assets"] if data_dir else [])
    return next((place for place in candidates if (place / MANIFEST).is_file()), SOURCE)


@lru_cache(maxsize=8)
def _manifest(place: Path) -> dict[str, str]:
    path = place / MANIFEST
    if not path.is_file():
        return {}
    names: dict[str, str] = json.loads(path.read_text("utf-8"))["names"]
    return names


def hashed_name(name: str, place: Path) -> str:
    """Return the name under which a file is served; its own name when nothing was built."""
    return _manifest(place).get(name, name)
