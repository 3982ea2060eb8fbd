/* What is done with an answer: copying it, and downloading it or the whole conversation. */
(() => {
  "use strict";

  const { set, put, keyOf, copied, byHand } = window.tanyaCommon;

  // What the server gives of each answer on this page, by its key, as soon as the answer is complete: a browser
  // lets a script copy only while it still remembers the click.
  const taken = new Map();
  const told = new Map();
  const done = new Map();
  const LONG_ENOUGH = 3000; // milliseconds that a button says it is done
  let opener = null;
  let ofKey = null;

  const part = (selector) => document.querySelector(`#using ${selector}`);
  const words = () => JSON.parse(document.getElementById("using")?.dataset.words || "{}");
  const rows = () => [...document.querySelectorAll("#chat .uses")];
  const address = (name) => new URL(name, location.origin + location.pathname);
  // What is behind an open dialog is not read out.
  const status = () => part("#history[open] .told") || part("#using-status");
  const announce = (text) => window.tanyaCommon.announce(status, text);

  async function fetched(key) {
    const reply = await fetch(address(`answers/${key}`));
    if (reply.status === 404) return null;
    if (!reply.ok) throw new Error(reply.status);
    return reply.json();
  }

  /* The answer of a key: null where the server forgot it; refused where the server is gone, and asked for anew. */
  function take(key) {
    if (!taken.has(key)) {
      taken.set(key, fetched(key));
      taken.get(key).catch(() => taken.delete(key));
    }
    return taken.get(key);
  }

  // Copying

  async function copy(row, kind) {
    const key = keyOf(row);
    const answer = await answerOf(key);
    if (!answer) return;
    const plain = kind === "whatsapp" ? answer.whatsapp : answer.text;
    const w = words();
    if (await copied(plain, kind === "whatsapp" ? null : answer.html)) {
      sayDone(key, kind, kind === "whatsapp" ? w.copied_whatsapp : w.copied);
    } else {
      byHand(plain);
    }
  }

  async function answerOf(key) {
    let answer;
    try {
      answer = await take(key);
    } catch (gone) {
      say(key, words().offline);
      return null;
    }
    if (!answer) say(key, words().forgotten);
    return answer;
  }

  // What went wrong is said beside the button, and read out.
  function say(key, text) {
    if (key) told.set(key, text);
    show();
    announce(text);
  }

  // What went well is read out and seen on the button itself, so that nothing moves.
  function sayDone(key, kind, text) {
    told.delete(key);
    done.set(key, kind);
    show();
    announce(text);
    setTimeout(() => {
      if (done.get(key) === kind) done.delete(key);
      show();
    }, LONG_ENOUGH);
  }

  // Downloading

  function fileName(reply) {
    const named = /filename\*=UTF-8''([^;]+)/.exec(reply.headers.get("content-disposition") || "");
    return named ? decodeURIComponent(named[1]) : "tanya-berita";
  }

  async function save(key, request) {
    const w = words();
    let reply;
    try {
      reply = await request;
    } catch (gone) {
      return say(key, w.offline);
    }
    if (!reply.ok) return say(key, reply.status === 404 ? w.forgotten : w.offline);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = fileName(reply);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    return sayDone(key, "download", w.downloaded);
  }

  // The server takes a million bytes at once, and the framework writes every quotation mark in two characters.
  const MOST_SENT = 600000;

  /* The cards, each null from the one on that would be too much for the server. */
  function fitting(cards) {
    let sent = 0;
    return cards.map((card) => {
      sent += new Blob([JSON.stringify(card)]).size;
      return sent <= MOST_SENT ? card : null;
    });
  }

  async function conversation(kind) {
    // A server that was started anew knows the answers no more, but can prove their cards.
    const keys = rows().map(keyOf);
    const made = await Promise.all(keys.map((key) => take(key).catch(() => null)));
    const cards = fitting(made.map((answer) => answer?.card || null));
    const answers = keys.map((key, number) => ({ key, card: cards[number] }));
    const { language } = words();
    return fetch(address(`conversation.${kind}`), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ language, answers }),
    });
  }

  // The menu of forms

  const menu = () => part("#download-menu");
  const items = () => [...menu().querySelectorAll('[role="menuitem"]')].filter((item) => !item.hidden);
  const isOpen = () => Boolean(menu() && !menu().hidden);

  function openMenu(button) {
    const row = button.closest(".uses");
    opener = button;
    ofKey = row ? keyOf(row) : null;
    const w = words();
    for (const item of menu().querySelectorAll('[role="menuitem"]')) {
      item.hidden = !ofKey && !["docx", "md", "json"].includes(item.dataset.kind);
    }
    menu().querySelector("a").href = ofKey ? address(`answers/${ofKey}.html`) : "";
    set(menu(), "aria-label", ofKey ? w.download_about : w.conversation_about);
    set(menu().querySelector('[data-kind="json"]'), "title", w.card_about);
    menu().hidden = false;
    set(button, "aria-expanded", "true");
    const place = button.getBoundingClientRect();
    const size = menu().getBoundingClientRect();
    const below = place.bottom + size.height + 8 <= innerHeight || place.top < size.height + 8;
    const top = below ? place.bottom + 4 : place.top - size.height - 4;
    menu().style.top = `${Math.max(8, Math.min(top, innerHeight - size.height - 8))}px`;
    menu().style.left = `${Math.max(8, Math.min(place.left, document.documentElement.clientWidth - size.width - 8))}px`;
    items()[0].focus({ preventScroll: true });
  }

  function closeMenu(back) {
    if (!isOpen()) return;
    menu().hidden = true;
    // The chat may have drawn the row anew.
    const row = rows().find((one) => ofKey && keyOf(one) === ofKey);
    const button = opener?.isConnected ? opener : row?.querySelector(".download");
    set(button, "aria-expanded", "false");
    if (back) button?.focus({ preventScroll: true });
    opener = null;
  }

  function choose(item) {
    const { kind } = item.dataset;
    const key = ofKey;
    closeMenu(true);
    if (kind) save(key, key ? fetch(address(`answers/${key}.${kind}`)) : conversation(kind));
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button, a");
    if (target?.matches("#chat .uses .copy, #chat .uses .whatsapp")) {
      copy(target.closest(".uses"), target.matches(".copy") ? "copy" : "whatsapp");
    } else if (target?.matches(".use.download")) {
      if (isOpen() && opener === target) closeMenu(true);
      else if (target.closest(".uses") || rows().length) openMenu(target);
      else announce(words().nothing_to_download);
    } else if (target?.matches("#download-menu [role=menuitem]")) {
      choose(target);
    } else {
      closeMenu(false);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!isOpen() || !menu().contains(document.activeElement)) return;
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      closeMenu(true);
    } else if (event.key === "Tab") {
      closeMenu(true);
    }
  });
  addEventListener("resize", () => closeMenu(false));
  document.addEventListener("scroll", (event) => menu()?.contains(event.target) || closeMenu(false), true);

  // Rows that are drawn anew get back what the chat takes from them.
  function show() {
    const w = words();
    if (!w.copy) return;
    for (const row of rows()) {
      const key = keyOf(row);
      set(row.querySelector(".copy"), "title", w.copy_about);
      set(row.querySelector(".whatsapp"), "title", w.whatsapp_about);
      const download = row.querySelector(".download");
      set(download, "title", w.download_about);
      set(download, "aria-haspopup", "menu");
      if (opener !== download) set(download, "aria-expanded", "false");
      const said = row.querySelector(".told");
      set(said, "aria-hidden", "true");
      put(said, told.get(key) || "");
      for (const kind of ["copy", "whatsapp", "download"]) {
        row.querySelector(`.${kind}`)?.classList.toggle("done", done.get(key) === kind);
      }
      if (!taken.has(key)) take(key).catch(() => {});
    }
    const whole = document.getElementById("conversation-download");
    if (!whole) return;
    set(whole, "aria-disabled", String(!rows().length));
    whole.classList.toggle("done", done.get(null) === "download");
  }

  window.tanyaUsing = { take, fitting, rows, keyOf, words, announce, part };

  window.tanyaChanged(show);
})();
