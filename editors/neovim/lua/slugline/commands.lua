-- :Slugline and its subcommands.
local client = require('slugline.client')
local conceal = require('slugline.conceal')
local config = require('slugline.config')
local pickers = require('slugline.pickers')
local problems = require('slugline.problems')
local timestamps = require('slugline.timestamps')

local M = {}

---@class slugline.Subcommand
---@field doc string What it does, in a few words.
---@field run fun(argument: string)
---@field complete? fun(lead: string): string[] Arguments that fit.
---@field note? boolean Whether it is about the note that is shown.

---@param text string
---@param level? integer
local function say(text, level)
  vim.notify('slugline: ' .. text, level or vim.log.levels.INFO)
end

---@param text string
local function complain(text)
  say(text, vim.log.levels.ERROR)
end

-- Has one of several vaults chosen.
---@param vaults string[] Their addresses.
---@param done fun(uri: string)
local function choose_vault(vaults, done)
  vim.ui.select(vaults, {
    prompt = 'Which folder?',
    format_item = function(uri)
      return vim.fn.fnamemodify(vim.uri_to_fname(uri):gsub('(.)/$', '%1'), ':~')
    end,
  }, function(uri)
    if uri then
      done(uri)
    end
  end)
end

local execute

-- Has the server carry out a command of its own. Where no note says which of several vaults it is about, one is chosen.
---@param name string Without `slugline.`.
---@param arguments table[]
---@param done fun(result: any)
function execute(name, arguments, done)
  local it, why = client.current()
  if not it then
    complain(why)
    return
  end
  local offered = (it.server_capabilities.executeCommandProvider or {}).commands or {}
  if not vim.tbl_contains(offered, 'slugline.' .. name) then
    complain(('the server does not support `%s`; update slugline'):format(name))
    return
  end
  local parameters = { command = 'slugline.' .. name, arguments = arguments }
  client.call(it, 'request', 'workspace/executeCommand', parameters, function(trouble, result)
    local vaults = trouble and type(trouble.data) == 'table' and trouble.data.vaults
    if vaults then
      choose_vault(vaults, function(uri)
        execute(name, { vim.tbl_extend('force', arguments[1] or {}, { uri = uri }) }, done)
      end)
    elseif trouble then
      complain(trouble.message)
    else
      done(result)
    end
  end, vim.api.nvim_get_current_buf())
end

-- Shows a text in a window of its own, which `q` closes.
---@param name string
---@param text string
local function show(name, text)
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text, '\r?\n', { trimempty = true }))
  for option, value in pairs({ buftype = 'nofile', bufhidden = 'wipe', swapfile = false, modifiable = false }) do
    vim.bo[buffer][option] = value
  end
  pcall(vim.api.nvim_buf_set_name, buffer, 'slugline://' .. name)
  vim.keymap.set('n', 'q', '<C-w>c', { buffer = buffer, desc = 'Close' })
end

-- The names that the current note links to, but that are not there.
---@param at? integer[] Row and column of a cursor: only the name there.
---@return string[]
local function wanted(at)
  local names = {}
  for _, it in ipairs(vim.diagnostic.get(0)) do
    local there = not at or (at[1] == it.lnum + 1 and at[2] >= it.col and at[2] < it.end_col)
    if it.code == 'broken-link' and it.lnum == it.end_lnum and there then
      local line = vim.api.nvim_buf_get_lines(0, it.lnum, it.lnum + 1, false)[1] or ''
      table.insert(names, vim.trim(line:sub(it.col + 1, it.end_col)))
    end
  end
  return names
end

---@param name string
local function create(name)
  local argument = { name = name }
  if client.is_note(0) then
    argument.uri = vim.uri_from_bufnr(0)
  end
  execute('createNote', { argument }, function(result)
    client.open_note(result.uri)
  end)
end

-- Opens the video of the timestamp under the cursor, or else of the next one on its line.
local function open()
  local address, trouble = timestamps.next()
  if address then
    trouble = timestamps.play(address)
  end
  if trouble then
    complain(trouble)
  end
