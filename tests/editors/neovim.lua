-- slugline in a real Neovim, seen as a person sees it. tests/editors/neovim starts this.
-- Environment: VAULT, a copy of seeds/ to work in; DRIVE, the folder of drive.lua.
local drive = dofile(vim.env.DRIVE .. '/drive.lua')
local vault = vim.uv.fs_realpath(vim.env.VAULT)
local wait = drive.wait

local checks = dofile(vim.env.CHECKS)
local check, contains = checks.check, checks.contains

-- The mistakes that seeds/README.txt lists: for each note, sorted lines 'line code'.
local function planted()
  local by_note = {}
  for line in io.lines(vault .. '/README.txt') do
    local code, path, row = line:match('^([%l-]+)  +([^:]+):(%d+)  ')
    if code then
      by_note[path] = by_note[path] or {}
      table.insert(by_note[path], row .. ' ' .. code)
    end
  end
  for _, list in pairs(by_note) do
    table.sort(list)
  end
  return by_note
end

local function notes()
  local found = vim.fs.find(function(name)
    return name:match('%.md$')
  end, { path = vault, type = 'file', limit = math.huge })
  table.sort(found)
  return vim.tbl_map(function(path)
    return path:sub(#vault + 2)
  end, found)
end

-- Waits until the findings of `buffer` are `expected`, and then until the server has answered one
-- more request: what it had to say about the same state has been said by then.
local function settles(buffer, client, expected)
  local same = function()
    return vim.deep_equal(drive.findings(buffer), expected)
  end
  if not wait(same) then
    return false
  end
  local answered = false
  client:request('textDocument/documentLink', { textDocument = { uri = vim.uri_from_bufnr(buffer) } }, function()
    answered = true
  end, buffer)
  return wait(function()
    return answered
  end) and same()
end

local function elsewhere(command)
  drive.elsewhere(vault, command)
end

local function mistakes()
  local by_note, all = planted(), notes()
  check('the vault has its notes', #all == 30, all)
  for _, path in ipairs(all) do
    local buffer, client = drive.open(vault, path)
    check('findings of ' .. path, settles(buffer, client, by_note[path] or {}), drive.findings(buffer))
  end
end

local function fix_and_undo()
  local buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  local row = drive.at('[[spring_and_neap_tide |')
  local broken = { row .. ' broken-link' }
  check('the broken link is told', settles(buffer, client, broken), drive.findings(buffer))
  drive.at('[[spring_and_neap_tide |', #'[[spring_and_neap_tid')
  drive.type('as<Esc>')
  wait(function()
    return vim.fn.getline(row):find('[[spring_and_neap_tides |', 1, true)
  end)
  check('fixed as it is typed', settles(buffer, client, {}), drive.findings(buffer))
  -- What was edited last is judged when it is saved.
  drive.type('u:write<CR>')
  check('back on undo', settles(buffer, client, broken), drive.findings(buffer))

  elsewhere("printf 'A tide that springs.\\n' > tidewise/spring_and_neap_tide.md")
  check('fixed by a note made elsewhere', settles(buffer, client, {}), drive.findings(buffer))
  elsewhere('rm tidewise/spring_and_neap_tide.md')
  check('back when the note is gone', settles(buffer, client, broken), drive.findings(buffer))
  elsewhere('mkdir later && printf x > later/spring_and_neap_tide.md && mv later tidewise/later')
  check('fixed by a folder moved in', settles(buffer, client, {}), drive.findings(buffer))
  elsewhere('rm -r tidewise/later')
  check('back when the folder is gone', settles(buffer, client, broken), drive.findings(buffer))
  vim.cmd('silent write')
  check('and on saving, nothing changes', settles(buffer, client, broken), drive.findings(buffer))
end

local function jumps()
  for _, jump in ipairs({
    { 'index.md', '[[tide_prediction]]', 'tidewise/tide_prediction.md:2' },
    { 'index.md', '[[resonance]]', 'tidewise/resonance.md:2' },
    { 'index.md', '[[slowmachines/antikythera', 'slowmachines/antikythera_mechanism.md:2' },
    { 'tidewise/tidal_bulge.md', '[[resonance]]', 'tidewise/resonance.md:2' },
    { 'tidewise/spring_and_neap_tides.md', '[[tidal_bulge#Two', 'tidewise/tidal_bulge.md:11' },
    { 'tidewise/tide_prediction.md', '[[tidal_bulge#^two-bulges', 'tidewise/tidal_bulge.md:13' },
    { 'tidewise/tide_prediction.md', '[[../plainnumbers/harmonic', 'plainnumbers/harmonic_analysis.md:2' },
    { 'tidewise/harrisons_sea_clocks.md', '(../slowmachines/escapement', 'slowmachines/escapement.md:13' },
    { 'slowmachines/jacquard_loom.md', '[[analytical_engine#Cards', 'slowmachines/analytical_engine.md:14' },
    { 'slowmachines/stirling_engine.md', '[[#Four steps', 'slowmachines/stirling_engine.md:12' },
    { 'plainnumbers/benfords_law.md', '(Zipfs%20Law.md)', 'plainnumbers/Zipfs Law.md:2' },
  }) do
    local path, link, to = unpack(jump)
    drive.open(vault, path)
    local landed = drive.jump(vault, link, 4)
    check('follow ' .. link .. ' of ' .. path, landed == to, landed)
  end
  drive.open(vault, 'index.md')
  drive.at('[[resonance]]', 4)
  vim.lsp.buf.implementation()
  local listed = wait(function()
    local items = vim.fn.getqflist({ items = 1 }).items
    return #items > 0 and items
  end)
  check('the implementations of an ambiguous link are both notes', listed and #listed == 2, listed)
  vim.cmd('cclose')
end

local function hovers()
  drive.open(vault, 'index.md')
  local shown = drive.hover('[[harrisons_sea_clocks', 4) or ''
  local has = function(words)
    return shown:find(words, 1, true) ~= nil
  end
  check('hover shows title and text of a note', has("Harrison's sea clocks") and has('carpenter from Lincolnshire'), shown)
  drive.open(vault, 'tidewise/tidal_bulge.md')
  shown = drive.hover('[[spring_and_neap_tide |', 4) or ''
  check('hover on a broken link names the nearest', has('spring_and_neap_tides'), shown)
  shown = drive.hover('data-t="00:04:32"', 10) or ''
  check('hover on a timestamp names its video', has('Why the sea rises twice a day') and has('4:32'), shown)
  check('and the other notes of that moment', has('spring_and_neap_tides') and has('tide_prediction'), shown)
end

-- Types `keys` on a new line at the end of index.md and takes the first of the menu that opens, once it is one that
-- `fits`: the menu of the keys before the last may still be there.
-- Gives the menu, and the line when it is `expected`, or as it is when patience ends.
local function completed(keys, expected, fits)
  drive.type('Go<CR>' .. keys)
  local menu = wait(function()
    local words = drive.menu()
    return words and #words > 0 and fits(words) and words
  end)
  drive.type('<C-n><C-y>')
  -- What is chosen is asked for once more before it is inserted whole.
  wait(function()
    return vim.fn.getline('.') == expected
  end)
  drive.type('<Esc>')
  wait(function()
    return vim.fn.mode() == 'n'
  end)
  return menu or {}, vim.fn.getline('.')
end

-- What the screen shows in `window`, line by line, with all that Neovim conceals concealed.
local function on_screen(window)
  vim.cmd('redraw')
  if not window or not vim.api.nvim_win_is_valid(window) then
    return ''
  end
  local row, column = unpack(vim.api.nvim_win_get_position(window))
  local lines = {}
  for at = 1, vim.api.nvim_win_get_height(window) do
    local cells = {}
    for cell = 1, vim.api.nvim_win_get_width(window) do
      table.insert(cells, vim.fn.screenstring(row + at, column + cell))
    end
    table.insert(lines, vim.trim(table.concat(cells)))
  end
  return table.concat(lines, '\n')
end

-- The addresses that Neovim finds in `buffer`.
local function addresses(buffer)
  local found = {}
  local parser = vim.treesitter.get_parser(buffer, 'markdown')
  parser:parse(true)
  parser:for_each_tree(function(tree, inner)
    if inner:lang() == 'markdown_inline' then
      local query = vim.treesitter.query.parse(
        'markdown_inline',
        '[(link_destination) (uri_autolink) (email_autolink) (image)] @address'
      )
      for _, node in query:iter_captures(tree:root(), buffer) do
        table.insert(found, vim.treesitter.get_node_text(node, buffer))
      end
    end
  end)
  return found
end

-- Titles that would be more than text are shown as they are, and lead nowhere.
local function hostile_titles()
  local titles = {
    '![](https://evil.example/p.png)',
    '[Impact](command:x)',
    '[a][b] [c]',
    'a](command:x) b',
    '<https://evil.example> <b>',
    '**b** *i* __b__ _i_ ~~s~~',
    'a_b_c 5 * 3 | 4 & 5 &lt; &amp; &#91;',
    '`[c](command:x)` $(alert)',
    '[[x]] \\[y](z)',
  }
  local lines = {}
  for at, title in ipairs(titles) do
    vim.fn.writefile({ '---', "title: '" .. title .. "'", '---', 'Text ' .. title }, ('%s/hostile%d.md'):format(vault, at))
    table.insert(lines, ('[[hostile%d]]'):format(at))
  end
  vim.fn.writefile(lines, vault .. '/hostile.md')
  local buffer, client = drive.open(vault, 'hostile.md')
  check('hostile titles have their notes', settles(buffer, client, {}), drive.findings(buffer))
  for at, title in ipairs(titles) do
    -- It knows no way of writing one that it would show plainly.
    local expected = title:gsub('`', '&#96;') .. '\n'
    drive.at(('[[hostile%d]]'):format(at), 4)
    drive.type('K')
    -- The float is drawn a moment after it is there; a note that is not read yet has its name for a title.
    local polls, window = 0, nil
    wait(function()
      _, window = drive.float()
      polls = polls + 1
      if window and vim.startswith(on_screen(window), expected) then
        return true
      elseif polls % 100 == 0 then
        if window then
          vim.api.nvim_win_close(window, true)
        end
        drive.type('K')
      end
    end)
    local shown = on_screen(window)
    check('a hover shows the title ' .. title, vim.startswith(shown, expected), shown)
    local live = vim.tbl_filter(function(address)
      return not vim.startswith(address, 'file://' .. vault)
    end, addresses(vim.api.nvim_win_get_buf(window)))
    check('and nothing else is a link', #live == 0, live)
    vim.api.nvim_win_close(window, true)
  end
  for at = 1, #titles do
    vim.fn.delete(('%s/hostile%d.md'):format(vault, at))
  end
  vim.cmd('bdelete')
  vim.fn.delete(vault .. '/hostile.md')
end

local function completions()
  drive.open(vault, 'index.md')
  local whole = '[[tide_prediction | Tide prediction]]'
  local function first(words)
    return words[1]:lower():match('^tide[_ ]prediction$')
  end
  local menu, line = completed('[[tide_pred', whole, first)
  check('typing offers the note', #menu >= 1, menu)
  check('choosing it closes the link', line == whole, line)

  _, line = completed('[[tide pred', whole, first)
  check('words of a title find it as well', line == whole, line)

  -- What a plugin for pairs does: each bracket comes with its partner.
  vim.keymap.set('i', '[', '[]<Left>', { buffer = true })
  _, line = completed('[[tide_pred', whole, first)
  check('brackets that were closed already stay single', line == whole, line)
  vim.keymap.del('i', '[', { buffer = true })

  whole = '[[tide_prediction#Adding waves with pulleys]]'
  menu, line = completed('[[tide_prediction#', whole, function(words)
    return #words == 3
  end)
  check('behind # the headings are offered', #menu == 3, menu)
  check('choosing one completes the anchor', line == whole, line)
  vim.cmd('silent undo 0 | set nomodified')
end

-- What Neovim says while `body` runs, in one text. It gets a function that tells whether there is any.
local function said(body)
  local all, notify = {}, vim.notify
  vim.notify = function(text)
    table.insert(all, text)
  end
  body(function()
    return #all > 0
  end)
  vim.notify = notify
  return table.concat(all, '\n')
end

-- The report of `:checkhealth slugline`.
local function health()
  vim.cmd('checkhealth slugline')
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd('bwipeout')
  return report
end

local function settings()
  local buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  local broken = drive.findings(buffer)
  check('a finding to switch off', #broken == 1, broken)
  require('slugline').setup({ settings = { severity = { ['broken-link'] = 'off' } } })
  check('setup() takes effect at once', settles(buffer, client, {}), drive.findings(buffer))
  client.settings = { slugline = { severity = { ['broken-link'] = 'error' } } }
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  check('and so does the notification', settles(buffer, client, broken), drive.findings(buffer))
  local function severity()
    return (vim.diagnostic.get(buffer)[1] or {}).severity
  end
  check('with its severity', severity() == vim.diagnostic.severity.ERROR, vim.diagnostic.get(buffer))

  elsewhere("cp .slugline.toml ../kept && printf '[severity]\nbroken-link = \"off\"\n' > .slugline.toml")
  check('.slugline.toml wins as soon as it is written', settles(buffer, client, {}), drive.findings(buffer))
  elsewhere('mv ../kept .slugline.toml')
  check('and lets go', settles(buffer, client, broken), drive.findings(buffer))
  elsewhere("cp .slugline.toml ../kept && (echo 'max_file_size = true' && cat ../kept) > .slugline.toml")
  local function mistakes()
    return vim.tbl_filter(function(it)
      return it.message:find('max_file_size', 1, true)
    end, vim.diagnostic.get())
  end
  wait(function()
    return #mistakes() == 1
  end)
  vim.cmd('edit .slugline.toml')
  local shown = wait(function()
    return vim.api.nvim_buf_get_extmarks(0, -1, { 0, 0 }, { 0, -1 }, { details = true })[1]
  end)
  check('a mistake in it is shown at its place', shown, vim.diagnostic.get())
  elsewhere('mv ../kept .slugline.toml')
  check('until it is fixed', wait(function()
    return #mistakes() == 0
  end), vim.diagnostic.get())
  vim.cmd('bwipeout')
  drive.open(vault, 'tidewise/tidal_bulge.md')
  require('slugline').setup({ settings = {} })
  check('back to the default', wait(function()
    return severity() == vim.diagnostic.severity.WARN
  end), vim.diagnostic.get(buffer))

  local trouble = said(function()
    require('slugline').setup({ setings = {} })
  end)
  check('an option that there is not is refused', contains(trouble, 'unknown option `setings`'), trouble)
end

local function folders()
  elsewhere("mkdir -p ../more/deep && printf 'A [[far_note]].\n' > ../more/near_note.md && touch ../more/deep/far_note.md")
  local more = vim.uv.fs_realpath(vault .. '/../more')
  local _, client = drive.open(vault, 'index.md')
  vim.lsp.buf.add_workspace_folder(more)
  local buffer, same = drive.open(more, 'near_note.md')
  check('a folder that is added is served by the same server', same.id == client.id, { same.id, client.id })
  check('and is a vault', settles(buffer, client, {}), drive.findings(buffer))
  -- From what is no note: which folder is asked.
  vim.cmd('enew')
  local select, offered = vim.ui.select, {}
  ---@diagnostic disable-next-line: duplicate-set-field
  vim.ui.select = function(items, options, done)
    offered = vim.tbl_map(options.format_item, items)
    done(items[2])
  end
  vim.cmd('Slugline daily 2026-03-07')
  check('with two folders and no note, a command asks which is meant', wait(function()
    return vim.api.nvim_buf_get_name(0) == more .. '/2026-03-07.md' and not vim.bo.modified
  end), { offered, vim.api.nvim_buf_get_name(0) })
  vim.ui.select = select
  vim.cmd('bwipeout!')
  drive.open(more, 'near_note.md')
  vim.lsp.buf.remove_workspace_folder(more)
  check('removed, it is one no more', settles(buffer, client, { '1 broken-link' }), drive.findings(buffer))
  vim.cmd('bwipeout')
  elsewhere('rm -r ../more')
end

-- netrw tells no server that it renames a file.
local function netrw()
  local buffer, client = drive.open(vault, 'drafts/next_notes.md')
  local before = '10 unlinked-mention'
  check('nothing is broken', settles(buffer, client, { before }), drive.findings(buffer))
  vim.cmd('split ' .. vault .. '/plainnumbers')
  vim.fn.search('^logarithms\\.md')
  local old, new = vault .. '/plainnumbers/logarithms.md', vault .. '/plainnumbers/moved_away.md'
  vim.cmd('silent! bwipeout ' .. old) -- a note that is open stays one
  drive.type('R')
  wait(function()
    return vim.fn.mode() == 'c'
  end)
  drive.type('<C-u>' .. new .. '<CR>')
  check('netrw renames a note', wait(function()
    return vim.fn.filereadable(new) == 1
  end), vim.api.nvim_buf_get_lines(0, 0, -1, false))
  check('whose links are told', settles(buffer, client, { before, '8 inexact-link' }), drive.findings(buffer))
  vim.fn.rename(new, old)
  check('until it is back', settles(buffer, client, { before }), drive.findings(buffer))
  vim.cmd('close')
end

-- The items of a list that Neovim fills with what a server finds, once there are `least`; close_lists() empties it.
local function listed(least, location)
  return wait(function()
    local list = location and vim.fn.getloclist(0, { items = 1 }) or vim.fn.getqflist({ items = 1 })
    return #(list.items or {}) >= least and list.items
  end) or {}
end

-- The notes that the items are in, each once, as paths in the vault.
local function notes_of(items)
  local seen, found = {}, {}
  for _, item in ipairs(items) do
    local path = vim.uv.fs_realpath(vim.api.nvim_buf_get_name(item.bufnr)):sub(#vault + 2)
    if not seen[path] then
      seen[path] = true
      table.insert(found, path)
    end
  end
  table.sort(found)
  return found
end

local function close_lists()
  vim.cmd('cclose | lclose')
  vim.fn.setqflist({}, 'f')
end

-- Loses what was changed in all notes.
local function forget()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.bo[buffer].modified and vim.api.nvim_buf_get_name(buffer) ~= '' then
      vim.api.nvim_buf_call(buffer, function()
        vim.cmd('silent edit!')
      end)
    end
  end
end

-- What the server answers, by Neovim's own names for it.
local function by_plain_names()
  local heading = '## Two bulges, not one'
  local buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  local broken = { drive.at('[[spring_and_neap_tide |') .. ' broken-link' }
  check('a note to ask about', settles(buffer, client, broken), drive.findings(buffer))

  close_lists()
  drive.at(heading, 5)
  vim.lsp.buf.references()
  local found = notes_of(listed(2))
  check('references() lists the links to a heading', vim.tbl_contains(found, 'tidewise/spring_and_neap_tides.md'), found)
  close_lists()

  vim.lsp.buf.document_symbol()
  local outline = vim.tbl_map(function(item)
    return item.text
  end, listed(2, true))
  check('document_symbol() lists the headings', contains(table.concat(outline, '\n'), 'Two bulges, not one', 'What the picture leaves out'), outline)
  vim.cmd('lclose')

  vim.api.nvim_set_current_buf(buffer)
  drive.at(heading, 5)
  vim.lsp.buf.incoming_calls()
  found = notes_of(listed(1))
  check('incoming_calls() lists who links here', vim.tbl_contains(found, 'tidewise/spring_and_neap_tides.md'), found)
  close_lists()

  vim.api.nvim_set_current_buf(buffer)
  drive.at('[[spring_and_neap_tide |', 4)
  vim.lsp.buf.code_action({
    filter = function(action)
      return action.title:find('spring_and_neap_tides', 1, true) ~= nil
    end,
    apply = true,
  })
  check('code_action() fixes the link', settles(buffer, client, {}), drive.findings(buffer))
  forget()
  check('until that is forgotten', settles(buffer, client, broken), drive.findings(buffer))

  vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  local hints = wait(function()
    local all = vim.lsp.inlay_hint.get({ bufnr = buffer })
    return #all > 0 and all
  end)
  check('inlay hints show the titles', contains(vim.inspect(hints), 'Resonance in a bay'), hints)
  vim.lsp.inlay_hint.enable(false, { bufnr = buffer })

  vim.wo.foldmethod = 'expr'
  vim.wo.foldexpr = 'v:lua.vim.lsp.foldexpr()'
  local row = drive.at(heading)
  check('foldexpr() folds sections', wait(function()
    return vim.fn.foldlevel(row) > 0
  end), vim.fn.foldlevel(row))
  vim.wo.foldlevel = 0
  check('as far as they go', vim.fn.foldclosedend(row + 2) >= row + 4, { vim.fn.foldclosed(row + 2), vim.fn.foldclosedend(row + 2) })
  vim.wo.foldlevel = 99
  vim.wo.foldmethod = 'manual'

  vim.lsp.codelens.refresh({ bufnr = buffer })
  local lens = wait(function()
    for _, it in ipairs(vim.lsp.codelens.get(buffer)) do
      if it.range.start.line == row - 1 and it.command then
        return it
      end
    end
  end)
  check('a code lens counts the backlinks of a heading', lens and lens.command.title:find('backlink', 1, true), lens or vim.lsp.codelens.get(buffer))
  vim.api.nvim_win_set_cursor(0, { row, 0 })
  vim.lsp.codelens.run()
  found = notes_of(listed(1))
  check('and lists them', vim.tbl_contains(found, 'tidewise/spring_and_neap_tides.md'), found)
  close_lists()
  vim.lsp.codelens.clear(nil, buffer)

  vim.api.nvim_set_current_buf(buffer)
  drive.at(heading, 5)
  vim.lsp.buf.rename('Bulges')
  check('rename() renames the heading', wait(function()
    return vim.fn.getline(row) == '## Bulges'
  end), vim.fn.getline(row))
  local other = vim.fn.bufnr(vault .. '/tidewise/spring_and_neap_tides.md')
  local text = table.concat(vim.api.nvim_buf_get_lines(other, 0, -1, false), '\n')
  check('and the links to it', contains(text, '[[tidal_bulge#Bulges'), text)
  forget()
  drive.open(vault, 'tidewise/tidal_bulge.md')
end

-- The server's commands that show something.
local function shown()
  close_lists()
  local buffer = drive.open(vault, 'tidewise/tidal_bulge.md')
  drive.at('The moon pulls')
  vim.cmd('Slugline backlinks')
  local found = notes_of(listed(2))
  check('backlinks fills the quickfix list', vim.tbl_contains(found, 'tidewise/spring_and_neap_tides.md')
    and vim.fn.getqflist({ title = 1 }).title == 'Backlinks', { found, vim.fn.getqflist({ title = 1 }) })
  close_lists()
  drive.open(vault, 'tidewise/tidal_bulge.md')
  vim.cmd('Slugline random')
  check('random opens another note', wait(function()
    local name = vim.api.nvim_buf_get_name(0)
    return vim.api.nvim_get_current_buf() ~= buffer and name:match('%.md$')
  end), vim.api.nvim_buf_get_name(0))
  vim.cmd('Slugline daily 2026-03-07')
  local path = vault .. '/2026-03-07.md'
  check('daily opens the note of a day', wait(function()
    return vim.api.nvim_buf_get_name(0) == path and not vim.bo.modified
  end), vim.api.nvim_buf_get_name(0))
  check('which is on the disk', vim.fn.filereadable(path) == 1, vim.fn.glob(vault .. '/*'))
  vim.cmd('bwipeout!')
  vim.fn.delete(path)
  local function told(...)
    local words = { ... }
    return wait(function()
      return contains(vim.fn.execute('messages'), unpack(words))
    end)
  end
  drive.open(vault, 'tidewise/tidal_bulge.md')
  drive.at('## Two bulges', 5)
  vim.cmd('Slugline copylink a')
  check('copylink puts the link to a heading into a register', wait(function()
    return vim.fn.getreg('a') == '[[tidal_bulge#Two bulges, not one]]'
  end), vim.fn.getreg('a'))
  drive.open(vault, 'index.md')
  local wikilinks = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd('Slugline convert markdown')
  check('convert turns wikilinks into Markdown links', wait(function()
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
    return contains(text, '](tidewise/tide_prediction.md)')
  end), vim.api.nvim_buf_get_lines(0, 0, -1, false))
  vim.cmd('silent undo')
  check('and one undo takes them back', table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') == wikilinks)
  vim.cmd('silent edit!')
  vim.fn.mkdir(vault .. '/templates', 'p')
  vim.fn.writefile({ '# {{title}} of {{date:YYYY}}' }, vault .. '/templates/talk.md')
  local select = vim.ui.select
  vim.ui.select = function(items, _, done)
    done(items[1], 1)
  end
  vim.cmd('Slugline template A talk')
  check('template makes a note of a template', wait(function()
    return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == '# A talk of ' .. os.date('%Y') and not vim.bo.modified
  end), { vim.api.nvim_buf_get_name(0), vim.api.nvim_buf_get_lines(0, 0, -1, false) })
  vim.ui.select = select
  vim.fn.delete(vim.api.nvim_buf_get_name(0))
  vim.cmd('bwipeout!')
  vim.fn.delete(vault .. '/templates', 'rf')
  drive.open(vault, 'index.md')
  vim.cmd('Slugline statistics')
  check('statistics counts', told('113 links'), vim.fn.execute('messages'))
  drive.at('[[tide_prediction]]', 4)
  vim.cmd('Slugline explain')
  check('explain tells the way of a link', told('tidewise/tide_prediction.md'), vim.fn.execute('messages'))
end

-- `:Slugline timeline`.
local function timeline()
  local note = drive.open(vault, 'tidewise/tidal_bulge.md')
  drive.at('data-t="00:04:32"', 10)
  local from = vim.api.nvim_win_get_cursor(0)
  vim.cmd('Slugline timeline')
  check('timeline opens at what the cursor was on', wait(function()
    return contains(vim.api.nvim_get_current_line(), '    4:32  The sun does the same', 'tidewise/tidal_bulge.md:15')
  end), vim.api.nvim_buf_get_lines(0, 0, -1, false))
  local buffer = vim.api.nvim_get_current_buf()
  check('which nobody can change', vim.bo.buftype == 'nofile' and vim.bo.readonly and not vim.bo.modifiable, vim.bo.buftype)
  local function text()
    return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  end
  check('with what other notes cite', contains(text(), 'tidewise/resonance.md:8', 'Why the sea rises twice a day'), text())
  local played
  local play = vim.ui.open
  vim.ui.open = function(address)
    played = address
  end
  drive.type('gx')
  check('gx plays the moment', wait(function()
    return played == 'https://www.youtube.com/watch?v=twD4yMo0n-1&t=272s'
  end), played)
  vim.ui.open = play
  drive.type('<CR>')
  check('and Enter leads back to the note', wait(function()
    local at = vim.api.nvim_win_get_cursor(0)
    return vim.api.nvim_get_current_buf() == note and at[1] == from[1] and at[2] <= from[2]
  end), { vim.api.nvim_buf_get_name(0), vim.api.nvim_win_get_cursor(0), from })
  vim.api.nvim_buf_set_lines(note, -1, -1, false, { 'A new claim [00:00:07].' })
  vim.api.nvim_exec_autocmds('TextChanged', { buffer = note })
  check('it follows the notes', wait(function()
    return contains(text(), '    0:07  A new claim')
  end), text())
  vim.cmd('bwipeout ' .. buffer)
  vim.cmd('edit!')
end

-- `:Slugline create`.
local function created()
  local buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  -- The note was read again a moment ago.
  wait(function()
    return #drive.findings(buffer) == 1
  end)
  local broken = drive.findings(buffer)
  vim.cmd('Slugline create spring_and_neap_tide')
  local path = vault .. '/tidewise/spring_and_neap_tide.md'
  check('create opens the new note', wait(function()
    return vim.api.nvim_buf_get_name(0) == path
  end), vim.api.nvim_buf_get_name(0))
  check('with the cursor behind its first text', vim.fn.line('.') == vim.fn.line('$'), vim.fn.line('.'))
  local function saved()
    return not vim.bo.modified and table.concat(vim.fn.readfile(path), '\n'):find('Spring and neap tide', 1, true)
  end
  check('which is on the disk', saved(), { vim.bo.modified, vim.fn.readfile(path) })
  check('which fixes the link', settles(buffer, client, {}), drive.findings(buffer))
  drive.open(vault, 'index.md')
  vim.cmd('Slugline create spring_and_neap_tide')
  check('what is there is opened as it is', wait(function()
    return vim.api.nvim_buf_get_name(0) == path
  end), vim.api.nvim_buf_get_name(0))
  vim.cmd('bwipeout!')
  elsewhere('rm tidewise/spring_and_neap_tide.md')
  local input = vim.ui.input
  local asked
  vim.ui.input = function(options, answer)
    asked = options
    answer('../../outside')
  end
  buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  check('the link is broken again', settles(buffer, client, broken), drive.findings(buffer))
  drive.at('[[spring_and_neap_tide |', 4)
  local trouble = said(function(heard)
    vim.cmd('Slugline create')
    wait(heard)
  end)
  vim.ui.input = input
  check('without a name, one is asked for', asked and asked.default == 'spring_and_neap_tide', asked)
  check('and none outside of the vault is taken', contains(trouble, 'slugline: ', 'vault'), trouble)
end

-- What the server says of itself.
local function reports()
  drive.open(vault, 'index.md')
  check('status() counts the notes', wait(function()
    return contains(require('slugline').status(), '30 notes')
  end), require('slugline').status())
  local told = said(function()
    vim.cmd('Slugline')
  end)
  check('and so does :Slugline', contains(told, vim.fn.fnamemodify(vault, ':~'), '30 notes'), told)
  told = said(function(heard)
    vim.cmd('Slugline reindex')
    wait(heard)
  end)
  check('reindex', contains(told, 'reindexing'), told)

  local windows = #vim.api.nvim_list_wins()
  vim.cmd('Slugline doctor')
  wait(function()
    return contains(vim.api.nvim_buf_get_name(0), 'slugline://doctor')
  end)
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  check('doctor tells of settings', contains(report, vault, 'folders', '.slugline.toml:3'), report)
  drive.type('q')
  check('and q closes it', wait(function()
    return #vim.api.nvim_list_wins() == windows
  end), #vim.api.nvim_list_wins())
end

-- gd, gf, gx and CTRL-].
local function keys()
  local function mapped(key)
    return (vim.fn.maparg(key, 'n', false, true).desc or ''):find('^slugline: ') ~= nil
  end
  for _, key in ipairs({ 'gf', 'gd', '<C-]>' }) do
    local buffer = drive.open(vault, 'tidewise/tidal_bulge.md')
    check(key .. ' is mapped', mapped(key), vim.fn.maparg(key, 'n', false, true))
    drive.at('[[resonance]]', 4)
    drive.type(key)
    wait(function()
      return vim.api.nvim_get_current_buf() ~= buffer
    end)
    check(key .. ' follows a link', drive.place(vault) == 'tidewise/resonance.md:2', drive.place(vault))
  end

  local opened
  local open = vim.ui.open
  vim.ui.open = function(address)
    opened = address
    return {
      wait = function()
        return { code = 0 }
      end,
    }
  end
  drive.open(vault, 'tidewise/tidal_bulge.md')
  for _, place in ipairs({ { 'gx', 10 }, { 'gd', 0 }, { 'gf', 22 }, { '<C-]>', 10 } }) do
    opened = nil
    drive.at('data-t="00:04:32"', place[2])
    drive.type(place[1])
    wait(function()
      return opened
    end)
    check(place[1] .. ' plays a timestamp', opened == 'https://www.youtube.com/watch?v=twD4yMo0n-1&t=272s', opened)
  end
  opened = nil
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'At https://example.org/ is more.' })
  drive.at('https://example.org/', 3)
  drive.type('gx')
  wait(function()
    return opened
  end)
  check('gx opens an address as ever', opened == 'https://example.org/', opened)
  vim.ui.open = open
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'README.txt' })
  drive.at('README.txt', 3)
  drive.type('gf')
  wait(function()
    return vim.api.nvim_buf_get_name(0) == vault .. '/README.txt'
  end)
  check('gf edits a file as ever', vim.api.nvim_buf_get_name(0) == vault .. '/README.txt', vim.api.nvim_buf_get_name(0))
  check('and is not mapped there', not mapped('gf'), vim.fn.maparg('gf', 'n', false, true))
  vim.cmd('bwipeout')

  local buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  vim.cmd('silent edit!')
  local broken = { drive.at('[[spring_and_neap_tide |') .. ' broken-link' }
  buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  local path = vault .. '/tidewise/spring_and_neap_tide.md'
  local choose, offered = vim.ui.select, nil
  vim.ui.select = function(items, options, done)
    offered = vim.tbl_map(options.format_item, items)
    done(items[1], 1)
  end
  for _, place in ipairs({ { '<C-]>', '[[spring_and_neap_tide |', 4 }, { 'gf', '| spring and neap tides', 6 } }) do
    local key, text, into = unpack(place)
    check('the link is broken', settles(buffer, client, broken), drive.findings(buffer))
    offered = nil
    drive.at(text, into)
    drive.type(key)
    check(key .. ' on a missing note creates it', wait(function()
      return vim.api.nvim_buf_get_name(0) == path
    end), { offered, vim.api.nvim_buf_get_name(0) })
    check('when that is chosen, and offers no more', offered and #offered == 1 and offered[1]:find('spring_and_neap_tide', 1, true), offered)
    check('and it is on the disk', not vim.bo.modified and #vim.fn.readfile(path) > 2, vim.fn.readfile(path))
    check('which fixes the link', settles(buffer, client, {}), drive.findings(buffer))
    vim.cmd('bwipeout')
    elsewhere('rm tidewise/spring_and_neap_tide.md')
    drive.open(vault, 'tidewise/tidal_bulge.md')
  end
  vim.ui.select = choose
  settles(buffer, client, broken)

  -- What somebody has mapped stays.
  vim.keymap.set('n', 'gf', 'G', { desc = 'mine' })
  drive.open(vault, 'tidewise/tide_prediction.md')
  vim.cmd('bwipeout')
  drive.open(vault, 'tidewise/tide_prediction.md')
  check("a user's own key stays", vim.fn.maparg('gf', 'n', false, true).desc == 'mine', vim.fn.maparg('gf', 'n', false, true))
  vim.keymap.del('n', 'gf')
  vim.cmd('bwipeout')
  require('slugline').setup({ keys = false })
  drive.open(vault, 'tidewise/tide_prediction.md')
  check('and none is mapped where they are not wanted', not mapped('gd') and not mapped('gx'), vim.fn.maparg('gd', 'n', false, true))
  vim.cmd('bwipeout')
  require('slugline').setup({ keys = true })
end

local function commands()
  local found = vim.fn.getcompletion('Slugline re', 'cmdline')
  check('subcommands are completed', vim.deep_equal(found, { 'reindex', 'restart' }), found)
  local buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  local broken = drive.findings(buffer)
  found = vim.fn.getcompletion('silent Slugline create spring_', 'cmdline')
  check('and names that are linked in vain', vim.deep_equal(found, { 'spring_and_neap_tide' }), found)
  local trouble = said(function()
    vim.cmd('Slugline dance')
  end)
  check('what is none is refused', contains(trouble, 'unknown subcommand `dance`', 'reindex'), trouble)

  local opened
  local open = vim.ui.open
  vim.ui.open = function(address)
    opened = address
    return {
      wait = function()
        return { code = 0 }
      end,
    }
  end
  drive.at('data-t="00:04:32"', 10)
  vim.cmd('Slugline open')
  wait(function()
    return opened
  end)
  check('open plays the video at its second', opened == 'https://www.youtube.com/watch?v=twD4yMo0n-1&t=272s', opened)
  vim.ui.open = open

  vim.cmd('Slugline log')
  check('log opens the log', contains(vim.api.nvim_buf_get_name(0), 'lsp.log'), vim.api.nvim_buf_get_name(0))
  vim.cmd('bwipeout')

  timeline()
  created()
  shown()
  reports()

  drive.open(vault, 'tidewise/tidal_bulge.md')
  vim.cmd('Slugline restart')
  local ended = wait(function()
    return _G.slugline_exit
  end)
  check('restart ends the server', ended and ended.code == 0 and ended.signal == 0, ended or 'it still runs')
  wait(function()
    return not vim.lsp.get_client_by_id(client.id)
  end)
  local again
  buffer, again = drive.open(vault, 'tidewise/tidal_bulge.md')
  check('and starts another', again.id ~= client.id, again.id)
  check('which finds the same', settles(buffer, again, broken), drive.findings(buffer))
  _G.slugline_exit = nil
end

-- A server for markdown that does nothing, inside of Neovim.
local function stand_in(name)
  return vim.lsp.start({
    name = name,
    cmd = function()
      local closing = false
      return {
        request = function(method, _, callback)
          callback(nil, method == 'initialize' and { capabilities = {} } or vim.NIL)
          return true, 1
        end,
        notify = function()
          return true
        end,
        is_closing = function()
          return closing
        end,
        terminate = function()
          closing = true
        end,
      }
    end,
  })
end

local function checkhealth()
  drive.open(vault, 'index.md')
  local report = health()
  local version = vim.trim(vim.fn.system({ vim.env.SLUGLINE, '--version' }))
  check('checkhealth names program and version', contains(report, version, vim.env.SLUGLINE), report)
  check('and the vault', contains(report, vim.fn.fnamemodify(vault, ':~') .. '; open notes: '), report)
  check('and who watches', contains(report, 'File watching: built into the server'), report)
  check('and what the server says', contains(report, '30 notes', 'completion.style', '(default)'), report)
  check('and finds nothing wrong', not contains(report, 'ERROR') and not contains(report, 'WARNING'), report)

  local other = assert(stand_in('marksman'))
  wait(function()
    return #vim.lsp.get_clients({ name = 'marksman', bufnr = 0 }) == 1
  end)
  report = health()
  check('a second server for the same notes is a warning', contains(report, 'WARNING marksman is attached'), report)
  vim.lsp.get_client_by_id(other):stop(true)
end

-- The help file says what there is, and no more.
local function help()
  local plugin = vim.fs.dirname(vim.fs.dirname(vim.api.nvim_get_runtime_file('doc/slugline.txt', false)[1]))
  vim.cmd('help slugline')
  check(':help slugline opens', contains(vim.api.nvim_buf_get_name(0), 'doc/slugline.txt'), vim.api.nvim_buf_get_name(0))
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd('helpclose')

  local documented = {}
  for name in text:gmatch('%*:Slugline%-(%l+)%*') do
    table.insert(documented, name)
  end
  local there = vim.tbl_keys(require('slugline.commands').subcommands)
  table.sort(documented)
  table.sort(there)
  check('it has every subcommand and no other', vim.deep_equal(documented, there), { documented, there })

  local source = io.open(plugin .. '/lua/slugline/config.lua'):read('*a')
  local missing = {}
  for option in source:gmatch('%-%-%-@field ([%w_]+)%?') do
    if not text:find('\n    `' .. option .. '`%s') then
      table.insert(missing, option)
    end
  end
  check('and every option', #missing == 0, missing)

  local broken = {}
  for code in text:gmatch(' >\n(.-)\n<') do
    if code:match('^%s*vim%.') or code:match('^%s*require') then
      local _, trouble = loadstring(code)
      table.insert(broken, trouble)
    end
  end
  check('and Lua that can be read', #broken == 0, broken)

  local dead = {}
  for tag in text:gmatch('|(%S-)|') do
    if not vim.tbl_contains(vim.fn.getcompletion(tag, 'help'), tag) then
      table.insert(dead, tag)
    end
  end
  check('and its links lead somewhere', #dead == 0, dead)
end

-- A note is opened where the program is missing.
local function without_program()
  require('slugline').setup({ cmd = '/nowhere/slugline' })
  local complaint = said(function()
    vim.cmd('edit a_new_note.md')
    vim.cmd('edit another_one.md')
  end)
  local _, times = complaint:gsub('`/nowhere/slugline` is not executable', '')
  check('a missing program is told, once', times == 1, complaint)
  local report = health()
  check('and checkhealth says so', contains(report, 'ERROR `/nowhere/slugline` is not executable'), report)
end

local function main()
  mistakes()
  fix_and_undo()
  jumps()
  hovers()
  hostile_titles()
  completions()
  settings()
  folders()
  netrw()
  by_plain_names()
  keys()
  commands()
  checkhealth()
  help()
  vim.cmd('Slugline stop')
  local exit = wait(function()
    return _G.slugline_exit
  end)
  check('the server ends with status 0', exit and exit.code == 0 and exit.signal == 0, exit or 'it still runs')
  without_program()
end

-- is_stopped() is true as soon as stopping begins, so it would prove nothing.
vim.lsp.config('slugline', {
  on_exit = function(code, signal)
    _G.slugline_exit = { code = code, signal = signal }
  end,
})
drive.run(main, checks.finish)
