-- What the Neovim plugin shows beside the notes: timestamps concealed, colors, lists to choose from, problems of the
-- vault, statusline, mappings. In Neovim 0.7 and in 0.11. tests/editors/neovim starts this.
-- Environment: VAULT, a copy of seeds/ to work in; DRIVE, the folder of drive.lua; CHECKS, checks.lua.
local drive = dofile(vim.env.DRIVE .. '/drive.lua')
local vault = (vim.uv or vim.loop).fs_realpath(vim.env.VAULT)
local wait = drive.wait
local checks = dofile(vim.env.CHECKS)
local check, has = checks.check, checks.contains

local BULGE = 'tidewise/tidal_bulge.md'
local TAG = '<a class="yt-timestamp" data-t="00:04:32">'

-- The rows of the screen, as they are drawn.
local function screen()
  vim.cmd('redraw')
  local rows = {}
  for row = 1, vim.o.lines do
    local cells = {}
    for column = 1, vim.o.columns do
      table.insert(cells, vim.fn.screenstring(row, column))
    end
    table.insert(rows, vim.trim(table.concat(cells)))
  end
  return table.concat(rows, '\n')
end

-- What Neovim says while `body` runs, once there is any.
local function said(body)
  local notify, heard = vim.notify, nil
  vim.notify = function(text)
    heard = text
  end
  body()
  wait(function()
    return heard
  end)
  vim.notify = notify
  return heard
end

-- What is offered while `body` runs; the first that has `words` is taken.
local function chosen(words, body)
  local select, offered, options = vim.ui.select, nil, nil
  vim.ui.select = function(items, given, done)
    offered, options = vim.tbl_map(given.format_item, items), given
    for index, text in ipairs(offered) do
      if has(text, words) then
        return done(items[index], index)
      end
    end
    done(nil, nil)
  end
  body()
  wait(function()
    return offered
  end)
  vim.ui.select = select
  return offered or {}, options
end

local function settled()
  wait(function()
    return has(require('slugline').status(), '30 notes')
  end)
end

local function conceal()
  vim.o.columns, vim.o.lines = 110, 50
  drive.open(vault, BULGE)
  settled()
  local before = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  vim.wo.conceallevel, vim.wo.concealcursor = 2, ''
  vim.wo.wrap = true
  drive.at('# What the picture')
  check('without the option, tags are shown', has(screen(), 'data-t="00:01:12"', 'data-t="00:04:32"'), screen())

  require('slugline').setup({ conceal_timestamps = true })
  local function concealed()
    local shown = screen()
    return not has(shown, 'data-t') and not has(shown, '</a>') and has(shown, '[00:01:12]', '[00:04:32]', '[00:06:20]')
  end
  check('with it, labels alone', wait(concealed), screen())
  local row = drive.at(TAG)
  check('but on the line of the cursor', wait(function()
    return has(screen(), 'data-t="00:04:32"') and not has(screen(), 'data-t="00:01:12"')
  end), screen())
  check('no byte of the note is another', vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, false), before) and not vim.bo.modified)

  -- What has to be mended is seen.
  local line = vim.api.nvim_buf_get_lines(0, row - 1, row, false)[1]
  vim.api.nvim_buf_set_lines(0, row - 1, row, false, { (line:gsub('%[00:04:32%]', '[00:05:32]')) })
  drive.at('# What the picture')
  check('nor is a tag hidden that says another time than its label', wait(function()
    return has(screen(), 'data-t="00:04:32"') and not has(screen(), 'data-t="00:02:58"')
  end), screen())
  vim.cmd('silent edit!')
  drive.open(vault, BULGE)
  drive.at('# What the picture')
  check('after it is read again, labels alone', wait(concealed), screen())

  -- New lines are looked at as they come.
  local tag = '<a class="yt-timestamp" data-t="00:09:09">[00:09:09]</a>'
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'More ' .. tag .. '.' })
  check('and of a new line', wait(function()
    return has(screen(), 'More [00:09:09].')
  end), screen())
  vim.cmd('silent edit!')
  drive.open(vault, BULGE)

  -- The time is past the end of the video.
  drive.open(vault, 'tidewise/harrisons_sea_clocks.md')
  vim.wo.conceallevel = 2
  drive.at('## The fourth clock')
  check('what has a diagnostic is shown as it is', wait(function()
    return has(screen(), 'across [00:08:14]', 'home its friend <a class')
  end), screen())
  drive.open(vault, BULGE)
  vim.wo.conceallevel = 0
  check("without 'conceallevel', Neovim shows them", has(screen(), 'data-t="00:01:12"'), screen())
  vim.cmd('Slugline conceal')
  vim.wo.conceallevel = 2
  drive.at('# What the picture')
  check(':Slugline conceal shows them as they are written', has(screen(), 'data-t="00:01:12"'), screen())
  vim.cmd('Slugline conceal')
  check('and conceals them again', wait(concealed), screen())
  require('slugline').setup({ conceal_timestamps = false })
  vim.wo.conceallevel = 0
