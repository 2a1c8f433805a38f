-- Drives a Neovim as a person does: keys are typed, and what is looked at is what is on the screen.
-- The tour and the tests use it. Typed keys are read by Neovim's main loop only, so a script runs as
-- a coroutine that gives way to the loop whenever it waits. For Neovim 0.7 and later.
local uv = vim.uv or vim.loop
local M = {}

M.patience = 120000 -- milliseconds until something awaited counts as not coming

function M.run(body, finish)
  local script = coroutine.create(function()
    finish(xpcall(body, debug.traceback))
  end)
  local function step()
    assert(coroutine.resume(script))
    if coroutine.status(script) ~= 'dead' then
      vim.defer_fn(step, 10)
    end
  end
  vim.schedule(step)
end

-- Gives way until `happens()` is true, and returns what it gave; nil when patience ends.
function M.wait(happens)
  local deadline = uv.now() + M.patience
  repeat
    local it = happens()
    if it then
      return it
    end
    coroutine.yield()
    uv.update_time()
  until uv.now() > deadline
end

-- Opens a note of the vault and waits for the server. Returns buffer and client.
function M.open(vault, path)
  -- Where it is open already, :edit would close it for the server and open it anew.
  if vim.api.nvim_buf_get_name(0) ~= vault .. '/' .. path then
    vim.cmd('edit ' .. vim.fn.fnameescape(vault .. '/' .. path))
  end
  local buffer = vim.api.nvim_get_current_buf()
  local client = M.wait(function()
    for _, it in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
      if it.name == 'slugline' and it.initialized and vim.lsp.buf_is_attached(buffer, it.id) then
        return it
      end
    end
  end)
  return buffer, assert(client, 'slugline did not attach to ' .. path)
end

-- Puts the cursor on the first `text` below the front matter, `into` bytes behind its start.
function M.at(text, into)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { row, column - 1 + (into or 0) })
      return row
    end
  end
  error('no ' .. text .. ' in ' .. vim.api.nvim_buf_get_name(0))
end

-- Runs a command of the shell, as another program that works on the vault.
function M.elsewhere(vault, command)
  local answer = vim.fn.system({ 'sh', '-c', 'cd "$1" && ' .. command, 'sh', vault })
  assert(vim.v.shell_error == 0, answer)
end

-- Types keys; <Esc> and the like as in mappings.
function M.type(keys)
  vim.api.nvim_input(keys)
end

-- The diagnostics of a buffer as 'line code', sorted.
function M.findings(buffer)
  local all = vim.tbl_map(function(it)
    return (it.lnum + 1) .. ' ' .. tostring(it.code)
  end, vim.diagnostic.get(buffer))
  table.sort(all)
  return all
end

-- The text of the floating window, if there is one.
function M.float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      return table.concat(lines, '\n'), window
    end
  end
end

-- Hovers over `text` and returns what the window shows. For Neovim 0.11 and later, where K hovers.
function M.hover(text, into)
  M.at(text, into)
  -- Before a typed key the editor sees that the cursor has moved. It would close a window that is there by then.
  M.type('K')
  local shown = M.wait(M.float)
  local _, window = M.float()
  if window then
    vim.api.nvim_win_close(window, true)
  end
  return shown
end

-- Jumps along what is at `text` and returns where that led, as 'path:line'.
function M.jump(vault, text, into)
  local from = vim.api.nvim_get_current_buf()
  local row = M.at(text, into)
  vim.lsp.buf.definition()
  local moved = M.wait(function()
    return vim.api.nvim_get_current_buf() ~= from or vim.api.nvim_win_get_cursor(0)[1] ~= row
  end)
  return moved and M.place(vault)
end

-- Where the cursor is, as 'path:line'.
function M.place(vault)
  local path = vim.api.nvim_buf_get_name(0)
  assert(vim.startswith(path, vault .. '/'), path .. ' is not in the vault')
  return path:sub(#vault + 2) .. ':' .. vim.api.nvim_win_get_cursor(0)[1]
end

-- The words of the completion menu that is open; nil while none is.
function M.menu()
  if vim.fn.pumvisible() == 1 then
    return vim.tbl_map(function(it)
      return it.abbr ~= '' and it.abbr or it.word
    end, vim.fn.complete_info({ 'items' }).items)
  end
end

return M
