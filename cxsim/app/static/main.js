// The page: the address is the state, the server works out what it means, the charts follow.

import { Firms, Ledger, Lines, download, noteWith, standalone } from "./charts.js";
import { unpack } from "./codec.js";
import { Controls } from "./controls.js";
import * as panels from "./panels.js";
import { element, measured, monthName, said } from "./words.js";

// Metric, words, and for shares that read better as percentages their unit.
const HEADLINES = [
  ["experience", "What customers experience"], ["price_paid", "All that a customer pays"], ["hidden_fees", "of which hidden fees"],
  ["loyalty_premium", "of which loyalty and personal premiums"], ["unwanted_extras", "of which unwanted extras"], ["churn", "Customers who leave", "% a year"], ["trust", "Trust in the own supplier"],
  ["coverage", "People with a supplier", "%"],
  ["consumer_surplus", "Worth to customers less all they pay"], ["profit", "Firms' profit"], ["fines", "Fines"], ["regulator_spend", "Spent on cases"],
];
const GLANCE = [["experience", "Experience"], ["price_paid", "Paid"], ["hidden_fees", "Hidden"]];
const TILES = [["experience", "What customers experience"], ["price_paid", "All that a customer pays"], ["hidden_fees", "Hidden fees"], ["churn", "Customers who leave"],
  ["profit", "Firms' profit"]];
const CHARTS = [
  [Lines, { name: "experience", title: "What customers experience", unit: "index from 0 to 100", measures: ["experience"], least: 4, bottom: 0, top: 100 }],
  [Lines, { name: "paid", title: "What they pay", unit: "£/month; solid: everything, dashed: the price for new customers", measures: ["price_paid", "price"], short: ["everything", "new price"], bottom: 0 }],
  [Lines, { name: "hidden", title: "Charged beyond the price", unit: "£/month; solid: hidden fees, dashed: loyalty and personal premiums", measures: ["hidden_fees", "loyalty_premium"], short: ["hidden", "premiums"], least: 0.5, bottom: 0 }],
  [Firms, { name: "firms", title: "Who takes it", unit: "firms: share of customers, and charged beyond the price per customer, mean of the year up to the month looked at" }],
  [Lines, { name: "leavers", title: "Who leaves", unit: "% of customers who left their supplier in the past year", measures: ["leavers"], least: 5, bottom: 0 }],
  [Ledger, { name: "ledger", title: "Who bears it, by segment", unit: "£/month a person beyond the price, mean of the year up to the month looked at" }],
  [Lines, { name: "trust", title: "Trust and satisfaction", unit: "from 0 to 1; solid: trust in the own supplier, dashed: satisfaction", measures: ["trust", "satisfaction"], short: ["trust", "satisfaction"], least: 0.1, bottom: 0, top: 1 }],
  [Lines, { name: "welfare", title: "Who gains", unit: "£/month a person; solid: worth to customers less all they pay, dashed: firms' profit", measures: ["consumer_surplus", "firms_profit"], short: ["customers", "firms"], least: 1 }],
  [Lines, { name: "regulator", title: "The regulator's money", unit: "£; solid: in hand, dashed: fines so far", measures: ["budget", "fined"], short: ["in hand", "fined"], least: 1000, bottom: 0 }],
];

const get = (id) => document.getElementById(id);
const status = get("status");
const table = {};
let [socket, furniture, controls, charts, data, reply] = [null, null, null, [], null, null];
let whole = {};
let params = new URLSearchParams(location.search);
let serial = 0;
let timer = 0;
let retry = 500;
let asked = { why: null, customer: null, firm: null };

const tell = (text) => { if (status.textContent !== text) status.textContent = text; };
const send = (message) => { if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); };

/** Ask for what the address says. Everything that moves something ends here. */
function show() {
  serial += 1;
  document.body.dataset.asked = String(serial);
  send({ do: "show", serial, query: params.toString() });
}

function change(key, value, { side = "baseline", preset = false, shared = false } = {}) {
  const name = shared || side === "baseline" ? key : `policy.${key}`;
  if (value === undefined) params.delete(name);
  else params.set(name, said(value));
  if (preset) {
    const own = `${side === "policy" ? "policy." : ""}${key}.`;
    for (const one of [...params.keys()]) if (one.startsWith(own) && one !== "market.n_customers") params.delete(one);
  }
  show();
}

