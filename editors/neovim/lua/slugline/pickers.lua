-- Lists to choose from: notes, headings and tags of the vault. A plugin for pickers shows them where one is installed,
-- asking the server as one types; without one, `vim.ui.select` shows what fits the words that were given.
local client = require('slugline.client')
local config = require('slugline.config')

local M = {}

---@class slugline.Picked
---@field kind string The kind of symbol that the server gives them, by its name in the protocol.
---@field prompt string
---@field prefix string What stands before the words of the question.
---@field least integer Letters from which on the server looks for them.

---@type table<string, slugline.Picked>
M.KINDS = {
  notes = { kind = 'File', prompt = 'Notes', prefix = '', least = 0 },
  headings = { kind = 'String', prompt = 'Headings', prefix = '#', least = 2 },
  tags = { kind = 'Key', prompt = 'Tags', prefix = '#', least = 2 },
}

---@type table<string, { module: string, show: fun(picker: table, it: slugline.Picked, words: string) }>
local PLUGINS = {
  telescope = {
    module = 'telescope.builtin',
    show = function(builtin, it, words)
      builtin.lsp_dynamic_workspace_symbols({ symbols = { it.kind:lower() }, prompt_title = it.prompt, default_text = words })
    end,
  },
  ['fzf-lua'] = {
    module = 'fzf-lua',
    show = function(fzf, it, words)
      fzf.lsp_live_workspace_symbols({
        lsp_query = words,
        winopts = { title = (' %s '):format(it.prompt) },
        regex_filter = function(entry)
          return entry.kind == it.kind
        end,
      })
    end,
  },
  snacks = {
    module = 'snacks',
    show = function(snacks, it, words)
      local filter = { default = { it.kind }, markdown = { it.kind } }
      snacks.picker.lsp_workspace_symbols({ filter = filter, title = it.prompt, search = words })
    end,
  },
}

-- The order in which they are looked for.
local ORDER = { 'snacks', 'fzf-lua', 'telescope' }

-- The plugin that shows lists: the one of the option `picker`, else one that is installed; nil for vim.ui.select.
---@return fun(it: slugline.Picked, words: string)?
---@return string? trouble
local function plugin()
  local wanted = config.get().picker
  if wanted == 'select' then
    return nil
  end
  for _, name in ipairs(wanted and { wanted } or ORDER) do
    local it = PLUGINS[name]
    if not it then
      return nil, ('no picker `%s`; expected select, %s'):format(name, table.concat(ORDER, ', '))
    end
    local ok, found = pcall(require, it.module)
    -- snacks.nvim may be there without its picker.
    if ok and (name ~= 'snacks' or (found.config and found.config.picker or {}).enabled ~= false) then
      return function(...)
        it.show(found, ...)
      end
    elseif wanted then
      return nil, ('the picker `%s` is not installed'):format(name)
    end
  end
end

---@param text string
---@param level? integer
local function say(text, level)
  vim.notify('slugline: ' .. text, level or vim.log.levels.INFO)
end

-- Goes to a place.
---@param location lsp.Location
---@param encoding string
local function go(location, encoding)
  if vim.lsp.util.show_document then
    vim.lsp.util.show_document(location, encoding, { focus = true })
  else
    vim.lsp.util.jump_to_location(location, encoding)
  end
end

-- Lists the notes that have a tag.
---@param it vim.lsp.Client
---@param tag { name: string, location: lsp.Location }
local function tagged(it, tag)
  local parameters = {
    textDocument = { uri = tag.location.uri },
    position = tag.location.range.start,
    context = { includeDeclaration = true },
  }
  client.call(it, 'request', 'textDocument/references', parameters, function(trouble, found)
    if trouble then
      say(trouble.message, vim.log.levels.ERROR)
    else
      client.quickfix(tag.name, found or {}, it.offset_encoding)
    end
  end, vim.api.nvim_get_current_buf())
end

-- Asks for what fits `words`, and has one of it chosen.
---@param it vim.lsp.Client
---@param picked slugline.Picked
---@param words string
local function select(it, picked, words)
  local query = { query = picked.prefix .. words }
  client.call(it, 'request', 'workspace/symbol', query, function(trouble, symbols)
    if trouble then
      say(trouble.message, vim.log.levels.ERROR)
      return
    end
    local items = vim.tbl_filter(function(symbol)
      return vim.lsp.protocol.SymbolKind[symbol.kind] == picked.kind
    end, symbols or {})
    if #items == 0 then
      say(('no %s for `%s`'):format(picked.prompt:lower(), words))
      return
    end
    local options = {
      prompt = picked.prompt,
      kind = 'slugline',
      format_item = function(symbol)
        local where = symbol.containerName
        return where and where ~= '' and ('%s  (%s)'):format(symbol.name, where) or symbol.name
      end,
    }
    vim.ui.select(items, options, function(symbol)
      if symbol and picked.kind == 'Key' then
        tagged(it, symbol)
      elseif symbol then
        go(symbol.location, it.offset_encoding or 'utf-16')
      end
    end)
  end, vim.api.nvim_get_current_buf())
end

-- Has a note, a heading or a tag chosen.
---@param name string A key of KINDS.
---@param words string
function M.pick(name, words)
  local picked = M.KINDS[name]
  local it, trouble = client.current()
  if not it then
    say(trouble, vim.log.levels.ERROR)
    return
  end
  local show
  show, trouble = plugin()
  if trouble then
    say(trouble, vim.log.levels.ERROR)
  elseif show then
    show(picked, words)
  elseif #words >= picked.least then
    select(it, picked, words)
  else
    vim.ui.input({ prompt = picked.prompt .. ': ' }, function(answer)
      if answer and vim.trim(answer) ~= '' then
        select(it, picked, vim.trim(answer))
      end
    end)
  end
end

return M
