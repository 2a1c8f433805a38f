-- Timestamps as links to their videos. What a timestamp is, and what it opens, the server says.
local client = require('slugline.client')

local M = {}

---@class slugline.Timestamp Bytes of its line, from 0.
---@field row integer From 0.
---@field from integer
---@field to integer
---@field label_from integer
---@field label_to integer
---@field conceal boolean Whether what is not the label may be hidden.

-- The byte of a line at which a column of the protocol is.
---@param line string
---@param column integer
---@param encoding? string
---@return integer
function M.byte_at(line, column, encoding)
  if encoding == 'utf-8' then
    return math.min(column, #line)
  elseif vim.fn.has('nvim-0.11') == 1 then
    return vim.str_byteindex(line, encoding or 'utf-16', column, false)
  end
  local ok, byte = pcall(vim.str_byteindex, line, column, encoding ~= 'utf-32')
  return ok and byte or #line
end

-- What asks for the timestamps of some lines, and reads the answer; those that stand on one line.
---@param buffer integer
---@param first integer From 0.
---@param last integer The line behind the last.
---@param it vim.lsp.Client
---@return table parameters
---@return fun(result: any): slugline.Timestamp[]
function M.question(buffer, first, last, it)
  local parameters = {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    range = { start = { line = first, character = 0 }, ['end'] = { line = last, character = 0 } },
  }
  return parameters, function(result)
    local found = {}
    for _, one in ipairs(result or {}) do
      local row = one.range.start.line
      local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
      if line and one.range['end'].line == row then
        local function byte(place)
          return M.byte_at(line, place.character, it.offset_encoding)
        end
        table.insert(found, {
          row = row,
          from = byte(one.range.start),
          to = byte(one.range['end']),
          label_from = byte(one.label.start),
          label_to = byte(one.label['end']),
          conceal = one.conceal,
        })
      end
    end
    return found
  end
end

-- Asks about the current buffer, and waits for the answer.
---@param it vim.lsp.Client
---@param method string
---@param parameters table
---@return any result
---@return string? trouble
local function ask(it, method, parameters)
  local answer, trouble = client.call(it, 'request_sync', method, parameters, client.PATIENCE, 0)
  trouble = trouble or (answer and answer.err and answer.err.message)
  return not trouble and answer.result or nil, trouble
end

-- The links of the cursor's line: where the label of each begins and ends, in bytes from 0, and its address.
---@return { from: integer, to: integer, address: string }[]?
---@return string? trouble
local function links()
  local it, why = client.current()
  if not it then
    return nil, why
  end
  local parameters = { textDocument = vim.lsp.util.make_text_document_params() }
  local result, trouble = ask(it, 'textDocument/documentLink', parameters)
  if trouble then
    return nil, trouble
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local line = vim.api.nvim_get_current_line()
  local found = {}
  for _, link in ipairs(result or {}) do
    if link.range.start.line == row and link.range['end'].line == row and link.target then
      table.insert(found, {
        from = M.byte_at(line, link.range.start.character, it.offset_encoding),
        to = M.byte_at(line, link.range['end'].character, it.offset_encoding),
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
  local it = client.all(vim.api.nvim_get_current_buf())[1]
  -- Most lines have no time: then nobody waits for the server.
  if not it or not vim.api.nvim_get_current_line():find('%d:%d') then
    return nil
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local parameters, read = M.question(0, row - 1, row, it)
  for _, timestamp in ipairs(read((ask(it, 'slugline/timestamps', parameters)))) do
    if timestamp.row == row - 1 and timestamp.from <= column and column < timestamp.to then
      for _, link in ipairs(links() or {}) do
        if link.from == timestamp.label_from and link.to == timestamp.label_to then
          return link.address
        end
      end
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
