-- How Neovim (0.11 or later) starts slugline. Copy this file to ~/.config/nvim/lsp/slugline.lua and
-- say vim.lsp.enable('slugline') in your init.lua.
return {
  cmd = { vim.env.SLUGLINE or 'slugline', 'lsp' },
  filetypes = { 'markdown' },
  root_markers = { '.slugline.toml', '.obsidian', '.git' },
}