function hint(key, values, shared) {
  const queries = values.map((value) => {
    const next = new URLSearchParams(params);
    next.set(shared || controls.side === "baseline" ? key : `policy.${key}`, said(value));
    return next.toString();
  });
  send({ do: "hint", queries });
}

function look(name, value) {
  if (value === null) params.delete(name);
  else params.set(name, value);
  keep();
}

/** Put the state into the address; browsers allow that only so often. */
function keep(fresh = false) {
  clearTimeout(timer);
  document.body.dataset.kept = "false";
  const put = () => {
    document.body.dataset.kept = "true";
    const query = `?${params.toString().replaceAll("%2C", ",")}`;
    if (fresh) history.pushState(null, "", query);
    else if (query !== location.search) history.replaceState(null, "", query);
  };
  if (fresh) put();
  else timer = setTimeout(put, 250);
}

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", (event) => (typeof event.data === "string" ? hear(JSON.parse(event.data)) : paint(event.data)));
  socket.addEventListener("close", () => {
    tell("The connection to cxsim is lost; trying again …");
    document.body.dataset.state = "lost";
    setTimeout(connect, retry);
    retry = Math.min(8000, 2 * retry);
  });
}

function hear(message) {
  if (message.is === "warming") tell("Preparing the simulation; the first time, this compiles for a minute or so …");
  if (message.is === "ready") { retry = 500; document.body.dataset.state = "ready"; tell("Simulating …"); show(); }
  if (message.is === "state") takeState(message);
  if (message.is === "filling" && message.serial === serial) filling(message.done, message.of);
  if (message.is === "stopped") { filling(0, 0); tell("Stopped. Move a lever to go on."); busy(null); }
  if (message.is === "error") takeError(message);
  if (message.is === "explain" && message.serial === asked.why) { busy("why", false); panels.why(get("panel-why"), message.answer); panels.brief(get("why-line"), message.answer); }
  if (message.is === "follow" && message.serial === asked.customer) {
    busy("customer", false);
    look("who", String(message.answer.index));
    panels.customer(get("panel-customer"), message.answer, askCustomer);
  }
  if (message.is === "weigh" && message.serial === asked.firm) {
    busy("firm", false);
    if (!message.answer.firm && message.answer.firms.length) { askFirm({ firm: message.answer.firms[0] }); return; }
    panels.firm(get("panel-firm"), message.answer, askFirm);
  }
}

function takeState(message) {
  if (message.controls) controls.take(message.controls);
  if (message.serial !== serial) return;
  document.body.dataset.told = String(serial);
  reply = message;
  params = new URLSearchParams(message.query);
  controls.update();
  keep();
  notices(message.notices.map((text) => [text, "mild"]));
  const scenario = furniture.scenarios.find((one) => one.name === message.view.scenario);
  get("scenario").value = scenario ? scenario.name : "";
  get("question").textContent = scenario ? scenario.question : "Your own comparison.";
  const month = get("month");
  if (Number(month.max) !== message.months - 1) {
    month.max = String(message.months - 1);
    month.value = String(message.view.at ?? message.months - 1);
  }
  sayMonth();
  const titles = controls.controls.titles.policy;
  document.title = `cxsim: ${titles.market}`;
  filling(0, 0);
  stale();
}

function takeError(message) {
  if (message.about === "state" || message.about === "picture" || message.about === "start") {
    if (message.serial !== undefined && message.serial !== serial) return;
    notices([[message.text, ""], ...(message.notices ?? []).map((text) => [text, "mild"])]);
    tell("These settings cannot be simulated; the charts show the last that could.");
    filling(0, 0);
    get("charts").classList.add("busy");
    if (message.query !== undefined) keep();
  } else {
    const name = { explain: "why", follow: "customer", weigh: "firm" }[message.about];
    if (!name) return;
    busy(name, false);
    if (name === "why") get("why-line").replaceChildren();
    get(`panel-${name}`).replaceChildren(element("p", { class: "notice" }, message.text));
  }
}

function notices(list) {
  get("notices").replaceChildren(...list.map(([text, kind]) => {
    const box = element("div", { class: `notice ${kind}` }, element("p", {}, text));
    box.append(element("button", { type: "button", "aria-label": "Close this message", onclick: () => box.remove() }, "Close"));
    return box;
  }));
}

function filling(done, of) {
  const going = of > 0 && done < of;
  get("filling").hidden = get("stop").hidden = !going;
  if (going) {
    get("filling").value = done / of;
    tell(`${done} of ${of} runs …`);
  }
}

