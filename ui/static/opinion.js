/* What a reader thinks of an answer: the thumbs under it, and the form that asks why. */
(() => {
  "use strict";

  const { set, put, keyOf } = window.tanyaCommon;

  // What was said on this page, by the key of the answer; the chat draws its messages anew, so it is put back.
  const said = new Map();
  let sending = Promise.resolve();

  const form = () => document.getElementById("opinion");
  const verdictOf = (thumb) => (thumb.classList.contains("up") ? "up" : "down");
  const ofRefusal = (row) => row.classList.contains("of-refusal");
  const rows = () => [...document.querySelectorAll("#chat .thumbs")];
  const announce = (text) => window.tanyaCommon.announce(() => document.getElementById("opinion-status"), text);

  function show() {
    const words = form()?.dataset;
    for (const row of words ? rows() : []) {
      const mine = said.get(keyOf(row));
      for (const thumb of row.querySelectorAll(".thumb")) {
        set(thumb, "aria-label", words[verdictOf(thumb)]);
        set(thumb, "aria-pressed", String(mine?.verdict === verdictOf(thumb)));
      }
      const told = row.querySelector(".said");
      // It is announced where it is said, and need not be read a second time.
      set(told, "aria-hidden", "true");
      put(told, mine?.told || "");
    }
  }

  async function post(opinion) {
    try {
      const reply = await fetch(new URL("feedback", location.origin + location.pathname), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(opinion),
      });
      return reply.ok ? "thanks" : reply.status === 404 ? "forgotten" : "unkept";
    } catch (gone) {
      return "unkept";
    }
  }

  // One after the other, so that what was said last is what is kept.
  function say(key, verdict, reason = null, correction = null) {
    const before = said.get(key);
    const mine = { verdict, reason, correction, told: "" };
    said.set(key, mine);
    show();
    sending = sending.then(async () => {
      const outcome = await post({ key, verdict, reason, correction });
      const told = form()?.dataset[outcome] || "";
      if (outcome === "thanks") mine.told = told;
      else if (said.get(key) === mine) said.set(key, { ...before, told });
      show();
      announce(told);
      return outcome === "thanks" ? "" : told;
    });
    return sending;
  }

  function ask(row) {
    const dialog = form();
    const fields = dialog.querySelector("form");
    const mine = said.get(keyOf(row));
    fields.reset();
    dialog.dataset.key = keyOf(row);
    for (const label of fields.querySelectorAll("label[data-of]")) {
      const input = label.querySelector("input");
      label.hidden = label.dataset.of !== "both" && (label.dataset.of === "refusal") !== ofRefusal(row);
      input.disabled = label.hidden;
      input.checked = input.value === mine?.reason;
    }
    fields.elements.correction.value = mine?.correction || "";
    problem("");
    dialog.showModal();
    (fields.querySelector("input:checked") || fields.querySelector("input:enabled")).focus();
  }

  function problem(text) {
    const notice = form().querySelector(".notice");
    notice.hidden = !text;
    put(notice, text);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button");
    if (target?.matches(".thumbs .thumb")) {
      const row = target.closest(".thumbs");
      const key = keyOf(row);
      const verdict = verdictOf(target);
      const mine = said.get(key);
      const saying = mine?.verdict !== verdict ? say(key, verdict) : null;
      if (verdict === "down") ask(row);
      else if (!saying) announce(mine.told);
      saying?.then((wrong) => wrong && form().open && form().dataset.key === key && problem(wrong));
    } else if (target?.matches("#opinion .close")) {
      form().close();
    }
  });

  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("#opinion form")) return;
    event.preventDefault();
    const dialog = form();
    const { key } = dialog.dataset;
    const { reason, correction } = event.target.elements;
    const wrong = await say(key, "down", reason.value || null, correction.value.trim() || null);
    if (dialog.dataset.key !== key || !dialog.open) return;
    if (wrong) problem(wrong);
    else dialog.close();
  });

  window.tanyaChanged(show);
})();
