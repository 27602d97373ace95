// What one page looks like to its reader: read in one go, so that a page is opened once for all checks.
() => {
  const name = (node) => {
    const text = (node.innerText || node.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${node.tagName.toLowerCase()}${node.className && typeof node.className === "string" ? "." + node.className : ""} “${text}”`;
  };
  const boxed = (node) => {
    const box = node.getBoundingClientRect();
    return node.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1;
  };
  const shown = [...document.body.querySelectorAll("*")].filter(boxed);
  const screen = document.documentElement.clientWidth;

  // Beyond the right edge, outside what may be scrolled by itself.
  const wide = shown.filter((node) => !node.closest(".table, .unseen") && node.getBoundingClientRect().right > screen + 0.5).map(name);

  // Text cut by its own box.
  const cut = shown.filter((node) => {
    const style = getComputedStyle(node);
    return !node.closest("svg") && [style.overflowX, style.overflowY].some((way) => way === "hidden" || way === "clip")
      && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1);
  }).map(name);

  const levels = shown.filter((node) => /^H[1-6]$/.test(node.tagName)).map((node) => [Number(node.tagName[1]), name(node)]);

  const cells = [...document.querySelectorAll("td")].filter((cell) => {
    const table = cell.closest("table");
    const columns = table.querySelectorAll("thead th[scope=col]").length;
    return !columns || !(cell.parentElement.querySelector("th[scope=row]") || cell.colSpan >= columns);
  }).map(name);

  const targets = "a[href], button, summary, textarea, input:not([type=hidden]), label.choice";
  const small = shown.filter((node) => node.matches(targets) && !node.parentElement.closest("label")).map((node) => {
    const inline = getComputedStyle(node).display === "inline";
    const around = node.parentElement.innerText.replace(node.innerText, "").trim();
    const height = inline ? node.getClientRects()[0].height : node.getBoundingClientRect().height;
    return [Math.round(height * 10) / 10, inline && around ? 24 : 44, name(node)];
  }).filter(([height, least]) => height < least).map(([height, least, which]) => `${which}: ${height} px of ${least}`);

  const channels = (text) => {
    const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
    if (!parts) throw new Error(`a colour of another form: ${text}`);
    return parts.slice(1).map((part) => (part === undefined ? 1 : Number(part)));
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
      if (colour[3] !== 0) throw new Error(`half transparent: ${name(at)}`);
    }
    return [255, 255, 255, 1];
  };
  const contrast = (node) => {
    const [one, two] = [channels(getComputedStyle(node).color), ground(node)].map(luminance);
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  };
  const texts = shown.filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  const dim = texts.filter((node) => contrast(node) < 4.5).map((node) => `${name(node)}: ${contrast(node).toFixed(2)}`);

  const observer = new PerformanceObserver(() => {});
  observer.observe({ type: "layout-shift", buffered: true });
  const shift = observer.takeRecords().reduce((sum, entry) => sum + entry.value, 0);
  observer.disconnect();

  return {
    language: document.documentElement.lang,
    width: document.documentElement.scrollWidth,
    wide, cut, levels, cells, small, dim, shift,
    first: document.querySelector("main > *")?.getAttribute("role") ?? null,
    status: document.querySelector("[role=status]")?.innerText ?? "",
    tone: document.querySelector("[role=status]")?.classList[1] ?? null,
    headline: document.querySelector("h1")?.innerText.replace(/\s+/g, " ") ?? "",
    pictures: [...document.images].filter((image) => !image.hasAttribute("alt")).map((image) => image.src),
    links: [...new Set([...document.links].filter((link) => link.origin === location.origin && link.pathname !== location.pathname).map((link) => link.href.split("#")[0]))],
    unmarked: texts.filter((node) => !node.closest("[lang|=zh]") && /[\u4e00-\u9fff]/.test([...node.childNodes].map((child) => (child.nodeType === 3 ? child.data : "")).join(""))).map(name),
    foot: document.querySelector("footer")?.innerText ?? "",
    text: parseFloat(getComputedStyle(document.body).fontSize),
    ground: getComputedStyle(document.body).backgroundColor,
  };
}
