-- The Neovim plugin as it is installed, without a line of configuration: what Neovim's own keys do, as
-- the help file promises. tests/editors/neovim starts this.
-- Environment: VAULT, a copy of seeds/ to work in; DRIVE, the folder of drive.lua; CHECKS, checks.lua.
local drive = dofile(vim.env.DRIVE .. '/drive.lua')
local vault = vim.uv.fs_realpath(vim.env.VAULT)
local wait = drive.wait
local checks = dofile(vim.env.CHECKS)
local check = checks.check

local function line_is(expected)
  wait(function()
    return vim.fn.getline('.') == expected
  end)
  return vim.fn.getline('.')
end

local function main()
  local buffer = drive.open(vault, 'tidewise/tidal_bulge.md')
  check('the broken link is told', wait(function()
    -- Until then not all notes may be read, and a hover shows less.
    return #vim.diagnostic.get(buffer) == 1
  end), vim.diagnostic.get(buffer))
  drive.at('[[resonance]]', 4)
  drive.type('K')
  local shown = wait(drive.float)
  check('K shows the note', shown and shown:find('Resonance in a bay', 1, true), shown)
  drive.type('<C-]>')
  wait(function()
    return vim.api.nvim_get_current_buf() ~= buffer
  end)
  check('CTRL-] jumps', drive.place(vault) == 'tidewise/resonance.md:2', drive.place(vault))
  drive.type('<C-o>')
  wait(function()
    return vim.api.nvim_get_current_buf() == buffer
  end)

  local offered
  vim.ui.select = function(items, options, choose)
    offered = vim.tbl_map(options.format_item, items)
    for index, text in ipairs(offered) do
      if text:find('spring_and_neap_tides', 1, true) then
        return choose(items[index], index)
      end
    end
  end
  drive.at('[[spring_and_neap_tide |', 4)
  drive.type('gra')
  check('gra fixes the broken link', wait(function()
    return offered and #vim.diagnostic.get(buffer) == 0
  end), { offered, vim.diagnostic.get(buffer) })

  drive.open(vault, 'index.md')
  drive.type('Go<CR>[[tide_pred<C-x><C-o>')
  local menu = wait(drive.menu)
  check('CTRL-X CTRL-O offers the note', menu and menu[1] == 'Tide prediction' or menu[1] == 'tide_prediction', menu)
  drive.type('<C-y>')
  local whole = '[[tide_prediction | Tide prediction]]'
  local line = line_is(whole)
  check('and inserts the whole link', line == whole, line)
  drive.type('<Esc>')
  wait(function()
    return vim.fn.mode() == 'n'
  end)
  vim.cmd('Slugline stop')
  wait(function()
    return #vim.lsp.get_clients() == 0
  end)
end

drive.run(main, checks.finish)
