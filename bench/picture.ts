import type { Figure, Result } from "./measure";

/** Bars side by side: what visitors and operators saw of the same change, and what more services cost. */
export function picture({ machine, figures }: Result): string {
  const panels = [...PANELS.map(([figure, title]) => compared(figures, figure, title)), sizes(figures)].filter(
    ({ bars }) => bars.length > 0,
  );
  const rows = Math.ceil(panels.length / COLUMNS);
  const height = TOP + rows * PANEL.height + 34;
  const runs = Math.max(...figures.map((one) => one.runs));
  const foot = `medians of ${runs} runs on ${machine.cpus} CPUs (${machine.model}), ${machine.memory}, Docker ${machine.docker}, ${machine.on}`;
  const drawn = panels.map((panel, index) =>
    drawPanel(panel, 32 + (index % COLUMNS) * PANEL.width, TOP + Math.floor(index / COLUMNS) * PANEL.height),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title about">
  <title id="title">A deploy with Tidemark, docker stack deploy and docker-compose</title>
  <desc id="about">
${panels.map((panel) => `    ${escaped(inWords(panel))}`).join("\n")}
  </desc>
  <style>
${STYLE}
  </style>
  <rect class="ground" x="1" y="1" width="${WIDTH - 2}" height="${height - 2}" rx="10" />
  <text class="head" x="32" y="36">The same application and images, under the same load</text>
${drawn.join("\n")}
  <text class="small" x="32" y="${height - 16}">${escaped(foot)}</text>
</svg>
`;
}

/** Figures that all ways have, each with its title. */
const PANELS: [figure: string, title: string][] = [
  ["failures of a deploy", "failed requests in a deploy"],
  ["outage of a deploy", "seconds without any answer"],
  ["deploy", "seconds of a deploy"],
  ["rollback", "seconds of the way back"],
  ["no-op", "seconds when nothing has changed"],
  ["p99 during a deploy over p99 at rest", "slowest 1 %: in a deploy, over at rest"],
];

const WIDTH = 880;
const COLUMNS = 2;
const TOP = 56;
const PANEL = { width: 420, height: 118 };
const BAR = { left: 150, width: 190, height: 18, step: 25 };

interface Bar {
  name: string;
  value: number;
  unit: string;
  own: boolean;
}

interface Panel {
  title: string;
  bars: Bar[];
}

function compared(figures: readonly Figure[], wanted: string, title: string): Panel {
  const its = figures.filter(({ figure, subject }) => figure === wanted && subject !== "empty program");
  const bars = its.map(({ subject, median, unit }) => ({
    name: subject,
    value: median,
    unit,
    own: subject === "tidemark",
  }));
  return { title, bars: bars.sort((a, b) => Number(b.own) - Number(a.own) || a.name.localeCompare(b.name)) };
}

function sizes(figures: readonly Figure[]): Panel {
  const bars = figures.flatMap(({ figure, median, unit }) => {
    const [, count] = /^deploy of (\d+) services$/.exec(figure) ?? [];
    return count === undefined ? [] : [{ name: `${count} services`, value: median, unit, own: true }];
  });
  return { title: "seconds of a deploy of Tidemark with more services", bars };
}

function drawPanel({ title, bars }: Panel, x: number, y: number): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  return [
    `  <g transform="translate(${x} ${y})">`,
    `    <text x="0" y="16">${escaped(title)}</text>`,
    ...bars.flatMap(({ name, value, unit, own }, index) => {
      const top = 26 + index * BAR.step;
      // A figure of nothing is a line, for a missing bar would look like a missing figure.
      const width = Math.max(1.5, Math.round((value / most) * BAR.width * 10) / 10);
      return [
        `    <text class="small" x="${BAR.left - 8}" y="${top + 14}" text-anchor="end">${escaped(name)}</text>`,
        `    <rect class="${own ? "own" : "other"}" x="${BAR.left}" y="${top}" width="${width}" height="${BAR.height}" rx="2" />`,
        `    <text class="small" x="${BAR.left + width + 7}" y="${top + 14}">${shown(value, unit)}</text>`,
      ];
    }),
    "  </g>",
  ].join("\n");
}

function inWords({ title, bars }: Panel): string {
  return `${title}: ${bars.map(({ name, value, unit }) => `${name} ${shown(value, unit)}`).join(", ")}.`;
}

function shown(value: number, unit: string): string {
  const number = value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
  return unit === "requests" ? number : `${number} ${unit}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

const STYLE = `    .ground { fill: #ffffff; stroke: #d0d7de; }
    .own { fill: #2f6f8f; }
    .other { fill: #b9c3cc; }
    text { font: 15px system-ui, sans-serif; fill: #1c2329; }
    .head { font-weight: 600; }
    .small { font-size: 12.5px; fill: #4a5661; }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #12171c; stroke: #3a444d; }
      .own { fill: #6db3d3; }
      .other { fill: #4d5965; }
      text { fill: #e8edf1; }
      .small { fill: #b2bec8; }
    }`;
