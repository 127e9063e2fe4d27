"""Keys, certificates with their keys, password stores and keyrings."""

from __future__ import annotations

from scanner.model import Zone
from scanner.sources.workstation.catalogue.row import Row, rows

_STORE = Zone.WORKSTATION_KEYSTORE
_SHELL = Zone.WORKSTATION_SHELL

_SSH: tuple[Row, ...] = (
    *rows("ssh", "lines", "IdentityFile leads to keys", everywhere=(".ssh/config",), mode=None),
    *rows("ssh", "lines", everywhere=(".ssh/known_hosts*", ".ssh/authorized_keys*"), mode=None),
    *rows("ssh", "shell", "what a session is given", everywhere=(".ssh/environment",), zone=_SHELL),
    *rows("ssh", "key", everywhere=(".ssh/**",), zone=_STORE),
    *rows("putty", "reg", "ProxyPassword", windows=("*putty*.reg", "Documents/*putty*.reg", "Desktop/*putty*.reg"), mode=None),
    *rows("putty", "key", everywhere=("*.ppk", "Documents/*.ppk", ".putty/**"), zone=_STORE),
    *rows(
        "winscp",
        "ini",
        "Password",
        windows=(
            "WinSCP.ini",
            "Documents/WinSCP.ini",
            "Desktop/WinSCP.ini",
            "AppData/Roaming/WinSCP.ini",
            "AppData/Local/Programs/WinSCP/WinSCP.ini",
        ),
        mode=None,
    ),
    *rows("winscp", "reg", "Password", windows=("*winscp*.reg", "Documents/*winscp*.reg", "Desktop/*winscp*.reg"), mode=None),
)
_OF_GNUPG = ("private-keys-v1.d/*.key", "secring.gpg*", "*.asc", "*.gpg", "*.kbx", "openpgp-revocs.d/*")

_PGP: tuple[Row, ...] = tuple(
    rows(
        "gnupg",
        "key",
        everywhere=tuple(f".gnupg/{name}" for name in _OF_GNUPG),
        windows=tuple(f"AppData/Roaming/gnupg/{name}" for name in _OF_GNUPG),
        zone=_STORE,
    )
)
_SIGNING: tuple[Row, ...] = (
    *rows("minisign", "key", everywhere=(".minisign/**", "minisign.key"), zone=_STORE),
    *rows("signify", "key", everywhere=(".signify/**",), zone=_STORE),
    *rows("age", "key", everywhere=(".config/age/**", ".age/**"), zone=_STORE),
    *rows("age", "key", macos=("Library/Application Support/age/**",), zone=_STORE),
    *rows(
        "sops",
        "key",
        linux=(".config/sops/**",),
        macos=("Library/Application Support/sops/**",),
        windows=("AppData/Roaming/sops/**",),
        zone=_STORE,
    ),
    *rows("abuild", "key", linux=(".abuild/*.rsa*",), zone=_STORE),
    *rows("abuild", "shell", "what a build is given", linux=(".abuild/abuild.conf",), mode=None),
    *rows("notary", "key", everywhere=(".docker/trust/private/**", ".notary/private/**"), zone=_STORE),
    *rows(
        "notation",
        "key",
        linux=(".config/notation/localkeys/*", ".config/notation/*.key"),
        macos=("Library/Application Support/notation/localkeys/*",),
        windows=("AppData/Roaming/notation/localkeys/*",),
        zone=_STORE,
    ),
    *rows(
        "notation",
        "json",
        "keys[].pluginConfig",
        linux=(".config/notation/*.json",),
        macos=("Library/Application Support/notation/*.json",),
        windows=("AppData/Roaming/notation/*.json",),
        mode=None,
    ),
    *rows("cosign", "key", everywhere=("cosign.key", ".cosign/*.key"), zone=_STORE),
    *rows("sigstore", "json", "identity tokens, roots of trust", everywhere=(".sigstore/**",), mode=None),
)
_CERTIFICATES: tuple[Row, ...] = (
    *rows("step", "key", everywhere=(".step/secrets/*", ".step/authorities/*/secrets/*"), zone=_STORE),
    *rows(
        "mkcert",
        "key",
        everywhere=(".mkcert/*-key.pem",),
        linux=(".local/share/mkcert/*-key.pem",),
        macos=("Library/Application Support/mkcert/*-key.pem",),
        windows=("AppData/Local/mkcert/*-key.pem",),
        zone=_STORE,
    ),
    *rows("caddy", "json", "tokens of DNS providers", linux=(".config/caddy/*.json",), macos=("Library/Application Support/Caddy/*.json",)),
    *rows(
        "caddy",
        "key",
        linux=(".local/share/caddy/**/*.key", ".config/caddy/**/*.key"),
        macos=("Library/Application Support/Caddy/**/*.key",),
        windows=("AppData/Roaming/Caddy/**/*.key",),
        zone=_STORE,
    ),
    *rows("wireguard", "ini", "PrivateKey, PresharedKey", everywhere=(".wireguard/*", "wireguard/*.conf", "wg*.conf"), zone=_STORE),
    *rows(
        "openvpn",
        "lines",
        "<key>, <tls-auth>, <tls-crypt>",
        everywhere=("*.ovpn", "Downloads/*.ovpn", "Documents/*.ovpn"),
        linux=(".openvpn/*", "openvpn/*"),
        macos=("Library/Application Support/Tunnelblick/Configurations/**/*.ovpn",),
        windows=("OpenVPN/config/**/*.ovpn",),
    ),
    *rows("java", "key", everywhere=(".keystore", "*.keystore", "*.jks", "*.p12", "*.pfx", "cacerts"), zone=_STORE),
    *rows("android", "key", everywhere=(".android/*.keystore", ".android/*.jks", ".android/adbkey"), zone=_STORE),
    *rows(
        "apple",
        "key",
        everywhere=(
            "private_keys/AuthKey_*.p8",
            ".private_keys/AuthKey_*.p8",
            ".appstoreconnect/private_keys/*.p8",
            ".appstoreconnect/*.p8",
            "AuthKey_*.p8",
        ),
        zone=_STORE,
    ),
    *rows(
        "apple",
        "plist",
        "certificates and rights of a signer",
        macos=(
            "Library/MobileDevice/Provisioning Profiles/*",
            "Library/Developer/Xcode/UserData/Provisioning Profiles/*",
        ),
        zone=_STORE,
        mode=None,
    ),
)
_DOWNLOADED: tuple[Row, ...] = (
    *rows(
        "download",
        "key",
        everywhere=tuple(
            f"{folder}/*.{suffix}" for folder in ("Downloads", "Desktop", "Documents") for suffix in ("pem", "p12", "pfx", "p8", "key")
        ),
        zone=_STORE,
    ),
    *rows(
        "download",
        "json",
        "private_key, client_secret",
        everywhere=("Downloads/*.json", "Desktop/*.json"),
        mode=None,
    ),
    *rows(
        "download",
        "lines",
        "one code a line",
        everywhere=tuple(f"{folder}/*recovery*code*" for folder in ("Downloads", "Desktop", "Documents")),
    ),
)
_KEYRINGS: tuple[Row, ...] = (
    *rows(
        "keyring",
        "vault",
        linux=(".local/share/python_keyring/crypted_pass.cfg", ".local/share/python_keyring/cryptfile_pass.cfg"),
        windows=("AppData/Local/Python Keyring/crypted_pass.cfg", "AppData/Local/Python Keyring/cryptfile_pass.cfg"),
        zone=_STORE,
    ),
    *rows(
        "keyring",
        "ini",
        "section is the service, key the account; base64",
        linux=(".local/share/python_keyring/*.cfg",),
        windows=("AppData/Local/Python Keyring/*.cfg",),
        zone=_STORE,
    ),
    *rows("gnome-keyring", "keyring", "secret", linux=(".local/share/keyrings/*.keyring",), zone=_STORE),
    *rows("kwallet", "kwallet", linux=(".local/share/kwalletd/*.kwl",), zone=_STORE),
    *rows("keychain", "keychain", macos=("Library/Keychains/*.keychain*", "Library/Keychains/*/*.db"), zone=_STORE),
    *rows(
        "credential-manager",
        "dpapi",
        windows=(
            "AppData/Roaming/Microsoft/Credentials/*",
            "AppData/Local/Microsoft/Credentials/*",
            "AppData/Roaming/Microsoft/Protect/*/*",
        ),
        zone=_STORE,
    ),
    *rows("pass", "pgp", "the first line", everywhere=(".password-store/**/*.gpg", ".local/share/gopass/stores/**/*.gpg"), zone=_STORE),
)

