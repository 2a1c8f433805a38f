// Colors and sizes, from the theme of the editor or of the system.
export interface Theme {
  background: string;
  text: string;
  link: string;
  accent: string;
  missing: string;
  /** Lightness of the colors of folders, in percent. */
  lightness: number;
}

export function theme(): Theme {
  const style = getComputedStyle(document.body);
  const written = (name: string): string => style.getPropertyValue(name).trim();
  const background = solid(written('--background'), '#ffffff');
  const color = (name: string): string => solid(written(name), background);
  return {
    background,
    text: color('--text'),
    link: color('--link'),
    accent: color('--accent'),
    missing: color('--missing'),
    lightness: written('--scheme') === 'dark' ? 65 : 42,
  };
}

let pixel: CanvasRenderingContext2D | undefined;

function onePixel(): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1, 1];
  // Otherwise each look at it waits for the graphics card.
  return canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
}

/** A color as it looks on another, as `#rrggbb`: themes write them in all ways, and some can be seen through. */
function solid(color: string, background: string): string {
  pixel ??= onePixel();
  const context = pixel;
  for (const layer of [background, color]) {
    context.fillStyle = layer;
    context.fillRect(0, 0, 1, 1);
  }
  return `#${[...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part.toString(16).padStart(2, '0')).join('')}`;
}

/** A color for each folder, as far apart as neighbors in the list can be. */
export function colors(folders: string[], lightness: number): Map<string, string> {
  return new Map(folders.map((folder, at) => [folder, hsl((at * 137.508 + 210) % 360, 62, lightness)]));
}

/** As `#rrggbb`, which everything that draws can read. */
function hsl(hue: number, saturation: number, lightness: number): string {
  const [s, l] = [saturation / 100, lightness / 100];
  const part = (n: number): string => {
    const k = (n + hue / 30) % 12;
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value).toString(16).padStart(2, '0');
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}
