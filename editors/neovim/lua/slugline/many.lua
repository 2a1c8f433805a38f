-- A vault with thousands of links to notes that are not there, as a wiki that was imported: what to do about them is
-- asked once.
local config = require('slugline.config')

local M = {}

-- The vaults about which was asked, a line each.
local function file()
  return vim.fn.stdpath('data') .. '/slugline/asked'
end

---@return string[]
local function asked()
  return vim.fn.filereadable(file()) == 1 and vim.fn.readfile(file()) or {}
end

---@param found { uri: string, links: integer }
function M.ask(_, found)
  local all = asked()
  if vim.tbl_contains(all, found.uri) then
    return
  end
  table.insert(all, found.uri)
  vim.fn.mkdir(vim.fn.fnamemodify(file(), ':h'), 'p')
  vim.fn.writefile(all, file())
  local name = vim.fn.fnamemodify(vim.uri_to_fname(found.uri), ':t')
  local choices = {
    { 'show them, the most wanted first', function()
      vim.cmd('Slugline unresolved')
    end },
    { 'hide them (diagnostics.unwritten = "off") until Neovim ends', function()
      local settings = vim.deepcopy(config.get().settings or {})
      settings.diagnostics = vim.tbl_extend('force', settings.diagnostics or {}, { unwritten = 'off' })
      config.set({ settings = settings })
      require('slugline.client').change_settings(settings)
    end },
    { 'choose: read about the setting', function()
      vim.cmd('help slugline-unwritten')
    end },
  }
  -- Not within the message of the server.
  vim.schedule(function()
    vim.ui.select(choices, {
      prompt = ('%s has %d links or more to notes that do not exist yet'):format(name, found.links),
      kind = 'slugline',
      format_item = function(it)
        return it[1]
      end,
    }, function(it)
      if it then
        it[2]()
      end
    end)
  end)
end

return M
