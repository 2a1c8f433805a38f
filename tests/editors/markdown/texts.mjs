// Texts that try to be more than text where a hover shows them: each of these payloads, between each pair of these ends.

const PAYLOADS = [
  '![](https://evil.example/p.png)', '![a](https://evil.example/p.png "t")', '![a][r]', '!\\[c](https://evil.example)',
  '[Impact](command:workbench.action.terminal.new)', '[c](<command:x>)', '[c](command:x "t")', '[[a]](command:x)',
  '\\[c\\](command:x)', '\\\\[c](command:x)', '[c\\](command:x)', '[`c`](command:x)', '[c](javascript:alert(1))',
  '[c](data:text/html,x)', '[c](vscode://x.y/z)', '[c](file:///etc/passwd)', '[c](//evil.example)', '[c](#a)',
  '[c][r]', '[r]', '[r]: command:x', '[^1]', '<command:x>', '<https://evil.example>', '<me@evil.example>',
  'https://evil.example/a', 'http://evil.example', 'ftp://evil.example', 'www.evil.example', 'me@evil.example',
  'mailto:me@evil.example', 'command:x',
  '<img src=https://evil.example/p.png>', '<a href="command:x">c</a>', '<script>alert(1)</script>', '<b onclick=x>b</b>',
  '<!-- c -->', '<?php x ?>', '<![CDATA[x]]>', '<svg/onload=x>', '</p><img src=x>', '<details>',
  '&#91;c&#93;(command:x)', '&lbrack;c&rbrack;(command:x)', '&amp;#91;c&amp;#93;(command:x)', '&lt;img src=x&gt;',
  'http&#58;//evil.example', '&#33;[](https://evil.example)', '&excl;&#91;&#93;(https://evil.example)',
  '`[c](command:x)`', '``[c](command:x)`', '` `` ``` [c](command:x)', '`', '```js', '~~~',
  '$(alert)', '$(sync~spin)', '`$(alert)`', '$\\(alert)', '\\$(alert)', '&#36;(alert)', '$&#40;alert)', '$$(alert)',
  '**b** *i* __b__ _i_ ***bi***', '~~s~~ ~s~', '*[c](command:x)*', '~~`a~~[c](command:x)`', '==h==',
  '# h', '## h ##', '- i', '+ i', '* i', '1. i', '2) i', '> q', '---', '===', '***', '- [ ] t', '| a | b |', ':-- | --:',
  '    code', 'a  ', 'term\n: d', 'a\nb', 'a\r\n# h', 'a\n\n[c](command:x)', 'a\u2028b', 'a\u0085b',
  'a\u0000b', 'a\u0007b', 'a\u001b[31mb', 'a\u009b31mb', 'a\u007fb', '\u202egnp.exe', 'a\u2066b\u2069', '\u200fa', '\u061ca',
  '\u200b[c](command:x)', '\ufeff# h', '\u00a0- i', 'ünïcödé 日本 🦀', "it's \"quoted\" – fine", 'a_b_c d__e__f',
];

const ENDS = [
  ['', ''], ['[', ']'], ['a](', ')'], ['\\', ''], ['\\\\', '\\'], ['!', ''], ['', '!'], ['`', ''], ['', '`'], ['``', '``'],
  ['**', '**'], ['~', '~'], ['](command:x) ', ' ['], ['x', 'y'], ['"', '"'], ['<', '>'], ['<a>', '</a>'], ['(', ')'],
  ['&', ';'], ['$', ''], ['a\n\n', '\n\nb'], ['| ', ' |'],
];

export const TEXTS = [...new Set(PAYLOADS.flatMap(payload => ENDS.map(([before, after]) => before + payload + after)))];
