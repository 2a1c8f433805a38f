-- Prints checks in the form that TAP has. For Neovim 0.7 and later.
local M = {}

local checks, failures = 0, 0

function M.check(name, ok, seen)
  checks = checks + 1
  failures = failures + (ok and 0 or 1)
  local detail = ok and '' or '\n  # ' .. vim.inspect(seen):gsub('\n', '\n  # ')
  io.stdout:write(('%s %d - %s%s\n'):format(ok and 'ok' or 'not ok', checks, name, detail))
end

-- Whether a text has all of these words.
function M.contains(text, ...)
  for _, words in ipairs({ ... }) do
    if not (text or ''):find(words, 1, true) then
      return false
    end
  end
  return true
end

-- What drive.run calls at the end.
function M.finish(ok, trouble)
  if not ok then
    M.check('the script runs to its end', false, trouble)
  end
  io.stdout:write(('1..%d\n'):format(checks))
  vim.cmd(failures == 0 and 'qall!' or 'cquit 1')
end

return M
