"""What interfaces in eighteen languages call the values that must not be seen, as their translators would write it."""

from __future__ import annotations

# In the order of `KINDS`; several wordings of one cell are parted by a bar.
KINDS = ("api", "secret", "passphrase", "pin", "token", "seed", "account", "phone", "mail", "document", "name", "code")

_WORDS = {
    "en": """API Key|Access Key|Your API key; Secret Key|API Secret|Private Key; Passphrase|API Passphrase|Password;
        PIN|Fund PIN|PIN code; Access Token|Bearer token; Recovery phrase|Seed phrase|Mnemonic;
        UID|User ID|Account ID;
        Phone number|Mobile; Email|E-mail address; Passport No.|ID number|Social Security Number;
        Full name|Legal name; Verification code|SMS code|One-time code""",
    "zh-Hans": """API 密钥|访问密钥; 密钥|私钥|Secret 密钥; 密码|口令|API 密码; 资金密码|PIN 码; 访问令牌|令牌;
        助记词|恢复短语;
        用户ID|账户ID|账号; 手机号|手机号码; 邮箱|电子邮箱; 身份证号|护照号码; 姓名|真实姓名; 验证码|短信验证码""",
    "zh-Hant": """API 金鑰|存取金鑰; 密鑰|私鑰; 密碼|通行密碼; 資金密碼|PIN 碼; 存取權杖|權杖; 助記詞|註記詞;
        用戶ID|帳戶ID|帳號;
        手機號碼|手機; 電子郵件|電郵; 身分證字號|護照號碼; 姓名|真實姓名; 驗證碼|簡訊驗證碼""",
    "ko": """API 키|액세스 키; 시크릿 키|비밀 키|개인 키; 비밀번호|패스프레이즈|암호; PIN 번호|자금 비밀번호;
        액세스 토큰|토큰;
        복구 문구|니모닉; 회원번호|사용자 ID|계정 번호; 전화번호|휴대폰 번호; 이메일|이메일 주소;
        여권번호|주민등록번호; 이름|실명; 인증번호|인증 코드""",
    "ja": """APIキー|アクセスキー; シークレットキー|秘密鍵; パスワード|パスフレーズ; 暗証番号|PINコード;
        アクセストークン|トークン;
        リカバリーフレーズ|ニーモニック; ユーザーID|アカウントID|口座番号; 電話番号|携帯電話番号;
        メールアドレス|メール;
        パスポート番号|マイナンバー; 氏名|お名前; 認証コード|確認コード""",
    "ru": """API-ключ|Ключ API|Ключ доступа; Секретный ключ|Приватный ключ; Кодовая фраза|Пароль|Парольная фраза;
        ПИН-код|PIN-код;
        Токен доступа|Токен; Мнемоническая фраза|Секретная фраза; ID пользователя|Номер счёта|UID;
        Телефон|Номер телефона;
        Эл. почта|Электронная почта; Номер паспорта|СНИЛС|ИНН; ФИО|Имя и фамилия; Код подтверждения|СМС-код""",
    "uk": """API-ключ|Ключ доступу; Секретний ключ|Приватний ключ; Пароль|Кодова фраза; ПІН-код|PIN-код;
        Токен доступу|Токен;
        Мнемонічна фраза|Фраза відновлення; Ідентифікатор користувача|Номер рахунку; Телефон|Номер телефону;
        Електронна пошта|Ел. пошта; Номер паспорта|РНОКПП; ПІБ|Ім’я та прізвище; Код підтвердження|Код із SMS""",
    "tr": """API Anahtarı|Erişim Anahtarı; Gizli Anahtar|Özel Anahtar; Parola|Şifre|Parola öbeği;
        PIN kodu|Fon şifresi;
        Erişim Jetonu|Erişim belirteci; Kurtarma ifadesi|Anımsatıcı; Kullanıcı ID|Hesap No|Üye numarası;
        Telefon numarası|Cep telefonu; E-posta|E-posta adresi; Pasaport No|T.C. Kimlik No; Ad Soyad|Tam ad;
        Doğrulama kodu|SMS kodu""",
    "vi": """Khóa API|Khóa truy cập; Khóa bí mật|Khóa riêng tư; Mật khẩu|Cụm mật khẩu; Mã PIN|Mật khẩu quỹ;
        Mã truy cập|Token truy cập;
        Cụm từ khôi phục|Cụm từ ghi nhớ; ID người dùng|Mã tài khoản|Số tài khoản; Số điện thoại|Điện thoại;
        Email|Địa chỉ email;
        Số hộ chiếu|Số CCCD; Họ và tên|Họ tên; Mã xác minh|Mã OTP""",
    "id": """Kunci API|Kunci akses; Kunci rahasia|Kunci pribadi; Kata sandi|Frasa sandi; Kode PIN|PIN dana;
        Token akses;
        Frasa pemulihan|Frasa mnemonik; ID Pengguna|Nomor akun|ID Akun; Nomor telepon|Nomor HP; Alamat email|Email;
        Nomor paspor|NIK; Nama lengkap; Kode verifikasi|Kode OTP""",
    "th": """คีย์ API|รหัส API; คีย์ลับ|คีย์ส่วนตัว; รหัสผ่าน|วลีรหัสผ่าน; รหัส PIN; โทเค็นการเข้าถึง|โทเค็น;
        วลีกู้คืน|วลีช่วยจำ;
        รหัสผู้ใช้|หมายเลขบัญชี; หมายเลขโทรศัพท์|เบอร์โทรศัพท์; อีเมล|ที่อยู่อีเมล;
        หมายเลขหนังสือเดินทาง|เลขบัตรประชาชน;
        ชื่อ-นามสกุล; รหัสยืนยัน|รหัส OTP""",
    "es": """Clave API|Clave de API|Clave de acceso; Clave secreta|Clave privada; Contraseña|Frase de contraseña;
        Código PIN|PIN de fondos;
        Token de acceso; Frase de recuperación|Frase semilla; ID de usuario|Número de cuenta|N.º de cuenta;
        Número de teléfono|Móvil; Correo electrónico|Correo; Número de pasaporte|DNI;
        Nombre completo|Nombre y apellidos;
        Código de verificación|Código SMS""",
    "pt": """Chave API|Chave de API|Chave de acesso; Chave secreta|Chave privada; Senha|Frase secreta;
        Código PIN|Senha de fundos;
        Token de acesso; Frase de recuperação|Frase-semente; ID do usuário|Número da conta;
        Número de telefone|Celular;
        E-mail|Endereço de e-mail; Número do passaporte|CPF; Nome completo; Código de verificação|Código SMS""",
    "fr": """Clé API|Clé d'API|Clé d'accès; Clé secrète|Clé privée; Mot de passe|Phrase secrète; Code PIN;
        Jeton d'accès; Phrase de récupération|Phrase mnémonique;
        Identifiant utilisateur|ID utilisateur|Numéro de compte;
        Numéro de téléphone|Téléphone; Adresse e-mail|Courriel; Numéro de passeport|Numéro de sécurité sociale;
        Nom complet|Nom et prénom; Code de vérification|Code SMS""",
    "de": """API-Schlüssel|Zugriffsschlüssel; Geheimer Schlüssel|Privater Schlüssel|Geheimschlüssel;
        Passphrase|Passwort|Kennwort;
        PIN|PIN-Code; Zugriffstoken; Wiederherstellungsphrase|Seed-Phrase|Merkwörter;
        Benutzer-ID|Kontonummer|Kundennummer;
        Telefonnummer|Handynummer; E-Mail|E-Mail-Adresse; Reisepassnummer|Ausweisnummer|Steuer-ID;
        Vollständiger Name;
        Bestätigungscode|SMS-Code""",
    "pl": """Klucz API|Klucz dostępu; Klucz tajny|Klucz prywatny; Hasło|Fraza hasła; Kod PIN|PIN; Token dostępu;
        Fraza odzyskiwania|Fraza mnemoniczna; ID użytkownika|Numer konta|Identyfikator użytkownika;
        Numer telefonu|Telefon; E-mail|Adres e-mail; Numer paszportu|PESEL; Imię i nazwisko;
        Kod weryfikacyjny|Kod SMS""",
    "ar": """مفتاح API|مفتاح الوصول; المفتاح السري|المفتاح الخاص; كلمة المرور|عبارة المرور; رمز PIN|الرقم السري;
        رمز الوصول;
        عبارة الاسترداد|عبارة الاستعادة; معرف المستخدم|رقم الحساب; رقم الهاتف|الهاتف المحمول; البريد الإلكتروني;
        رقم جواز السفر|رقم الهوية; الاسم الكامل; رمز التحقق""",
    "it": """Chiave API|Chiave di accesso; Chiave segreta|Chiave privata; Password|Frase segreta; Codice PIN;
        Token di accesso; Frase di recupero|Frase seed; ID utente|Numero di conto;
        Numero di telefono|Cellulare; Indirizzo email|E-mail; Codice fiscale|Numero di passaporto;
        Nome completo|Nome e cognome; Codice di verifica|Codice SMS""",
}

