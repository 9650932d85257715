"use strict";

// A chart comes as an image. Here it becomes a drawing that answers: whoever points at a mark, or goes from one to the
// next by arrow keys, reads its figures; an entry of the legend dims the others; a place leads to its own table. Where
// anything of this fails, the image stays.
document.querySelectorAll("figure.chart img").forEach(enliven);

async function enliven(image) {
  const address = image.src;
  if (!image.naturalWidth) image.removeAttribute("src"); // so that it is drawn and sent once
  try {
    const answer = await fetch(address);
    const type = answer.headers.get("Content-Type") ?? "";
    if (!answer.ok || !type.startsWith("image/svg+xml")) throw new Error(type);
    const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    new Chart(image, document.importNode(drawing, true));
  } catch {
    image.src = address;
  }
}

class Chart {
  constructor(image, drawing) {
    this.figure = image.closest("figure");
    this.drawing = drawing;
    this.marks = [...drawing.querySelectorAll(".mark")].sort((one, other) => order(one) - order(other));
    this.byKey = new Map(this.marks.map((mark) => [key(mark), mark]));
    this.box = Object.assign(document.createElement("div"), { className: "figure-box", hidden: true });
    this.box.setAttribute("aria-hidden", "true"); // each mark says the same by its label
    drawing.setAttribute("role", "group");
    drawing.setAttribute("aria-label", image.alt);
    this.marks.forEach((mark) => mark.setAttribute("tabindex", -1));
    this.marks[0]?.setAttribute("tabindex", 0);
    this.leads();
    this.legend();
    image.replaceWith(drawing);
    this.figure.append(this.box);
    this.hint();
    const { figure } = this; // the drawing itself would take the focus if it listened
    figure.addEventListener("pointerover", (event) => {
      this.show(this.markAt(event.target) ?? this.markAt(document.activeElement));
    });
    figure.addEventListener("pointerleave", () => this.show(this.markAt(document.activeElement)));
    figure.addEventListener("focusin", (event) => this.show(this.markAt(event.target)));
    figure.addEventListener("focusout", () => this.show(null));
    figure.addEventListener("click", (event) => this.tap(event));
    figure.addEventListener("keydown", (event) => this.press(event));
  }

  // the mark itself, or that of the words beside it
  markAt(target) {
    const found = target?.closest?.(".mark, .by");
    return found && this.drawing.contains(found) ? this.byKey.get(key(found)) ?? null : null;
  }

  // a row of the table that leads somewhere lets its marks lead there too
  leads() {
    const rows = document.querySelectorAll("#table tbody tr");
    for (const mark of this.marks) {
      const link = rows[mark.dataset.row]?.querySelector("th a");
      if (!link) continue;
      mark.dataset.leads = link.href;
      mark.setAttribute("role", "link");
    }
  }

  legend() {
    const columns = [...new Set(this.marks.map((mark) => mark.dataset.column))].sort((one, other) => one - other);
    const entries = [...this.drawing.querySelectorAll(".role-legend-entry .role-scope > g")];
    if (entries.length !== columns.length || columns.length < 2) return;
    this.entries = entries;
    entries[0].closest(".role-legend").removeAttribute("aria-hidden");
    entries.forEach((entry, place) => {
      entry.dataset.entry = columns[place];
      entry.setAttribute("role", "button");
      entry.setAttribute("tabindex", 0);
      entry.setAttribute("aria-pressed", "false");
      entry.setAttribute("aria-label", entry.textContent);
    });
  }

  hint() {
    const words = this.entries ? this.figure.dataset.hintLegend : this.figure.dataset.hint;
    if (words) this.figure.append(Object.assign(document.createElement("p"), { className: "soft hint", textContent: words }));
  }

  show(mark) {
    this.box.hidden = !mark;
    if (!mark) return;
    const lines = mark.getAttribute("aria-label").split("\n");
    if (mark.dataset.leads) lines.push(this.figure.dataset.leads);
    this.box.replaceChildren(...lines.map((line, place) => {
      return Object.assign(document.createElement(place ? "span" : "b"), { textContent: line });
    }));
    const [at, around, own] = [mark, this.figure, this.box].map((each) => each.getBoundingClientRect());
    const left = at.left + at.width / 2 - own.width / 2 - around.left;
    const above = at.top - around.top - own.height - 8;
    const inside = Math.max(0, Math.min(left, around.width - own.width));
    this.box.style.left = `${inside + this.figure.scrollLeft}px`;
    this.box.style.top = `${above < 0 ? at.bottom - around.top + 8 : above}px`;
  }

  // a finger cannot point: its first tap on a mark shows the figures, the second leads on
  tap({ target, pointerType }) {
    const mark = this.markAt(target);
    const isNew = pointerType === "touch" && mark && mark !== this.tapped;
    if (pointerType === "touch") this.show(mark);
    this.tapped = mark;
    if (!isNew) this.act(target);
  }

  act(target) {
    const entry = target.closest("[data-entry]");
    if (entry) this.choose(entry);
    const mark = this.markAt(target);
    if (mark?.dataset.leads) location.assign(mark.dataset.leads);
  }

  // all but one entry are dimmed; a second time, none
  choose(entry) {
    const off = entry.getAttribute("aria-pressed") === "true";
    this.entries.forEach((each) => each.setAttribute("aria-pressed", String(each === entry && !off)));
    this.drawing.querySelectorAll("[data-column], [data-entry]").forEach((each) => {
      const column = each.dataset.column ?? each.dataset.entry;
      each.classList.toggle("dim", !off && column !== entry.dataset.entry);
    });
  }

  press(event) {
    if (!this.drawing.contains(event.target)) return undefined;
    if (event.key === "Escape") return this.show(null);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.act(event.target);
    }
    const next = this.next(this.markAt(event.target), event.key);
    if (!next) return undefined;
    event.preventDefault();
    this.marks.forEach((mark) => mark.setAttribute("tabindex", mark === next ? 0 : -1));
    return next.focus();
  }

  // to the right along a row, down along a column; where rows go from left to right, the other way round
  next(mark, pressed) {
    if (!mark) return null;
    const turned = this.figure.dataset.kind === "line" || this.figure.dataset.kind === "tiles";
    const across = turned ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    const down = turned ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const ends = { Home: this.marks[0], End: this.marks.at(-1) };
    if (pressed in ends) return ends[pressed];
    if (across.includes(pressed)) return this.marks[this.marks.indexOf(mark) + (pressed === across[0] ? -1 : 1)];
    if (!down.includes(pressed)) return null;
    const line = this.marks.filter(({ dataset }) => dataset.column === mark.dataset.column && dataset.pair === mark.dataset.pair);
    return line[line.indexOf(mark) + (pressed === down[0] ? -1 : 1)];
  }
}

function key({ dataset }) {
  return `${dataset.row},${dataset.column},${dataset.pair}`;
}

function order({ dataset }) {
  return dataset.row * 1e6 + dataset.column * 10 + Number(dataset.pair);
}
