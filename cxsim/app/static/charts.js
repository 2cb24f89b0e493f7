// Charts as SVG, drawn by hand: a chart is a few paths whose shape is set anew, which takes a millisecond.

import { element, measured, monthName, number, pounds } from "./words.js";

const NS = "http://www.w3.org/2000/svg";
export const COLOURS = { baseline: "#0072B2", policy: "#D55E00" };
const INKS = { baseline: "#005A8C", policy: "#A34800" };
const SIDES = ["baseline", "policy"];
const LETTERS = "system-ui, 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif";

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Round steps: at most `count` values from low to high. */
export function ticks(low, high, count) {
  const raw = (high - low) / Math.max(count, 1);
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((part) => part * power >= raw * 0.999999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) found.push(Number((k * step).toPrecision(12)));
  return found;
}

/** The vertical range around values, at least `least` wide and inside what is possible. */
export function span(low, high, least, bottom, top) {
  if (!(high >= low)) [low, high] = [0, least];
  const room = Math.max(least - (high - low), 0) / 2 + 0.06 * Math.max(high - low, least);
  let [from, to] = [low - room, high + room];
  if (bottom !== null && from < bottom) [from, to] = [bottom, Math.max(to, bottom + least)];
  if (top !== null && to > top) [from, to] = [Math.max(bottom ?? -Infinity, Math.min(from, top - least)), top];
  return [from, to];
}

/** What every chart has: a heading, buttons to save it, the drawing, and a line that says the values at the month looked at. */
class Chart {
  constructor(parent, spec) {
    this.spec = spec;
    this.id = `chart-${spec.name}`;
    this.size = 13;
    this.width = 480;
    this.svg = svg("svg", { role: "img", "aria-labelledby": `${this.id}-title ${this.id}-said`, "font-family": LETTERS });
    this.readout = element("p", { class: "readout", id: `${this.id}-said` });
    this.unit = element("p", { class: "unit" }, spec.unit);
    const saves = element("div", { class: "saves" },
      element("button", { type: "button", "aria-label": `Save “${spec.title}” as SVG`, onclick: () => save(this, "svg") }, "SVG"),
      element("button", { type: "button", "aria-label": `Save “${spec.title}” as PNG`, onclick: () => save(this, "png") }, "PNG"));
    this.figure = element("figure", { class: "chart", id: this.id },
      element("figcaption", {}, element("h3", { id: `${this.id}-title` }, spec.title), this.unit, saves), this.svg, this.readout);
    parent.append(this.figure);
  }

  /** Take the room there is; true where that changed. */
  measure() {
    const width = Math.max(240, Math.round(this.figure.clientWidth));
    const size = Math.round(0.82 * parseFloat(getComputedStyle(document.documentElement).fontSize) * 10) / 10;
    const changed = width !== this.width || size !== this.size || !this.height;
    [this.width, this.size] = [width, size];
    return changed;
  }

  frame(height) {
    this.height = height;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    this.svg.setAttribute("font-size", this.size);
  }

  say(parts) {
    this.readout.replaceChildren(...parts.map(([side, text]) => element("span", side ? { class: side } : {}, text)));
  }
}

