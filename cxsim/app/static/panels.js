// Looking inside: why a month came out as it did, one customer's run, one firm's plan, and the numbers themselves.

import { COLOURS, svg, span, ticks } from "./charts.js";
import { element, measured, monthName, number, pounds } from "./words.js";

const SIDES = ["baseline", "policy"];
const TITLES = { baseline: "● Baseline", policy: "▲ Policy" };
const LOOKED = {
  habit: "they look around now and then", disappointment: "they got less than they expected", "dear bill": "they paid more than is normal",
  "bill went up": "the bill went up, or the first-year price ended", "renewal date": "the contract came up for renewal", "no supplier": "they had no supplier",
};
const SHE_LOOKED = {
  habit: "she does so now and then", disappointment: "she got less than she expected", "dear bill": "she paid more than is normal",
  "bill went up": "her bill went up, or her first-year price ended", "renewal date": "her contract came up for renewal", "no supplier": "she had no supplier",
};
const MOVED = {
  price: "a lower price", "noticed charge": "getting away from a hidden charge they knew of", quality: "a better job done, as far as they could tell",
  trust: "trust in the old supplier", brand: "a name that appeals more", "cost of moving": "cost and obstacles of moving", taste: "personal taste",
  "no supplier": "having none",
};
const LEVERS = {
  price: ["price", "pounds"], loyalty_premium: ["loyalty premium", "pounds"], hidden_fee: ["hidden fee", "pounds"], exit_barrier: ["obstacles to leaving", "pounds"],
  overpromise: ["promises beyond the truth", "number"], personalisation: ["personal prices", "number"], disclosure: ["owning up", "number"],
  service: ["service capacity", "number"], insight: ["insight", "number"], score_gaming: ["work on the score", "number"],
  quality: ["quality", "number"], dark_pattern: ["pressing for extras", "number"], discretion: ["what staff may decide", "number"],
  speed_target: ["measuring staff by speed", "number"], technology: ["technology", "number"], process: ["work in order", "number"],
  staff_care: ["care for staff", "number"], boldness: ["bold projects", "number"], announcement: ["announcements", "number"],
};
const MOST_ROWS = 8;

const leverName = (lever) => (lever.startsWith("quality: ") ? `quality: ${lever.slice(9).replaceAll("_", " ")}` : (LEVERS[lever] ?? [lever])[0]);
const leverSaid = (lever, value) => ((LEVERS[lever] ?? [])[1] === "pounds" ? pounds(value) : number(value));
const people = (value) => number(value);

/** The panel that explains a month. */
export function why(panel, answer) {
  panel.replaceChildren(element("div", { class: "pair" }, ...SIDES.map((side) => whySide(side, answer[side]))));
}

/** The same in a sentence a side: how many left, the largest flow, and why people looked around. */
export function brief(place, answer) {
  place.replaceChildren(...SIDES.map((side) => {
    const told = answer[side];
    const left = told.flows.filter((flow) => flow.origin !== "no supplier");
    const total = left.reduce((sum, flow) => sum + flow.customers, 0);
    const [most] = left;
    const [looked] = [...told.looked].sort((a, b) => b.customers - a.customers);
    const words = !most ? "nobody left." : `${people(total)} left their supplier; most of all ${people(most.customers)} from ${most.origin} to ${most.target}, mostly for ` +
      `${MOVED[most.reason] ?? most.reason}. Most who looked around did so because ${LOOKED[looked.reason] ?? looked.reason}.`;
    return element("span", { class: side }, `${TITLES[side]}, ${monthName(told.month)}: ${words} `);
  }));
}

