-- Shows the tags of timestamps as their labels alone, in windows with 'conceallevel': by extmarks, so that no byte of
-- a note changes, around what the windows show. Which parts these are, the server says. What has a diagnostic stays as
-- it is, since that could not be seen.
local client = require('slugline.client')
local config = require('slugline.config')
local timestamps = require('slugline.timestamps')

local M = {}

M.namespace = vim.api.nvim_create_namespace('slugline.conceal')

-- Milliseconds in which nothing may change before the server is asked.
local DELAY = 60

-- Lines above and below a window that are asked about as well, so that scrolling shows no tags.
local MARGIN = 50

---@type table<integer, { buffer: integer, tick: integer, first: integer, last: integer }> What each window shows concealed.
local drawn = {}

local waiting = false

-- Whether a diagnostic is on what would be concealed.
---@param buffer integer
---@param one slugline.Timestamp
---@return boolean
local function is_diagnosed(buffer, one)
  for _, it in ipairs(vim.diagnostic.get(buffer, { lnum = one.row })) do
    local last = it.end_lnum == it.lnum and it.end_col or math.huge
    if (it.col < one.label_from and last > one.from) or (it.col < one.to and last > one.label_to) then
      return true
    end
  end
  return false
end

-- Conceals what a window shows, unless that has been done.
---@param window integer
local function draw(window)
  local buffer = vim.api.nvim_win_get_buf(window)
  local it = client.all(buffer)[1]
  if not it or vim.wo[window].conceallevel == 0 then
    return
  end
  local first, last = unpack(vim.api.nvim_win_call(window, function()
    return { vim.fn.line('w0') - 1, vim.fn.line('w$') }
  end))
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  local done = drawn[window]
  if done and done.buffer == buffer and done.tick == tick and done.first <= first and last <= done.last then
    return
  end
  first, last = math.max(first - MARGIN, 0), math.min(last + MARGIN, vim.api.nvim_buf_line_count(buffer))
  local parameters, read = timestamps.question(buffer, first, last, it)
  client.call(it, 'request', 'slugline/timestamps', parameters, function(trouble, result)
    local is_there = vim.api.nvim_buf_is_loaded(buffer) and vim.api.nvim_win_is_valid(window)
    -- After a change it is asked anew.
    if trouble or not is_there or vim.api.nvim_buf_get_changedtick(buffer) ~= tick or not M.is_on() then
      return
    end
    vim.api.nvim_buf_clear_namespace(buffer, M.namespace, first, last)
    for _, one in ipairs(read(result)) do
      if one.conceal and not is_diagnosed(buffer, one) then
        for _, part in ipairs({ { one.from, one.label_from }, { one.label_to, one.to } }) do
          local from, to = unpack(part)
          vim.api.nvim_buf_set_extmark(buffer, M.namespace, one.row, from, { end_col = to, conceal = '' })
        end
      end
    end
    drawn[window] = { buffer = buffer, tick = tick, first = first, last = last }
  end, buffer)
end

-- Looks at all windows of the tab page, once nothing changes any more.
local function look()
  if waiting then
    return
  end
  waiting = true
  vim.defer_fn(function()
    waiting = false
    if M.is_on() then
      vim.tbl_map(draw, vim.api.nvim_tabpage_list_wins(0))
    end
  end, DELAY)
end

---@return boolean
function M.is_on()
  return config.get().conceal_timestamps == true
end

-- Follows the option `conceal_timestamps`.
function M.follow()
  local group = vim.api.nvim_create_augroup('slugline.conceal', {})
  drawn = {}
  if not M.is_on() then
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_is_loaded(buffer) then
        vim.api.nvim_buf_clear_namespace(buffer, M.namespace, 0, -1)
      end
    end
    return
  end
  vim.api.nvim_create_autocmd({ 'BufWinEnter', 'WinEnter', 'WinScrolled', 'TextChanged', 'TextChangedI', 'InsertLeave' }, {
    group = group,
    desc = 'Conceal the tags of timestamps',
    callback = look,
  })
  vim.api.nvim_create_autocmd('DiagnosticChanged', {
    group = group,
    desc = 'Show what has a diagnostic',
    callback = function(event)
      for window, it in pairs(drawn) do
        drawn[window] = it.buffer ~= event.buf and it or nil
      end
      look()
    end,
  })
  vim.api.nvim_create_autocmd('OptionSet', { group = group, pattern = 'conceallevel', callback = look })
  look()
end

-- A server is attached: what it is asked, it can answer now.
M.attached = look

return M
