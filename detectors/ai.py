"""Providers of models and what belongs to them: seventeen from Cerebras to xAI.

Cerebras, Cohere, DeepSeek, ElevenLabs, Groq, Kaggle, LangSmith, Langfuse, Mistral, NVIDIA, OpenRouter, Perplexity, Pinecone, Replicate,
Tavily, Weights & Biases and xAI. Anthropic, Hugging Face and OpenAI have pages of their own. Such a key spends money, and reads what was
asked before where the provider keeps it. Prefixes are the issuers' own; none has a checksum that others can compute. Groq's have `WGdyb3FY`
in the middle, base64 of the name. Known from the issuers: LangSmith's two types, OpenRouter's 64 hexadecimal digits, Langfuse's UUID
(`langfuse/langfuse`, `apiKeys.ts`), NVIDIA's `nvapi-`, the 40 characters of Replicate's ("API tokens"), the 40 or some 86 of Weights & Biases,
which servers of one's own put a name before (`wandb/wandb`, `validation.py`). Other lengths are those of values seen in public. Keys of
Cohere, DeepSeek, Kaggle, Mistral and old ones of Weights & Biases have no form of their own and count only behind the names that the vendors'
libraries read, and in `kaggle.json` (source: `Kaggle/kaggle-api`, its documentation of `KAGGLE_KEY`, `KAGGLE_API_TOKEN` and
`~/.kaggle/access_token`). Kaggle's newer tokens begin with `KGAT_`; Kaggle publishes no form, 32 hexadecimal digits are what values seen in
public have.

Near misses: public keys of Langfuse (`pk-lf-…`), names in kebab or snake case, keys of OpenAI, which begin with `sk-` too.
"""

from __future__ import annotations

from detectors import _assigned, _prefixed
from detectors._prefixed import Form
from scanner.contract import Confidence, Kind, Lifetime

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _kind(name: str, title: str, *actions: str) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        actions=frozenset(actions or ("read",)),
        lifetime=Lifetime.STATIC,
        rotate=(
            "Make a new key in the provider's console, with a spending limit and the fewest permissions",
            "Replace the copies by the new one, from a managed store",
            "Revoke the old key in the same place",
            "Look at the usage for calls that nobody made",
        ),
    )


_CEREBRAS = _kind("cerebras-api-key", "Cerebras API key")
_COHERE = _kind("cohere-api-key", "Cohere API key")
_DEEPSEEK = _kind("deepseek-api-key", "DeepSeek API key")
_ELEVENLABS = _kind("elevenlabs-api-key", "ElevenLabs API key")
_GROQ = _kind("groq-api-key", "Groq API key")
_KAGGLE = _kind("kaggle-api-key", "Kaggle API key", "read", "publish")
_KAGGLE_TOKEN = _kind("kaggle-api-token", "Kaggle API token", "read", "publish")
_LANGFUSE = _kind("langfuse-secret-key", "Langfuse secret key")
_LANGSMITH = _kind("langsmith-personal-token", "LangSmith personal access token")
_LANGSMITH_SERVICE = _kind("langsmith-service-key", "LangSmith service key")
_MISTRAL = _kind("mistral-api-key", "Mistral API key")
_NVIDIA = _kind("nvidia-api-key", "NVIDIA API key")
_OPENROUTER = _kind("openrouter-api-key", "OpenRouter API key")
_PERPLEXITY = _kind("perplexity-api-key", "Perplexity API key")
_PINECONE = _kind("pinecone-api-key", "Pinecone API key", "read", "admin")
_REPLICATE = _kind("replicate-api-token", "Replicate API token", "read", "publish")
_TAVILY = _kind("tavily-api-key", "Tavily API key")
_WANDB = _kind("wandb-api-key", "Weights & Biases API key", "read", "publish")
_XAI = _kind("xai-api-key", "xAI API key")

