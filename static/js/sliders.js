// Gives each number field of the page a slider of the same value; without this the fields work alone.
(function () {
  "use strict";
  const plain = (text) => text.normalize("NFKC").replace(/[,\s]/g, "");

  document.querySelectorAll("input[data-slider]").forEach((field) => {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "slider";
    slider.min = field.dataset.low;
    slider.max = field.dataset.high;
    slider.step = field.dataset.step;
    slider.value = plain(field.value) || field.dataset.low;
    slider.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`).textContent.trim());
    slider.addEventListener("input", () => {
      field.value = slider.value;
    });
    field.addEventListener("input", () => {
      const value = plain(field.value);
      if (value !== "" && Number.isFinite(Number(value))) {
        slider.value = value;
      }
    });
    field.after(slider);
  });
})();
