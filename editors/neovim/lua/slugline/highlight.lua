-- The colors of links, timestamps and tags. The server says what is what (semantic tokens, Neovim 0.9 and later);
-- each group here is a link that a colorscheme or a user may change.
local M = {}

---@type table<string, string>
M.GROUPS = {
  SluglineLink = 'Underlined',
  SluglineEmbed = 'Special',
  SluglineAnchor = 'Identifier',
  SluglineTimestamp = 'Special',
  SluglineTag = 'Tag',
  SluglineUnresolved = 'WarningMsg',
  SluglineUnwritten = 'Comment',
  SluglineAmbiguous = 'DiagnosticInfo',
  ['@lsp.type.class.markdown'] = 'SluglineLink',
  ['@lsp.type.macro.markdown'] = 'SluglineEmbed',
  ['@lsp.type.property.markdown'] = 'SluglineAnchor',
  ['@lsp.type.number.markdown'] = 'SluglineTimestamp',
  ['@lsp.type.enumMember.markdown'] = 'SluglineTag',
  ['@lsp.mod.unresolved.markdown'] = 'SluglineUnresolved',
  ['@lsp.mod.ambiguous.markdown'] = 'SluglineAmbiguous',
  -- Such a link is unresolved, too; a group of both type and modifier goes before one of a modifier alone.
  ['@lsp.typemod.class.unwritten.markdown'] = 'SluglineUnwritten',
  ['@lsp.typemod.macro.unwritten.markdown'] = 'SluglineUnwritten',
}

function M.define()
  if vim.fn.has('nvim-0.9') == 1 then
    for name, link in pairs(M.GROUPS) do
      vim.api.nvim_set_hl(0, name, { link = link, default = true })
    end
  end
end

return M