end

local function links()
  local opened
  vim.ui.open = function(address)
    opened = address
    return {
      wait = function()
        return { code = 0 }
      end,
    }
  end
  drive.open(vault, BULGE)
  local url = 'https://www.youtube.com/watch?v=twD4yMo0n-1&t=272s'
  -- At its first byte, in its label, at its last.
  for _, into in ipairs({ 0, #TAG + 2, #TAG + 13 }) do
    opened = nil
    drive.at(TAG, into)
    drive.type('gx')
    wait(function()
      return opened
    end)
    check(('gx %d bytes into a timestamp opens the video at its second'):format(into), opened == url, opened)
  end
  local row = drive.at(TAG, -2)
  check('the address of a timestamp is that of none beside it', require('slugline.timestamps').here() == nil, row)
end

local function colors()
  if vim.fn.has('nvim-0.9') == 0 then
    return
  end
  drive.open(vault, BULGE)
  local function group_at(words, into)
    local row = drive.at(words, into)
    local tokens = vim.lsp.semantic_tokens.get_at_pos(0, row - 1, vim.api.nvim_win_get_cursor(0)[2])
    local token = tokens and tokens[1]
    local mods = token and token.modifiers or {}
    if mods.unwritten then
      return ('@lsp.typemod.%s.unwritten.markdown'):format(token.type)
    end
    return token and (mods.unresolved and '@lsp.mod.unresolved.markdown' or ('@lsp.type.%s.markdown'):format(token.type))
  end
  local function final(group)
    return group and vim.fn.synIDattr(vim.fn.synIDtrans(vim.fn.hlID(group)), 'name')
  end
  for _, it in ipairs({
    { '[[spring_and_neap_tide ', 4, 'WarningMsg' },
    { '[[resonance]]', 4, 'Underlined' },
    { '[00:04:32]', 3, 'Special' },
  }) do
    local words, into, expected = unpack(it)
    check('the color of ' .. words, wait(function()
      return final(group_at(words, into)) == expected
    end), { group_at(words, into), final(group_at(words, into)) })
  end
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { '[[Entirely else]]', '', 'The end.' })
  check('a link to a note that nobody has written has a color of its own', wait(function()
    return final(group_at('[[Entirely else]]', 4)) == 'Comment'
  end), { group_at('[[Entirely else]]', 4), final(group_at('[[Entirely else]]', 4)) })
  vim.cmd('edit!')
  vim.api.nvim_set_hl(0, 'SluglineTimestamp', { link = 'Comment' })
  check('a group can be set', final('@lsp.type.number.markdown') == 'Comment', final('@lsp.type.number.markdown'))
  vim.cmd('highlight clear SluglineTimestamp | colorscheme blue')
  require('slugline.highlight').define()
  check('and a colorscheme leaves the rest', final('@lsp.type.class.markdown') == 'Underlined', final('@lsp.type.class.markdown'))
  vim.cmd('colorscheme default')
end

local function pickers()
  drive.open(vault, BULGE)
  local function at()
    return drive.place(vault)
  end
  local offered = chosen('Resonance in a bay', function()
    vim.cmd('Slugline notes')
  end)
  check('notes are offered without a word', #offered > 5, offered)
  check('and the one chosen is shown', wait(function()
    return at() == 'tidewise/resonance.md:2'
  end), at())
  drive.open(vault, BULGE)
  offered = chosen('Tide prediction', function()
    vim.cmd('Slugline notes tide pred')
  end)
  check('by words, those that fit', has(offered[1], 'Tide prediction'), offered)
  check('and shown', wait(function()
    return at() == 'tidewise/tide_prediction.md:2'
  end), at())

  local input, asked = vim.ui.input, nil
  vim.ui.input = function(options, answer)
    asked = options.prompt
    answer('two bulges')
  end
  offered = chosen('Two bulges, not one', function()
    vim.cmd('Slugline headings')
  end)
  vim.ui.input = input
  check('headings are asked for by words', asked == 'Headings: ' and has(offered[1], 'Two bulges, not one'), { asked, offered })
  check('and shown', wait(function()
    return at() == BULGE .. ':11'
  end), at())

  offered = chosen('#astronomy/moon', function()
    vim.cmd('Slugline tags moon')
  end)
  local function listed()
    return vim.tbl_map(function(item)
      return vim.api.nvim_buf_get_name(item.bufnr):sub(#vault + 2)
    end, vim.fn.getqflist())
  end
  check('a tag is offered', #offered > 0, offered)
  check('and its notes are listed', wait(function()
    return vim.tbl_contains(listed(), BULGE)
  end), listed())
  vim.cmd('cclose')
  vim.fn.setqflist({}, 'f')
  drive.open(vault, BULGE)
  check('what fits nothing is told', has(said(function()
    vim.cmd('Slugline notes zzzzzz')
  end), 'no notes for `zzzzzz`'))
end

-- Plugins that show lists, as far as this plugin sees them: they are asked for symbols of one kind.
local function plugins()
  drive.open(vault, BULGE)
  local given = {}
  package.preload['telescope.builtin'] = function()
    return {
      lsp_dynamic_workspace_symbols = function(options)
        given.telescope = options
      end,
    }
  end
  package.preload['fzf-lua'] = function()
    return {
      lsp_live_workspace_symbols = function(options)
        given.fzf = options
      end,
    }
  end
  package.preload.snacks = function()
    return {
      picker = {
        lsp_workspace_symbols = function(options)
          given.snacks = options
        end,
      },
    }
  end
  vim.cmd('Slugline headings tide')
  check('snacks is asked for headings', given.snacks and vim.deep_equal(given.snacks.filter.markdown, { 'String' }) and given.snacks.search == 'tide', given)
  require('slugline').setup({ picker = 'telescope' })
  vim.cmd('Slugline notes')
  check('Telescope for notes', given.telescope and vim.deep_equal(given.telescope.symbols, { 'file' }), given)
  require('slugline').setup({ picker = 'fzf-lua' })
  vim.cmd('Slugline tags sea')
  local fits = given.fzf and given.fzf.regex_filter
  check('fzf-lua for tags', fits and fits({ kind = 'Key' }) and not fits({ kind = 'File' }) and given.fzf.lsp_query == 'sea', given)
  require('slugline').setup({ picker = 'dance' })
  check('a picker that there is not is told', has(said(function()
    vim.cmd('Slugline notes')
  end), 'no picker `dance`'))
  require('slugline').setup({ picker = 'select' })
  for _, name in ipairs({ 'telescope.builtin', 'fzf-lua', 'snacks' }) do
    package.preload[name], package.loaded[name] = nil, nil
  end
end

local function unresolved()
  drive.open(vault, BULGE)
  local path = vault .. '/tidewise/spring_and_neap_tide.md'
  local offered, options = chosen('spring_and_neap_tide', function()
    vim.cmd('Slugline unresolved')
  end)
  check('unresolved names are offered, with how many notes want them', #offered == 4 and has(offered[1], '(1 note)'), offered)
  check('under the number of all', has(options.prompt, '4 unresolved names'), options)
  check('and the note of the one chosen is made', wait(function()
    return vim.api.nvim_buf_get_name(0) == path
  end), vim.api.nvim_buf_get_name(0))
  vim.cmd('bwipeout!')
  drive.elsewhere(vault, 'rm tidewise/spring_and_neap_tide.md')
  drive.open(vault, BULGE)
  wait(function()
    return #vim.diagnostic.get(0) == 1
  end)
end

local function mentions()
  drive.open(vault, 'tidewise/resonance.md')
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { '', 'So does the tidal bulge.' })
  local other = vim.api.nvim_get_current_buf()
  -- A question about a buffer has what was typed there sent before.
  vim.lsp.buf_request_sync(other, 'textDocument/documentSymbol', { textDocument = { uri = vim.uri_from_bufnr(other) } })
  drive.open(vault, BULGE)
  vim.cmd('Slugline mentions')
  check('mentions without a link are listed', wait(function()
    local found = vim.fn.getqflist({ title = 1, items = 1 })
    return found.title == 'Unlinked mentions' and found.items[1].bufnr == other
      and has(found.items[1].text, 'So does the tidal bulge.')
  end), vim.fn.getqflist({ title = 1, items = 1 }))
  vim.cmd('cclose')
  vim.cmd('bwipeout! ' .. other)
end

-- What is asked once about a vault with thousands of links to notes that are not there.
local function many()
  local found = { uri = 'file:///some/wiki', links = 1000 }
  local offered = chosen('none of these', function()
    require('slugline.many').ask(nil, found)
  end)
  check('thousands of findings are said once, with a choice', #offered == 3, offered)
  local asked
  local select = vim.ui.select
  vim.ui.select = function()
    asked = true
  end
  require('slugline.many').ask(nil, found)
  vim.wait(0)
  vim.ui.select = select
  check('and not again', not asked, asked)
end

local function problems()
  drive.open(vault, BULGE)
  settled()
  -- What seeds/README.txt lists, but for hints.
  local hints = {
    ['inexact-link'] = true, ['bare-timestamp'] = true, ['unknown-code'] = true, ['unsupported-claim'] = true,
  }
  local expected, all = {}, {}
  for line in io.lines(vault .. '/README.txt') do
    local code, path, row = line:match('^([%l-]+)  +(.-):(%d+)  ')
    if code then
      table.insert(all, ('%s:%s [%s]'):format(path, row, code))
      if not hints[code] then
        table.insert(expected, all[#all])
      end
    end
  end
  local function listed()
    local found = vim.tbl_map(function(item)
      local path = vim.api.nvim_buf_get_name(item.bufnr):sub(#vault + 2)
      return ('%s:%d %s'):format(path, item.lnum, item.text:match('%[[^%]]*%]$'))
    end, vim.fn.getqflist())
    table.sort(found)
    return found
  end
  table.sort(all)
  table.sort(expected)
  vim.cmd('Slugline problems')
  check('problems lists those of all notes', #expected > 5 and wait(function()
    return vim.deep_equal(listed(), expected)
  end), { listed(), expected })
  vim.cmd('Slugline problems hint')
  check('with hints, if they are asked for', wait(function()
    return vim.deep_equal(listed(), all)
  end), { listed(), all })
  vim.cmd('Slugline problems warning')
  wait(function()
    return #vim.fn.getqflist() < #expected
  end)
  local first = vim.fn.getqflist()[1]
  check('or warnings alone, each at its place', first.type == 'W' and first.col > 0, first)
  vim.cmd('cfirst')
  check('which the list leads to', drive.place(vault):match(':(%d+)$') == tostring(first.lnum), drive.place(vault))
  vim.cmd('cclose')
  vim.fn.setqflist({}, 'f')
  check('a severity that there is not is told', has(said(function()
    vim.cmd('Slugline problems grave')
  end), 'unknown severity `grave`', 'warning'))
  check('severities are completed', vim.deep_equal(vim.fn.getcompletion('Slugline problems w', 'cmdline'), { 'warning' }))
end

local function statusline()
  drive.open(vault, BULGE)
  settled()
  vim.o.laststatus = 2
  vim.o.statusline = "%f %=%{%v:lua.require'slugline'.statusline()%} %l"
  check('the statusline counts the notes', has(screen(), '30 notes'), screen())
  local toml = vim.fn.readfile(vault .. '/.slugline.toml')
  vim.fn.writefile(vim.list_extend({ 'max_file_size = true' }, toml), vault .. '/.slugline.toml')
  check('and warns in its color', wait(function()
    return has(require('slugline').statusline(), '%#DiagnosticWarn#', 'mistake')
  end), require('slugline').statusline())
  vim.fn.writefile(toml, vault .. '/.slugline.toml')
  check('until all is well', wait(function()
    return not has(require('slugline').statusline(), '%#')
  end), require('slugline').statusline())
  vim.o.statusline = ''
end

local function timestamps()
  drive.open(vault, BULGE)
  local function tag(time)
    return ('<a class="yt-timestamp" data-t="%s">[%s]</a>'):format(time, time)
  end
  local row = drive.at('## What the picture') - 1
  vim.fn.append(row, 'Said: .')
  vim.api.nvim_win_set_cursor(0, { row + 1, 6 })
  vim.cmd('Slugline timestamp 4:40')
  local function line_is(expected)
    return wait(function()
      return vim.fn.getline(row + 1) == expected
    end)
  end
  check('a timestamp is inserted at the cursor', line_is('Said: ' .. tag('00:04:40') .. '.'), vim.fn.getline(row + 1))
  check('which is behind it then', wait(function()
    return vim.fn.col('.') - 1 == 6 + #tag('00:04:40')
  end), vim.fn.col('.'))
  vim.cmd('silent edit!')
  drive.open(vault, BULGE)
  vim.fn.append(row, 'And ')
  vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
  vim.keymap.set('i', '<C-t>', '<Plug>(slugline-insert-timestamp)', { buffer = true })
  drive.type('A<C-t>')
  -- The one before is of 00:04:32.
  check('in Insert mode that of what is said next', wait(function()
    return vim.fn.getline(row + 1):match('^And <a class="yt%-timestamp" data%-t="00:0[4-6]:%d%d">%[00:0[4-6]:%d%d%]</a>$')
  end), vim.fn.getline(row + 1))
  wait(function()
    return vim.fn.col('.') == vim.fn.col('$')
  end)
  drive.type('!<Esc>')
  check('and one types on behind it', wait(function()
    return vim.fn.getline(row + 1):match('</a>!$')
  end), vim.fn.getline(row + 1))
  wait(function()
    return vim.fn.mode() == 'n'
  end)
  vim.cmd('silent edit!')
  drive.open(vault, BULGE)
  check('what is no time is refused', has(said(function()
    vim.cmd('Slugline timestamp soon')
  end), '`soon` is not a time'))
end

local function mappings()
  drive.open(vault, BULGE)
  for name in pairs({ backlinks = 1, ['insert-timestamp'] = 1, ['open-source'] = 1, follow = 1, unresolved = 1, problems = 1 }) do
    check('there is <Plug>(slugline-' .. name .. ')', vim.fn.maparg(('<Plug>(slugline-%s)'):format(name), 'n') ~= ''
      or vim.fn.maparg(('<Plug>(slugline-%s)'):format(name), 'n', false, true).callback ~= nil)
  end
  check('no other key is mapped', vim.fn.maparg(',nb', 'n') == '', vim.fn.maparg(',nb', 'n'))
  vim.cmd('bwipeout')
  require('slugline').setup({ prefix = ',n' })
  drive.open(vault, BULGE)
  check('unless a prefix is set', wait(function()
    return has(vim.fn.maparg(',nb', 'n'), 'Slugline backlinks')
  end), vim.fn.maparg(',nb', 'n'))
  drive.at('The moon pulls')
  drive.type(',nb')
  check('and such a key does what it says', wait(function()
    return vim.fn.getqflist({ title = 1 }).title == 'Backlinks'
  end), vim.fn.getqflist({ title = 1 }))
  vim.cmd('cclose')
  vim.keymap.set('n', ',f', '<Plug>(slugline-follow)')
  drive.open(vault, BULGE)
  drive.at('[[resonance]]', 4)
  drive.type(',f')
  check('<Plug>(slugline-follow) follows a link', wait(function()
    return drive.place(vault) == 'tidewise/resonance.md:2'
  end), drive.place(vault))
end

-- Where there is no note, no server, or more than one, a command says what to do.
local function elsewhere()
  local function told(command, ...)
    local text = said(function()
      vim.cmd('Slugline ' .. command)
    end)
    check((':Slugline %s says what to do'):format(command), has(text, ...), text)
  end
  drive.open(vault, BULGE)
  vim.cmd('help | only')
  for _, name in ipairs({ 'backlinks', 'convert wiki', 'copylink', 'explain', 'mentions', 'open', 'timeline', 'timestamp' }) do
    told(name, 'is about a note; open one first')
  end
  told('template', 'no templates')

  local other = vault .. '/../other'
  vim.fn.mkdir(other)
  vim.fn.writefile({}, other .. '/.slugline.toml')
  vim.fn.writefile({ '# Other' }, other .. '/other.md')
  other = (vim.uv or vim.loop).fs_realpath(other)
  drive.open(other, 'other.md')
  vim.cmd('help | only')
  for _, name in ipairs({ 'create', 'daily', 'notes tide', 'problems' }) do
    told(name, 'several servers are running; switch to a note first')
  end
  vim.cmd('Slugline stop')
  wait(function()
    return #(vim.lsp.get_clients or vim.lsp.get_active_clients)() == 0
  end)
  told('create', 'no server is running; open a note first')
  vim.cmd('enew | silent bwipeout! ' .. other .. '/other.md | Slugline start')

  -- A note that is shown already is not read again, which would take the server from it.
  drive.open(vault, BULGE)
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'More.' })
  require('slugline.client').open_note(vim.uri_from_bufnr(0))
  check('a note with changes that is shown stays as it is', #vim.api.nvim_list_wins() == 1 and vim.fn.getline('$') == 'More.', vim.fn.getline('$'))
  vim.cmd('silent edit!')
end

-- No server outlives `:Slugline stop`, however little of its start is done.
local function stopping()
  -- Neovim lists only those clients whose servers have answered.
  local function running()
    local found = {}
    for id = 1, 99 do
      if vim.lsp.get_client_by_id(id) then
        table.insert(found, id)
      end
    end
    return found
  end
  -- Goes on behind what Neovim has put off until now.
  local function put_off()
    local over
    vim.schedule(function()
      over = true
    end)
    wait(function()
      return over
    end)
  end
  local function gone()
    put_off()
    return wait(function()
      return #running() == 0
    end)
  end
  drive.open(vault, BULGE)
  put_off()
  local before = vim.fn.execute('messages')
  vim.cmd('silent edit!')
  vim.cmd('Slugline stop')
  check('the server ends, and none is started for a note that was just opened', gone(), running())
  vim.cmd('silent edit!')
  vim.cmd('Slugline stop')
  check('nor where none ran', gone(), running())
  vim.cmd('silent edit!')
  local starting
  -- Neovim 0.11 starts it only now.
  vim.schedule(function()
    starting = running()
    local it = vim.lsp.get_client_by_id(starting[1] or 0)
    starting.answered = it and it.initialized
    vim.cmd('Slugline stop')
  end)
  wait(function()
    return starting
  end)
  check('one that has not answered yet ends', #starting == 1 and not starting.answered and gone(), { starting, running() })

  -- One that says what it can do, and then nothing more.
  local answer = '{"jsonrpc":"2.0","id":1,"result":{"capabilities":{}}}'
  local mute = "read -r header; printf 'Content-Length: %d\\r\\n\\r\\n%s' ${#1} \"$1\"; exec sleep 1000"
  require('slugline').setup({ cmd = { 'sh', '-c', mute, 'sh', answer } })
  vim.cmd('silent edit!')
  drive.open(vault, BULGE)
  vim.cmd('Slugline stop')
  check('one that does not answer any more is ended', gone(), running())
  local after = vim.fn.execute('messages')
  check('all without a word', after == before, after)
end

local function main()
  conceal()
  links()
  colors()
  pickers()
  plugins()
  unresolved()
  mentions()
  many()
  problems()
  statusline()
  timestamps()
  mappings()
  elsewhere()
  stopping()
end

drive.run(main, checks.finish)
