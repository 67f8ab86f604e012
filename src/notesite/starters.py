"""The files of a new site: settings, two notes to begin with, and what a static host wants to build it."""

import json

_SETTINGS = """\
# All settings are optional.

[site]
title = {title}
# url = "https://notes.example/"    # where the site will stand: feeds and search engines need it
languages = ["de", "en"]
"""

_IGNORED = """\
/build/
/.notesite/
"""

_GERMAN = """\
---
title: Was CommonMark aus einer Notiz macht
lang: de
---

Diese Notiz ist zum Ersetzen da. Sie zeigt, was eine Notiz braucht: einen Titel, einen Text und am Ende die Liste
ihrer Quellen. Alles andere ist freigestellt.

Der Text ist Markdown, wie CommonMark es festlegt: Absätze, Listen, Tabellen und [Links](https://commonmark.org/help/).

Die englische Notiz daneben ist als Übersetzung erkannt, weil Titel und Quellen zusammenpassen. Beide Seiten
verweisen aufeinander; `notesite links` sagt, woran es lag.

## Quellen

- [CommonMark: Markdown Reference](https://commonmark.org/help/)
- [CommonMark: Spec](https://spec.commonmark.org/)
- [YAML: The Official YAML Web Site](https://yaml.org/)
"""

_ENGLISH = """\
---
title: What CommonMark makes of a note
lang: en
---

This note is here to be replaced. It shows what a note needs: a title, a text and, at its end, the list of its
sources. Everything else is up to you.

The text is Markdown as CommonMark defines it: paragraphs, lists, tables and [links](https://commonmark.org/help/).

The German note beside it was recognised as its translation, since titles and sources go together. Both pages point
to each other; `notesite links` says why.

## Sources

- [CommonMark: Markdown Reference](https://commonmark.org/help/)
- [CommonMark: Spec](https://spec.commonmark.org/)
- [YAML: The Official YAML Web Site](https://yaml.org/)
"""

_GITHUB = """\
# Builds the site and publishes it on GitHub Pages, and says in pull requests what is wrong.
# To switch on once: Settings, Pages, Source "GitHub Actions".
name: Site

on:
  push:
    branches: [main]
  pull_request:
  workflow_dispatch:

permissions:
  contents: read

jobs:
  build:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pages: read
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
          cache: pip
      - run: pip install -r requirements.txt
      - run: notesite check --format github
      - uses: actions/configure-pages@v6
        id: pages
        if: github.event_name != 'pull_request'
      - run: notesite build --base-url "${{ steps.pages.outputs.base_url }}"
      - uses: actions/upload-pages-artifact@v5
        if: github.event_name != 'pull_request'
        with:
          path: build

  publish:
    needs: build
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-latest
    permissions:
      pages: write
      id-token: write
    concurrency:
      group: pages
      cancel-in-progress: false
    environment:
      name: github-pages
      url: ${{ steps.published.outputs.page_url }}
    steps:
      - uses: actions/deploy-pages@v5
        id: published
"""

_GITLAB = """\
# Builds the site and publishes it on GitLab Pages; merge requests are checked.

image: python:3.13

check:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - pip install -r requirements.txt
    - notesite check

pages:
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - pip install -r requirements.txt
    - notesite build --base-url "$CI_PAGES_URL" --output public
  artifacts:
    paths:
      - public
"""

_NETLIFY = """\
# Netlify installs what requirements.txt names before it builds.

[build]
command = "notesite build --base-url $URL"
publish = "build"

[build.environment]
PYTHON_VERSION = "3.13"

[context.deploy-preview]
command = "notesite build --drafts --base-url $DEPLOY_PRIME_URL"
"""

_CLOUDFLARE = """\
# Cloudflare Workers: `npx wrangler deploy` builds the site and publishes it.

name = {name}
compatibility_date = "2025-06-01"

[build]
command = "pip install -r requirements.txt && notesite build"

[assets]
directory = "./build"
not_found_handling = "404-page"
"""

HOSTS = {
    "github": (".github/workflows/site.yml", _GITHUB),
    "gitlab": (".gitlab-ci.yml", _GITLAB),
    "netlify": ("netlify.toml", _NETLIFY),
    "cloudflare": ("wrangler.toml", _CLOUDFLARE),
}
"""The file by which each host builds a site: its path and its text."""


def _quoted(text: str) -> str:
    """A text as TOML has it: as JSON does, and with the one control character that JSON leaves."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def site(title: str, name: str, host: str, requirement: str) -> dict[str, str]:
    """The files of a site by path, in the order in which an author meets them; `host` may be none.

    `name` is what the site may be called in an address; `requirement` is the text by which pip installs this notesite.
    """
    files = {
        "notesite.toml": _SETTINGS.format(title=_quoted(title)),
        "notes/commonmark-de.md": _GERMAN,
        "notes/commonmark-en.md": _ENGLISH,
        ".gitignore": _IGNORED,
    }
    if host:
        path, text = HOSTS[host]
        files["requirements.txt"] = requirement
        files[path] = text.replace("{name}", _quoted(name))
    return files
