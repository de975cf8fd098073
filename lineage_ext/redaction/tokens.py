"""Secrets that are known by their shape, whatever they are called.

To add a family: a line here with its documented shape, and an example in ``tests/redaction/secrets_by_family.py``.
"""

from __future__ import annotations

import re

from lineage_ext.redaction.pattern import pattern

FAMILIES = {
    "AWS access key id": r"(?:A3T[A-Z0-9]|AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|AIPA|ABIA|ACCA)[A-Z0-9]{16,}",
    "Google API key": r"AIza[0-9A-Za-z_-]{35}",
    "Google OAuth access token": r"ya29\.[0-9A-Za-z_.-]{10,}",
    "Google OAuth refresh token": r"1//0[0-9A-Za-z_-]{20,}",
    "Google OAuth client secret": r"GOCSPX-[0-9A-Za-z_-]{20,}",
    "Azure storage key": r"[A-Za-z0-9+/]{86}==",
    "Azure AD client secret": r"[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}",
    "Azure DevOps token": r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}",
    "GitHub token": r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}",
    "GitLab token": (
        r"gl(?:pat|dt|ptt|rt|cbt|oas|soat|ft|imt|agent|ffct)-[A-Za-z0-9_=.-]{16,}|GR1348941[A-Za-z0-9_-]{20}"
    ),
    "Slack token": r"xox[abcdeoprs](?:-\d)?-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}|xwfp-[A-Za-z0-9-]{10,}",
    "Slack webhook": r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,}",
    "Discord webhook": r"(?<=/api/webhooks/)\d{15,}/[A-Za-z0-9_-]{20,}",
    "Telegram bot token": r"\d{8,10}:AA[A-Za-z0-9_-]{33}",
    "OpenAI, Anthropic, DeepSeek, LiteLLM key": r"sk-(?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_-]{16,}",
    "Hugging Face token": r"hf_[A-Za-z0-9]{20,}|api_org_[A-Za-z0-9]{20,}",
    "Groq, xAI, Perplexity, Replicate key": (
        r"gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|pplx-[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}"
    ),
    "Databricks token": r"dapi[0-9a-f]{32}(?:-\d)?|dose[0-9a-f]{32}",
    "Stripe key": r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}",
    "Twilio key": r"SK[0-9a-f]{32}",
    "SendGrid key": r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    "Mailgun, Mailchimp key": r"key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}",
    "npm, PyPI, RubyGems token": r"npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{16,}|rubygems_[0-9a-f]{40,}",
    "Docker token": r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}",
    "Shopify token": r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}",
    "DigitalOcean token": r"do[opr]_v1_[a-f0-9]{64}",
    "Notion, Linear, Airtable token": (
        r"ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{40,}|lin_api_[A-Za-z0-9]{20,}|pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"
    ),
    "Grafana token": r"glsa_[A-Za-z0-9]{30,}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/=]{30,}",
    "New Relic, Sentry key": r"NRAK-[A-Z0-9]{20,}|sntry[su]_[A-Za-z0-9_=/+.-]{20,}",
    "Vault token": r"hv[sbr]\.[A-Za-z0-9_-]{20,}",
    "Supabase, Pulumi, Terraform token": (
        r"sb[ps]_[a-f0-9]{40}|pul-[a-f0-9]{40}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}"
    ),
    "Square token": r"sq0[a-z]{3}-[A-Za-z0-9_-]{20,}|EAAA[A-Za-z0-9_-]{50,}",
    "age key": r"AGE-SECRET-KEY-1[A-Z0-9]{50,}",
    "JSON Web Token": r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{4,}){1,4}",
}  # fmt: skip

_STARTS = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"  # not within a word; an escaped line end is no letter
TOKENS = pattern(f"{_STARTS}(?:{'|'.join(FAMILIES.values())})")
RUN = pattern(r"[A-Za-z0-9_.+/=:~-]{16,}")
"""Where a token may be: no family is shorter or has other characters, and most texts have no such run."""

PRIVATE_KEY = pattern(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:.*?-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|(?:[A-Za-z0-9+/=,:\s-]|\\+[nr])*)",
    re.DOTALL,
)
"""PEM, OpenSSH and PGP, also with ``\\n`` for its line ends, also cut off before its end."""
