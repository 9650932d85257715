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

// A link to a file that takes its time shows how far it is: by a number that goes along with the address.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-wait]");
  if (!link) return;
  const number = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const address = new URL(link.href);
  address.searchParams.set("wait", number);
  link.href = address;
  follow(link, link.dataset.wait + number);
});

async function follow(link, address) {
  const line = document.createElement("p");
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  line.className = "wait";
  bar.setAttribute("aria-label", link.textContent);
  words.setAttribute("role", "status");
  line.append(bar, " ", words);
  link.closest("section").querySelectorAll("p.wait").forEach((old) => old.remove());
  link.parentElement.after(line);
  // it begins a moment later, and when it is no longer there the file is on its way
  for (let missed = 0, begun = false; line.isConnected && !(begun && missed) && missed < 8; ) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const answer = await fetch(address).catch(() => null);
    if (answer?.status === 200) {
      const { words: said, share } = await answer.json();
      bar.value = share;
      words.textContent = said;
      [missed, begun] = [0, true];
    } else missed += 1;
  }
  line.remove();
}
