"""An example of every family of tokens, made up, in the shape its issuer documents.

They are put together here, so that nobody's scanner takes this file for a leak.
"""

from __future__ import annotations

from itertools import cycle, islice

WORDS = "aB3dE6gH9jK2mN5pQ8sT1vW4"
HEX = "0a1b2c3d4e5f6789"


def some(n: int, letters: str = WORDS) -> str:
    """``n`` characters."""
    return "".join(islice(cycle(letters), n))


EXAMPLES = {
    "AWS access key id": ["AKIA" + "Z7Q2" * 4, "ASIA" + "Y4X1" * 4],
    "Google API key": ["AIza" + some(35)],
    "Google OAuth access token": ["ya29." + some(60)],
    "Google OAuth refresh token": ["1//0" + some(40)],
    "Google OAuth client secret": ["GOCSPX-" + some(28)],
    "Azure storage key": [some(86, WORDS + "/+") + "=="],
    "Azure AD client secret": ["x~A8Q~" + some(34)],
    "Azure DevOps token": [some(76) + "AZDO" + some(4)],
    "GitHub token": ["ghp_" + some(36), "gho_" + some(36), "github_pat_" + some(22) + "_" + some(59)],
    "GitLab token": ["glpat-" + some(20), "GR1348941" + some(20)],
    "Slack token": ["xoxb-1234567890-" + some(24), "xapp-1-" + some(20), "xoxe-1-" + some(40)],
    "Slack webhook": ["https://hooks.slack.com/services/T0/B0/" + some(24)],
    "Discord webhook": ["https://discord.com/api/webhooks/123456789012345678/" + some(68)],
    "Telegram bot token": ["123456789:AA" + some(33)],
    "OpenAI, Anthropic, DeepSeek, LiteLLM key": ["sk-" + some(48), "sk-proj-" + some(60), "sk-ant-api03-" + some(93)],
    "Hugging Face token": ["hf_" + some(34)],
    "Groq, xAI, Perplexity, Replicate key": ["gsk_" + some(52), "xai-" + some(40), "pplx-" + some(48),
        "r8_" + some(37)],
    "Databricks token": ["dapi" + some(32, HEX)],
    "Stripe key": ["sk_live_" + some(24), "rk_test_" + some(24), "whsec_" + some(32)],
    "Twilio key": ["SK" + some(32, HEX)],
    "SendGrid key": ["SG." + some(22) + "." + some(43)],
    "Mailgun, Mailchimp key": ["key-" + some(32, HEX), some(32, HEX) + "-us12"],
    "npm, PyPI, RubyGems token": ["npm_" + some(36), "pypi-" + some(60), "rubygems_" + some(48, HEX)],
    "Docker token": ["dckr_pat_" + some(27)],
    "Shopify token": ["shpat_" + some(32, HEX)],
    "DigitalOcean token": ["dop_v1_" + some(64, HEX)],
    "Notion, Linear, Airtable token": ["ntn_" + some(46), "lin_api_" + some(40),
        "pat" + some(14) + "." + some(64, HEX)],
    "Grafana token": ["glsa_" + some(32) + "_" + some(8, HEX)],
    "New Relic, Sentry key": ["NRAK-" + some(27, "A1B2C3"), "sntrys_" + some(60)],
    "Vault token": ["hvs." + some(24)],
    "Supabase, Pulumi, Terraform token": ["sbp_" + some(40, HEX), "pul-" + some(40, HEX),
        some(14) + ".atlasv1." + some(60)],
    "Square token": ["sq0atp-" + some(22), "EAAA" + some(60)],
    "age key": ["AGE-SECRET-KEY-1" + some(58, "Q2W3E4R5")],
    "JSON Web Token": [".".join(("eyJ" + some(30), "eyJ" + some(40), some(43)))],
}  # fmt: skip
ALL = [example for examples in EXAMPLES.values() for example in examples]

PRIVATE_KEY = "\n".join(
    (f"-----BEGIN {'RSA'} PRIVATE KEY-----", some(64), some(40) + "==", "-----END RSA PRIVATE KEY-----")
)
