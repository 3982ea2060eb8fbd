// A session that has ended is told where the page was left, and what was typed stays: whoever logs in again in
// another tab goes on here.
(() => {
  "use strict";

  const words = JSON.parse(document.getElementById("session-words").textContent);
  const fetched = window.fetch;
  let told = null;

  window.fetch = async (...request) => {
    const response = await fetched(...request);
    if (response.status === 401) tell();
    if (response.ok && told) {
      told.remove();
      told = null;
    }
    return response;
  };

  function tell() {
    if (told) return;
    const { over, again } = words[document.documentElement.lang] || words.id;
    const link = Object.assign(document.createElement("a"), { href: "login", target: "_blank", rel: "noopener", textContent: again });
    told = Object.assign(document.createElement("div"), { id: "session-ended", role: "alert" });
    told.append(`${over} `, link);
    told.style.cssText = "position: fixed; inset: 0 0 auto; z-index: 9999; padding: .8rem 1rem; text-align: center; " +
      "background: Canvas; color: CanvasText; border-bottom: 2px solid; font: 1rem/1.5 system-ui, sans-serif;";
    link.style.color = "LinkText";
    document.body.prepend(told);
  }
})();
