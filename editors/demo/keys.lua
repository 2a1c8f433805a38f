-- A window below the notes that says what to press. editors/try opens it for whoever sits at a terminal.
local KEYS = {
  ' gd        follow the link under the cursor (CTRL-O goes back); on a timestamp, play it',
  ' K         what the link or the timestamp leads to',
  ' ]d        next diagnostic           gra  quick fixes for it',
  ' o[[tide   a new line, and names of notes to choose from: CTRL-N, CTRL-P, then CTRL-Y',
  ' :e tidewise/tidal_bulge.md          a note with a broken link',
  ' :Slugline timeline                  all that the notes say of its video, in the order of that',
  ' :Slugline                           what the server knows; :help slugline has the rest',
  '',
  ' :qa!      leave; it is a copy of the notes, nothing is kept',
}

vim.cmd('botright ' .. #KEYS .. 'new')
vim.api.nvim_buf_set_lines(0, 0, -1, false, KEYS)
for option, value in pairs({ buftype = 'nofile', bufhidden = 'wipe', modifiable = false, swapfile = false }) do
  vim.bo[option] = value
end
vim.wo.winfixheight = true
vim.wo.statusline = ' keys to try'
vim.cmd([[syntax match Special /^ \zs\S\+\ze  / | syntax match Special /gra\ze  /]])
vim.cmd('wincmd p')
