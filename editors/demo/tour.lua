-- A walk through the seeds vault without a terminal: prints what a person would see.
-- Environment: VAULT, the copy of seeds/ to walk through.
local here = vim.fs.dirname(vim.fs.normalize(debug.getinfo(1, 'S').source:sub(2)))
local drive = dofile(here .. '/drive.lua')
local vault = vim.uv.fs_realpath(vim.env.VAULT)

local function say(text)
  io.stdout:write(text, '\n')
end
local function indented(text)
  return '    ' .. (text or '(nothing)'):gsub('\n', '\n    ')
end

local function tour()
  local _, client = drive.open(vault, 'tidewise/tidal_bulge.md')
  say('Diagnostics of tidewise/tidal_bulge.md')
  drive.wait(function()
    return #vim.diagnostic.get(0) > 0
  end)
  for _, it in ipairs(vim.diagnostic.get(0)) do
    say(('    %d:%d %s: %s'):format(it.lnum + 1, it.col + 1, it.code, it.message))
  end

  say('\nHover on the broken link')
  say(indented(drive.hover('[[spring_and_neap_tide ', 4)))

  say('\nHover on its timestamp')
  say(indented(drive.hover('data-t="00:04:32"', 10)))

  say('\nThe timeline of its video, from :Slugline timeline')
  drive.at('data-t="00:04:32"', 10)
  vim.cmd('Slugline timeline')
  drive.wait(function()
    return vim.bo.buftype == 'nofile'
  end)
  local row = vim.api.nvim_win_get_cursor(0)[1]
  say(indented(table.concat(vim.api.nvim_buf_get_lines(0, 0, 4, false), '\n')))
  say(indented('…\n' .. table.concat(vim.api.nvim_buf_get_lines(0, row - 3, row + 2, false), '\n')))
  vim.cmd('bwipeout')

  say('\nFollow [[resonance]]: the namesake in the same folder wins')
  say(indented(drive.jump(vault, '[[resonance]]', 4)))

  drive.open(vault, 'tidewise/spring_and_neap_tides.md')
  say('\nFollow [[tidal_bulge#Two bulges, not one | bulges]]')
  say(indented(drive.jump(vault, '[[tidal_bulge#Two', 4)))

  drive.open(vault, 'index.md')
  say('\nHover on a note')
  say(indented(drive.hover('[[harrisons_sea_clocks', 4)))

  say('\nTyping [[tide in index.md')
  drive.type('Go<CR>[[tide')
  local menu = drive.wait(function()
    local words = drive.menu()
    return words and #words > 0 and words
  end)
  say(indented(menu and table.concat(menu, '\n')))
  say('\nand the line after choosing the first')
  drive.type('<C-n><C-y>')
  -- Neovim asks for the whole of what was chosen before it inserts it.
  drive.wait(function()
    return vim.fn.getline('.'):find(']]', 1, true)
  end)
  say(indented(vim.fn.getline('.')))
  client:stop()
end

drive.run(tour, function(ok, trouble)
  if not ok then
    say('the tour broke off: ' .. trouble)
  end
  vim.cmd(ok and 'qall!' or 'cquit 1')
end)
