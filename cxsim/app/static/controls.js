// The levers: made once from what the server says, then only moved.

import { choiceName, element, leverValue } from "./words.js";

const SIDE_WORDS = {
  policy: "What you move here holds for the policy alone. Everything else is as in the baseline.",
  baseline: "What you move here holds for both, except where the policy has a value of its own.",
};

/** Milliseconds for which the pointer rests on a place of a slider before that place is worth working ahead for. */
const REST = 25;

/** Width of a slider's thumb, in pixels, as browsers draw it. */
const THUMB = 16;

/** The stop that a press of the pointer would take a slider to: its thumb is as wide as the slider is high, and stays inside. */
function under(input, event) {
  const box = input.getBoundingClientRect();
  const share = (event.clientX - box.left - THUMB / 2) / Math.max(box.width - THUMB, 1);
  return Math.round(Math.min(Math.max(share, 0), 1) * Number(input.max));
}

export class Controls {
  /**
   * @param furniture what the server says once
   * @param change (key, value, options) => void, called when a control is moved
   * @param hint (key, values) => void, called when a slider is likely to move
   */
  constructor(furniture, change, hint) {
    this.furniture = furniture;
    this.change = (key, value, options) => { this.touched.add(key); change(key, value, options); };
    this.touched = new Set();
    this.hint = hint;
    this.side = "policy";
    this.levers = new Map();
    this.folds = [];
    this.revealing = false;
    this.wide = matchMedia("(min-width: 48rem)");
    this.dragging = null;
    this.panel = document.getElementById("levers");
    this.sideWords = document.getElementById("side-words");
    this.build();
    for (const radio of document.querySelectorAll('input[name="side"]')) {
      radio.addEventListener("change", () => { if (radio.checked) this.turn(radio.value); });
    }
    addEventListener("pointerup", () => { this.dragging = null; });
    addEventListener("pointercancel", () => { this.dragging = null; });
    this.turn(this.side);
  }

  turn(side) {
    this.side = side;
    this.panel.classList.toggle("levers-baseline", side === "baseline");
    this.sideWords.textContent = SIDE_WORDS[side];
    document.querySelector(`input[name="side"][value="${side}"]`).checked = true;
    if (!this.controls) return;
    this.touched = new Set(this.levers.keys());
    this.update();
  }

  /** Take in what the server says of the controls: all, or what has changed since it last spoke. */
  take(controls) {
    const levers = controls.gone ? { ...this.controls.levers, ...controls.levers } : controls.levers;
    for (const key of controls.gone ?? []) delete levers[key];
    this.controls = { ...controls, levers };
    for (const key of controls.gone ? [...Object.keys(controls.levers), ...controls.gone] : this.levers.keys()) this.touched.add(key);
  }

  build() {
    const sections = document.getElementById("sections");
    for (const section of this.furniture.sections) {
      const preset = element("select", { id: `preset-${section.name}` },
        ...this.furniture.presets[section.name].map((one) => element("option", { value: one.name }, one.title)));
      preset.addEventListener("change", () => this.change(section.name, preset.value, { preset: true, side: this.side }));
      const body = element("div", { class: "body" }, element("p", { class: "words" }, section.words),
        element("div", { class: "presets" }, element("label", { for: preset.id }, "Preset"), preset));
      const moved = element("span", { class: "moved" });
      const root = element("details", { class: "section", id: `section-${section.name}`, open: this.wide.matches && section.name === "regulator" },
        element("summary", {}, section.title, moved), body);
      for (const lever of section.levers) this.place(lever, body, section.name);
      this.folds.push({ root, moved, levers: section.levers.map((lever) => lever.key) });
      sections.append(root);
    }
    const body = element("div", { class: "body" });
    for (const lever of this.furniture.run) body.append(this.runLever(lever));
    this.seed = element("input", { type: "number", id: "seed", min: 0, max: this.furniture.most.seed, step: 1, inputmode: "numeric", "aria-describedby": "seed-words" });
    this.seed.addEventListener("change", () => this.change("seed", this.seed.value === "" ? 1 : Math.trunc(Number(this.seed.value)), { shared: true }));
    const another = element("button", { type: "button", onclick: () => this.change("seed", 1 + Math.floor(Math.random() * 9999), { shared: true }) }, "Other luck");
    body.append(element("div", { class: "lever" }, element("div", { class: "name" }, element("label", { for: "seed" }, "Seed")),
      element("p", { class: "words", id: "seed-words" }, "Which luck the market meets, the same for both sides. Try another to see what is luck and what is not."),
      element("div", { class: "under" }, this.seed, another)));
    sections.append(element("details", { class: "section", id: "section-run" }, element("summary", {}, "The run"), body));
    this.extra = element("div", { class: "body" });
    this.extraSection = element("details", { class: "section", hidden: true, open: true }, element("summary", {}, "Further settings from the address"), this.extra);
    sections.append(this.extraSection);
  }

