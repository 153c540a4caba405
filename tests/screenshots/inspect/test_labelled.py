"""What counts as a secret because of the label beside it, above it or before it, and what does not."""

from __future__ import annotations

import pytest
from made_lines import HEX32, MIXED64, SIZE, badly, found, kinds, line

from builder.screenshots.inspect.field_labels import folded
from builder.screenshots.inspect.label_words import LABELS as WORDS
from builder.screenshots.inspect.secrets import labelled_bars, open_questions
from builder.screenshots.inspect.words import Line
from builder.screenshots.model import Box, Mark, MarkKind, SecretKind, Word

LABELS = [
    ("API Key", SecretKind.API_KEY),
    ("APl Key", SecretKind.API_KEY),
    ("APIKey:", SecretKind.API_KEY),
    ("* Access Key", SecretKind.API_KEY),
    ("Key", SecretKind.API_KEY),
    ("Access Key ID", SecretKind.API_KEY),
    ("API-Schlüssel", SecretKind.API_KEY),
    ("Clé API", SecretKind.API_KEY),
    ("访问密钥", SecretKind.API_KEY),
    ("Secret", SecretKind.SECRET_KEY),
    ("Secret Key", SecretKind.SECRET_KEY),
    ("Your Secret Key:", SecretKind.SECRET_KEY),
    ("Secret Access Key", SecretKind.SECRET_KEY),
    ("Private Key", SecretKind.SECRET_KEY),
    ("Clave secreta", SecretKind.SECRET_KEY),
    ("私钥", SecretKind.SECRET_KEY),
    ("Секретный ключ", SecretKind.SECRET_KEY),
    ("Passphrase", SecretKind.PASSPHRASE),
    ("Hasto", SecretKind.PASSPHRASE),  # as the reader reads "Hasło"
    ("API Passphrase (keep it safe)", SecretKind.PASSPHRASE),
    ("Memo", SecretKind.PASSPHRASE),
    ("Access Token", SecretKind.TOKEN),
]


@pytest.mark.parametrize(("label", "kind"), LABELS)
def test_a_short_value_is_known_by_the_label_above_it(label: str, kind: SecretKind) -> None:
    assert kinds(line(label, top=74), line("x7Kq2mP9z")) == [kind]


@pytest.mark.parametrize(("label", "kind"), LABELS)
def test_a_short_value_is_known_by_the_label_beside_it(label: str, kind: SecretKind) -> None:
    assert kinds(line(label), line("x7Kq2mP9z", left=420)) == [kind]


def test_a_label_and_its_value_in_one_line() -> None:
    whole = line("API Key: x7Kq2mP9z")
    (secret,) = found(whole)
    assert secret.kind is SecretKind.API_KEY
    assert secret.box.contains(whole.part(9, 18))
    assert not secret.box.meets(whole.part(0, 7))


def test_the_value_belongs_to_the_nearest_label() -> None:
    assert kinds(
        line("API Key", top=100),
        line(HEX32, top=125),
        line("Secret Key", top=160),
        line(MIXED64, top=185),
    ) == [SecretKind.API_KEY, SecretKind.SECRET_KEY]


def test_labels_without_a_value_hide_nothing_but_ask_for_a_closer_look() -> None:
    lines = (line("API Key", top=100), line("Permissions", top=125), line("Read,Trade", top=150))
    assert found(*lines) == ()
    regions = [question.region for question in open_questions(lines, (), SIZE)]
    assert any(region.meets(Box(100, 120, 300, 140)) for region in regions)


def test_a_label_whose_value_was_found_asks_nothing() -> None:
    lines = (line("API Key", top=100), line(HEX32, top=125))
    assert open_questions(lines, found(*lines), SIZE) == ()


BAR = Mark(MarkKind.BAR, Box(200, 98, 800, 120))


