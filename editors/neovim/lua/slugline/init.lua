-- slugline for Neovim: a language server for wiki-style markdown notes. `:help slugline`
local client = require('slugline.client')
local config = require('slugline.config')

local M = {}

-- Takes options over; nothing needs it. Settings reach servers that run at once, the rest holds
-- from the next start on.
---@param options? slugline.Options
function M.setup(options)
  options = options or {}
  local trouble = config.check(options)
  if trouble then
    vim.notify('slugline: ' .. trouble, vim.log.levels.ERROR)
    return
  end
  config.set(options)
  if client.native then
    -- So that lsp/slugline.lua is read anew.
    vim.lsp.config(client.NAME, {})
    if options.autostart ~= nil then
      vim.lsp.enable(client.NAME, options.autostart)
    end
  end
  if options.conceal_timestamps ~= nil then
    require('slugline.conceal').follow()
  end
  if options.settings then
    client.change_settings(options.settings)
  end
end

-- What the server of a buffer says of itself, in a few words for a statusline: `30 notes`.
-- Empty where none is attached.
---@param buffer? integer Default: the current one.
---@return string
function M.status(buffer)
  if not buffer or buffer == 0 then
    buffer = vim.api.nvim_get_current_buf()
  end
  local it = client.all(buffer)[1]
  if not it then
    return ''
  end
  local status = client.server_status(it.id)
  -- One line for each vault.
  local words = (status and status.message or ''):gsub('\n', ', ')
  if words == '' then
    words = 'slugline'
  end
  return status and status.health ~= 'ok' and ('%s: %s'):format(status.health, words) or words
end

-- The same as a part of 'statusline', for `%{%…%}`: in the color of a warning or an error where there is one.
---@param buffer? integer Default: the current one.
---@return string
function M.statusline(buffer)
  if not buffer or buffer == 0 then
    -- While a statusline is drawn, its window is the current one here.
    buffer = vim.api.nvim_get_current_buf()
  end
  local it = client.all(buffer)[1]
  local text = M.status(buffer):gsub('%%', '%%%%')
  local status = it and client.server_status(it.id)
  local group = status and ({ warning = 'DiagnosticWarn', error = 'DiagnosticError' })[status.health]
  return group and ('%%#%s#%s%%*'):format(group, text) or text
end

return M
