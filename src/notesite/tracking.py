"""Parameters that tell where a reader came from, never what is read: a list kept by hand.

Where it comes from: the vendors' own documents, named beside each line, and our own reading of addresses in notes.
AdGuard's TrackParamFilter and ClearURLs keep much longer lists for another end: they may break a page and be told so,
a key may not.

How to maintain it:  a name goes into _EVERYWHERE only if a vendor's document reserves it and no site could mean
anything else by it (so no `ref`, `source`, `s`, `id`, `cmpid`, `share`).  Any other name goes to the hosts where it was
seen to change nothing, in BY_DOMAIN.  In doubt leave it out: a missed merge shows a source twice, a false one
makes two works one.  A new vendor or host gets a row in `tests/cases/keys.md`.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

_EVERYWHERE = "|".join(
    [
        r"utm_[\w.-]+",  # Google Analytics, "Collect campaign data with custom URLs"
        r"gclid|gclsrc|dclid|gbraid|wbraid|gad_source|gad_campaignid|srsltid",  # Google Ads, Merchant Center
        r"_gl|_ga|_gac",  # Google tags, cross-domain linker
        r"usqp|amp_js_v|amp_gsa",  # Google AMP viewer
        r"fbclid|fb_action_ids|fb_action_types|fb_source|fb_ref",  # Meta
        r"igshid|igsh",  # Instagram, shared links
        r"msclkid|yclid|ysclid|_openstat|twclid|ttclid|li_fat_id|sccid|rdt_cid|epik",  # click ids of other networks
        r"ref_src|ref_url|__twitter_impression",  # Twitter, embedded posts
        r"mc_cid|mc_eid",  # Mailchimp
        r"_hsenc|_hsmi|__hssc|__hstc|__hsfp|hsctatracking|hsa_(?:acc|ad|cam|grp|kw)"  # HubSpot
        r"|hsa_(?:la|mt|net|ol|src|tgt|ver)",
        r"mkt_tok",  # Marketo
        r"elqtrackid|elqtrack|elqcampaignid|elqaid|elqat|elqak",  # Oracle Eloqua
        r"vero_id|vero_conv|oly_anon_id|oly_enc_id|_kx",  # Vero, Omeda, Klaviyo
        r"ml_subscriber|ml_subscriber_hash",  # MailerLite
        r"bsft_(?:clkid|eid|mid|uid|aaid|ek)",  # Blueshift
        r"(?:pk|mtm|piwik|matomo)_(?:campaign|cpn|kwd|keyword|source|medium|content|cid|group|placement)",  # Matomo
        r"wt_mc|wt_zmc",  # Mapp (Webtrekk), zeit.de and heise.de among its users
        r"xtor|at_medium|at_campaign|at_campaign_type|at_creation|at_variant|at_format|at_network|at_custom[1-4]"
        r"|at_link_(?:id|type|origin)|at_ptr_name|at_bbc_team",  # Piano (AT Internet)
        r"itm_(?:source|medium|campaign|content|term)",  # Parse.ly, campaigns within a site
        r"guccounter|guce_referrer|guce_referrer_sig",  # Yahoo, consent on the way
        r"s_kwcid|_branch_match_id|_branch_referrer|irclickid|irgwc|wickedid|rb_clickid",  # Adobe, Branch, Impact
    ]
)

BY_DOMAIN = {
    "aliexpress.com": "spm scm pvid algo_pvid algo_exp_id aff_platform aff_trace_key",
    "amazon": "ref ref_ tag linkCode linkId ascsubtag pd_rd_i pd_rd_r pd_rd_w pd_rd_wg pf_rd_p pf_rd_r pf_rd_s pf_rd_t"
    " qid sr sprefix crid dib dib_tag content-id camp creative creativeASIN smid psc _encoding",
    "aol.com": "ncid",
    "apple.com": "itscg itsct uo",
    "bbc.co.uk": "ns_mchannel ns_source ns_campaign ns_linkname ns_fee intlink_from_url link_location ocid",
    "bbc.com": "ns_mchannel ns_source ns_campaign ns_linkname ns_fee intlink_from_url link_location ocid",
    "bloomberg.com": "srnd sref accessToken leadSource cmpid embedded-checkout",
    "docs.google.com": "usp ouid rtpof sd pli",
    "drive.google.com": "usp ouid rtpof sd pli",
    "economist.com": "fsrc",
    "engadget.com": "ncid",
    "facebook.com": "__tn__ __xts__ mibextid rdid share_url fref ref refid hc_ref"
    " notif_id notif_t sfnsn eav paipv extid",
    "ft.com": "shareType ftcamp segmentid segmentId accessToken",
    "google": "ved ei sca_esv sxsrf gs_lcrp gs_lp oq aqs sourceid uact sclient rlz biw bih dpr",
    "huffpost.com": "ncid",
    "instagram.com": "ig_rid ig_mid",
    "linkedin.com": "trk trackingId lipi originalSubdomain rcm",
    "medium.com": "source sk",
    "nytimes.com": "smid smtyp unlocked_article_code searchResultPosition referringSource emc partner rref",
    "open.spotify.com": "si nd dl_branch",
    "reddit.com": "share_id ref ref_source ref_campaign rdt correlation_id $deep_link $3p post_fullname",
    "spiegel.de": "sara_ref sara_ecid sara_icid",
    "stackoverflow.com": "rq lq",
    "substack.com": "r isFreemail triedRedirect showWelcomeOnShare",
    "techcrunch.com": "ncid",
    "theguardian.com": "CMP INTCMP",
    "tiktok.com": "_t _r is_from_webapp sender_device sender_web_id is_copy_url",
    "washingtonpost.com": "pwapi_token itid wpisrc wpmk",
    "wikipedia.org": "wprov",
    "wired.com": "mbid bxid cndid esrc",
    "wsj.com": "st reflink mod",
    "x.com": "s t cxt",
    "twitter.com": "s t cxt",
    "youtu.be": "si feature pp t start app ab_channel",
    "youtube.com": "si feature pp t start app ab_channel",
}
"""What else changes nothing, by domain, the hosts below it meant, too; `amazon` and `google` stand for all lands."""

_LANDS = re.compile(r"(amazon|google)\.(?:com|[a-z]{2}|com?\.[a-z]{2})")


@lru_cache(maxsize=8192)
def _of_host(host: str) -> frozenset[str]:
    """The names that change nothing on this host, its parents' among them."""
    labels = host.split(".")
    domains = {".".join(labels[n:]) for n in range(len(labels))}
    land = _LANDS.fullmatch(host)
    names = (BY_DOMAIN.get(domain, "") for domain in sorted(domains | ({land[1]} if land else set())))
    return frozenset(" ".join(names).split())


def is_tracking(host: str, name: str) -> bool:
    """Whether a parameter of this name, as written, only tells where a reader of this host came from."""
    if "%" in name:
        name = unquote(name)
    return name in _of_host(host) or re.fullmatch(_EVERYWHERE, name.lower()) is not None
