// Eleventy with the pages that the other generators make; those of sources by pagination.
import { feedPlugin } from "@11ty/eleventy-plugin-rss";

const newestFirst = (a, b) => b.date - a.date;

function grouped(notes, keysOf) {
  const groups = new Map();
  for (const note of notes) {
    for (const key of keysOf(note)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(note);
    }
  }
  return groups;
}

export default function (config) {
  const all = (api) => api.getFilteredByGlob("src/*/notes/*.md").sort(newestFirst);
  for (const lang of ["de", "en"]) {
    config.addCollection(`notes_${lang}`, (api) => all(api).filter((note) => note.data.lang === lang));
    config.addPlugin(feedPlugin, {
      type: "atom",
      outputPath: `/${lang}/feed.xml`,
      inputPath: `feed-${lang}.njk`,
      collection: { name: `notes_${lang}`, limit: 20 },
      metadata: { language: lang, title: "Notes", base: "https://notes.example/", author: { name: "Notes" } },
    });
  }
  config.addCollection("translations", (api) =>
    Object.fromEntries(grouped(all(api), (note) => [note.data.translationKey ?? note.fileSlug])));
  config.addCollection("sources", (api) =>
    [...grouped(all(api), (note) => note.data.sources)].map(([name, notes]) => ({ name, notes })));
  config.addFilter("iso", (date) => date.toISOString().slice(0, 10));
  return { dir: { input: "src", output: "_site" }, markdownTemplateEngine: false };
}