@pytest.mark.parametrize("beginning", ["Qdk4", "abcdef", "5", "4kRz9Wq7"])
def test_the_beginning_beside_a_bar_is_covered_with_the_bar(beginning: str) -> None:
    rest = line(beginning, left=196 - len(beginning) * 9)
    secrets = found(line("Secret Key", left=110, top=70), rest, marks=(BAR,))
    if len(beginning) == 1:
        assert secrets == ()  # one character is as likely an icon
    else:
        assert [(s.kind, s.box.contains(rest.word.box.union(BAR.box))) for s in secrets] == [
            (SecretKind.SECRET_KEY, True)
        ]


def test_the_end_after_a_bar_is_covered_too() -> None:
    rest = line("x9Q2", left=806)
    (secret,) = found(line("API Key", left=200, top=70), rest, marks=(BAR,))
    assert secret.box.contains(rest.word.box)


def test_a_key_beside_a_bar_needs_no_label() -> None:
    assert kinds(line("a8Kd92mQ", left=124), marks=(BAR,)) == [SecretKind.TOKEN]


def test_a_sentence_that_runs_into_a_bar_is_left_alone() -> None:
    sentence = line("Enter the 6-digit code sent to", left=-74)
    assert found(sentence, line("@gmail.com", left=803), marks=(BAR,)) == ()


def test_a_bar_that_covers_everything_hides_no_more() -> None:
    lines = (line("API Key", left=200, top=70), line("Copy", left=200, top=126))
    assert found(*lines, marks=(BAR,)) == ()
    assert labelled_bars(lines, (BAR,)) == ((BAR.box, SecretKind.API_KEY),)


@pytest.mark.parametrize(
    "text",
    ["UID:44012345", "UID: 44012345", "ID:7712345678", "User ID 443322110", "Account No. 99887766", "UID：44012345"],
)
def test_an_account_number_after_its_label(text: str) -> None:
    assert kinds(line(text)) == [SecretKind.ACCOUNT_NUMBER]


def test_an_account_number_beside_and_below_its_label() -> None:
    assert kinds(line("UID"), line("44012345", left=180)) == [SecretKind.ACCOUNT_NUMBER]
    assert kinds(line("Account ID", top=74), line("44012345")) == [SecretKind.ACCOUNT_NUMBER]
    assert kinds(line("UID:"), line("4401 2345", left=180)) == [SecretKind.ACCOUNT_NUMBER]


def test_the_label_of_an_account_number_stays_readable() -> None:
    whole = line("UID:44012345")
    (secret,) = found(whole)
    assert secret.box.left == whole.letters[4][0] and secret.box.right == whole.word.box.right


@pytest.mark.parametrize("text", ["ID: 12", "UID: ******45", "KYC ID Verification", "Valid until 20270519", "UID:"])
def test_other_numbers_are_no_account_numbers(text: str) -> None:
    assert found(line(text)) == ()


def test_a_long_number_needs_no_label() -> None:
    assert kinds(line("80412345678901234")) == [SecretKind.ACCOUNT_NUMBER]
    assert found(line("Vol 804,123,456,789"), line("804123456789.12", top=200)) == ()


@pytest.mark.parametrize("text", ["No 80412345678, registered", "ID#804123456", "ID-804123456", "80412345678,"])
def test_a_sign_beside_a_long_number_does_not_hide_it(text: str) -> None:
    assert kinds(line(text)) == [SecretKind.ACCOUNT_NUMBER]
    assert found(line("-804123456"), line("BTC-20250627", top=200), line("804123456,5", top=300)) == ()


@pytest.mark.parametrize("before", ["Trade notifications", "Order now", "committed", "unblock", "Resupply"])
def test_a_word_that_only_holds_a_public_one_excuses_no_number(before: str) -> None:
    assert kinds(line(f"{before} 80412345678")) == [SecretKind.ACCOUNT_NUMBER]


@pytest.mark.parametrize("before", ["Order No.", "Order number", "Auftragsnr.", "Block", "Tx hash", "Amount"])
def test_a_public_number_stays(before: str) -> None:
    assert found(line(f"{before} 80412345678")) == ()