DETECTORS = (
    _prefixed.detector("cerebras-api-key", "Cerebras API key", Form(_CEREBRAS, "csk-", "[0-9a-z]{48}")),
    _assigned.AssignedDetector(
        "deepseek-api-key",
        "DeepSeek API key",
        (_assigned.Form(_DEEPSEEK, "sk-[0-9a-f]{32}", names=("deepseek (api) key",)),),
    ),
    _assigned.AssignedDetector(
        "model-key",
        "key of a provider of models, by its name",
        (
            _assigned.Form(_COHERE, "[0-9A-Za-z]{40}", names=("cohere (api) key|token", "co_api_key"), mixed=True),
            _assigned.Form(_MISTRAL, "[0-9A-Za-z]{32}", names=("mistral (ai) (api) key",), mixed=True),
            _assigned.Form(
                _KAGGLE,
                "[0-9a-f]{32}",
                names=("kaggle (api) key",),
                places=(
                    _assigned.Place(
                        r"[\"'] username [\"'] \s{0,4} : \s{0,4} [\"'] (?P<account> [0-9A-Za-z_-]{1,64} ) [\"'] \s{0,4} , \s{0,16} [\"'] key [\"'] \s{0,4} : \s{0,4} [\"']",
                        b'"username"',
                        then=r"\s{0,4}:\s{0,4}\"[0-9A-Za-z_-]{1,64}\"\s{0,4},\s{0,16}\"key\"\s{0,4}:\s{0,4}\"",
                    ),
                ),
            ),
        ),
    ),
    _prefixed.detector(
        "elevenlabs-api-key",
        "ElevenLabs API key",
        Form(_ELEVENLABS, "sk_", "[0-9a-f]{48}", confidence=Confidence.MEDIUM, reason="48 hexadecimal digits must follow"),
    ),
    _prefixed.detector("groq-api-key", "Groq API key", Form(_GROQ, "gsk_", "[0-9A-Za-z]{20}WGdyb3FY[0-9A-Za-z]{24}")),
    _prefixed.detector("kaggle-api-token", "Kaggle API token", Form(_KAGGLE_TOKEN, "KGAT_", "[0-9a-f]{32}")),
    _prefixed.detector("langfuse-secret-key", "Langfuse secret key", Form(_LANGFUSE, "sk-lf-", _UUID)),
    _prefixed.detector(
        "langsmith-key",
        "LangSmith key",
        Form(_LANGSMITH, "lsv2_pt_", "[0-9a-f]{32}_[0-9a-f]{10}"),
        Form(_LANGSMITH_SERVICE, "lsv2_sk_", "[0-9a-f]{32}_[0-9a-f]{10}"),
    ),
    _prefixed.detector("nvidia-api-key", "NVIDIA API key", Form(_NVIDIA, "nvapi-", "[0-9A-Za-z_-]{60,70}", mixed=True)),
    _prefixed.detector("openrouter-api-key", "OpenRouter API key", Form(_OPENROUTER, "sk-or-v1-", "[0-9a-f]{64}")),
    _prefixed.detector("perplexity-api-key", "Perplexity API key", Form(_PERPLEXITY, "pplx-", "[0-9A-Za-z]{48}", mixed=True)),
    _prefixed.detector("pinecone-api-key", "Pinecone API key", Form(_PINECONE, "pcsk_", "[0-9A-Za-z]{5,6}_[0-9A-Za-z]{60,72}", mixed=True)),
    _prefixed.detector(
        "replicate-api-token",
        "Replicate API token",
        Form(_REPLICATE, "r8_", "[0-9A-Za-z]{37}", mixed=True, reason="37 letters and digits in a row must follow"),
    ),
    _prefixed.detector("tavily-api-key", "Tavily API key", Form(_TAVILY, "tvly-", "(?:dev-|prod-)?[0-9A-Za-z]{32}", mixed=True)),
    _prefixed.detector("wandb-api-key", "Weights & Biases API key", Form(_WANDB, "wandb_v1_", "[0-9A-Za-z_]{60,100}", mixed=True)),
    _assigned.AssignedDetector(
        "wandb-legacy-api-key",
        "Weights & Biases API key, legacy",
        (
            _assigned.Form(
                _WANDB,
                "(?:[0-9a-z]{3,16}-)?[0-9a-f]{40}",
                names=("wandb (api) key",),
                places=(_assigned.netrc("api.wandb.ai"),),
                begins="(?:[0-9a-z]{3,16}-)?[0-9a-f]{8}",
            ),
        ),
    ),
    _prefixed.detector("xai-api-key", "xAI API key", Form(_XAI, "xai-", "[0-9A-Za-z]{80}", mixed=True)),
)