function whySide(side, told) {
  const flows = told.flows;
  const movers = flows.reduce((sum, flow) => sum + flow.customers, 0);
  const left = flows.filter((flow) => flow.origin !== "no supplier").reduce((sum, flow) => sum + flow.customers, 0);
  const looked = told.looked.reduce((sum, row) => sum + row.customers, 0);
  const box = element("div", { class: `${side}-fill` }, element("h3", { class: side }, `${TITLES[side]}: ${monthName(told.month)}`));
  box.append(element("p", {}, `${people(looked)} of ${people(told.people)} people looked around, ${people(left)} of them left their supplier` +
    (movers > left ? `, and ${people(movers - left)} without one took one.` : "."),
  ), element("p", { class: "small" }, `In the first run, where each simulated customer stands for ${number(told.people / told.simulated)} people.`));
  if (flows.length) {
    box.append(element("h4", {}, "Who went where"), table(["From", "To", "People", "Mostly for"], flows.slice(0, MOST_ROWS).map((flow) => [
      flow.origin, flow.target, people(flow.customers), MOVED[flow.reason] ?? flow.reason])));
    if (flows.length > MOST_ROWS) box.append(element("p", { class: "small" }, `and ${flows.length - MOST_ROWS} smaller flows.`));
  }
  const reasons = told.looked.filter((row) => row.customers > 0).sort((a, b) => b.customers - a.customers);
  if (reasons.length) box.append(element("h4", {}, "Why people looked around"), bars(reasons.map((row) => [LOOKED[row.reason] ?? row.reason, row.customers, people(row.customers)])));
  if (left > 0) {
    box.append(element("h4", {}, "What a move was worth to those who left, on average, in £ a month"),
      table(["", "£/month"], told.moved.map((row) => [MOVED[row.reason] ?? row.reason, pounds(row.worth, true)])));
  }
  const changed = told.levers.filter((row) => leverSaid(row.lever, row.before) !== leverSaid(row.lever, row.after)).sort((a, b) => Math.abs(b.after - b.before) / (Math.abs(b.before) + 1e-3) - Math.abs(a.after - a.before) / (Math.abs(a.before) + 1e-3));
  box.append(element("h4", {}, "What firms changed this month"));
  if (changed.length) {
    box.append(scroll(table(["Firm", "Lever", "Before", "After"], changed.map((row) => [row.firm, leverName(row.lever), leverSaid(row.lever, row.before), leverSaid(row.lever, row.after)])), "What firms changed"));
  } else box.append(element("p", {}, "Nothing."));
  if (told.events.length) box.append(element("h4", {}, "What else happened"), element("ul", { class: "story" }, ...told.events.map((event) => element("li", {}, event))));
  return box;
}

