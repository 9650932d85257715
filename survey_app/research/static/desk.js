"use strict";

// A form that was sent says that it is at work, and is not sent twice by an impatient finger.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.classList.contains("busy")) event.preventDefault();
  form.classList.add("busy");
  form.setAttribute("aria-busy", "true");
  setTimeout(rest, 5000, form); // what is answered by a file leaves the page where it is
});
// the browser's way back shows the page as it was left
window.addEventListener("pageshow", () => document.querySelectorAll("form.busy").forEach(rest));

function rest(form) {
  form.classList.remove("busy");
  form.removeAttribute("aria-busy");
}
