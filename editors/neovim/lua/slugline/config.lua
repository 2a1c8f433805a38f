-- What a user may set, and what holds where nothing is set.
local M = {}

---@class slugline.Options
---@field cmd? string|string[] The program, or the whole command. Default: `$SLUGLINE`, else `slugline` from PATH.
---@field settings? table<string, any> The server's, as in `.slugline.toml`: `{ completion = { style = 'title' } }`.
---@field capabilities? table What the client can do beyond Neovim's own, e.g. from a completion plugin.
---@field autostart? boolean Whether a markdown note starts the server. Default: true.
---@field keys? boolean Whether gd, gf, gx and CTRL-] follow links and timestamps in notes. Default: true.
---@field prefix? string What the other keys begin with, such as `<leader>n`. Default: none of them is mapped.
---@field picker? string What shows lists: `select` (vim.ui.select), `telescope`, `fzf-lua` or `snacks`. Default: one that is installed.
---@field conceal_timestamps? boolean Whether timestamps are shown as their labels alone, where 'conceallevel' is set. Default: false.

---@type table<string, string[]> The types that each option may have.
local TYPES = {
  cmd = { 'string', 'table' },
  settings = { 'table' },
  capabilities = { 'table' },
  autostart = { 'boolean' },
  keys = { 'boolean' },
  prefix = { 'string' },
  picker = { 'string' },
  conceal_timestamps = { 'boolean' },
}

---@type slugline.Options
local given = {}

---@param options any
---@return string? trouble What is wrong with the options; nil when nothing is.
function M.check(options)
  if type(options) ~= 'table' then
    return 'expected a table of options, not ' .. type(options)
  end
  for name, value in pairs(options) do
    local types = TYPES[name]
    if not types then
      return ('unknown option `%s`'):format(name)
    elseif not vim.tbl_contains(types, type(value)) then
      return ('the option `%s` must be a %s, not a %s'):format(name, table.concat(types, ' or a '), type(value))
    end
  end
end

---@param options slugline.Options
function M.set(options)
  given = vim.tbl_extend('force', given, options)
end

-- `vim.g.slugline`, with what setup() was given over it.
---@return slugline.Options
function M.get()
  local global = vim.g.slugline
  return vim.tbl_extend('force', M.check(global) == nil and global or {}, given)
end

-- The command that starts the server.
---@return string[]
function M.cmd()
  local cmd = M.get().cmd
  if type(cmd) == 'table' and #cmd > 0 then
    return cmd
  end
  return { type(cmd) == 'string' and cmd or vim.env.SLUGLINE or 'slugline', 'lsp' }
end

return M