end

-- The note of the current buffer, and where the cursor is in it, as the server's commands want it.
---@return table
local function here()
  local it = client.current()
  if not it or not client.is_note(0) then
    return vim.empty_dict()
  end
  local place = vim.lsp.util.make_position_params(0, it.offset_encoding)
  return { uri = place.textDocument.uri, position = place.position }
end

-- Shows the links of other notes to this one, or to the heading that the cursor is on.
local function backlinks()
  execute('backlinks', { here() }, function(locations)
    if #locations == 0 then
      say('no backlinks')
    else
      client.quickfix('Backlinks', locations, client.current().offset_encoding)
    end
  end)
end

-- Lists where other notes have the name of this one in their text, without a link.
local function mentions()
  local argument = here()
  argument.position = nil
  execute('mentions', { argument }, function(found)
    if found.total == 0 then
      say('no unlinked mentions')
      return
    end
    local more = found.total - #found.places
    local title = more > 0 and ('Unlinked mentions (%d more)'):format(more) or 'Unlinked mentions'
    client.quickfix(title, found.places, client.current().offset_encoding)
  end)
end

-- Has one of the names chosen that notes link to and no note has, and makes its note.
local function unresolved()
  execute('unresolved', { here() }, function(result)
    if #result.names == 0 then
      say('no unresolved names')
      return
    end
    local options = {
      prompt = ('Create a note (%d unresolved %s)'):format(result.total, result.total == 1 and 'name' or 'names'),
      kind = 'slugline',
      format_item = function(it)
        return ('%s  (%d %s)'):format(it.name, it.notes, it.notes == 1 and 'note' or 'notes')
      end,
    }
    vim.ui.select(result.names, options, function(it)
      if it then
        create(it.name)
      end
    end)
  end)
end

