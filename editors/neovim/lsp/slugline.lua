-- How Neovim 0.11 and later starts slugline, for vim.lsp.enable('slugline'). What vim.lsp.config('slugline', …)
-- says in an init.lua comes over it.
return require('slugline.client').config()
