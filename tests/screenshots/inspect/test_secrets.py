"""What counts as a secret, on made words. Keys are made up here by a seeded generator; none ever opened anything."""

from __future__ import annotations

import base64
import string

import pytest
from made_lines import ALPHANUMERIC, HEX32, MIXED64, RANDOM, SIZE, UUID4, drawn, found, kinds, line

from builder.screenshots.inspect import seeing, words
from builder.screenshots.inspect.codes import Code
from builder.screenshots.inspect.key_patterns import form_of
from builder.screenshots.inspect.secrets import fingerprint
from builder.screenshots.inspect.words import Line, columns, without_spaces
from builder.screenshots.model import Box, SecretKind, Word

BY_FORM = {
    "hex": HEX32,
    "hex in capitals": drawn("0123456789ABCDEF", 40),
    "uuid": UUID4,
    "mixed": MIXED64,
    "mixed, short": drawn(ALPHANUMERIC, 24),
    "base64": base64.b64encode(RANDOM.randbytes(48)).decode(),
    "base64 with slashes": "/" + base64.b64encode(RANDOM.randbytes(30)).decode() + "==",
    "base58": drawn(ALPHANUMERIC.translate(str.maketrans("", "", "0OIl")), 44),
    "base32": drawn(string.ascii_uppercase + "234567", 32),
    "jwt": ".".join(["eyJ" + drawn(ALPHANUMERIC, 33), "eyJ" + drawn(ALPHANUMERIC, 50), drawn(ALPHANUMERIC, 43)]),
    "prefixed": "sk-" + drawn(ALPHANUMERIC, 32),
    "wallet": "0x" + drawn("0123456789abcdef", 40),
    "letters of both cases": drawn(string.ascii_letters, 48),
}


@pytest.mark.parametrize("value", BY_FORM.values(), ids=BY_FORM)
def test_a_key_is_known_by_its_form_alone(value: str) -> None:
    secrets = found(line(value))
    assert [secret.box.contains(line(value).word.box) for secret in secrets] == [True]
    assert all(value.casefold() not in secret.why.casefold() for secret in secrets)


@pytest.mark.parametrize("value", BY_FORM.values(), ids=BY_FORM)
def test_a_key_within_a_sentence_is_covered_and_the_sentence_is_not(value: str) -> None:
    whole = line(f"Your new key is {value} and is shown once", top=300)
    (secret,) = found(whole)
    start = len("Your new key is ")
    assert secret.box.contains(whole.part(start, start + len(value)))
    assert not secret.box.meets(whole.part(0, start - 4))


@pytest.mark.parametrize("cut", ["...", "****", "…40 characters…", "xxxx"])
def test_a_shortened_key_is_one_if_what_is_left_tells(cut: str) -> None:
    assert set(kinds(line(MIXED64[:20] + cut + MIXED64[40:]))) == {SecretKind.TOKEN}
    assert kinds(line(HEX32 + cut)) == [SecretKind.TOKEN]
    assert found(line(f"{MIXED64[:4]}{cut}{MIXED64[-4:]}")) == ()


def test_a_key_that_the_reader_misread_in_places_is_still_one() -> None:
    assert form_of("l" + HEX32[1:16] + "O" + HEX32[17:])
    assert form_of(UUID4.replace("1", "l").replace("0", "O"))


def test_a_key_with_spaces_put_in_by_the_reader() -> None:
    cut = " ".join((HEX32[:11], HEX32[11:20], HEX32[20:]))
    assert kinds(line(cut)) == [SecretKind.TOKEN]
    assert kinds(line("API Key", top=70), line(cut)) == [SecretKind.API_KEY]


def test_a_key_in_two_lines_is_covered_in_both() -> None:
    upper, lower = line(MIXED64[:40], top=100), line(MIXED64[40:], top=120)
    boxes = [secret.box for secret in found(line("Secret Key", top=74), upper, lower)]
    assert any(box.contains(upper.word.box) for box in boxes)
    assert any(box.contains(lower.word.box) for box in boxes)


def test_two_lines_that_are_a_key_only_together() -> None:
    upper, lower = line("a1b2C3d4E5f6", top=100), line("9Z8y7X6w5V4u", top=120)
    assert found(upper) == found(lower) == ()
    assert [secret.box for secret in found(upper, lower)] == [upper.word.box, lower.word.box]


def test_the_short_rest_of_a_labelled_value_is_covered_too() -> None:
    rest = line("a1b2", top=120)
    assert found(rest) == ()
    assert [s.box for s in found(line("Secret Key", top=74), line("x7Kq2mP9z"), rest)][-1] == rest.word.box