LANGUAGES = tuple(_WORDS)
FIRST = LANGUAGES[:-1]  # Italian came later
_TABLE = {
    language: dict(zip(KINDS, ([word.strip() for word in cell.split("|")] for cell in cells.split(";")), strict=True))
    for language, cells in _WORDS.items()
}


def wordings(language: str, kind: str) -> list[str]:
    """What the value of a kind is called in a language."""
    return _TABLE[language][kind]


_AROUND = {
    "en": "Dashboard; Markets; Trade; Settings; Help Center; Save changes",
    "zh-Hans": "首页; 行情; 交易; 设置; 帮助中心; 保存更改",
    "zh-Hant": "首頁; 行情; 交易; 設定; 說明中心; 儲存變更",
    "ko": "홈; 시장; 거래; 설정; 고객센터; 변경사항 저장",
    "ja": "ホーム; マーケット; 取引; 設定; ヘルプセンター; 変更を保存",
    "ru": "Главная; Рынки; Торговля; Настройки; Центр поддержки; Сохранить изменения",
    "uk": "Головна; Ринки; Торгівля; Налаштування; Центр допомоги; Зберегти зміни",
    "tr": "Ana sayfa; Piyasalar; Alım satım; Ayarlar; Yardım Merkezi; Değişiklikleri kaydet",
    "vi": "Trang chủ; Thị trường; Giao dịch; Cài đặt; Trung tâm trợ giúp; Lưu thay đổi",
    "id": "Beranda; Pasar; Perdagangan; Pengaturan; Pusat Bantuan; Simpan perubahan",
    "th": "หน้าแรก; ตลาด; ซื้อขาย; การตั้งค่า; ศูนย์ช่วยเหลือ; บันทึกการเปลี่ยนแปลง",
    "es": "Inicio; Mercados; Operar; Ajustes; Centro de ayuda; Guardar cambios",
    "pt": "Início; Mercados; Negociar; Configurações; Central de ajuda; Salvar alterações",
    "fr": "Accueil; Marchés; Trader; Paramètres; Centre d'aide; Enregistrer",
    "de": "Übersicht; Märkte; Handel; Einstellungen; Hilfecenter; Änderungen speichern",
    "pl": "Strona główna; Rynki; Handel; Ustawienia; Centrum pomocy; Zapisz zmiany",
    "it": "Pagina iniziale; Mercati; Trading; Impostazioni; Centro assistenza; Salva modifiche",
    "ar": "الرئيسية; الأسواق; التداول; الإعدادات; مركز المساعدة; حفظ التغييرات",
}


def around(language: str) -> list[str]:
    """Words of a menu and of a button."""
    return [word.strip() for word in _AROUND[language].split(";")]
