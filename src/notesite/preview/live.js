// In every page of the preview: puts new content into the open page where the reader stands, shows the author's
// bar at its top and the problems of the site at its foot. A hidden tab listens to nothing, since a browser's
// seventh connection to a host would hang; by the version in its page it knows later what it has missed.
(() => {
  const me = document.currentScript, root = document.documentElement;
  const sheets = 'link[rel="stylesheet"]';
  const all = (within, what) => [...within.querySelectorAll(what)];
  const named = (page, what, by) => all(page, what).map((element) => element.getAttribute(by)).join();
  const attributes = (element) => new Map([...element.attributes].map(({ name, value }) => [name, value]));
  const scripts = named(document, "script[src]", "src");
  // As served: until a page has been fetched it is not known which of these are the work of the page's script.
  let served = { html: new Map(), body: new Map() };
  let { version, digest, files } = me.dataset, checked, source, work = Promise.resolve();

  // What is open and hidden outlives a page, not the tab; a browser may forbid to keep anything.
  const memory = { open: false, top: 0, hidden: [] };
  try { Object.assign(memory, JSON.parse(sessionStorage.getItem("notesite-preview"))); } catch {}
  const remember = (what) => {
    Object.assign(memory, what);
    try { sessionStorage.setItem("notesite-preview", JSON.stringify(memory)); } catch {}
  };

  // The bar and the overlay

  function made(name, within, properties) {
    const element = Object.assign(document.createElement(name), properties);
    within?.append(element);
    return element;
  }
  const english = { lang: "en", dir: "ltr" };
  const panel = made("aside", null, { id: "notesite-panel", className: "panel", ariaLabel: "Preview", ...english });
  const details = made("details", panel, { open: memory.open });
  const summary = made("summary", details);
  made("b", summary, { textContent: "notesite serve" });
  const line = made("span", summary);
  const inner = made("div", details, { className: "inner", tabIndex: 0 });
  Object.assign(inner, { role: "region", ariaLabel: "Details of the preview" });
  const found = made("button", panel, { type: "button", className: "warn", hidden: true });
  found.setAttribute("aria-controls", "notesite-oops");
  const oops = made("section", null, { id: "notesite-oops", className: "oops", tabIndex: 0, ...english });
  Object.assign(oops, { role: "region", ariaLabel: "Problems of the site", popover: "manual" });
  const head = made("header", oops);
  const heading = made("h2", made("div", head, { role: "alert" }));
  const hide = made("button", head, { type: "button", textContent: "Hide" });
  const list = made("div", oops);
  let told = "", filled, mark = "";
  details.addEventListener("toggle", () => remember({ open: details.open }));
  inner.addEventListener("scroll", () => remember({ top: inner.scrollTop }), { passive: true });

  const isShown = () => oops.matches(":popover-open");
  const errors = () => all(list, ".errors .words").map((words) => words.textContent);
  function turn(shown) {
    if (shown !== isShown()) oops.togglePopover(shown);
    found.setAttribute("aria-expanded", shown);
  }
  function choose(shown) {
    turn(shown);
    remember({ hidden: shown ? [] : errors() });
  }
  found.addEventListener("click", () => choose(!isShown()));
  hide.addEventListener("click", () => {
    choose(false);
    found.focus({ preventScroll: true });
  });

  // Errors that have been put aside stay so, also on other pages, until they have been mended or others come.
  function tell(state) {
    const hadErrors = errors().length > 0;
    if (state.oops !== told) {
      const again = kept(list);
      list.innerHTML = told = state.oops;
      again();
      heading.textContent = found.textContent = state.found;
      found.hidden = !state.found;
      found.classList.toggle("quiet", !state.errors);
    }
    const now = errors();
    remember({ hidden: memory.hidden.filter((words) => now.includes(words)) });
    const isListed = document.getElementById("notesite-problems");
    if (!told || isListed || (hadErrors && !now.length)) turn(false);
    else if (now.some((words) => !memory.hidden.includes(words))) turn(true);
    line.textContent = [mark, state.built].filter(Boolean).map((words) => ` · ${words}`).join("");
  }

  async function fill(state) {
    const address = new URL("panel", me.src);
    address.searchParams.set("page", location.pathname);
    const answer = await fetch(address, { cache: "no-store" }).catch(() => null);
    const text = answer?.status === 200 ? await answer.text() : "<p>Nothing more is known of this page.</p>";
    if (!answer || text === filled) return;
    const again = kept(inner), top = filled === undefined ? memory.top : inner.scrollTop;
    inner.innerHTML = filled = text;
    // What the panel says of the page's standing is for the line that is always seen.
    const standing = inner.querySelector(".state");
    mark = standing?.textContent ?? "";
    standing?.remove();
    again();
    inner.scrollTop = top;
    tell(state);
  }

  // New content

  // What a reader has done to a part of the page, to be done again to the one in its place: folds opened or
  // closed, words entered, the focus with its selection.
  const asServed = new WeakMap();
  const serve = (part) => all(part, "details").forEach((fold) => asServed.set(fold, fold.open));
  function kept(part) {
    const isOwn = (element) => part === document.body && (panel.contains(element) || oops.contains(element));
    const keyed = (what, name) => {
      const seen = {};
      return all(part, what).filter((element) => !isOwn(element)).map((element) => {
        const key = `${element.localName} ${element.id || name(element) || ""}`;
        seen[key] = (seen[key] ?? -1) + 1;
        return [`${key} ${seen[key]}`, element];
      });
    };
    const folds = () => keyed("details", (fold) => fold.querySelector("summary")?.textContent);
    const fields = () => keyed("input, textarea, select", (field) => field.name);
    const isEntered = (field) => field.value !== (field.defaultValue ?? field.value);
    const isTouched = (field) => isEntered(field) || field.checked !== field.defaultChecked;
    const turned = folds().filter(([, fold]) => fold.open !== asServed.get(fold));
    const open = new Map(turned.map(([key, fold]) => [key, fold.open]));
    const entered = new Map(fields().filter(([, field]) => field.localName === "select" || isTouched(field))
      .map(([key, { value, checked }]) => [key, { value, checked }]));
    const active = part.contains(document.activeElement) && !isOwn(document.activeElement) && document.activeElement;
    const at = active && { id: active.id, name: active.getAttribute("name"), tag: active.localName };
    const selection = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
    const again = () => {
      serve(part);
      for (const [key, fold] of folds()) if (open.has(key)) fold.open = open.get(key);
      for (const [key, field] of fields()) {
        const { value, checked: ticked } = entered.get(key) ?? {};
        if (ticked !== undefined) field.checked = ticked;
        if (value !== undefined && field.type !== "file") field.value = value;
      }
    };
    const focus = () => {
      if (!at?.id && !at?.name) return;
      const byName = () => part.querySelector(`${at.tag}[name="${CSS.escape(at.name)}"]`);
      const same = at.id ? document.getElementById(at.id) : byName();
      same?.focus({ preventScroll: true });
      try { if (selection?.[0] != null) same?.setSelectionRange(...selection); } catch {}
    };
    return (ready = () => {}) => { again(); ready(); focus(); };
  }

  // Where the reader stands: elements with an id by nearness to the top of the window, each with its distance.
  function place() {
    const [left, top] = [scrollX, scrollY], bar = panel.offsetHeight;
    const sticks = (part) => /sticky|fixed/.test(getComputedStyle(part).position);
    const isStuck = (part) => part && (sticks(part) || isStuck(part.parentElement));
    const seen = all(document.body, "[id]").map((element) => [element, element.getBoundingClientRect()])
      .filter(([, box]) => box.height && box.top < innerHeight);
    const nearest = seen.map(([element, box]) => [element, box.top, box.top < bar])
      .sort((one, other) => one[2] - other[2] || Math.abs(one[1]) - Math.abs(other[1]));
    const marks = [];
    for (const [element, distance] of nearest) {
      if (marks.length < 20 && !isStuck(element)) marks.push([element.id, distance]);
    }
    return () => {
      const [id, distance] = (top && marks.find(([one]) => document.getElementById(one))) || [];
      const moved = id ? document.getElementById(id).getBoundingClientRect().top - distance : 0;
      scrollTo({ left, top: id ? scrollY + moved : top, behavior: "instant" });
    };
  }

  // New stylesheets wait, loaded, until the old ones can go in the same moment as the old content.
  async function styled(fresh) {
    const old = all(document, sheets), links = all(fresh, sheets);
    if (named(fresh, sheets, "href") === named(document, sheets, "href")) return () => {};
    const media = links.map((link) => link.media);
    await Promise.all(links.map((link) => new Promise((done) => {
      Object.assign(link, { media: "not all", onload: done, onerror: done });
      document.head.append(link);
    })));
    return () => {
      links.forEach((link, at) => { link.media = media[at]; });
      old.forEach((link) => link.remove());
    };
  }

  // What the page's own script has set on an element stays, such as a chosen colour scheme.
  function dress(element, before, now) {
    for (const name of before.keys()) if (!now.has(name)) element.removeAttribute(name);
    for (const [name, value] of now) if (before.get(name) !== value) element.setAttribute(name, value);
  }

  function swap(fresh) {
    const back = place(), put = kept(document.body);
    const now = { html: attributes(fresh.documentElement), body: attributes(fresh.body) };
    dress(root, served.html, now.html);
    dress(document.body, served.body, now.body);
    served = now;
    document.title = fresh.title;
    for (const node of [...document.body.childNodes]) if (node !== panel && node !== oops) node.remove();
    panel.after(...fresh.body.childNodes);
    // A page's script that waits for a document to be there finds the new one so.
    put(() => document.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true })));
    back();
    document.dispatchEvent(new Event("notesite:update"));
  }

  // Left to itself, a reload would jump to an anchor, or miss the place by what is new in the body.
  function reload() {
    history.replaceState(null, "", location.href.split("#")[0]);
    history.scrollRestoration = "manual";
    remember({ at: { left: scrollX, top: scrollY, behavior: "instant" } });
    location.reload();
  }

  // Whether a file that the page shows has changed in place: to a document, one address is one picture.
  function hasOther(fresh) {
    const before = new Map(JSON.parse(files));
    const isOther = ([address, time]) => (before.get(address) ?? time) !== time;
    return fresh.digest === digest ? fresh.files !== files : JSON.parse(fresh.files).some(isOther);
  }

  async function refresh() {
    const text = await fetch(location.href, { cache: "no-store" }).then((it) => it.text()).catch(() => null);
    if (text === null) return false; // the server has gone; its next version tells
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const stamp = fresh.getElementById(me.id);
    if (!stamp || named(fresh, "script[src]", "src") !== scripts) return reload();
    if (hasOther(stamp.dataset)) return reload();
    if (stamp.dataset.digest !== digest) {
      const restyle = await styled(fresh);
      restyle();
      swap(fresh);
    }
    ({ version, digest, files } = stamp.dataset);
    return true;
  }

  async function update(state) {
    if (state.version !== version) await refresh().catch(reload);
    tell(state);
    const stand = `${state.version} ${state.checked}`;
    if (stand !== checked) await fill(state);
    checked = stand;
  }

  function listen() {
    source?.close();
    if (document.hidden) return;
    source = new EventSource(new URL("live", me.src));
    source.onmessage = ({ data }) => { work = work.then(() => update(JSON.parse(data))).catch(console.error); };
    source.onerror = () => {
      line.textContent = " · the server is away";
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
    };
  }
  serve(document);
  document.body.prepend(panel);
  document.body.append(oops);
  if (memory.at) {
    scrollTo(memory.at);
    history.scrollRestoration = "auto";
    remember({ at: undefined });
  }
  document.addEventListener("visibilitychange", listen);
  listen();
})();
