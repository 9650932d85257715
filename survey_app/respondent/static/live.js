/* The respondent's pages, live. A comfort, never a rule: without this script every page works, and whatever it
   shows, hides or keeps, the server judges again. Written for old phones (Chrome 70, WeChat's X5, Safari 11). */
(function () {
  "use strict";

  /* ---- Expressions: the trees that the page carries, by the rules told in expressions/evaluation.py. A value is a
     text, a number, a condition, a list, or a date: {day, us}, days since 1970-01-01 and, where it has a time,
     microseconds of that day. Spaces, digits and rounding are those of the server's language, not of this one. */

  const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
  const EDGES = new RegExp("^" + SPACE + "+|" + SPACE + "+$", "g");
  const SPACES = new RegExp(SPACE + "+");
  const HALF = /[\ud800-\udfff]/gu; // half a character, as only a broken device sends it
  const DAY = 864e8;

  const strip = words => words.replace(EDGES, "");
  const characters = words => [...words];
  const isRecord = value => typeof value === "object" && !Array.isArray(value);
  const isBlank = value => value === "" || (Array.isArray(value) && !value.length);

  function valueOf(answer, depth) {
    if (answer === null || answer === undefined) return "";
    if (typeof answer !== "object" || answer.us !== undefined) return answer;
    return depth ? Object.keys(answer).map(key => valueOf(answer[key], depth - 1)) : "";
  }

  function dayOf(year, month, day) {
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    return year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date / 864e5 : NaN;
  }

  const WHEN = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|[+-](\d\d):(\d\d))?)?$/;

  function moment(value) {
    if (isRecord(value)) return value;
    const found = typeof value === "string" && WHEN.exec(value);
    if (!found) return null;
    const part = number => Number(found[number] || 0);
    const day = dayOf(part(1), part(2), part(3));
    if (isNaN(day) || part(4) > 23 || part(5) > 59 || part(6) > 59 || part(8) * 60 + part(9) > 1439) return null;
    const fraction = Math.floor(("." + (found[7] || 0)).slice(0, 7) * 1e6 + 0.1);
    return { day, us: found[4] ? (part(4) * 3600 + part(5) * 60 + part(6)) * 1e6 + fraction : null };
  }

  function halfEven(number) {
    const low = Math.floor(number);
    return number - low === 0.5 ? low + Math.abs(low % 2) : Math.round(number);
  }

  function later(when, days) {
    if (!isFinite(days)) return null;
    const whole = Math.trunc(days);
    const us = when.us === null && whole === days ? null : when.us + halfEven((days - whole) * DAY);
    const over = Math.floor(us / DAY), last = when.day + whole + over;
    return last < -719162 || last > 2932896 ? null : { day: last, us: us === null ? null : us - over * DAY };
  }

  const days = when => when.day + (when.us === null ? 0 : when.us / 1e6 / 86400);

  function dateText(when) {
    const seconds = Math.floor((when.us || 0) / 1e6);
    return new Date(when.day * 864e5 + seconds * 1e3).toISOString().slice(0, when.us === null ? 10 : 19);
  }

  function numberText(number) {
    const found = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(number));
    if (!found) return number === 0 ? "0" : String(number);
    const digits = found[2] + (found[3] || ""), power = Number(found[4]);
    return found[1] + (power < 0 ? "0." + "0".repeat(-power - 1) + digits : digits.padEnd(power + 1, "0"));
  }

  function text(value) {
    if (typeof value === "number") return numberText(value);
    if (Array.isArray(value)) return value.map(text).join(" ");
    return typeof value === "object" ? dateText(value) : String(value);
  }

  function number(value) {
    if (typeof value === "number") return value;
    if (typeof value === "boolean") return value ? 1 : 0;
    const written = Array.isArray(value) ? text(value) : value;
    const when = moment(written);
    if (when) return days(when);
    if (/^[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*$/.test(written)) return Number(written);
    const clock = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(written);
    return clock ? (clock[1] * 3600 + clock[2] * 60 + Number(clock[3] || 0)) / 86400 : NaN;
  }

  function truth(value) {
    if (typeof value === "number") return value !== 0 && !isNaN(value);
    return typeof value === "boolean" ? value : !isBlank(value);
  }

  function equal(left, right) {
    const some = kind => typeof left === kind || typeof right === kind;
    if (some("boolean")) return some("string") ? text(left) === text(right) : truth(left) === truth(right);
    return some("number") || isRecord(left) || isRecord(right) ? number(left) === number(right) : text(left) === text(right);
  }

  function moved(left, right, sign) {
    const first = moment(left), second = moment(right);
    if (first && !second) return later(first, sign * number(right)) || NaN;
    if (second && !first && sign > 0) return later(second, number(left)) || NaN;
    return number(left) + sign * number(right);
  }

  function flat(values) {
    return values.reduce((found, value) => found.concat(Array.isArray(value) ? flat(value) : value), []);
  }

  const answered = values => flat(values).filter(value => value !== "");
  const codes = value => (Array.isArray(value) ? answered(value).map(text) : text(value).split(SPACES).filter(Boolean));
  const whole = rounded => value => rounded(number(value)) + 0; // + 0: there is no negative zero among whole numbers

  function extreme(isBetter) {
    return (...values) => {
      const numbers = answered(values).map(number);
      if (!numbers.length || numbers.some(isNaN)) return NaN;
      return numbers.reduce((best, next) => (isBetter(next, best) ? next : best));
    };
  }

  /* Up at one half, on the digits as they are written: 2.675 to two places is 2.68. */
  function round(value, places) {
    const given = number(value), shift = Math.trunc(Math.max(-400, Math.min(places === undefined ? 0 : number(places), 400)));
    if (isNaN(shift) || !isFinite(given)) return isNaN(shift) ? NaN : given;
    const found = /^(-?)(\d*)\.?(\d*)$/.exec(numberText(given));
    const digits = found[2] + found[3], point = found[2].length + shift;
    if (point >= digits.length) return given + 0;
    const kept = point > 0 ? digits.slice(0, point) : "0", rest = point < 0 ? "0" : digits.slice(point);
    const isUp = found[1] ? /^[5-9]/.test(rest) && !/^50*$/.test(rest) : /^[5-9]/.test(rest);
    return Number(found[1] + (isUp ? oneMore(kept) : kept) + "e" + -shift) + 0;
  }

  function oneMore(digits) {
    const found = /^(\d*?)(9*)$/.exec(digits), head = found[1];
    const raised = head ? head.slice(0, -1) + (Number(head.slice(-1)) + 1) : "1";
    return raised + "0".repeat(found[2].length);
  }

  /* The server matches with RE2: "." is all but a new line there, which here would leave out three more. A pattern
     that only an older reading takes, as one with \- in it, is read without the flag u. */
  function matches(value, pattern) {
    const subject = text(value).replace(HALF, "?").replace(/[\r\u2028\u2029]/g, "\x85"), written = "^(?:" + pattern + ")$";
    if (characters(subject).length > 1000) return false;
    try {
      return new RegExp(written, "u").test(subject);
    } catch (error) {
      return new RegExp(written).test(subject);
    }
  }

  const FUNCTIONS = {
    or: (...conditions) => conditions.some(truth),
    and: (...conditions) => conditions.every(truth),
    "=": equal,
    "!=": (left, right) => !equal(left, right),
    "<": (left, right) => number(left) < number(right),
    "<=": (left, right) => number(left) <= number(right),
    ">": (left, right) => number(left) > number(right),
    ">=": (left, right) => number(left) >= number(right),
    "+": (left, right) => moved(left, right, 1),
    "-": (left, right) => moved(left, right, -1),
    "*": (left, right) => number(left) * number(right),
    div: (left, right) => number(left) / number(right),
    mod: (left, right) => number(left) % number(right),
    negate: value => -number(value),
    abs: value => Math.abs(number(value)),
    boolean: truth,
    ceiling: whole(Math.ceil),
    coalesce: (...values) => values.reduce((found, value) => (isBlank(found) && !isBlank(value) ? value : found), ""),
    contains: (value, part) => text(value).includes(text(part)),
    count: value => (Array.isArray(value) ? value.length : Number(value !== "")),
    "count-non-empty": value => [].concat(value).filter(entry => !isBlank(entry)).length,
    "count-selected": value => codes(value).length,
    date: value => {
      const when = typeof value === "number" ? later({ day: 0, us: null }, value) : moment(value);
      return when ? { day: when.day, us: null } : "";
    },
    "ends-with": (value, end) => text(value).endsWith(text(end)),
    false: () => false,
    floor: whole(Math.floor),
    if: (condition, then, otherwise) => (truth(condition) ? then : otherwise),
    int: whole(Math.trunc),
    max: extreme((next, best) => next > best),
    min: extreme((next, best) => next < best),
    not: value => !truth(value),
    number,
    pow: (value, exponent) => Math.pow(number(value), number(exponent)),
    regex: matches,
    round,
    selected: (value, code) => codes(value).includes(strip(text(code))),
    "selected-at": (value, place) => codes(value)[number(place) >= 0 ? Math.trunc(number(place)) : -1] || "",
    "starts-with": (value, start) => text(value).startsWith(text(start)),
    string: text,
    "string-length": value => characters(text(value)).length,
    sum: (...values) => answered(values).reduce((total, value) => total + number(value), 0),
    true: () => true,
  };

  function row(answer, name) {
    const of = entry => (entry && isRecord(entry) ? entry[name] : "");
    return Array.isArray(answer) ? answer.map(of) : of(answer);
  }

  /* What a tree comes to. scope: {answer(name), own, today}. */
  function run(tree, scope) {
    if (!Array.isArray(tree)) return tree;
    const name = tree[0];
    if (name === "q") {
      const answer = scope.answer(tree[1]);
      return valueOf(tree.length > 2 ? row(answer, tree[2]) : answer, 4);
    }
    if (name === "self") return valueOf(scope.own, 4);
    const values = tree.slice(1).map(argument => run(argument, scope));
    return name === "today" ? scope.today : FUNCTIONS[name](...values);
  }

  /* ---- Answers: what was typed into a question's controls, as the server will read it; undefined where it will not
     take it. `typed(end)` gives the values of the control whose name ends so. */

  function clean(words) {
    const plain = words.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "");
    return strip(plain.replace(HALF, "\ufffd"));
  }

  const one = typed => clean(typed("")[0] || "");
  const plain = typed => strip(one(typed).normalize("NFKC").replace("\u2212", "-"));

  function within(question, value) {
    return value < question.min || value > question.max ? undefined : value;
  }

  function numeric(pattern) {
    return (question, typed) => {
      const written = plain(typed), value = Number(written);
      return pattern.test(written) && Math.abs(value) <= 1e15 ? within(question, value) : undefined;
    };
  }

  const READ = {
    select_one: (question, typed) => one(typed) || undefined,
    select_multiple: (question, typed) => {
      const given = typed(""), chosen = question.options.filter(code => given.includes(code));
      const alone = chosen.some(code => question.alone.includes(code));
      const fits = alone ? chosen.length === 1 : !(chosen.length > question.most || chosen.length < question.fewest);
      return chosen.length && fits ? chosen : undefined;
    },
    integer: numeric(/^[+-]?\d{1,16}(?:\.0+)?$/),
    decimal: numeric(/^[+-]?(?:\d{1,16}(?:\.\d{0,12})?|\.\d{1,12})$/),
    text: (question, typed) => {
      const words = question.multiline ? one(typed) : one(typed).replace(/\n/g, " ");
      return words && characters(words).length <= question.length ? words : undefined;
    },
    date: (question, typed) => {
      const found = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]00:00(?::00(?:\.0+)?)?)?$/.exec(plain(typed));
      if (!found) return undefined;
      const day = dayOf(Number(found[1]), Number(found[2]), Number(found[3]));
      return isNaN(day) ? undefined : within(question, dateText({ day, us: null }));
    },
    checklist: (question, typed) => {
      const rows = {};
      question.rows.forEach(name => {
        const code = clean(typed("-" + name)[0] || "");
        if (code) rows[name] = code;
      });
      return Object.keys(rows).length ? rows : undefined;
    },
  };

  /* A worked-out value as it is kept. */
  function canonical(value) {
    if (typeof value === "number") return isFinite(value) ? value : undefined;
    if (typeof value === "boolean") return value;
    return text(value) || undefined;
  }

  READ.scale = READ.select_one;
  window.surveyLive = { run, text, truth, names: Object.keys(FUNCTIONS) };

  /* ---- The page. `live` is what the server tells the script; nothing that it says is ever read as markup. */

  const by = id => document.getElementById(id);
  const told = by("live");
  if (!told) return;
  const live = JSON.parse(told.textContent);
  const form = by("answers");
  const nodes = {}; // by the id of the part of the page in which the question is asked
  const away = {}; // what was taken from the page, with all that was typed into it
  const all = (selector, root) => [...(root || form).querySelectorAll(selector)];
  const named = name => all('[name="' + name + '"]');
  const isBox = one => /radio|checkbox/.test(one.type);
  const values = name => named(name).filter(one => !isBox(one) || one.checked).map(one => one.value);

  function make(tag, words, marks) {
    const made = Object.assign(document.createElement(tag), marks);
    made.textContent = words;
    return made;
  }

  function speaker(marks) {
    const made = make("p", "", Object.assign({ className: "hint" }, marks));
    made.setAttribute("role", "status");
    return made;
  }

  function say(place, words) {
    if (place && place.textContent !== words) place.textContent = words;
  }

  /* ---- Relevance, at once. A question that is not asked waits in a template; one that goes is taken out of the
     form, so that it is not sent, and comes back as it was. */

  let answers, scope, isNews;

  function bring(id) {
    const gap = by("later-" + id);
    if (by(id) || !gap) return;
    gap.before(away[id] || document.importNode(gap.content, true));
    isNews = true;
    tend(by(id).parentNode);
  }

  function take(id) {
    const part = by(id);
    if (!part) return;
    if (!by("later-" + id)) part.before(make("template", "", { id: "later-" + id }));
    away[id] = part;
    part.remove();
  }

  function note(question) {
    nodes["ask-" + question.name] = question;
    (question.questions || []).forEach(note);
  }

  function visit(question) {
    const id = "ask-" + question.name, part = by(id);
    const isAsked = question.fixed ? part : !("relevant" in question) || truth(run(question.relevant, scope));
    if (question.type === "calculate") return work(question, part, isAsked);
    if ("relevant" in question) (isAsked ? bring : take)(id);
    if (isAsked && question.questions) question.questions.forEach(visit);
    return isAsked && question.read && read(question);
  }

  function work(question, part, isAsked) {
    if (!("calculation" in question)) return;
    const value = isAsked ? canonical(run(question.calculation, scope)) : undefined;
    if (value !== undefined) answers[question.name] = value;
    if (!part) return;
    part.hidden = value === undefined;
    part.querySelector("strong").textContent = text(typeof value === "number" ? Number(value.toPrecision(12)) : value);
  }

  function read(question) {
    const name = "q-" + question.name, value = READ[question.type](question, end => values(name + end));
    scope.own = value;
    if (value === undefined || ("constraint" in question && !truth(run(question.constraint, scope)))) return;
    answers[question.name] = value;
    const words = clean(values(name + "_other")[0] || "");
    if (words && characters(words).length < 201 && question.specify.some(code => [].concat(value).includes(code))) {
      answers[question.name + "_other"] = words;
    }
  }

  function update() {
    answers = Object.assign({}, live.answers);
    scope = { today: moment(live.today), answer: name => answers[name] };
    live.questions.forEach(visit);
    all(".specify").forEach(part => {
      part.hidden = !all("[data-specify]", part.closest(".question")).some(one => one.checked || one.selected);
    });
    shown.value = all('[id^="ask-"]').map(one => one.id).join(" ");
    const isMore = isNews;
    if (isMore && isReady) say(status, live.words.more);
    isNews = false;
    return isMore;
  }

  /* ---- Choices: what stands alone stands alone at once; of at most so many, one more is refused in words. */

  function choose(box) {
    const part = box.closest(".question"), node = nodes[part.id] || {}, mine = named(box.name);
    if (box.type !== "checkbox") return;
    if (box.checked) mine.forEach(one => { if (one !== box && (box.dataset.alone || one.dataset.alone)) one.checked = false; });
    const isTooMany = mine.filter(one => one.checked).length > node.most;
    if (isTooMany) box.checked = false;
    say(part.querySelector(".told"), isTooMany ? node.refusal : "");
  }

  function count(area) {
    const part = area.closest(".question"), most = (nodes[part.id] || {}).length;
    if (!most || /_other$/.test(area.name)) return;
    const left = most - characters(clean(area.value)).length;
    const words = left < 0 ? live.words.over.replace("{}", -left) : live.words.left.replace("{}", left);
    say(part.querySelector(".told"), left > most / 5 ? "" : words);
  }

  /* ---- Places: each list opens the next one; typing, in characters or pinyin, finds a place in all of them. A tree
     is {levels, places}, a place [code, parent, level, label, pinyin]. */

  const trees = {}; // by address
  const under = (tree, code) => tree.places.filter(one => code && one[1] === code);

  function path(tree, code) {
    const one = tree.places.find(one => one[0] === code);
    return one ? [...path(tree, one[1]), one] : [];
  }

  const fullName = (tree, code) => path(tree, code).map(one => one[3]).join(" ");

  READ.region = (question, typed) => {
    const list = all("select", by("ask-" + question.name)).filter(one => one.value).pop(), tree = trees[question.places];
    const isWhole = list && (list.name === "q-" + question.name || (tree && !under(tree, list.value)[0]));
    return isWhole ? list.value : undefined;
  };

  function descend(part, question, tree, list) {
    const lists = all("select", part), name = part.id.replace("ask", "q"), places = under(tree, list.value);
    if (places[0] && part.querySelector('[value="' + places[0][0] + '"]')) return; // they are there
    lists.slice(lists.indexOf(list) + 1).forEach(one => {
      one.previousElementSibling.remove(); // its label
      one.remove();
    });
    if (!places[0]) return;
    const level = places[0][2], id = level === question.level ? name : name + "-" + level;
    const next = make("select", "", { id, name: id });
    next.append(new Option(lists[0].options[0].text, ""), ...places.map(one => new Option(one[3], one[0])));
    list.after(make("label", tree.levels[level], { htmlFor: id, className: "level" }), next);
  }

  function matching(tree, words) {
    const wanted = words.toLowerCase().replace(/[\s']/g, "");
    const fits = one => one[3].toLowerCase().includes(wanted) || one[4].startsWith(wanted);
    const last = wanted ? tree.places.filter(one => !under(tree, one[0])[0]) : [];
    return last.filter(fits).concat(last.filter(one => !fits(one) && path(tree, one[1]).some(fits)));
  }

  function pick(part, question, tree, code) {
    path(tree, code).forEach((step, depth) => {
      const list = all("select", part)[depth];
      list.value = step[0];
      descend(part, question, tree, list);
    });
    part.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function finder(part, question, tree) {
    const id = part.id + "-find", input = make("input", "", { id, type: "search", autocomplete: "off" });
    const found = make("ul", "", { className: "found" }), told = speaker();
    input.oninput = () => {
      const places = matching(tree, input.value);
      found.textContent = "";
      places.slice(0, 8).forEach(one => {
        const item = make("li", ""), button = make("button", fullName(tree, one[0]), { type: "button", className: "quiet small" });
        button.onclick = () => {
          pick(part, question, tree, one[0]);
          input.value = found.textContent = "";
          say(told, button.textContent);
          input.focus();
        };
        item.append(button);
        found.append(item);
      });
      say(told, input.value && live.words.found.replace("{}", places.length));
    };
    input.onkeydown = event => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (found.firstChild && !event.isComposing) found.querySelector("button").click();
    };
    const first = part.querySelector(".level, .line");
    first.before(make("label", live.words.find, { htmlFor: id, className: "level" }), input, found, told);
  }

  function cascade(part, question) {
    fetch(question.places).then(answer => answer.json()).then(tree => {
      trees[question.places] = tree;
      finder(part, question, tree);
      all("[value^=deeper]", part).forEach(one => one.remove());
      part.addEventListener("change", event => {
        if (event.target.localName === "select") descend(part, question, tree, event.target);
      });
      for (const list of part.getElementsByTagName("select")) descend(part, question, tree, list); // chosen before this
      const given = (kept || []).filter(pair => pair[1] && pair[0].startsWith("q-" + question.name)).pop();
      if (given && !isTouched) pick(part, question, tree, given[1]);
      update();
    }).catch(() => {}); // the lists work without it
  }

  /* ---- Reading aloud, where the device has a voice for the page's language. */

  const language = document.documentElement.lang, speech = window.speechSynthesis;
  const isOurs = spoken => spoken.slice(0, 2).toLowerCase() === language.slice(0, 2);
  const voice = () => speech && speech.getVoices().find(one => isOurs(one.lang));

  function speak(part, button) {
    const mark = isOn => all(".listen").forEach(one => one.setAttribute("aria-pressed", isOn && one === button));
    const wasOn = button.getAttribute("aria-pressed") === "true";
    speech.cancel();
    mark(!wasOn);
    if (wasOn) return;
    const parts = all(".asked, .hint:not([role]), legend, label", part).filter(one => !one.closest("[hidden]") && isOurs(one.closest("[lang]").lang));
    const said = new SpeechSynthesisUtterance(parts.map(one => one.textContent.trim()).join("\n"));
    said.lang = language;
    said.onend = () => button.setAttribute("aria-pressed", "false");
    speech.speak(said);
  }

  function tend(root) {
    all(".question", root).forEach(part => {
      const question = nodes[part.id] || {};
      if (voice() && !part.querySelector(".listen")) {
        const button = make("button", live.words.listen, { type: "button", className: "plain listen" });
        button.onclick = () => speak(part, button);
        part.prepend(button);
      }
      if (part.dataset.live) return;
      part.dataset.live = "yes";
      if (question.most || question.length) part.append(speaker({ className: "hint told" }));
      if (question.places) cascade(part, question);
    });
  }

  /* ---- Saving: what is typed goes to the server when the person pauses, to the phone while there is no way to the
     server, and from the phone to the server as soon as there is. Sealed answers never lie on the phone. */

  const PAUSE = 1500, PATIENCE = 1e4;
  const KEY = "survey." + live.key;
  const here = form && form.getAttribute("action").split("?")[0];
  const status = speaker({ id: "saved" });
  const shown = make("input", "", { type: "hidden", name: "shown" });
  let timer, saving, pressed, held, kept;
  let wait = 0, isReady = false, isDirty = false, isTouched = false, isStopped = false, isLeaving = false, isSure = false;

  function phone(pages) {
    try {
      if (pages && Object.keys(pages).length) localStorage.setItem(KEY, JSON.stringify({ draft: live.draft, pages }));
      else if (pages) localStorage.removeItem(KEY);
      const found = JSON.parse(localStorage.getItem(KEY));
      return found && found.draft === live.draft ? found.pages : {};
    } catch (error) {
      return {}; // a phone that keeps nothing
    }
  }

  // questions' names begin with q-; "since" and "homepage" tell the server what looks as if no person had answered
  function typed() {
    return [...new FormData(form)].filter(pair => /^[qsh]/.test(pair[0]));
  }

  function toPhone() {
    const isOpen = name => !live.sealed.includes(name);
    const pairs = typed().filter(pair => isOpen(pair[0])), seen = shown.value.split(" ").filter(id => isOpen(id.replace("ask", "q")));
    phone(Object.assign(phone(), { [here]: [...pairs, ["shown", seen.join(" ")]] }));
  }

  function post(address, pairs, isSecond) {
    const token = form.querySelector("[name=csrf_token]");
    const body = new URLSearchParams([...pairs, ["csrf_token", token.value]]);
    const late = new Promise((resolve, reject) => setTimeout(reject, PATIENCE));
    return Promise.race([fetch(address, { method: "POST", body, credentials: "same-origin" }), late]).then(answer => {
      if (answer.status > 499 || answer.status === 429) throw answer;
      if (answer.status !== 400 || isSecond) return answer;
      return answer.text().then(page => { // the form was too old: the page that says so brings a new token
        const found = new DOMParser().parseFromString(page, "text/html").querySelector("[name=csrf_token]");
        if (!found) return answer;
        token.value = found.value;
        return post(address, pairs, true);
      });
    });
  }

  function deliver(address, pairs) {
    return post(address, [...pairs, ["go", "keep"]]).then(answer => {
      const pages = phone();
      delete pages[address];
      phone(pages);
      wait = 0;
      return answer.status;
    });
  }

  function again(act) {
    wait = Math.min(6e4, wait * 2 || 2e3);
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  }

  function keep() {
    clearTimeout(timer);
    isDirty = false;
    // what the phone holds goes as it is: not all of it may be on the page yet
    saving = deliver(here, kept && !isTouched ? kept : [...typed(), ["shown", shown.value]]).then(came => {
      saving = null;
      isStopped = came !== 204;
      say(status, isStopped ? "" : live.words.saved);
      if (held) press();
      else if (isDirty) changed();
    }, () => {
      saving = null;
      isDirty = true;
      if (!isLeaving) toPhone();
      say(status, held ? live.words.held : live.words.phone);
      again(keep);
    });
  }

  function changed() {
    isDirty = true;
    if (isStopped || isLeaving) return;
    if (wait) return toPhone();
    clearTimeout(timer);
    timer = setTimeout(() => saving || keep(), PAUSE);
  }

  function press() {
    isSure = true;
    held.click();
    held = isSure = false;
  }

  /* On to the next page: at once, or as soon as what is being saved has arrived. */
  function leave(event) {
    if (!isLeaving && (isSure || isStopped || !pressed || (!saving && !wait && navigator.onLine))) {
      clearTimeout(timer);
      isLeaving = true;
      setTimeout(() => { isLeaving = false; }, PATIENCE);
      return;
    }
    event.preventDefault();
    if (isLeaving) return;
    held = pressed;
    if (!saving) keep();
  }

  /* All answers: sent again until the server has them, which counts them once however often they come. */
  function send(event) {
    if (event && pressed && pressed.name) return; // a language
    if (event) event.preventDefault();
    if (isLeaving) return;
    isLeaving = true;
    say(status, live.words.sending);
    post(here, []).then(answer => (/\/sent$/.test(answer.url) ? location.assign(answer.url) : form.submit()), () => {
      isLeaving = false;
      say(status, live.words.unsent);
      again(() => send());
    });
  }

  function restore() {
    if (!kept || isTouched) return;
    all("[name]").forEach(one => { // the time at which the page was drawn too: it belongs to what was typed
      const mine = kept.filter(pair => pair[0] === one.name).map(pair => pair[1]);
      if (isBox(one)) one.checked = mine.includes(one.value);
      else if (mine.length) one.value = mine[0];
    });
    if (update()) restore(); // what came up has its answers too
  }

  function others() {
    const pages = phone(), waiting = Object.keys(pages).filter(address => address !== here);
    return Promise.all(waiting.map(address => deliver(address, pages[address]))).then(() => waiting.length);
  }

  function begin() {
    history.replaceState("", ""); // so that one can go back to a page that came with errors, as if it had been opened
    form.querySelector(".buttons").before(status);
    form.addEventListener("click", event => { pressed = event.target.closest("button"); });
    window.addEventListener("online", () => { if (wait) (live.questions ? keep : send)(); });
    if (live.questions) answering();
    else if (live.sending) form.onsubmit = send;
    others().then(count => { if (count && live.sending) location.reload(); }).catch(() => {});
  }

  function answering() {
    form.append(shown);
    live.questions.forEach(note);
    update();
    tend(form);
    kept = phone()[here];
    restore();
    if (kept) keep();
    isReady = true;
    const typing = event => {
      if (!event.target.name && event.isTrusted) return; // the line that finds places
      isTouched = isTouched || event.isTrusted;
      if (event.type === "change" && event.target.name) choose(event.target);
      if (/^text/.test(event.target.type)) count(event.target);
      update();
      changed();
    };
    form.oninput = form.onchange = typing;
    form.onsubmit = leave;
    document.addEventListener("visibilitychange", () => { if (document.hidden && isDirty && !saving && !wait && !isLeaving) keep(); });
    if (speech) speech.onvoiceschanged = () => tend(form);
  }

  /* ---- Leaving in a hurry: Esc twice, or the way out itself; nothing stays on the phone. */

  let escaped = 0;
  const exit = by("leave");
  if (exit) {
    exit.addEventListener("click", () => {
      isLeaving = true;
      phone({});
    });
    document.addEventListener("keydown", event => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // the browser would stop on the way
      if (event.timeStamp - escaped < 1000) exit.click();
      escaped = event.timeStamp;
    });
  }

  if (live.over || !Object.keys(phone()).length) phone({}); // sent, or somebody else's
  if (form && live.draft) begin();
})();
