-- A plain Neovim with slugline, and nothing else: what editors/try starts. The plugin is installed
-- beside it, in pack/, and needs nothing here.

-- The menu of completions opens as you type, and nothing is inserted before you choose.
vim.opt.completeopt = { 'menuone', 'noselect', 'popup' }
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true })
  end,
})

vim.diagnostic.config({ virtual_text = true, severity_sort = true })
vim.opt.wrap = true
vim.opt.linebreak = true
vim.opt.laststatus = 2
vim.opt.statusline = "%f %m%=%{v:lua.require'slugline'.status()}  %l:%c "
