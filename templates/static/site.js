// No page needs this: it remembers choices and filters a list. It runs in the head, so that a chosen colour
// scheme holds before the first paint; all else waits for the document.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const recall = (box, key) => { try { return window[box].getItem("notesite-" + key) || ""; } catch { return ""; } };
  const keep = (box, key, value) => { try { window[box].setItem("notesite-" + key, value); } catch {} };

  const paint = (scheme) => scheme ? root.setAttribute("data-scheme", scheme) : root.removeAttribute("data-scheme");
  paint(recall("localStorage", "scheme"));

  function schemes(group) {
    const show = (scheme) => all("button", group).forEach((b) => b.setAttribute("aria-pressed", b.value === scheme));
    group.addEventListener("click", ({ target }) => {
      if (target.type !== "button") return;
      keep("localStorage", "scheme", target.value);
      paint(target.value);
      show(target.value);
    });
    show(recall("localStorage", "scheme"));
    group.hidden = false;
  }

  // Only from the chooser, once a session, and never for someone who comes from a page of this site.
  function forward() {
    const seen = recall("sessionStorage", "seen") || document.referrer.startsWith(new URL(".", location).href);
    keep("sessionStorage", "seen", "yes");
    const homes = all("[data-chooser] .go");
    for (const wanted of seen ? [] : [recall("localStorage", "lang"), ...navigator.languages]) {
      const main = (tag) => tag.toLowerCase().split("-")[0];
      const home = homes.find((a) => a.hreflang === wanted) || homes.find((a) => main(a.hreflang) === main(wanted));
      if (home) return location.replace(home.href + location.search + location.hash);
    }
  }

  // Publishers are filtered where they stand; sources come from a file that is asked for when the box is used.
  const MOST = 50;

  function hit([title, publisher, address, url, lang]) {
    const made = (name, text, within) => {
      const element = document.createElement(name);
      element.textContent = text;
      return within.appendChild(element);
    };
    const item = document.createElement("li");
    Object.assign(made("a", title, item), { href: url }, lang && { lang });
    const meta = made("span", "", item);
    meta.className = "meta";
    [publisher, address].forEach((text) => made("bdi", text, meta));
    return item;
  }

  function filter(box) {
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const [input, output, list] = all("input, output, .hits", box);
    const count = (words, number) => words.replace("#", number.toLocaleString(root.lang));
    let rows = [];
    const load = async () => {
      if (rows.length) return;
      try { rows = await (await fetch(box.dataset.rows)).json(); } catch { return; }
      rows = rows.map((row) => [row, plain(row.slice(0, 3).join("\n"))]);
      show();
    };
    const find = (wanted) => {
      const words = wanted.replace(/^https?:\/\/(www\.)?|\/$/g, "").split(/\s+/).filter(Boolean);
      const found = words.length ? rows.filter(([, text]) => words.every((word) => text.includes(word))) : [];
      list.replaceChildren(...found.slice(0, MOST).map(([row]) => hit(row)));
      list.hidden = !found.length;
      if (!words.length || !rows.length) return "";
      return count(output.dataset[found.length > MOST ? "shown" : "sources"], found.length) + " · ";
    };
    const show = () => {
      const wanted = plain(input.value.trim());
      let found = 0;
      for (const picks of all(".picks, .picks ~ .chart, .az")) picks.hidden = wanted !== "";
      for (const letter of all(".letter")) {
        const here = all("li", letter).filter((li) => !(li.hidden = !plain(li.firstChild.textContent).includes(wanted)));
        letter.hidden = !here.length;
        found += here.length;
      }
      output.textContent = find(wanted) + count(output.dataset.publishers, found);
    };
    input.addEventListener("input", show);
    input.addEventListener("focus", load);
    if (input.value) load();
    box.hidden = false;
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    forward();
    all(".scheme").forEach(schemes);
    all(".find").forEach(filter);
    document.addEventListener("click", ({ target }) => {
      const link = target.closest(".langs a, .tongues a, .go[hreflang]");
      if (link) keep("localStorage", "lang", link.hreflang);
    });
  });
})();
