"""The words with which interfaces announce a value, by kind and in eighteen languages. Data alone."""

from __future__ import annotations

from builder.screenshots.model import SecretKind

# Languages of exchanges' interfaces: en, zh-Hans, zh-Hant, ko, ja, ru, uk, tr, vi, id, th, es, pt, fr, de, it, pl, ar.
LABELS: dict[SecretKind, str] = {
    SecretKind.API_KEY: """
        key; api key; your api key; api-key; access key; access key id; access id; access api key; public key;
        api public key; api id; app key; app id; client key; client id; trading key; consumer key; new api key;
        apikey;
        api key id; key id; api token id; license key; licence key; product key; activation key; ssh key;
        api-schlüssel; api schlüssel; zugriffsschlüssel; zugangsschlüssel; clé api; clé d'api; clé d'accès;
        clé publique;
        clave api; clave de api; clave de acceso; clave pública; chave api; chave de api; chave da api;
        chave de acesso;
        chave pública; chiave api; api anahtarı; erişim anahtarı; anahtar; khóa api; mã api; khóa truy cập;
        khóa công khai;
        kunci api; kunci akses; kunci publik; klucz api; klucz dostępu; klucz publiczny; klucz;
        ключ api; api-ключ; api ключ; ключ доступа; ключ доступу; публичный ключ; публічний ключ;
        api キー; apiキー; アクセスキー; 公開鍵; api 密钥; api密钥; api 金鑰; api金鑰; api 密鑰; 访问密钥;
        访问密匙; 存取金鑰; 存取密鑰;
        公钥; 公鑰; api key名; api 키; api키; 액세스 키; 공개 키; คีย์ api; รหัส api; مفتاح api; مفتاح الوصول;
        api keys; access keys; chiave pubblica; chiave di accesso;
    """,
    SecretKind.SECRET_KEY: """
        secret; secret key; your secret key; api secret; api secret key; api key secret; access secret; secret id;
        access key secret; secret access key; secret api key; client secret; app secret; hmac secret; secretkey;
        private key; api private key; signing key; signing secret; webhook secret; setup key; set-up key;
        backup key;
        recovery key; authenticator key; manual entry; manual entry key; 2fa key; 2fa backup key; totp secret;
        totp key;
        google authenticator key; google key; 16-digit key; entry key; encryption key; master key; wallet key;
        api sign;
        geheimer schlüssel; geheimschlüssel; privater schlüssel; geheimnis; api-geheimnis; einrichtungsschlüssel;
        clé secrète; clé privée; clé de configuration; clave secreta; clave privada; secreto; secreto api;
        clave de configuración; chave secreta; chave privada; segredo; segredo da api; chave de configuração;
        chiave segreta; chiave privata; gizli anahtar; özel anahtar; api gizli anahtarı; kurulum anahtarı;
        khóa bí mật; khóa riêng tư; khóa riêng; mã bí mật; kunci rahasia; kunci pribadi; kunci privat; rahasia;
        klucz tajny; tajny klucz; klucz prywatny; sekret; klucz konfiguracji;
        секретный ключ; приватный ключ; закрытый ключ; секретний ключ; приватний ключ; секрет;
        シークレットキー; シークレット; 秘密鍵; 密钥; 密鑰; 私钥; 私鑰; 秘钥; 秘鑰; secret 密钥; secret 密鑰;
        备份密钥; 備份密鑰; 設定金鑰;
        金鑰; 시크릿 키; 비밀 키; 개인 키; 시크릿; คีย์ลับ; คีย์ส่วนตัว; المفتاح السري; المفتاح الخاص;
        secrets; secret keys; private keys; chiave api segreta; segreto;
    """,
    SecretKind.PASSPHRASE: """
        passphrase; pass phrase; api passphrase; password; api password; memo; api memo; pin; passcode; pass code;
        login password; trading password; trade password; fund password; funds password; asset password; pin code;
        fund pin; pin number; trading pin; account password; current password; new password; old password;
        wallet password;
        your password; your passphrase; your pin; temporary password; initial password; default password;
        anti-phishing code;
        anti phishing code; security answer; passwort; kennwort; api-passwort; handelspasswort; pin-code;
        pin-nummer;
        passwortsatz; contraseña; frase de contraseña; frase de acceso; código pin; pin de fondos; clave;
        mot de passe;
        phrase secrète; phrase de passe; code pin; code secret; senha; senha da api; frase secreta;
        senha de fundos; frase-senha;
        frase de senha; parola; şifre; parola öbeği; parola ifadesi; fon şifresi; fon parolası; pin kodu;
        pin şifresi;
        mật khẩu; cụm mật khẩu; mật khẩu quỹ; mật khẩu giao dịch; mã pin; kata sandi; frasa sandi; sandi;
        kode pin; pin dana;
        hasło; fraza hasła; kod pin; hasło funduszy; пароль; кодовая фраза; парольная фраза; пин-код; пин;
        пін-код; кодова фраза;
        парольна фраза; 口令; 密码; 密碼; 通行密码; 通行密碼; 通行短语; 通行短語; api 密码; api 密碼; api密码;
        资金密码; 資金密碼; 交易密码;
        交易密碼; 登录密码; 登入密碼; pin 码; pin码; pin 碼; pin碼; パスワード; パスフレーズ; ログインパスワード;
        資金パスワード; 取引パスワード;
        暗証番号; pinコード; pin コード; 合言葉; 비밀번호; 패스프레이즈; 암호; 자금 비밀번호; pin 번호; รหัสผ่าน;
        วลีรหัสผ่าน; รหัส pin;
        كلمة المرور; عبارة المرور; رمز pin; الرقم السري;
        confirm password; repeat password; passwort bestätigen; passwort wiederholen; confirmar contraseña;
        防钓鱼码; 防釣魚碼; código anti-phishing; code anti-phishing; anti-phishing-code; kimlik avı önleme kodu;
        codice anti-phishing; codice pin; parola d'ordine; frase segreta;
    """,
    SecretKind.TOKEN: """
        token; access token; api token; auth token; bearer; bearer token; refresh token; session token; listen key;
        session id; id token; jwt; personal access token; bot token; device token; authorization; x-api-key;
        cookie; csrf token;
        zugriffstoken; zugangstoken; api-token; token de acceso; token de acesso; token d'accès; jeton;
        jeton d'accès;
        erişim jetonu; erişim belirteci; belirteç; mã truy cập; token truy cập; mã token; token akses;
        token dostępu;
        токен; токен доступа; токен доступу; トークン; アクセストークン; 令牌; 访问令牌; 存取權杖; 權杖;
        存取令牌; 액세스 토큰; 토큰;
        โทเค็น; โทเค็นการเข้าถึง; رمز الوصول;
        access tokens; api tokens; session; token di accesso;
    """,
    SecretKind.RECOVERY_PHRASE: """
        recovery phrase; seed phrase; mnemonic; mnemonic phrase; secret phrase; secret recovery phrase;
        backup phrase; seed;
        seed words; recovery words; wallet phrase; backup words; wiederherstellungsphrase; seed-phrase; merkwörter;
        wiederherstellungssatz; phrase de récupération; phrase mnémonique; phrase de restauration;
        frase de recuperación;
        frase semilla; frase mnemotécnica; frase de recuperação; frase-semente; frase mnemônica;
        kurtarma ifadesi; anımsatıcı;
        kurtarma cümlesi; cụm từ khôi phục; cụm từ ghi nhớ; cụm từ bí mật; frasa pemulihan; frasa mnemonik;
        fraza odzyskiwania;
        fraza mnemoniczna; fraza seed; мнемоническая фраза; секретная фраза; сид-фраза; мнемонічна фраза;
        фраза відновлення;
        助记词; 助記詞; 註記詞; 恢复短语; 恢復短語; リカバリーフレーズ; ニーモニック; シードフレーズ; 복구 문구;
        니모닉; 시드 문구;
        วลีกู้คืน; วลีช่วยจำ; عبارة الاسترداد; عبارة الاستعادة;
        secret words; frase di recupero; frase seed; frase mnemonica;
    """,
    SecretKind.ACCOUNT_NUMBER: """
        id; uid; user id; user uid; my uid; account id; account uid; account no; account number; acct no;
        member id; userid;
        customer id; customer no; sub account id; sub uid; subaccount uid; sub-account uid; master uid;
        trading account;
        user no; user number; client no; client number; customer number; member no; membership no; account;
        profile id; trader id;
        sub-account id; broker id; your uid; your id; bank account number; wallet id; pay id;
        benutzer-id; nutzer-id; kundennummer; kontonummer; konto-id; mitgliedsnummer; benutzerkennung;
        id de usuario; n.º de cuenta; número de cuenta; nº de cuenta; id de cuenta; número de usuario;
        id utilisateur; identifiant utilisateur; identifiant; numéro de compte; n° de compte; id du compte;
        numéro client;
        id do usuário; id de usuário; número da conta; id da conta; nº da conta; id utente; kullanıcı kimliği;
        kullanıcı id;
        kullanıcı no; hesap no; hesap id; hesap numarası; üye numarası; üye no; id người dùng; mã người dùng;
        mã tài khoản;
        số tài khoản; id tài khoản; id pengguna; nomor akun; id akun; no. akun; nomor rekening; id użytkownika;
        numer konta;
        identyfikator użytkownika; id konta; nr konta; numer klienta;
        номер счета; номер счёта; ид пользователя; id пользователя; идентификатор пользователя; номер рахунку;
        ідентифікатор користувача; id користувача; 用户id; 用户 id; 账户id; 账号; 賬號; 用戶id; 帳戶id; 帳號;
        帳户id; 会员号; 會員編號;
        用户编号; 账户编号; 帳戶號碼; ユーザーid; アカウントid; 口座番号; 会員番号; 会員id; 회원번호; 사용자 id;
        계정 번호; 계정 id;
        รหัสผู้ใช้; หมายเลขบัญชี; معرف المستخدم; رقم الحساب;
        accounts; wallet address; deposit address; withdrawal address; destination tag; memo/tag;
        your wallet address; numero di conto; id account; numero cliente; einzahlungsadresse;
        auszahlungsadresse; dirección de depósito; dirección de retiro; endereço de depósito;
        adresse de dépôt; 钱包地址; 充值地址; 充幣地址; 提现地址; 出金アドレス; 入金アドレス;
    """,
    SecretKind.PHONE_NUMBER: """
        phone; phone number; phone no; mobile; mobile number; mobile no; tel; telephone; sms; cell; cell phone;
        mobile phone;
        contact number; your phone number; whatsapp; bound phone; telephone number; emergency contact;
        telefon; handynummer; telefonnummer; mobilnummer; handy; rufnummer; teléfono; número de teléfono; móvil;
        celular;
        número de celular; número de móvil; téléphone; numéro de téléphone; portable; mobile; n° de téléphone;
        telefone;
        número de telefone; celular; telefon numarası; cep telefonu; cep telefonu numarası; số điện thoại;
        điện thoại; nomor telepon;
        nomor hp; no. hp; telepon; nomor ponsel; numer telefonu; nr telefonu; телефон; номер телефона;
        номер телефону;
        мобильный телефон; 手机; 手机号; 手机号码; 手機; 手機號碼; 手機號; 電話; 電話號碼; 联系电话; 電話番号;
        携帯電話番号; 携帯電話;
        전화번호; 휴대폰 번호; 휴대폰; 휴대전화; หมายเลขโทรศัพท์; เบอร์โทรศัพท์; رقم الهاتف; الهاتف المحمول;
        رقم الجوال;
        numero di telefono; telefono; cellulare;
    """,
    SecretKind.MAIL_ADDRESS: """
        email; e-mail; mail; email address; e-mail address; your email; account email; login email; bound email;
        email id;
        e-mail-adresse; correo; correo electrónico; dirección de correo; courriel; adresse e-mail; adresse mail;
        adresse email;
        endereço de e-mail; endereço de email; e-posta; e-posta adresi; eposta; địa chỉ email; alamat email;
        surel; adres e-mail;
        adres email; эл. почта; электронная почта; почта; електронна пошта; ел. пошта; 邮箱; 电子邮箱; 郵箱;
        電子郵件; 電郵; 信箱;
        电子邮件; 邮箱地址; メール; メールアドレス; 이메일; 이메일 주소; อีเมล; ที่อยู่อีเมล; البريد الإلكتروني;
        indirizzo email; posta elettronica;
    """,
    SecretKind.PERSONAL: """
        passport; passport no; passport number; social security number; ssn; social security no; id number;
        id no; id card;
        id card number; identity number; identity card; identity no; national id; national id number;
        driver's license;
        drivers license; driving licence; driver license number; license number; tax id; tax number; tin; vat id;
        tax no;
        date of birth; birth date; birthday; dob; full name; legal name; real name; first name; last name;
        surname; given name;
        family name; account holder; cardholder; cardholder name; name on card; beneficiary; home address;
        residential address;
        street address; billing address; document number; document no; resident id; national insurance number;
        itin; ein;
        account name; card holder; recipient name; middle name; place of birth;
        reisepassnummer; ausweisnummer; personalausweis; passnummer; steuer-id; steuernummer;
        sozialversicherungsnummer;
        geburtsdatum; vollständiger name; vorname; nachname; kontoinhaber; anschrift; ausweis-nr;
        número de pasaporte; pasaporte;
        dni; nie; nif; número de identidad; número de documento; fecha de nacimiento; nombre completo;
        nombre y apellidos; apellidos;
        numéro de passeport; passeport; numéro de sécurité sociale; date de naissance; nom complet;
        nom et prénom; prénom;
        numéro d'identité; pièce d'identité; número do passaporte; passaporte; cpf; cnpj; rg; data de nascimento;
        nome completo;
        sobrenome; número de identidade; pasaport no; pasaport numarası; t.c. kimlik no; tc kimlik no; kimlik no;
        kimlik numarası;
        ad soyad; tam ad; doğum tarihi; soyad; số hộ chiếu; số cccd; cccd; cmnd; số cmnd; họ và tên; họ tên;
        ngày sinh; tên đầy đủ;
        căn cước công dân; nomor paspor; paspor; nik; nomor ktp; ktp; nama lengkap; tanggal lahir; npwp;
        nomor identitas;
        numer paszportu; paszport; pesel; nip; numer dowodu; numer dowodu osobistego; imię i nazwisko;
        data urodzenia; nazwisko;
        номер паспорта; паспорт; снилс; инн; фио; имя и фамилия; дата рождения; рнокпп; піб; ім'я та прізвище;
        дата народження;
        身份证号; 身份证号码; 身份证; 护照号码; 护照号; 证件号码; 证件号; 姓名; 真实姓名; 出生日期; 身分證字號;
        身分證號碼; 身份證號碼;
        護照號碼; 證件號碼; 真實姓名; パスポート番号; マイナンバー; 氏名; お名前; 名前; 生年月日; 身分証番号;
        運転免許証番号; 本人確認書類番号;
        여권번호; 주민등록번호; 이름; 실명; 생년월일; หมายเลขหนังสือเดินทาง; เลขบัตรประชาชน; ชื่อ-นามสกุล;
        رقم جواز السفر; رقم الهوية;
        الاسم الكامل; تاريخ الميلاد;
        nickname; username; user name; login id; login name; sub-account name; subaccount name; holder name;
        account holder name; beneficiary name; card holder name; telegram id; telegram username;
        telegram handle; wechat id; postal code; zip code; postcode; nationality; identification number;
        tax identification number; personal identification number; mailing address; 用户名; 昵称; 暱稱;
        使用者名稱; 用戶名;
        ニックネーム; ユーザー名; benutzername; nutzername; spitzname; nombre de usuario; usuario; nome de usuário;
        kullanıcı adı; tên người dùng; nama pengguna; nazwa użytkownika; nom d'utilisateur;
        имя пользователя; ім'я користувача; 사용자 이름; 닉네임; nome utente; cognome; nome e cognome;
        codice fiscale; data di nascita; numero di passaporto; passaporto n.; carta d'identità;
    """,
    SecretKind.PAYMENT: """
        card; card number; card no; bank card; credit card; debit card; bank card number; credit card number;
        iban; bank account;
        bank account no; account iban; cvv; cvc; routing number; sort code; swift; bic;
        bank account iban;
        kartennummer; kreditkarte; kreditkartennummer; bankkonto; bankverbindung; bankleitzahl;
        número de tarjeta; tarjeta;
        cuenta bancaria; numéro de carte; carte bancaire; compte bancaire; número do cartão; cartão;
        conta bancária; chave pix;
        kart numarası; banka hesabı; kart no; số thẻ; tài khoản ngân hàng; số tài khoản ngân hàng; nomor kartu;
        rekening bank;
        numer karty; konto bankowe; rachunek bankowy; номер карты; банковский счет; номер картки;
        банківський рахунок; 银行卡号;
        银行卡; 卡号; 銀行卡號; 卡號; 銀行帳號; カード番号; 銀行口座; 카드 번호; 은행 계좌; 계좌번호;
        หมายเลขบัตร; บัญชีธนาคาร; رقم البطاقة;
        الحساب البنكي;
        cvv2; cvc2; cvc code; cvv code; numero di carta; numero carta; swift code; swift/bic; bic/swift;
        bic code; conto bancario;
    """,
    SecretKind.ONE_TIME_CODE: """
        verification code; sms code; one-time code; one-time password; one time password; one time code; otp;
        otp code; your code;
        authentication code; confirmation code; email code; email verification code; sms verification code;
        security code;
        login code; your verification code; google authenticator code; 2fa code; backup code; backup codes;
        recovery code;
        recovery codes; phone verification code; authenticator code; mail code; auth code; access code;
        activation code;
        bestätigungscode; sms-code; verifizierungscode; sicherheitscode; einmalcode; código de verificación;
        código sms;
        código de confirmación; código de seguridad; code de vérification; code sms; code de confirmation;
        code de sécurité;
        código de verificação; código de confirmação; código de segurança; doğrulama kodu; sms kodu; onay kodu;
        mã xác minh;
        mã otp; mã xác nhận; mã xác thực; kode verifikasi; kode otp; kode konfirmasi; kod weryfikacyjny; kod sms;
        kod potwierdzający; код подтверждения; смс-код; код підтвердження; код із sms; код из sms; 验证码;
        短信验证码; 邮箱验证码;
        驗證碼; 簡訊驗證碼; 郵箱驗證碼; 认证码; 認証コード; 確認コード; ワンタイムパスワード; 인증번호;
        인증 코드; รหัสยืนยัน; รหัส otp; رمز التحقق;
        text code; text message code; codice di verifica; codice sms; codice di sicurezza;
        codice di conferma;
    """,
    SecretKind.REFERRAL_CODE: """
        referral code; referral id; invitation code; invite code; referral; my referral code; promo code;
        ref code; affiliate id;
        default referral code; einladungscode; empfehlungscode; código de referido; código de referencia;
        código de invitación;
        code de parrainage; code d'invitation; código de indicação; código de convite; davet kodu; referans kodu;
        mã giới thiệu;
        mã mời; kode referral; kode undangan; kod polecający; kod zaproszenia; реферальный код; код приглашения;
        реферальний код;
        邀请码; 推荐码; 邀請碼; 推薦碼; 紹介コード; 招待コード; 추천 코드; 초대 코드; رمز الإحالة; รหัสแนะนำ;
        referral link;
        invite link; invitation link; codice di invito; codice referral;
    """,
    SecretKind.BALANCE: """
        balance; total balance; estimated balance; available balance; account balance; wallet balance;
        total assets; net worth;
        estimated total value; total asset value; total equity; account equity; funding balance; spot balance;
        est. total value;
        guthaben; gesamtguthaben; kontostand; saldo; saldo total; saldo disponible; saldo disponível;
        saldo estimado; solde;
        solde total; solde disponible; bakiye; toplam bakiye; số dư; tổng số dư; tổng tài sản; total saldo;
        saldo całkowite;
        saldo konta; баланс; общий баланс; загальний баланс; 余额; 總餘額; 餘額; 总资产; 總資產; 资产总额;
        总余额; 账户余额; 残高; 総資産;
        잔액; 총 자산; ยอดคงเหลือ; الرصيد;
        portfolio value; saldo totale; saldo disponibile;
    """,
}

