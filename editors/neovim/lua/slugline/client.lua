-- The client: how the server is started for a note, and what is the same under several names in
-- Neovim 0.7 to 0.11 and later.
local config = require('slugline.config')

local uv = vim.uv or vim.loop
local M = {}

M.NAME = 'slugline'
M.FILETYPES = { 'markdown' }

-- Milliseconds that a key waits for the server.
M.PATIENCE = 2000

-- The command by which the server has a note saved and shown that a quick fix has made.
M.OPEN_NOTE = 'slugline.editor.openNote'

-- The command of a code lens: its references are shown.
M.SHOW_REFERENCES = 'slugline.editor.showReferences'

-- Neovim 0.11 starts servers itself, from lsp/slugline.lua.
M.native = vim.fn.has('nvim-0.11') == 1

---@class slugline.ServerStatus As in `experimental/serverStatus`.
---@field health 'ok'|'warning'|'error'
---@field quiescent boolean Whether all notes are read.
---@field message? string

---@type table<integer, slugline.ServerStatus> By client.
local statuses = {}

-- The nearest folder above `path` that holds `mark`.
---@param path string
---@param mark string
---@return string?
local function above(path, mark)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  while true do
    if uv.fs_lstat(folder .. '/' .. mark) then
      return folder
    end
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return nil
    end
    folder = parent
  end
end

-- The vault of a file, as the server finds it: the nearest folder with `.slugline.toml`, else with
-- `.obsidian`, else with `.git`; nearer still may be a folder that a server was given by
-- vim.lsp.buf.add_workspace_folder(). nil: the server serves the file with its own folder.
---@param path string
---@return string?
function M.root(path)
  local root = above(path, '.slugline.toml') or above(path, '.obsidian') or above(path, '.git')
  for _, client in ipairs(M.all()) do
    for _, folder in ipairs(M.folders(client)) do
      if vim.startswith(path, (folder:gsub('/*$', '/'))) and #folder > #(root or '') then
        root = folder
      end
    end
  end
  return root
end

-- Whether a buffer is a note on disk: not a scratch buffer, and not a page of another plugin.
---@param buffer integer
---@return boolean
function M.is_note(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  return vim.api.nvim_buf_is_loaded(buffer)
    and vim.bo[buffer].buftype == ''
    and vim.tbl_contains(M.FILETYPES, vim.bo[buffer].filetype)
    and name ~= ''
    and not name:match('^%a[%w+.-]+://')
end

---@param _ any
---@param status slugline.ServerStatus
---@param context { client_id: integer }
local function on_status(_, status, context)
  statuses[context.client_id] = status
  vim.cmd('redrawstatus!')
  vim.api.nvim_exec_autocmds('User', { pattern = 'SluglineStatus', modeline = false })
end

---@param id integer
---@return slugline.ServerStatus?
function M.server_status(id)
  return statuses[id]
end

-- Settings as Neovim hands them to the server. An empty table would be sent as a list.
---@param settings? table<string, any>
---@return table
local function section(settings)
  return { slugline = settings and next(settings) and settings or nil }
end

-- What lsp/slugline.lua gives to Neovim 0.11 and later, and older ones get from start().
---@return table
function M.config()
  local options = config.get()
  return {
    name = M.NAME,
    cmd = config.cmd(),
    filetypes = M.FILETYPES,
    root_dir = function(buffer, on_dir)
      if M.is_note(buffer) then
        on_dir(M.root(vim.api.nvim_buf_get_name(buffer)))
      end
    end,
    capabilities = vim.tbl_deep_extend('force', options.capabilities or {}, {
      -- Neovim carries these out, and does not say so; new notes are made by them.
      workspace = { workspaceEdit = { documentChanges = true } },
      experimental = { serverStatusNotification = true, manyFindings = true, commands = { commands = { M.OPEN_NOTE, M.SHOW_REFERENCES } } },
    }),
    commands = {
      [M.OPEN_NOTE] = function(command)
        M.open_note(command.arguments[1].uri)
      end,
      [M.SHOW_REFERENCES] = function(command, context)
        local it = vim.lsp.get_client_by_id(context.client_id)
        M.quickfix(command.title or 'References', command.arguments[3], it and it.offset_encoding)
      end,
    },
    handlers = { ['experimental/serverStatus'] = on_status, ['slugline/manyFindings'] = require('slugline.many').ask },
    settings = section(options.settings),
  }
end

-- Opens a note; a new one is saved first, since Neovim makes new files empty and leaves their text unsaved.
---@param uri string
function M.open_note(uri)
  local path = vim.uri_to_fname(uri)
  local escaped = vim.fn.fnameescape(path)
  -- Shown already, it is not read again: that would detach the server. Without 'hidden', a note with changes is not left.
  if vim.fn.bufadd(path) ~= vim.api.nvim_get_current_buf() and not pcall(vim.cmd, 'edit ' .. escaped) then
    vim.cmd('split ' .. escaped)
  end
  if vim.bo.modified and vim.fn.getfsize(path) == 0 then
    vim.cmd('silent write')
    -- What goes into it comes behind its first text.
    vim.cmd('normal! G')
  end
end

-- Fills the quickfix list with places and opens it.
---@param title string
---@param locations lsp.Location[]
---@param encoding? string
function M.quickfix(title, locations, encoding)
  local items = vim.lsp.util.locations_to_items(locations, encoding or 'utf-16')
  vim.fn.setqflist({}, ' ', { title = title, items = items })
  vim.cmd('botright copen')
end

-- The program that is started; nil where something else than a program is.
---@return string?
function M.program()
  local cmd = config.cmd()
  if M.native then
    cmd = vim.lsp.config[M.NAME].cmd
  end
  return type(cmd) == 'table' and cmd[1] or nil
end

-- The client of each root before Neovim 0.8; `''` stands for no root.
---@type table<string, integer>
local started = {}

-- Starts the server for a note, or attaches the one that serves its vault.
---@param buffer integer
function M.start(buffer)
  if not M.is_note(buffer) then
    return
  end
  local it = M.config()
  it.root_dir = M.root(vim.api.nvim_buf_get_name(buffer))
  -- Before 0.11 what is given takes the place of what Neovim can do.
  it.capabilities = vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), it.capabilities)
  if vim.lsp.start then
    local id = vim.api.nvim_buf_call(buffer, function()
      return vim.lsp.start(it)
    end)
    started[it.root_dir or ''] = id
    return
  end
  -- Neovim 0.7 does not tell otherwise that a server is attached.
  it.on_attach = function(_, attached)
    require('slugline.keys').map(attached)
    require('slugline.conceal').attached()
  end
  local root = it.root_dir or ''
  local client = started[root] and vim.lsp.get_client_by_id(started[root])
  if not client or client.is_stopped() then
    started[root] = vim.lsp.start_client(it)
  end
  if started[root] then
    vim.lsp.buf_attach_client(buffer, started[root])
  end