/** Lines over months; each measure is drawn for both sides, the second measure thinner and dashed. */
export class Lines extends Chart {
  constructor(parent, spec, onMonth) {
    super(parent, spec);
    this.grid = svg("g", { stroke: "#DDDDDD", "stroke-width": 1 });
    this.labels = svg("g", { fill: "#595959" });
    this.bands = svg("g");
    this.paths = svg("g", { fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" });
    this.marks = svg("g");
    this.ends = svg("g");
    this.hair = svg("line", { stroke: "#222222", "stroke-width": 1, "stroke-dasharray": "3 3" });
    this.dots = svg("g");
    this.svg.append(this.grid, this.labels, this.bands, this.paths, this.hair, this.marks, this.dots, this.ends);
    this.parts = [];
    for (const [number_, measure] of spec.measures.entries()) {
      for (const side of SIDES) {
        const thin = number_ > 0;
        const part = {
          measure, side,
          band: svg("path", { fill: COLOURS[side], opacity: thin ? 0.1 : 0.2 }),
          path: svg("path", { stroke: COLOURS[side], "stroke-width": thin ? 1.6 : 2.8, "stroke-dasharray": thin ? "5 3" : null }),
          mark: svg("path", { fill: COLOURS[side] }),
          dot: svg("circle", { r: 4, fill: "#FFFFFF", stroke: COLOURS[side], "stroke-width": 2 }),
          end: svg("text", { fill: INKS[side], "font-weight": thin ? 400 : 700, "dominant-baseline": "central" }),
        };
        this.bands.append(part.band);
        this.paths.append(part.path);
        this.marks.append(part.mark);
        this.dots.append(part.dot);
        this.ends.append(part.end);
        this.parts.push(part);
      }
    }
    const month = (event) => {
      if (!this.months) return null;
      const box = this.svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * this.width;
      return Math.max(0, Math.min(this.months - 1, Math.round(((x - this.left) / (this.right - this.left)) * (this.months - 1))));
    };
    this.svg.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") onMonth(month(event), false); });
    this.svg.addEventListener("click", (event) => onMonth(month(event), true));
  }

  draw(data) {
    const { months, sides } = data;
    this.months = months;
    const lines = this.parts.map(({ measure, side }) => ({
      mean: sides[side].arrays[measure], low: sides[side].arrays[`${measure}.low`], high: sides[side].arrays[`${measure}.high`],
    }));
    let [low, high] = [Infinity, -Infinity];
    for (const line of lines) {
      for (const array of [line.mean, line.low, line.high]) {
        if (!array) continue;
        for (const value of array) { if (value < low) low = value; if (value > high) high = value; }
      }
    }
    const { least, bottom = null, top = null } = this.spec;
    [low, high] = span(low, high, least ?? Math.max(1e-9, 0.02 * Math.abs(high)), bottom, top);
    this.frame(Math.round(Math.min(300, Math.max(190, 0.46 * this.width))));
    const size = this.size;
    const tags = lines.map((line) => measured(line.mean[months - 1], this.spec.unit));
    this.left = size * 3.6; this.right = this.width - 9 - size * 0.72 * Math.max(4, ...tags.map((tag) => tag.length));
    const [above, below] = [size * 0.7, this.height - size * 1.8];
    const x = (at) => (months > 1 ? this.left + ((this.right - this.left) * at) / (months - 1) : (this.left + this.right) / 2);
    const y = (value) => below - ((below - above) * (value - low)) / (high - low);
    [this.x, this.y] = [x, y];
    const across = Array.from({ length: months }, (_, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} `); // the same for every line
    this.axes(low, high, months, x, y, above, below);
    const wanted = [];
    this.parts.forEach((part, place) => {
      const line = lines[place];
      let shape = "";
      for (let at = 0; at < months; at += 1) shape += across[at] + y(line.mean[at]).toFixed(1);
      part.path.setAttribute("d", months > 1 ? shape : "");
      let band = "";
      if (line.low && months > 1) {
        const cut = (value) => y(Math.max(low, Math.min(high, value))).toFixed(1);
        for (let at = 0; at < months; at += 1) band += across[at] + cut(line.high[at]);
        for (let at = months - 1; at >= 0; at -= 1) band += (at ? across[at] : across[0].replace("M", "L")) + cut(line.low[at]);
        band += "Z";
      }
      part.band.setAttribute("d", band);
      part.mark.setAttribute("d", this.markers(part, line.mean, months, x, y));
      const end = line.mean[months - 1];
      part.end.textContent = tags[place];
      wanted.push({ part, at: y(end) });
    });
    this.spread(wanted, size * 1.15, above, below);
    this.cursor(data, data.month);
  }

  axes(low, high, months, x, y, above, below) {
    const rows = ticks(low, high, 4);
    const years = months > 24;
    const columns = ticks(0, years ? (months - 1) / 12 : months - 1, this.width < 360 ? 4 : 6).filter((tick) => Number.isInteger(tick));
    this.grid.replaceChildren(...rows.map((tick) => svg("line", { x1: this.left, x2: this.right, y1: y(tick), y2: y(tick) })));
    const letters = rows.map((tick) => {
      const label = svg("text", { x: this.left - 5, y: y(tick), "text-anchor": "end", "dominant-baseline": "central" });
      label.textContent = axisNumber(tick, rows);
      return label;
    });
    for (const tick of columns) {
      const label = svg("text", { x: x(years ? 12 * tick : tick), y: below + this.size * 1.35, "text-anchor": "middle" });
      label.textContent = tick === 0 ? "start" : `${tick}${tick === columns.at(-1) ? (years ? " years" : " months") : ""}`;
      letters.push(label);
    }
    this.labels.replaceChildren(...letters);
    this.hair.setAttribute("y1", above);
    this.hair.setAttribute("y2", below);
  }

  /** Circles on the baseline, triangles on the policy, once a year, so that no line is told by its colour alone. */
  markers({ side, path }, values, months, x, y) {
    let shape = "";
    const step = Math.max(1, Math.round(months / 5));
    const r = Number(path.getAttribute("stroke-width")) * 1.3 + 0.6;
    for (let at = side === "baseline" ? 0 : Math.floor(step / 2); at < months; at += step) {
      const [px, py] = [x(at), y(values[at])];
      shape += side === "baseline"
        ? `M${px - r} ${py}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`
        : `M${px} ${py - r * 1.2}l${r * 1.15} ${r * 2}h${-2.3 * r}z`;
    }
    return shape;
  }

  /** Values at the ends of lines, moved apart where they would overlap. */
  spread(wanted, gap, above, below) {
    const sorted = [...wanted].sort((a, b) => a.at - b.at);
    let last = -Infinity;
    for (const one of sorted) { one.place = Math.max(one.at, last + gap); last = one.place; }
    let over = Math.max(0, last - below);
    for (let k = sorted.length - 1; k >= 0 && over > 0; k -= 1) {
      const most = k === sorted.length - 1 ? below : sorted[k + 1].place - gap;
      sorted[k].place = Math.max(above, Math.min(sorted[k].place, most));
      over = k ? Math.max(0, sorted[k - 1].place + gap - sorted[k].place) : 0;
    }
    for (const { part, place } of sorted) {
      part.end.setAttribute("x", this.right + 7);
      part.end.setAttribute("y", place.toFixed(1));
    }
  }

  cursor(data, month) {
    if (!this.x || month >= this.months) return;
    const at = this.x(month);
    this.hair.setAttribute("x1", at);
    this.hair.setAttribute("x2", at);
    const told = [["", `${monthName(month)}:`]];
    for (const part of this.parts) {
      const value = data.sides[part.side].arrays[part.measure][month];
      part.dot.setAttribute("cx", at);
      part.dot.setAttribute("cy", this.y(value));
      const name = this.spec.measures.length > 1 ? `${this.spec.short[this.spec.measures.indexOf(part.measure)]}, ` : "";
      told.push([part.side, `${part.side === "baseline" ? "●" : "▲"} ${name}${part.side} ${measured(value, this.spec.unit)}`]);
    }
    this.say(told);
  }
}

function axisNumber(value, all) {
  const step = all.length > 1 ? Math.abs(all[1] - all[0]) : Math.abs(value);
  const most = Math.max(...all.map(Math.abs));
  for (const [least, divisor, suffix] of [[1e9, 1e9, "bn"], [1e6, 1e6, "m"], [1e4, 1e3, "k"]]) {
    if (most >= least) return (value / divisor).toFixed(Math.max(0, -Math.floor(Math.log10(step / divisor) + 1e-9))) + (value ? suffix : "");
  }
  return value.toFixed(Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))).replace("-", "−");
}

/** Firms as rows: how large each is and what it takes beyond the price, baseline and policy joined by a bar. */
export class Firms extends Chart {
  constructor(parent, spec) {
    super(parent, spec);
    this.body = svg("g");
    this.svg.append(this.body);
  }

  draw(data) {
    this.cursor(data, data.month);
  }

  cursor(data, month) {
    const rows = this.rows(data, month);
    const size = this.size;
    const half = this.width / 2;
    const letters = (room) => room / (size * 0.62);
    // Where a name would have to be cut short, names get a line of their own: cut, many would read alike.
    const apart = rows.some((row) => row.name.length > letters(half - size * 9.5)) ? size * 1.3 : 0;
    const line = size * 2.75 + apart;
    this.frame(Math.round(line * Math.max(1, rows.length) + size * 2));
    const made = [];
    const columns = [
      { of: "share", title: "share of customers", left: 0, right: half - size * 1.2, say: (value) => number(100 * value), after: " %" },
      { of: "extraction", title: half - 1.2 * size < 13.5 * size ? "beyond the price" : "charged beyond the price", left: half + size * 1.2, right: this.width - size, say: (value) => pounds(value), after: "" },
    ];
    for (const column of columns) {
      column.high = Math.max(1e-9, ...rows.flatMap((row) => SIDES.map((side) => row[side]?.[column.of]).filter(Number.isFinite)));
      column.x = (value) => column.left + size * 0.6 + (Math.max(0, value) / column.high) * (column.right - column.left - size * 1.2);
      made.push(text(column.left, size, column.title, { fill: "#595959" }));
    }
    rows.forEach((row, place) => {
      const top = size * 1.9 + line * place + size * 0.7;
      const y = top + apart;
      made.push(text(0, top, cut(row.name, letters(apart ? this.width : half - size * 9.5)), { "dominant-baseline": "central", fill: "#222222", "font-weight": 600 }));
      for (const column of columns) {
        const values = SIDES.map((side) => row[side]?.[column.of]);
        const known = values.filter(Number.isFinite);
        if (!known.length) continue;
        const track = y + size * 1.2;
        const [from, to] = [Math.min(...known), Math.max(...known)];
        made.push(svg("line", { x1: column.x(0), x2: column.x(column.high), y1: track, y2: track, stroke: "#E3E3E3" }));
        made.push(svg("line", { x1: column.x(from), x2: column.x(to), y1: track, y2: track, stroke: "#8A8A8A", "stroke-width": 3 }));
        SIDES.forEach((side, at) => { if (Number.isFinite(values[at])) made.push(mark(side, column.x(values[at]), track, size * 0.42)); });
        const said = values.map((value) => (Number.isFinite(value) ? column.say(value) : "gone"));
        made.push(text(column.right, y, (said[0] === said[1] ? said[0] : said.join(" → ")) + column.after, { "text-anchor": "end", "dominant-baseline": "central", fill: "#595959", "font-size": size * 0.92 }));
      }
    });
    this.body.replaceChildren(...made);
    const most = { baseline: null, policy: null };
    for (const side of SIDES) most[side] = rows.filter((row) => row[side]).sort((a, b) => b[side].extraction - a[side].extraction)[0];
    this.say([["", `${monthName(month)}, past year:`], ...SIDES.filter((side) => most[side]).map((side) => [
      side, `${side === "baseline" ? "●" : "▲"} most in the ${side}: ${most[side].name}, ${pounds(most[side][side].extraction)}`])]);
  }

  rows(data, month) {
    const found = new Map();
    for (const side of SIDES) {
      const { firms, arrays } = data.sides[side];
      firms.forEach((name, row) => {
        const [share, extraction] = [arrays["by.share"][row][month], arrays["by.extraction"][row][month]];
        if (!Number.isFinite(share) || share <= 0) return;
        if (!found.has(name)) found.set(name, { name });
        found.get(name)[side] = { share, extraction };
      });
    }
    const size = (row) => (row.baseline ?? row.policy).share;
    return [...found.values()].sort((a, b) => size(b) - size(a)).slice(0, 12);
  }
}

const PARTS = {
  premium: ["loyalty and personal premium", "#E69F00"], hidden: ["hidden fees", "#7B3294"], cartel: ["cartel's overcharge", "#222222"],
  trap: ["unwanted extras", "#CC79A7"], effort: ["effort of moving and avoiding", "#56B4E9"], redress: ["paid back", "#009E73"],
};

/** Segments as pairs of stacked bars: what each pays beyond the advertised price, and what it gets back. */
export class Ledger extends Chart {
  constructor(parent, spec) {
    super(parent, spec);
    this.body = svg("g");
    this.svg.append(this.body);
  }

  draw(data) {
    this.cursor(data, data.month);
  }

  cursor(data, month) {
    const flows = data.flows;
    const size = this.size;
    const segments = data.sides.baseline.segments;
    const at = (side, flow, segment) => {
      const place = data.sides[side].segments.indexOf(segments[segment]);
      return place < 0 ? 0 : data.sides[side].arrays["by.ledger"][flows.indexOf(flow)][place][month];
    };
    const paid = Object.keys(PARTS).filter((flow) => flow !== "redress");
    const total = (side, segment) => paid.reduce((sum, flow) => sum + at(side, flow, segment), 0);
    let [least, most] = [0, 1e-9];
    segments.forEach((_, segment) => SIDES.forEach((side) => {
      most = Math.max(most, total(side, segment));
      least = Math.min(least, -at(side, "redress", segment));
    }));
    const used = Object.keys(PARTS).filter((flow) => segments.some((_, segment) => SIDES.some((side) => at(side, flow, segment) > 1e-9)));
    const keys = [];
    let [kx, ky] = [0, size * 0.9];
    for (const flow of used) {
      const wide = size * (2.4 + 0.56 * PARTS[flow][0].length);
      if (kx > 0 && kx + wide > this.width) [kx, ky] = [0, ky + size * 1.6];
      keys.push([flow, kx, ky]);
      kx += wide;
    }
    const top = ky + size * 1.1;
    const row = size * 1.5;
    const block = row * 2 + size * 2.1;
    this.frame(Math.round(top + block * segments.length));
    const left = size * 1.4;
    const room = this.width - left - size * 12.4;
    const x = (value) => left + ((value - least) / (most - least)) * room;
    const made = [];
    keys.forEach(([flow, px, py]) => {
      made.push(svg("rect", { x: px, y: py - size * 0.5, width: size, height: size, fill: PARTS[flow][1] }));
      made.push(text(px + size * 1.4, py, PARTS[flow][0], { "dominant-baseline": "central", fill: "#222222" }));
    });
    segments.forEach((name, segment) => {
      const y = top + block * segment;
      made.push(text(0, y + size * 0.8, name, { "font-weight": 700, fill: "#222222" }));
      SIDES.forEach((side, line) => {
        const mid = y + size * 1.3 + row * (line + 0.5);
        made.push(mark(side, size * 0.5, mid, size * 0.38));
        let from = 0;
        for (const flow of paid) {
          const value = at(side, flow, segment);
          if (value > 1e-9) made.push(svg("rect", { x: x(from), y: mid - row * 0.38, width: Math.max(0.5, x(from + value) - x(from)), height: row * 0.76, fill: PARTS[flow][1] },
            title(`${name}, ${side}: ${PARTS[flow][0]} ${pounds(value)} a month`)));
          from += Math.max(0, value);
        }
        const back = at(side, "redress", segment);
        if (back > 1e-9) made.push(svg("rect", { x: x(-back), y: mid - row * 0.38, width: Math.max(0.5, x(0) - x(-back)), height: row * 0.76, fill: PARTS.redress[1] },
          title(`${name}, ${side}: paid back ${pounds(back)} a month`)));
        made.push(text(x(from) + size * 0.6, mid, `${pounds(from)} + price ${pounds(at(side, "bill", segment))}`,
          { "dominant-baseline": "central", fill: INKS[side], "font-size": size * 0.92 }));
      });
      made.push(svg("line", { x1: x(0), x2: x(0), y1: y + size * 1.2, y2: y + size * 1.4 + 2 * row, stroke: "#595959" }));
    });
    this.body.replaceChildren(...made);
    this.say([["", `${monthName(month)}, past year:`], ...segments.map((name, segment) => [
      "", `${name}: ${pounds(total("baseline", segment))} → ${pounds(total("policy", segment))} beyond the price`])]);
  }
}

function text(x, y, content, attributes = {}) {
  const made = svg("text", { x, y, ...attributes });
  made.textContent = content;
  return made;
}

function title(content) {
  const made = svg("title");
  made.textContent = content;
  return made;
}

export function mark(side, x, y, r) {
  return side === "baseline"
    ? svg("circle", { cx: x, cy: y, r, fill: COLOURS.baseline, stroke: "#FFFFFF" })
    : svg("path", { d: `M${x} ${y - r * 1.25}l${r * 1.2} ${r * 2.1}h${-2.4 * r}z`, fill: COLOURS.policy, stroke: "#FFFFFF" });
}

function cut(content, letters) {
  return content.length <= letters ? content : `${content.slice(0, Math.max(1, Math.floor(letters) - 1))}…`;
}

/** A chart as a drawing of its own: white ground, its title and unit above it, the key below. */
export function standalone(chart, note) {
  const { width, size } = chart;
  const [head, foot] = [size * 3.4, size * 3.2];
  const height = chart.height + head + foot;
  const made = svg("svg", { xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": LETTERS, "font-size": size });
  made.append(svg("rect", { width, height, fill: "#FFFFFF" }));
  made.append(text(4, size * 1.3, chart.spec.title, { "font-weight": 700, "font-size": size * 1.15, fill: "#222222" }));
  made.append(text(4, size * 2.6, chart.unit.textContent, { fill: "#595959" }));
  const inner = svg("g", { transform: `translate(0 ${head})` });
  for (const child of chart.svg.children) inner.append(child.cloneNode(true));
  made.append(inner);
  const y = head + chart.height + size * 1.1;
  made.append(mark("baseline", size * 0.8, y, size * 0.4), text(size * 1.6, y, "baseline", { fill: INKS.baseline, "dominant-baseline": "central" }));
  made.append(mark("policy", size * 7.2, y, size * 0.4), text(size * 8, y, "policy", { fill: INKS.policy, "dominant-baseline": "central" }));
  made.append(text(4, y + size * 1.5, cut(note, width / (size * 0.5)), { fill: "#595959", "font-size": size * 0.8 }));
  return new XMLSerializer().serializeToString(made);
}

let noted = () => "";
/** What is written below saved figures. */
export function noteWith(maker) { noted = maker; }

async function save(chart, kind) {
  if (!chart.height) return; // nothing is drawn yet
  const source = standalone(chart, noted());
  const file = new Blob([source], { type: "image/svg+xml" });
  const name = `cxsim-${chart.spec.name}.${kind}`;
  if (kind === "svg") download(file, name);
  else download(await png(file, chart), name);
}

async function png(file, chart) {
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.width;
    canvas.height = 2 * image.height;
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.drawImage(image, 0, 0);
    return await new Promise((done) => { canvas.toBlob(done, "image/png"); });
  } finally {
    URL.revokeObjectURL(address);
  }
}

export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
