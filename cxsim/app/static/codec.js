// Messages with numbers: 8 bytes of length, a JSON header of that length, then float64 values.

/** The header of a message, with an array in the place of every name. */
export function unpack(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  let start = 8 + length;
  for (const side of Object.values(header.sides)) {
    if (side.same) continue;
    const numbers = new Float64Array(buffer, start, side.size);
    side.arrays = {};
    for (const [name, [place, ...shape]] of Object.entries(side.places)) {
      side.arrays[name] = shaped(numbers, place, shape);
    }
    start += 8 * side.size;
  }
  return header;
}

function shaped(numbers, place, shape) {
  if (shape.length === 1) return numbers.subarray(place, place + shape[0]);
  const size = shape.slice(1).reduce((product, part) => product * part, 1);
  return Array.from({ length: shape[0] }, (_, row) => shaped(numbers, place + row * size, shape.slice(1)));
}
