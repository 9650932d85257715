/* Shows how far a file is on its way, and lets it be stopped; where it does not arrive, it stays chosen. Without this
   script the browser sends the form by itself. Written for old phones, as live.js is. */
(() => {
  "use strict";

  const by = id => document.getElementById(id);

  function make(tag, words, marks) {
    const made = Object.assign(document.createElement(tag), marks);
    made.textContent = words;
    return made;
  }

  function tend() {
    const form = by("answers");
    if (!form) return; // no file more is taken
    const words = JSON.parse(form.dataset.words), most = Number(form.dataset.most);
    const input = form.querySelector("[type=file]"), buttons = form.querySelector(".buttons");
    const told = make("p", ""), part = make("div", "", { hidden: true });
    const line = make("p", "", { id: "far" }), bar = make("progress", "", { max: 100 });
    const stop = make("button", words.stop, { type: "button", className: "quiet small" });
    let request = null;

    told.setAttribute("role", "status");
    bar.setAttribute("aria-labelledby", "far");
    part.append(line, bar, stop);
    buttons.before(part, told);

    function far(percent) {
      bar.value = percent;
      line.textContent = words.sending.replace("{}", percent);
    }

    function end(said) {
      request = null;
      part.hidden = true;
      told.textContent = said;
    }

    /* The page that came back tells what is wrong; only a file that is bad itself has to be chosen anew. */
    function again() {
      const came = new DOMParser().parseFromString(request.responseText, "text/html");
      const isBad = request.status === 413 || request.status === 422;
      end(words.unkept);
      if (!came.getElementById("errors")) return;
      document.title = came.title;
      by("main").replaceWith(document.importNode(came.getElementById("main"), true));
      const fresh = document.querySelector("#answers [type=file]");
      if (fresh && !isBad) fresh.files = input.files;
      by("errors").focus();
      tend();
    }

    function came() {
      if (request.status === 201) location.assign(request.getResponseHeader("Location"));
      else if (request.status === 200) location.assign(request.responseURL); // it was sent, or deleted, meanwhile
      else again();
    }

    function send() {
      const body = new FormData(form);
      body.append("go", "keep");
      request = new XMLHttpRequest();
      request.upload.onprogress = event => far(Math.floor((100 * event.loaded) / event.total));
      request.upload.onload = () => {
        stop.hidden = true; // from here on it may be kept whatever one does
        told.textContent = words.arrived;
      };
      request.onload = came;
      request.onerror = () => end(words.broken);
      request.onabort = () => end(words.stopped);
      request.open("POST", form.action);
      request.send(body);
      told.textContent = "";
      stop.hidden = part.hidden = false;
      far(0);
    }

    stop.onclick = () => {
      request.abort();
      buttons.querySelector("button").focus();
    };
    form.addEventListener("submit", event => {
      if (!input.files.length) return; // the page that comes back says so
      event.preventDefault();
      if (request) return;
      if (input.files[0].size > most) told.textContent = words.large;
      else send();
    });
  }

  tend();
})();
