/* What the articles' pages do beyond their links and forms: files are dropped, sent with progress, and followed. */
(() => {
  "use strict";

  const put = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const make = (name, className, text = "") => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  };

  // An address without its fragment leads to the highlighted words as well.
  const mark = document.getElementById("mark");
  if (mark && !location.hash) mark.scrollIntoView({ block: "center" });

  const suggestions = document.getElementById("suggestions");
  if (suggestions) suggest(suggestions, 10);

  // Questions are tried before they are offered, which the page does not wait for.
  async function suggest(part, tries) {
    let reply;
    try {
      reply = await fetch(part.dataset.address, { headers: { accept: "application/json" } });
    } catch (gone) {
      return;
    }
    if (reply.status === 503 && tries) return setTimeout(() => suggest(part, tries - 1), 2000);
    const told = reply.ok ? await reply.json() : [];
    part.querySelector("ul").replaceChildren(
      ...told.map((one) => {
        const item = make("li", "");
        const link = make("a", "", one.question);
        link.href = one.address;
        item.append(link);
        return item;
      }),
    );
    part.hidden = !told.length;
  }

  const form = document.getElementById("upload");
  if (form) upload(form);
  const job = document.getElementById("job");
  if (job) {
    showUnsent(job);
    follow(job);
  }

  // Files that were chosen and not sent are known to this tab alone.
  function keepUnsent(address, unsent) {
    sessionStorage.setItem(`unsent ${new URL(address, location.href).pathname}`, JSON.stringify(unsent));
  }

  function showUnsent(job) {
    const unsent = JSON.parse(sessionStorage.getItem(`unsent ${location.pathname}`));
    if (!unsent?.files.length) return;
    const list = make("ol", "files");
    list.append(...unsent.files.map((file) => fileItem(file)));
    job.append(make("h3", "", unsent.title), list);
  }

  function fileItem(file, ...rest) {
    const item = make("li", file.problem ? "refused" : "");
    const row = make("div", "row");
    const name = make("span", "name");
    name.append(make("bdi", "", file.name));
    row.append(name, " ", make("span", "head", file.size), " ", ...rest);
    item.append(row);
    if (file.problem) item.append(make("p", "reasons", file.problem));
    return item;
  }

  function upload(form) {
    const words = form.dataset;
    const input = form.querySelector("#files");
    const list = form.querySelector("#chosen");
    const status = form.querySelector(".chosen .status");
    const send = form.querySelector(".act button");
    const drop = form.querySelector(".drop");
    const formats = words.formats.split(" ");
    const number = new Intl.NumberFormat(words.language);
    let chosen = [];
    let sending = null;
    document.body.classList.add("scripted");
    // What is chosen is kept here, since files are chosen and dropped more than once.
    input.required = false;

    const size = (bytes) => {
      const [unit, scale] = bytes >= 2 ** 20 ? ["MB", 2 ** 20] : bytes >= 2 ** 10 ? ["KB", 2 ** 10] : ["B", 1];
      return `${number.format(Math.round(bytes / scale))} ${unit}`;
    };
    const problemOf = (file) => {
      if (!formats.some((ending) => file.name.toLowerCase().endsWith(ending))) return words.notRead;
      if (file.size === 0) return words.empty;
      if (file.size > Number(words.largest)) return words.large;
      return chosen.find((one) => one.name === file.name) !== file ? words.twice : "";
    };
    const good = () => chosen.filter((file) => !problemOf(file));
    const shown = (file) => ({ name: file.name, size: size(file.size), problem: problemOf(file) });

    function show() {
      list.replaceChildren(
        ...chosen.map((file, at) => {
          const out = make("button", "out quiet", "×");
          out.type = "button";
          out.setAttribute("aria-label", fill(words.takeOut, { name: file.name }));
          out.addEventListener("click", (event) => {
            // By a double click the next file has come under the pointer.
            if (event.detail > 1) return;
            chosen.splice(at, 1);
            show();
            (list.querySelectorAll(".out")[Math.min(at, chosen.length - 1)] || input).focus();
          });
          return fileItem(shown(file), make("span", "state"), out);
        }),
      );
      const sentence = good().length === 1 ? words.one : words.count;
      const total = good().reduce((sum, file) => sum + file.size, 0);
      put(status, chosen.length ? fill(sentence, { number: number.format(good().length), size: size(total) }) : "");
      status.classList.remove("warning");
    }

    function problem(text) {
      put(status, text);
      status.classList.add("warning");
      status.scrollIntoView({ block: "nearest" });
    }

    function add(files) {
      if (sending) return;
      chosen.push(...files);
      show();
    }

    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = "";
    });
    for (const name of ["dragenter", "dragover"]) {
      document.addEventListener(name, (event) => {
        if (![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    document.addEventListener("dragleave", (event) => event.relatedTarget || drop.classList.remove("over"));
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      // A folder is none: it has no bytes of its own and cannot be read.
      const items = [...event.dataTransfer.items].filter((one) => one.kind === "file");
      add(items.filter((one) => !one.webkitGetAsEntry?.()?.isDirectory).map((one) => one.getAsFile()));
    });

    // Files go one after the other in one form, so what was sent of it tells how far each of them is.
    function progress(files, sent, total) {
      const overhead = total - files.reduce((sum, file) => sum + file.size, 0);
      let before = overhead;
      const rows = [...list.children].filter((item) => !item.classList.contains("refused"));
      files.forEach((file, at) => {
        const share = Math.max(0, Math.min(1, (sent - before) / Math.max(1, file.size)));
        before += file.size;
        const row = rows[at];
        put(row.querySelector(".state"), share === 1 ? words.sent : fill(words.sending, { percent: Math.floor(share * 100) }));
        row.style.setProperty("--done", `${share * 100}%`);
      });
    }

    function done() {
      sending = null;
      send.disabled = false;
      form.removeAttribute("aria-busy");
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (sending) return;
      const files = good();
      if (!files.length) return problem(words.none);
      if (files.length > Number(words.files)) return problem(words.many);
      if (files.reduce((sum, file) => sum + file.size, 0) > Number(words.bytes)) return problem(words.total);
      const body = new FormData();
      for (const name of ["source", "published"]) body.append(name, form.elements[name].value);
      for (const file of files) body.append("files", file, file.name);
      sending = new XMLHttpRequest();
      sending.open("POST", form.action);
      sending.setRequestHeader("accept", "application/json");
      sending.responseType = "json";
      sending.upload.addEventListener("progress", (step) => progress(files, step.loaded, step.total));
      sending.addEventListener("load", () => {
        const { status: code, response } = sending;
        done();
        if (code === 202) {
          keepUnsent(response.report, { title: words.unsent, files: chosen.filter(problemOf).map(shown) });
          location.assign(response.report);
        } else problem(response?.said || response?.detail || words.notSent);
      });
      sending.addEventListener("error", () => {
        done();
        problem(words.notSent);
      });
      send.disabled = true;
      form.setAttribute("aria-busy", "true");
      progress(files, 0, files.reduce((sum, file) => sum + file.size, 0));
      sending.send(body);
    });
    // Only what is still being sent is lost with the page.
    addEventListener("beforeunload", (event) => sending && event.preventDefault());
  }

  function follow(job) {
    if (!["received", "reading", "indexing"].includes(job.dataset.state)) return;
    const heading = job.querySelector("#state");
    const hint = job.querySelector("#hint");
    let pause = 500;

    async function look() {
      let told = null;
      try {
        const reply = await fetch(job.dataset.address, { headers: { accept: "application/json" } });
        if (reply.status === 404) return location.reload();
        told = reply.ok ? await reply.json() : null;
      } catch (gone) {
        told = null;
      }
      if (told?.settled) return location.reload();
      if (told) {
        put(heading, told.said);
        put(hint, told.hint);
        told.files.forEach((file, at) => {
          const item = job.querySelector(`[data-file="${at}"]`);
          item.className = file.state;
          put(item.querySelector(".state"), file.said);
          const reasons = item.querySelector(".reasons");
          const texts = file.reasons.map((text, at) => (file.parts[at] ? `${file.parts[at]}: ${text}` : text));
          if (reasons.textContent !== texts.join("")) reasons.replaceChildren(...texts.map((text) => make("p", "", text)));
        });
      }
      pause = told ? Math.min(pause * 1.1, 2000) : Math.min(pause * 2, 10000);
      setTimeout(look, pause);
    }
    setTimeout(look, pause);
  }
})();
