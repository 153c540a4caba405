"""Puts finished PDFs into `output/`, and alone does: what changed is bound, read back, and replaced as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder import boundaries
from builder.problems import stop_on_errors
from builder.progress import Progress
from builder.publish import journal
from builder.request import Request
from builder.store import Store, digest

if TYPE_CHECKING:
    from builder.publish.bindings import Binding
    from builder.publish.gate import Watch


@dataclass(frozen=True, slots=True)
class Made:
    """A published PDF; `size` in bytes, `fresh` when this run made it anew."""

    path: Path
    pages: int
    size: int
    sha256: str
    key: str
    fresh: bool = True


def publish(
    request: Request,
    store: Store,
    bindings: Sequence[Binding],
    watch: Watch,
    worker: Executor | None,
    progress: Progress,
) -> tuple[Made, ...]:
    """Binds what changed into a folder of its own, reads it back, and puts all of it in place at once, or nothing."""
    with journal.workplace(request.output) as folder:
        made = _bound(request, store, bindings, folder, worker, progress)
        if request.booklet:
            folded = zip(bindings, tuple(made), strict=True) if request.slugs else [(bindings[-1], made[-1])]
            made += [_folded(request, store, binding, whole, folder) for binding, whole in folded]
        _read_back(request, store, made, folder, watch, progress)
        fresh = {one.path.relative_to(request.output).as_posix(): one.key for one in made if one.fresh}
        journal.put(request.output, folder, fresh)
    for one in made:
        store.keep_note(_note_key(one.path), {**asdict(one), "path": str(one.path)})
    return tuple(made)


def is_there(path: Path, size: int, sha256: str) -> bool:
    """Whether a file is what it was when it was published."""
    try:
        return path.stat().st_size == size and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _bound(
    request: Request,
    store: Store,
    bindings: Sequence[Binding],
    folder: Path,
    worker: Executor | None,
    progress: Progress,
) -> list[Made]:
    """All PDFs. What is not in place is bound: the last of it, the longest, here, and the others in the worker."""
    from builder.publish.bindings import bind

    made = {each.name: _in_place(request, store, each.name, each.key) for each in bindings}
    waiting = [each for each in bindings if made[each.name] is None]
    elsewhere = waiting[:-1] if worker else []
    counts = {each.name: worker.submit(bind, store, each, folder / each.key) for each in elsewhere if worker}
    progress("Binding", len(bindings) - len(waiting), len(bindings), "")
    for each in waiting[len(elsewhere) :]:
        made[each.name] = _written(request, each.name, each.key, folder, bind(store, each, folder / each.key))
    for each in elsewhere:
        made[each.name] = _written(request, each.name, each.key, folder, counts[each.name].result())
    progress("Binding", len(bindings), len(bindings), "")
    return [one for each in bindings if (one := made[each.name])]


def _folded(request: Request, store: Store, binding: Binding, whole: Made, folder: Path) -> Made:
    """The booklet of a PDF that has just been bound, or is in place."""
    from builder.pdf import booklet

    name = f"{binding.name.removesuffix('.pdf')}-booklet.pdf"
    key = digest("booklet", whole.sha256, binding.key, str(request.booklet), boundaries.BINDING.digest)
    source = folder / whole.key if whole.fresh else whole.path
    made_of = replace(binding.made_of, name=name)
    return _in_place(request, store, name, key) or _written(
        request, name, key, folder, booklet.impose(source, folder / key, sheets=request.booklet, made_of=made_of)
    )


def _in_place(request: Request, store: Store, name: str, key: str) -> Made | None:
    """A PDF as it was published before, if it was made of the same."""
    path = request.output / name
    note = store.note(_note_key(path))
    if note and note["key"] == key and is_there(path, note["size"], note["sha256"]):
        return Made(**{**note, "path": path, "fresh": False})
    return None


def _written(request: Request, name: str, key: str, folder: Path, pages: int) -> Made:
    """A PDF that has been written into the folder under its key."""
    data = (folder / key).read_bytes()
    return Made(request.output / name, pages, len(data), hashlib.sha256(data).hexdigest(), key)


def _read_back(
    request: Request, store: Store, made: Sequence[Made], folder: Path, watch: Watch, progress: Progress
) -> None:
    """Stops at the last gate what gives something away; what passed it before, with the same to watch for, passes."""
    keys = {one.path: digest("gate", one.sha256, watch.key) for one in made}
    waiting = [one for one in made if not store.note(keys[one.path])]
    if not waiting:
        return
    from builder.publish import gate

    files = {request.config.shown(one.path): folder / one.key if one.fresh else one.path for one in waiting}
    stop_on_errors(gate.read_back(files, watch, store, request.jobs, progress))
    for one in waiting:
        store.keep_note(keys[one.path], True)


def _note_key(path: Path) -> str:
    return digest("bound", str(path.resolve()))
