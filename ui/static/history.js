/* Conversations of this browser: finished answers are kept, and go back into the chat once the server proved them. */
(() => {
  "use strict";

  const MOST = 50; // conversations
  const MOST_CARDS = 100; // answers of one
  const ROOM = 3000000; // characters in all; browsers have five million

  // Whose conversations they are, by the name of the account; it is unknown until the page is greeted.
  const visitor = () => document.querySelector(".masthead")?.dataset.visitor;
  const prefix = () => `tanya-history:${encodeURIComponent(visitor() || "")}:`;
  const place = () => `tanya-conversation:${encodeURIComponent(visitor() || "")}`;
  const identity = (card) => `${card.asked}\n${card.question}`;
  const using = () => window.tanyaUsing;

  // Each answer belongs to the conversation that was open when it was shown.
  const belongs = new Map();
  const stored = new Set();
  let current = null;
  let leaving = false;
  let filled = false;
  let asked = false;
  let works = true;

  // Storage may be forbidden, full, or shared with another tab; nothing here may fail for it.
  function read(name, storage = "localStorage") {
    try {
      return window[storage].getItem(name);
    } catch (refused) {
      works = false;
      return null;
    }
  }
  function forget(name, storage = "localStorage") {
    try {
      window[storage].removeItem(name);
    } catch (refused) {
      works = false;
    }
  }
  function write(name, value, storage = "localStorage") {
    try {
      window[storage].setItem(name, value);
      return true;
    } catch (refused) {
      return false;
    }
  }

  function parse(text) {
    try {
      const kept = JSON.parse(text);
      const sound = Array.isArray(kept.cards) && typeof kept.used === "number";
      const cards = sound ? kept.cards.filter((card) => typeof card?.question === "string") : [];
      return cards.length ? { used: kept.used, cards } : null;
    } catch (broken) {
      return null;
    }
  }

  /* All conversations of the visitor, the latest first, with how many characters each takes. */
  function all() {
    const found = [];
    const start = prefix();
    let names = [];
    try {
      names = Object.keys(localStorage).filter((name) => name.startsWith(start));
    } catch (refused) {
      works = false;
    }
    for (const name of names) {
      const text = read(name);
      const kept = text && parse(text);
      if (kept) found.push({ id: name.slice(start.length), name, size: text.length, ...kept });
      else forget(name);
    }
    return found.sort((one, other) => other.used - one.used);
  }

  function keep(id, card) {
    const name = prefix() + id;
    const before = parse(read(name)) || { cards: [] };
    const cards = before.cards.filter((one) => identity(one) !== identity(card));
    // One that was proven anew stays where it was.
    const at = before.cards.findIndex((one) => identity(one) === identity(card));
    cards.splice(at < 0 ? cards.length : at, 0, card);
    const text = JSON.stringify({ used: Date.now(), cards: cards.slice(-MOST_CARDS) });
    const others = all().filter((one) => one.id !== id);
    let room = others.reduce((sum, one) => sum + one.size, text.length);
    while (others.length && (others.length >= MOST || room > ROOM)) {
      const oldest = others.pop();
      room -= oldest.size;
      forget(oldest.name);
    }
    while (!write(name, text)) {
      if (!others.length) {
        works = false;
        return;
      }
      forget(others.pop().name);
    }
    works = true;
  }

  function conversation() {
    if (!current) {
      current = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
      write(place(), current, "sessionStorage");
    }
    return current;
  }

  async function store(key) {
    stored.add(key);
    const id = belongs.get(key);
    try {
      const answer = await using().take(key);
      if (answer) keep(id, answer.card);
    } catch (gone) {
      stored.delete(key);
    }
  }

  function reopen(cards, reloaded) {
    const latest = using().fitting([...cards].reverse()).filter(Boolean).reverse();
    document.dispatchEvent(new CustomEvent("past", { detail: { cards: latest, reloaded } }));
  }

  // The page that is loaded anew shows what it showed before.
  function restore() {
    const id = read(place(), "sessionStorage");
    const kept = id && parse(read(prefix() + id));
    if (!kept) {
      forget(place(), "sessionStorage");
      return;
    }
    current = id;
    reopen(kept.cards, true);
  }

  function look() {
    const ready = document.querySelector(".masthead .status.ready");
    if (visitor() === undefined || !ready || !using()) return;
    const shown = document.querySelectorAll('#chat [data-testid="user"]').length > 0;
    if (!asked) {
      asked = true;
      if (!shown) restore();
    }
    if (leaving && filled && !shown) {
      current = null;
      leaving = false;
    }
    filled = shown;
    for (const row of using().rows()) {
      const key = using().keyOf(row);
      if (!belongs.has(key)) belongs.set(key, conversation());
      if (!stored.has(key)) store(key);
    }
  }

  // The panel

  const panel = () => using().part("#history");
  const busy = () => [...document.querySelectorAll("#stop")].some((button) => button.checkVisibility());

  function element(tag, text, attributes = {}) {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  function short(question) {
    const flat = question.replace(/\s+/g, " ").trim();
    return flat.length > 140 ? `${flat.slice(0, 139)}…` : flat;
  }

  function line(kept, w) {
    const question = short(kept.cards[0].question);
    const day = new Date(kept.used).toLocaleString(w.language === "en" ? "en-GB" : w.language, {
      dateStyle: "long",
      timeStyle: "short",
    });
    const count = kept.cards.length === 1 ? w.one_question : w.questions.replace("{number}", kept.cards.length);
    const about = document.createElement("div");
    const title = element("strong", question, { dir: "auto" });
    const open = kept.id === current ? ` · ${w.current}` : "";
    about.append(title, element("small", `${day} · ${count}${open}`));
    const item = document.createElement("li");
    item.dataset.id = kept.id;
    item.append(
      about,
      element("button", w.open, { type: "button", class: "open", "aria-label": w.open_about.replace("{question}", question) }),
      element("button", w.remove, {
        type: "button",
        class: "remove",
        "aria-label": w.remove_about.replace("{question}", question),
      }),
    );
    return item;
  }

  function list() {
    const w = using().words();
    const found = all();
    panel().querySelector("ul").replaceChildren(...found.map((kept) => line(kept, w)));
    const none = panel().querySelector(".none");
    none.hidden = works && found.length > 0;
    none.textContent = works ? w.history_none : w.history_off;
    const every = panel().querySelector(".remove-all");
    every.hidden = found.length === 0;
    every.textContent = w.remove_all;
    delete every.dataset.sure;
  }

  function open(id) {
    const w = using().words();
    const kept = parse(read(prefix() + id));
    if (busy()) return using().announce(w.busy);
    if (!kept) return list();
    panel().close();
    current = id;
    leaving = false;
    write(place(), id, "sessionStorage");
    reopen(kept.cards, false);
    return using().announce(w.opening);
  }

  function remove(item) {
    const next = item.nextElementSibling || item.previousElementSibling;
    drop(item.dataset.id);
    list();
    const after = next && [...panel().querySelectorAll("li")].find((one) => one.dataset.id === next.dataset.id);
    (after?.querySelector(".remove") || panel().querySelector(".keep")).focus();
    using().announce(using().words().removed);
  }

  function drop(id) {
    forget(prefix() + id);
    if (id === current) {
      current = null;
      forget(place(), "sessionStorage");
    }
  }

  function removeAll(button) {
    const w = using().words();
    if (!button.dataset.sure) {
      button.dataset.sure = "yes";
      button.textContent = w.remove_all_sure;
      return;
    }
    all().forEach((kept) => drop(kept.id));
    list();
    panel().querySelector(".keep").focus();
    using().announce(w.removed_all);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button");
    // The second click of a double click would fall on what came in the place of the first.
    if (!target || (event.detail > 1 && target.closest("#history"))) return;
    if (target.matches("#new-chat")) {
      leaving = true;
      forget(place(), "sessionStorage");
    } else if (target.matches("#history-open")) {
      list();
      panel().querySelector(".told").textContent = "";
      panel().showModal();
    } else if (target.matches("#history .open")) {
      open(target.closest("li").dataset.id);
    } else if (target.matches("#history .remove")) {
      remove(target.closest("li"));
    } else if (target.matches("#history .remove-all")) {
      removeAll(target);
    }
  });
  addEventListener("storage", () => using() && panel()?.open && list());

  window.tanyaChanged(look);
})();