_CHROMIUM = (
    ("chrome", "google-chrome", "Google/Chrome", "Google/Chrome/User Data"),
    ("chromium", "chromium", "Chromium", "Chromium/User Data"),
    ("brave", "BraveSoftware/Brave-Browser", "BraveSoftware/Brave-Browser", "BraveSoftware/Brave-Browser/User Data"),
    ("edge", "microsoft-edge", "Microsoft Edge", "Microsoft/Edge/User Data"),
)
"""Browsers that are alike: the tool, and the name of its folder on each system."""
_OF_CHROMIUM = ("Login Data*", "Cookies", "Network/Cookies")
_OF_FIREFOX = ("*/logins.json", "*/key4.db")
_ONE = "1password.sqlite"

_VAULTS: tuple[Row, ...] = (
    *rows("keepass", "kdbx", everywhere=("*.kdbx", "Documents/*.kdbx", "Desktop/*.kdbx", "Downloads/*.kdbx"), zone=_STORE),
    *rows(
        "firefox",
        "vault",
        linux=tuple(f"{folder}/{name}" for folder in (".mozilla/firefox", "snap/firefox/common/.mozilla/firefox") for name in _OF_FIREFOX),
        macos=tuple(f"Library/Application Support/Firefox/Profiles/{name}" for name in _OF_FIREFOX),
        windows=tuple(f"AppData/Roaming/Mozilla/Firefox/Profiles/{name}" for name in _OF_FIREFOX),
        zone=_STORE,
    ),
    *(
        row
        for tool, linux, macos, windows in _CHROMIUM
        for row in rows(
            tool,
            "vault",
            linux=tuple(f".config/{linux}/*/{name}" for name in _OF_CHROMIUM),
            macos=tuple(f"Library/Application Support/{macos}/*/{name}" for name in _OF_CHROMIUM),
            windows=tuple(f"AppData/Local/{windows}/*/{name}" for name in _OF_CHROMIUM),
            zone=_STORE,
        )
    ),
    *rows(
        "1password",
        "vault",
        linux=(f".config/1Password/{_ONE}", f".config/1Password/*/{_ONE}"),
        macos=(f"Library/Group Containers/2BUA8C4S2C.com.1password/Library/Application Support/1Password/Data/{_ONE}",),
        windows=(f"AppData/Local/1Password/data/{_ONE}",),
        zone=_STORE,
    ),
)

ROWS: tuple[Row, ...] = (*_SSH, *_PGP, *_SIGNING, *_CERTIFICATES, *_KEYRINGS, *_VAULTS, *_DOWNLOADED)
