"""Editors, agents that write code, and the servers of the Model Context Protocol that they start."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Zone
from scanner.sources.workstation.catalogue.row import OWN, Row, rows

_SHELL = Zone.WORKSTATION_SHELL
_STORE = Zone.WORKSTATION_KEYSTORE
_MCP = "env, headers, args and url of servers"

_CODES = (
    ("vscode", "Code"),
    ("vscode", "Code - Insiders"),
    ("vscodium", "VSCodium"),
    ("cursor", "Cursor"),
    ("windsurf", "Windsurf"),
    ("trae", "Trae"),
    ("positron", "Positron"),
)
"""Visual Studio Code and what was made of it: the tool, and the name of its folder."""
_SERVERS = (
    ("vscode", ".vscode-server"),
    ("vscode", ".vscode-server-insiders"),
    ("vscodium", ".vscodium-server"),
    ("cursor", ".cursor-server"),
    ("windsurf", ".windsurf-server"),
)
"""Their halves on other machines."""


def _everywhere(
    tool: str,
    format_: str,
    fields: str,
    folder: str,
    names: tuple[str, ...],
    *,
    zone: Zone = Zone.WORKSTATION_DOTFILE,
    mode: int | None = OWN,
) -> Iterator[Row]:
    """Files of a program that keeps its settings where each system wants them."""
    return rows(
        tool,
        format_,
        fields,
        linux=tuple(f".config/{folder}/{name}" for name in names),
        macos=tuple(f"Library/Application Support/{folder}/{name}" for name in names),
        windows=tuple(f"AppData/Roaming/{folder}/{name}" for name in names),
        zone=zone,
        mode=mode,
    )


def _code(tool: str, name: str) -> Iterator[Row]:
    """One of Visual Studio Code's family."""
    folder = f"{name}/User"
    yield from _everywhere(tool, "json", _MCP, folder, ("mcp.json",))
    yield from _everywhere(tool, "json", "what extensions call them", folder, ("settings.json", "profiles/*/settings.json"), mode=None)
    yield from _everywhere(
        tool,
        "sqlite",
        "what extensions keep; secrets are enciphered",
        folder,
        ("globalStorage/state.vscdb*", "workspaceStorage/*/state.vscdb*"),
        mode=None,
    )
    yield from _everywhere(
        tool, "json", _MCP, folder, ("globalStorage/*/settings/*mcp_settings.json", "workspaceStorage/*/mcp.json"), mode=None
    )
    yield from _everywhere(tool, "json", "what extensions keep", folder, ("globalStorage/*/*.json", "workspaceStorage/*/*.json"), mode=None)
    yield from _everywhere(tool, "lines", "copies of files that were edited", folder, ("History/**",), zone=_SHELL, mode=None)


def _server(tool: str, folder: str) -> Iterator[Row]:
    yield from rows(
        tool, "json", _MCP, everywhere=(f"{folder}/data/User/mcp.json", f"{folder}/data/User/globalStorage/*/settings/*mcp_settings.json")
    )
    yield from rows(
        tool,
        "json",
        "what extensions call them",
        everywhere=tuple(
            f"{folder}/data/{name}" for name in ("Machine/settings.json", "User/settings.json", "User/globalStorage/*/*.json")
        ),
        mode=None,
    )
    yield from rows(
        tool, "lines", "copies of files that were edited", everywhere=(f"{folder}/data/User/History/**",), zone=_SHELL, mode=None
    )


