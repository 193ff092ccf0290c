/* Draws the charts of a page from the tables behind them: <table data-chart="bar">, first column the
   labels, every further column a series whose cells carry data-value. */
(() => {
  "use strict";
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const tones = { ok: "brand", in: "brand", bad: "bad", out: "saffron", calm: "ink-3" };

  const read = (table) => {
    const rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells].slice(1).filter((head) => !("plain" in head.dataset));
    return {
      labels: rows.map((row) => row.cells[0].textContent.trim()),
      datasets: heads.map((head, at) => ({
        label: head.textContent.trim(),
        data: rows.map((row) => Number(row.cells[at + 1].dataset.value)),
        shown: rows.map((row) => row.cells[at + 1].textContent.trim()),
        backgroundColor: colour(tones[head.dataset.tone] || "brand"),
        borderColor: colour(tones[head.dataset.tone] || "brand"),
        borderRadius: 5,
        borderWidth: table.dataset.chart === "line" ? 2 : 0,
        pointRadius: 0,
        tension: 0.3,
        maxBarThickness: 26,
      })),
    };
  };

  const draw = (table) => {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", table.caption ? table.caption.textContent.trim() : "");
    const box = table.closest("figure").querySelector(".chart");
    box.replaceChildren(canvas);
    const lying = table.dataset.chart === "lying";
    const text = { color: colour("ink-2"), font: { family: style.getPropertyValue("--tblr-font-sans-serif") } };
    return new Chart(canvas, {
      type: lying ? "bar" : table.dataset.chart,
      data: read(table),
      options: {
        indexAxis: lying ? "y" : "x",
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { display: read(table).datasets.length > 1, position: "bottom", labels: { ...text, boxWidth: 10, boxHeight: 10, useBorderRadius: true, borderRadius: 5 } },
          tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.dataset.shown[item.dataIndex]}` } },
        },
        scales: {
          x: { stacked: "stacked" in table.dataset, grid: { display: false }, border: { display: false }, ticks: { ...text, maxRotation: 0, autoSkipPadding: 12, callback: lying ? undefined : function label(value) { return this.getLabelForValue(value); } } },
          y: { stacked: "stacked" in table.dataset, beginAtZero: true, border: { display: false }, grid: { color: colour("line"), display: !lying }, ticks: lying ? text : { ...text, maxTicksLimit: 5, callback: (value) => Intl.NumberFormat(document.documentElement.lang, { notation: "compact" }).format(value) } },
        },
      },
    });
  };

  let drawn = [];
  const all = () => {
    drawn.forEach((chart) => chart.destroy());
    drawn = [...document.querySelectorAll("table[data-chart]")].map(draw);
  };
  all();
  document.addEventListener("htmx:after:swap", all);
  new MutationObserver(all).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