/** The first months of one side have come: draw them over what was there, from left to right. */
function part(header) {
  if (!data || data.months !== header.months || header.serial <= (Number(document.body.dataset.shown) || 0)) return;
  const [name, fresh] = Object.entries(header.sides)[0];
  const old = data.sides[name];
  const alike = (one, two) => one.length === two.length && one.every((word, at) => word === two[at]);
  const arrays = {};
  for (const [key, values] of Object.entries(old.arrays)) {
    if (key.endsWith(".low") || key.endsWith(".high")) continue;
    const kin = key === "by.ledger" ? alike(fresh.segments, old.segments) : !key.startsWith("by.") || alike(fresh.firms, old.firms);
    arrays[key] = kin ? over(values, fresh.arrays[key]) : values;
  }
  data = { ...data, sides: { ...data.sides, [name]: { ...old, arrays } } };
  for (const chart of charts) chart.draw(data);
  tell(`Simulated up to ${monthName(fresh.reached - 1)} …`);
  dispatchEvent(new CustomEvent("part", { detail: { serial: header.serial, reached: fresh.reached } }));
}

/** A copy of an array, whatever its depth, with the first months in place of its own. */
function over(values, first) {
  if (Array.isArray(values)) return values.map((row, at) => (first[at] ? over(row, first[at]) : row));
  const merged = values.slice();
  merged.set(first.subarray(0, Math.min(first.length, merged.length)));
  return merged;
}

/** Numbers have come: draw everything in one go. */
function paint(buffer) {
  const header = unpack(buffer);
  if (header.is === "part") { part(header); return; }
  for (const side of Object.keys(header.sides)) if (header.sides[side].same) header.sides[side] = whole[side];
  whole = header.sides;
  data = { ...header, flows: furniture.flows, month: Math.min(Number(get("month").value), header.months - 1) };
  for (const chart of charts) chart.draw(data);
  headline();
  get("charts").classList.remove("busy");
  document.body.dataset.shown = String(header.serial);
  document.body.dataset.count = String(header.count);
  dispatchEvent(new CustomEvent("shown", { detail: { serial: header.serial, count: header.count } }));
  if (header.serial === serial) {
    if (header.count >= header.of) filling(0, 0);
    tell(header.count > 1 ? `Mean of ${header.count} runs; the bands are their 95 % intervals.` : header.of > 1 ? "One run; the bands are coming …" : "One run.");
  }
  if (!get("panel-table").hidden) panels.numbers(get("panel-table"), data, furniture, table);
}

/** The ready-made comparisons under their headings. */
function topics() {
  return [...new Set(furniture.scenarios.map((one) => one.topic))].map((topic) => element("optgroup", { label: topic },
    ...furniture.scenarios.filter((one) => one.topic === topic).map((one) => element("option", { value: one.name }, one.title))));
}

function headline() {
  const place = Object.fromEntries(furniture.metrics.map((metric, at) => [metric.name, at]));
  const body = document.querySelector("#headline tbody");
  const [glance, tiles] = [[], []];
  HEADLINES.forEach(([name, words, percent], at) => {
    const metric = furniture.metrics[place[name]];
    const unit = percent ?? metric.unit;
    const shown = (value) => (percent && value !== null ? 100 * value : value);
    const [before, after] = ["baseline", "policy"].map((side) => shown(data.sides[side].ends[place[name]][0]));
    const [mean, low, high] = data.difference[place[name]].map(shown);
    const row = body.rows[at] ?? body.appendChild(element("tr", { "data-metric": name }, element("th", { scope: "row", title: metric.meaning }, words, " ", element("span", { class: "unit" }, unit)),
      element("td", { class: "baseline" }), element("td", { class: "policy" }), element("td")));
    row.hidden = name === "unwanted_extras" && before === 0 && after === 0;
    row.cells[1].textContent = measured(before, unit);
    row.cells[2].textContent = measured(after, unit);
    const interval = () => (low === null ? [] : [element("span", {}, `[${measured(low, unit, true)},`), " ", element("span", {}, `${measured(high, unit, true)}]`)]);
    row.cells[3].replaceChildren(element("b", {}, measured(mean, unit, true)), " ", element("span", { class: "unit bounds" }, ...interval()));
    const tile = TILES.findIndex(([key]) => key === name);
    if (tile >= 0) tiles[tile] = tiled(TILES[tile][1], unit, [before, after, mean].map((value, k) => measured(value, unit, k === 2)), interval());
    const short = GLANCE.find(([key]) => key === name);
    if (short) glance.push(`${short[1]} ${measured(before, unit)} → ${measured(after, unit)}`);
  });
  get("glance").textContent = glance.join(" · ");
  get("tiles").replaceChildren(...tiles);
  get("headline-note").textContent = data.count > 1
    ? `Mean of ${data.count} runs. In brackets: 95 % interval of the difference, run by run, so that their common luck cancels.`
    : "One run; intervals need more.";
}

