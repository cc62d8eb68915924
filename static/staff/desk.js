// Small comforts of the desk. Every page works without them.
(() => {
  "use strict";

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // j and k walk the queue, Enter follows the focused link by itself, ? shows the help.
  const startKeys = (list) => {
    const help = document.getElementById("keys-help");
    const toggle = document.getElementById("keys-on");
    const areOn = () => toggle === null || toggle.checked;
    if (toggle) {
      toggle.checked = localStorage.getItem("desk-keys") !== "off";
      toggle.addEventListener("change", () => localStorage.setItem("desk-keys", toggle.checked ? "on" : "off"));
    }
    const walk = (step) => {
      const links = [...list.querySelectorAll("a.case")];
      const at = links.indexOf(document.activeElement);
      const next = links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
      if (next) next.focus();
    };
    document.addEventListener("keydown", (event) => {
      if (!areOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "j") walk(1);
      else if (event.key === "k") walk(-1);
      else if (event.key === "?" && help) help.open = !help.open;
      else return;
      event.preventDefault();
    });
    document.querySelectorAll(".needs-script").forEach((part) => part.removeAttribute("hidden"));
  };

  // What was typed and not sent yet is not lost by leaving the page unawares.
  let isDirty = false;
  const watchForms = () => {
    document.addEventListener("input", (event) => {
      if (event.target.closest("form[data-guard]")) isDirty = true;
    });
    document.addEventListener("submit", (event) => {
      // A double click sends a form once.
      if (event.target.dataset.sent) event.preventDefault();
      event.target.dataset.sent = "yes";
      isDirty = false;
    });
    window.addEventListener("pageshow", () => {
      document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    });
    window.addEventListener("beforeunload", (event) => {
      if (isDirty) event.preventDefault();
    });
  };

  // While a rerun is on its way: ask again, and show the result without taking typed text away.
  const waitFor = (place) => {
    const ask = async () => {
      try {
        const answer = await fetch(place.dataset.poll, { headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const { state } = await answer.json();
        if (state !== place.dataset.state) {
          if (isDirty) {
            place.querySelector(".ready").hidden = false;
            return;
          }
          window.location.reload();
          return;
        }
      } catch {
        // The next round tries again.
      }
      setTimeout(ask, 2000);
    };
    setTimeout(ask, 1000);
  };

  // A quiet word before the session ends, with a way to stay.
  const warnBeforeEnd = (notice) => {
    const seconds = Number(notice.dataset.seconds);
    let timer;
    const start = () => {
      notice.hidden = true;
      clearTimeout(timer);
      timer = setTimeout(() => {
        notice.hidden = false;
      }, Math.max(seconds - 180, 5) * 1000);
    };
    notice.querySelector("button").addEventListener("click", async () => {
      const answer = await fetch(notice.dataset.stay);
      if (answer.ok && !answer.redirected) start();
    });
    start();
  };

  // Says now and then that this page is still open, and shows who else looks at the case.
  const sayHere = (place) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (!token) return;
    const ask = async () => {
      if (document.visibilityState === "visible") {
        try {
          const answer = await fetch(place.dataset.here, {
            method: "POST",
            headers: { Accept: "application/json", "X-CSRFToken": token.value },
          });
          if (!answer.ok || answer.redirected) return;
          const { others } = await answer.json();
          place.hidden = others.length === 0;
          place.textContent = others.length ? `${place.dataset.words} ${others.join(", ")}` : "";
        } catch {
          // The next round tries again.
        }
      }
      setTimeout(ask, 20000);
    };
    setTimeout(ask, 20000);
  };

  const list = document.querySelector("[data-keys]");
  if (list) startKeys(list);
  watchForms();
  document.querySelectorAll("[data-poll]").forEach(waitFor);
  document.querySelectorAll("[data-here]").forEach(sayHere);
  document.querySelectorAll("[data-stay]").forEach(warnBeforeEnd);
  const all = document.getElementById("action-toggle");
  if (all) {
    all.addEventListener("change", () => {
      document.querySelectorAll("input.action-select").forEach((box) => {
        box.checked = all.checked;
      });
    });
  }
})();
