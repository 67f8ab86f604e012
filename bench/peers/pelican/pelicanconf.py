"""Pelican with the pages that the other generators make, where it makes them natively."""

SITENAME = "Notes"
SITEURL = "https://notes.example"
TIMEZONE = "UTC"
DEFAULT_LANG = "de"
PATH = "content"
ARTICLE_PATHS = ["notes"]
THEME = "theme"
ARTICLE_URL = ARTICLE_LANG_URL = "{lang}/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_LANG_SAVE_AS = "{lang}/{slug}/index.html"
TAG_URL = "sources/{slug}/"
TAG_SAVE_AS = "sources/{slug}/index.html"
TAGS_SAVE_AS = "sources/index.html"
CATEGORY_SAVE_AS = AUTHOR_SAVE_AS = ""
DIRECT_TEMPLATES = ["index", "english", "tags", "sitemap"]
INDEX_SAVE_AS = "de/index.html"
ENGLISH_SAVE_AS = "en/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
DEFAULT_PAGINATION = False
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TRANSLATION_FEED_ATOM = "{lang}/feed.xml"
FEED_MAX_ITEMS = 20
