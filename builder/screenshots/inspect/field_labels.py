"""The words that announce a value: which kind of value a label beside or above it promises. Pure and light."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from builder.screenshots.model import SecretKind

_LABELS: dict[SecretKind, str] = {
    SecretKind.API_KEY: """
        key; api key; your api key; api-key; access key; access key id; access id; access api key; public key;
        api public key; api id; app key; app id; client key; client id; trading key;
        api-schlüssel; api schlüssel; zugriffsschlüssel; clé api; clave api; chave api; chiave api; api anahtarı;
        ключ api; api-ключ; api ключ; api キー; apiキー; api 密钥; api密钥; api 金鑰; 访问密钥; 访问密匙; api 키;
    """,
    SecretKind.SECRET_KEY: """
        secret; secret key; your secret key; api secret; api secret key; api key secret; access secret;
        access key secret; secret access key; secret api key; client secret; app secret; hmac secret; secret phrase;
        private key; api private key; signing key; signing secret; webhook secret; setup key; backup key;
        recovery key; recovery phrase; seed phrase; mnemonic; mnemonic phrase; authenticator key;
        geheimer schlüssel; geheimschlüssel; privater schlüssel; clé secrète; clé privée; clave secreta;
        clave privada; chave secreta; chave privada; chiave segreta; chiave privata; gizli anahtar;
        секретный ключ; приватный ключ; シークレットキー; 秘密鍵; 密钥; 密鑰; 私钥; 私鑰; 秘钥; 시크릿 키; 비밀 키;
    """,
    SecretKind.PASSPHRASE: """
        passphrase; pass phrase; api passphrase; password; api password; memo; api memo; pin; passcode; passwort;
        kennwort; contraseña; mot de passe; senha; parola; пароль; 口令; 密码; 密碼; パスワード; パスフレーズ; 비밀번호;
    """,
    SecretKind.TOKEN: """
        token; access token; api token; auth token; bearer; bearer token; refresh token; session token; listen key;
        zugriffstoken; jeton; токен; トークン; 令牌;
    """,
    SecretKind.ACCOUNT_NUMBER: """
        id; uid; user id; user uid; my uid; account id; account uid; account no; account number; acct no; member id;
        customer id; customer no; sub account id; sub uid; subaccount uid; master uid; trading account; user no;
        benutzer-id; nutzer-id; kundennummer; kontonummer; id de usuario; n.º de cuenta; id utilisateur;
        numéro de compte; id utente; kullanıcı kimliği; номер счета; ид пользователя; 用户id; 用户 id; 账户id; 账号;
        ユーザーid; 회원번호;
    """,
    SecretKind.PHONE_NUMBER: """
        phone; phone number; phone no; mobile; mobile number; mobile no; tel; telephone; sms; telefon; handynummer;
        teléfono; téléphone; telefone; телефон; 手机; 手机号; 手機; 電話番号; 전화번호;
    """,
}


def folded(text: str) -> str:
    """Letters only, with those the reader confuses made one, so that "APl Key:" is "API Key"."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum()).translate(str.maketrans("l10", "iio"))


_KIND_OF = {folded(label): kind for kind, labels in _LABELS.items() for label in labels.split(";") if label.strip()}
_LONGEST_LABEL = 4  # words


def kind_named(name: str) -> SecretKind | None:
    """The kind of value that has this name, whatever its case, spaces and signs."""
    return _KIND_OF.get(folded(name))


def label_kind(text: str) -> SecretKind | None:
    """The kind of value a line promises when it is a label and nothing else, or ends as one with a colon."""
    text = unicodedata.normalize("NFKC", text).strip()
    whole = kind_named(text)
    if whole is not None:
        return whole
    words = re.sub(r"\([^)]*\)", " ", text).replace("*", " ").strip()
    ends_with_colon = words.endswith((":", "="))
    parts = words.split()
    # An icon beside a label is read as one odd character.
    for trimmed in (parts, parts[:-1], parts[1:]) if len(parts) > 1 else (parts,):
        dropped = [part for part in parts if part not in trimmed]
        if all(len(part) <= 1 for part in dropped) and (kind := kind_named(" ".join(trimmed))):
            return kind
    return label_at_end(parts) if ends_with_colon else None


def label_at_end(words: Sequence[str]) -> SecretKind | None:
    """The kind of value that the last of some words promise, as many of them as make a label."""
    for count in range(min(_LONGEST_LABEL, len(words)), 0, -1):
        if kind := kind_named(" ".join(words[-count:])):
            return kind
    return None