# The same character as it is written in Japan, Taiwan and China: the reader takes one for the other.
VARIANTS = """
    証證证 號号 碼码 電电 話话 機机 帳账賬帐 戶户戸 認认 驗验験 護护 鍵键 鑰钥 鎖锁 訪访
    問问 權权権 資资 實实実 輸输 錄录録 設设 備备 復复恢 詞词 語语 簡简 訊讯 郵邮 銀银
    編编 會会 員员 註注 聯联 絡络 單单 錢钱 價价 額额 餘余 產产産 總总総 組组 還还
    確确 請请 讀读 絕绝 繫系 節节 結结 預预 約约 經经 歷历 終终 線线 訂订 購购
    買买 賣卖 動动 態态 圖图 國国 區区 龍龙 華华 個个 鄉乡 縣县 門门 間间 開开
    關关 頁页 題题 類类 顯显 幣币 換换 擇择 擔担 據据 爾尔 現现 環环 種种 積积
    稱称 範范 級级 細细 統统 續续 網网 維维 舊旧 薦荐 裝装 製制 規规 視视 覽览
    觀观 計计 記记 許许 評评 試试 詳详 說说 調调 談谈 論论 變变 貨货 費费 貸贷
    賺赚 轉转 輯辑 農农 達达 進进 運运 過过 適适 選选 錯错 鏈链 長长 陸陆 階阶
    際际 隱隐 雙双 雜杂 離离 難难 雲云 頂顶 項项 順顺 須须 領领 頭头 頻频 願愿
    風风 馬马 驅驱 體体 點点 齊齐
"""