@pytest.mark.parametrize("path", ["token", "hash", "address", "tx"])
def test_an_address_is_public_only_where_it_holds_what_looks_like_a_public_hash(path: str) -> None:
    before = f"https://scan.example/{path}/"
    assert found(line(before + "0x" + "3f9A" * 10)) == ()
    assert kinds(line(before + "9f8A7b6C5d4E3f2G1h0I9j8K7l6M")) == [SecretKind.TOKEN]
    assert kinds(line(before + "0x" + "3f9A" * 10 + "?token=" + "9f8A7b6C5d4E3f2G1h0I9j8K7l6M"))[0] is SecretKind.TOKEN


def test_a_part_of_a_path_is_covered_for_its_name() -> None:
    assert kinds(line("exchange.example/invite/AB12CD")) == [SecretKind.TOKEN]
    assert found(line("exchange.example/reset/password"), line("exchange.example/verify/2fa-setup", top=200)) == ()


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Backup code", "1234 5678"),
        ("Backup code", "ABCD-1234"),
        ("Backup code", "a1b2c3d4"),
        ("Recovery code", "a1b2-c3d4-e5f6"),
        ("Security code", "123"),
        ("SMS code", "482 913"),
        ("Date of birth", "Jan 12, 1990"),
        ("Date of birth", "12 January 1990"),
    ],
)
def test_all_of_a_labelled_value_is_covered(label: str, value: str) -> None:
    for lines in ((line(label, top=74), line(value)), (line(label), line(value, left=420))):
        assert [secret.box for secret in found(*lines)] == [lines[1].word.box]


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("First name", "John"),
        ("姓名", "张三"),
        ("真实姓名", "王小明"),
        ("Home address", "12 Main Street, London"),
        ("Username", "john_trader"),
        ("Nickname", "CryptoJohn"),
        ("Login ID", "jsmith42"),
        ("SWIFT", "DEUTDEFF"),
        ("IBAN", "de89 3704 0044 0532 0130 00"),
        ("Secret Key/Passphrase", "x7Kq2mP9z"),
        ("IBAN / Account number", "de89 3704 0044 0532 0130 00"),
        ("UID / Email", "44012345"),
        ("Nome utente", "mario_rossi"),
        ("Codice di verifica", "482913"),
        ("Wallet address", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
    ],
)
def test_a_value_of_any_form_is_known_by_its_label(label: str, value: str) -> None:
    for lines in ((line(label, top=74), line(value)), (line(label), line(value, left=420))):
        assert [secret.box for secret in found(*lines)] == [lines[1].word.box], lines
    whole = line(f"{label}: {value}")
    (secret,) = found(whole)
    assert secret.box == whole.part(len(label) + 2, len(whole.word.text))


def test_the_heads_of_a_table_and_the_entries_of_a_list_are_no_names() -> None:
    heads = [line("Full name", left=100), line("Country", left=300), line("Status", left=500)]
    row = [line(said, left=left, top=140) for said, left in (("Trading bot", 100), ("France", 300), ("Active", 500))]
    assert not any(secret.box.meets(head.word.box) for secret in found(*heads, *row) for head in heads)
    menu = [
        line(text, top=100 + 26 * n) for n, text in enumerate(("Security", "ID card", "Passport", "Fees", "Rewards"))
    ]
    assert found(*menu) == ()
    assert found(line("Login password"), line("Chang", left=420)) == ()
    entries = [line(text, top=100 + 40 * n) for n, text in enumerate(("Security", "ID card", "Fees", "Rewards"))]
    assert found(*entries) == ()


@pytest.mark.parametrize("text", ["Order ID: 123456789", "Trade ID 123456789", "Transaction ID: 123456789"])
def test_what_is_not_one_persons_is_no_account_number(text: str) -> None:
    label, value = text.rsplit(" ", 1)
    assert found(line(text)) == found(line(label), line(value, left=420)) == ()


@pytest.mark.parametrize("text", ["60s", "120 s", "6-digit code", "Resend (59)"])
def test_how_long_a_code_is_good_for_is_no_code(text: str) -> None:
    assert found(line("Verification code"), line(text, left=420)) == ()


