-- What is wrong with the notes of all the vault, in the quickfix list.
local client = require('slugline.client')
local timestamps = require('slugline.timestamps')

local M = {}

-- From the gravest on.
M.SEVERITIES = { 'error', 'warning', 'information', 'hint' }

local TYPES = { 'E', 'W', 'I', 'N' }

-- The lines of a note, as it is open or on the disk.
---@param path string
---@return string[]
local function lines_of(path)
  local buffer = vim.fn.bufnr(path)
  if buffer ~= -1 and vim.api.nvim_buf_is_loaded(buffer) then
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  end
  local ok, lines = pcall(vim.fn.readfile, path)
  return ok and lines or {}
end

-- The entries of the quickfix list for what the server reports.
---@param reports { uri: string, items: lsp.Diagnostic[] }[]
---@param least integer The lowest severity that is listed.
---@param encoding string
---@return table[]
local function entries(reports, least, encoding)
  local found = {}
  for _, report in ipairs(reports) do
    local path = vim.uri_to_fname(report.uri)
    local lines
    local function column(place)
      if encoding == 'utf-8' then
        return place.character + 1
      end
      lines = lines or lines_of(path)
      return timestamps.byte_at(lines[place.line + 1] or '', place.character, encoding) + 1
    end
    for _, it in ipairs(report.items or {}) do
      if (it.severity or 1) <= least then
        table.insert(found, {
          filename = path,
          lnum = it.range.start.line + 1,
          col = column(it.range.start),
          end_lnum = it.range['end'].line + 1,
          end_col = column(it.range['end']),
          type = TYPES[it.severity or 1],
          text = ('%s [%s]'):format(it.message, it.code),
        })
      end
    end
  end
  table.sort(found, function(a, b)
    if a.filename ~= b.filename then
      return a.filename < b.filename
    elseif a.lnum ~= b.lnum then
      return a.lnum < b.lnum
    end
    return a.col < b.col
  end)
  return found
end

-- Asks for the problems of all notes, and lists those of `severity` and above.
---@param severity string
function M.list(severity)
  local least
  for rank, name in ipairs(M.SEVERITIES) do
    least = name == severity and rank or least
  end
  if not least then
    vim.notify(('slugline: unknown severity `%s`; expected one of: %s'):format(severity, table.concat(M.SEVERITIES, ', ')), vim.log.levels.ERROR)
    return
  end
  local it, why = client.current()
  if not it then
    vim.notify('slugline: ' .. why, vim.log.levels.ERROR)
    return
  end
  local parameters = { identifier = 'slugline.all', previousResultIds = {} }
  client.call(it, 'request', 'workspace/diagnostic', parameters, function(trouble, report)
    if trouble then
      vim.notify('slugline: ' .. trouble.message, vim.log.levels.ERROR)
      return
    end
    local items = entries(report and report.items or {}, least, it.offset_encoding or 'utf-16')
    vim.fn.setqflist({}, ' ', { title = ('Problems of %s'):format(client.where(it)), items = items })
    if #items == 0 then
      vim.cmd('cclose')
      vim.notify('slugline: no problems')
    else
      vim.cmd('botright copen')
    end
  end, vim.api.nvim_get_current_buf())
end

return M