def test_a_key_in_two_boxes_of_one_row_is_covered_in_both() -> None:
    left = line("a1b2c3d4e5f6", left=100)
    right = line("0f9e8d7c6b5a", left=left.word.box.right + 6)
    (secret,) = found(left, right)
    assert secret.box.contains(left.word.box) and secret.box.contains(right.word.box)


HARMLESS = [
    "HmacSHA256",
    "HMAC-SHA256 signature is a symmetric scheme",
    "Ed25519 or RSA asymmetric encryption",
    "API v4 Key",
    "20 sets of API v4 Key in Classic Account",
    "Copyright©2021-2025 Example AllRights Reserved",
    "1.Example provides you with a powerful APl. You can use services",
    "commas,suchas 192.168.0.1,192.168.0.2,192.168.0.3",
    "11.111.111.111",
    "2001:db8:85a3::8a2e:370:7334",
    "Created Time: 2025-05-12 15:15:03",
    "2025-05-12T15:15:03Z",
    "v2.14.3-beta.1",
    "Version 20.04.1",
    "BTC/USDT 104,233.51",
    "≈ $1,234,567.89",
    "+12,345.67 (+1.25%)",
    "+1234.5678",
    "Spot/MarginTrade,PerpetualContract,DeliveryContract",
    "Hi,whatcanIhelpyouwith?",
    "Please enter the 6-digit code",
    "ICGMM",
    "ICG-MM",
    "User-9b47d",
    "EDFEFFSDF",
    "Google Authenticator",
    "Screenshot_2025-05-19_at_16.09.09.png",
    "https://www.exchange.example/en/support/articles/how-to-create-an-api-key",
    "1/5",
    "6/60",
    "abcd************wxyz",
    "8f3a…c21b",
    "24h Volume 1,234,567,890.12",
    "INTERNATIONALIZATION",
    "Supercalifragilisticexpialidocious",
    "Benutzerkontensteuerungseinstellungen",
    "APIKeyManagementAndPermissions",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_printed_everywhere_is_no_secret(text: str) -> None:
    assert found(line(text)) == ()


def test_the_hash_of_a_transaction_stays_though_its_label_was_read_with_it() -> None:
    assert found(line("Transaction hash0x" + HEX32 + HEX32)) == found(line("Transaction hashθx" + HEX32 + HEX32)) == ()
    assert kinds(line("Key0x" + HEX32 + HEX32)) != []


def test_a_wrapped_key_may_go_on_in_letters_alone() -> None:
    label, above, rest = line("API Secret", top=78), line("NJRu6A0rMo", top=100), line("ddpmGQEilo", top=120)
    assert rest.word.box in [secret.box for secret in found(label, above, rest)]
    for word in ("Permissions", "COPY", "copy"):
        assert len(found(label, above, line(word, top=120))) == 1


def test_an_upright_value_of_a_key_is_covered_whatever_was_read() -> None:
    upright = Line.of(Word("OZRHT", Box(244, 192, 261, 256), 0.95))
    assert [secret.box for secret in found(line("Access Key", left=240, top=166), upright)] == [upright.word.box]


def test_letters_one_below_the_other_are_one_value() -> None:
    letters = [line(digit, left=104, top=126 + 20 * n) for n, digit in enumerate("15959331")]
    (column,) = columns(letters)
    (secret,) = found(line("Account ID"), *letters, column)
    assert secret.box == column.word.box == Box.around(letter.word.box for letter in letters)
    assert columns(letters[:3]) == ()


def test_spaces_for_which_there_is_no_room_are_taken_out() -> None:
    read = line("API HCzO49akd YxkU")
    gap = (read.letters[3][0] - 2, read.letters[3][1] + 4)
    closed = without_spaces(read, [gap, (read.letters[13][0], read.letters[13][0] + 2)])
    assert closed is not None and closed.word.text == "API HCzO49akdYxkU"
    assert closed.part(4, 17) == read.part(4, 18)
    assert without_spaces(line("two words"), [(0, 1000)]) is None
    assert seeing._is_key("exchange.example/reset?token=xMFvF6BFpPVU") and not seeing._is_key("Savechanges")


def test_a_label_in_chinese_that_was_misread_and_a_word_of_another_script() -> None:
    def read(text: str, score: float) -> Line:
        return Line.of(Word(text, Box(100, 100, 160, 120), score))

    assert seeing._is_doubtful(read("私罐", 0.8)) and not seeing._is_doubtful(read("日", 0.7))
    assert seeing._undoubted((read("anscv", 0.86), read("asciva", 0.61))) == ()
    assert len(seeing._undoubted((read("aB3x9", 0.86), read("a83x", 0.61)))) == 1


SEED = "rabbit also state plastic diamond armor economy any sad earn clerk toss"


@pytest.mark.parametrize(
    "text",
    [
        SEED,
        "ra bbit also state pla stic dia mond armor economy a ny sad earn clerktoss",
        "ca bina torero ofrecer morro signo cofre gafas res bodega rábano fiera hazaña vereda",
        "rabbit also state plastic diamond armor economy any sad eamn clerk toss",
    ],
)
def test_a_recovery_phrase_is_covered_whole_though_it_was_misread(text: str) -> None:
    (secret,) = found(line(text))
    assert secret.kind is SecretKind.RECOVERY_PHRASE
    assert secret.box.width >= line(text).part(3, len(text)).width


@pytest.mark.parametrize(
    "text",
    [
        "please enter the code that was sent to your phone and press the button below to continue",
        "select read only and spot trading then enable futures but never enable any kind of withdrawal here",
        "deposit withdraw transfer trade history orders positions assets wallet rewards support language",
    ],
)
def test_a_sentence_is_no_recovery_phrase(text: str) -> None:
    assert found(line(text)) == ()


def test_a_column_of_a_phrase_that_was_read_from_top_to_bottom_is_covered() -> None:
    characters = "钢经绪霉捉赛述屋"
    cells = [line(one, left=240 + n % 2 * 136, top=100 + n // 2 * 34) for n, one in enumerate(characters)]
    column = Line.of(Word("扩怕旋敢", Box(104, 100, 135, 220), 0.99))
    menu = Line.of(Word("设置", Box(104, 600, 135, 664), 0.99))
    covered = [secret.box for secret in found(*cells, column, menu)]
    assert any(box.contains(column.word.box) for box in covered)
    assert not any(box.meets(menu.word.box) for box in covered)


def test_what_stands_behind_the_last_letter_of_a_line_was_not_read() -> None:
    def read(right: int) -> Box:
        quads = [("", 1.0, [(100 + 9 * n, 100), (108 + 9 * n, 118)]) for n in range(4)]
        return words._line("UID:", [(100, 100), (right, 118)], 0.99, quads, 1).word.box

    assert read(160).right == 161, "an icon is no value"
    assert read(260).right < 150


def test_a_misread_word_among_those_of_a_phrase_is_covered() -> None:
    words = ["draper", "aboyer", "volume", "sis mique", "empereur", "venger", "kiosque", "ajouter", "tenir"]
    cells = [line(word, left=100 + n % 3 * 140, top=100 + n // 3 * 36) for n, word in enumerate(words)]
    covered = [secret.box for secret in found(*cells, line("Copy", left=240, top=136 + 72))]
    assert covered == [cell.word.box for cell in cells]


def test_a_spaced_mail_address_is_covered_whole_and_the_sentence_before_it_is_not() -> None:
    whole = line("anna . keller @ web . de")
    assert [secret.box for secret in found(whole)] == [whole.word.box]
    assert found(line("Write to us. support @ web . de")) == ()


def test_an_example_below_its_label_is_no_wrapped_address() -> None:
    assert found(line("Email", top=76), line("name@example.com")) == ()


# Names as mixed as a short key: where a label asks for a key, they are taken for one.
TOO_LIKE_A_KEY = {"User-9b47d", "Screenshot_2025-05-19_at_16.09.09.png"}


@pytest.mark.parametrize("text", [text for text in HARMLESS if text not in TOO_LIKE_A_KEY])
@pytest.mark.parametrize("label", ["API Key", "Secret Key", "Access Token"])
def test_nor_is_it_one_below_a_label(label: str, text: str) -> None:
    assert found(line(label, top=74), line(text)) == ()


@pytest.mark.parametrize("address", ["jane.doe81@gmail.com", "Email: ab@firm.example", "(j_doe@mail.co.uk)"])
def test_a_persons_mail_address_is_covered(address: str) -> None:
    assert kinds(line(address)) == [SecretKind.MAIL_ADDRESS]


@pytest.mark.parametrize(
    "address",
    [
        "Support: service@lbank.example",
        "Legal: enforcement@other.example",
        "no-reply@other.example",
        "anyone@exchange.example",
        "anyone@mail.exchange.example",
        "fi***0@gmail.com",
        "*****@gmail.com",
        "@gmail.com",
        "j•••e@gmail.com",
        "jo...e@gmail.com",
        "Email Verificationi@gmail.com",
        "(No.01):%@gmail.com",
        "@exchange_official",
    ],
)
def test_desks_and_masked_addresses_are_not(address: str) -> None:
    assert found(line(address)) == ()


def test_a_domain_that_only_ends_like_the_official_one_is_not_it() -> None:
    assert kinds(line("jane@myexchange.example")) == [SecretKind.MAIL_ADDRESS]


@pytest.mark.parametrize("number", ["+44 7700 900123", "+1 (202) 555-0143", "+4915112345678"])
def test_a_phone_number_is_covered(number: str) -> None:
    assert kinds(line(number)) == [SecretKind.PHONE_NUMBER]


def test_a_phone_number_without_its_country_is_known_by_its_label_or_by_how_it_is_grouped() -> None:
    assert kinds(line("Mobile: 07700 900123")) == [SecretKind.PHONE_NUMBER]
    assert kinds(line("Phone", top=74), line("07700 900123")) == [SecretKind.PHONE_NUMBER]
    assert kinds(line("(212) 555-0187")) == [SecretKind.PHONE_NUMBER]


def test_a_key_is_named_once_though_form_and_label_tell_of_it() -> None:
    secrets = found(line("API Key", top=74), line(UUID4))
    assert [(s.kind, s.fingerprint) for s in secrets] == [(SecretKind.API_KEY, fingerprint(UUID4))]


def test_fingerprints_do_not_depend_on_case_spaces_and_dashes() -> None:
    assert fingerprint("AB12-cd34 ") == fingerprint("ab12CD34") == fingerprint("ａｂ12cd34")
    assert fingerprint("AB12") != fingerprint("AB13")
    assert len(fingerprint("")) == 64


def test_no_reason_holds_the_value() -> None:
    values = [HEX32, MIXED64, "44012345", "jane.doe81@gmail.com", "+44 7700 900123"]
    lines = [line(value, top=100 + 60 * number) for number, value in enumerate(values)]
    secrets = found(line("UID", left=20, top=220), *lines)
    assert len(secrets) == len(values)
    for secret in secrets:
        assert not any(part in secret.why.casefold() for value in values for part in value.casefold().split())


CODE_BOX = Box(500, 500, 600, 600)


@pytest.mark.parametrize(
    "text", ["https://exchange.example/download", "http://h5.exchange.example", "HTTPS://EXCHANGE.EXAMPLE/app?lang=en"]
)
def test_a_code_that_leads_to_an_allowed_host_is_harmless(text: str) -> None:
    assert found(codes=(Code(CODE_BOX, "QR Code", text, True),)) == ()


@pytest.mark.parametrize(
    "text",
    [
        '{"apiKey": "x", "secretKey": "y"}',
        "https://elsewhere.example/download",
        "https://exchange.example.evil.example/",
        "https://exchange.example@evil.example/",
        "https://myexchange.example/",
        "https://someone:pass@exchange.example/",
        "javascript://exchange.example/%0aalert(1)",
        "ftp://exchange.example/",
        "otpauth://totp/Example?secret=JBSW",
        f"https://exchange.example/import?key={HEX32}",
        f"https://exchange.example/{MIXED64}",
        "https://exchange.example/invite?uid=44012345",
        "https://exchange.example/u/804123456789",
        "https://exchange.example/?token=abc",
        *(
            f"https://exchange.example/?{name}=x"
            for name in ["ref", "invite", "ticket", "sid", "sig", "hash", "reset", "state", "email"]
        ),
        "https://exchange.example/invite/AB12CD",
        "https://exchange.example/en/ref/anna",
        "https://[broken",
        "",
    ],
)
def test_any_other_code_is_a_secret(text: str) -> None:
    assert kinds(codes=(Code(CODE_BOX, "QR Code", text, True),)) == [SecretKind.CODE]


def test_a_code_that_cannot_be_read_is_a_secret() -> None:
    (secret,) = found(codes=(Code(CODE_BOX, "code"),))
    assert (secret.kind, secret.box, secret.fingerprint) == (SecretKind.CODE, CODE_BOX, "")


def test_what_the_reader_sees_in_the_modules_of_a_code_is_not_judged() -> None:
    harmless = Code(CODE_BOX, "QR Code", "https://exchange.example/", True)
    assert found(line(HEX32[:10] + "aB3dE5gH7j", left=505, top=540, height=8), codes=(harmless,)) == ()


def test_boxes_stay_within_the_picture() -> None:
    (secret,) = found(line(HEX32, left=1800))
    assert secret.box.right <= SIZE[0]


@pytest.mark.parametrize("said", ["Chrome 12 6.0.6478.127, Windows 11", "macOS 126. 0.6478.12 7", "水" * 16])
def test_versions_and_stars_read_as_letters_are_no_secrets(said: str) -> None:
    assert kinds(line(said)) == []


def test_a_transaction_hash_is_public_though_its_label_was_misread() -> None:
    said = "0x" + drawn("0123456789abcdef", 64)
    assert kinds(line("TxlD"), line(said, left=200)) == []
    assert kinds(line("TxXD"), line(said, left=200)) == [SecretKind.TOKEN]


def test_a_transaction_hash_is_public_though_the_reader_parted_it() -> None:
    said = "0x981 ac24089a1 a67378271 c38a8cac26fb2f3c61684851 4aaa08f3f91392aec39"
    assert kinds(line("TXID"), line(said, left=200)) == []
    assert kinds(line("Secret"), line(said, left=200)) != []