def test_no_label_has_two_kinds() -> None:
    kinds_of: dict[str, set[SecretKind]] = {}
    for kind, labels in WORDS.items():
        for label in filter(str.strip, labels.split(";")):
            kinds_of.setdefault(folded(label), set()).add(kind)
    assert [label for label, them in kinds_of.items() if len(them) > 1] == []


@pytest.mark.parametrize(
    "lines",
    [
        (badly("User ID: WWWn"),),
        (badly("Your API key: WhmDam", score=0.75),),
        (line("Secret key"), badly("vWmzA", left=220)),
        (line("Password: 3"),),
    ],
)
def test_what_cannot_be_read_well_in_the_place_of_a_secret_is_covered(lines: tuple[Line, ...]) -> None:
    assert len(kinds(*lines)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        (badly("API key: Required"),),
        (line("Secret key"), badly("十十十十十十十", left=220)),
        (line("Password"), line("Ente r your password", top=122)),
        (badly("Account: Spot wallet of yours"),),
    ],
)
def test_hints_and_dots_in_the_place_of_a_secret_are_not(lines: tuple[Line, ...]) -> None:
    assert kinds(*lines) == []


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("E-mail address", "m i n h . c o s t a @ 1 6 3 . c o m"),
        ("Token", "Mb FoYQ4M"),
        ("Código de verifi ca ción", "532846"),
    ],
)
def test_a_value_that_was_read_in_pieces_is_covered_whole(label: str, value: str) -> None:
    (secret,) = found(line(label), line(value, top=124))
    assert secret.box.right >= line(value).word.box.right


def test_a_name_after_its_label_needs_no_sign_between_them() -> None:
    (secret,) = found(line("Nombre y apellidos Jonas Novak"))
    assert secret.kind is SecretKind.PERSONAL and secret.box.left > 250


def test_the_last_letters_of_a_spaced_key_are_covered_too() -> None:
    lines = line("Secret Key"), line("6 6 d 9 7 1 5 f b 0 d 3 4 f 7 f 8 0 c 1 6 e 0 1", top=124), line("C 8 C", top=145)
    assert any(secret.box.meets(lines[2].word.box) for secret in found(*lines))


@pytest.mark.parametrize(("part", "is_secret"), [("PMaBitHklDw4flSP", True), ("how-to-create-a-key-2024", False)])
def test_a_part_of_an_address_without_words_is_a_token(part: str, is_secret: bool) -> None:
    assert bool(kinds(line(f"https://hooks.exchange.example/notify/{part}"))) is is_secret


def test_a_column_of_values_has_no_end_but_its_last_row() -> None:
    rows = [line(f"x7Kq{number:02}mP9z", top=130 + 30 * number) for number in range(20)]
    assert len(kinds(line("API Key"), *rows)) == 20


def test_an_entry_of_a_menu_is_no_value_of_the_one_above_it_whichever_look_saw_it() -> None:
    menu = [line(word, top=100 + 31 * number) for number, word in enumerate(("ID card", "Passport", "Fees", "Rewards"))]
    box = menu[2].word.box
    again = Line.of(Word("Fees", Box(box.left, box.top - 3, box.right, box.bottom + 3), 0.99))
    assert kinds(*menu, again) == []


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Phone number", "0.0.0.0"),
        ("Email", "an*w*@gmail.com"),
        ("Login password", "Passkey"),
        ("Funds password", "Passkey"),
        ("Password", "Enter yo ur pas sword"),
        ("Password", "Enter yo ur pa s swo rd"),
    ],
)
def test_what_an_interface_puts_under_a_label_is_no_value(label: str, said: str) -> None:
    assert kinds(line(label, top=74), line(said)) == []


def test_a_short_word_read_with_doubt_asks_no_question() -> None:
    assert open_questions([line("BIC")], (), SIZE)
    assert open_questions([badly("BIC")], (), SIZE) == ()
