const WIDTH = 420;
const HEIGHT = 240;

/** A tile of text, slanted and faint, light and dark at once so that it shows on any picture; as a CSS image. */
export function markPicture(name: string, at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const text = escaped(`${name} ${day} ${two(at.getHours())}:${two(at.getMinutes())}`);
  const place = `x="${WIDTH / 2}" y="${HEIGHT / 2}" text-anchor="middle" transform="rotate(-20 ${WIDTH / 2} ${HEIGHT / 2})"`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    `<text ${place} font-family="sans-serif" font-size="16" fill="#fff" fill-opacity="0.2" ` +
    `stroke="#000" stroke-opacity="0.3" stroke-width="0.7" paint-order="stroke">${text}</text></svg>`;
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