/** One number of the last year: both sides, and what the policy changes. */
function tiled(words, unit, [before, after, difference], interval) {
  return element("li", {}, element("span", { class: "small" }, `${words}${unit ? `, ${unit}` : ""}`), element("span", { class: "sides-said" },
    element("span", { class: "baseline" }, `● ${before}`), " ", element("span", { class: "policy" }, `▲ ${after}`)),
  element("b", {}, difference), element("span", { class: "small bounds" }, ...interval));
}

function setMonth(month, pinned) {
  if (month === null || !data) return;
  const slider = get("month");
  if (Number(slider.value) === month && !pinned) return;
  slider.value = String(month);
  monthMoved(pinned);
}

let drawing = 0;
function monthMoved(pinned) {
  sayMonth();
  if (pinned) {
    look("at", get("month").value);
    pointed = true;
    stale(true);
  }
  if (!data || drawing) return;
  drawing = requestAnimationFrame(() => {
    drawing = 0;
    data.month = Math.min(Number(get("month").value), data.months - 1);
    for (const chart of charts) chart.cursor(data, data.month);
  });
}

function sayMonth() {
  const month = Number(get("month").value);
  get("month-said").textContent = monthName(month);
  get("month").setAttribute("aria-valuetext", monthName(month));
}

// --- looking inside ---------------------------------------------------------------------------------------------------

const TABS = ["why", "customer", "firm", "table"];

function open(name, ask = true) {
  for (const one of TABS) {
    get(`panel-${one}`).hidden = one !== name;
    get(`tab-${one}`).setAttribute("aria-selected", String(one === name));
    get(`tab-${one}`).tabIndex = one === (name ?? TABS[0]) ? 0 : -1;
  }
  look("open", name);
  if (ask) refresh();
}

/** Ask again for what is open, and what lies behind the month that somebody pointed at. */
function refresh(month = false) {
  const name = params.get("open");
  if (name === "why" || pointed) askWhy();
  if (name === "customer" && !month) askCustomer({});
  if (name === "firm") askFirm({});
  if (name === "table" && data) panels.numbers(get("panel-table"), data, furniture, table);
}

function busy(name, on = false) {
  for (const one of name ? [name] : TABS) get(`panel-${one}`).classList.toggle("busy", on);
  if (!on && name !== "customer" && name !== "firm") get("why-line").classList.remove("busy");
}

/** What is open was asked about another state: ask again, a moment after the last move. */
let [later, pointed] = [0, false];
function stale(month = false) {
  const name = params.get("open");
  if (pointed) get("why-line").classList.add("busy");
  if (name && name !== "table" && !(month && name === "customer")) busy(name, true);
  else if (!pointed) return;
  clearTimeout(later);
  later = setTimeout(() => refresh(month), 400);
}

function wait(name) {
  busy(name, true);
  const panel = get(`panel-${name}`);
  if (!panel.childElementCount) panel.replaceChildren(element("p", {}, "Simulating up to there again …"));
}

function askWhy() {
  asked.why = ++questions;
  wait("why");
  send({ do: "explain", serial: asked.why, month: Number(get("month").value) });
}

function askCustomer({ who, side }) {
  if (side) look("side", side);
  const wanted = who ?? (params.has("who") ? Number(params.get("who")) : "most moves");
  asked.customer = ++questions;
  wait("customer");
  send({ do: "follow", serial: asked.customer, side: params.get("side") ?? "policy", who: wanted });
}

function askFirm({ firm, side }) {
  if (side) look("side", side);
  if (firm) look("firm", firm);
  asked.firm = ++questions;
  wait("firm");
  send({ do: "weigh", serial: asked.firm, side: params.get("side") ?? "policy", firm: params.get("firm") ?? "", month: Number(get("month").value) });
}

let questions = 0;

