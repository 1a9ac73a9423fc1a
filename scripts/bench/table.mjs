// A table of figures: what was measured, beside what, their ratio, what it should be, and every single value.

/** The middle of the values. */
export const median = (values) => percentile(values, 0.5);

/** The smallest of the values that so large a share of them does not exceed. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export const milliseconds = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
export const ratio = (value) => `${value.toFixed(2)}×`;

/** All values of a series, for whoever wants to see how they spread. */
export const series = (values, shown = milliseconds) => values.map((value) => shown(value)).join(", ");

const COLUMNS = ["what", "measured", "beside", "ratio", "target", ""];

/**
 * Prints rows of `{what, measured, beside, ratio, target, reached, raw}`; what is left out stays blank.
 * `reached` says whether the target was; `raw` are lines below the table.
 */
export function print(title, rows) {
  const cells = rows.map((row) => [
    row.what,
    row.measured ?? "",
    row.beside ?? "",
    row.ratio ?? "",
    row.target ?? "",
    row.reached === undefined ? "" : row.reached ? "reached" : "MISSED",
  ]);
  const widths = COLUMNS.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd();
  console.log(`\n## ${title}\n`);
  console.log(line(COLUMNS));
  console.log(widths.map((width) => "-".repeat(width)).join("  "));
  for (const row of cells) console.log(line(row));
  const raw = rows.flatMap((row) => row.raw ?? []);
  if (raw.length > 0) console.log(`\n${raw.map((text) => `    ${text}`).join("\n")}`);
}
