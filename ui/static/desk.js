/* What the pages of the press desk do beyond their links and forms: they look again, and statements are copied. */
(() => {
  "use strict";

  const LONG_ENOUGH = 3000; // milliseconds that a button says it is done
  document.body.classList.add("scripted");

  // While the articles are read the page looks again.
  const reading = document.getElementById("reading");
  if (reading) setTimeout(() => location.reload(), 2000);

  const status = () => document.getElementById("copy-status");

  async function copy(button) {
    const { plain, html } = button.dataset;
    if (!(await window.tanyaCommon.copied(plain, html))) return window.tanyaCommon.byHand(plain);
    window.tanyaCommon.announce(status, status().dataset.copied);
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), LONG_ENOUGH);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (button) copy(button);
  });
})();
