// Sends files in pieces, shows how far each has come, and goes on after a broken connection.
// Without this the form of the page works alone.
(function () {
  "use strict";
  const form = document.getElementById("upload");
  if (!form || !window.fetch || !Blob.prototype.slice) {
    return;
  }
  const words = form.dataset;
  const list = document.getElementById("progress");
  const told = document.getElementById("told");
  const refused = document.getElementById("refused");
  const papers = form.querySelector("input[type=file][multiple]");
  const camera = document.getElementById("camera");
  const button = form.querySelector("button.button");
  const waits = [1, 2, 4, 8, 15];
  const photos = [];
  let busy = false;

  class Refused extends Error {}
  class Stopped extends Error {}
  class Gone extends Error {}

  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const tell = (text) => {
    told.textContent = text;
  };

  async function fingerprint(file) {
    if (!window.crypto || !crypto.subtle) {
      return "";
    }
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // A page that was open for long, or signed in anew elsewhere, needs the token of now.
  async function renew() {
    const page = await (await fetch(location.pathname, { headers: { "X-Requested-With": "upload" } })).text();
    const fresh = new DOMParser().parseFromString(page, "text/html");
    const field = fresh.querySelector("#upload [name=csrfmiddlewaretoken]");
    if (!field) {
      return null;
    }
    form.querySelector("[name=csrfmiddlewaretoken]").value = field.value;
    return fresh;
  }

  async function call(to, options) {
    const headers = { "X-CSRFToken": token(), "X-Requested-With": "upload", ...(options.headers || {}) };
    const answer = await fetch(to, { ...options, headers, credentials: "same-origin" });
    const kind = answer.headers.get("Content-Type") || "";
    const body = kind.includes("json") ? await answer.json() : {};
    return { status: answer.status, ok: answer.ok && kind.includes("json"), body };
  }

  // Network trouble and our own failures are tried again; what the file itself is refused for is not.
  async function insist(act, file) {
    let renewed = false;
    for (let tries = 0; ; tries += 1) {
      let answer = null;
      try {
        answer = await act();
      } catch {
        // No answer came: the connection is broken, so it is tried again.
      }
      if (answer && (answer.ok || (answer.status === 409 && "offset" in answer.body))) {
        return answer.body;
      }
      if (answer && answer.status === 403 && !renewed) {
        renewed = true;
        await renew();
        continue;
      }
      if (answer && answer.status === 404) {
        throw new Gone(words.stopped);
      }
      if (answer && answer.status === 401) {
        throw new Stopped(answer.body.problems.join(" "));
      }
      if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
        throw new Refused((answer.body.problems || [words.stopped]).map((text) => `${file.name}${words.colon}${text}`).join(" "));
      }
      if (tries >= waits.length) {
        throw new Stopped(words.stopped);
      }
      tell(words.lost);
      const pause = answer && answer.body.wait ? answer.body.wait : waits[tries];
      await new Promise((go) => {
        const timer = setTimeout(go, pause * 1000);
        window.addEventListener("online", () => { clearTimeout(timer); go(); }, { once: true });
      });
    }
  }

  function show(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = file.size || 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    row.append(name, bar);
    list.append(row);
    list.hidden = false;
    return { row, bar };
  }

  // What is no longer there arrived whole with its answer lost, or expired: beginning anew is safe for both.
  async function send(file, shown) {
    try {
      await sendOnce(file, shown);
    } catch (error) {
      if (!(error instanceof Gone)) {
        throw error;
      }
      await sendOnce(file, shown);
    }
  }

  async function sendOnce(file, shown) {
    const sha256 = await fingerprint(file);
    const fields = () => {
      const data = new FormData();
      data.set("kind", form.elements.kind.value);
      data.set("issued_on", form.elements.issued_on.value);
      data.set("name", file.name);
      data.set("declared_type", file.type);
      data.set("size_bytes", String(file.size));
      data.set("sha256", sha256);
      return data;
    };
    tell(`${words.sending}${words.colon}${file.name}`);
    const begun = await insist(() => call(words.begin, { method: "POST", body: fields() }), file);
    let offset = begun.offset;
    for (let done = false; !done; ) {
      shown.bar.value = offset;
      const at = offset;
      // All may have come already, with only our last answer lost: the last piece again ends it.
      const start = at >= file.size ? Math.max(0, Math.floor((file.size - 1) / begun.piece) * begun.piece) : at;
      const body = file.slice(start, start + begun.piece);
      const headers = { "Upload-Offset": String(start), "Content-Type": "application/octet-stream" };
      const answer = await insist(() => call(begun.to, { method: "POST", body, headers }), file);
      offset = answer.offset;
      done = Boolean(answer.done);
    }
    shown.bar.value = file.size;
    tell(`${file.name} ${words.arrived}`);
  }

  async function refresh() {
    const fresh = await renew().catch(() => null);
    const files = fresh && fresh.getElementById("files");
    if (files) {
      document.getElementById("files").replaceWith(files);
      if (window.htmx) {
        window.htmx.process(files);
      }
    }
  }

  function complain(problems, canRetry) {
    refused.replaceChildren();
    refused.hidden = problems.length === 0;
    if (!problems.length) {
      return;
    }
    const title = document.createElement("h2");
    title.textContent = words.failed;
    const lines = document.createElement("ul");
    problems.forEach((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      lines.append(line);
    });
    refused.append(title, lines);
    if (canRetry) {
      const again = document.createElement("button");
      again.type = "button";
      again.className = "button second";
      again.textContent = words.again;
      again.addEventListener("click", () => start());
      refused.append(again);
    }
    refused.focus();
  }

  let waiting = [];

  async function start() {
    if (busy) {
      return;
    }
    busy = true;
    button.disabled = true;
    list.replaceChildren();
    complain([], false);
    const problems = [];
    const left = [];
    for (const file of waiting) {
      const shown = show(file);
      try {
        await send(file, shown);
      } catch (error) {
        problems.push(error.message);
        if (!(error instanceof Refused)) {
          left.push(file);
        } else {
          shown.row.remove();
        }
        tell("");
      }
    }
    waiting = left;
    busy = false;
    button.disabled = false;
    if (!left.length) {
      papers.value = "";
      camera.value = "";
      photos.length = 0;
      list.hidden = true;
    }
    await refresh();
    complain(problems, left.length > 0);
  }

  form.addEventListener("submit", (event) => {
    waiting = [...papers.files, ...photos];
    // Without files the page itself tells what is missing; with files it would lose them, so it is told here.
    if (!waiting.length) {
      return;
    }
    event.preventDefault();
    if (form.elements.kind.value) {
      start();
    } else {
      complain([words.kind], false);
    }
  });

  if (window.matchMedia("(pointer: coarse)").matches) {
    camera.closest("[data-camera]").hidden = false;
    camera.addEventListener("change", () => {
      photos.push(...camera.files);
      tell(photos.map((file) => file.name).join(" "));
    });
  }

  window.addEventListener("beforeunload", (event) => {
    if (busy) {
      event.preventDefault();
    }
  });
})();
