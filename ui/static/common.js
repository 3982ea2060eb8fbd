/* What the scripts share: changing the page only where it differs, and copying text, also without https. */
(() => {
  "use strict";

  const set = (element, name, value) => {
    if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  const put = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };
  // What the chat leaves of the attributes of its messages: see ui/chat/view.py.
  const keyOf = (row) => [...row.classList].find((name) => name.startsWith("key-")).slice(4);

  /* Has a screen reader say a text; `status` finds the element that it listens to. */
  function announce(status, text) {
    put(status(), "");
    // It speaks of a change: the same words twice are none.
    setTimeout(() => put(status(), text), 50);
  }

  function copyByCommand(plain, html) {
    // Where the page is not served over https, the newer way is not there at all.
    const carrier = document.createElement("pre");
    carrier.textContent = plain;
    carrier.style.cssText = "position: fixed; left: -200vw; user-select: text";
    document.body.append(carrier);
    const selection = getSelection();
    const before = selection.rangeCount ? selection.getRangeAt(0) : null;
    const range = document.createRange();
    range.selectNodeContents(carrier);
    selection.removeAllRanges();
    selection.addRange(range);
    let given = false;
    const give = (event) => {
      event.clipboardData.setData("text/plain", plain);
      if (html) event.clipboardData.setData("text/html", html);
      event.preventDefault();
      event.stopImmediatePropagation();
      given = true;
    };
    document.addEventListener("copy", give, { capture: true });
    try {
      given = document.execCommand("copy") && given;
    } catch (refused) {
      given = false;
    }
    document.removeEventListener("copy", give, { capture: true });
    carrier.remove();
    selection.removeAllRanges();
    if (before) selection.addRange(before);
    return given;
  }

  /* Whether text, and HTML where there is any, are in the clipboard now. */
  async function copied(plain, html) {
    try {
      const forms = { "text/plain": new Blob([plain], { type: "text/plain" }) };
      if (html) forms["text/html"] = new Blob([html], { type: "text/html" });
      await navigator.clipboard.write([new ClipboardItem(forms)]);
      return true;
    } catch (refused) {
      return copyByCommand(plain, html);
    }
  }

  /* Shows a text to be copied by hand. */
  function byHand(plain) {
    const dialog = document.getElementById("by-hand");
    const text = dialog.querySelector("textarea");
    text.value = plain;
    dialog.showModal();
    text.focus();
    text.select();
  }

  window.tanyaCommon = { set, put, keyOf, announce, copied, byHand };
})();
