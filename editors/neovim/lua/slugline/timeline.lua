-- The timeline of a video: what all notes cite of it, in its order, in a buffer to read. `<CR>` leads to the note,
-- `gx` plays the moment, `q` closes it.
local client = require('slugline.client')
local timestamps = require('slugline.timestamps')

local M = {}

---@class slugline.TimelineEntry
---@field line integer
---@field url? string
---@field location? lsp.Location

---@class slugline.Timeline As `slugline.timeline` answers it.
---@field source { kind: integer, id: string }
---@field text string
---@field entries slugline.TimelineEntry[]
---@field current? integer The line of what the cursor was on in the note.

---@param text string
local function complain(text)
  vim.notify('slugline: ' .. text, vim.log.levels.ERROR)
end

-- A value that is not JSON's null.
---@generic T
---@param value T
---@return T?
local function given(value)
  if value ~= vim.NIL then
    return value
  end
end

---@param buffer integer
---@param text string
local function fill(buffer, text)
  local lines = vim.split(text:gsub('\n$', ''), '\n', { plain = true })
  if vim.deep_equal(lines, vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) then
    return
  end
  vim.bo[buffer].readonly = false
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].readonly = true
  vim.bo[buffer].modified = false
end

-- Shows a timeline, and keeps it as the notes are: `ask` asks for it anew.
---@param timeline slugline.Timeline
---@param ask fun(done: fun(timeline: slugline.Timeline))
function M.show(timeline, ask)
  local name = 'slugline://timeline/' .. timeline.source.id
  local buffer = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?\\') .. '$')
  if buffer > 0 then
    vim.cmd('silent! bwipeout ' .. buffer)
  end
  vim.cmd('botright new')
  buffer = vim.api.nvim_get_current_buf()
  for option, value in pairs({ buftype = 'nofile', bufhidden = 'wipe', swapfile = false }) do
    vim.bo[buffer][option] = value
  end
  pcall(vim.api.nvim_buf_set_name, buffer, name)
  vim.wo.wrap = false
  fill(buffer, timeline.text)
  vim.api.nvim_win_set_cursor(0, { (given(timeline.current) or 0) + 1, 0 })

  -- The entry of the cursor's line.
  local function here()
    local row = vim.api.nvim_win_get_cursor(0)[1] - 1
    for _, entry in ipairs(timeline.entries) do
      if entry.line == row then
        return entry
      end
    end
  end
  local function visit()
    local entry = here()
    local location = entry and given(entry.location)
    if not location then
      return complain('no citation on this line')
    end
    vim.cmd('wincmd p')
    client.open_note(location.uri)
    local at = location.range.start
    local line = vim.api.nvim_buf_get_lines(0, at.line, at.line + 1, false)[1]
    if line then
      local it = client.all(vim.api.nvim_get_current_buf())[1]
      local column = timestamps.byte_at(line, at.character, it and it.offset_encoding or 'utf-16')
      vim.api.nvim_win_set_cursor(0, { at.line + 1, column })
    end
  end
  local function play()
    local entry = here()
    local url = entry and given(entry.url)
    local trouble = url and timestamps.play(url)
    if trouble or not url then
      complain(trouble or 'no citation on this line')
    end
  end
  local function map(key, doc, run)
    vim.keymap.set('n', key, run, { buffer = buffer, desc = 'slugline: ' .. doc })
  end
  map('<CR>', 'go to the note', visit)
  map('gx', 'play the moment', play)
  map('q', 'close', '<C-w>c')

  local group = vim.api.nvim_create_augroup('slugline_timeline_' .. buffer, {})
  vim.api.nvim_create_autocmd({ 'BufWritePost', 'TextChanged', 'InsertLeave' }, {
    group = group,
    callback = function(event)
      if client.is_note(event.buf) then
        -- Behind the change itself, which Neovim sends to the server first.
        vim.schedule(function()
          ask(function(new)
            if vim.api.nvim_buf_is_valid(buffer) then
              timeline = new
              fill(buffer, new.text)
            end
          end)
        end)
      end
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    buffer = buffer,
    callback = function()
      vim.schedule(function()
        pcall(vim.api.nvim_del_augroup_by_id, group)
      end)
    end,
  })
end

return M
