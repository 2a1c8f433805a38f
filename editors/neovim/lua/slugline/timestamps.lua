-- Timestamps as links to their videos. Neovim does not ask the server for these links itself.
local client = require('slugline.client')

local M = {}

-- The byte of a line at which a column of the protocol is.
---@param line string
---@param column integer
---@param encoding string
---@return integer
local function byte_at(line, column, encoding)
  if encoding == 'utf-8' then
    return math.min(column, #line)
  elseif vim.fn.has('nvim-0.11') == 1 then
    return vim.str_byteindex(line, encoding, column, false)
  end
  local ok, byte = pcall(vim.str_byteindex, line, column, encoding == 'utf-16')
  return ok and byte or #line
end

-- The links of the cursor's line: where the label of each begins and ends, in bytes from 0, and its address.
---@return { from: integer, to: integer, address: string }[]?
---@return string? trouble
local function links()
  local it = client.all(vim.api.nvim_get_current_buf())[1]
  if not it then
    return nil, 'no server attached; see :checkhealth slugline'
  end
  local parameters = { textDocument = vim.lsp.util.make_text_document_params() }
  local answer, trouble = client.call(it, 'request_sync', 'textDocument/documentLink', parameters, client.PATIENCE, 0)
  trouble = trouble or (answer and answer.err and answer.err.message)
  if trouble then
    return nil, trouble
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local line = vim.api.nvim_get_current_line()
  local found = {}
  for _, link in ipairs(answer.result or {}) do
    if link.range.start.line == row and link.range['end'].line == row and link.target then
      table.insert(found, {
        from = byte_at(line, link.range.start.character, it.offset_encoding or 'utf-16'),
        to = byte_at(line, link.range['end'].character, it.offset_encoding or 'utf-16'),
        address = link.target,
      })
    end
  end
  return found
end

-- The address of the timestamp under the cursor or behind it on the line: the link is the label, and the
-- cursor mostly stands in the tag before it.
---@return string? address
---@return string? trouble
function M.next()
  local found, trouble = links()
  local column = vim.api.nvim_win_get_cursor(0)[2]
  for _, link in ipairs(found or {}) do
    if column < link.to then
      return link.address
    end
  end
  return nil, trouble or 'no timestamp at or after the cursor on this line'
end

-- The address of the timestamp that the cursor is on, its tags included.
---@return string?
function M.here()
  local line = vim.api.nvim_get_current_line()
  -- Most lines have none: then nobody waits for the server.
  if not line:find('%d:%d') then
    return nil
  end
  local column = vim.api.nvim_win_get_cursor(0)[2]
  for _, link in ipairs(links() or {}) do
    local before = line:sub(1, link.from):gsub('%[$', '')
    local tag = before:find('<[^<>]*>$')
    local from = tag and tag - 1 or #before
    local _, closed = line:find('^%]?%s*</%a+%s*>', link.to + 1)
    local _, bracket = line:find('^%]', link.to + 1)
    if from <= column and column < (closed or bracket or link.to) then
      return link.address
    end
  end
end

-- Opens an address with the program that the system has for it.
---@param address string
---@return string? trouble
function M.play(address)
  if vim.ui.open then
    local _, trouble = vim.ui.open(address)
    return trouble
  end
  local program = vim.fn.has('mac') == 1 and 'open' or 'xdg-open'
  if vim.fn.executable(program) == 0 then
    return ('no program `%s` to open %s'):format(program, address)
  end
  vim.fn.jobstart({ program, address }, { detach = true })
end

return M
