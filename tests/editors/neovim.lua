-- slugline in a real Neovim, seen as a person sees it. tests/editors/neovim starts this.
-- Environment: VAULT, a copy of seeds/ to work in; DRIVE, the folder of drive.lua.
local drive = dofile(vim.env.DRIVE .. '/drive.lua')
local vault = vim.uv.fs_realpath(vim.env.VAULT)
local wait = drive.wait

local checks, failures = 0, 0
local function check(name, ok, seen)
  checks = checks + 1
  failures = failures + (ok and 0 or 1)
  local detail = ok and '' or '\n  # ' .. vim.inspect(seen):gsub('\n', '\n  # ')
  io.stdout:write(('%s %d - %s%s\n'):format(ok and 'ok' or 'not ok', checks, name, detail))
end

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

-- Another program writes, or removes, a file of the vault.
local function elsewhere(command)
  assert(vim.system({ 'sh', '-c', command }, { cwd = vault }):wait().code == 0)
end

local function mistakes()
  local by_note, all = planted(), notes()
  check('the vault has its notes', #all == 30, all)
  for _, path in ipairs(all) do
    local buffer, client = drive.open(vault, path)
    check('findings of ' .. path, settles(buffer, client, by_note[path] or {}), drive.findings(buffer))
  end
end

local function mend_and_undo()
  local buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  local row = drive.at('[[spring_and_neap_tide |')
  local broken = { row .. ' broken-link' }
  check('the broken link is told', settles(buffer, client, broken), drive.findings(buffer))
  drive.at('[[spring_and_neap_tide |', #'[[spring_and_neap_tid')
  drive.type('as<Esc>')
  wait(function()
    return vim.fn.getline(row):find('[[spring_and_neap_tides |', 1, true)
  end)
  check('mended as it is typed', settles(buffer, client, {}), drive.findings(buffer))
  drive.type('u')
  check('back on undo', settles(buffer, client, broken), drive.findings(buffer))

  elsewhere("printf 'A tide that springs.\\n' > tidewise/spring_and_neap_tide.md")
  check('mended by a note made elsewhere', settles(buffer, client, {}), drive.findings(buffer))
  elsewhere('rm tidewise/spring_and_neap_tide.md')
  check('back when the note is gone', settles(buffer, client, broken), drive.findings(buffer))
  elsewhere('mkdir later && printf x > later/spring_and_neap_tide.md && mv later tidewise/later')
  check('mended by a folder moved in', settles(buffer, client, {}), drive.findings(buffer))
  elsewhere('rm -r tidewise/later')
  check('back when the folder is gone', settles(buffer, client, broken), drive.findings(buffer))
  vim.cmd('silent write')
  check('and on saving, nothing changes', settles(buffer, client, broken), drive.findings(buffer))
end

local function jumps()
  for _, jump in ipairs({
    { 'index.md', '[[tide_prediction]]', 'tidewise/tide_prediction.md:2' },
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
    check('jump along ' .. link .. ' of ' .. path, landed == to, landed)
  end
  drive.open(vault, 'index.md')
  drive.at('[[resonance]]', 4)
  vim.lsp.buf.definition()
  local listed = wait(function()
    local items = vim.fn.getqflist({ items = 1 }).items
    return #items > 0 and items
  end)
  check('an ambiguous link offers both', listed and #listed == 2, listed)
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

-- Types `keys` on a new line at the end of index.md and takes the first of the menu that opens.
-- Gives the menu, and the line when it is `expected`, or as it is when patience ends.
local function completed(keys, expected)
  drive.type('Go<CR>' .. keys)
  local menu = wait(function()
    local words = drive.menu()
    return words and #words > 0 and words
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

local function completions()
  drive.open(vault, 'index.md')
  local whole = '[[tide_prediction | Tide prediction]]'
  local menu, line = completed('[[tide_pred', whole)
  check('typing offers the note', #menu >= 1, menu)
  check('choosing it closes the link', line == whole, line)

  -- What a plugin for pairs does: each bracket comes with its partner.
  vim.keymap.set('i', '[', '[]<Left>', { buffer = true })
  _, line = completed('[[tide_pred', whole)
  check('brackets that were closed already stay single', line == whole, line)
  vim.keymap.del('i', '[', { buffer = true })

  whole = '[[tide_prediction#Adding waves with pulleys]]'
  menu, line = completed('[[tide_prediction#', whole)
  check('behind # the headings are offered', #menu == 3, menu)
  check('choosing one completes the anchor', line == whole, line)
  vim.cmd('silent undo 0 | set nomodified')
end

local function main()
  mistakes()
  mend_and_undo()
  jumps()
  hovers()
  completions()
  local client = vim.lsp.get_clients({ name = 'slugline' })[1]
  client:stop()
  local exit = wait(function()
    return _G.slugline_exit
  end)
  check('the server ends with status 0', exit and exit.code == 0 and exit.signal == 0, exit or 'it still runs')
end

-- is_stopped() is true as soon as stopping begins, so it would prove nothing.
vim.lsp.config('slugline', {
  on_exit = function(code, signal)
    _G.slugline_exit = { code = code, signal = signal }
  end,
})
drive.run(main, function(ok, trouble)
  if not ok then
    check('the script runs to its end', false, trouble)
  end
  io.stdout:write(('1..%d\n'):format(checks))
  vim.cmd(failures == 0 and 'qall!' or 'cquit 1')
end)
