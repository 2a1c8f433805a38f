-- The Neovim plugin in Neovim 0.7, which starts no server by itself, with the lines of docs/editors.md as its
-- configuration. tests/editors/neovim starts this.
-- Environment: VAULT, a copy of seeds/ to work in; DRIVE, the folder of drive.lua; CHECKS, checks.lua.
local drive = dofile(vim.env.DRIVE .. '/drive.lua')
local vault = vim.loop.fs_realpath(vim.env.VAULT)
local wait = drive.wait
local checks = dofile(vim.env.CHECKS)
local check, contains = checks.check, checks.contains

local function finds(buffer, expected)
  return wait(function()
    return vim.deep_equal(drive.findings(buffer), expected)
  end)
end

local function health()
  vim.cmd('checkhealth slugline')
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd('bwipeout')
  return report
end

local function note()
  local buffer, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  check('the vault is the root', client.config.root_dir == vault, client.config.root_dir)
  local row = drive.at('[[spring_and_neap_tide |')
  local broken = { row .. ' broken-link' }
  check('the broken link is told', finds(buffer, broken), drive.findings(buffer))
  drive.at('[[spring_and_neap_tide |', #'[[spring_and_neap_tid')
  drive.type('as<Esc>')
  check('fixed as it is typed', finds(buffer, {}), drive.findings(buffer))
  -- What was edited last is judged when it is saved.
  drive.type('u:write<CR>')
  check('back on undo', finds(buffer, broken), drive.findings(buffer))

  drive.at('[[resonance]]', 4)
  drive.type('K')
  local shown = wait(drive.float)
  check('K shows the note', contains(shown, 'Resonance in a bay'), shown)
  drive.type('gd')
  wait(function()
    return vim.api.nvim_get_current_buf() ~= buffer
  end)
  check('gd jumps', drive.place(vault) == 'tidewise/resonance.md:2', drive.place(vault))

  drive.open(vault, 'tidewise/tidal_bulge.md')
  local offered
  vim.ui.select = function(items, options, choose)
    offered = vim.tbl_map(options.format_item, items)
    for index, text in ipairs(offered) do
      if contains(text, 'spring_and_neap_tides') then
        return choose(items[index], index)
      end
    end
  end
  drive.at('[[spring_and_neap_tide |', 4)
  drive.type('gra')
  check('gra fixes the broken link', wait(function()
    return offered and #drive.findings(buffer) == 0
  end), { offered, drive.findings(buffer) })
  drive.type('u:write<CR>')
  check('until it is undone', finds(buffer, broken), drive.findings(buffer))

  local _, same = drive.open(vault, 'index.md')
  check('another note is served by the same server', same.id == client.id, { same.id, client.id })
  vim.o.completeopt = 'menuone,noselect'
  drive.type('Go<CR>[[tide_pred<C-x><C-o>')
  local menu = wait(drive.menu)
  check('completion offers the note', menu and #menu >= 1, menu)
  drive.type('<C-n><C-y><Esc>')
  wait(function()
    return vim.fn.mode() == 'n'
  end)
  local line = vim.fn.getline('.')
  check('and inserts it', line == '[[tide_prediction | Tide prediction]]', line)
  vim.cmd('silent undo')
end

local function settings()
  local buffer = drive.open(vault, 'tidewise/tidal_bulge.md')
  local broken = drive.findings(buffer)
  require('slugline').setup({ settings = { severity = { ['broken-link'] = 'off' } } })
  check('setup() takes effect at once', finds(buffer, {}), drive.findings(buffer))
  require('slugline').setup({ settings = {} })
  check('and back', finds(buffer, broken), drive.findings(buffer))
end

local function commands()
  local found = vim.fn.getcompletion('Slugline re', 'cmdline')
  check('subcommands are completed', vim.deep_equal(found, { 'reindex', 'restart' }), found)
  local buffer, before = drive.open(vault, 'tidewise/tidal_bulge.md')
  vim.cmd('Slugline create spring_and_neap_tide')
  local path = vault .. '/tidewise/spring_and_neap_tide.md'
  check('create opens the new note', wait(function()
    return vim.api.nvim_buf_get_name(0) == path
  end), vim.api.nvim_buf_get_name(0))
  check('which is on the disk', not vim.bo.modified and #vim.fn.readfile(path) > 2, vim.fn.readfile(path))
  check('which fixes the link', finds(buffer, {}), drive.findings(buffer))
  vim.cmd('bwipeout')
  drive.elsewhere(vault, 'rm tidewise/spring_and_neap_tide.md')
  drive.open(vault, 'index.md')
  check('status() counts the notes', wait(function()
    return contains(require('slugline').status(), '30 notes')
  end), require('slugline').status())
  vim.cmd('Slugline doctor')
  wait(function()
    return contains(vim.api.nvim_buf_get_name(0), 'slugline://doctor')
  end)
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  check('doctor tells of settings', contains(report, vault, '.slugline.toml:3'), report)
  vim.cmd('close')

  vim.cmd('Slugline restart')
  wait(function()
    return not vim.lsp.get_client_by_id(before.id)
  end)
  local after
  buffer, after = drive.open(vault, 'tidewise/tidal_bulge.md')
  check('restart starts another server', after.id ~= before.id, { before.id, after.id })
  check('which finds the same', wait(function()
    return #drive.findings(buffer) == 1
  end), drive.findings(buffer))
  check(':help slugline', pcall(vim.cmd, 'help slugline'), vim.v.errmsg)
  vim.cmd('helpclose')
end

local function checkhealth()
  drive.open(vault, 'index.md')
  local report = health()
  local version = vim.trim(vim.fn.system({ vim.env.SLUGLINE, '--version' }))
  check('checkhealth names program and version', contains(report, version, vim.env.SLUGLINE), report)
  check('and the vault', contains(report, vim.fn.fnamemodify(vault, ':~') .. '; open notes: '), report)
  check('and finds nothing wrong', not contains(report, 'ERROR') and not contains(report, 'WARNING'), report)
end

local function main()
  note()
  settings()
  commands()
  checkhealth()
  vim.cmd('Slugline stop')
  check('the server ends', wait(function()
    return #vim.lsp.get_active_clients() == 0
  end), #vim.lsp.get_active_clients())
end

drive.run(main, checks.finish)
