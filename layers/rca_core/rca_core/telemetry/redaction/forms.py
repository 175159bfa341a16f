"""Credentials that show by their form: a prefix that their issuer gives them, and so many characters.

A row is a prefix and what must follow it. Prefixes are found all at once; what follows is tried where one stands.
"""

from typing import Final, NamedTuple


class Form(NamedTuple):
    """What follows a prefix, as a pattern with one bound from below, so that a match runs to the credential's end."""

    kind: str
    tail: str


def _rows(kind: str, tail: str, *prefixes: str) -> dict[str, Form]:
    return {prefix: Form(kind, tail) for prefix in prefixes}


_HEX32: Final = r"[0-9a-fA-F]{32,}+"
_HEX40: Final = r"[0-9a-fA-F]{40,}+"
_HEX64: Final = r"[0-9a-fA-F]{64,}+"
_ALNUM: Final = r"[A-Za-z0-9]"
_URL: Final = r"[A-Za-z0-9_-]"
_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# One digit somewhere: words joined by dashes have none.
_MIXED20: Final = r"(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{20,}+"

FORMS: Final[dict[str, Form]] = {
    # ---- models
    **_rows("api_key", _MIXED20, "sk-", "sk_lf_"),
    **_rows("api_key", r"(?=[A-Za-z]{0,20}[0-9])[A-Za-z0-9]{20,}+", "gsk_", "xai-", "pplx-", "r8_", "csk-", "fw_"),
    **_rows("api_key", r"[A-Za-z0-9_-]{30,}+", "nvapi-", "pcsk_", "jina_", "AIza", "esecret_", "tgp_v1_"),
    **_rows("api_key", _ALNUM + r"{20,}+", "tvly-", "tvly-dev-", "tvly-prod-", "BSA"),
    **_rows("api_key", r"[A-Za-z0-9]{30,40}+(?![A-Za-z0-9_])", "hf_", "api_org_"),
    **_rows("api_key", _HEX32, "fc-", "e2b_", "dapi"),
    **_rows("api_key", r"[0-9a-f]{32}_[0-9a-f]{8,}+", "lsv2_pt_", "lsv2_sk_"),
    **_rows("api_key", r"[A-Za-z0-9+/]{90,}+={0,2}", "ABSK"),
    **_rows("api_key", r"[A-Za-z0-9+/=]{20,}+", "bedrock-api-key-"),
    # ---- code and packages
    **_rows("token", _ALNUM + r"{30,}+", "ghp_", "gho_", "ghu_", "ghr_", "npm_", "nfp_"),
    **_rows("token", r"[A-Za-z0-9_.-]{30,}+", "ghs_"),
    **_rows("token", r"\w{40,}+", "github_pat_"),
    **_rows(
        "token",
        r"[A-Za-z0-9_.-]{20,}+",
        "glpat-",
        "gldt-",
        "glrt-",
        "glcbt-",
        "glptt-",
        "glft-",
        "glsoat-",
        "glimt-",
        "glagent-",
        "gloas-",
        "glffct-",
        "GR1348941",
    ),
    **_rows("token", _URL + r"{50,}+", "pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"),
    **_rows("token", _HEX40, "rubygems_", "sqp_", "squ_", "sqa_", "pul-", "sbp_"),
    **_rows("token", _URL + r"{20,}+", "dckr_pat_", "dckr_oat_", "CCIPRJ_", "bkua_"),
    **_rows("token", r"\w{22,}+", "CCIPAT_"),
    **_rows("token", _ALNUM + r"{60,}+", "AKCp", "CLOJARS_"),
    **_rows("token", r"(?:(?:[0-9a-fA-F]{16}|local)_)?[0-9a-fA-F]{40}", "sgp_"),
    **_rows("api_key", r"[A-Z0-9]{26}", "API-"),
    # ---- talk
    **_rows(
        "token",
        r"(?=[A-Za-z-]{0,40}[0-9])[A-Za-z0-9-]{16,}+",
        "xoxb-",
        "xoxp-",
        "xoxa-",
        "xoxr-",
        "xoxs-",
        "xoxo-",
        "xoxe-",
        "xoxc-",
        "xoxd-",
    ),
    **_rows("token", r"[A-Za-z0-9-]{20,}+", "xoxe.xoxb-", "xoxe.xoxp-", "xapp-"),
    **_rows(
        "webhook",
        r"[A-Za-z0-9+/_-]{20,}+",
        "hooks.slack.com/services/",
        "hooks.slack.com/workflows/",
        "hooks.slack.com/triggers/",
    ),
    **_rows("webhook", r"[0-9]{15,}+/[A-Za-z0-9_-]{30,}+", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"),
    **_rows("webhook", r"[A-Za-z0-9@/-]{60,}+", "webhook.office.com/webhookb2/"),
    # ---- money and shops
    **_rows(
        "api_key", _ALNUM + r"{16,}+", "sk_live_", "sk_test_", "rk_live_", "rk_test_", "sk_prod_", "rk_prod_", "whsec_"
    ),
    **_rows("api_key", _ALNUM + r"{14,}+", "rzp_live_", "rzp_test_"),
    **_rows("api_key", _ALNUM + r"{40,}+", "EZAK", "EZTK"),
    **_rows("token", _HEX32, "shpat_", "shpca_", "shppa_", "shpss_", "shptka_"),
    **_rows("token", _URL + r"{22,}+", "sq0atp-", "sq0csp-", "sq0idp-"),
    **_rows("token", _URL + r"{50,}+", "EAAA"),
    **_rows("token", _ALNUM + r"{80,}+", "EAAC", "EAAM", "EAAG", "EAAB", "EAAD"),
    **_rows(
        "token", _UUID, "access-sandbox-", "access-production-", "access-development-", "pat-na1-", "pat-eu1-", "sdk-"
    ),
    **_rows("api_key", _HEX40, "shippo_live_", "shippo_test_"),
    **_rows("api_key", r"[A-Za-z0-9_=-]{40,}+", "duffel_live_", "duffel_test_"),
    **_rows("api_key", r"[0-9a-h]{12,}+(?:-X)?", "FLWSECK_TEST-", "FLWSECK-"),
    # ---- mail
    **_rows("api_key", r"[A-Za-z0-9_-]{16,}+\.[A-Za-z0-9_-]{30,}+", "SG."),
    **_rows("api_key", r"[0-9a-f]{60,}+-[A-Za-z0-9]{16,}+", "xkeysib-", "xsmtpsib-"),
    **_rows("api_key", r"[A-Za-z0-9]{6,}+_[A-Za-z0-9]{18,}+", "re_"),
    **_rows("api_key", r"[0-9a-f]{32}", "key-", "SK"),
    # ---- clouds
    **_rows("aws_key", r"[A-Z0-9]{16}", "AKIA", "ASIA", "ABIA", "ACCA"),
    **_rows("token", r"[A-Za-z0-9_.-]{40,}+", "ya29."),
    **_rows("token", _URL + r"{30,}+", "1//0"),
    **_rows("secret", _URL + r"{24,}+", "GOCSPX-"),
    **_rows("token", _HEX64, "dop_v1_", "doo_v1_", "dor_v1_", "lin_oauth_", "sntryu_", "sntrya_"),
    **_rows("token", r"[0-9a-f]{24}-[0-9a-f]{100,}+", "v1.0-"),
    **_rows("token", _URL + r"{40,}+", "HRKU-AA", "fo1_"),
    **_rows("token", r"[A-Za-z0-9+/_-]{80,}+={0,3}", "fm1a_", "fm1r_", "fm2_"),
    **_rows("api_key", _ALNUM + r"{18,}+", "LTAI"),
    **_rows("api_key", _ALNUM + r"{32}", "AKID"),
    **_rows("token", _URL + r"{28,}+", "sb_secret_", "sha256~"),
    **_rows("token", r"[A-Za-z0-9_.=-]{30,}+", "pscale_tkn_", "pscale_pw_", "pscale_oauth_"),
    **_rows("token", _ALNUM + r"{30,}+", "pnu_", "pnb_", "rdme_", "napi_"),
    # ---- vaults
    **_rows("token", _URL + r"{24,}+", "hvs.", "hvb.", "hvr."),
    **_rows("token", r"[A-Za-z0-9+/=]{100,}+", "ops_eyJ"),
    **_rows("private_key", r"[02-9AC-HJ-NP-Z]{58}", "AGE-SECRET-KEY-1"),
    **_rows("token", _ALNUM + r"{40,}+", "dp.pt.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
    **_rows("token", r"(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,}+", "dp.st."),
    **_rows(
        "secret",
        r"[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}",
        "A3-",
    ),
    **_rows("secret", r"[0-9a-f]{64}", "s-s4t2ud-", "s-s4t2af-"),
    **_rows("api_key", _ALNUM + r"{38}", "4b1d"),
    # ---- watching
    **_rows("token", r"[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}", "glsa_"),
    **_rows("token", r"[A-Za-z0-9+/]{32,}+={0,3}", "glc_", "eyJrIjoi"),
    **_rows("api_key", r"[A-Z0-9]{27}", "NRAK-"),
    **_rows("api_key", r"[A-Za-z0-9_-]{19,}+", "NRII-", "NRJS-"),
    **_rows("token", r"[A-Za-z0-9+/=_-]{40,}+", "sntrys_"),
    **_rows("token", r"[A-Z0-9]{24}\.[A-Z0-9]{64}", "dt0c01."),
    **_rows("api_key", r"[a-z0-9]{50,}+", "hcaik_", "hcxik_", "hcalk_", "hcxlk_", "hcamk_"),
    # ---- work
    **_rows("token", r"[0-9]{11}[A-Za-z0-9]{30,}+", "ntn_"),
    **_rows("token", _ALNUM + r"{43}", "secret_"),
    **_rows("token", _ALNUM + r"{32,}+", "lin_api_"),
    **_rows("token", r"[A-Za-z0-9_=-]{24,}+", "ATATT3", "ATCTT3", "ATBB", "ATOA"),
    **_rows("token", r"[A-Za-z0-9]{14}\.[0-9a-f]{64}", "pat"),
    **_rows("token", _URL + r"{30,}+", "CFPAT-", "figd_", "figo_", "tfp_"),
    **_rows("api_key", r"[0-9a-f]{24}-[0-9a-f]{34}", "PMAK-"),
    **_rows("token", r"[A-Za-z0-9]{20,}+\.[A-Za-z0-9_-]{20,}+", "sk.eyJ1Ijoi"),
}