end

-- Starts the server for all notes that are open.
function M.start_all()
  if M.native then
    vim.lsp.enable(M.NAME)
    return
  end
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    M.start(buffer)
  end
end

-- The clients that run; with a buffer, those attached to it.
---@param buffer? integer
---@return vim.lsp.Client[]
function M.all(buffer)
  local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  return vim.tbl_filter(function(client)
    return client.name == M.NAME and (not buffer or vim.lsp.buf_is_attached(buffer, client.id))
  end, clients)
end

-- The client that a command is for: that of the current buffer, else the only one there is.
---@return vim.lsp.Client?
---@return string? trouble Why there is none, and what to do.
function M.current()
  local here = M.all(vim.api.nvim_get_current_buf())[1]
  local all = M.all()
  local program = M.program()
  if here or #all == 1 then
    return here or all[1]
  elseif #all > 1 then
    return nil, 'several servers are running; switch to a note first'
  elseif program and vim.fn.executable(program) == 0 then
    return nil, ('`%s` is not executable; see :checkhealth slugline'):format(program)
  elseif not M.is_note(0) then
    return nil, 'no server is running; open a note first'
  end
  return nil, 'no server is attached yet; if none comes, `:Slugline start`, or see :checkhealth slugline'
end

-- Calls a method of a client: they take the client itself from 0.11 on.
---@param client vim.lsp.Client
---@param method string
---@param ... any
---@return any ...
function M.call(client, method, ...)
  if M.native then
    return client[method](client, ...)
  end
  return client[method](...)
end

-- Milliseconds until a server that was asked to stop is ended.
local LONGEST_STOP = 3000

-- The clients that run, and those whose servers have not answered yet.
---@return table<integer, vim.lsp.Client> By id.
local function all_started()
  local found = {}
  -- Neovim keeps the filter to itself, and lists only the former without it.
  local clients = M.native and vim.lsp.get_clients({ name = M.NAME, _uninitialized = true }) or M.all()
  for _, client in ipairs(clients) do
    found[client.id] = client
  end
  for _, id in pairs(started) do
    found[id] = vim.lsp.get_client_by_id(id)
  end
  return found
end

-- Stops all clients, and goes on when they are gone.
---@param after? fun()
function M.stop(after)
  local asked = {}
  local function ask()
    for id, client in pairs(all_started()) do
      if not asked[id] then
        asked[id] = true
        M.call(client, 'stop')
      end
    end
  end
  local since = uv.now()
  local forced = false
  local function look()
    if not next(vim.tbl_filter(vim.lsp.get_client_by_id, vim.tbl_keys(asked))) then
      return after and after()
    end
    if not forced and uv.now() - since > LONGEST_STOP then
      forced = true
      for id in pairs(asked) do
        local client = vim.lsp.get_client_by_id(id)
        if client and M.native then
          -- Whoever was asked already, `stop` asks no more, not even by force.
          client.rpc.terminate()
        elseif client then
          client.stop(true)
        end
      end
    end
    vim.defer_fn(look, 20)
  end
  ask()
  vim.schedule(function()
    -- Neovim 0.11 puts the start for a note that was just opened off until here.
    ask()
    look()
  end)
end

-- The vaults of a client; none where it serves single files.
---@param client vim.lsp.Client
---@return string[]
function M.folders(client)
  local folders = client.workspace_folders
  return vim.tbl_map(function(folder)
    return vim.uri_to_fname(folder.uri)
  end, type(folders) == 'table' and folders or {})
end

-- The same as a person reads it.
---@param client vim.lsp.Client
---@return string
function M.where(client)
  local folders = vim.tbl_map(function(folder)
    return vim.fn.fnamemodify(folder, ':~')
  end, M.folders(client))
  return #folders > 0 and table.concat(folders, ', ') or 'no vault (single files)'
end

-- Hands new settings to the clients that run.
---@param settings table<string, any>
function M.change_settings(settings)
  for _, client in ipairs(M.all()) do
    local all = section(settings)
    -- Neovim answers the server's questions from these: the first from 0.10 on, before that the second.
    client.settings, client.config.settings = all, all
    M.call(client, 'notify', 'workspace/didChangeConfiguration', { settings = next(all) and all or vim.empty_dict() })
  end
end

return M