-- Has the server insert a timestamp at the cursor, which is behind it then.
---@param time string Such as `4:32`; empty: that of what is said next.
local function insert_timestamp(time)
  local window, buffer = vim.api.nvim_get_current_win(), vim.api.nvim_get_current_buf()
  local row, column = unpack(vim.api.nvim_win_get_cursor(window))
  local argument = here()
  argument.time = time ~= '' and time or nil
  execute('insertTimestamp', { argument }, function(result)
    local is_there = vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_buf(window) == buffer
    local line = is_there and vim.api.nvim_buf_get_lines(buffer, row - 1, row, false)[1] or ''
    if line:sub(column + 1, column + #result.text) == result.text then
      vim.api.nvim_win_set_cursor(window, { row, column + #result.text })
    end
  end)
end

-- Puts the link that leads to the heading, block or moment under the cursor into a register.
---@param register string Default: the one that `"` and 'clipboard' say.
local function copy_link(register)
  register = register ~= '' and register or vim.v.register
  execute('copyLink', { here() }, function(result)
    vim.fn.setreg(register, result.text, 'v')
    say(('copied %s'):format(result.text))
  end)
end

-- Has a template chosen, and opens the note of this name that is made of it.
---@param name string
local function from_template(name)
  local argument = here()
  argument.position = nil
  execute('templates', { argument }, function(templates)
    if #templates == 0 then
      say('no templates; the setting `templates.folder` names their folder')
      return
    end
    vim.ui.select(templates, { prompt = 'Template', kind = 'slugline' }, function(template)
      local function make(title)
        if template and title and vim.trim(title) ~= '' then
          execute('createNote', { { name = vim.trim(title), uri = argument.uri, template = template } }, function(result)
            client.open_note(result.uri)
          end)
        end
      end
      if name ~= '' or not template then
        make(name)
      else
        vim.ui.input({ prompt = 'New note: ' }, make)
      end
    end)
  end)
end

local FORMS = { 'markdown', 'wiki', 'markdown vault', 'wiki vault' }

-- Gives the links of the note, or of the whole vault, the other form.
---@param words string One of FORMS.
local function convert(words)
  if not vim.tbl_contains(FORMS, words) then
    complain(('expected one of: %s'):format(table.concat(FORMS, ', ')))
    return
  end
  local argument = { uri = here().uri, to = words:match('^%S+'), scope = words:match(' (%S+)') or 'note' }
  execute('convertLinks', { argument }, function(result)
    local left = result.left > 0 and ('; %d stay as they are'):format(result.left) or ''
    local function count(number, noun)
      number = result.applied and number or 0
      return ('%d %s%s'):format(number, noun, number == 1 and '' or 's')
    end
    say(('%s in %s converted%s'):format(count(result.links, 'link'), count(result.notes, 'note'), left))
  end)
end

-- Shows the tags of timestamps again, or conceals them again.
local function toggle_conceal()
  config.set({ conceal_timestamps = not conceal.is_on() })
  conceal.follow()
  if not conceal.is_on() then
    say('timestamps are shown as they are written')
  elseif vim.wo.conceallevel == 0 then
    vim.wo.conceallevel = 2
  end
end

-- A list to choose from, by its name in `pickers`.
---@param name string
---@return slugline.Subcommand
local function picker(name)
  return {
    doc = 'choose one of the ' .. name .. ' of the vault',
    run = function(words)
      pickers.pick(name, words)
    end,
    complete = function()
      return {}
    end,
  }
end

-- Has the server show a note, or shows it where Neovim does not do that for a server.
---@param name string
---@param argument table
local function visit(name, argument)
  execute(name, { argument }, function(result)
    client.open_note(result.uri)
  end)
end

---@type table<string, slugline.Subcommand>
M.subcommands = {
  backlinks = { doc = 'list the links to this note, or to the heading under the cursor', run = backlinks, note = true },
  conceal = { doc = 'show timestamps as their labels alone, or as they are written', run = toggle_conceal },
  convert = {
    doc = 'turn wikilinks of the note or of the vault into Markdown links, or the other way round',
    note = true,
    run = convert,
    complete = function(lead)
      return vim.tbl_filter(function(it)
        return vim.startswith(it, lead)
      end, FORMS)
    end,
  },
  copylink = {
    doc = 'put the link that leads to the heading, block or moment under the cursor into a register',
    note = true,
    run = copy_link,
    complete = function()
      return {}
    end,
  },
  create = {
    doc = 'create a note and open it',
    run = function(argument)
      if argument ~= '' then
        create(argument)
        return
      end
      local it, why = client.current()
      if not it then
        complain(why)
        return
      end
      local default = wanted(vim.api.nvim_win_get_cursor(0))[1]
      vim.ui.input({ prompt = 'New note: ', default = default }, function(name)
        if name and vim.trim(name) ~= '' then
          create(vim.trim(name))
        end
      end)
    end,
    complete = function(lead)
      return vim.tbl_filter(function(name)
        return vim.startswith(name, lead)
      end, wanted())
    end,
  },
  daily = {
    doc = 'open the note of today, or of another day',
    run = function(date)
      local argument = here()
      argument.date = date ~= '' and date or nil
      visit('dailyNote', argument)
    end,
    complete = function(lead)
      return vim.startswith(os.date('%Y-%m-%d'), lead) and { os.date('%Y-%m-%d') } or {}
    end,
  },
  doctor = {
    doc = 'show each setting and its source',
    run = function()
      execute('doctor', {}, function(report)
        show('doctor', report)
      end)
    end,
  },
  headings = picker('headings'),
  log = {
    doc = 'open the log of Neovim and its servers at its end',
    run = function()
      vim.cmd('botright split ' .. vim.fn.fnameescape(require('vim.lsp.log').get_filename()))
      vim.cmd('setlocal autoread readonly nomodifiable | normal! G')
    end,
  },
  mentions = { doc = 'list where other notes name this one without a link', run = mentions, note = true },
  notes = picker('notes'),
  open = { doc = 'open the video of the timestamp under the cursor', run = open, note = true },
  problems = {
    doc = 'list what is wrong with the notes of the vault',
    run = function(severity)
      problems.list(severity ~= '' and severity or 'information')
    end,
    complete = function(lead)
      return vim.tbl_filter(function(it)
        return vim.startswith(it, lead)
      end, problems.SEVERITIES)
    end,
  },
  random = {
    doc = 'open a note by chance',
    run = function()
      visit('randomNote', here())
    end,
  },
  reindex = {
    doc = 'read all notes from disk again',
    run = function()
      execute('reindex', {}, function()
        say('reindexing')
      end)
    end,
  },
  explain = {
    doc = 'show why the link under the cursor leads where it leads',
    note = true,
    run = function()
      execute('showResolution', { here() }, function() end)
    end,
  },
  restart = {
    doc = 'stop the server and start it again',
    run = function()
      client.stop(client.start_all)
    end,
  },
  start = { doc = 'start the server for the notes that are open', run = client.start_all },
  statistics = {
    doc = 'count notes and links',
    run = function()
      execute('statistics', { here() }, function() end)
    end,
  },
  status = {
    doc = 'show the number of notes',
    run = function()
      local words = vim.tbl_map(function(it)
        local status = client.server_status(it.id)
        return ('%s: %s'):format(client.where(it), status and status.message or 'attached')
      end, client.all())
      say(#words > 0 and table.concat(words, '\n') or 'no server is running')
    end,
  },
  stop = {
    doc = 'stop the server',
    run = function()
      client.stop()
    end,
  },
  tags = picker('tags'),
  template = {
    doc = 'choose a template, and create a note of it',
    run = from_template,
    complete = function()
      return {}
    end,
  },
  timeline = {
    doc = 'show what all notes cite of the video of this note, in its order',
    note = true,
    run = function()
      local argument = here()
      execute('timeline', { argument }, function(found)
        require('slugline.timeline').show(found, function(done)
          execute('timeline', { { uri = argument.uri, source = found.source } }, done)
        end)
      end)
    end,
  },
  timestamp = {
    doc = 'insert a timestamp at the cursor',
    note = true,
    run = insert_timestamp,
    complete = function()
      return {}
    end,
  },
  unresolved = { doc = 'choose one of the names that no note has, and create its note', run = unresolved },
}

---@return string[]
local function names()
  local all = vim.tbl_keys(M.subcommands)
  table.sort(all)
  return all
end

-- `:Slugline SUBCOMMAND ARGUMENT`; without a subcommand, `status`.
---@param words string
function M.run(words)
  local name, argument = words:match('^%s*(%S*)%s*(.-)%s*$')
  local subcommand = M.subcommands[name == '' and 'status' or name]
  if not subcommand then
    complain(('unknown subcommand `%s`; expected one of: %s'):format(name, table.concat(names(), ', ')))
  elseif argument ~= '' and not subcommand.complete then
    complain(('`:Slugline %s` takes no argument'):format(name))
  elseif subcommand.note and not client.is_note(0) then
    complain(('`:Slugline %s` is about a note; open one first'):format(name))
  else
    subcommand.run(argument)
  end
end

-- What completes a command line that ends in `lead`.
---@param lead string
---@param line string Up to the cursor.
---@return string[]
function M.complete(lead, line)
  -- Modifiers may stand before it, and it may be shortened.
  local name, argument = line:match('%f[%w]Sl?u?g?l?i?n?e?%s+(%S+)%s+(.*)$')
  if not name then
    return vim.tbl_filter(function(it)
      return vim.startswith(it, lead)
    end, names())
  end
  local subcommand = M.subcommands[name]
  if not subcommand or not subcommand.complete then
    return {}
  end
  -- Neovim replaces the last word only, and names may have several.
  local before = #argument - #lead
  return vim.tbl_map(function(it)
    return it:sub(before + 1)
  end, subcommand.complete(argument))
end

return M
