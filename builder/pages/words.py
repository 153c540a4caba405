"""The words that pages print besides a guide's own: a catalogue for each language, with dates, lists and plurals."""

from __future__ import annotations

import datetime
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from builder.problems import Place, Problem

MODEL = "en"
"""The language whose catalogue and texts say what all others must have."""
TEXTS = ("how-to-use", "rules", "glossary")
"""The texts of each language, under `templates/text/<language>/`."""
_SETTINGS = {"locale", "hyphenation", "quotes"}
_FORMS = ("zero", "one", "two", "few", "many", "other")
_REST = "other"
"""The form that holds for every number that has none of its own."""
_CATALOGUE = re.compile(r"words/([\w-]+)\.yaml")
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words by dotted name; those that a number decides on have it and the form's name joined by `|`."""

    language: str  # as the settings say it, a BCP 47 tag
    locale: str  # whose dates, lists and plurals hold
    hyphenation: str  # auto or manual
    quotes: tuple[str, str]
    folder: str  # of the longer texts, among the templates
    said: Mapping[str, str] = field(hash=False)

    def __call__(self, name: str, /, **values: Any) -> str:
        """The words of a name with values filled in; safe HTML where one of the values is."""
        text = self.said.get(name) or self.said[f"{name}|{self._form(name, values)}"]
        if any(hasattr(value, "__html__") for value in values.values()):
            import markupsafe

            return markupsafe.escape(text).format(**values)
        return text.format(**values)

    def day(self, date: datetime.date) -> str:
        """A date in words, the same on every machine."""
        from babel import dates

        return str(dates.format_date(date, "long", locale=self.locale))

    def enumerated(self, names: Sequence[str]) -> str:
        """A list in one sentence."""
        from babel import lists

        return str(lists.format_list(list(names), locale=self.locale))

    def quoted(self, text: str) -> str:
        return f"{self.quotes[0]}{text}{self.quotes[1]}"

    def _form(self, name: str, values: Mapping[str, Any]) -> str:
        from babel import Locale

        form = str(Locale.parse(self.locale).plural_form(values["number"]))
        return form if f"{name}|{form}" in self.said else _REST


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """A file as it was read: words, the line of each and of each section, the settings, and what is wrong with it."""

    said: dict[str, str]
    lines: dict[str, int]
    settings: dict[str, Any]
    problems: list[Problem]


def load(files: Mapping[str, str], language: str, place: Place) -> tuple[Words | None, list[Problem]]:
    """The words of a language, and what is wrong with them; `place` is where the language was asked for.

    `files` are the templates by path.
    """
    known = sorted(match[1] for path in files if (match := _CATALOGUE.fullmatch(path)))
    name = _closest(language, known)
    if name is None:
        hint = f"There are: {', '.join(known)}. Another language is a file in templates/words/ and a folder of texts."
        return None, [Problem(place, "C11", f"there are no printed words for the language '{language}'", hint)]
    found = _read(files, name)
    problems = list(found.problems)
    if name != MODEL:
        problems += _differences(_read(files, MODEL), found, f"templates/words/{name}.yaml")
    for text in TEXTS:
        if f"text/{name}/{text}.md" not in files:
            missing = Place(f"templates/text/{name}/{text}.md")
            problems.append(Problem(missing, "U01", "this text is missing", f"Write it; {MODEL}/{text}.md shows how."))
    if problems:
        return None, problems
    settings = found.settings
    first, last = settings["quotes"]
    words = Words(language, settings["locale"], settings["hyphenation"], (first, last), f"text/{name}", found.said)
    return words, []


def _closest(language: str, known: Sequence[str]) -> str | None:
    """The catalogue for a tag such as de-AT: its own, or that of the tag without its last parts."""
    parts = language.split("-") if _TAG.fullmatch(language) else []
    tags = ("-".join(parts[:count]).casefold() for count in range(len(parts), 0, -1))
    spelled = {name.casefold(): name for name in known}
    return next((spelled[tag] for tag in tags if tag in spelled), None)