_JETBRAINS: tuple[Row, ...] = (
    *_everywhere(
        "jetbrains",
        "xml",
        "passwords, tokens and environments of run configurations",
        "JetBrains",
        ("*/options/*.xml", "*/workspace/*.xml", "*/jba_config/*.xml"),
        mode=None,
    ),
    *_everywhere("jetbrains", "kdbx", "", "JetBrains", ("*/c.kdbx",), zone=_STORE),
    *_everywhere("jetbrains", "yaml", "the key of c.kdbx", "JetBrains", ("*/c.pwd",), zone=_STORE),
    *_everywhere("jetbrains", "json", "environments of requests", "JetBrains", ("*/scratches/*.env.json", "*/http-client*.json")),
    *_everywhere("jetbrains", "lines", "scratch files", "JetBrains", ("*/scratches/*", "*/consoles/**"), mode=None),
    *rows(
        "jetbrains",
        "lines",
        "copies of files that were edited",
        linux=(".cache/JetBrains/*/LocalHistory/**",),
        macos=("Library/Caches/JetBrains/*/LocalHistory/**",),
        windows=("AppData/Local/JetBrains/*/LocalHistory/**",),
        zone=_SHELL,
        mode=None,
    ),
)
_EDITORS: tuple[Row, ...] = (
    *rows("zed", "json", _MCP, everywhere=(".config/zed/settings.json",), windows=("AppData/Roaming/Zed/settings.json",), mode=None),
    *_everywhere("sublime", "json", "password, ssh_key_file", "sublime-text", ("**/sftp-config*.json",)),
    *_everywhere("sublime", "json", "password, ssh_key_file", "Sublime Text", ("**/sftp-config*.json",)),
    *rows("emacs", "lines", "what programs call them", everywhere=(".emacs", ".emacs.d/*", ".config/emacs/*", ".doom.d/*.el"), mode=None),
    *rows("vim", "lines", "what plugins call them", everywhere=(".vimrc", ".config/nvim/**", ".vim/vimrc"), windows=("_vimrc",), mode=None),
    *rows(
        "vim",
        "history",
        "what was typed and copied",
        everywhere=(".local/state/nvim/shada/*",),
        windows=("AppData/Local/nvim-data/shada/*",),
        zone=_SHELL,
    ),
    *rows(
        "vim",
        "lines",
        "copies of files that were edited",
        everywhere=(
            ".*.sw*",
            ".*.un~",
            ".vim/swap/*",
            ".vim/undo/*",
            ".vim/backup/*",
            ".local/state/nvim/swap/*",
            ".local/state/nvim/undo/*",
            ".local/state/nvim/backup/*",
        ),
        zone=_SHELL,
    ),
    *rows(
        "eclipse",
        "properties",
        "enciphered by a master password",
        everywhere=(".eclipse/org.eclipse.equinox.security/secure_storage", "*workspace*/.metadata/.plugins/*/secure_storage"),
        zone=_STORE,
    ),
    *(
        row
        for folder in (".local/share/DBeaverData", "Library/DBeaverData", "AppData/Roaming/DBeaverData")
        for row in (
            *rows("dbeaver", "scrambled", "password", everywhere=(f"{folder}/workspace*/*/.dbeaver/credentials-config.json",)),
            *rows("dbeaver", "json", "url, password", everywhere=(f"{folder}/workspace*/*/.dbeaver/data-sources*.json",)),
        )
    ),
)
_CLAUDE: tuple[Row, ...] = (
    *rows("claude", "json", "accessToken, refreshToken", everywhere=(".claude/.credentials.json",)),
    *rows("claude", "json", _MCP, everywhere=(".claude.json*", ".mcp.json")),
    *rows("claude", "json", "env, apiKeyHelper", everywhere=(".claude/settings.json*", ".claude/settings.local.json")),
    *rows("claude", "jsonl", "what was said and run", everywhere=(".claude/projects/**/*.jsonl", ".claude/history.jsonl"), zone=_SHELL),
    *rows("claude", "json", "what was said and run", everywhere=(".claude/todos/*.json",), zone=_SHELL),
    *rows("claude", "shell", "variables", everywhere=(".claude/shell-snapshots/*",), zone=_SHELL),
    *rows("claude", "lines", "copies of files that were edited", everywhere=(".claude/file-history/**",), zone=_SHELL),
    *_everywhere("claude", "json", _MCP, "Claude", ("claude_desktop_config.json",)),
)
_AGENTS: tuple[Row, ...] = (
    *rows("cursor", "json", _MCP, everywhere=(".cursor/mcp.json",)),
    *rows("codex", "json", "OPENAI_API_KEY, access_token, refresh_token", everywhere=(".codex/auth.json",)),
    *rows("codex", "toml", _MCP, everywhere=(".codex/config.toml",)),
    *rows("codex", "jsonl", "what was said and run", everywhere=(".codex/sessions/**/*.jsonl", ".codex/history.jsonl"), zone=_SHELL),
    *rows("gemini", "json", "access_token, refresh_token", everywhere=(".gemini/oauth_creds.json",)),
    *rows("gemini", "json", _MCP, everywhere=(".gemini/settings.json",)),
    *rows("gemini", "env", "variables", everywhere=(".gemini/.env",), zone=_SHELL),
    *rows("gemini", "json", "what was said and run", everywhere=(".gemini/tmp/*/logs.json", ".gemini/tmp/*/chats/*.json"), zone=_SHELL),
    *rows("qwen", "json", "access_token, refresh_token", everywhere=(".qwen/oauth_creds.json",)),
    *rows("qwen", "json", _MCP, everywhere=(".qwen/settings.json",)),
    *rows("qwen", "env", "variables", everywhere=(".qwen/.env",), zone=_SHELL),
    *rows("copilot", "json", "tokens, " + _MCP, everywhere=(".copilot/*.json",)),
    *rows(
        "copilot",
        "jsonl",
        "what was said and run",
        everywhere=(".copilot/session-state/**/*.jsonl", ".copilot/history-session-state/*.json"),
        zone=_SHELL,
    ),
    *rows("windsurf", "json", _MCP, everywhere=(".codeium/windsurf/mcp_config.json", ".codeium/mcp_config.json")),
    *rows("codeium", "json", "apiKey", everywhere=(".codeium/config.json",)),
    *rows("continue", "json", "apiKey, " + _MCP, everywhere=(".continue/config.json",)),
    *rows("continue", "yaml", "apiKey, " + _MCP, everywhere=(".continue/config.yaml", ".continue/mcpServers/*.yaml")),
    *rows("continue", "env", "variables", everywhere=(".continue/.env",), zone=_SHELL),
    *rows("continue", "json", "what was said and run", everywhere=(".continue/sessions/*.json",), zone=_SHELL),
    *rows("aider", "yaml", "openai-api-key, anthropic-api-key, api-key", everywhere=(".aider.conf.yml",)),
    *rows(
        "aider",
        "history",
        "what was said and run",
        everywhere=(".aider.chat.history.md", ".aider.input.history", ".aider.llm.history"),
        zone=_SHELL,
    ),
    *rows(
        "opencode", "json", "key, access, refresh", everywhere=(".local/share/opencode/auth.json", ".local/share/opencode/mcp-auth.json")
    ),
    *rows("opencode", "json", _MCP, everywhere=(".config/opencode/opencode.json*",)),
    *rows("amazon-q", "json", _MCP, everywhere=(".aws/amazonq/mcp.json", ".aws/amazonq/agents/*.json", ".aws/amazonq/cli-agents/*.json")),
    *rows(
        "goose",
        "yaml",
        "envs, " + _MCP,
        linux=(".config/goose/*.yaml",),
        windows=("AppData/Roaming/Block/goose/config/*.yaml",),
    ),
    *rows("goose", "jsonl", "what was said and run", everywhere=(".local/share/goose/sessions/*.jsonl",), zone=_SHELL),
    *rows("lm-studio", "json", _MCP, everywhere=(".lmstudio/mcp.json", ".cache/lm-studio/mcp.json")),
    *rows("lm-studio", "json", "what was said and run", everywhere=(".lmstudio/conversations/*.json",), zone=_SHELL),
    *rows("ollama", "key", everywhere=(".ollama/id_ed25519",), zone=_STORE),
    *rows("ollama", "history", "what was typed", everywhere=(".ollama/history",), zone=_SHELL),
)

ROWS: tuple[Row, ...] = (
    *(row for tool, name in _CODES for row in _code(tool, name)),
    *(row for tool, folder in _SERVERS for row in _server(tool, folder)),
    *_JETBRAINS,
    *_EDITORS,
    *_CLAUDE,
    *_AGENTS,
)
