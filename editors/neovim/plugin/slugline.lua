-- Starts slugline for markdown notes and defines :Slugline. `:help slugline`
if vim.g.loaded_slugline then
  return
end
vim.g.loaded_slugline = true

if vim.fn.has('nvim-0.7') == 0 then
  vim.api.nvim_err_writeln('slugline needs Neovim 0.7 or later')
  return
end

vim.api.nvim_create_user_command('Slugline', function(command)
  require('slugline.commands').run(command.args)
end, {
  nargs = '*',
  desc = 'slugline: reindex, create a note, restart, …',
  complete = function(lead, line, position)
    return require('slugline.commands').complete(lead, line:sub(1, position))
  end,
})

-- For mappings of one's own: `<Plug>(slugline-backlinks)` is `:Slugline backlinks`, and so on.
for _, name in ipairs({
  'backlinks', 'conceal', 'copylink', 'create', 'daily', 'explain', 'headings', 'mentions', 'notes', 'problems', 'random', 'tags',
  'template', 'unresolved',
}) do
  vim.keymap.set('n', ('<Plug>(slugline-%s)'):format(name), ('<Cmd>Slugline %s<CR>'):format(name))
end
vim.keymap.set({ 'n', 'i' }, '<Plug>(slugline-insert-timestamp)', '<Cmd>Slugline timestamp<CR>')
vim.keymap.set('n', '<Plug>(slugline-open-source)', '<Cmd>Slugline open<CR>')
vim.keymap.set('n', '<Plug>(slugline-follow)', function()
  require('slugline.keys').follow()
end)

require('slugline.highlight').define()

local config = require('slugline.config')
local trouble = vim.g.slugline ~= nil and config.check(vim.g.slugline)
if trouble then
  vim.notify('slugline: vim.g.slugline: ' .. trouble, vim.log.levels.ERROR)
end

if config.get().conceal_timestamps then
  require('slugline.conceal').follow()
end

if vim.fn.has('nvim-0.11') == 1 and config.get().autostart ~= false then
  vim.lsp.enable('slugline')
end

local group = vim.api.nvim_create_augroup('slugline', {})
local warned = false
vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = 'markdown',
  desc = 'Start slugline or report why it cannot start',
  callback = function(event)
    if config.get().autostart == false then
      return
    end
    local client = require('slugline.client')
    local program = client.program()
    if program and vim.fn.executable(program) == 0 then
      -- Neovim 0.11 says it in its log only, older ones for each note.
      if not warned then
        warned = true
        vim.notify(('slugline: `%s` is not executable; see :checkhealth slugline'):format(program), vim.log.levels.WARN)
      end
    elseif not client.native then
      client.start(event.buf)
    end
  end,
})

if vim.v.vim_did_enter == 1 and config.get().autostart ~= false and vim.fn.has('nvim-0.11') == 0 then
  -- Loaded late: for the notes that are open already.
  require('slugline.client').start_all()
end

-- The server tells of mistakes in .slugline.toml whether it is open or not, and what came before the
-- file was loaded, Neovim does not show by itself.
vim.api.nvim_create_autocmd('BufReadPost', {
  group = group,
  pattern = '.slugline.toml',
  desc = 'Show the mistakes in it',
  callback = function(event)
    vim.diagnostic.show(nil, event.buf)
  end,
})

if vim.fn.has('nvim-0.8') == 1 then
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    desc = 'Let keys follow links in notes',
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'slugline' then
        require('slugline.keys').map(event.buf)
        require('slugline.conceal').attached()
      end
    end,
  })
end

if vim.lsp.completion then
  -- CTRL-X CTRL-O alone inserts the first word of a link. Only after whoever wants a menu that opens
  -- as you type has said so, since the first to ask decides.
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    desc = 'Let completion insert all of a link',
    callback = function(event)
      vim.schedule(function()
        local client = vim.lsp.get_client_by_id(event.data.client_id)
        if client and client.name == 'slugline' and vim.lsp.buf_is_attached(event.buf, client.id) then
          vim.lsp.completion.enable(true, client.id, event.buf)
        end
      end)
    end,
  })
end
