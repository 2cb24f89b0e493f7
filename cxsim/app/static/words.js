// Numbers and months as people say them.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** A number to about three digits: 0.612, 52.3, 2,045, 12.3m. */
export function number(value, signed = false) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : signed && value > 0 ? "+" : "";
  if (size === 0) return "0";
  for (const [least, divisor, suffix] of [[1e9, 1e9, "bn"], [1e6, 1e6, "m"], [1e5, 1e3, "k"]]) {
    if (Number(size.toPrecision(3)) >= least) return sign + digits(size / divisor) + suffix;
  }
  if (Number(size.toPrecision(3)) >= 1000) return sign + whole.format(size);
  return sign + digits(size);
}

function digits(size) {
  const rounded = Number(size.toPrecision(3));
  const places = rounded >= 100 ? 0 : rounded >= 10 ? 1 : rounded >= 1 ? 2 : 3;
  const text = size.toFixed(places);
  return Number(text) === 0 && size > 0 ? size.toPrecision(1) : text;
}

/** An amount of money: to the penny below £100, to three digits above. */
export function pounds(value, signed = false) {
  const size = Math.abs(value);
  let text = number(value, signed);
  if (size < 99.995) text = size < 0.005 ? "0" : (value < 0 ? "−" : signed ? "+" : "") + size.toFixed(2);
  if (text === "–") return text;
  const sign = /^[−+]/.test(text) ? text[0] : "";
  return `${sign}£${text.slice(sign.length)}`;
}

/** A value of a metric with its unit, as the headline table and the charts say it. */
export function measured(value, unit, signed = false) {
  return unit.startsWith("£") ? pounds(value, signed) : number(value, signed);
}

/** A lever's value in words. */
export function leverValue(lever, value) {
  if (value === null || value === undefined) return lever.none || "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length ? value.map((word) => choiceName(lever, word)).join(", ") : "nothing";
  if (typeof value === "string") return choiceName(lever, value);
  const after = lever.unit ? ` ${lever.unit}` : "";
  if (lever.show === "percent") return `${number(100 * value).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")} %${after}`;
  if (lever.show === "pounds") return `${pounds(value).replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "")}${after}`;
  return `${String(Number(value.toPrecision(6)))}${after}`;
}

export function choiceName(lever, word) {
  const found = (lever.choices || []).find(([name]) => name === word);
  return found ? found[1] : String(word);
}

/** A value as it stands in the address. */
export function said(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "number" && !Number.isInteger(value)) return String(value);
  return String(value);
}

/** "year 3, month 5" for month 28. */
export function monthName(month) {
  return `year ${Math.floor(month / 12) + 1}, month ${(month % 12) + 1}`;
}

/** An element with attributes and children; text is always text, never markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