def _read(files: Mapping[str, str], name: str) -> _Catalogue:
    shown = f"templates/words/{name}.yaml"
    found = _Catalogue({}, {}, {}, [])
    try:
        root = yaml.compose(files[f"words/{name}.yaml"], Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        hint = "Put quotes around words that hold ': ' or begin with a special sign."
        found.problems.append(Problem(Place(shown, mark.line + 1 if mark else 1), "U02", "not readable as YAML", hint))
        return found
    for section, node in _entries(root, "", shown, found):
        if section in _SETTINGS:
            found.settings[section] = _setting(node)
            continue
        for name, value in _entries(node, f"{section}.", shown, found):
            if not isinstance(value, yaml.MappingNode):
                _take(found, name, value, shown)
                continue
            for form, words in _entries(value, f"{name}|", shown, found):
                _take(found, form, words, shown)
    found.problems.extend(_wrong_settings(found, shown))
    return found


def _entries(node: yaml.Node | None, before: str, shown: str, found: _Catalogue) -> Iterator[tuple[str, yaml.Node]]:
    """What stands in a mapping, by its full name; no name twice. Notes the lines."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        line = key.start_mark.line + 1
        name = f"{before}{key.value}"
        if not isinstance(key, yaml.ScalarNode):
            found.problems.append(_unreadable(shown, line, "a name is expected here"))
        elif name in found.lines:
            found.problems.append(_unreadable(shown, line, f"'{name.replace('|', ' ')}' stands twice"))
        else:
            found.lines[name] = line
            yield name, value


def _take(found: _Catalogue, name: str, node: yaml.Node, shown: str) -> None:
    if isinstance(node, yaml.ScalarNode):
        found.said[name] = str(node.value)
    else:
        line = found.lines[name]
        found.problems.append(_unreadable(shown, line, f"'{name.replace('|', ' ')}' should be words"))


def _unreadable(shown: str, line: int, message: str) -> Problem:
    hint = f"Write it as {MODEL}.yaml does: one name, a colon, and the words."
    return Problem(Place(shown, line), "U02", message, hint)


def _setting(node: yaml.Node) -> str | tuple[str, ...] | None:
    """A setting's word, or its list of words; None where it is something else."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(each, yaml.ScalarNode) for each in node.value):
        return tuple(str(each.value) for each in node.value)
    return None


def _wrong_settings(found: _Catalogue, shown: str) -> Iterator[Problem]:
    import babel

    def problem(name: str, message: str, hint: str) -> Problem:
        return Problem(Place(shown, found.lines.get(name, 1)), "U03", message, hint)

    try:
        babel.Locale.parse(str(found.settings.get("locale")))
    except (ValueError, babel.UnknownLocaleError):
        yield problem("locale", "'locale' names no locale that is known", "Write one such as de_DE or zh_Hans.")
    if found.settings.get("hyphenation") not in ("auto", "manual"):
        yield problem("hyphenation", "'hyphenation' should be auto or manual", "auto parts words at line ends.")
    quotes = found.settings.get("quotes")
    if not (isinstance(quotes, tuple) and len(quotes) == 2 and all(quotes)):
        yield problem("quotes", "'quotes' should hold two signs", 'Write them so: ["„", "“"].')


def _differences(model: _Catalogue, found: _Catalogue, shown: str) -> Iterator[Problem]:
    """What a catalogue lacks of the model's words or has besides, and where other values are filled in."""
    names, own = _by_name(model), _by_name(found)
    for name, wanted in names.items():
        text, said = wanted.get(_REST, wanted.get("", "")), own.get(name, {})
        line = found.lines.get(name) or found.lines.get(name.partition(".")[0], 1)
        if not said.get("", said.get(_REST)):
            what = f"the form '{_REST}' of '{name}'" if said and "" not in said else f"the word '{name}'"
            yield Problem(Place(shown, line), "U04", f"{what} is missing", f"Add the words for “{text}”.")
            continue
        fillings = _fillings(text)
        for form, words in said.items():
            place = Place(shown, found.lines[f"{name}|{form}" if form else name])
            if form and (form not in _FORMS or "" in wanted):
                hint = f"{MODEL}.yaml has one for every number." if "" in wanted else f"There are: {', '.join(_FORMS)}."
                yield Problem(place, "U06", f"there is no form '{form}' of '{name}'", hint)
            # What holds for few numbers may spell them out.
            elif _fillings(words) != fillings and not (form not in {"", _REST} and _fillings(words) < fillings):
                which = ", ".join(f"{{{each}}}" for each in sorted(fillings)) or "nothing"
                yield Problem(place, "U05", f"'{name}' should have {which} filled in", f"As in “{text}”.")
    for name in own.keys() - names.keys():
        hint = f"Take it out; {MODEL}.yaml has no such word."
        yield Problem(Place(shown, found.lines[name]), "U06", f"there is no word '{name}'", hint)


def _by_name(catalogue: _Catalogue) -> dict[str, dict[str, str]]:
    """The words of each name by the form that a number decides on; without a number that is ''."""
    found: dict[str, dict[str, str]] = {}
    for full, words in catalogue.said.items():
        name, _, form = full.partition("|")
        found.setdefault(name, {})[form] = words
    return found


def _fillings(text: str) -> frozenset[str]:
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return frozenset({"unbalanced braces"})
    return frozenset(f"{name}!{how or ''}:{spec}".rstrip("!:") for _, name, spec, how in parts)
