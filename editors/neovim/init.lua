-- A plain Neovim (0.11 or later) with slugline, and nothing else: what editors/try starts.
local here = vim.fs.dirname(vim.fs.normalize(debug.getinfo(1, 'S').source:sub(2)))
vim.opt.runtimepath:prepend(here) -- for lsp/slugline.lua
vim.lsp.enable('slugline')

-- The menu of completions opens as you type, and nothing is inserted before you choose.
vim.opt.completeopt = { 'menuone', 'noselect', 'popup' }
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true })
    -- K shows a hover, grr references, gra actions: Neovim's own. gd is ours.
    vim.keymap.set('n', 'gd', vim.lsp.buf.definition, { buffer = event.buf, desc = 'Jump along the link' })
  end,
})

vim.diagnostic.config({ virtual_text = true, severity_sort = true })
vim.opt.wrap = true
vim.opt.linebreak = true
