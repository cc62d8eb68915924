// A quiet word some minutes before the session ends, with a way to stay.
// How long it goes on is asked once and remembered in this tab; near the end it is asked again.
(function () {
  "use strict";
  const notice = document.querySelector("[data-stay]");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (!notice || !token || !window.fetch) {
    return;
  }
  const bar = notice.firstElementChild, words = bar.querySelector("span"), button = bar.querySelector("button");
  const warning = words.textContent;
  const early = 10 * 60 * 1000;
  const kept = "signed-in-until";
  let until = Number(sessionStorage.getItem(kept));
  let timer = 0;

  async function ask(options) {
    try {
      const answer = await fetch(notice.dataset.stay, options);
      if (!answer.ok || answer.redirected) {
        if (!options.method) {
          // Signed out already, here or elsewhere.
          clearInterval(timer);
          sessionStorage.removeItem(kept);
          until = 0;
        }
        return false;
      }
      until = Date.now() + (await answer.json()).seconds * 1000;
      sessionStorage.setItem(kept, until);
      return true;
    } catch {
      // The next look tries again.
      return false;
    }
  }

  async function look() {
    if (until - Date.now() <= early) {
      await ask({ headers: { Accept: "application/json" } });
    }
    const left = until - Date.now();
    bar.hidden = left > early || left <= 0;
    if (bar.hidden) {
      words.textContent = warning;
      button.hidden = false;
    }
  }

  button.addEventListener("click", async function () {
    const stays = await ask({ method: "POST", headers: { "X-CSRFToken": token.value } });
    words.textContent = stays ? notice.dataset.stayed : notice.dataset.failed;
    if (stays) {
      // The word stays until the next look takes the bar away.
      button.hidden = true;
      document.getElementById("main").focus();
    }
  });
  timer = setInterval(look, 30 * 1000);
  look();
})();