/** The panel that follows one customer. */
export function customer(panel, answer, ask) {
  const { months, traits, picks, index } = answer;
  const pick = element("select", { id: "pick" }, element("option", { value: "" }, `number ${index}`),
    ...picks.map((one) => element("option", { value: one.name }, `who ${one.words}`)));
  pick.addEventListener("change", () => { if (pick.value) ask({ who: pick.value }); });
  const count = element("input", { type: "number", id: "who", min: 0, max: answer.people - 1, step: 1, value: index });
  count.addEventListener("change", () => ask({ who: Math.max(0, Math.min(answer.people - 1, Math.trunc(Number(count.value)) || 0)) }));
  const controls = element("div", { class: "controls" }, sideSelect(answer.side, ask), element("label", {}, "Customer ", pick), element("label", {}, "number ", count),
    element("button", { type: "button", onclick: () => ask({ who: (index + 1) % answer.people }) }, "Next"));
  const facts = [["Segment", traits.segment], ["Wants to", traits.job], ["Worth to her", `${pounds(traits.willingness_to_pay)} a month`],
    ["Looks around", `${number(100 * traits.attention)} % of months`], ["Notices a large charge", `${number(100 * traits.vigilance)} % of months`], ["Switching costs her", pounds(traits.switching_cost)]];
  const events = story(months);
  panel.replaceChildren(controls,
    element("dl", { class: "facts" }, ...facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
    timeline(answer), element("h3", {}, "What happened to her"),
    events.length ? element("ol", { class: "story scroll", tabindex: 0, "aria-label": "What happened to her" }, ...events.map((event) => element("li", {}, event)))
      : element("p", {}, "Nothing that she would tell a friend about."));
}

function story(months) {
  const told = [];
  months.month.forEach((month, at) => {
    const when = `${monthName(month)}:`;
    const before = at > 0 ? at - 1 : null;
    if (months.moved_from[at]) {
      const gain = months.gain[at] > 0 ? ` It was worth ${pounds(months.gain[at])} a month to her.` : "";
      const reason = months.why_looked[at] ? `because ${SHE_LOOKED[months.why_looked[at]]}` : "";
      told.push(`${when} looked around ${reason} and left ${months.moved_from[at]} for ${months.supplier[at]}; what spoke for it most: ${MOVED[months.why_moved[at]] ?? months.why_moved[at]}.${gain}`);
    } else if (months.looked[at]) {
      told.push(`${when} looked around because ${SHE_LOOKED[months.why_looked[at]]}, and stayed with ${months.supplier[at]}: nothing else was worth the move.`);
    } else if (before !== null && months.supplier[before] !== months.supplier[at]) {
      told.push(`${when} ${months.supplier[before]} was gone; she is with ${months.supplier[at]}.`);
    }
    if (months.aware[at] && (before === null || !months.aware[before])) {
      const fell = before === null ? "" : ` Her trust went from ${number(months.trust[before])} to ${number(months.trust[at])}.`;
      told.push(`${when} noticed a hidden charge of ${pounds(months.hidden_fee[at])} a month.${fell}`);
    }
    if (months.unwanted[at] && (before === null || !months.unwanted[before])) {
      told.push(`${when} was talked into an extra that she does not want, for ${pounds(months.extra[at])} a month.`);
    }
    if (before !== null && months.unwanted[before] && !months.unwanted[at]) told.push(`${when} got rid of the extra.`);
    if (months.problem[at] && (before === null || !months.problem[before])) {
      let until = at;
      while (until + 1 < months.month.length && months.problem[until + 1]) until += 1;
      told.push(`${when} met a problem that stayed open for ${until - at + 1} month${until > at ? "s" : ""}.`);
    }
  });
  return told;
}

function timeline(answer) {
  const { months } = answer;
  const count = months.month.length;
  const size = Math.round(0.82 * parseFloat(getComputedStyle(document.documentElement).fontSize));
  const width = Math.max(300, document.getElementById("panel-customer").clientWidth || 900);
  const [height, left, right, above, below] = [size * 20, size * 2.4, size * 6.4, size * 2.4, size * 17.5];
  const x = (at) => left + ((width - left - right) * at) / Math.max(1, count - 1);
  const y = (value) => below - (below - above) * value;
  const lines = { experience: ["#999999", 1.2, null], satisfaction: ["#0072B2", 2.6, null], expectation: ["#000000", 1.6, "5 3"], trust: ["#D55E00", 2.2, "1.5 3"] };
  const drawn = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Experience, satisfaction, expectation and trust of this customer by month, and her suppliers", "font-size": size, "font-family": "system-ui, sans-serif" });
  for (const tick of [0, 0.5, 1]) {
    drawn.append(svg("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), stroke: "#DDDDDD" }), label(left - 6, y(tick), String(tick), { "text-anchor": "end" }));
  }
  let from = 0;
  for (let at = 1; at <= count; at += 1) {
    if (at < count && months.supplier[at] === months.supplier[from]) continue;
    const wide = x(Math.min(at, count - 1)) - x(from);
    drawn.append(svg("rect", { x: x(from), y: 2, width: Math.max(1, wide - 1), height: size * 1.5, fill: from === 0 || drawn.dataset.odd !== "1" ? "#E8E8E8" : "#CFCFCF" }));
    drawn.dataset.odd = drawn.dataset.odd === "1" ? "0" : "1";
    const name = months.supplier[from];
    const room = Math.floor((wide - 6) / (size * 0.6));
    if (room >= Math.min(7, name.length)) drawn.append(label(x(from) + 3, 2 + size * 0.78, name.length <= room ? name : `${name.slice(0, room - 1)}…`, { fill: "#222222" }));
    from = at;
  }
  const ends = [];
  for (const [name, [colour, thick, dash]] of Object.entries(lines)) {
    const shape = months[name].map((value, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    drawn.append(svg("path", { d: shape, fill: "none", stroke: colour, "stroke-width": thick, "stroke-dasharray": dash }));
    ends.push({ name, at: y(months[name][count - 1]), colour });
  }
  ends.sort((a, b) => a.at - b.at).forEach((end, place) => { end.at = place ? Math.max(end.at, ends[place - 1].at + size * 1.2) : end.at; });
  for (const end of ends) drawn.append(label(width - right + 6, end.at, end.name, { fill: end.colour === "#999999" ? "#666666" : end.colour === COLOURS.policy ? "#A34800" : end.colour }));
  for (const year of ticks(0, (count - 1) / 12, width < 500 ? 4 : 8).filter(Number.isInteger)) drawn.append(label(x(12 * year), below + size * 1.3, year ? `${year} ${year === 1 ? "year" : "years"}` : "start", { "text-anchor": "middle" }));
  return element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Her run as a drawing" }, drawn);
}

function label(x, y, content, attributes = {}) {
  const made = svg("text", { x, y, "dominant-baseline": "central", fill: "#595959", ...attributes });
  made.textContent = content;
  return made;
}

/** The panel that shows what a firm weighed. */
export function firm(panel, answer, ask) {
  const select = element("select", { id: "firm" }, ...answer.firms.map((name) => element("option", { value: name }, name)));
  if (answer.firm) select.value = answer.firm;
  select.addEventListener("change", () => ask({ firm: select.value }));
  const controls = element("div", { class: "controls" }, sideSelect(answer.side, ask), element("label", {}, "Firm ", select));
  const { weighing, about } = answer;
  if (!weighing) {
    panel.replaceChildren(controls, element("p", {}, answer.firm ? "It has not reviewed its levers yet. Choose a later month." : "Choose a firm."));
    return;
  }
  const facts = [["Last review", monthName(Math.max(0, weighing.month)) + (weighing.month < 0 ? " (before the start)" : "")], ["Strategy", weighing.strategy.replaceAll("_", " ")],
    ["Looks ahead", `${number(weighing.horizon)} months`], ["Fears a case", `${number(100 * weighing.detection)} % a month`], ["Customers", people(about.customers)], ["Profit", `${pounds(about.profit)} a month`]];
  const list = element("dl", { class: "facts" }, ...facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  if (!weighing.levers.length) {
    panel.replaceChildren(controls, list, element("p", {}, `It follows a rule of thumb and weighs nothing: ${weighing.rule}`));
    return;
  }
  panel.replaceChildren(controls, list,
    element("p", {}, `It asked ${number(weighing.panel)} customers and worked out, lever by lever, what each candidate would earn until its horizon, less the fines that it expects (drawn in red where there are any). The ring is where the lever stood, the dot what it chose.`),
    table(["Lever", "Before", "Chosen", "Gain it expects", "of which saved fines"], weighing.levers.map((one) => {
      const worth = (value, list_) => list_[one.value.indexOf(value)];
      const net = one.profit.map((profit, place) => profit - one.fines[place]);
      return [leverName(one.lever), leverSaid(one.lever, one.before), leverSaid(one.lever, one.after), pounds(worth(one.after, net) - worth(one.before, net), true),
        pounds(worth(one.before, one.fines) - worth(one.after, one.fines), true)];
    })),
    element("div", { class: "weighed" }, ...weighing.levers.map(candidates)));
}

function candidates(one) {
  const [width, height, left, right, above, below] = [300, 150, 62, 14, 12, 120];
  const net = one.profit.map((profit, place) => profit - one.fines[place]);
  const fined = one.fines.some((fine) => fine > 1e-9);
  const all = fined ? [...net, ...one.profit] : net;
  const [low, high] = span(Math.min(...all), Math.max(...all), Math.max(1, 1e-4 * Math.abs(net[0])), null, null);
  const [first, last] = [one.value[0], one.value[one.value.length - 1]];
  const x = (value) => (last > first ? left + ((width - left - right) * (value - first)) / (last - first) : (left + width - right) / 2);
  const y = (value) => below - ((below - above) * (value - low)) / (high - low);
  const name = `${leverName(one.lever)}: what each candidate is worth`;
  const drawn = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${name}; from ${leverSaid(one.lever, one.before)} to ${leverSaid(one.lever, one.after)}`, "font-size": 11, "font-family": "system-ui, sans-serif" });
  for (const tick of ticks(low, high, 3)) {
    drawn.append(svg("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), stroke: "#DDDDDD" }), label(left - 5, y(tick), pounds(tick), { "text-anchor": "end" }));
  }
  const line = (values) => values.map((value, place) => `${place ? "L" : "M"}${x(one.value[place]).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  if (fined) {
    const back = [...net].map((value, place) => [value, place]).reverse().map(([value, place]) => `L${x(one.value[place]).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    drawn.append(svg("path", { d: `${line(one.profit)}${back}Z`, fill: "#D55E00", opacity: 0.25 }));
  }
  drawn.append(svg("path", { d: line(net), fill: "none", stroke: "#222222", "stroke-width": 2 }));
  const at = (value) => [x(value), y(net[one.value.indexOf(value)])];
  const [bx, by] = at(one.before);
  const [ax, ay] = at(one.after);
  drawn.append(svg("circle", { cx: bx, cy: by, r: 5, fill: "#FFFFFF", stroke: "#222222", "stroke-width": 2 }), svg("circle", { cx: ax, cy: ay, r: 4, fill: "#222222" }));
  drawn.append(label(left, height - 14, leverSaid(one.lever, first)), label(width - right, height - 14, leverSaid(one.lever, last), { "text-anchor": "end" }));
  return element("figure", {}, element("figcaption", {}, element("b", {}, leverName(one.lever)), element("span", { class: "small" }, " worth until the horizon, £")), drawn);
}

/** The panel with the numbers behind the lines, a row a year or a month. */
export function numbers(panel, data, furniture, state) {
  const names = Object.keys(furniture.lines);
  const monthly = state.monthly ?? false;
  const line = state.line && names.includes(state.line) ? state.line : "experience";
  const select = element("select", { id: "table-line" }, ...names.map((name) => element("option", { value: name }, `${furniture.lines[name][0]}, ${furniture.lines[name][1]}`)));
  select.value = line;
  select.addEventListener("change", () => { state.line = select.value; numbers(panel, data, furniture, state); });
  const every = element("input", { type: "checkbox", id: "table-monthly" });
  every.checked = monthly;
  every.addEventListener("change", () => { state.monthly = every.checked; numbers(panel, data, furniture, state); document.getElementById("table-monthly").focus(); });
  const unit = furniture.lines[line][1];
  const rows = [];
  for (let month = 0; month < data.months; month += 1) {
    if (!monthly && month % 12 !== 11 && month !== data.months - 1) continue;
    const [before, after] = SIDES.map((side) => data.sides[side].arrays[line][month]);
    rows.push([monthName(month), measured(before, unit), measured(after, unit), measured(after - before, unit, true)]);
  }
  panel.replaceChildren(element("div", { class: "controls" }, element("label", {}, "Show ", select), element("label", {}, every, " every month")),
    scroll(table(["Month", "Baseline", "Policy", "Difference"], rows), furniture.lines[line][0]),
    element("p", { class: "small" }, "All columns, all firms, segments and flows of money, to the last digit: the buttons Data (CSV) and Data (Parquet)."));
}

function sideSelect(side, ask) {
  const select = element("select", { class: "side-select" }, ...SIDES.map((name) => element("option", { value: name }, name)));
  select.value = side;
  select.addEventListener("change", () => ask({ side: select.value }));
  return element("label", {}, "In the ", select);
}

export function table(head, rows) {
  const word = head.map((_, place) => rows.every((row) => !/^[−+–]?£?[\d.,]+/.test(row[place]) && row[place] !== "–"));
  const kind = (place) => (word[place] ? "word" : null);
  return element("table", {}, element("thead", {}, element("tr", {}, ...head.map((name, place) => element("th", { scope: "col", class: kind(place) }, name)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell, place) => element(place ? "td" : "th", { scope: place ? null : "row", class: kind(place) }, cell))))));
}

function scroll(inner, name) {
  return element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": name }, inner);
}

function bars(rows) {
  const most = Math.max(...rows.map(([, value]) => value));
  return element("div", { class: "bars" }, ...rows.flatMap(([name, value, text]) => {
    const fill = element("div", { class: "fill" });
    fill.style.width = `${(100 * value) / most}%`;
    return [element("span", {}, name), element("div", { class: "track", "aria-hidden": "true" }, fill), element("span", {}, text)];
  }));
}
