-- `:checkhealth slugline`
local client = require('slugline.client')
local config = require('slugline.config')

local M = {}

-- Other servers for markdown notes: each would say and offer the same things once more.
local OTHERS = { 'marksman', 'markdown_oxide', 'markdown-oxide', 'zk', 'iwe', 'iwes', 'obsidian-ls' }

-- Neovim 0.7 has a module `health`, 0.8 puts its functions into vim.health, 0.10 renames them.
local has_health, old = pcall(require, 'health')
old = (vim.health and vim.health.report_start) and vim.health or (has_health and old) or {}
local health = vim.health or {}
local start = health.start or old.report_start
local ok = health.ok or old.report_ok
local info = health.info or old.report_info
local warn = health.warn or old.report_warn
local fail = health.error or old.report_error

local function check_neovim()
  start('Neovim')
  local version = vim.version()
  local name = ('Neovim %d.%d.%d'):format(version.major, version.minor, version.patch)
  if client.native then
    ok(name .. ': starts the server by vim.lsp.enable()')
  elseif vim.fn.has('nvim-0.8') == 1 then
    ok(name .. ': the plugin starts the server by vim.lsp.start()')
  else
    ok(name .. ': the plugin starts the server by vim.lsp.start_client()')
  end
  if config.get().autostart == false or (vim.lsp.is_enabled and not vim.lsp.is_enabled(client.NAME)) then
    info('autostart is disabled; run `:Slugline start`')
  end
  local trouble = vim.g.slugline ~= nil and config.check(vim.g.slugline)
  if trouble then
    fail('vim.g.slugline: ' .. trouble)
  end
end

local function check_program()
  start('Program')
  local program = client.program()
  if not program then
    info('`cmd` is a function')
    return
  end
  local path = vim.fn.exepath(program)
  if path == '' then
    fail(('`%s` is not executable'):format(program), {
      'Install it: `cargo install --locked --path .` in a checkout of slugline',
      "Or set its path: `require('slugline').setup({ cmd = '/path/to/slugline' })`",
    })
    return
  end
  local answer = vim.fn.system({ path, '--version' })
  if vim.v.shell_error == 0 then
    ok(('%s (%s)'):format(vim.trim(answer), path))
  else
    fail(('%s --version failed'):format(path), vim.trim(answer))
  end
end

---@param it vim.lsp.Client
local function check_client(it)
  local notes = #(vim.tbl_filter(function(buffer)
    return vim.lsp.buf_is_attached(buffer, it.id)
  end, vim.api.nvim_list_bufs()))
  ok(('%s; open notes: %d'):format(client.where(it), notes))
  local status = client.server_status(it.id)
  if status then
    local tell = ({ ok = ok, warning = warn, error = fail })[status.health] or info
    tell(status.message or status.health)
  end

  local capabilities = it.capabilities or it.config.capabilities or {}
  local watching = (capabilities.workspace or {}).didChangeWatchedFiles or {}
  if watching.dynamicRegistration then
    ok('File watching: Neovim')
  else
    ok('File watching: built into the server')
  end

  local offered = (it.server_capabilities.executeCommandProvider or {}).commands or {}
  if vim.tbl_contains(offered, 'slugline.doctor') then
    local parameters = { command = 'slugline.doctor', arguments = {} }
    local answer, trouble = client.call(it, 'request_sync', 'workspace/executeCommand', parameters, 5000, 0)
    trouble = trouble or (answer and answer.err and answer.err.message)
    if trouble then
      warn('slugline.doctor failed: ' .. trouble)
    else
      info('Server report:\n' .. vim.trim(answer.result))
    end
  end
end

local function check_clients()
  start('Servers')
  local all = client.all()
  if #all == 0 then
    info('No server is running. Open a Markdown note; if it exited, see `:Slugline log`')
    return
  end
  for _, it in ipairs(all) do
    check_client(it)
  end
end

local function check_others()
  start('Other Markdown servers')
  local found = {}
  for _, other in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
    if vim.tbl_contains(OTHERS, other.name) then
      for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
        if vim.lsp.buf_is_attached(buffer, other.id) and #client.all(buffer) > 0 then
          found[other.name] = true
        end
      end
    end
  end
  local names = vim.tbl_keys(found)
  table.sort(names)
  if #names == 0 then
    ok('No other Markdown server is attached')
  end
  for _, name in ipairs(names) do
    warn(
      ('%s is attached to the same buffers; completion, hover and diagnostics will be duplicated'):format(name),
      client.native and ("Turn one off: `vim.lsp.enable('%s', false)`"):format(name) or 'Turn one off'
    )
  end
end

function M.check()
  check_neovim()
  check_program()
  check_clients()
  check_others()
end

return M
