/* Copying text with its HTML, also where the page is not served over https. */
(() => {
  "use strict";

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
    let copied = false;
    const give = (event) => {
      event.clipboardData.setData("text/plain", plain);
      if (html) event.clipboardData.setData("text/html", html);
      event.preventDefault();
      event.stopImmediatePropagation();
      copied = true;
    };
    document.addEventListener("copy", give, { capture: true });
    try {
      copied = document.execCommand("copy") && copied;
    } catch (refused) {
      copied = false;
    }
    document.removeEventListener("copy", give, { capture: true });
    carrier.remove();
    selection.removeAllRanges();
    if (before) selection.addRange(before);
    return copied;
  }

  /* Whether text, and HTML where there is any, are in the clipboard now. */
  window.tanyaCopied = async (plain, html) => {
    try {
      const forms = { "text/plain": new Blob([plain], { type: "text/plain" }) };
      if (html) forms["text/html"] = new Blob([html], { type: "text/html" });
      await navigator.clipboard.write([new ClipboardItem(forms)]);
      return true;
    } catch (refused) {
      return copyByCommand(plain, html);
    }
  };
})();
