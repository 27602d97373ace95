// The line chart: drawn from the table that stands beneath it, in the page's colours.
(() => {
  const CHART_HEIGHT = 220;

  function read(table) {
    const rows = [...table.tBodies[0].rows].reverse();
    const days = rows.map((row) => Date.parse(row.querySelector("time").dateTime + "T00:00Z") / 1000);
    const views = rows.map((row) => Number(row.cells[1].textContent.replace(/\D/g, "")));
    return [days, views];
  }

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return { accent: of("--accent"), soft: of("--soft"), line: of("--line"), ink: of("--ink"), card: of("--card") };
  }

  // The highest and the last day carry their figures: nobody has to look them up on an axis.
  function label(tone, numbers) {
    return (chart) => {
      const [days, views] = chart.data;
      const last = views.length - 1;
      const most = views.indexOf(Math.max(...views));
      const ratio = window.devicePixelRatio || 1;
      chart.ctx.save();
      chart.ctx.fillStyle = tone.ink;
      chart.ctx.strokeStyle = tone.card;
      chart.ctx.lineWidth = 4 * ratio;
      chart.ctx.lineJoin = "round";
      chart.ctx.font = `600 ${13 * ratio}px system-ui, sans-serif`;
      for (const place of new Set([most, last])) {
        const x = chart.valToPos(days[place], "x", true);
        const y = chart.valToPos(views[place], "y", true);
        const { left, width } = chart.bbox;
        chart.ctx.textAlign = x > left + width - 40 * ratio ? "right" : x < left + 40 * ratio ? "left" : "center";
        chart.ctx.strokeText(numbers.format(views[place]), x, y - 9 * ratio);
        chart.ctx.fillText(numbers.format(views[place]), x, y - 9 * ratio);
      }
      chart.ctx.restore();
    };
  }

  function draw(figure) {
    const data = read(document.getElementById(figure.dataset.line));
    const language = figure.dataset.language;
    const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", timeZone: "UTC" });
    const numbers = new Intl.NumberFormat(language);
    const tone = colours();
    figure.replaceChildren();
    figure.hidden = false;
    const said = document.createElement("output");
    said.setAttribute("aria-hidden", "true");
    figure.append(said);
    const axis = { stroke: tone.soft, font: "12px system-ui, sans-serif", ticks: { stroke: tone.line, size: 4 } };
    return new uPlot({
      width: figure.clientWidth,
      height: CHART_HEIGHT,
      padding: [22, 28, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
      scales: { x: { time: false }, y: { range: (_chart, _low, high) => [0, Math.max(4, high * 1.08)] } },
      axes: [
        {
          ...axis,
          size: 30,
          grid: { show: false },
          space: 64,
          splits: (chart) => splits(data[0], chart.width),
          values: (_chart, seconds) => seconds.map((one) => day.format(one * 1000)),
        },
        {
          ...axis,
          size: 52,
          grid: { stroke: tone.line, width: 1 },
          ticks: { show: false },
          incrs: [1, 2, 5].flatMap((step) => [0, 1, 2, 3, 4, 5, 6].map((power) => step * 10 ** power)).sort((a, b) => a - b),
          values: (_chart, values) => values.map((one) => numbers.format(one)),
        },
      ],
      series: [{}, { stroke: tone.accent, width: 2, points: { show: data[0].length <= 31, size: 5, fill: tone.accent } }],
      hooks: {
        draw: [label(tone, numbers)],
        setCursor: [(chart) => {
          const place = chart.cursor.idx;
          said.textContent = place == null || chart.cursor.left < 0
            ? "" : `${day.format(data[0][place] * 1000)} · ${figure.dataset.times.replace("{n}", numbers.format(data[1][place]))}`;
        }],
      },
    }, data, figure);
  }

  function splits(days, width) {
    const step = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor(width / 76))));
    return days.filter((_day, place) => (days.length - 1 - place) % step === 0);
  }

  for (const figure of document.querySelectorAll("[data-line]")) {
    let chart = draw(figure);
    const again = () => { chart.destroy(); chart = draw(figure); };
    new ResizeObserver(() => {
      if (figure.clientWidth !== chart.width) chart.setSize({ width: figure.clientWidth, height: CHART_HEIGHT });
    }).observe(figure);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  }
})();
