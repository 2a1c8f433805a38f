// Markdown to HTML as editors have it.
import path from 'node:path';
import { createRequire } from 'node:module';

const packages = createRequire(path.join(process.env.TOOLS, 'package.json'));
const { parse } = packages('parse5');

const MARKED = { '14.0.0': 'marked-14', '15.0.12': 'marked-15', '16.4.2': 'marked-16', '17.0.6': 'marked-17',
  '18.0.0': 'marked-18', '18.2.1': 'marked-18.2' };

const escapeQuotes = text => text.replace(/"/g, '&quot;');
const escapeHtml = text => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
const withoutBackslashes = text => text.replace(/\\([\\`*_{}[\]()#+\-.!~])/g, '$1');

/** As VS Code does it before it takes out of the HTML what is not safe, with icons, which a client can turn on. */
function asVsCode({ Marked, Renderer }) {
  const marked = new Marked();
  const renderer = new Renderer();
  renderer.html = () => '';
  renderer.paragraph = function ({ tokens }) {
    return `<p>${this.parser.parseInline(tokens)}</p>`;
  };
  // For a file, the tooltip is its path, decoded.
  renderer.link = function ({ href, title, tokens }) {
    let text = this.parser.parseInline(tokens);
    if (href === text) text = withoutBackslashes(text);
    title = title ? escapeQuotes(withoutBackslashes(title)) : '';
    href = withoutBackslashes(href);
    if (!title && href.startsWith('file:')) title = escapeQuotes(decodeURIComponent(href.slice('file://'.length)));
    href = escapeHtml(href);
    return `<a href="${href}" title="${title || href}" draggable="false">${text}</a>`;
  };
  const icon = /(\\)?\$\(([a-z0-9-]+(?:~[a-z]+)?)\)/gi;
  return markdown =>
    marked
      .parse(markdown.replace(/\\(\$\([a-z0-9-]+(?:~[a-z]+)?\))/gi, '\\\\$1'), { renderer })
      .replace(icon, (_, escaped, name) => (escaped ? `$(${name})` : `<span class="codicon codicon-${name}"></span>`));
}

/** By name, each from markdown to HTML. */
export const RENDERERS = {};
for (const [version, name] of Object.entries(MARKED)) {
  const marked = new (packages(name).Marked)();
  RENDERERS[`marked ${version}`] = markdown => marked.parse(markdown);
}
RENDERERS['VS Code, 14.0.0'] = asVsCode(packages('marked-14'));
RENDERERS['VS Code, 18.2.1'] = asVsCode(packages('marked-18.2'));
const markdownIt = packages('markdown-it');
const linking = markdownIt({ linkify: true });
// By itself it makes no link of `file:`, nor of `javascript:`: here it is to make all that it sees.
linking.validateLink = () => true;
RENDERERS['markdown-it'] = markdown => linking.render(markdown);
const plain = markdownIt({ html: true });
plain.validateLink = () => true;
/** For clients that show the source: what is a link, a picture or HTML there by CommonMark. */
export const SOURCE = { 'source view': markdown => plain.render(markdown) };

/**
 * What a browser makes of `html`: `live`, a word for something that is more than text, and `text`, which a reader sees,
 * with the marks of lists and quotes, and `link`, that of the first link.
 */
export function read(html, isMeant) {
  // All tags that the server's own markup can make. Where there are only these, a browser sees these and nothing else.
  const plain = /<(\/?)(?:(p|strong|em|del|s|pre|ul|li|hr|br|blockquote|table|thead|tbody|tr)|(ol)(?: start="(\d+)")?|code(?: class="language-[A-Za-z0-9]+")?|t[hd]|a href="([^"]*)"(?: title="[^"]*")?(?: draggable="false")?|a)(?: \/)?>/g;
  let unknown = false;
  let text = '';
  let link;
  let inLink = false;
  const around = [];
  let begins = true;
  const say = (source, isBlank) => {
    if (isBlank && begins) return;
    if (begins) {
      begins = false;
      for (const container of around) {
        if (container.quote) text += '\n>';
        else if (container.marker) text += `\n${container.marker}`;
        container.marker = '';
      }
    }
    text += source;
  };
  let at = 0;
  const between = end => {
    const part = html.slice(at, end);
    if (part.includes('<')) unknown = true;
    const decoded = part.replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (_, number, name) =>
      number ? String.fromCodePoint(Number(number)) : { amp: '&', lt: '<', gt: '>', quot: '"' }[name]);
    if (inLink) link += decoded;
    say(decoded, decoded.trim() === '');
  };
  for (const match of html.matchAll(plain)) {
    between(match.index);
    at = match.index + match[0].length;
    const [, closing, tag, ordered, start, href] = match;
    if (href !== undefined) {
      if (!isMeant(href.replace(/&amp;|&#38;/g, '&').replace(/&#39;/g, "'"))) unknown = true;
      if (link === undefined) [inLink, link] = [true, ''];
    } else if (match[0] === '</a>') {
      inLink = false;
    } else if (tag === 'hr') {
      text += '---';
    } else if (tag === 'br') {
      text += ' ';
    } else if (tag === 'blockquote' || tag === 'ul' || ordered) {
      if (closing) around.pop();
      else around.push(tag === 'blockquote' ? { quote: true } : { next: ordered ? Number(start ?? 1) : undefined });
      begins = true;
    } else if (tag === 'li') {
      if (closing) around.pop();
      else {
        const list = around.at(-1);
        around.push({ marker: list?.next === undefined ? '-' : `${list.next++}.` });
      }
      begins = true;
    } else if (['p', 'pre', 'tr'].includes(tag)) {
      begins = true;
    }
  }
  between(html.length);
  return { live: unknown ? live(html, isMeant) ?? 'markup' : undefined, text, link };
}

const PLAIN = new Set(['html', 'head', 'body', 'p', 'strong', 'em', 'del', 's', 'code', 'pre', 'ul', 'ol', 'li', 'br', 'hr',
  'blockquote', 'table', 'thead', 'tbody', 'tr', 'th', 'td']);

function live(html, isMeant) {
  const visit = node => {
    const attributes = Object.fromEntries((node.attrs ?? []).map(({ name, value }) => [name, value]));
    if (node.tagName === 'span' && attributes.class?.startsWith('codicon')) return 'an icon';
    if (node.tagName === 'a') {
      if (!isMeant(attributes.href ?? '')) return `a link to ${attributes.href}`;
    } else if (node.tagName && !PLAIN.has(node.tagName)) {
      return `<${node.tagName}>`;
    }
    for (const child of node.childNodes ?? []) {
      const found = visit(child);
      if (found) return found;
    }
  };
  return visit(parse(html));
}