// --- taking it along ----------------------------------------------------------------------------------------------------

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    tell(`${what} copied.`);
  } catch {
    const box = element("div", { class: "notice mild" }, element("label", { for: "copied" }, `${what}, to copy by hand:`));
    const field = element("textarea", { id: "copied", rows: 6, cols: 60, readonly: true });
    field.value = text;
    box.append(field, element("button", { type: "button", onclick: () => box.remove() }, "Close"));
    get("notices").replaceChildren(box);
    field.select();
  }
}

async function saveData(kind, button) {
  button.disabled = true;
  tell("Simulating every run and packing the tables …");
  try {
    const answer = await fetch(`/data.zip?format=${kind}&${params.toString()}`);
    if (!answer.ok) throw new Error((await answer.json()).error);
    download(await answer.blob(), `cxsim-${kind}.zip`);
    tell("Data saved.");
  } catch (error) {
    notices([[`The data could not be saved: ${error.message}`, ""]]);
  } finally {
    button.disabled = false;
  }
}

function saveFigures() {
  const note = noted();
  for (const [place, chart] of charts.entries()) {
    setTimeout(() => download(new Blob([standalone(chart, note)], { type: "image/svg+xml" }), `cxsim-${chart.spec.name}.svg`), 150 * place);
  }
  tell(`${charts.length} figures saved.`);
}

function noted() {
  const titles = controls?.controls?.titles;
  if (!titles || !data) return "";
  const regulator = titles.baseline.regulator === titles.policy.regulator ? titles.baseline.regulator : `${titles.baseline.regulator} / ${titles.policy.regulator}`;
  return `${titles.baseline.market}; ${regulator}; ${data.count} run${data.count > 1 ? "s" : ""}, seed ${params.get("seed") ?? 1}; cxsim ${furniture.version}`;
}

// --- start --------------------------------------------------------------------------------------------------------------

async function start() {
  furniture = await (await fetch("/furniture.json")).json();
  get("version").textContent = `cxsim ${furniture.version}.`;
  get("scenario").append(element("option", { value: "" }, "your own comparison"), ...topics());
  get("scenario").addEventListener("change", (event) => {
    if (!event.target.value) return;
    const kept = ["seed", "months", "replications", "market.n_customers", "open"].filter((name) => params.has(name)).map((name) => [name, params.get(name)]);
    controls.reveal();
    params = new URLSearchParams([["scenario", event.target.value], ...kept]);
    keep(true);
    show();
  });
  document.body.append(element("p", { id: "glance", class: "glance", "aria-hidden": "true" }));
  controls = new Controls(furniture, change, hint);
  controls.reveal();
  charts = CHARTS.map(([Kind, spec]) => new Kind(get("charts"), spec, setMonth));
  for (const chart of charts) chart.measure();
  noteWith(noted);
  new ResizeObserver(() => {
    let changed = false;
    for (const chart of charts) changed = chart.measure() || changed;
    if (changed && data) for (const chart of charts) chart.draw(data);
  }).observe(get("charts"));
  if (params.has("at")) { get("month").max = "359"; get("month").value = params.get("at"); }
  get("month").addEventListener("input", () => monthMoved(true));
  get("why-button").addEventListener("click", () => { pointed = true; open("why"); get("tab-why").scrollIntoView({ block: "start" }); });
  for (const name of TABS) get(`tab-${name}`).addEventListener("click", () => open(params.get("open") === name ? null : name));
  document.querySelector('[role="tablist"]').addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.findIndex((name) => event.target.id === `tab-${name}`) + step + TABS.length) % TABS.length];
    get(`tab-${next}`).focus();
    open(next);
  });
  get("stop").addEventListener("click", () => send({ do: "stop" }));
  get("copy-link").addEventListener("click", () => copy(`${location.origin}/?${params.toString().replaceAll("%2C", ",")}`, "The link"));
  get("copy-command").addEventListener("click", () => reply && copy(reply.commands, "The commands"));
  get("copy-python").addEventListener("click", () => reply && copy(reply.python, "The script"));
  get("save-csv").addEventListener("click", (event) => saveData("csv", event.currentTarget));
  get("save-parquet").addEventListener("click", (event) => saveData("parquet", event.currentTarget));
  get("save-figures").addEventListener("click", () => data && saveFigures());
  addEventListener("popstate", () => { params = new URLSearchParams(location.search); show(); });
  open(TABS.includes(params.get("open")) ? params.get("open") : null, false);
  connect();
}

start();
