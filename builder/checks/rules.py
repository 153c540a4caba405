"""All rules, in one table: from it come severities and hints, and docs/checks.md is made of it."""

from __future__ import annotations

from dataclasses import dataclass

from builder.checks.finding import Finding
from builder.problems import Place, Problem, Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the check.

    `title` completes "finds …"; `why` says what it costs the reader; `hint` how to mend it; `mended` whether
    `check --fix` does so.
    """

    code: str
    severity: Severity
    title: str
    why: str
    hint: str
    mended: bool = False


FAMILIES = {
    "T": ("Structure", "Whether the guide is built as a guide."),
    "P": ("Pictures", "Whether each screenshot is the right one, in its place, with words for those who can't see it."),
    "W": (
        "Words against pixels",
        "Whether the screenshots show what the text names. These rules look at the words that were read on the "
        "pictures; without them they say nothing.",
    ),
    "A": (
        "Safety",
        "The contract that every guide keeps: no permission too many, no key lost or leaked, no wrong address.",
    ),
    "L": ("Language", "Whether the text reads as instructions do."),
    "D": (
        "Drawn screens",
        "Whether the drawing of a screen, the screenshot that it stands for, and the step that it stands in say the "
        "same. What is wrong stands in `guides/<slug>.screens.yaml`.",
    ),
    "K": ("Links", "Whether addresses answer; only with `--links`."),
    "R": ("Rules that are off", "Whether what was switched off was switched off for a reason."),
}

RULES = (
    Rule(
        "T01",
        _ERROR,
        "a step whose number is not the next one",
        "Readers follow numbers; a gap makes them look for a step that is not there.",
        "Number the steps 1, 2, 3 … in the order in which they stand.",
        mended=True,
    ),
    Rule(
        "T02",
        _ERROR,
        "a heading that skips a level",
        "Screen readers and the outline of the PDF take headings for a table of contents.",
        "Use '## ' for steps and sections, '### ' only below one of them, and so on.",
    ),
    Rule(
        "T03",
        _WARNING,
        "a numbered list that does not go on rightly",
        "After a picture or a table the list of the same step goes on; numbers that repeat or jump lose the reader.",
        "Give the entry the next number of the step.",
        mended=True,
    ),
    Rule(
        "T04",
        _ERROR,
        "a step or section in which nothing stands",
        "A heading alone tells nobody what to do.",
        "Say what to do here, or remove the heading.",
    ),
    Rule(
        "T05",
        _WARNING,
        "a picture stuck to text",
        "Other programs that show the same Markdown set such a picture into the line of text.",
        "Leave a blank line above and below a picture.",
        mended=True,
    ),
    Rule(
        "T06",
        _ERROR,
        "a guide that belongs to another exchange",
        "A copy of another exchange's guide under a new name sends clients to the wrong screens.",
        "Compare title, file name, text and pictures; keep what belongs to this exchange.",
    ),
    Rule(
        "T07",
        _WARNING,
        "a guide that nearly repeats another one",
        "Guides are parallel, but exchanges differ; a near copy was not adapted.",
        "Compare both guides with their exchanges' screens.",
    ),
    Rule(
        "T08",
        _WARNING,
        "a guide without front matter",
        "The tables at a glance, the values to fill in and most of the safety rules need what stands there.",
        "Let `handbook import` write it as far as the text allows.",
    ),
    Rule(
        "T09",
        _WARNING,
        "a step that sets permissions under the title of saving the key",
        "Who looks for the permissions in the outline does not find them; who saves the key may stop there.",
        "Make a step of its own for the permissions, before or after the one that saves the key.",
    ),
    Rule(
        "T10",
        _WARNING,
        "HTML that prints as it is written",
        "Guides are Markdown and nothing else; the reader sees the angle brackets.",
        "Write it in Markdown, or put it between backquotes where the reader is to see it.",
    ),
    Rule(
        "P01",
        _ERROR,
        "a picture without alternative text",
        "It is the caption on paper and all that a blind reader gets.",
        "Say in the brackets what the picture shows and what is marked on it.",
    ),
    Rule(
        "P02",
        _WARNING,
        "an alternative text that is used again",
        "Two pictures with one caption can't be told apart.",
        "Say what this picture shows that the other does not.",
    ),
    Rule(
        "P03",
        _WARNING,
        "a caption that fits another step",
        "A caption that slipped to another picture tells the reader that this is the wrong screen.",
        "Exchange the captions, or say what this picture shows.",
    ),
    Rule(
        "P04",
        _WARNING,
        "pictures out of order",
        "Where the numbers of two files run backwards and their captions fit each other's step, one of them is in the "
        "wrong place.",
        "Look at both pictures and exchange either the pictures or their captions.",
    ),
    Rule(
        "P05",
        _WARNING,
        "a picture that is used twice",
        "The second place most likely wants another screen.",
        "Use each screenshot once and refer to it by its step.",
    ),
    Rule(
        "P06",
        _WARNING,
        "a picture that the text does not introduce",
        "A screenshot before its instruction is a riddle.",
        "Put the instruction that the picture shows above it.",
    ),
    Rule(
        "P07",
        _ERROR,
        "a picture whose address is not https or whose host is not allowed",
        "The builder downloads from hosts only that handbook.yaml names, and never in the clear.",
        "Use an https:// address on an allowed host, or allow the host under screenshots ▸ hosts in handbook.yaml.",
    ),
    Rule(
        "P08",
        _WARNING,
        "a kept picture that no guide uses",
        "What nobody uses nobody looks at, and it may still show a secret.",
        "Remove the file and its record, or use the picture.",
    ),
    Rule(
        "P09",
        _WARNING,
        "screenshots older than the configured age",
        "Exchanges change their screens without a word.",
        "Compare the screens with the exchange, then set 'verified' in the front matter to that day.",
    ),
    Rule(
        "P10",
        _WARNING,
        "a picture that changed since somebody confirmed it",
        "What was confirmed safe and right was another picture.",
        "Look at the picture with `handbook audit`, then confirm it again.",
    ),
    Rule(
        "W01",
        _WARNING,
        "a label that its screenshot does not show",
        "The reader is told to click or fill in something that is not on the picture: it was swapped, is out of date, "
        "or the label is written differently.",
        "Look at the picture; write the label as the screen does, or take a new screenshot.",
    ),
    Rule(
        "W02",
        _ERROR,
        "two screenshots that are swapped",
        "Each of the two shows the labels of the other one's instructions and not its own.",
        "Exchange the addresses of the two pictures.",
    ),
    Rule(
        "W03",
        _WARNING,
        "a caption that names what another picture shows",
        "The words of the caption are not on this picture, but they are on another one of the guide.",
        "Say what this picture shows.",
    ),
    Rule(
        "W04",
        _ERROR,
        "two captions that are exchanged",
        "Each of the two names what the other picture shows, while the pictures themselves stand right.",
        "Exchange the two alternative texts.",
        mended=True,
    ),
    Rule(
        "A01",
        _ERROR,
        "a permission to enable that the front matter does not list",
        "The front matter is what the tables and checklists print; a permission in the text alone contradicts them.",
        "Set the permission off, or list it under permissions ▸ enable if trading needs it.",
    ),
    Rule(
        "A02",
        _ERROR,
        "a permission to enable that can move funds out",
        "A key that can withdraw or transfer costs money when it leaks.",
        "Tell the reader to leave this permission off.",
    ),
    Rule(
        "A03",
        _ERROR,
        "no word on withdrawals",
        "A reader who is not warned may tick everything.",
        "Warn, before the permissions are set, never to enable withdrawals.",
    ),
    Rule(
        "A04",
        _ERROR,
        "no IP whitelist",
        "A leaked key without one works from anywhere.",
        "Tell the reader to restrict the key to the listed IP addresses.",
    ),
    Rule(
        "A05",
        _ERROR,
        "no warning that the secret is shown once",
        "Who closes the window too early must start again.",
        "Write '> **Warning:** …' before the step that shows the secret key, or set 'secret_shown: always' if the "
        "exchange shows it again.",
    ),
    Rule(
        "A06",
        _ERROR,
        "the shown-once warning after the act",
        "A warning that follows the picture of the secret is read when the window is closed.",
        "Move the warning before the step's first instruction, or into the step before it.",
    ),
    Rule(
        "A07",
        _WARNING,
        "IP addresses whose separator is unsaid or vague",
        "A list with a space too many is refused, or worse, cut short.",
        "Say exactly what stands between two addresses, such as 'one comma each, without spaces', and set "
        "ip_whitelist ▸ separator.",
        mended=True,
    ),
    Rule(
        "A08",
        _ERROR,
        "a separator that contradicts the front matter",
        "The packet prints the client's addresses as the front matter says; the text must say the same.",
        "Find out what the exchange takes, and write it in both places.",
        mended=True,
    ),
    Rule(
        "A09",
        _ERROR,
        "a request to send a secret",
        "Nobody needs a client's secret key or password by mail or chat; asking for it trains people for fraud.",
        "Remove the request; name a safe way in a document of its own if keys must be handed over.",
    ),
    Rule(
        "A10",
        _ERROR,
        "a text shaped like a key",
        "A real key in a guide is published to every client.",
        "Write a placeholder in words, and have the key deleted on the exchange if it is real.",
    ),
    Rule(
        "A11",
        _ERROR,
        "a personal mail address",
        "It belongs to somebody who did not ask to be in a handbook.",
        "Use the exchange's or the firm's address, one at example.com, or allow its host under checks ▸ mail_hosts.",
    ),
    Rule(
        "A12",
        _ERROR,
        "a private IP address",
        "It tells about the inside of a network, and on an exchange's whitelist it does nothing.",
        "Use an example address such as 192.0.2.10.",
    ),
    Rule(
        "A13",
        _ERROR,
        "a link outside the exchange's official domains",
        "Readers enter their passwords where a guide sends them.",
        "Link to the address under 'website', or allow the host under checks ▸ link_hosts in handbook.yaml.",
    ),
    Rule(
        "A14",
        _ERROR,
        "a host name that looks like another one",
        "One exchanged letter is how phishing begins.",
        "Type the official address anew, by hand.",
    ),
    Rule(
        "L01",
        _WARNING,
        "a step that does not begin with a verb",
        "A step is a command; the verb says at once what to do.",
        "Begin with what the reader does: Open, Select, Enter … (more verbs: checks ▸ verbs in handbook.yaml).",
    ),
    Rule(
        "L02",
        _WARNING,
        "a sentence that is too long",
        "Readers look from the page to the screen and back; long sentences lose them.",
        "Make two sentences of it.",
    ),
    Rule(
        "L03",
        _WARNING,
        "a link or an instruction that says “click here”",
        "On paper there is nothing to click, and a screen reader reads links without their sentences.",
        "Name the place or the button.",
    ),
    Rule(
        "L04",
        _WARNING,
        "a reference such as “see image below”",
        "Layout may put the figure beside or above; its number finds it.",
        "Say what to look for, or leave the reference out; figures follow their sentences.",
    ),
    Rule(
        "L05",
        _WARNING,
        "an exclamation mark",
        "Instructions stay calm; warnings have a form of their own.",
        "End the sentence with a full stop.",
    ),
    Rule("L06", _WARNING, "double spaces", "They print as a hole.", "Leave one space.", mended=True),
    Rule(
        "L07",
        _WARNING,
        "straight quotes",
        "The guides set typographic quotes; two kinds in one handbook look careless.",
        "Write “ ” and ’.",
        mended=True,
    ),
    Rule(
        "L08",
        _WARNING,
        "hyphens and short dashes that stand for a dash",
        "The guides set one kind of dash between parts of a sentence.",
        "Write — between spaces.",
        mended=True,
    ),
    Rule(
        "L09",
        _WARNING,
        "a name that is spelled another way",
        "An exchange and a firm have one name each; a reader who searches for it should find it everywhere.",
        "Write the name as the front matter or the brand file does.",
    ),
    Rule(
        "L10",
        _WARNING,
        "a known misspelling",
        "Misspellings make a genuine document look like a forged one.",
        "Correct the word, or list it under checks ▸ words in handbook.yaml.",
    ),
    Rule(
        "L11",
        _WARNING,
        "a pictograph",
        "Emoji look different on every device and print as empty boxes where a typeface lacks them.",
        "Say it in words; warnings have a form of their own.",
    ),
    Rule(
        "D21",
        _ERROR,
        "a drawing without something that its step tells the reader to act on",
        "Readers look for it in the figure before they look for it on the screen.",
        "Draw it as the screenshot shows it, or correct the label in the step.",
    ),
    Rule(
        "D22",
        _WARNING,
        "a label on a drawing that was not read on its screenshot",
        "A drawing that shows what the exchange does not is worse than none.",
        "Write the label as the screen does; say 'example: yes' where the words are made up. A mark or a blur may hide "
        "it on the screenshot: look at it.",
    ),
    Rule(
        "D23",
        _ERROR,
        "a disc on a drawing with the number of no instruction",
        "The number leads the reader to an instruction; here it leads nowhere.",
        "Give 'act' the number of the instruction in the step's list, or yes where the step has no list.",
    ),
    Rule(
        "D24",
        _WARNING,
        "a mark on a drawing that no instruction speaks of",
        "Readers act on what is marked.",
        "Name it in the step, or take 'act' away.",
    ),
    Rule(
        "K01",
        _ERROR,
        "an address that does not exist any more",
        "A dead link in a printed handbook can't be mended.",
        "Find the page's new address, or remove the link.",
    ),
    Rule(
        "K02",
        _WARNING,
        "an address that could not be asked",
        "It may be dead, or it may keep programs out.",
        "Open it in a browser; try again later.",
    ),
    Rule(
        "K03",
        _WARNING,
        "an address that leads to another host",
        "What a reader types is not where they arrive.",
        "Write the address at which it ends, if that is the exchange's own.",
    ),
    Rule(
        "R01",
        _ERROR,
        "a rule that is off without a reason",
        "Nobody can tell later whether the reason still holds.",
        "Write the reason after the code.",
    ),
    Rule(
        "R02",
        _ERROR,
        "an unknown rule that is off",
        "A typing error here leaves a rule on, or a wish unfulfilled.",
        "docs/checks.md lists all codes; rules of the family R can't be off.",
    ),
    Rule(
        "R03",
        _WARNING,
        "a rule that is off but finds nothing",
        "What it excused was mended; left standing, it would hide the next fault.",
        "Remove it.",
    ),
)

BY_CODE = {rule.code: rule for rule in RULES}


def as_problem(finding: Finding, file: str) -> Problem:
    """A finding with the severity and, where it has none of its own, the hint of its rule."""
    rule = BY_CODE[finding.code]
    place = Place(finding.file or file, finding.line, finding.column)
    return Problem(place, finding.code, finding.message, finding.hint or rule.hint, rule.severity)
