/* The page's own behaviour: citations lead to their sources and back, and screen readers hear the page's language. */
(() => {
  "use strict";

  const fine = () => matchMedia("(pointer: fine)").matches;
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const scroll = (element, block) => element.scrollIntoView({ block, behavior: calm() ? "auto" : "smooth" });
  const { set } = window.tanyaCommon;
  let marker = null;
  let noticed = null;
  let greeted = false;

  function showSource(link) {
    const source = document.getElementById(link.hash.slice(1));
    if (!source) return;
    marker = link;
    openSheet();
    source.closest("details")?.setAttribute("open", "");
    // Set on the address as it is, because <base> would resolve the link to another one; this is what :target follows.
    if (location.hash === link.hash) history.replaceState(history.state, "", location.pathname + location.search);
    location.hash = link.hash;
    source.focus({ preventScroll: true });
    scroll(source, "start");
  }

  // Where there is no room beside the conversation, its sources lie over it as a sheet.
  const narrow = () => matchMedia("(max-width: 59.99rem), (max-height: 33.99rem)").matches;
  const sheet = () => document.getElementById("proof");
  const isOpen = () => "sheet" in document.documentElement.dataset;
  const beneath = () => document.querySelectorAll("#top, #talk");

  function openSheet() {
    if (!narrow() || !sheet() || isOpen()) return;
    document.documentElement.dataset.sheet = "";
    beneath().forEach((part) => (part.inert = true));
    set(sheet(), "role", "dialog");
    set(sheet(), "aria-modal", "true");
    set(sheet(), "aria-label", document.querySelector(".masthead")?.dataset.sheet || "");
  }

  function closeSheet(back = true) {
    if (!isOpen()) return;
    delete document.documentElement.dataset.sheet;
    beneath().forEach((part) => (part.inert = false));
    for (const name of ["role", "aria-modal", "aria-label"]) sheet()?.removeAttribute(name);
    if (back && marker?.isConnected) marker.focus({ preventScroll: true });
  }

  const menus = 'dialog[open], #download-menu:not([hidden])';

  /* Leaves what lies on top, or is going on: a sheet, the options, the change of a question, a source. */
  function leave() {
    const options = document.querySelector("#more");
    const source = document.activeElement.closest("#proof .source");
    if (isOpen()) {
      closeSheet();
    } else if (narrow() && options?.getAttribute("aria-expanded") === "true") {
      set(options, "aria-expanded", "false");
      options.focus({ preventScroll: true });
    } else if (document.querySelector(".notice .cancel")) {
      document.querySelector(".notice .cancel").click();
    } else if (source?.querySelector(".back")) {
      backToAnswer(source.querySelector(".back"));
    }
  }

  document.addEventListener("keydown", (event) => {
    // An open menu or dialog closes by itself, and Escape within an input method ends only that.
    if (event.key === "Escape" && !event.isComposing && !document.querySelector(menus)) leave();
    if (!isOpen() || event.key !== "Tab") return;
    // Focus goes around within the sheet.
    const stops = [...sheet().querySelectorAll("a[href], button, summary, [tabindex]")].filter((one) => one.checkVisibility());
    const [first, last] = [stops[0], stops.at(-1)];
    if (event.shiftKey ? document.activeElement === first : document.activeElement === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  });
  addEventListener("resize", () => narrow() || closeSheet(false));

  function backToAnswer(button) {
    closeSheet(false);
    const identifier = button.dataset.source;
    const links = [...document.querySelectorAll("#chat a")].filter((link) => link.hash === "#" + identifier);
    const link = marker?.isConnected && marker.hash === "#" + identifier ? marker : links[0];
    if (!link) return;
    link.focus({ preventScroll: true });
    scroll(link, "center");
  }

  function unfold(button, open) {
    set(button, "aria-controls", "limits");
    set(button, "aria-expanded", String(open));
  }

  function fillQuestion(text) {
    const question = document.querySelector("#question textarea");
    question.value = text;
    question.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The box is free for the next question as soon as one is on its way; one that did not arrive is put back.
  let sent = "";
  function sending() {
    const { value } = document.querySelector("#question textarea");
    if (!value.trim()) return;
    sent = value;
    fillQuestion("");
  }
  function unsent() {
    if (!document.querySelector("#question textarea").value) fillQuestion(sent);
  }

  // What a button within the chat wants done goes to the server by the part of the page that listens for it.
  const tell = (detail) => document.dispatchEvent(new CustomEvent("told", { detail }));

  function toQuestion() {
    document.querySelector("#question textarea")?.focus({ preventScroll: true });
  }

  function fold(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    const text = document.getElementById(button.getAttribute("aria-controls"));
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? button.dataset.less : button.dataset.more;
    text.classList.toggle("whole", open);
    scroll(text.querySelector("mark"), "center");
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a, button");
    if (isOpen() && !event.target.closest("#proof")) return closeSheet();
    if (!target) return;
    if (target.matches('a[href^="#src-"]')) {
      event.preventDefault();
      showSource(target);
    } else if (target.matches(".skip")) {
      event.preventDefault();
      toQuestion();
    } else if (target.matches(".example, #new-chat, #send, #stop")) {
      // These go away when they are used. A touch is spared the keyboard that would cover the answer.
      if (event.detail === 0 || fine()) toQuestion();
      else document.querySelector("#question textarea")?.blur();
      // Here and not in the reply: by then the next question may have been begun.
      if (target.id === "new-chat") fillQuestion("");
    } else if (target.matches("#limit")) {
      unfold(target, target.getAttribute("aria-expanded") !== "true");
    } else if (target.matches("#more")) {
      set(target, "aria-expanded", String(target.getAttribute("aria-expanded") !== "true"));
    } else if (target.matches("#article-chip")) {
      // A page that is loaded anew is not limited again.
      history.replaceState(history.state, "", location.pathname + location.hash);
      toQuestion();
    } else if (target.matches(".close-sheet")) {
      closeSheet();
    } else if (target.matches(".nearest-source")) {
      marker = target;
      openSheet();
      document.querySelector("#sources .nearest")?.focus({ preventScroll: true });
    } else if (target.matches("#no-limit")) {
      document.querySelector("#limit")?.focus({ preventScroll: true });
    } else if (target.matches(".again button")) {
      const turn = Number([...target.parentElement.classList].find((one) => one.startsWith("turn-")).slice(5));
      tell({ deed: target.matches(".change") ? "change" : "repeat", turn });
      toQuestion();
    } else if (target.matches(".notice .cancel")) {
      tell({ deed: "cancel" });
      toQuestion();
    } else if (target.matches(".adopt")) {
      fillQuestion(target.parentElement.querySelector(".asked").textContent);
      toQuestion();
    } else if (target.matches(".fold")) {
      fold(target);
    } else if (target.matches(".back")) {
      backToAnswer(target);
    }
  });

  // One begins by writing, but for the keyboard that a touch would bring up.
  function greet() {
    if (greeted || !document.querySelector("#question textarea")) return;
    greeted = true;
    if (fine() && document.activeElement === document.body) toQuestion();
  }

  function name() {
    const head = document.querySelector(".masthead");
    if (!head) return;
    const words = head.dataset;
    set(document.documentElement, "lang", words.language);
    const log = document.querySelector('#chat [role="log"]');
    set(log, "aria-label", words.chat);
    set(log, "tabindex", "0");
    // The framework names each message by its raw Markdown, in English.
    document.querySelectorAll('#chat [data-testid="user"], #chat [data-testid="bot"]').forEach((message) => {
      set(message, "role", "group");
      set(message, "aria-label", message.dataset.testid === "user" ? words.asked : words.answered);
    });
    for (const deed of ["change", "repeat"]) {
      document.querySelectorAll(`#chat .again .${deed}`).forEach((button) => {
        set(button, "aria-label", words[deed]);
        set(button, "title", words[deed]);
      });
    }
    document.querySelectorAll("#chat .badge").forEach((badge) => {
      set(badge, "title", words[[...badge.classList].find((kind) => kind in words)] || "");
    });
    document.querySelector("#chat .placeholder-content")?.removeAttribute("role");
    const more = document.querySelector("#more");
    const left = document.querySelector("#reach")?.textContent.trim();
    set(more, "aria-label", left ? `${words.options} (${left})` : words.options);
    set(more, "title", words.options);
    set(more, "aria-controls", "choices filters");
    if (more && !more.hasAttribute("aria-expanded")) set(more, "aria-expanded", "false");
    const chip = document.querySelector("#article-chip");
    set(chip, "title", words.unchip);
    // A conversation that was begun anew has no sources to lie over it.
    if (isOpen() && !document.querySelector("#sources .source, #earlier-sources .source")) closeSheet(false);
    const limit = document.querySelector("#limit");
    if (limit && !limit.hasAttribute("aria-expanded")) unfold(limit, false);
    const notice = document.querySelector("#notice [data-opens]");
    if (notice && notice !== noticed) {
      unfold(limit, true);
      set(more, "aria-expanded", "true");
    }
    noticed = notice;
    // Radio buttons of one group share a name, so that arrow keys move among them.
    document.querySelectorAll("#page-language, #answer-language").forEach((group) => {
      const title = group.querySelector('[data-testid="block-info"]');
      set(group, "role", "radiogroup");
      if (title) set(group, "aria-label", title.textContent.trim());
      group.querySelectorAll("input").forEach((input) => set(input, "name", group.id));
    });
  }

  // Whether the page is to look at the server again: while it shows that something is under way, and a little
  // after each action, in case the reply to an earlier look overtook the reply to the action.
  const AFTERWARDS = 3000;
  let acted = performance.now();
  let looks = 0;
  const act = () => {
    acted = performance.now();
    looks = 0;
  };
  document.addEventListener("click", act, true);
  // "Send" and "Stop" take each other's place: the second click of a double click would undo the first. Nor does a
  // key that is held send again and again.
  const stray = (event) =>
    event.type === "click"
      ? event.detail > 1 && event.target.closest("#send, #stop")
      : event.repeat && event.key === "Enter" && !event.shiftKey && event.target.matches("#question textarea");
  for (const sign of ["click", "keydown"]) {
    document.addEventListener(sign, (event) => stray(event) && (event.stopImmediatePropagation(), event.preventDefault()), true);
  }
  document.addEventListener("keydown", (event) => event.key === "Enter" && act(), true);
  const visible = (selector) => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility());

  function unfinished() {
    // Before the page was greeted in its language there is nothing to look for.
    if (!document.querySelector(".masthead")) return false;
    if (!visible("#stop, .preparing") && performance.now() - acted > AFTERWARDS) return false;
    looks += 1;
    // Where nothing comes for long, as with a server that is gone, every thirtieth beat will do.
    return looks < 300 || looks % 30 === 0;
  }

  let pressed = null;
  document.addEventListener("pointerdown", (event) => (pressed = event.target), true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, (event) => (end === "pointerup" && drawnAnew(event)?.click(), (pressed = null)), true);
  }

  // What stands now, the same to whoever sees it, in the place of what was pressed and drawn anew, for which there
  // is no click.
  function drawnAnew(event) {
    const before = pressed?.closest?.("a, button, summary");
    // A touch is a click on what is there when it ends.
    if (!before || before.isConnected || event.pointerType !== "mouse" || event.button !== 0) return null;
    const now = document.elementFromPoint(event.clientX, event.clientY)?.closest("a, button, summary");
    const alike = ["tagName", "className", "textContent", "href"].every((name) => now?.[name] === before[name]);
    // What the scripts set of attributes may not have been set yet.
    return alike ? now : null;
  }

  // Calls `act` now, or once the press that goes on has ended, and its click has been heard.
  function released(act) {
    if (!pressed) return act();
    const over = new AbortController();
    const ended = () => (over.abort(), setTimeout(act));
    for (const end of ["pointerup", "pointercancel"]) {
      document.addEventListener(end, ended, { capture: true, signal: over.signal });
    }
  }
  window.tanya = { unfinished, released, sending, unsent };

  // The latest question is kept at the top, as far as there is room, while its answer unfolds beneath; until the
  // reader goes elsewhere, by hand or by keyboard.
  let asked = 0;
  let following = false;
  const elsewhere = (event) => {
    if (!event.target.closest?.("#composer textarea") || /wheel|move/.test(event.type)) following = false;
  };
  for (const sign of ["wheel", "touchmove", "keydown", "pointerdown", "focusin"]) {
    document.addEventListener(sign, elsewhere, { capture: true, passive: true });
  }
  function follow() {
    const questions = document.querySelectorAll('#chat [data-testid="user"]');
    if (questions.length !== asked) following = questions.length > asked;
    asked = questions.length;
    if (following) scroll(questions[asked - 1], "start");
  }

  // Calls `act` once a frame after the page has changed; the other scripts use it as well.
  window.tanyaChanged = (act, more = {}) => {
    let waiting = false;
    const observe = () =>
      new MutationObserver(() => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          act();
        });
      }).observe(document.body, { subtree: true, childList: true, ...more });
    if (document.body) observe();
    else addEventListener("DOMContentLoaded", observe);
  };
  const changed = () => {
    looks = 0;
    greet();
    name();
    follow();
  };
  window.tanyaChanged(changed, { attributes: true, attributeFilter: ["aria-label", "name", "class"] });
})();
