"use strict";

// A form that was sent says that it is at work, and is not sent twice by an impatient finger.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.classList.contains("busy")) event.preventDefault();
  form.classList.add("busy");
  form.setAttribute("aria-busy", "true");
});
// the browser's way back shows the page as it was left
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.busy")) {
    form.classList.remove("busy");
    form.removeAttribute("aria-busy");
  }
});
