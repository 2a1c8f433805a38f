-- The keys by which Neovim follows files, addresses and tags: in notes they follow links and timestamps, and
-- a link without a note offers to create it. Whatever else is under the cursor, they do what they always do.
local client = require('slugline.client')
local config = require('slugline.config')
local timestamps = require('slugline.timestamps')

local M = {}

---@param text string
local function complain(text)
  vim.notify('slugline: ' .. text, vim.log.levels.ERROR)
end

-- A key's own meaning.
---@param keys string
local function normal(keys)
  local ok, trouble = pcall(vim.cmd, 'normal! ' .. vim.api.nvim_replace_termcodes(keys, true, true, true))
  if not ok then
    -- As Neovim says it, without the place in here.
    vim.notify((trouble:gsub('^.-(E%d+:)', '%1')), vim.log.levels.ERROR)
  end
end

-- Whether the cursor is on a link whose note is missing; by what the diagnostics say, so that it is not so
-- before they are shown.
---@return boolean
local function is_missing()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_get_current_line()
  -- A diagnostic is on the target alone; the cursor may be on the rest of the link.
  local first, last = column, column + 1
  local from = 1
  repeat
    local open, close = line:find('%[%[.-%]%]', from)
    if open and open - 1 <= column and column < close then
      first, last = open - 1, close
    end
    from = (close or #line) + 1
  until not open
  for _, it in ipairs(vim.diagnostic.get(0, { lnum = row - 1 })) do
    if it.code == 'broken-link' and it.col < last and it.end_col > first then
      return true
    end
  end
  return false
end

-- Asks whether to create the note of the link under the cursor.
local function offer()
  vim.lsp.buf.code_action({
    filter = function(action)
      local opens = type(action.command) == 'table' and action.command.command == client.OPEN_NOTE
      return opens and action.kind == 'quickfix'
    end,
  })
end

-- Does what is right for a note's own things, and `otherwise` for others.
---@param otherwise fun()
---@param creates boolean
local function follow(otherwise, creates)
  if #client.all(vim.api.nvim_get_current_buf()) == 0 then
    return otherwise()
  end
  if creates and is_missing() then
    return offer()
  end
  local address = timestamps.here()
  local trouble = address and timestamps.play(address)
  if trouble then
    complain(trouble)
  elseif not address then
    otherwise()
  end
end

-- The mapping of a key for all buffers.
---@param key string
---@return table?
local function global(key)
  for _, map in ipairs(vim.api.nvim_get_keymap('n')) do
    if map.lhs:lower() == key:lower() then
      return map
    end
  end
end

local function definition()
  if #client.all(vim.api.nvim_get_current_buf()) == 0 then
    normal('gd')
  else
    vim.lsp.buf.definition()
  end
end

---@type table<string, { doc: string, run: fun() }>
local KEYS = {
  ['gd'] = {
    doc = 'slugline: go to the definition, or play the timestamp',
    run = function()
      follow(definition, true)
    end,
  },
  ['<C-]>'] = {
    doc = 'slugline: follow the link',
    run = function()
      follow(function()
        -- From 0.8 on, a server answers as tags do.
        if vim.bo.tagfunc == '' and #client.all(vim.api.nvim_get_current_buf()) > 0 then
          vim.lsp.buf.definition()
        else
          normal('<C-]>')
        end
      end, true)
    end,
  },
  ['gf'] = {
    doc = 'slugline: follow the link, or edit the file',
    run = function()
      follow(function()
        local it = client.all(vim.api.nvim_get_current_buf())[1]
        local here = it and vim.lsp.util.make_position_params(0, it.offset_encoding)
        local answer = it and client.call(it, 'request_sync', 'textDocument/definition', here, client.PATIENCE, 0)
        local found = answer and answer.result
        if found and (found.uri or #found > 0) then
          vim.lsp.buf.definition()
        else
          normal('gf')
        end
      end, true)
    end,
  },
  ['gx'] = {
    doc = 'slugline: play the timestamp, or open the address',
    run = function()
      follow(function()
        local map = global('gx')
        if map and map.callback then
          map.callback()
        elseif map and map.rhs then
          vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(map.rhs, true, true, true), 'm', false)
        end
      end, false)
    end,
  },
}

-- Keys behind the option `prefix`, and what they are called as <Plug> mappings: all are commands.
---@type table<string, string>
M.PREFIXED = {
  b = 'backlinks',
  c = 'create',
  d = 'daily',
  e = 'explain',
  h = 'headings',
  i = 'timestamp',
  l = 'timeline',
  m = 'mentions',
  n = 'notes',
  o = 'open',
  p = 'problems',
  r = 'random',
  t = 'tags',
  u = 'unresolved',
  y = 'copylink',
  z = 'conceal',
}

-- Follows the link or timestamp under the cursor, as gd does.
M.follow = KEYS['gd'].run

-- Whether a mapping is one that Neovim brings along.
---@param map table
---@return boolean
local function is_default(map)
  return (map.desc or ''):find('system handler', 1, true) ~= nil or (map.rhs or ''):find('Netrw', 1, true) ~= nil
end

-- Maps the keys in a note, but for those that the user has mapped.
---@param buffer integer
function M.map(buffer)
  local prefix = config.get().prefix
  for key, name in pairs(prefix and M.PREFIXED or {}) do
    local doc = 'slugline: ' .. require('slugline.commands').subcommands[name].doc
    vim.keymap.set('n', prefix .. key, ('<Cmd>Slugline %s<CR>'):format(name), { buffer = buffer, desc = doc })
  end
  if config.get().keys == false then
    return
  end
  local taken = {}
  for _, map in ipairs(vim.api.nvim_buf_get_keymap(buffer, 'n')) do
    taken[map.lhs:lower()] = true
  end
  for key, it in pairs(KEYS) do
    local other = global(key)
    if not taken[key:lower()] and (not other or is_default(other)) then
      vim.keymap.set('n', key, it.run, { buffer = buffer, desc = it.doc })
    end
  end
end

return M