  /** Unfold what has been moved, once it is known: a comparison has just been opened. On a phone all stays folded. */
  reveal() { this.revealing = this.wide.matches; }

  /** Put a lever into its section, or there under the heading that folds it away. */
  place(lever, body, section) {
    const made = this.lever(lever);
    if (!lever.fold) {
      const first = body.querySelector("details.fold");
      if (first) first.before(made);
      else body.append(made);
      return;
    }
    const id = `fold-${section}-${lever.fold.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
    let fold = this.folds.find((one) => one.root.id === id);
    if (!fold) {
      fold = { moved: element("span", { class: "moved" }), within: element("div", { class: "within" }), levers: [] };
      fold.root = element("details", { class: "fold", id }, element("summary", {}, lever.fold, fold.moved), fold.within);
      this.folds.push(fold);
      body.append(fold.root);
    }
    fold.levers.push(lever.key);
    fold.within.append(made);
  }

  lever(lever) {
    const id = `lever-${lever.key.replace(/[^a-z0-9]+/gi, "-")}`;
    const words = element("span", { id: `${id}-words` }, lever.words);
    const more = element("div", { class: "more", id: `${id}-more`, hidden: true }, aboutLever(lever));
    const about = element("button", { type: "button", "aria-expanded": "false", "aria-controls": more.id, class: "link", "aria-label": `More about ${lever.name}` }, "More");
    about.addEventListener("click", () => { more.hidden = !more.hidden; about.setAttribute("aria-expanded", String(!more.hidden)); });
    const other = element("span", { class: "other" });
    const reset = element("button", { type: "button", class: "reset", hidden: true }, "Reset");
    const idle = element("span", { class: "idle", hidden: true }, "Does nothing with the other settings as they are.");
    const made = { lever, id, other, reset, about, idle };
    const under = element("div", { class: "under" }, other, idle, reset);
    const [head, body] = this[lever.kind](made);
    made.root = element("div", { class: `lever ${lever.kind}`, id: `${id}-lever` }, head, body, element("p", { class: "words" }, words, " ", about), under, more);
    reset.addEventListener("click", () => this.change(lever.key, undefined, { side: this.side }));
    this.levers.set(lever.key, made);
    return made.root;
  }

  slider(made) {
    const { lever, id } = made;
    made.output = element("output", { for: id });
    made.input = element("input", { type: "range", id, min: 0, max: 1, step: 1, "aria-describedby": `${id}-words` });
    this.slide(made.input, made, (value) => this.change(lever.key, value, { side: this.side }));
    made.show = (position) => {
      made.stops = position.stops;
      const value = position.values[this.side];
      made.input.max = String(made.stops.length - 1);
      if (this.dragging !== made.input) made.input.value = String(made.stops.indexOf(value));
      made.say();
    };
    made.say = () => {
      const text = leverValue(lever, made.stops[Number(made.input.value)]);
      made.output.textContent = text;
      made.input.setAttribute("aria-valuetext", text);
    };
    return [element("div", { class: "name" }, element("label", { for: id }, lever.name), made.output), made.input];
  }

  /** What a slider does: it tells each move at once, and says beforehand where it may go next: to its neighbours, or to where the pointer rests. */
  slide(input, made, moved) {
    let [last, way, over, rest] = [0, 1, -1, 0];
    input.addEventListener("input", () => {
      const at = Number(input.value);
      way = at < last ? -1 : 1;
      last = at;
      made.say();
      moved(made.stops[at]);
      if (document.activeElement === input || this.dragging === input) ahead();
    });
    input.addEventListener("pointerdown", () => { this.dragging = input; });
    const ahead = () => {
      const at = last = Number(input.value);
      const next = [at + way, at - way, at + 2 * way].filter((place) => place >= 0 && place < made.stops.length).map((place) => made.stops[place]);
      this.hint(made.key ?? made.lever.key, next, made.shared);
    };
    input.addEventListener("focus", ahead);
    input.addEventListener("pointerenter", ahead);
    input.addEventListener("pointermove", (event) => {
      const at = under(input, event);
      if (this.dragging || event.pointerType === "touch" || at === over) return;
      over = at;
      clearTimeout(rest);
      rest = setTimeout(() => {
        if (!this.dragging && at !== Number(input.value)) this.hint(made.key ?? made.lever.key, [at, at + 1, at - 1].filter((place) => place in made.stops).map((place) => made.stops[place]), made.shared);
      }, REST);
    });
    input.addEventListener("pointerleave", () => { clearTimeout(rest); over = -1; });
  }

  switch(made) {
    const { lever, id } = made;
    made.input = element("input", { type: "checkbox", id, "aria-describedby": `${id}-words` });
    made.input.addEventListener("change", () => this.change(lever.key, made.input.checked, { side: this.side }));
    made.show = (position) => { made.input.checked = position.values[this.side]; };
    const label = element("label", { for: id }, made.input, ` ${lever.name}`);
    for (const sign of ["focusin", "pointerenter"]) label.addEventListener(sign, () => this.hint(lever.key, [!made.input.checked]));
    return [element("div", { class: "name" }, label), ""];
  }

  choice(made) {
    const { lever, id } = made;
    made.input = element("select", { id, "aria-describedby": `${id}-words` }, ...lever.choices.map(([value, name]) => element("option", { value }, name)));
    made.input.addEventListener("change", () => this.change(lever.key, made.input.value, { side: this.side }));
    made.show = (position) => { made.input.value = position.values[this.side]; };
    return [element("div", { class: "name" }, element("label", { for: id }, lever.name)), made.input];
  }

  set(made) {
    const { lever, id } = made;
    made.boxes = lever.choices.map(([value, name]) => {
      const box = element("input", { type: "checkbox", value, id: `${id}-${value}` });
      box.addEventListener("change", () => this.change(lever.key, made.boxes.filter((one) => one.checked).map((one) => one.value), { side: this.side }));
      box.name_ = name;
      return box;
    });
    made.input = made.boxes[0];
    made.show = (position) => { for (const box of made.boxes) box.checked = position.values[this.side].includes(box.value); };
    const boxes = element("div", { class: "checks", role: "group", "aria-labelledby": `${id}-label`, "aria-describedby": `${id}-words` },
      ...made.boxes.map((box) => element("label", { for: box.id }, box, ` ${box.name_}`)));
    return [element("div", { class: "name" }, element("span", { class: "label", id: `${id}-label` }, lever.name)), boxes];
  }

  runLever(lever) {
    const id = `run-${lever.key.replace(/[^a-z0-9]+/gi, "-")}`;
    const made = { key: lever.key, shared: true, stops: lever.stops };
    const output = element("output", { for: id });
    made.input = element("input", { type: "range", id, min: 0, max: lever.stops.length - 1, step: 1, "aria-describedby": `${id}-words` });
    made.say = () => {
      const value = made.stops[Number(made.input.value)];
      const text = `${value.toLocaleString("en-GB")}${lever.unit ? ` ${lever.unit}` : ""}`;
      output.textContent = text;
      made.input.setAttribute("aria-valuetext", text);
    };
    this.slide(made.input, made, (value) => this.change(lever.key, value, { shared: true }));
    made.set = (value) => {
      if (!made.stops.includes(value)) made.stops = [...lever.stops, value].sort((a, b) => a - b);
      made.input.max = String(made.stops.length - 1);
      if (this.dragging !== made.input) made.input.value = String(made.stops.indexOf(value));
      made.say();
    };
    this.run ??= new Map();
    this.run.set(lever.key, made);
    return element("div", { class: "lever" }, element("div", { class: "name" }, element("label", { for: id }, lever.name), output), made.input,
      element("p", { class: "words", id: `${id}-words` }, lever.words));
  }

  /** Put every control that was touched where the server says that it stands. */
  update() {
    const { controls, side, touched } = this;
    const other = side === "policy" ? "baseline" : "policy";
    this.touched = new Set();
    for (const key of touched) {
      const made = this.levers.get(key);
      if (!made) continue; // a preset, or something of the run
      const position = controls.levers[key];
      const own = position?.own[side];
      const there = position !== undefined && (position.matters[side] || own);
      made.root.hidden = !there;
      if (!there) continue;
      made.show(position);
      made.idle.hidden = position.matters[side];
      made.root.classList.toggle("own", own);
      made.reset.hidden = !own;
      const text = leverValue(made.lever, position.usual[side]);
      made.reset.textContent = side === "policy" ? "As in the baseline" : "As in the preset";
      made.reset.setAttribute("aria-label", `${made.lever.name}: ${made.reset.textContent.toLowerCase()}, ${text}`);
      const differs = JSON.stringify(position.values[side]) !== JSON.stringify(position.values[other]);
      made.other.textContent = differs ? `${other}: ${leverValue(made.lever, position.values[other])}` : "";
      made.other.className = `other ${other}`;
    }
    for (const fold of this.folds) {
      const made = fold.levers.map((key) => this.levers.get(key).root);
      const moved = made.filter((one) => one.classList.contains("own") && !one.hidden).length;
      fold.root.hidden = fold.root.className === "fold" && made.every((one) => one.hidden);
      fold.moved.textContent = moved ? ` ● ${moved} moved` : "";
      if (moved && this.revealing) fold.root.open = true;
    }
    this.revealing = false;
    for (const section of this.furniture.sections) {
      document.getElementById(`preset-${section.name}`).value = controls.presets[side][section.name];
    }
    for (const [key, made] of this.run) made.set(controls.run[key]);
    if (document.activeElement !== this.seed) this.seed.value = String(controls.run.seed);
    this.extraSection.hidden = controls.extra.length === 0;
    this.extra.replaceChildren(...controls.extra.map((one) => element("div", { class: "extra" },
      element("p", {}, element("b", {}, `${one.side}: `), element("code", {}, `${one.key}=${one.value}`), ` ${one.meaning}`),
      element("button", { type: "button", "aria-label": `Remove ${one.key}`, onclick: () => this.change(one.key, undefined, { side: one.side }) }, "Remove"))));
  }
}

function aboutLever(lever) {
  const lines = [`${lever.meaning} Allowed: ${lever.range}${lever.schema_unit ? ` (${lever.schema_unit})` : ""}.`];
  if (lever.source) lines.push(`Source of the default: ${lever.source === "guess" ? "a guess; nobody has measured it" : lever.source}.`);
  const choices = lever.choices.map(([word, name]) => `${word}: ${choiceName(lever, word) === name ? name : word}`);
  const box = element("div", {}, ...lines.map((line) => element("p", {}, line)), element("p", {}, "On the command line: ", element("code", {}, lever.key)));
  if (choices.length) box.append(element("p", {}, choices.join("; ")));
  return box;
}
