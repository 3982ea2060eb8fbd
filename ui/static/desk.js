/* What the pages of the press desk do beyond their links and forms: they look again, and statements are copied. */
(() => {
  "use strict";

  const LONG_ENOUGH = 3000; // milliseconds that a button says it is done
  document.body.classList.add("scripted");

  // While the articles are read the page looks again.
  const reading = document.getElementById("reading");
  if (reading) setTimeout(() => location.reload(), 2000);

  const status = document.getElementById("copy-status");
  function announce(text) {
    status.textContent = "";
    // A screen reader speaks of a change: the same words twice are none.
    setTimeout(() => {
      status.textContent = text;
    }, 50);
  }

  async function copy(button) {
    const { plain, html } = button.dataset;
    if (await window.tanyaCopied(plain, html)) {
      announce(status.dataset.copied);
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), LONG_ENOUGH);
      return;
    }
    const dialog = document.getElementById("by-hand");
    const text = dialog.querySelector("textarea");
    text.value = plain;
    dialog.showModal();
    text.focus();
    text.select();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (button) copy(button);
  });
})();
