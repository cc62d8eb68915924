// A quiet word some minutes before the session ends, with a way to stay.
// How long it goes on is asked once and remembered in this tab; near the end it is asked again.
(function () {
  "use strict";
  const notice = document.querySelector("[data-stay]");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (!notice || !token || !window.fetch) {
    return;
  }
  const early = 10 * 60 * 1000;
  const kept = "signed-in-until";
  let until = Number(sessionStorage.getItem(kept));
  let timer = 0;

  async function ask(options) {
    try {
      const answer = await fetch(notice.dataset.stay, options);
      if (!answer.ok || answer.redirected) {
        // Signed out already, here or elsewhere.
        clearInterval(timer);
        sessionStorage.removeItem(kept);
        until = 0;
        return;
      }
      until = Date.now() + (await answer.json()).seconds * 1000;
      sessionStorage.setItem(kept, until);
    } catch {
      // The next look tries again.
    }
  }

  async function look() {
    if (until - Date.now() <= early) {
      await ask({ headers: { Accept: "application/json" } });
    }
    const left = until - Date.now();
    notice.hidden = left > early || left <= 0;
  }

  notice.querySelector("button").addEventListener("click", async function () {
    await ask({ method: "POST", headers: { "X-CSRFToken": token.value } });
    await look();
  });
  timer = setInterval(look, 30 * 1000);
  look();
})();
